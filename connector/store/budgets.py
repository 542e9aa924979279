"""The account of an environment's user that processes share: leases, holds, learned bounds, operations by day.

Moments are the database's, so that machines need not agree on the time. What a lease may be is judged in the
pipeline's `budgets`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.budgets import LONGEST_HOLD_S, Bounds, Grant, Lesson, Spent, Standing, Wish, judge, narrowed
from connector.store import engines
from connector.store.database import AnyRow, Database, Repository
from connector.store.tables.budgets import request_budget, request_day, request_lease

_LEARNED_FOR = timedelta(days=1)
_DAYS_KEPT = timedelta(days=90)
# A lease never ends further ahead; one that does was taken before the clock was set back.
_LONGEST_LEASE_S = 900.0


class Budgets(Repository):
    """Fulfils `BudgetStore`."""

    def ledger(self, scope: str, bounds: Bounds) -> SqlLedger:
        """The ledger of one environment and user."""
        return SqlLedger(self._database, scope, bounds)


class SqlLedger:
    """Fulfils `Ledger` for every process that uses the database. `now` is for tests."""

    def __init__(
        self,
        database: Database,
        scope: str,
        bounds: Bounds,
        *,
        now: Callable[[Connection], datetime] = engines.database_now,
    ) -> None:
        self._database = database
        self._scope = scope
        self._bounds = bounds
        self._now = now

    def reserve(self, wish: Wish | None, spent: Sequence[Spent]) -> Grant:
        """Settle what was spent and take a lease; without a wish only settle. Raises StoreError."""
        with self._database.write() as connection:
            row = self._lock(connection)
            now = self._now(connection)
            bounds = self._narrowed(row, now)
            for one in spent:
                self._settle(connection, one, now)
            hold_s = _held_s(row.held_until, now)
            if wish is None:
                return Grant(hold_s=hold_s)
            leases = self._leases(connection, bounds, now)
            given = judge(bounds, _standing(leases, bounds, now), wish)
            lease = self._take(connection, wish, given, now) if given.requests else ""
            holders = {one.owner for one in leases if one.is_open and one.use_by > now} | {wish.owner}
            return Grant(lease, given.requests, given.execution_s, given.wait_s, hold_s, len(holders))

    def hold(self, seconds: float) -> None:
        """Let nobody send anything for so long, within LONGEST_HOLD_S. Raises StoreError."""
        wanted_s = min(seconds, LONGEST_HOLD_S)
        if self.held_s() >= wanted_s:  # many threads hear the same at once: the first one writes
            return
        with self._database.write() as connection:
            row = self._lock(connection)
            now = self._now(connection)
            until = now + timedelta(seconds=max(wanted_s, _held_s(row.held_until, now)))
            self._change(connection, held_until=until)

    def held_s(self) -> float:
        """For how long nobody may send anything. Raises StoreError."""
        query = sa.select(request_budget.c.held_until).where(request_budget.c.scope == self._scope)
        with self._database.read() as connection:
            until = connection.execute(query).scalar()
            return _held_s(until, self._now(connection)) if until else 0.0

    def learn(self, lesson: Lesson) -> None:
        """Remember narrower bounds for a day. Raises StoreError."""
        with self._database.write() as connection:
            row = self._lock(connection)
            now = self._now(connection)
            known = _lesson(row, now)
            self._change(
                connection,
                requests=_smaller(known.requests, lesson.requests),
                execution_s=_smaller(known.execution_s, lesson.execution_s),
                window_s=lesson.window_s or known.window_s,
                learned_at=now,
            )

    def operations(self, day: date) -> int:
        """How many operations were settled on a day. Raises StoreError."""
        query = sa.select(request_day.c.operations).where(request_day.c.scope == self._scope, request_day.c.day == day)
        with self._database.read() as connection:
            return connection.execute(query).scalar() or 0

    def today(self) -> date:
        """The day (UTC) by the database's clock. Raises StoreError."""
        with self._database.read() as connection:
            return self._now(connection).date()

    def _lock(self, connection: Connection) -> AnyRow:
        """The one row of this scope, locked: one process at a time goes on from here."""
        engines.insert_new(connection, request_budget, [{"scope": self._scope}])
        query = sa.select(request_budget).where(request_budget.c.scope == self._scope).with_for_update()
        return connection.execute(query).one()

    def _change(self, connection: Connection, **values: object) -> None:
        connection.execute(sa.update(request_budget).where(request_budget.c.scope == self._scope).values(**values))

    def _narrowed(self, row: AnyRow, now: datetime) -> Bounds:
        return narrowed(self._bounds, _lesson(row, now))

    def _leases(self, connection: Connection, bounds: Bounds, now: datetime) -> Sequence[AnyRow]:
        """The leases that count now; those that no longer do are deleted."""
        own = request_lease.c.scope == self._scope
        gone = request_lease.c.ends_at <= now - timedelta(seconds=bounds.window_s)
        unreal = request_lease.c.ends_at > now + timedelta(seconds=_LONGEST_LEASE_S)
        connection.execute(sa.delete(request_lease).where(own, sa.or_(gone, unreal)))
        return connection.execute(sa.select(request_lease).where(own)).all()

    def _take(self, connection: Connection, wish: Wish, given: Grant, now: datetime) -> str:
        lease = uuid4().hex
        use_by = now + timedelta(seconds=wish.use_for_s)
        row = {
            "lease": lease,
            "scope": self._scope,
            "owner": wish.owner,
            "requests": given.requests,
            "execution_s": given.execution_s,
            "use_by": use_by,
            "ends_at": use_by + timedelta(seconds=wish.grace_s),
            "is_open": True,
        }
        connection.execute(sa.insert(request_lease), row)
        return lease

    def _settle(self, connection: Connection, spent: Spent, now: datetime) -> None:
        """Put what was done in the place of what was taken."""
        connection.execute(sa.delete(request_lease).where(request_lease.c.lease == spent.lease))
        ended_at = now - timedelta(seconds=spent.ended_s_ago)
        if spent.requests:
            row = {
                "lease": spent.lease,
                "scope": self._scope,
                "owner": "",
                "requests": spent.requests,
                "execution_s": spent.execution_s,
                "use_by": ended_at,
                "ends_at": ended_at,
                "is_open": False,
            }
            connection.execute(sa.insert(request_lease), row)
        self._count(connection, spent.operations, now.date())

    def _count(self, connection: Connection, operations: int, day: date) -> None:
        """Add to the day's operations. The scope is locked, so that nobody does meanwhile."""
        if not operations:
            return
        own = request_day.c.scope == self._scope
        more = sa.update(request_day).where(own, request_day.c.day == day)
        if not connection.execute(more.values(operations=request_day.c.operations + operations)).rowcount:
            connection.execute(sa.insert(request_day), {"scope": self._scope, "day": day, "operations": operations})
            connection.execute(sa.delete(request_day).where(own, request_day.c.day < day - _DAYS_KEPT))


def _standing(leases: Sequence[AnyRow], bounds: Bounds, now: datetime) -> Standing:
    ends = [lease.ends_at for lease in leases]
    return Standing(
        requests=sum(lease.requests for lease in leases),
        execution_s=sum(lease.execution_s for lease in leases),
        next_free_s=(min(ends) - now).total_seconds() + bounds.window_s if ends else None,
        is_open=any(lease.is_open for lease in leases),
    )


def _held_s(until: datetime | None, now: datetime) -> float:
    """Seconds until a hold is over; one that is longer than any was set before the clock went back."""
    left_s = (until - now).total_seconds() if until else 0.0
    return left_s if 0 < left_s <= LONGEST_HOLD_S else 0.0


def _lesson(row: AnyRow, now: datetime) -> Lesson:
    """What was learned within the last day."""
    if row.learned_at is None or row.learned_at + _LEARNED_FOR <= now:
        return Lesson()
    return Lesson(row.requests, row.execution_s, row.window_s)


def _smaller(one: float | None, other: float | None) -> float | None:
    given = [value for value in (one, other) if value is not None]
    return min(given) if given else None
