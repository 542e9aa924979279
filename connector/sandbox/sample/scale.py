"""Tables of a million rows out of a few thousand templates: the leads and accounts of a campaign, many times over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.sandbox.dataverse.generated import Generated, Linked, Numbered, Template
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Store
from connector.sandbox.sample.companies import companies
from connector.sandbox.sample.leads import Campaign
from connector.sandbox.sample.surroundings import Surroundings

TEMPLATES = 3001  # no divisor of round numbers, so that neighbours in other tables do not repeat with it
CLOSED_SHARE = 0.08
LEADS_OVER = timedelta(days=60)
ACCOUNTS_OVER = timedelta(days=700)
DYNAMIC = ("createdon", "modifiedon", "versionnumber")


@dataclass(slots=True)
class Crowd:
    """The generated rows of one sandbox; `contacts` are those that templates of leads hang on."""

    store: Store
    seed: int
    now: datetime
    known: Surroundings
    contacts: list[Row] = field(default_factory=list)

    def fill(self, leads: int, accounts: int) -> None:
        """Lay that many leads and accounts under the rows of their tables. Takes about as long as their templates."""
        companies_below = self._accounts(max(1, accounts))
        self.store.underlay(companies_below)
        if leads:
            self.store.underlay(self._leads(leads, companies_below))
            self.store.load("contact", self.contacts)

    def _accounts(self, count: int) -> Generated:
        rows = companies(self.seed, min(count, TEMPLATES), self.known, "")
        return self._generated("account", count, 2, ACCOUNTS_OVER, map(_account, rows))

    def _leads(self, count: int, accounts: Generated) -> Generated:
        number = min(count, TEMPLATES)
        closed = int(number * CLOSED_SHARE)
        campaign = Campaign(self.seed, self.now, self.known, list(companies(self.seed, 200, self.known, "")))
        rows = list(campaign.leads(number - closed, closed))
        self.contacts = [dict(row) for row in campaign.contacts]
        for row in self.contacts:
            if row.get("_parentcustomerid_value@table") == "account":
                row["_parentcustomerid_value"] = accounts.row_id(0)
        return self._generated("lead", count, 1, LEADS_OVER, (_lead(row, accounts) for row in rows))

    def _generated(self, name: str, count: int, salt: int, over: timedelta, templates: Iterable[Template]) -> Generated:
        table = self.store.tables[name]
        made = list(self._complete(name, templates))
        first_version = self.store.version + 1
        seconds = max(1, int(over.total_seconds()) // count)
        start = self.now - timedelta(seconds=seconds * count)
        return Generated(table, count, self.seed * 7919 + salt, first_version, made, start, timedelta(seconds=seconds))

    def _complete(self, name: str, templates: Iterable[Template]) -> Iterator[Template]:
        table = self.store.tables[name]
        for template in templates:
            for gone in (*DYNAMIC, table.key):
                template.constants.pop(gone, None)
            if table.derive is not None:
                table.derive(template.constants)
            yield template


def _split(row: Row, name: str, sign: str, joint: str) -> dict[str, Numbered]:
    """The text of a row with room for a number before its last sign; nothing where it has none."""
    text = row.pop(name, None)
    if text is None:
        return {}
    before, _, after = text.rpartition(sign)
    return {name: Numbered(before + joint, sign + after)}


def _account(row: Row) -> Template:
    numbered = {"accountnumber": Numbered("ACC-", "")}
    row.pop("accountnumber")
    for name, sign, joint in (("name", " ", " "), ("websiteurl", ".", "-"), ("emailaddress1", ".", "-")):
        numbered |= _split(row, name, sign, joint)
    return Template(row, numbered, {})


def _lead(row: Row, accounts: Generated) -> Template:
    constants = dict(row)
    address = constants.pop("emailaddress1", None)
    numbered: dict[str, Numbered] = {}
    if address is not None:
        local, _, domain = address.partition("@")
        numbered["emailaddress1"] = Numbered(f"{local}.", f"@{domain}")
    linked: dict[str, Linked] = {}
    for name in ("_parentaccountid_value", "_customerid_value"):
        if name in constants and constants.get(f"{name}@table", "account") == "account":
            del constants[name]
            constants.pop("companyname", None)
            linked[name] = Linked(accounts)
    constants.pop("_masterid_value", None)
    constants.pop("merged", None)
    return Template(constants, numbered, linked)
