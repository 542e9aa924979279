"""What one decisive test saw in a lead's facts, in words: a value, a title with its reading, counted interactions.

Made once for each test and used for many leads. Nothing here decides whether a test holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeGuard

from connector.scoring.compiler.moments import BEFORE_ALL, earlier
from connector.scoring.compiler.runtime import FOLDED, Stream, read_carefully
from connector.scoring.compiler.streams import properties_filter
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.derived import source_column
from connector.scoring.explain.phrases import (
    interaction_phrase,
    model_requirement,
    plural_phrase,
    requirement,
    seen_text,
    title_word,
    window_phrase,
)
from connector.scoring.facttypes import FactTypes
from connector.scoring.operators import fold
from connector.scoring.rules import FactTest, InteractionTest, ModelTest, Operator
from connector.scoring.score import Facts
from connector.scoring.wording import day_text, fact_name

MOST_KEPT = 4096  # worded values of one column
LONG_AGO = datetime.min.replace(tzinfo=UTC)  # a `now` for words made ahead: every date gets its year


@dataclass(frozen=True, slots=True)
class Tables:
    """What gives facts their meaning: their types and the reader of job titles."""

    types: FactTypes
    read_title: TitleReader


class Sight(Protocol):
    """What one test saw, for any lead."""

    @property
    def fact(self) -> str:
        """The fact's name, or the interaction's type."""
        ...

    def text(self, facts: Facts, now: datetime) -> str:
        """What was seen, in words; empty when there is nothing to tell."""
        ...


@dataclass(frozen=True, slots=True)
class ColumnSight:
    """The value of one column of the lead or the account."""

    fact: str
    name: str
    table: str
    column: str
    types: FactTypes
    _kept: dict[object, str] = field(default_factory=dict, compare=False, repr=False)

    def text(self, facts: Facts, now: datetime) -> str:
        """The column's name and value."""
        row = facts.get(self.table)
        value = row.get(self.column) if row else None  # type: ignore[attr-defined]  # a table's columns
        key = (value.__class__, value, now.year)  # words of a value depend on the year alone
        try:
            return self._kept[key]
        except KeyError:
            words = seen_text(self.fact, self.name, value, self.types, now)
            if len(self._kept) < MOST_KEPT:
                self._kept[key] = words
            return words
        except TypeError:  # a list or the like
            return seen_text(self.fact, self.name, value, self.types, now)


@dataclass(frozen=True, slots=True)
class FixedSight:
    """A test whose words do not depend on the lead."""

    fact: str
    words: str

    def text(self, facts: Facts, now: datetime) -> str:  # noqa: ARG002 - the same for every lead
        """The words."""
        return self.words


@dataclass(frozen=True, slots=True)
class TitleSight:
    """A job title with what was read in it: `job title 'Financial Director' (director, finance)`."""

    fact: str
    name: str
    parts: tuple[str, ...]
    tables: Tables

    def text(self, facts: Facts, now: datetime) -> str:
        """The title as written and those readings of it that the tests asked for."""
        value = column_value(facts, self.fact)
        written = seen_text(self.fact, self.name, value, self.tables.types, now)
        if not isinstance(value, str):
            return written
        title = self.tables.read_title(value)
        readings = [title_word(reading) for part in self.parts if (reading := getattr(title, part, None))]
        return f"{written} ({', '.join(readings)})" if readings else written


@dataclass(frozen=True, slots=True)
class InteractionSight:
    """The interactions that a test counts: `2 e-mail clicks in the last 7 days, last on 18 Nov`."""

    fact: str  # the interaction's type
    within: timedelta | None
    one: str
    many: str
    window: str
    stream: Stream

    def text(self, facts: Facts, now: datetime) -> str:
        """How many, in which window, the last one when; `no ...` where there is none."""
        times = times_of(self.stream, facts, now, self.within)
        if not times:
            return f"no {self.one}{self.window}"
        if len(times) == 1:
            return f"1 {self.one}{self.window}, on {day_text(times[0], now)}"
        return f"{len(times):,} {self.many}{self.window}, last on {day_text(max(times), now)}"


def times_of(stream: Stream, facts: Facts, now: datetime, within: timedelta | None) -> list[datetime]:
    """When the interactions of a stream happened that lie in (now - within, now], in no order."""
    interactions: Any = facts.get("interactions") or ()
    low = earlier(now, within) if within is not None else BEFORE_ALL
    kind, any_machine, matches = stream.type, stream.include_machine, stream.matches
    times = []
    try:
        for interaction in interactions:
            if FOLDED[interaction["type"]] == kind and (any_machine or not interaction.get("machine")):
                at = interaction["at"]
                if type(at) is str:
                    at = datetime.fromisoformat(at)
                if low < at <= now and (matches is None or matches(interaction.get("properties") or {})):
                    times.append(at)
    except (AttributeError, KeyError, TypeError, ValueError):  # something strange in them: read again with care
        return [time for time in read_carefully(interactions, (stream,))[0] if low < time <= now]
    return times


def column_value(facts: Facts, fact: str) -> object:
    """A column's value, None where the table or the column is absent."""
    table, _, column = fact.partition(".")
    row: Mapping[str, object] | None = facts.get("account") if table == "account" else facts.get("lead")
    return row.get(column) if row else None


@dataclass(frozen=True, slots=True)
class AccountSight:
    """Whether an account is linked."""

    fact: str

    def text(self, facts: Facts, now: datetime) -> str:  # noqa: ARG002 - a link has no date
        """The one or the other."""
        return "no account is linked" if facts.get("account") is None else "an account is linked"


Decisive = tuple[FactTest | InteractionTest | ModelTest, bool]


def sights(tests: Iterable[Decisive], tables: Tables) -> tuple[Sight, ...]:
    """The sights of decisive tests, each with whether it holds: one for each fact, the tests of a title joined."""
    listed = list(tests)
    parts = tuple(dict.fromkeys(test.fact.removeprefix("title.") for test, _ in listed if _is_title(test)))
    found: dict[object, Sight] = {}
    for test, holds in listed:
        if isinstance(test, ModelTest):
            found[test] = FixedSight(test.model, model_requirement(test))
        elif isinstance(test, InteractionTest):
            one = replace(test, at_least=1)
            found[one] = _interaction_sight(test, tables.types)
        elif _is_title(test):
            column = str(source_column(test.fact, tables.types))
            found.setdefault("title.", TitleSight(column, fact_name(column, tables.types), parts, tables))
        else:
            found.setdefault(test.fact, _fact_sight(test, tables, holds=holds))
    return tuple(found.values())


def _is_title(test: FactTest | InteractionTest | ModelTest) -> TypeGuard[FactTest]:
    return isinstance(test, FactTest) and test.fact.startswith("title.")


def _interaction_sight(test: InteractionTest, types: FactTypes) -> InteractionSight:
    noun = interaction_phrase(test, types, LONG_AGO)
    return InteractionSight(
        fact=test.type,
        within=test.within,
        one=noun,
        many=plural_phrase(noun),
        window=window_phrase(test),
        stream=Stream(fold(test.type), test.include_machine, properties_filter(test.where)),
    )


def _fact_sight(test: FactTest, tables: Tables, *, holds: bool) -> Sight:
    if test.fact == "lead.has_account":
        return AccountSight(test.fact)
    column = source_column(test.fact, tables.types) or test.fact
    if test.fact == "lead.email_is_freemail":
        # The address itself is never shown: what it is follows from the test and from whether it holds.
        value = _tested_boolean(test, holds=holds)
        words = requirement(test, tables.types, LONG_AGO) if value is None else f": {'yes' if value else 'no'}"
        return FixedSight(test.fact, words if value is None else fact_name(test.fact, tables.types) + words)
    table, _, name = column.partition(".")
    return ColumnSight(column, fact_name(column, tables.types), table, name, tables.types)


def _tested_boolean(test: FactTest, *, holds: bool) -> bool | None:
    """The value that a test on a boolean fact implies by holding or not; None where it implies none."""
    if len(test.operands) != 1 or not isinstance(test.operands[0], bool):
        return None
    positive = test.operator in {Operator.EQUALS, Operator.IS_ANY_OF}
    return test.operands[0] is (positive is holds)
