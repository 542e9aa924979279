"""The mirror: the rows that live models need, where the next pull starts, and which leads are due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from connector.errors import MissingFactError
from connector.pipeline.values import ColumnNeeds, Dossier, LeadRow, Page, Table
from connector.store import absorb, engines, leftout, merging, notes, peoplekeys
from connector.store.database import AnyRow, Repository, chunked
from connector.store.dossiers import load_dossiers
from connector.store.duemarks import MARKED, mark_all_due, mark_due
from connector.store.fingerprints import facts_writer
from connector.store.leaving import erase, forget
from connector.store.tables import account, account_check, lead, pull_token, score, source_token

_DROPPED = "dropped_tokens"  # the run that dropped them last
_CHECKED = account_check.c.account_id
_IS_LINKED = sa.exists().where(lead.c.account_id == _CHECKED)
_IS_MIRRORED = sa.exists().where(account.c.account_id == _CHECKED)


class Mirror(Repository):
    """Fulfils `MirrorStore`."""

    def tokens(self, needs: ColumnNeeds) -> Mapping[Table, str]:
        """The tokens to pull from; none for a table whose needed columns grew since the token was stored."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(pull_token)).all()
            has_contacts = connection.scalar(sa.select(lead.c.lead_id).where(lead.c.contact_id.is_not(None)).limit(1))
        return {
            Table(row.table_name): row.token
            for row in rows
            if _columns(needs, Table(row.table_name)) <= set(row.columns)
            # While no lead goes by its contact, nothing can be missed: a read of contacts then starts at that pull.
            and (row.table_name != Table.CONTACT or has_contacts is not None)
        }

    def drop_tokens(self, run_id: str) -> None:
        """Forget the tokens, once for a run: the next pull reads everything, and every lead is decided anew."""
        with self._database.write() as connection:
            if notes.read_note(connection, _DROPPED).get("run") == run_id:
                return
            notes.write_note(connection, _DROPPED, {"run": run_id})
            connection.execute(sa.delete(pull_token))
            connection.execute(sa.delete(source_token))
            mark_all_due(connection)

    def begin_full(self, table: Table) -> None:
        """Begin a full read: a number that rows seen from now on carry."""
        with self._database.write() as connection:
            notes.next_generation(connection, table)
            if table is Table.LEAD:
                leftout.begin_pull(connection)

    def prepare(self, page: Page, needs: ColumnNeeds) -> Page:
        """Write the leads' columns, in the thread that read them: others may be storing meanwhile."""
        if not page.leads:
            return page
        write = facts_writer(needs.lead, needs.own)
        return replace(page, written=tuple([write(row.columns) for row in page.leads]))

    def absorb(self, page: Page, needs: ColumnNeeds, *, now: datetime) -> int:
        """Store a page with its token and mark the leads it affects due, in one transaction; return how many."""
        with self._database.write(bulk=True) as connection:
            if page.table is Table.LEAD:
                affected = absorb.absorb_leads(
                    connection, page.leads, page.deleted, needs, now=now, count=True, written=page.written
                )
            elif page.table is Table.ACCOUNT:
                affected = absorb.absorb_accounts(connection, page.accounts, page.deleted, needs)
            else:
                affected = merging.follow_companies(connection, page.companies, needs)
            if page.seen:
                absorb.see(connection, page.table, page.seen)
            if page.token is not None:
                if page.full:
                    affected |= absorb.sweep(connection, page.table)
                if page.table is Table.LEAD:
                    leftout.end_pull(connection)
                columns = sorted(_columns(needs, page.table))
                row = {"table_name": page.table.value, "token": page.token, "columns": columns}
                engines.upsert(connection, pull_token, [row])
                notes.write_note(connection, notes.pulled_note(page.table), {"at": now.isoformat()})
        return len(affected)

    def use_rollups(self, *, on: bool, counts: Sequence[str] = (), title: str | None = None) -> None:
        """Say whether live models use account roll-ups, and which counts over people; it is remembered."""
        with self._database.write() as connection:
            notes.use_rollups(connection, on=on, counts=counts, title=title)

    def missing_accounts(self) -> Sequence[str]:
        """Ids of accounts that mirrored leads link to and the mirror does not hold."""
        query = sa.select(_CHECKED).where(_IS_LINKED, ~_IS_MIRRORED).order_by(_CHECKED)
        with self._database.read() as connection:
            return connection.scalars(query).all()

    def prune_accounts(self) -> int:
        """Drop accounts that no mirrored lead links to; return how many. Looks only where links changed."""
        unlinked = sa.select(_CHECKED).where(~_IS_LINKED)
        with self._database.write() as connection:
            dropped = connection.execute(sa.delete(account).where(account.c.account_id.in_(unlinked))).rowcount
            # What stays to be checked is what is linked and missing.
            connection.execute(sa.delete(account_check).where(sa.or_(_IS_MIRRORED, ~_IS_LINKED)))
        return dropped

    def mark_due(self, lead_ids: Sequence[str] | None = None) -> int:
        """Mark these leads (all: None) due; return how many."""
        with self._database.write() as connection:
            return mark_all_due(connection) if lead_ids is None else mark_due(connection, lead_ids)

    def wake(self, now: datetime) -> int:
        """Mark leads due whose next change time has come, or whose score is of a time to come; return how many.

        The latter were scored while a clock was ahead; they are noted as scored `now`, so that one whose write is
        refused is not woken again and again.
        """
        ahead = score.c.scored_at > now
        with self._database.write() as connection:
            woken = 0
            for is_woken in (lead.c.next_change_at <= now, lead.c.lead_id.in_(sa.select(score.c.lead_id).where(ahead))):
                query = sa.update(lead).where(is_woken, sa.not_(lead.c.due)).values(MARKED)
                woken += connection.execute(query).rowcount
            changed_at = sa.case((score.c.changed_at > now, now), else_=score.c.changed_at)
            connection.execute(sa.update(score).where(ahead).values(scored_at=now, changed_at=changed_at))
        return woken

    def count_leads(self) -> int:
        """How many leads are mirrored."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(lead)) or 0

    def count_due(self) -> int:
        """How many leads are due."""
        with self._database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(lead).where(lead.c.due)) or 0

    def due(self, limit: int, *, now: datetime, after: str = "", upto: str = "") -> Sequence[Dossier]:
        """Dossiers of due leads in the order of their ids, ids greater than `after` and (unless empty) up to `upto`."""
        query = sa.select(lead).where(lead.c.due, lead.c.lead_id > after).order_by(lead.c.lead_id).limit(limit)
        if upto:
            query = query.where(lead.c.lead_id <= upto)
        with self._database.read() as connection:
            return load_dossiers(connection, connection.execute(query).all(), now=now)

    def due_among(
        self, lead_ids: Sequence[str], account_ids: Sequence[str], limit: int, *, now: datetime, after: str = ""
    ) -> Sequence[Dossier]:
        """As `due`, of these leads and of the leads of these accounts only."""
        found: dict[str, AnyRow] = {}
        with self._database.read() as connection:
            for column, wanted in ((lead.c.lead_id, lead_ids), (lead.c.account_id, account_ids)):
                for ids in chunked(sorted(set(wanted))):
                    query = sa.select(lead).where(lead.c.due, lead.c.lead_id > after, column.in_(ids))
                    rows = connection.execute(query.order_by(lead.c.lead_id).limit(limit))
                    found.update((row.lead_id, row) for row in rows)
            first = [found[lead_id] for lead_id in sorted(found)[:limit]]
            return load_dossiers(connection, first, now=now)

    def dossiers(self, limit: int, *, now: datetime, after: str = "") -> Sequence[Dossier]:
        """Dossiers of all mirrored leads in the order of their ids, ids greater than `after`."""
        query = sa.select(lead).where(lead.c.lead_id > after).order_by(lead.c.lead_id).limit(limit)
        with self._database.read() as connection:
            return load_dossiers(connection, connection.execute(query).all(), now=now)

    def dossier(self, lead_id: str, *, now: datetime) -> Dossier:
        """One lead's dossier; MissingFactError when it is not mirrored."""
        with self._database.read() as connection:
            found = connection.execute(sa.select(lead).where(lead.c.lead_id == lead_id)).all()
            if found:
                return load_dossiers(connection, found, now=now)[0]
        raise MissingFactError(
            f"The lead {lead_id} is not in the mirror: it is closed, opted out, or was never pulled.",
            remedy="If it is open, run: connector sync.",
        )

    def refresh(self, row: LeadRow, needs: ColumnNeeds, *, now: datetime) -> None:
        """Store one lead as just read (after a 412), marking it due when it changed."""
        with self._database.write() as connection:
            absorb.absorb_leads(connection, [row], (), needs, now=now, count=False)

    def forget(self, lead_ids: Sequence[str]) -> None:
        """Drop leads from the mirror that may come back; what they scored, and no more, stays as memory."""
        with self._database.write() as connection:
            forget(connection, lead_ids)

    def count_opted_out(self) -> int:
        """How many people were left out at the last complete pull because they opted out or objected."""
        with self._database.read() as connection:
            return leftout.count_last_pull(connection)

    def suppress(self, lead_ids: Sequence[str], *, now: datetime) -> None:
        """Put people on our own list: all that is known of them is erased, and they are never mirrored again."""
        with self._database.write() as connection:
            leftout.suppress(connection, lead_ids, now=now)
            peoplekeys.move_out(connection, lead_ids)
            erase(connection, lead_ids)


def _columns(needs: ColumnNeeds, table: Table) -> frozenset[str]:
    if table is Table.LEAD:
        return needs.lead | needs.keys
    return needs.account if table is Table.ACCOUNT else frozenset()
