"""The mirror is brought up to date: every table at the same time, page by page, then accounts that nobody sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from connector.pipeline.ports import Clock, MirrorStore, Source
from connector.pipeline.readings import Reading, read_together
from connector.pipeline.report import Report
from connector.pipeline.values import AccountRow, ColumnNeeds, Page, Table

ACCOUNT_CHUNK = 200


def pull(
    store: MirrorStore,
    source: Source,
    needs: ColumnNeeds,
    report: Report,
    *,
    clock: Clock,
    check_stop: Callable[[], None],
    further: Sequence[Reading[Any]] = (),
) -> None:
    """Store every change with its token, all tables at the same time, `further` readings with them.

    Whatever order they come in, nothing is scored before all of it is stored. Raises OutsideError.
    """
    begun: set[Table] = set()

    def take_in(page: Page) -> None:
        if page.full and page.table not in begun:
            # Also where a table's first pages were changes: an expired token is noticed on the way.
            store.begin_full(page.table)
            begun.add(page.table)
        if page.table is Table.ACCOUNT:
            report.accounts += page.rows_read
        elif page.table is Table.LEAD:
            report.pulled += page.rows_read
        store.absorb(page, needs, now=clock())

    tables = source.pull(needs, store.tokens(needs))
    readings: list[Reading[Any]] = [Reading(name, pages, take_in) for name, pages in tables.items()]
    read_together([*readings, *further], check_stop=check_stop)
    report.accounts += bring_accounts(store, source, needs, clock=clock)
    store.prune_accounts()
    report.opted_out = store.count_opted_out()


def bring_accounts(
    store: MirrorStore, source: Source, needs: ColumnNeeds, *, clock: Clock, among: Collection[str] | None = None
) -> int:
    """Read the accounts that mirrored leads link to and the mirror lacks (only those `among`); return how many came.

    Raises OutsideError.
    """
    looked_at: set[str] = set()
    brought = 0
    while True:
        # One that turns out to be merged into another makes that one the account: it may be missing in its turn.
        new = [one for one in store.missing_accounts() if one not in looked_at]
        missing = [one for one in new if looked_at or among is None or one in among]
        looked_at.update(new)
        if not missing:
            return brought
        for start in range(0, len(missing), ACCOUNT_CHUNK):
            found = source.read_accounts(missing[start : start + ACCOUNT_CHUNK], needs)
            accounts: tuple[AccountRow, ...] = tuple(found.values())
            store.absorb(Page(Table.ACCOUNT, accounts=accounts, rows_read=len(accounts)), needs, now=clock())
            brought += len(accounts)
