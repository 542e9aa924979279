"""The solutions of an environment with their publishers' prefixes, and its base language. Only reads."""

from __future__ import annotations

import re

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import Row, address, literal, pages
from connector.dataverse.setup.provisioning import ENGLISH, Solution
from connector.errors import OutsideError

_REFUSED_QUERY = frozenset({400, 404, 405, 501})
_COLUMNS = ("uniquename", "friendlyname", "ismanaged", "_publisherid_value")
_UNIQUE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,64}")
# Every environment's own; whatever is created without naming a solution is in it already.
_DEFAULT = "Default"


def is_solution_name(name: str) -> bool:
    """Tell whether a solution can have this unique name; it goes into a header."""
    return _UNIQUE_NAME.fullmatch(name) is not None


def read_solutions(session: DataverseSession, name: str | None = None) -> list[Solution] | None:
    """Read the unmanaged solutions that people see, and the one that is named, whatever it is.

    None where the environment does not answer such questions. Raises OutsideError.
    """
    visible = "ismanaged eq false and isvisible eq true"
    try:
        rows = _rows(
            session, "solutions", _COLUMNS, f"({visible}) or uniquename eq {literal(name)}" if name else visible
        )
        prefixes = _prefixes(session)
    except OutsideError as error:
        if error.status in _REFUSED_QUERY:
            return None
        raise
    named = (name or "").casefold()
    return [
        Solution(
            str(row["uniquename"]),
            str(row.get("friendlyname") or row["uniquename"]),
            prefixes.get(str(row.get("_publisherid_value")).lower(), ""),
            managed=row.get("ismanaged") is True,
        )
        for row in rows
        if row.get("uniquename") and (row["uniquename"] != _DEFAULT or named == _DEFAULT.casefold())
    ]


def read_language(session: DataverseSession) -> int:
    """Read the language that labels must have: the environment's base language, English where it is not told."""
    try:
        rows = _rows(session, "organizations", ("languagecode",), "")
    except OutsideError as error:
        if error.status is None or error.retryable:
            raise
        return ENGLISH
    code = rows[0].get("languagecode") if rows else None
    return code if isinstance(code, int) and code > 0 else ENGLISH


def _prefixes(session: DataverseSession) -> dict[str, str]:
    """Give each publisher's prefix, by its id."""
    rows = _rows(session, "publishers", ("publisherid", "customizationprefix"), "")
    return {str(row.get("publisherid")).lower(): str(row.get("customizationprefix") or "") for row in rows}


def _rows(session: DataverseSession, entity_set: str, select: tuple[str, ...], filter_: str) -> list[Row]:
    query = address(entity_set, select=select, filter_=filter_)
    return [row for page in pages(session, query, prefer=(), doing=f"reading {entity_set}") for row in page.rows]
