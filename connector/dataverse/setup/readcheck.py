"""The doctor's checks of what may be read: a row of each table is asked for, as a run asks for it. Only reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connector.dataverse.http.etags import checked_etag
from connector.dataverse.http.refusals import may_be_untracked
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo, read_outline
from connector.dataverse.reading.query import address
from connector.dataverse.setup.checks import Check, LiveTable, failed, passed, warned
from connector.errors import OutsideError
from connector.pipeline.values import Table

ROLE = "Give the application user's security role organization-level {right} on {table}."
STOP = "or stop the sources that name it: connector interactions sources."
_FORBIDDEN, _NOT_FOUND = 403, 404


def check_read(session: DataverseSession, info: TableInfo, *, name: str = "") -> Check:
    """Read a page of one row; with change tracking that proves Read on the whole organization."""
    name = name or f"{info.table} read"
    tracked = info.tracks_changes
    try:
        try:
            rows = _read_one(session, info, tracked=tracked)
        except OutsideError as error:
            if not (tracked and may_be_untracked(error)):
                raise
            tracked = False
            rows = _read_one(session, info, tracked=tracked)
    except OutsideError as error:
        if error.status == _FORBIDDEN and info.table == Table.ACCOUNT:
            said = f"{error.message} Leads are scored with the account unknown."
            return warned(name, said, ROLE.format(right="Read", table="account"))
        return failed(name, error.message, error.remedy)
    if said := _unusable(rows, info.table):
        return failed(name, said, "Check CONNECTOR_DATAVERSE_URL: is it the Web API?")
    if tracked:
        return passed(name, "changes of the whole organization can be read")
    detail = "rows can be read; whether all of them cannot be told while change tracking is off"
    if info.tracks_changes:
        detail += ", as it is when it is asked for, whatever the definition says: changes are read by time"
    return warned(name, detail, ROLE.format(right="Read", table=info.table))


def check_sources(session: DataverseSession, tables: Sequence[LiveTable]) -> Iterator[Check]:
    """Check each table that live sources map: there, with its columns, ours to read.

    Without it a run leaves the table and scores by what else is known.
    """
    for table in tables:
        name = f"source table {table.name}"
        try:
            info = read_outline(session, table.name)
        except OutsideError as error:
            if error.status == _NOT_FOUND:
                yield failed(name, f"there is no such table, which {table.used_by} read", f"Install it, {STOP}")
            else:
                yield failed(name, error.message, error.remedy)
            continue
        if missing := sorted(table.columns - info.columns.keys()):
            said = f"lacks {', '.join(missing)}, which {table.used_by} read"
            yield failed(name, said, f"Correct the sources, {STOP}")
            continue
        yield check_read(session, info, name=name)


def live_tables(sources: Mapping[str, tuple[str, frozenset[str]]]) -> list[LiveTable]:
    """The tables that sources (by name: table, columns) map."""
    found: dict[str, tuple[frozenset[str], list[str]]] = {}
    for source, (table, wanted) in sorted(sources.items()):
        columns, names = found.get(table, (frozenset[str](), []))
        found[table] = columns | wanted, [*names, source]
    return [LiveTable(table, columns, ", ".join(names)) for table, (columns, names) in sorted(found.items())]


def _read_one(session: DataverseSession, info: TableInfo, *, tracked: bool) -> object:
    """Ask for one row; give what the answer lists."""
    preferences = [*(["odata.track-changes"] if tracked else []), "odata.maxpagesize=1"]
    first = address(info.entity_set, select=[info.key])
    return session.get(first, doing=f"reading {info.entity_set}", prefer=preferences).data.get("value")


def _unusable(rows: object, table: str) -> str:
    """Say what a run would stop at in these rows; empty when nothing."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return "the answer is no list of rows"
    if table != Table.LEAD:
        return ""
    try:
        for row in rows:
            checked_etag(str(row.get("@odata.etag") or ""))
    except ValueError:
        return "leads come without an etag that can guard an update"
    return ""
