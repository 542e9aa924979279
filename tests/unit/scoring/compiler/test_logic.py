"""Strong Kleene logic in compiled conditions, over every combination of three truths."""

from __future__ import annotations

import itertools

import pytest

from connector.scoring.compiler import compile_question
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, FactTest, Not, Operator
from connector.scoring.score import Outcome
from tests.unit.scoring.compiler.asking import NOW, lead

TERMS = tuple(FactTest(f"lead.c{n}", Operator.EQUALS, (True,)) for n in range(3))
TRUTHS = list(itertools.product([True, False, None], repeat=3))


def outcome(condition: Condition, truths: tuple[bool | None, ...]) -> Outcome:
    """The outcome of a condition over the three terms when they have these truths."""
    columns = {f"c{n}": truth for n, truth in enumerate(truths)}
    return compile_question(condition)(lead(**columns), {}, NOW)[0]


def expected(n: int, truths: tuple[bool | None, ...]) -> Outcome:
    """At least n: true when n are true, false when n cannot be, else unknown."""
    if truths.count(True) >= n:
        return Outcome.TRUE
    return Outcome.FALSE if truths.count(True) + truths.count(None) < n else Outcome.UNKNOWN


@pytest.mark.parametrize("truths", TRUTHS)
def test_combinations_follow_strong_kleene_logic(truths: tuple[bool | None, ...]) -> None:
    """`all` is at least all of them, `any` at least one; `not` turns true and false and leaves unknown."""
    assert outcome(All(TERMS), truths) is expected(3, truths)
    assert outcome(AnyOf(TERMS), truths) is expected(1, truths)
    for n in (1, 2, 3):
        assert outcome(AtLeastOf(n, TERMS), truths) is expected(n, truths)
        negated = {Outcome.TRUE: Outcome.FALSE, Outcome.FALSE: Outcome.TRUE, Outcome.UNKNOWN: Outcome.UNKNOWN}
        assert outcome(Not(AtLeastOf(n, TERMS)), truths) is negated[expected(n, truths)]


def test_combinations_of_nothing() -> None:
    """All of nothing holds, any of nothing does not."""
    assert outcome(All(()), ()) is Outcome.TRUE
    assert outcome(AnyOf(()), ()) is Outcome.FALSE
    assert outcome(AtLeastOf(1, ()), ()) is Outcome.FALSE
