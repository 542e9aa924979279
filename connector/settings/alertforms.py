"""The written forms of what channels take: budgets and quiet hours, each for a channel or, by `*`, for all others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import time
from typing import TypeVar

from connector.scoring.document.alerts import WEEKDAYS, is_zone
from connector.scoring.rules import Budget, QuietHours

_NAME = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9._-]*")
_LIMIT = re.compile(r"(?P<owner>owner:)?(?P<count>[1-9][0-9]{0,5})/(?P<period>[hd])")
_HOURS = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)")
_KEYS = {
    (False, "h"): "per_hour",
    (False, "d"): "per_day",
    (True, "h"): "per_owner_per_hour",
    (True, "d"): "per_owner_per_day",
}
Taken = TypeVar("Taken")


def budgets_of(value: object) -> object:
    """Turn `sales=10/h,40/d,owner:5/d *=20/h` into budgets by channel."""
    return _by_channel(value, _budget, "sales=10/h,40/d,owner:5/d")


def quiet_hours_of(value: object) -> object:
    """Turn `sales=18:00-08:00,sat,sun@Europe/Berlin` into quiet hours by channel."""
    return _by_channel(value, _quiet, "sales=18:00-08:00,sat,sun@Europe/Berlin")


def _by_channel(value: object, read: Callable[[str], Taken], form: str) -> object:
    if not isinstance(value, str):
        return value
    found: dict[str, Taken] = {}
    for number, pair in enumerate(value.split(), start=1):
        name, separator, text = pair.partition("=")
        if not separator or not _NAME.fullmatch(name) or not text:
            raise ValueError(f"part {number} is not of the form {form}")
        if name in found:
            raise ValueError(f"the channel {name!r} stands there twice")
        found[name] = read(text)
    return found


def _budget(text: str) -> Budget:
    limits: dict[str, int] = {}
    for part in text.split(","):
        matched = _LIMIT.fullmatch(part)
        if not matched:
            raise ValueError(f"{part!r} is not of the form COUNT/h, COUNT/d, owner:COUNT/h or owner:COUNT/d")
        key = _KEYS[matched["owner"] is not None, matched["period"]]
        if key in limits:
            raise ValueError(f"{part!r} says a second time what another part says")
        limits[key] = int(matched["count"])
    return Budget(**limits)


def _quiet(text: str) -> QuietHours:
    listed, _, zone = text.partition("@")
    if zone and not is_zone(zone):
        raise ValueError(f"{zone!r} is no time zone that is known here; write one such as Europe/Berlin")
    hours: list[tuple[time, time]] = []
    days: set[int] = set()
    for part in listed.split(","):
        if part.lower() in WEEKDAYS:
            days.add(WEEKDAYS.index(part.lower()))
        else:
            hours.append(_hours(part))
    if len(hours) > 1 or len(days) == len(WEEKDAYS):
        raise ValueError(f"{listed!r} names more than one stretch of hours, or every day")
    begins, ends = hours[0] if hours else (None, None)
    return QuietHours(begins, ends, frozenset(days), zone)


def _hours(text: str) -> tuple[time, time]:
    matched = _HOURS.fullmatch(text)
    try:
        begins, ends = _times([int(number) for number in matched.groups()]) if matched else (None, None)
    except ValueError:
        begins = ends = None
    if begins is None or ends is None or begins == ends:
        raise ValueError(f"{text!r} is neither a stretch of time such as 18:00-08:00 nor a day such as sat")
    return begins, ends


def _times(numbers: list[int]) -> Iterator[time]:
    return (time(hour, minute) for hour, minute in zip(numbers[::2], numbers[1::2], strict=True))
