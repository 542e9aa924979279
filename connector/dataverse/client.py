"""The adapter of an environment: the ports `Source` and `Writer` over one session.

How changes are read stands in `changes`, how a row is written in `writer`; here they are put together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from connector.dataverse import columns
from connector.dataverse.batchwriting import LeadTable, Outcome
from connector.dataverse.changes import Reading, read_changes
from connector.dataverse.leadwriter import LeadWriter
from connector.dataverse.links import KINDS_OF_LOOKUPS, AccountLinks
from connector.dataverse.metadata import TableInfo, describe, read_table
from connector.dataverse.query import LARGEST_PAGE, Row, address, any_of, chunks, guid, pages
from connector.dataverse.rows import AccountShape, LeadShape, key_of, require_opt_out
from connector.dataverse.session import DataverseSession
from connector.dataverse.tokens import Token, read_token, write_token
from connector.dataverse.writer import write_lead
from connector.pipeline.ports import Change
from connector.pipeline.values import AccountRow, ColumnNeeds, Columns, Environment, LeadRow, Page, Table, WriteResult


class Dataverse:
    """One environment as the pipeline sees it: fulfils `Source` and `Writer`.

    `opt_out` are boolean lead columns that say, besides the standard one, that a person must be left out. `page_size`
    is at most 5000. `writer` says how many leads are written at once. The tables' definitions are read at the first
    need and again by each `environment()`, whose last answer is `described`.
    """

    def __init__(
        self,
        session: DataverseSession,
        *,
        page_size: int = LARGEST_PAGE,
        opt_out: Sequence[str] = (),
        writer: LeadWriter | None = None,
    ) -> None:
        if not 1 <= page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size must be from 1 to {LARGEST_PAGE}.")
        self._session = session
        self._page_size = page_size
        self._opt_out = tuple(opt_out)
        self._writer = writer or LeadWriter()
        self._tables: tuple[TableInfo, TableInfo] | None = None
        self.described: Environment | None = None

    # --- Source ---

    def environment(self) -> Environment:
        """Read the metadata that writing and typing rely on, afresh. Raises OutsideError."""
        self.described = describe(*self._read_tables())
        return self.described

    def pull(self, needs: ColumnNeeds, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """Every change since `tokens`, everything for a table without one, by the name of what is read.

        Each may be iterated by a thread of its own. Iterating raises OutsideError; MissingFactError, at once, for a
        needed column that does not exist.
        """
        lead, account = self._known_tables()
        lead_shape, account_shape = LeadShape.of(lead, needs, self._opt_out), AccountShape.of(account, needs)
        readings: dict[str, Iterator[Page]] = {}
        if needs.account:
            readings["accounts"] = self._pull_accounts(account, account_shape, read_token(tokens.get(Table.ACCOUNT)))
        readings["leads"] = self._pull_leads(lead, lead_shape, read_token(tokens.get(Table.LEAD)))
        return readings

    def read_leads(self, lead_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, LeadRow]:
        """Read these leads now, closed ones included; one that no longer exists is absent. Raises OutsideError."""
        lead, account = self._known_tables()
        shape = LeadShape.of(lead, needs, self._opt_out)
        rows = self._read_rows(lead, shape.select, lead_ids)
        linked = AccountLinks(self._session, account.entity_set).resolve(rows, lead.key)
        leads = (shape.read(row, linked.get(key_of(row, lead.key, Table.LEAD))) for row in rows)
        return {row.lead_id: row for row in leads}

    def read_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, AccountRow]:
        """Read these accounts now; one that does not exist is absent. Raises OutsideError."""
        _, account = self._known_tables()
        shape = AccountShape.of(account, needs)
        rows = [shape.read(row) for row in self._read_rows(account, shape.select, account_ids)]
        return {row.account_id: row for row in rows}

    # --- Writer ---

    def write(self, lead_id: str, etag: str, values: Columns) -> WriteResult:
        """Update one lead, guarded by its etag: Applied, Stale or Refused. Raises OutsideError when unreachable."""
        lead, _ = self._known_tables()
        return write_lead(self._session, lead.entity_set, lead.key, lead_id, etag, values)

    def share(self, changes: int, *, parallel: int) -> int:
        """How many changes to hand to one call of `write_many` where so many are to be written in so many threads."""
        return self._writer.share(changes, parallel=parallel)

    def write_many(self, changes: Sequence[Change], *, stop: Callable[[], bool]) -> Iterator[tuple[int, Outcome]]:
        """Update leads, each guarded by its own etag, in a batch where that is relied on; see the port `Writer`."""
        lead, _ = self._known_tables()
        yield from self._writer.write_many(LeadTable(self._session, lead.entity_set, lead.key), changes, stop=stop)

    # --- how ---

    def _known_tables(self) -> tuple[TableInfo, TableInfo]:
        """Give both tables' definitions, read once."""
        return self._tables or self._read_tables()

    def _read_tables(self) -> tuple[TableInfo, TableInfo]:
        """Read and keep both tables' definitions. MissingFactError for opt-out columns that cannot be relied on."""
        lead, account = read_table(self._session, Table.LEAD), read_table(self._session, Table.ACCOUNT)
        require_opt_out(lead, self._opt_out)
        self._tables = lead, account
        return self._tables

    def _pull_accounts(self, account: TableInfo, shape: AccountShape, token: Token | None) -> Iterator[Page]:
        """Yield the accounts that changed."""
        reading = Reading(account, shape.select, self._page_size)
        for page in read_changes(self._session, reading, token):
            yield Page(
                Table.ACCOUNT,
                accounts=tuple(shape.read(row) for row in page.rows),
                deleted=page.deleted,
                token=write_token(page.token) if page.token else None,
                full=page.is_full,
                rows_read=len(page.rows),
            )

    def _pull_leads(self, lead: TableInfo, shape: LeadShape, token: Token | None) -> Iterator[Page]:
        """Yield the leads that changed.

        A full read leaves out closed leads, which leave the mirror by not being seen; else they are told.
        """
        _, account = self._known_tables()
        links = AccountLinks(self._session, account.entity_set)
        open_only = f"{columns.STATE} eq {columns.STATE_OPEN}"
        reading = Reading(lead, shape.select, self._page_size, open_filter=open_only)
        for page in read_changes(self._session, reading, token):
            rows = [row for row in page.rows if not page.is_full or shape.is_open(row)]
            linked = links.resolve([row for row in rows if shape.is_open(row)], shape.key)
            yield Page(
                Table.LEAD,
                leads=tuple(shape.read(row, linked.get(key_of(row, shape.key, Table.LEAD))) for row in rows),
                deleted=page.deleted,
                token=write_token(page.token) if page.token else None,
                full=page.is_full,
                rows_read=len(page.rows),
            )

    def _read_rows(self, info: TableInfo, select: frozenset[str], ids: Sequence[str]) -> list[Row]:
        """Read rows by id, in filters of a few hundred; those that do not exist are absent. ValueError for no id."""
        wanted = list(dict.fromkeys(guid(row_id) for row_id in ids))
        rows: list[Row] = []
        for part in chunks(wanted):
            query = address(info.entity_set, select=select, filter_=any_of(info.key, part))
            found = pages(self._session, query, prefer=[KINDS_OF_LOOKUPS], doing=f"reading {info.entity_set} by id")
            rows += [row for page in found for row in page.rows]
        return rows
