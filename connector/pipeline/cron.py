"""Cron expressions of five fields, in a time zone: which moments they name. Pure; the time is handed in.

What clocks do twice a year: a wall time that does not exist is as much later as the clock was put forward; one that
exists twice counts the first time, but in every hour (`*`) both times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# 29 February comes every four years, but for 1900 and 2100: no day that there is waits longer, on whatever weekday.
LONGEST_WAIT = timedelta(days=366 * 12)

_STEP = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule. `days` are those of the month, `weekdays` 0 (Sunday) to 6; where both are given either will do."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    every_hour: bool
    either: bool

    def latest(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """The last moment that is not after `now` (aware), in UTC; None when there was none for very long."""
        last = now.astimezone(zone).date()
        day = last + timedelta(days=1)  # a wall time of tomorrow may be of today where clocks are put back at midnight
        while day > last - LONGEST_WAIT:
            found = [moment for moment in self.moments(day, zone) if moment <= now]
            if found:
                return max(found)
            day -= timedelta(days=1)
        return None

    def moments(self, day: date, zone: ZoneInfo) -> Iterator[datetime]:
        """The moments of a day of the zone, in UTC, in no order; one may come twice."""
        if not self._names(day):
            return
        for hour in self.hours:
            for minute in self.minutes:
                wall = datetime.combine(day, time(hour, minute), zone)
                yield wall.astimezone(UTC)
                if self.every_hour:
                    yield wall.replace(fold=1).astimezone(UTC)

    def _names(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        of_month, of_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return of_month or of_week if self.either else of_month and of_week


def parse(text: str) -> Cron:
    """Read `minute hour day-of-month month day-of-week`, or a nickname such as @daily. Raises ValueError."""
    fields = NICKNAMES.get(text.strip().lower(), text).lower().split()
    if len(fields) != 5:  # noqa: PLR2004 - the form has five fields
        raise ValueError(
            f"{text!r} is not of the form 'minute hour day-of-month month day-of-week', such as '*/15 * * * *'"
        )
    minute, hour, day, month, weekday = fields
    cron = Cron(
        text=text.strip(),
        minutes=_values("minute", minute, 0, 59),
        hours=_values("hour", hour, 0, 23),
        days=_values("day of the month", day, 1, 31),
        months=_values("month", month, 1, 12, MONTHS, first=1),
        weekdays=frozenset(value % 7 for value in _values("day of the week", weekday, 0, 7, DAYS)),
        every_hour=hour == "*",
        either=not day.startswith("*") and not weekday.startswith("*"),
    )
    if not cron.either and not any(min(cron.days) <= LONGEST_MONTHS[one - 1] for one in cron.months):
        raise ValueError(f"{text!r} names a day that there is in no year")
    return cron


def _values(
    name: str, text: str, least: int, most: int, words: tuple[str, ...] = (), *, first: int = 0
) -> frozenset[int]:
    """The numbers of one field: a list of `*`, numbers, names and ranges, each with a step where wanted."""
    found: set[int] = set()
    for part in text.split(","):
        matched = _STEP.fullmatch(part)
        if not matched or (matched[1] == "*" and matched[2]):
            raise ValueError(f"{part!r} cannot be read as a {name}")
        step = int(matched[3] or 1)
        if matched[1] == "*":
            begin, end = least, most
        else:
            begin = _number(name, matched[1], least, most, words, first)
            last = matched[2] or (str(most) if matched[3] else matched[1])
            end = _number(name, last, least, most, words, first)
        if step == 0 or begin > end:
            raise ValueError(f"{part!r} names no {name}")
        found.update(range(begin, end + 1, step))
    return frozenset(found)


def _number(name: str, text: str, least: int, most: int, words: tuple[str, ...], first: int) -> int:
    value = words.index(text) + first if text in words else int(text) if text.isdigit() else -1
    if not least <= value <= most:
        raise ValueError(f"{text!r} is no {name}: use {least} to {most}")
    return value
