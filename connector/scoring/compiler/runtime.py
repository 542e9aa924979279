"""The functions and values that generated code calls by name: small, fast and free of the outside world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from connector.scoring.derived import BANDS
from connector.scoring.freemail import FREEMAIL_DOMAINS
from connector.scoring.operators import as_moment, as_number
from connector.scoring.score import GroupScore, Outcome, UnknownFact

NEVER = datetime.max.replace(tzinfo=UTC)
EMPTY: Mapping[str, object] = MappingProxyType({})
_MICROSECOND = timedelta(microseconds=1)
_BAND_ENDS = (10, 50, 200, 500, 1000, 5000)
_KEPT = 4096

Moments = list[datetime]


# --- facts


def is_freemail(value: object) -> bool | None:
    """Whether an e-mail address is at a free-mail provider; None when it is no address."""
    if not isinstance(value, str):
        return None
    name, at, domain = value.strip().rpartition("@")
    return domain.casefold() in FREEMAIL_DOMAINS if name and at and domain else None


def employee_band(value: object) -> str | None:
    """The band of a number of employees; None when it is no number, or not one of a company that has any."""
    number = as_number(value)
    if number is None or number < 1:
        return None
    return BANDS[sum(number > end for end in _BAND_ENDS)]


# --- interactions


@dataclass(frozen=True, slots=True)
class Stream:
    """Which interactions one list of times is made of."""

    type: str
    include_machine: bool
    matches: Callable[[Mapping[str, object]], bool] | None


def read_carefully(interactions: object, streams: Sequence[Stream]) -> list[Moments]:
    """The times of each stream, latest first; what cannot be read as an interaction is left out."""
    times: list[Moments] = [[] for _ in streams]
    for interaction in interactions if isinstance(interactions, Iterable) else ():
        if not isinstance(interaction, Mapping) or (at := as_moment(interaction.get("at"))) is None:
            continue
        properties = interaction.get("properties")
        for stream, found in zip(streams, times, strict=True):
            if interaction.get("type") != stream.type or (interaction.get("machine") and not stream.include_machine):
                continue
            if stream.matches is None or stream.matches(properties if isinstance(properties, Mapping) else EMPTY):
                found.append(at)
    for found in times:
        found.sort(reverse=True)
    return times


def past_only(times: Moments, now: datetime) -> Moments:
    """The times up to now, of times that are latest first."""
    return [time for time in times if time <= now]


def holds(times: Moments, at_least: int, low: datetime | None, now: datetime) -> bool:
    """Whether at least so many of the times lie in (low, now]."""
    return sum(1 for time in times if time <= now and (low is None or time > low)) >= at_least


# --- the next change


@dataclass(frozen=True, slots=True)
class Anchor:
    """Moments from which changes are counted: `state[index]` holds them, and something may change at each + length."""

    index: int
    lengths: tuple[timedelta, ...]


def later(moment: datetime, length: timedelta) -> datetime:
    """The moment that much later; NEVER where that lies beyond the calendar."""
    try:
        return moment + length
    except OverflowError:
        return NEVER


def seek_change(
    evaluate: Callable[..., object],
    state: tuple[object, ...],
    now: datetime,
    best: datetime,
    anchors: tuple[Anchor, ...],
    *,
    is_fading: bool = False,
) -> datetime:
    """The first moment after now, and before `best`, at which `evaluate(moment, *state)` changes; else `best`.

    The value may jump at the anchors' moments only; between two of them it is constant, or with `is_fading` moves
    away from the present value for good, so that halving the interval finds the microsecond.
    """
    present = evaluate(now, *state)
    moments = {
        at
        for anchor in anchors
        for moment in _moments(state[anchor.index])
        for length in anchor.lengths
        if now < (at := later(moment, length)) < best
    }
    start = now
    for at in [*sorted(moments), best]:
        last = at - _MICROSECOND
        if is_fading and start < last and evaluate(last, *state) != present:
            return _bisect(evaluate, state, present, start, last)
        if at < best and evaluate(at, *state) != present:
            return at
        start = at
    return best


def _moments(held: object) -> Iterable[datetime]:
    if isinstance(held, datetime):
        return (held,)
    return held if isinstance(held, list) else ()


def _bisect(
    evaluate: Callable[..., object], state: tuple[object, ...], present: object, same: datetime, changed: datetime
) -> datetime:
    while changed - same > _MICROSECOND:
        middle = same + (changed - same) // 2
        if evaluate(middle, *state) == present:
            same = middle
        else:
            changed = middle
    return changed


# --- results


class PointsOf(dict[int, GroupScore]):
    """The true results of a group by points, each made once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def __missing__(self, points: int) -> GroupScore:
        """Make the result of these points, and keep it while there are not too many."""
        result = GroupScore(self._name, points, Outcome.TRUE)
        if len(self) < _KEPT:
            self[points] = result
        return result


class UnknownOf(dict[int, tuple[UnknownFact, ...]]):
    """The unknown facts by a number whose bits say which, each combination made once."""

    def __init__(self, facts: Sequence[UnknownFact]) -> None:
        super().__init__({0: ()})
        self._facts = facts

    def __missing__(self, bits: int) -> tuple[UnknownFact, ...]:
        """Make this combination, and keep it while there are not too many."""
        result = tuple(fact for index, fact in enumerate(self._facts) if bits >> index & 1)
        if len(self) < _KEPT:
            self[bits] = result
        return result
