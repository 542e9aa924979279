"""Which account a lead belongs to: parentaccountid, else customerid when it is an account, else its contact's company.

The precedence is ours (Microsoft documents none); the first is what sellers fill in and qualification reuses. What a
row does not say by annotation is found out by looking, in `In` filters of a few hundred ids.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import Row, address, any_of, bare_id, chunks, pages
from connector.dataverse.reading.rows import Link
from connector.errors import OutsideError

logger = logging.getLogger(__name__)

_KIND = "Microsoft.Dynamics.CRM.lookuplogicalname"
KINDS_OF_LOOKUPS = f'odata.include-annotations="{_KIND}"'
_ACCOUNT = "account"
FORBIDDEN = 403


class AccountLinks:
    """Finds the accounts of leads during one pull, and remembers what it looked up."""

    def __init__(self, session: DataverseSession, account_set: str, leads: tuple[str, str]) -> None:
        """Take the entity set of accounts, and that of leads with the name of its key."""
        self._session = session
        self._account_set = account_set
        self._lead_set, self._lead_key = leads
        self._is_account: dict[str, bool] = {}
        self._companies: dict[str, str | None] = {}
        self._may_read_accounts = self._may_read_contacts = True

    @property
    def misses_contacts(self) -> bool:
        """Whether contacts could not be read, so that leads which are linked by them alone were given no account."""
        return not self._may_read_contacts

    def resolve(self, leads: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Link]:
        """Give the links of those of these leads (id and row) that have one, ids in lower case."""
        found: dict[str, Link] = {}
        rest: list[tuple[str, Mapping[str, Any]]] = []
        parent = columns.PARENT_ACCOUNT
        for lead, row in leads:
            account = row.get(parent)
            if account and isinstance(account, str):
                found[lead] = Link(bare_id(account))
            else:
                rest.append((lead, row))
        if rest:
            self._resolve_further(rest, found)
        return found

    def _resolve_further(self, rest: Sequence[tuple[str, Mapping[str, Any]]], found: dict[str, Link]) -> None:
        """Add the links of leads that have no parent account."""
        self._look_at(_unknown((row for _, row in rest), columns.CUSTOMER))
        if not self._may_read_accounts:
            self._ask_leads([lead for lead, row in rest if self._is_open_question(row)])
        contacts: dict[str, str] = {}
        for lead, row in rest:
            account, contact = self._account_in(row, columns.CUSTOMER), _id(row, columns.PARENT_CONTACT)
            if account is not None:
                found[lead] = Link(account)
            elif contact is not None:
                contacts[lead] = contact
        self._read_companies(contacts.values())
        found |= {lead: Link(self._companies.get(contact), contact) for lead, contact in contacts.items()}

    def companies_of(self, contacts: Sequence[Row]) -> dict[str, str | None]:
        """Give the accounts that are the companies of these rows of contacts, None for those that have none."""
        self._look_at(_unknown(contacts, columns.CONTACT_COMPANY))
        keyed = ((row, row.get(columns.CONTACT_KEY)) for row in contacts)
        return {bare_id(key): self._account_in(row, columns.CONTACT_COMPANY) for row, key in keyed if key}

    def _account_in(self, row: Mapping[str, Any], column: str) -> str | None:
        """Give a polymorphic lookup's id when it is an account's."""
        target = _id(row, column)
        if target is None:
            return None
        kind = row.get(f"{column}@{_KIND}")
        is_account = kind == _ACCOUNT if kind else self._is_account.get(target, False)
        return target if is_account else None

    def _look_at(self, ids: Iterable[str]) -> None:
        """Find out which of these ids are accounts, as far as accounts may be read."""
        wanted = sorted(set(ids) - self._is_account.keys())
        try:
            self._look_for(wanted if self._may_read_accounts else [])
        except OutsideError as error:
            if error.status != FORBIDDEN:
                raise
            self._may_read_accounts = False

    def _is_open_question(self, row: Mapping[str, Any]) -> bool:
        """Tell whether nobody knows yet what a lead's customer is."""
        return any(target not in self._is_account for target in _unknown([row], columns.CUSTOMER))

    def _ask_leads(self, lead_ids: Sequence[str]) -> None:
        """Have leads themselves tell, by annotation, which of their customers are accounts: for who may not read those.

        Reads of changes have no annotations, since with them some servers leave the delta link out.
        """
        for part in chunks(lead_ids):
            query = address(
                self._lead_set, select=[self._lead_key, columns.CUSTOMER], filter_=any_of(self._lead_key, part)
            )
            found = pages(self._session, query, prefer=[KINDS_OF_LOOKUPS], doing="asking what leads' customers are")
            for row in (row for page in found for row in page.rows):
                if target := _id(row, columns.CUSTOMER):
                    self._is_account[target] = row.get(f"{columns.CUSTOMER}@{_KIND}") == _ACCOUNT

    def _look_for(self, wanted: Sequence[str]) -> None:
        for part in chunks(wanted):
            query = address(
                self._account_set,
                select=[columns.ACCOUNT_KEY],
                filter_=any_of(columns.ACCOUNT_KEY, part),
            )
            found = {
                bare_id(str(row.get(columns.ACCOUNT_KEY)))
                for page in pages(self._session, query, prefer=(), doing="looking for the accounts of leads")
                for row in page.rows
            }
            self._is_account |= {target: target in found for target in part}

    def _read_companies(self, contacts: Iterable[str]) -> None:
        """Find the companies of contacts."""
        wanted = sorted(set(contacts) - self._companies.keys())
        if not wanted or not self._may_read_contacts:
            return
        rows: list[Row] = []
        try:
            for part in chunks(wanted):
                query = address(
                    columns.CONTACT_SET,
                    select=[columns.CONTACT_KEY, columns.CONTACT_COMPANY],
                    filter_=any_of(columns.CONTACT_KEY, part),
                )
                found = pages(self._session, query, prefer=[KINDS_OF_LOOKUPS], doing="reading contacts' companies")
                rows += [row for page in found for row in page.rows]
        except OutsideError as error:
            if error.status != FORBIDDEN:
                raise
            # The last and weakest link: leads stay without an account, which is counted and shown, never hidden.
            self._may_read_contacts = False
            logger.warning(
                "contacts cannot be read (%s): leads linked only by a contact have no account until the application "
                "user's security role has organization-level Read on Contact",
                error.code,
            )
        self._companies |= dict.fromkeys(wanted)
        self._companies |= self.companies_of(rows)


def _id(row: Mapping[str, Any], column: str) -> str | None:
    """Give a lookup's id, lower case."""
    value = row.get(column)
    return bare_id(value) if isinstance(value, str) and value else None


def _unknown(rows: Iterable[Mapping[str, Any]], column: str) -> list[str]:
    """Give the ids of a lookup whose rows do not say what they point to."""
    return [target for row in rows if (target := _id(row, column)) and not row.get(f"{column}@{_KIND}")]
