"""What one decisive test saw in a lead's facts, in words: a value, a title with its reading, counted interactions.

Made once for each test and used for many leads. Nothing here decides whether a test holds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeGuard

from connector.scoring.compiler.moments import Moments
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.compiler.trace import Layout, Trace
from connector.scoring.derived import source_column
from connector.scoring.explain.phrases import (
    interaction_phrase,
    plural_phrase,
    requirement,
    seen_text,
    title_word,
    window_phrase,
)
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import FactTest, InteractionTest, ModelTest, Operator
from connector.scoring.score import Facts
from connector.scoring.wording import day_text, fact_name, tells_a_day

MOST_KEPT = 4096  # worded values of one test
LONG_AGO = datetime.min.replace(tzinfo=UTC)  # a `now` for words made ahead: every date gets its year

# What one test saw, in words, given the trace of a score, its facts, and the year in which it is told (UTC): days of
# another year are told with theirs. Empty where there is nothing to tell.
Tell = Callable[[Trace, Facts, int], str]


@dataclass(frozen=True, slots=True)
class Tables:
    """What gives facts their meaning: their types and the reader of job titles."""

    types: FactTypes
    read_title: TitleReader


@dataclass(frozen=True, slots=True)
class Sight:
    """What one test sees, for any lead that one scorer scored. `fact` is the fact's name, or the interaction's type.

    `column` is set for a column whose value stands in the trace: where, and its words by type and value, as far as
    they are known and the same in every year.
    """

    fact: str
    tell: Tell
    column: tuple[int, Kept] | None = None


Kept = dict[type, dict[object, str]]


def _column_sight(fact: str, name: str, types: FactTypes, place: int | None) -> Sight:
    """The value of one column of the lead or the account; `place` is where the scorer left it."""
    kept: Kept = {str: {}, int: {}}

    def tell(trace: Trace, facts: Facts, year: int) -> str:
        value = trace[place] if place is not None else column_value(facts, fact)
        kind = value.__class__
        try:
            return kept[kind][value]
        except (KeyError, TypeError):  # not told before, or a list or the like
            words = seen_text(fact, name, value, types, in_year(year))
        if kind in kept and len(kept[kind]) < MOST_KEPT and not (isinstance(value, str) and tells_a_day(value)):
            kept[kind][value] = words
        return words

    return Sight(fact, tell, None if place is None else (place, kept))


class Bounded(dict[tuple[int, int, int], str]):
    """Words by count, day and year, begun anew when there are too many."""

    def __setitem__(self, key: tuple[int, int, int], words: str) -> None:
        """Keep words."""
        if len(self) >= MOST_KEPT:
            self.clear()
        super().__setitem__(key, words)


def in_year(year: int) -> datetime:
    """Some moment of a year."""
    return datetime(year, 1, 1, tzinfo=UTC)


def _tell_always(words: str) -> Tell:
    """A test whose words do not depend on the lead."""
    return lambda _trace, _facts, _year: words


def _tell_title(fact: str, name: str, parts: tuple[str, ...], tables: Tables) -> Tell:
    """A job title with those readings of it that the tests asked for: `job title 'FD' (director, finance)`."""

    def tell(_: Trace, facts: Facts, year: int) -> str:
        value = column_value(facts, fact)
        written = seen_text(fact, name, value, tables.types, in_year(year))
        if not isinstance(value, str):
            return written
        title = tables.read_title(value)
        readings = [title_word(reading) for part in parts if (reading := getattr(title, part, None))]
        return f"{written} ({', '.join(readings)})" if readings else written

    return tell


def _tell_interactions(test: InteractionTest, types: FactTypes, layout: Layout) -> Tell:
    """How many, in which window, the last one when: `2 e-mail clicks in the last 7 days, last on 18 Nov`."""
    noun = interaction_phrase(test, types, LONG_AGO)
    nouns, window = plural_phrase(noun), window_phrase(test)
    place = layout.times(test)
    start = None if test.within is None else layout.low(test.within)
    kept = Bounded()

    def tell(trace: Trace, _: Facts, year: int) -> str:
        times: Moments = trace[place]  # type: ignore[assignment]  # the layout says so
        count = len(times)
        if start is not None:
            count -= bisect_right(times, trace[start])  # type: ignore[call-overload]  # likewise
        if not count:
            return f"no {noun}{window}"
        last = times[-1]
        day = (last if last.tzinfo is UTC else last.astimezone(UTC)).toordinal()
        words = kept.get((count, day, year))
        if words is None:
            on = day_text(date.fromordinal(day), in_year(year))
            words = f"1 {noun}{window}, on {on}" if count == 1 else f"{count:,} {nouns}{window}, last on {on}"
            kept[count, day, year] = words
        return words

    return tell


def _tell_account(_trace: Trace, facts: Facts, _year: int) -> str:
    """Whether an account is linked."""
    return "no account is linked" if facts.get("account") is None else "an account is linked"


def column_value(facts: Facts, fact: str) -> object:
    """A column's value, None where the table or the column is absent."""
    table, _, column = fact.partition(".")
    row: Mapping[str, object] | None = facts.get("account") if table == "account" else facts.get("lead")
    return row.get(column) if row else None


Decisive = tuple[FactTest | InteractionTest | ModelTest, bool]


def sights(tests: Iterable[Decisive], tables: Tables, layout: Layout) -> tuple[Sight, ...]:
    """The sights of decisive tests, each with whether it holds: one for each fact, the tests of a title joined."""
    listed = list(tests)
    parts = tuple(dict.fromkeys(test.fact.removeprefix("title.") for test, _ in listed if _is_title(test)))
    found: dict[object, Sight] = {}
    for test, holds in listed:
        assert not isinstance(test, ModelTest), "no model tests another"
        if isinstance(test, InteractionTest):
            one = replace(test, at_least=1)
            found.setdefault(one, Sight(test.type, _tell_interactions(test, tables.types, layout)))
        elif _is_title(test):
            column = str(source_column(test.fact, tables.types))
            tell = _tell_title(column, fact_name(column, tables.types), parts, tables)
            found.setdefault("title.", Sight(column, tell))
        else:
            found.setdefault(test.fact, _fact_sight(test, tables, layout, holds=holds))
    return tuple(found.values())


def _is_title(test: FactTest | InteractionTest | ModelTest) -> TypeGuard[FactTest]:
    return isinstance(test, FactTest) and test.fact.startswith("title.")


def _fact_sight(test: FactTest, tables: Tables, layout: Layout, *, holds: bool) -> Sight:
    if test.fact == "lead.has_account":
        return Sight(test.fact, _tell_account)
    column = source_column(test.fact, tables.types) or test.fact
    if test.fact == "lead.email_is_freemail":
        # The address itself is never shown: what it is follows from the test and from whether it holds.
        value = _tested_boolean(test, holds=holds)
        words = requirement(test, tables.types, LONG_AGO) if value is None else f": {'yes' if value else 'no'}"
        return Sight(test.fact, _tell_always(words if value is None else fact_name(test.fact, tables.types) + words))
    return _column_sight(column, fact_name(column, tables.types), tables.types, layout.value(column))


def _tested_boolean(test: FactTest, *, holds: bool) -> bool | None:
    """The value that a test on a boolean fact implies by holding or not; None where it implies none."""
    if len(test.operands) != 1 or not isinstance(test.operands[0], bool):
        return None
    positive = test.operator in {Operator.EQUALS, Operator.IS_ANY_OF}
    return test.operands[0] is (positive is holds)
