"""The mirror is brought up to date: every table at the same time, page by page, then accounts that nobody sent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

from connector.errors import OutsideError
from connector.pipeline.interpreter import collected_seldom, switched_often
from connector.pipeline.ports import Clock, MirrorStore, Source
from connector.pipeline.readings import Reading, read_together
from connector.pipeline.report import Report
from connector.pipeline.values import AccountRow, ColumnNeeds, Page, Table

ACCOUNT_CHUNK = 200
# Of a full read so many rows are stored at once: rows come in the order of no index, and a transaction writes each page
# of an index once, however many of its rows are in it.
BUNDLE = 40_000
# Pages that are asked for before the one that is stored, so that reading goes on meanwhile: more than come in the time
# that a bundle takes, so that the other side is never idle. More would only take memory.
PAGES_AHEAD = 14
_FORBIDDEN = 403


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
    bundles: dict[Table, list[Page]] = {}

    def take_in(page: Page) -> None:
        if page.full and page.table not in begun:
            # Also where a table's first pages were changes: an expired token is noticed on the way.
            store.begin_full(page.table)
            begun.add(page.table)
        _note(page, report)
        bundle = bundles.setdefault(page.table, [])
        bundle.append(page)
        if page.token or not page.full or sum(map(_size, bundle)) >= BUNDLE:
            store.absorb(_bundled(bundle), needs, now=clock())
            bundle.clear()

    tables = source.pull(needs, store.tokens(needs))
    readings: list[Reading[Any]] = [
        Reading(name, pages, take_in, lambda page: store.prepare(page, needs)) for name, pages in tables.items()
    ]
    with collected_seldom(), switched_often():
        read_together([*readings, *further], check_stop=check_stop, ahead=PAGES_AHEAD)
    if Table.ACCOUNT not in report.withheld:
        report.accounts += bring_accounts(store, source, needs, clock=clock, withheld=report.withheld)
    store.prune_accounts()
    report.opted_out = store.count_opted_out()


def _note(page: Page, report: Report) -> None:
    """Count what came."""
    if page.withheld:
        report.withheld[page.table] = page.withheld
    if page.table is Table.ACCOUNT:
        report.accounts += page.rows_read
    elif page.table is Table.LEAD:
        report.pulled += page.rows_read


def is_forbidden(error: OutsideError) -> bool:
    """Tell whether the other side said that we may not: a table that leads can be scored without is then left."""
    return error.status == _FORBIDDEN


def _size(page: Page) -> int:
    return len(page.leads) + len(page.accounts) + len(page.seen)


def _bundled(pages: Sequence[Page]) -> Page:
    """Several pages of one table as one, in their order."""
    if len(pages) == 1:
        return pages[0]
    return replace(
        pages[-1],
        leads=tuple(chain.from_iterable(page.leads for page in pages)),
        accounts=tuple(chain.from_iterable(page.accounts for page in pages)),
        deleted=tuple(chain.from_iterable(page.deleted for page in pages)),
        seen=tuple(chain.from_iterable(page.seen for page in pages)),
        rows_read=sum(page.rows_read for page in pages),
        written=tuple(chain.from_iterable(page.written for page in pages)),
    )


def bring_accounts(
    store: MirrorStore,
    source: Source,
    needs: ColumnNeeds,
    *,
    clock: Clock,
    among: Collection[str] | None = None,
    withheld: dict[Table, str] | None = None,
) -> int:
    """Read the accounts that mirrored leads link to and the mirror lacks (only those `among`); return how many came.

    Who may not read accounts goes without: why is noted in `withheld`. Raises OutsideError.
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
            try:
                found = source.read_accounts(missing[start : start + ACCOUNT_CHUNK], needs)
            except OutsideError as error:
                if not is_forbidden(error):
                    raise
                if withheld is not None:
                    withheld[Table.ACCOUNT] = error.message
                return brought
            accounts: tuple[AccountRow, ...] = tuple(found.values())
            store.absorb(Page(Table.ACCOUNT, accounts=accounts, rows_read=len(accounts)), needs, now=clock())
            brought += len(accounts)
