"""Destinations: how they do, why they are paused, and their return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.destinations import Destination
from connector.pipeline.values import DeliveryStatus
from connector.store.audit import note_change
from connector.store.database import Repository
from connector.store.tables import delivery, destination

# After a gap of this length nobody knows whether it failed all the while: the longest pause between two attempts of a
# delivery is a day and some hours.
LONGEST_GAP = timedelta(hours=48)
_QUEUED = DeliveryStatus.QUEUED.value
_HELD = DeliveryStatus.HELD.value


class Destinations(Repository):
    """Fulfils `DestinationStore`."""

    def troubled_destinations(self) -> Sequence[Destination]:
        """Those that are paused or failed last, by name."""
        held = (
            sa.select(sa.func.count())
            .where(delivery.c.destination == destination.c.name, delivery.c.status == _HELD)
            .scalar_subquery()
        )
        troubled = sa.or_(destination.c.paused.is_not(None), destination.c.failing_since.is_not(None))
        query = sa.select(destination, held.label("held")).where(troubled).order_by(destination.c.name)
        with self._database.read() as connection:
            return [
                Destination(row.name, row.paused, row.paused_at, row.failing_since, row.held)
                for row in connection.execute(query)
            ]

    def paused_destinations(self) -> Mapping[str, str]:
        """The destinations that are not used for the moment, each with the reason."""
        query = sa.select(destination.c.name, destination.c.paused).where(destination.c.paused.is_not(None))
        with self._database.read() as connection:
            return {row.name: row.paused for row in connection.execute(query)}

    def resume_destination(self, name: str, *, now: datetime) -> int:
        """Use a paused destination again and queue what waited for that; return how many deliveries."""
        with self._database.write() as connection:
            row = connection.execute(sa.select(destination).where(destination.c.name == name).with_for_update()).first()
            if row is None:
                raise MissingFactError(
                    f"Nothing was ever sent to {name}.", remedy="The paused ones: connector deliveries list."
                )
            if row.paused is None:
                raise RefusedError(f"{name} is not paused.", remedy="Nothing needs to be done.")
            waits = (delivery.c.destination == name, delivery.c.status == _HELD, delivery.c.reason == row.paused)
            again = sa.update(delivery).where(*waits).values(status=_QUEUED, next_attempt_at=now, reason="")
            count = connection.execute(again).rowcount
            unpause(connection, [name])
            note_change(connection, "destination.resumed", name, now, after={"queued": count})
        return count


def unpause(connection: Connection, names: Sequence[str]) -> None:
    """Use destinations again, as if they had never failed."""
    values = {"paused": None, "paused_at": None, "failing_since": None, "failed_at": None}
    connection.execute(sa.update(destination).where(destination.c.name.in_(names)).values(values))


def pause(connection: Connection, name: str, reason: str, now: datetime) -> None:
    """Use a destination no more; what is queued for it is held."""
    connection.execute(sa.update(destination).where(destination.c.name == name).values(paused=reason, paused_at=now))
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.destination == name, delivery.c.status == _QUEUED)
        .values(status=_HELD, next_attempt_at=None, reason=reason)
    )


def note_success(connection: Connection, name: str) -> None:
    """Something arrived: what failed before counts no more."""
    failing = sa.and_(destination.c.name == name, destination.c.failing_since.is_not(None))
    connection.execute(sa.update(destination).where(failing).values(failing_since=None, failed_at=None))


def note_failure(connection: Connection, name: str, reason: str, now: datetime, pause_after: timedelta | None) -> bool:
    """An attempt failed: where nothing but that happened for so long, the destination is paused. Tell whether so."""
    row = connection.execute(sa.select(destination).where(destination.c.name == name).with_for_update()).first()
    if row is None:
        return False
    goes_on = row.failed_at is not None and now - row.failed_at <= LONGEST_GAP
    since = row.failing_since if goes_on and row.failing_since is not None else now
    values = {"failing_since": since, "failed_at": now}
    connection.execute(sa.update(destination).where(destination.c.name == name).values(values))
    if pause_after is not None and row.paused is None and now - since >= pause_after:
        said = (
            f"Nothing arrived since {since:%Y-%m-%d %H:%M} UTC, so that it is paused. The last answer: {reason} "
            f"Mend it, then: connector deliveries resume {name}"
        )
        pause(connection, name, said, now)
        return True
    return False
