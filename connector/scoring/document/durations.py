"""Durations as people write them (`7d`, `12h`) and dates and times in ISO 8601, both ways. Nothing of the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_DURATION = re.compile(r"([0-9]{1,9})([smhdw])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
LONGEST = timedelta(days=36_500)


def parse_duration(text: str) -> timedelta | None:
    """Read `30s`, `15m`, `12h`, `7d` or `2w`; None when it is no duration or longer than a hundred years."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    length = int(found[1]) * (_UNITS[found[2]] / timedelta(microseconds=1))
    if length > LONGEST / timedelta(microseconds=1):
        return None
    return int(found[1]) * _UNITS[found[2]]


def format_duration(length: timedelta) -> str:
    """Write a duration in the largest unit that divides it (`7d`, not `1w`: people count in days)."""
    for unit in ("d", "h", "m"):
        if length and not length % _UNITS[unit]:
            return f"{length // _UNITS[unit]}{unit}"
    return f"{length // _UNITS['s']}s"


def parse_moment(text: str) -> datetime | date | None:
    """Read an ISO 8601 date, or a time as aware UTC (a time without offset is UTC); None when it is neither."""
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
