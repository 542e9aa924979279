"""The functions and values that generated code calls by name: small, fast and free of the outside world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from connector.scoring.compiler.moments import Moments
from connector.scoring.derived import BANDS
from connector.scoring.freemail import FREEMAIL_DOMAINS
from connector.scoring.operators import Predicate, as_moment, as_number, fold
from connector.scoring.score import GroupScore, Outcome, UnknownFact

EMPTY: Mapping[str, object] = MappingProxyType({})
_BAND_ENDS = (10, 50, 200, 500, 1000, 5000)
_KEPT = 4096

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


class FoldedTypes(dict[object, object]):
    """The types of interactions as they are compared, each folded once; there are few in a company's data."""

    def __missing__(self, kind: object) -> object:
        """Fold a type, and keep it while there are not too many; what is no text stays as it is."""
        folded = fold(kind) if isinstance(kind, str) else kind
        if len(self) < _KEPT:
            self[kind] = folded
        return folded


FOLDED = FoldedTypes()


class Verdicts(dict[str, bool]):
    """Whether a text passes a test, each text judged once."""

    def __init__(self, judge: Predicate) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, text: str) -> bool:
        """Judge a text, and keep the verdict while there are not too many."""
        verdict = self._judge(text) is True
        if len(self) < _KEPT:
            self[text] = verdict
        return verdict


@dataclass(frozen=True, slots=True)
class Stream:
    """Which interactions one list of times is made of; the type is folded."""

    type: str
    include_machine: bool
    matches: Callable[[Mapping[str, object]], bool] | None


def read_carefully(interactions: object, streams: Sequence[Stream]) -> list[Moments]:
    """The times of each stream, in rising order; what cannot be read as an interaction is left out."""
    times: list[Moments] = [[] for _ in streams]
    for interaction in interactions if isinstance(interactions, Iterable) else ():
        if not isinstance(interaction, Mapping) or (at := as_moment(interaction.get("at"))) is None:
            continue
        kind, properties = interaction.get("type"), interaction.get("properties")
        folded = fold(kind) if isinstance(kind, str) else None
        for stream, found in zip(streams, times, strict=True):
            if folded != stream.type or (interaction.get("machine") and not stream.include_machine):
                continue
            if stream.matches is None or stream.matches(properties if isinstance(properties, Mapping) else EMPTY):
                found.append(at)
    for found in times:
        found.sort()
    return times


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
