"""The forms that values have on the wire: numbers and times are brought into one, by which they are compared.

Which columns are read, and what a row is, stands in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from connector.scoring.facttypes import Kind

_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_CANONICAL = len("2026-11-20T09:00:00Z")


def values(
    rows: Sequence[Mapping[str, Any]], names: Sequence[str], read_as: Sequence[tuple[str, Kind]]
) -> list[dict[str, Any]]:
    """Give some columns of rows, null where one was not sent; those in `read_as`, all among them, in their one form."""
    kept = _taken(rows, names)
    for name, kind in read_as:
        form = _number if kind is Kind.NUMBER else _time
        for row in kept:
            value = row[name]
            if isinstance(value, str):
                row[name] = form(value)
    return kept


def _taken(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[dict[str, Any]]:
    if len(names) > 1:  # of one name `itemgetter` gives no tuple
        take = itemgetter(*names)
        try:
            return [dict(zip(names, take(row), strict=True)) for row in rows]
        except KeyError:
            pass  # columns that servers leave out of a row are rare, and then they do so in few
    return [{name: row.get(name) for name in names} for row in rows]


def _number(text: str) -> int | float | str:
    """Read a number that came as text (decimals may, so that they keep their digits); other text is left as it is."""
    if not _NUMBER.fullmatch(text):
        return text
    return int(text) if "." not in text else float(text)


def _time(text: str) -> str:
    """Give a time as Dataverse writes it, UTC without a fraction that says nothing; what is none is left as it is."""
    if len(text) == _CANONICAL and text[-1] == "Z":
        return text
    at = parse_moment(text)
    return text if at is None else at.isoformat().replace("+00:00", "Z")


def parse_moment(value: object) -> datetime | None:
    """Read a datetime of a row as aware UTC; None for null or anything else."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    if at.tzinfo is UTC:
        return at
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
