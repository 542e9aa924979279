"""The mirror is brought up to date: changed rows page by page, then the accounts that leads link to and nobody sent."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from connector.pipeline.ports import Clock, MirrorStore, Source
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
) -> None:
    """Store every change with its token before the next page is looked at. Raises OutsideError."""
    begun: set[Table] = set()
    for page in source.pull(needs, store.tokens(needs)):
        check_stop()
        if page.full and page.table not in begun:
            # Also where a table's first pages were changes: an expired token is noticed on the way.
            store.begin_full(page.table)
            begun.add(page.table)
        _absorb(store, page, needs, report, clock)
    report.accounts += bring_accounts(store, source, needs, clock=clock)
    store.prune_accounts()
    report.opted_out = store.count_opted_out()


def _absorb(store: MirrorStore, page: Page, needs: ColumnNeeds, report: Report, clock: Clock) -> None:
    """Store a page; accounts that came along with leads go first, so that no lead is without what was sent."""
    if page.table is Table.ACCOUNT:
        report.accounts += page.rows_read
    else:
        report.pulled += page.rows_read
        if page.accounts:
            report.accounts += len(page.accounts)
            store.absorb(Page(Table.ACCOUNT, accounts=page.accounts), needs, now=clock())
            page = replace(page, accounts=())
    store.absorb(page, needs, now=clock())


def bring_accounts(
    store: MirrorStore, source: Source, needs: ColumnNeeds, *, clock: Clock, among: Collection[str] | None = None
) -> int:
    """Read the accounts that mirrored leads link to and the mirror lacks (only those `among`); return how many came.

    Raises OutsideError.
    """
    missing = [one for one in store.missing_accounts() if among is None or one in among]
    brought = 0
    for start in range(0, len(missing), ACCOUNT_CHUNK):
        found = source.read_accounts(missing[start : start + ACCOUNT_CHUNK], needs)
        accounts: tuple[AccountRow, ...] = tuple(found.values())
        store.absorb(Page(Table.ACCOUNT, accounts=accounts, rows_read=len(accounts)), needs, now=clock())
        brought += len(accounts)
    return brought
