"""What a pull reads: changed leads and accounts as pages, contacts that may have changed company, and rows by id.

How changes are found stands in `changes`; pages and rows are shaped for the pipeline here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.changes import read_changes
from connector.dataverse.reading.links import FORBIDDEN, KINDS_OF_LOOKUPS, AccountLinks
from connector.dataverse.reading.pages import Reading
from connector.dataverse.reading.query import Row, address, any_of, chunks, guid, pages
from connector.dataverse.reading.rows import AccountShape, LeadShape, keys_of
from connector.dataverse.reading.tokens import NOT_PERMITTED, Token, WindowToken, read_token, write_token
from connector.dataverse.reading.windows import CLOCK_TOLERANCE
from connector.errors import OutsideError
from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Page, Table

logger = logging.getLogger(__name__)

_CONTACT_COLUMNS = frozenset({columns.CONTACT_KEY, columns.CONTACT_COMPANY})
_CONTACTS = TableInfo(
    table=Table.CONTACT,
    entity_set=columns.CONTACT_SET,
    key=columns.CONTACT_KEY,
    tracks_changes=False,
    guards_updates=None,
    columns={},
)
_ALL_CONTACTS = WindowToken(datetime(1970, 1, 2, tzinfo=UTC), _CONTACT_COLUMNS)
_NO_COMPANIES = "Dataverse does not let us read the contacts that leads are linked by."


class Pulls:
    """What is read for some needs; MissingFactError, when made, for a needed column that does not exist."""

    def __init__(
        self,
        session: DataverseSession,
        lead: TableInfo,
        account: TableInfo,
        needs: ColumnNeeds,
        *,
        opt_out: Sequence[str],
        page_size: int,
        reconcile_every: timedelta,
    ) -> None:
        self._session, self._lead, self._account = session, lead, account
        self._lead_shape, self._account_shape = LeadShape.of(lead, needs, opt_out), AccountShape.of(account, needs)
        self._needs_accounts = bool(needs.account)
        self._page_size, self._reconcile_every = page_size, reconcile_every

    def readings(self, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """The pages of each table, each to be iterated by a thread of its own."""
        found: dict[str, Iterator[Page]] = {}
        if self._needs_accounts:
            found["accounts"] = self._changed_accounts(read_token(tokens.get(Table.ACCOUNT)))
        contacts = read_token(tokens.get(Table.CONTACT))
        if isinstance(contacts, WindowToken):
            found["contacts"] = self._changed_contacts(contacts)
        starts_contacts = "contacts" not in found
        found["leads"] = self._changed_leads(read_token(tokens.get(Table.LEAD)), starts_contacts=starts_contacts)
        return found

    def leads(self, lead_ids: Sequence[str]) -> Mapping[str, LeadRow]:
        """Read these leads now, closed ones included; one that no longer exists is absent."""
        shape = self._lead_shape
        keyed = self._keyed(self._by_id(self._lead, shape.select, lead_ids))
        return {row.lead_id: row for row in shape.read_all(keyed, self._links().resolve(keyed))}

    def accounts(self, account_ids: Sequence[str]) -> Mapping[str, AccountRow]:
        """Read these accounts now; one that does not exist is absent."""
        shape = self._account_shape
        rows = self._by_id(self._account, shape.select, account_ids)
        return {row.account_id: row for row in shape.read_all(rows)}

    def _changed_accounts(self, token: Token | None) -> Iterator[Page]:
        """Yield the accounts that changed. Who may not read accounts goes without."""
        shape = self._account_shape
        reading = Reading(self._account, shape.select, self._page_size, reconcile_every=self._reconcile_every)
        try:
            for page in read_changes(self._session, reading, token):
                yield Page(
                    Table.ACCOUNT,
                    accounts=shape.read_all(page.rows),
                    deleted=page.deleted,
                    token=write_token(page.token) if page.token else None,
                    full=page.is_full,
                    seen=page.seen,
                    rows_read=len(page.rows),
                )
        except OutsideError as error:
            if error.status != FORBIDDEN:
                raise
            # The next pull goes on where the last one that was permitted ended, or begins anew.
            yield Page(Table.ACCOUNT, token=None if token else NOT_PERMITTED, withheld=error.message)

    def _changed_leads(self, token: Token | None, *, starts_contacts: bool) -> Iterator[Page]:
        """Yield the leads that changed.

        A full read leaves out closed leads, which leave the mirror by not being seen; else they are told. Contacts
        are read from now on: the companies of those that leads go by are looked up after the first page has come.
        Where that is not permitted, all of them are read as soon as it is.
        """
        shape, links = self._lead_shape, self._links()
        tells_all_contacts = False
        open_only = shape.open_filter()
        reading = Reading(self._lead, shape.select, self._page_size, open_only, self._reconcile_every)
        for page in read_changes(self._session, reading, token):
            if starts_contacts and page.date is not None:
                starts_contacts = False
                first = WindowToken(page.date - CLOCK_TOLERANCE, _CONTACT_COLUMNS)
                yield Page(Table.CONTACT, token=write_token(first))
            rows = [row for row in page.rows if shape.matters(row)] if page.is_full else page.rows
            keyed = self._keyed(rows)
            linked = links.resolve([(lead_id, row) for lead_id, row in keyed if shape.is_open(row)])
            if links.misses_contacts and not tells_all_contacts:
                tells_all_contacts = True
                yield Page(Table.CONTACT, token=write_token(_ALL_CONTACTS), withheld=_NO_COMPANIES)
            yield Page(
                Table.LEAD,
                leads=shape.read_all(keyed, linked),
                deleted=page.deleted,
                token=write_token(page.token) if page.token else None,
                full=page.is_full,
                seen=page.seen,
                rows_read=len(page.rows),
            )

    def _changed_contacts(self, token: WindowToken) -> Iterator[Page]:
        """Yield the companies of contacts that were modified. Who may not read contacts goes without."""
        reading, links = Reading(_CONTACTS, _CONTACT_COLUMNS, self._page_size), self._links()
        try:
            for page in read_changes(self._session, reading, token):
                companies = links.companies_of(page.rows)
                yield Page(Table.CONTACT, token=write_token(page.token) if page.token else None, companies=companies)
        except OutsideError as error:
            if error.status != FORBIDDEN:
                raise
            yield Page(Table.CONTACT, withheld=error.message)

    def _keyed(self, rows: Sequence[Row]) -> list[tuple[str, Row]]:
        return list(zip(keys_of(rows, self._lead_shape.key, Table.LEAD), rows, strict=True))

    def _links(self) -> AccountLinks:
        return AccountLinks(self._session, self._account.entity_set, (self._lead.entity_set, self._lead.key))

    def _by_id(self, info: TableInfo, select: frozenset[str], ids: Sequence[str]) -> list[Row]:
        """Read rows by id, in filters of a few hundred; those that do not exist are absent. ValueError for no id."""
        wanted = list(dict.fromkeys(guid(row_id) for row_id in ids))
        rows: list[Row] = []
        for part in chunks(wanted):
            query = address(info.entity_set, select=select, filter_=any_of(info.key, part))
            found = pages(self._session, query, prefer=[KINDS_OF_LOOKUPS], doing=f"reading {info.entity_set} by id")
            rows += [row for page in found for row in page.rows]
        return rows
