"""Quiet hours: when no card is to come, and until when. Pure; wall times are those of a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.scoring.rules import QuietHours

DAY = timedelta(days=1)


def quiet_until(hours: QuietHours, at: datetime, zone: str) -> datetime | None:
    """When it is no longer quiet, in UTC; None where it is not quiet at `at` (aware). `zone` is used if they name none.

    The end itself is not quiet. Days that are quiet as a whole join with the hours before and after.
    """
    place = ZoneInfo(hours.zone or zone)
    moment = at.astimezone(UTC)  # compared in UTC: wall times that come twice equal no other time
    for _ in range(2 * 7 + 1):  # at most a day and a night of each weekday, one after the other
        end = _end(hours, moment.astimezone(place))
        if end is None:
            break
        moment = _next(end, moment)
    return None if moment == at else moment


def _end(hours: QuietHours, local: datetime) -> datetime | None:
    """Until when one stretch of quiet lasts that this wall time is in."""
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if local.weekday() in hours.days:
        return midnight + DAY
    if hours.begins is None or hours.ends is None:
        return None
    wall = local.time().replace(fold=0)
    if hours.begins < hours.ends:
        return _at(midnight, hours.ends) if hours.begins <= wall < hours.ends else None
    if wall >= hours.begins:
        return _at(midnight + DAY, hours.ends)
    return _at(midnight, hours.ends) if wall < hours.ends else None


def _next(end: datetime, moment: datetime) -> datetime:
    """A wall time in UTC, the second time that it comes where it is over the first time."""
    first = end.astimezone(UTC)
    return first if first > moment else end.replace(fold=1).astimezone(UTC)


def _at(midnight: datetime, wall: time) -> datetime:
    return midnight.replace(hour=wall.hour, minute=wall.minute)
