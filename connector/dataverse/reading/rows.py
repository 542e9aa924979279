"""Rows of the Web API as the values of the pipeline: what is selected, and what of a row is kept.

The account link is handed in (see `links`); nothing is read from the network here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from connector.dataverse import columns
from connector.dataverse.http.etags import checked_etag
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.forms import parse_moment, values
from connector.dataverse.reading.query import bare_id, find_guid, guid
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.values import AccountRow, ColumnNeeds, LeadRow, Table
from connector.scoring.facttypes import Kind

OPT_OUT_REMEDY = (
    "Set CONNECTOR_OPT_OUT_COLUMN to the yes/no column of the lead table that says that a person must not be profiled, "
    "or remove the setting if there is none."
)
_DELETED = "deleted"
_STATE, _OPEN = columns.STATE, columns.STATE_OPEN  # asked for every row
_NO = (None, False)
# Ids as servers write them, one a line.
_PLAIN_IDS = re.compile(r"(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\n)*")
_ID_LINE = len("00000000-0000-0000-0000-000000000000\n")


class Link(NamedTuple):
    """The account of a lead, and the contact whose company it is, or would be, where nothing nearer links one."""

    account_id: str | None
    contact_id: str | None = None


NO_LINK = Link(None)


@dataclass(frozen=True, slots=True)
class LeadShape:
    """Which lead columns are asked for: the needed ones, and the guards that exist in the environment."""

    key: str
    needed: frozenset[str]
    opt_out: tuple[str, ...]
    tracking: str | None
    ready: str | None
    select: frozenset[str]
    names: tuple[str, ...]
    read_as: tuple[tuple[str, Kind], ...]

    @classmethod
    def of(cls, info: TableInfo, needs: ColumnNeeds, opt_out: Sequence[str] = ()) -> LeadShape:
        """Plan what to select; MissingFactError names needed columns that do not exist, and unfit opt-out columns."""
        needed = needs.lead | needs.own | needs.keys
        _check_columns(info, needed)
        require_opt_out(info, opt_out)
        known = info.columns
        opted = tuple(name for name in (columns.OPTED_OUT, *opt_out) if name in known)
        tracking = columns.TRACKING_ALLOWED if columns.TRACKING_ALLOWED in known else None
        ready = columns.SALES_READY if columns.SALES_READY in known else None
        guards = {columns.STATE, columns.STATUS_REASON, columns.MODIFIED_ON}
        wanted = (columns.PARENT_ACCOUNT, columns.CUSTOMER, columns.PARENT_CONTACT, columns.MASTER)
        links = {name for name in wanted if name in known}
        optional = {name for name in (tracking, ready) if name}
        return cls(
            key=info.key,
            needed=needed,
            opt_out=opted,
            tracking=tracking,
            ready=ready,
            select=frozenset({info.key, *needed, *guards, *links, *opted, *optional}),
            names=tuple(sorted(needed)),
            read_as=_read_as(info, needed),
        )

    def is_open(self, row: Mapping[str, Any]) -> bool:
        """Tell whether the lead is open; OutsideError when the row does not say."""
        state = row.get(_STATE)
        if type(state) is not int:
            raise _bad_row("lead", _STATE)
        return state == _OPEN

    def open_filter(self) -> str:
        """Which leads a first read by time asks for: open ones, and those that were merged, to follow them."""
        is_open = f"{columns.STATE} eq {columns.STATE_OPEN}"
        return f"{is_open} or {columns.MASTER} ne null" if columns.MASTER in self.select else is_open

    def matters(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a lead of a full read is to be told: a closed one only where it was merged into another."""
        return self.is_open(row) or bool(row.get(columns.MASTER))

    def read(self, lead_id: str, row: Mapping[str, Any], link: Link = NO_LINK) -> LeadRow:
        """Read one lead. Raises OutsideError where the state, or an etag that can guard an update, is missing."""
        return self.read_all([(lead_id, row)], {lead_id: link})[0]

    def read_all(
        self, keyed: Sequence[tuple[str, Mapping[str, Any]]], links: Mapping[str, Link]
    ) -> tuple[LeadRow, ...]:
        """Read leads, each with its id: column by column, which takes half the time of row by row. Raises as `read`."""
        rows = [row for _, row in keyed]
        linked = [links.get(lead_id, NO_LINK) for lead_id, _ in keyed]
        is_open = [self.is_open(row) for row in rows]
        status = [row.get(columns.STATUS_REASON) for row in rows]
        ready = [row.get(self.ready) for row in rows] if self.ready else [None] * len(rows)
        return tuple(
            map(
                LeadRow,  # what follows is in the order of its fields
                [lead_id for lead_id, _ in keyed],
                [_etag(row) for row in rows],
                values(rows, self.names, self.read_as),
                [link.account_id for link in linked],
                is_open,
                [value if isinstance(value, int) else None for value in status],
                [value if isinstance(value, bool) else None for value in ready],
                self._opted_out(rows),
                [not (self.tracking and row.get(self.tracking) is False) for row in rows],
                [parse_moment(row.get(columns.MODIFIED_ON)) for row in rows],
                [link.contact_id for link in linked],
                [None if is_so else master_of(row) for is_so, row in zip(is_open, rows, strict=True)],
            )
        )

    def _opted_out(self, rows: Sequence[Mapping[str, Any]]) -> list[bool]:
        """Whatever else a yes/no column may ever hold: in doubt a person is left out."""
        if len(self.opt_out) == 1:
            (name,) = self.opt_out
            return [row.get(name) not in _NO for row in rows]
        return [any(row.get(name) not in _NO for name in self.opt_out) for row in rows]


@dataclass(frozen=True, slots=True)
class AccountShape:
    """Which account columns are asked for."""

    key: str
    names: tuple[str, ...]
    select: frozenset[str]
    read_as: tuple[tuple[str, Kind], ...]

    @classmethod
    def of(cls, info: TableInfo, needs: ColumnNeeds) -> AccountShape:
        """Plan what to select; MissingFactError names needed columns that do not exist."""
        _check_columns(info, needs.account)
        master = {columns.MASTER} & info.columns.keys()
        select = frozenset({info.key, *needs.account, *master})
        return cls(info.key, tuple(sorted(needs.account)), select, _read_as(info, needs.account))

    def read(self, row: Mapping[str, Any]) -> AccountRow:
        """Read one account. Raises OutsideError where the key is missing."""
        return self.read_all([row])[0]

    def read_all(self, rows: Sequence[Mapping[str, Any]]) -> tuple[AccountRow, ...]:
        """Read accounts. Raises OutsideError where a key is missing."""
        keys = keys_of(rows, self.key, "account")
        return tuple(map(AccountRow, keys, values(rows, self.names, self.read_as), map(master_of, rows)))


def _read_as(info: TableInfo, names: Iterable[str]) -> tuple[tuple[str, Kind], ...]:
    """Which of some columns have more than one form on the wire, and their kinds."""
    known = ((name, info.columns[name].type) for name in sorted(names))
    return tuple((name, found.kind) for name, found in known if found and found.kind in {Kind.NUMBER, Kind.DATETIME})


def _etag(row: Mapping[str, Any]) -> str:
    told = row.get("@odata.etag")
    try:
        return checked_etag(told if isinstance(told, str) else "")
    except ValueError:
        raise _bad_row("lead", "a usable @odata.etag") from None


def keys_of(rows: Sequence[Mapping[str, Any]], key: str, table: str) -> list[str]:
    """Give the ids of rows, as `key_of` does: where all are written as usual, they are looked at in one go."""
    told: list[Any] = [row.get(key) for row in rows]
    if all(type(one) is str for one in told):
        lines = "\n".join([*told, ""])
        if len(lines) == _ID_LINE * len(told) and _PLAIN_IDS.fullmatch(lines):
            return told
    return [key_of(row, key, table) for row in rows]


def key_of(row: Mapping[str, Any], key: str, table: str) -> str:
    """Give a row's id, lower case; OutsideError where there is none."""
    try:
        return guid(str(row[key]))
    except (KeyError, ValueError):
        raise _bad_row(table, key) from None


def master_of(row: Mapping[str, Any]) -> str | None:
    """Give the row that this one was merged into, lower case; None where it was not."""
    master = row.get(columns.MASTER)
    return bare_id(master) if isinstance(master, str) and master else None


def is_deletion(row: Mapping[str, Any]) -> bool:
    """Tell whether an entry of a delta says that a row is gone."""
    if "reason" in row and row["reason"] == _DELETED:
        return True
    if "@odata.context" in row and str(row["@odata.context"]).endswith("/$deletedEntity"):
        return True
    return "@removed" in row or "@odata.removed" in row  # how later versions of OData mark it


def deleted_id(row: Mapping[str, Any], key: str) -> str | None:
    """Give the id of the row that a deletion is about, in whatever form it names it; None where it does not."""
    named = (find_guid(str(row[name])) for name in ("id", "@odata.id", "@id", key) if row.get(name))
    return next((found for found in named if found), None)


def unfit_opt_out(info: TableInfo, configured: Sequence[str]) -> str:
    """Say which configured opt-out columns are missing or not yes/no; empty when all can be relied on."""
    missing = [name for name in configured if name not in info.columns]
    types = {name: info.columns[name].type for name in configured if name in info.columns}
    wrong = [name for name, known in types.items() if known is None or known.kind is not Kind.BOOLEAN]
    named = (("missing", missing), ("not yes/no", wrong))
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in named if names)


def require_opt_out(info: TableInfo, configured: Sequence[str]) -> None:
    """Raise MissingFactError where an opt-out column cannot be relied on: nobody may be scored by oversight."""
    if unfit := unfit_opt_out(info, configured):
        raise MissingFactError(
            f"The lead table has no yes/no column as CONNECTOR_OPT_OUT_COLUMN says ({unfit}).", remedy=OPT_OUT_REMEDY
        )


def _check_columns(info: TableInfo, wanted: frozenset[str]) -> None:
    """Name the wanted columns that the table does not have."""
    missing = sorted(wanted - info.columns.keys())
    if missing:
        table = "lead" if info.table is Table.LEAD else "account"
        raise MissingFactError(
            f"The {table} table has no column that can be read named {', '.join(missing)}.",
            remedy="Correct the models that name them (a lookup's name is `_<name>_value`), or add the columns: "
            "`connector doctor` lists what is missing.",
        )


def _bad_row(table: str, name: str) -> OutsideError:
    """Say that a row lacks what every row has."""
    return OutsideError(
        f"Dataverse sent a {table} without {name}.", remedy="Check CONNECTOR_DATAVERSE_URL: is it the Web API?"
    )
