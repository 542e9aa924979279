"""Why something is impossible: the fewest tests that clash, in plain words, with what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from connector.scoring.derived import DERIVED_VALUES, type_of
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.lint import spelling
from connector.scoring.lint.formula import Formula, Wanted, conjuncts, wanted_in, without
from connector.scoring.lint.kleene import TRUE
from connector.scoring.lint.options import all_named
from connector.scoring.lint.phrases import at_line, value_text, values_text, words_of
from connector.scoring.lint.prover import Prover, narrows
from connector.scoring.operators import fold
from connector.scoring.rules import All, FactTest, InteractionTest, Operand, Operator, Place

MOST_PAIRED = 80  # tests of which every pair is tried
_SAMENESS = frozenset({Operator.EQUALS, Operator.IS_ANY_OF})
_EMPTINESS = frozenset({Operator.IS_EMPTY, Operator.IS_NOT_EMPTY})


@dataclass(frozen=True, slots=True)
class Clash:
    """What cannot be, where it stands, and what to write instead."""

    message: str
    fix: str
    places: tuple[Place, ...] = field(default=())


def explain_clash(prover: Prover, formula: Formula) -> Clash:
    """Explain a formula that the prover has refuted."""
    core = smallest_core(prover, formula)
    places = tuple(wanted.test.place for wanted in core)
    # The same test may stand in several alternatives: it is said once, with each of its lines.
    distinct = list({(wanted.test, wanted.asked): wanted for wanted in reversed(core)}.values())[::-1]
    message, fix = _explain(distinct, prover.vocabulary.types)
    return Clash(message, fix, places)


def smallest_core(prover: Prover, formula: Formula) -> tuple[Wanted, ...]:
    """Tests of a refuted formula that clash by themselves: one or two where they suffice, none of them spare."""
    certain = [part for part in conjuncts(formula) if isinstance(part, Wanted)][:MOST_PAIRED]
    for size in (1, 2):
        for few in combinations(certain, size):
            if prover.refutes(*few):
                return few
    position = sum(1 for _ in wanted_in(formula))
    while position:
        position -= 1
        weaker = without(formula, position)
        if prover.refutes(weaker):
            formula = weaker
            position = min(position, sum(1 for _ in wanted_in(formula)))
    return tuple({(wanted.test, wanted.asked, wanted.test.place): wanted for wanted in wanted_in(formula)}.values())


def _explain(core: Sequence[Wanted], types: FactTypes) -> tuple[str, str]:
    if len(core) == 1:
        return _explain_one(core[0], types)
    if len(core) == 2:  # noqa: PLR2004 - a pair
        return _explain_two(core[0], core[1])
    if not core:
        return "it asks for one of several conditions and lists none", "List at least one condition."
    listed = "; ".join(_said(wanted) for wanted in core)
    return f"these cannot all be so at once: {listed}", "Take one of them out, or join alternatives with `any`."


def _said(wanted: Wanted) -> str:
    """A test as it is wanted, with its line."""
    text = words_of(wanted.test)
    return f"{text if wanted.asked & TRUE else f'not ({text})'}{at_line(wanted.test.place)}"


# --- one test ---------------------------------------------------------------------------------------------------------


def _explain_one(wanted: Wanted, types: FactTypes) -> tuple[str, str]:
    test = wanted.test
    said = _said(wanted)
    if isinstance(test, InteractionTest):
        return _explain_interaction(test, said)
    if isinstance(test, FactTest):
        return _explain_fact(test, said, types)
    return f"{said} can never be so", "Choose a threshold that the model can give."


def _explain_interaction(test: InteractionTest, said: str) -> tuple[str, str]:
    if test.within is not None and test.within <= timedelta(0):
        return f"{said} looks back over no time at all", "Give `within` a length, such as 7d."
    if test.where and narrows(test.where, None):
        prover = Prover()
        inner = explain_clash(prover, prover.formula(All(test.where)))
        return f"no interaction can pass the filter of {said}: {inner.message}", inner.fix
    return f"{said} can never be so", "Take this condition out."


def _explain_fact(test: FactTest, said: str, types: FactTypes) -> tuple[str, str]:
    known = type_of(test.fact, types)
    if test.operator is Operator.BETWEEN and _is_reversed(test):
        turned = values_text(reversed(test.operands))
        return f"{said} asks for a range that ends before it begins", f"Turn it around: between: {turned}."
    if test.fact in DERIVED_VALUES:
        values = sorted(DERIVED_VALUES[test.fact])
        return f"{said}, but {test.fact} is always one of {', '.join(values)}", f"Write {_nearest_of(test, values)}."
    if known is not None and known.options and _names_no_option(test, known):
        return f"{said}, but the column has no such option", _options_fix(test, known)
    if known is not None and known.kind is Kind.TEXT and known.max_length is not None:
        return f"{said}, but the column holds at most {known.max_length} characters", "Shorten the text."
    if known is not None and known.kind is Kind.NUMBER and (known.minimum, known.maximum) != (None, None):
        return f"{said}, but the column holds {_bounds_text(known)}", "Choose a number that the column can hold."
    return f"{said} can never be so", "Take this condition out."


def _is_reversed(test: FactTest) -> bool:
    low, high = test.operands
    prover = Prover()
    ends = (FactTest(test.fact, Operator.BETWEEN, (high, low)), FactTest(test.fact, Operator.BETWEEN, (low, high)))
    turned, written = (prover.formula(end) for end in ends)
    return prover.refutes(written) and not prover.refutes(turned)


def _names_no_option(test: FactTest, known: FactType) -> bool:
    return not all_named(test, known.options)


def _nearest_of(test: FactTest, values: Sequence[str]) -> str:
    written = next((operand for operand in test.operands if isinstance(operand, str)), "")
    return spelling.nearest(written, values) or f"one of {', '.join(values)}"


def _options_fix(test: FactTest, known: FactType) -> str:
    labels = [labels[0] if labels else str(value) for value, labels in known.options.items()]
    written = next((operand for operand in test.operands if isinstance(operand, str)), "")
    near = spelling.nearest(written, labels)
    if near is not None:
        return f"Did you mean {near}?"
    return f"Use one of its options: {', '.join(labels[:12])}{', …' if len(labels) > 12 else ''}."  # noqa: PLR2004 - a line's worth


def _bounds_text(known: FactType) -> str:
    low, high = (None if bound is None else f"{bound:,.10g}" for bound in (known.minimum, known.maximum))
    if low is None:
        return f"numbers up to {high}"
    return f"numbers from {low}" if high is None else f"numbers from {low} to {high}"


# --- two tests --------------------------------------------------------------------------------------------------------


def _explain_two(one: Wanted, other: Wanted) -> tuple[str, str]:
    both = f"{_said(one)} and {_said(other)}"
    left, right = one.test, other.test
    if isinstance(left, FactTest) and isinstance(right, FactTest):
        return _explain_facts(one, other, left, right, both)
    if isinstance(left, InteractionTest) and isinstance(right, InteractionTest):
        return (
            f"{both} contradict each other: whoever does the one does the other too",
            "Take one of them out, or narrow what must not have happened.",
        )
    return f"{both} contradict each other", "Take one of them out."


def _explain_facts(one: Wanted, other: Wanted, left: FactTest, right: FactTest, both: str) -> tuple[str, str]:
    wanted = one.asked & TRUE and other.asked & TRUE
    if left.fact != right.fact:
        return _explain_two_columns(left, right, both)
    if {left.operator, right.operator} & _EMPTINESS:
        return (
            f"{both}, but a column that is empty has no value to test",
            "Keep one of the two, or join them with `any`.",
        )
    if wanted and left.operator in _SAMENESS and right.operator in _SAMENESS:
        one_value = f"{both}, but a column has one value at a time"
        if all(isinstance(operand, bool) for operand in left.operands):
            return one_value, "Take one of them out, or join them with `any`."
        return one_value, f"Write one condition for both: {_merged(left.fact, (*left.operands, *right.operands))}."
    if wanted:
        return f"{both}, and no value is both", "Correct one of the two, or join them with `any`."
    return f"{both} contradict each other", "Take one of them out, or join them with `any`."


def _explain_two_columns(left: FactTest, right: FactTest, both: str) -> tuple[str, str]:
    if "lead.has_account" in {left.fact, right.fact}:
        return (
            f"{both}, but without an account nothing is known of account facts",
            "Take one of them out, or join them with `any`.",
        )
    return f"{both}, but the one is derived from the other", "Correct one of the two."


def _merged(fact: str, operands: Sequence[Operand]) -> str:
    """One condition that any of the values meets, as a document writes it; dates know no `is_any_of`."""
    distinct = {fold(operand) if isinstance(operand, str) else operand: operand for operand in reversed(operands)}
    values = [value_text(operand) for operand in reversed(distinct.values())]
    if any(isinstance(operand, date) for operand in operands):
        return f"{{any: [{', '.join(f'{{fact: {fact}, equals: {value}}}' for value in values)}]}}"
    return f"{{fact: {fact}, is_any_of: [{', '.join(values)}]}}"
