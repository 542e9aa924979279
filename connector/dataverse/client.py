"""The adapter of an environment: the ports `Source` and `Writer` over one session.

What is read stands in `pulls`, how a row is written in `writer`, what is known of the tables in `pictures`; here they
are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from connector.dataverse.http.refusals import OUTDATED, is_about_tables
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.pictures import PICTURE_AGE, KnownTables
from connector.dataverse.metadata.tables import TableInfo, describe
from connector.dataverse.reading.pulls import Pulls
from connector.dataverse.reading.query import LARGEST_PAGE
from connector.dataverse.reading.rows import require_opt_out
from connector.dataverse.writing.batchwriting import LeadTable, Outcome
from connector.dataverse.writing.leadwriter import LeadWriter
from connector.dataverse.writing.ownership import OwnerSets
from connector.dataverse.writing.writer import write_lead
from connector.errors import OutdatedError, OutsideError
from connector.pipeline.pictures import PictureStore
from connector.pipeline.ports import Change
from connector.pipeline.values import (
    AccountRow,
    ColumnNeeds,
    Columns,
    Environment,
    LeadRow,
    Page,
    Refused,
    Table,
    WriteResult,
)

RECONCILE_EVERY = timedelta(days=1)


class Dataverse:
    """One environment as the pipeline sees it: fulfils `Source` and `Writer`.

    `opt_out` are boolean lead columns that say, besides the standard one, that a person must be left out. `page_size`
    is at most 5000. `writer` says how many leads are written at once. The tables' definitions are kept in `pictures`
    for at most `picture_age`; without it they are read at the first need and again by each `environment()`, whose
    last answer is `described`. `reconcile_every` is how often a table without change tracking is looked through for
    rows that are gone.
    """

    def __init__(
        self,
        session: DataverseSession,
        *,
        page_size: int = LARGEST_PAGE,
        opt_out: Sequence[str] = (),
        writer: LeadWriter | None = None,
        pictures: PictureStore | None = None,
        picture_age: timedelta = PICTURE_AGE,
        reconcile_every: timedelta = RECONCILE_EVERY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not 1 <= page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size must be from 1 to {LARGEST_PAGE}.")
        self._session = session
        self._page_size = page_size
        self._opt_out = tuple(opt_out)
        self._reconcile_every = reconcile_every
        self._writer = writer or LeadWriter()
        self._owners = OwnerSets(session)
        check = partial(_check_opt_out, self._opt_out)
        self._known = KnownTables(session, pictures, clock=clock, longest=picture_age, check=check)
        self.described: Environment | None = None

    # --- Source ---

    def environment(self, purpose: str | None = None) -> Environment:
        """What the metadata say that writing and typing rely on, as kept for this purpose or read now. See the port."""
        self.described = replace(describe(*self._known.take(purpose)), opt_out_columns=frozenset(self._opt_out))
        return self.described

    def look_again(self) -> bool:
        """Forget what was kept of the metadata; False where what is in use was read just now."""
        return self._known.look_again()

    def pull(self, needs: ColumnNeeds, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """Every change since `tokens`, everything for a table without one, by the name of what is read.

        Each may be iterated by a thread of its own. Iterating raises OutsideError; MissingFactError, at once, for a
        needed column that does not exist.
        """
        return {name: self._judged(pages) for name, pages in self._pulls(needs).readings(tokens).items()}

    def read_leads(self, lead_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, LeadRow]:
        """Read these leads now, closed ones included; one that no longer exists is absent. Raises OutsideError."""
        with self._judging():
            return self._pulls(needs).leads(lead_ids)

    def read_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, AccountRow]:
        """Read these accounts now; one that does not exist is absent. Raises OutsideError."""
        with self._judging():
            return self._pulls(needs).accounts(account_ids)

    # --- Writer ---

    def write(self, lead_id: str, etag: str, values: Columns) -> WriteResult:
        """Update one lead, guarded by its etag: Applied, Stale or Refused. Raises OutsideError when unreachable."""
        lead, _ = self._known.tables()
        with self._judging():
            bound = self._owners.bound(values)
            result = write_lead(self._session, lead.entity_set, lead.key, lead_id, etag, bound)
        outcome = self._judge(result)
        if isinstance(outcome, OutsideError):
            raise outcome
        return outcome

    def share(self, changes: int, *, parallel: int) -> int:
        """How many changes to hand to one call of `write_many` where so many are to be written in so many threads."""
        return self._writer.share(changes, parallel=parallel)

    def write_many(self, changes: Sequence[Change], *, stop: Callable[[], bool]) -> Iterator[tuple[int, Outcome]]:
        """Update leads, each guarded by its own etag, in a batch where that is relied on; see the port `Writer`."""
        lead, _ = self._known.tables()
        table = LeadTable(self._session, lead.entity_set, lead.key)
        changes = [replace(change, values=self._owners.bound(change.values)) for change in changes]
        for place, outcome in self._writer.write_many(table, changes, stop=stop):
            yield place, self._judge(outcome)

    # --- how ---

    def _pulls(self, needs: ColumnNeeds) -> Pulls:
        lead, account = self._known.tables()
        return Pulls(
            self._session,
            lead,
            account,
            needs,
            opt_out=self._opt_out,
            page_size=self._page_size,
            reconcile_every=self._reconcile_every,
        )

    def _judged(self, pages: Iterator[Page]) -> Iterator[Page]:
        with self._judging():
            yield from pages

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """Raise OutdatedError for what may be refused because what was kept of the tables no longer holds."""
        try:
            yield
        except OutsideError as error:
            judged = self._judge(error)
            if judged is error or not isinstance(judged, OutsideError):
                raise
            raise judged from error

    def _judge(self, outcome: Outcome) -> Outcome:
        """Tell whether a refusal may be due to what was kept of the tables; then an OutdatedError is given instead."""
        if not self._known.is_kept:
            return outcome
        if isinstance(outcome, Refused) and outcome.code in OUTDATED:
            return OutdatedError(outcome.message, code=outcome.code)
        if isinstance(outcome, OutsideError) and is_about_tables(outcome):
            return OutdatedError(
                outcome.message,
                remedy=outcome.remedy,
                status=outcome.status,
                code=outcome.code,
                request_id=outcome.request_id,
            )
        return outcome


def _check_opt_out(configured: Sequence[str], lead: TableInfo) -> None:
    require_opt_out(lead, configured)
