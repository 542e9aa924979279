"""Findings on columns: facts that do not exist, exact text where people type, values never seen in the data.

Also sensitive columns, and a model's own columns read back. Contradictions are the prover's.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from connector.scoring.derived import DERIVED_TYPES, is_derived, source_column, type_of
from connector.scoring.facttypes import FactTypes, Kind
from connector.scoring.lint import spelling
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.phrases import at_line, tests_in, value_text
from connector.scoring.operators import is_blank, predicate
from connector.scoring.owncolumns import foreign
from connector.scoring.rules import Condition, Criteria, FactTest, Model, Operator, Place

_ADDED = re.compile(r"[a-z][a-z0-9]{1,7}_")  # a publisher's prefix
_LISTS = {Operator.EQUALS: Operator.IS_ANY_OF, Operator.NOT_EQUALS: Operator.IS_NONE_OF}
_SHORT = 3  # letters of a value that other words have in them: DE is in Sweden
_LOOKED_FOR = frozenset(
    {
        Operator.EQUALS,
        Operator.IS_ANY_OF,
        Operator.CONTAINS,
        Operator.BEGINS_WITH,
        Operator.ENDS_WITH,
        Operator.MATCHES,
    }
)
_PATTERNS = frozenset({Operator.CONTAINS, Operator.BEGINS_WITH, Operator.ENDS_WITH, Operator.MATCHES})
# Parts of column names that speak of what privacy law protects, or that stand in for it (Articles 9 and 22 GDPR).
_SENSITIVE = re.compile(
    r"gender|birth|religio|ethnic|nationality|maritalstatus|familystatus|numberofchildren|haschildren|spouse|disabilit"
    r"|health|pregnan|politic|sexual|tradeunion|criminal|(?:^|_)(?:age|sex|race|faith|caste)(?:$|_)"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A condition of a document: of a group (by its name), or of something that `name` says."""

    condition: Condition
    group: str | None
    name: str

    def tests(self) -> list[FactTest]:
        """Its tests of facts."""
        return [test for test in tests_in(self.condition) if isinstance(test, FactTest)]


def parts_of(model: Model) -> list[Part]:
    """The conditions of a model."""
    whole = [(model.audience, "The audience"), (model.exclude, "The exclusion")]
    return [
        *(Part(condition, None, name) for condition, name in whole if condition is not None),
        *(Part(group.when, group.name, f"Group '{group.name}'") for group in model.groups),
    ]


def column_findings(
    parts: Iterable[Part], types: FactTypes, observed: Mapping[str, Collection[object]] | None = None
) -> Iterator[Finding]:
    """Findings on the columns that conditions use: at most one of a kind for each column of a part."""
    for part in parts:
        told: set[tuple[str, str]] = set()
        for test in part.tests():
            for found in _test_findings(part, test, types, observed or {}):
                if (found.code, test.fact) not in told:
                    told.add((found.code, test.fact))
                    yield found


def target_findings(model: Model, types: FactTypes) -> Iterator[Finding]:
    """Columns, and the table of the history, that the model may not write because they are not the company's own."""
    write = model.write
    named = {"score": write.score, "grade": write.grade, "scored_on": write.scored_on, "explanation": write.explanation}
    for key, column in {**named, "history": write.history}.items():
        yield from _foreign(column, key, write.place, types)


def ready_findings(criteria: Criteria, types: FactTypes) -> Iterator[Finding]:
    """A sales-ready column of a qualification that is neither the standard one nor the company's own."""
    ready = criteria.actions.sales_ready
    yield from _foreign(ready if isinstance(ready, str) else None, "sales_ready", criteria.place, types)


def _foreign(column: str | None, key: str, place: Place, types: FactTypes) -> Iterator[Finding]:
    why = None if column is None else foreign(column, key, types)
    if why is not None:
        yield finding("foreign-column", None, (place,), f"`{key}`: {why[0]}", why[1])


def loop_findings(model: Model) -> Iterator[Finding]:
    """Columns that the model writes and reads: its score would depend on its last score."""
    write = model.write
    written = {
        f"lead.{column}"
        for column in (write.score, write.grade, write.scored_on, write.explanation)
        if column is not None
    }
    for part in parts_of(model):
        for fact in dict.fromkeys(test.fact for test in part.tests() if test.fact in written):
            places = [test.place for test in part.tests() if test.fact == fact]
            yield finding(
                "write-loop",
                part.group,
                places,
                f"{part.name} reads {fact}, which this model writes itself: each run would change the next.",
                "Test another column, or write to another.",
            )


def _test_findings(
    part: Part, test: FactTest, types: FactTypes, observed: Mapping[str, Collection[object]]
) -> Iterator[Finding]:
    where = (test.place,)
    if not exists(test.fact, types):
        yield _unknown_fact(part, test, types)
        return
    if near := misspelt(test.fact, types):
        yield finding(
            "unlisted-fact",
            part.group,
            where,
            f"{part.name} asks for {test.fact}{at_line(test.place)}, which is no standard column.",
            f"Did you mean {near}? If it is a column of your own, leave it as it is.",
        )
    yield from _text_findings(part, test, types)
    if _SENSITIVE.search(test.fact.partition(".")[2].lower()):
        yield finding(
            "sensitive-column",
            part.group,
            where,
            f"{part.name} uses {test.fact}{at_line(test.place)}, which may say something sensitive of a person.",
            "Ask whoever looks after privacy before publishing, or leave it out.",
        )
    if test.operator in _LOOKED_FOR and test.fact in observed:
        yield from _unseen(part, test, types, observed[test.fact])


def _text_findings(part: Part, test: FactTest, types: FactTypes) -> Iterator[Finding]:
    """Texts that hardly any value has, or that every one has."""
    where = (test.place,)
    known = type_of(test.fact, types)
    if known is not None and known.free_text and _is_exact(test, types):
        yield finding(
            "free-text-equals",
            part.group,
            where,
            f"{part.name} compares {test.fact}{at_line(test.place)} with an exact text, but people type what they like"
            " into this column.",
            _free_text_fix(test, types),
        )
    if test.operator in _PATTERNS and "" in test.operands:
        yield finding(
            "empty-pattern",
            part.group,
            where,
            f"{part.name} looks for an empty text in {test.fact}{at_line(test.place)}, which every filled value has.",
            "If that is meant, write `is_not_empty: true`; else say what to look for.",
        )


def _unknown_fact(part: Part, test: FactTest, types: FactTypes) -> Finding:
    near = spelling.nearest(test.fact, _known_facts(types))
    return finding(
        "unknown-fact",
        part.group,
        (test.place,),
        f"{part.name} asks for {test.fact}{at_line(test.place)}, which does not exist.",
        f"Did you mean {near}?" if near else "Check the column's logical name.",
    )


def exists(fact: str, types: FactTypes) -> bool:
    """Whether there is such a fact, or may be."""
    if is_derived(fact) or fact in types.types:
        return True
    table, dot, column = fact.partition(".")
    return table in {"lead", "account"} and table not in types.closed and bool(dot and column)


def misspelt(fact: str, types: FactTypes) -> str | None:
    """The listed column that a column of an open table is probably meant to be; None for one that may well be there.

    A column that an organisation added begins with its publisher's prefix (`new_region`); a logical name is lower case.
    """
    table, _, column = fact.partition(".")
    if is_derived(fact) or fact in types.types or table in types.closed or _ADDED.match(column):
        return None
    close = difflib.get_close_matches(fact.casefold(), types.types, n=1, cutoff=0.85)
    return close[0] if close else None


def _known_facts(types: FactTypes) -> set[str]:
    return {*types.types, *DERIVED_TYPES}


def _is_exact(test: FactTest, types: FactTypes) -> bool:
    """Whether a test compares with one text; a list may hold every spelling, which of titles nobody can list."""
    return test.operator in _LISTS or (test.operator in _LISTS.values() and _is_title(test, types))


def _is_title(test: FactTest, types: FactTypes) -> bool:
    return test.fact == source_column("title.seniority", types)


def _free_text_fix(test: FactTest, types: FactTypes) -> str:
    if _is_title(test, types):
        return "Use title.seniority and title.function, which know the spellings, languages and abbreviations."
    value = value_text(test.operands[0])
    if len(str(test.operands[0])) <= _SHORT:
        example = f"{{fact: {test.fact}, {_LISTS[test.operator]}: [{value}, its other spellings]}}"
        return f"List what people write, for example {example}; contains would find {value} in other words too."
    return f"Use contains or begins_with, for example {{fact: {test.fact}, contains: {value}}}."


def _unseen(part: Part, test: FactTest, types: FactTypes, values: Collection[object]) -> Iterator[Finding]:
    known = type_of(test.fact, types)
    kind = None if known is None else known.kind
    seen = [value for value in values if not is_blank(value)]
    unseen = [
        operand
        for operand in test.operands
        if (isinstance(operand, str) or kind is Kind.CHOICE)  # that a number does not occur says nothing
        and not any(map(predicate(replace(test, operands=(operand,)), kind), seen))
    ]
    if not seen or not unseen:
        return
    near = spelling.nearest(str(unseen[0]), {value for value in seen if isinstance(value, str)})
    yield finding(
        "unseen-value",
        part.group,
        (test.place,),
        f"{part.name} looks for {', '.join(map(value_text, unseen))} in {test.fact}{at_line(test.place)}, which no lead"
        " in the data has.",
        f"Did you mean {value_text(near)}?" if near else "Check the spelling against the data.",
    )
