"""Parts that one text must and must not have: certain clashes are found, uncertain ones are not claimed."""

from __future__ import annotations

import pytest

from connector.scoring.facttypes import UNTYPED
from connector.scoring.lint.prover import Prover
from connector.scoring.rules import All, FactTest, Not, Operator


def part(operator: str, needle: str, *, exactly: bool = False) -> FactTest:
    """A test of a text."""
    return FactTest("lead.text", Operator(operator), (needle,), case_sensitive=exactly)


CLASHES = [
    All((part("ends_with", "a"), part("ends_with", "b"))),
    All((part("contains", "finance"), Not(part("contains", "FIN")))),
    All((part("begins_with", "chief"), Not(part("begins_with", "ch")))),
    All((part("begins_with", "chief"), Not(part("contains", "ie")))),
    All((part("begins_with", "A", exactly=True), part("begins_with", "a", exactly=True))),
    All((part("begins_with", "A", exactly=True), part("begins_with", "b"))),
    All((part("contains", "Abc", exactly=True), Not(part("contains", "Ab", exactly=True)))),
    All((part("matches", "^chief"), part("begins_with", "x"))),
    All((part("matches", "chief$"), part("ends_with", "x"))),
    All((part("matches", "^chief$"), part("ends_with", "x"))),
    All((part("matches", "Chief", exactly=True), Not(part("contains", "Chi", exactly=True)))),
    All((part("contains", "procurement"), Not(part("matches", "cure")))),
    All((part("contains", "Boss", exactly=True), Not(part("matches", "Boss", exactly=True)))),
]
FREE = [
    All((part("begins_with", "a"), part("ends_with", "b"))),
    All((part("contains", "fin"), Not(part("contains", "finance")))),
    All((part("begins_with", "chief"), Not(part("ends_with", "chief")))),
    All((part("contains", "boss"), Not(part("matches", "boss")))),  # boß
    All((part("contains", "sales"), Not(part("matches", "sales")))),  # ßales
    All((part("contains", "BOUGHT", exactly=True), Not(part("contains", "bought")))),  # T with two dots composes
    All((part("contains", "Ärger", exactly=True), Not(part("contains", "ärger")))),  # nothing is claimed of these
    All((part("contains", "chief"), Not(part("matches", "^chief$")))),
    All((part("matches", "c.*f"), part("begins_with", "x"))),
    All((part("matches", "^"), part("begins_with", "x"))),
    All((part("matches", "ought"), part("contains", "x"))),
    All((part("matches", "chie$"), Not(part("matches", "^chie$")))),
]


@pytest.mark.parametrize("condition", CLASHES, ids=str)
def test_clash_is_found(condition: All) -> None:
    """Parts that exclude or contain each other cannot be wanted both ways."""
    prover = Prover(UNTYPED)
    assert prover.refutes(prover.formula(condition))


@pytest.mark.parametrize("condition", FREE, ids=str)
def test_nothing_is_claimed(condition: All) -> None:
    """What some text can meet, or what nobody can be sure of, is left alone."""
    prover = Prover(UNTYPED)
    assert not prover.refutes(prover.formula(condition))
