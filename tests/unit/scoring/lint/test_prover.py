"""The prover's limits and the words of its findings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from connector.scoring.lint import Range, families, prover
from connector.scoring.lint.clashes import explain_clash, smallest_core
from connector.scoring.lint.phrases import value_text, values_text, words_of
from connector.scoring.lint.prover import Prover
from connector.scoring.lint.spelling import nearest, shortest_length
from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, Not, Operand
from tests.unit.scoring.lint.builders import TYPES, done, fact, scores


def refutes(condition: Condition) -> bool:
    """Whether a condition is proved impossible."""
    proof = Prover(TYPES)
    return proof.refutes(proof.formula(condition))


def pigeons(count: int) -> Condition:
    """One value for each of `count` facts, all different, out of one value fewer: impossible, and long to prove."""
    holes = range(count - 1)
    sits = [[done(f"p{bird}_{hole}") for hole in holes] for bird in range(count)]
    alone = [
        Not(All((sits[one][hole], sits[other][hole]))) for hole in holes for one in range(count) for other in range(one)
    ]
    return All((*map(AnyOf, map(tuple, sits)), *alone))


def test_choices_are_searched() -> None:
    """Contradictions that only show when alternatives are tried are found."""
    assert refutes(pigeons(4))
    assert not refutes(
        AtLeastOf(2, (fact("lead.country", "equals", "GB"), fact("lead.decides", "equals", True), done("x")))
    )
    few = tuple(fact("lead.country", "equals", value) for value in ("A", "B", "C"))
    assert refutes(AtLeastOf(2, few))
    assert not refutes(AtLeastOf(1, few))
    two = AtLeastOf(2, (AnyOf((few[0], few[1])), All((few[0], few[1])), few[2]))
    assert refutes(two)


def test_prover_gives_up_in_silence() -> None:
    """Where the choices are too many, or too deep, nothing is claimed."""
    assert not refutes(pigeons(6))


def test_prover_gives_up_where_choices_are_too_deep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The depth of the search is bounded as well as its steps."""
    monkeypatch.setattr(prover, "DEEPEST", 1)
    assert not refutes(pigeons(4))


def test_answers_are_not_kept_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The memory of a family is bounded, and forgetting changes no answer."""
    monkeypatch.setattr(families, "MOST_ANSWERS", 1)
    both = All((fact("lead.country", "equals", "GB"), fact("lead.country", "equals", "IE")))
    assert refutes(both)
    assert refutes(both)


def test_core_of_alternatives() -> None:
    """Tests that take no part in a clash of alternatives are left out of it."""
    clash = All(
        (
            AnyOf((fact("lead.country", "equals", "GB", line=1), fact("lead.country", "equals", "IE", line=2))),
            AnyOf((fact("lead.country", "equals", "FR", line=3), fact("lead.country", "equals", "DE", line=4))),
            AnyOf((done("x", line=5), done("y", line=6))),
        )
    )
    proof = Prover(TYPES)
    assert [wanted.test.place.line for wanted in smallest_core(proof, proof.formula(clash))] == [1, 2, 3, 4]


def test_threshold_that_a_model_cannot_give() -> None:
    """A single test of another model is told in its own words."""
    proof = Prover(TYPES, {"fit": Range(0, 10)})
    formula = proof.formula(scores("fit", 20))
    assert "can never be so" in explain_clash(proof, formula).message
    assert not proof.refutes(proof.formula(Not(scores("fit", 20))))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("GB", "GB"),
        ("true", '"true"'),
        ("1-10", '"1-10"'),
        ("a: b", '"a: b"'),
        (True, "true"),
        (False, "false"),
        (timedelta(days=14), "14d"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 9, tzinfo=UTC), "2026-01-31T09:00:00Z"),
    ],
)
def test_values_in_words(value: Operand, text: str) -> None:
    """Constants are written as a document writes them, quoted where YAML would read them otherwise."""
    assert value_text(value) == text


def test_tests_in_words() -> None:
    """A test is said with the keys of the document."""
    assert words_of(fact("lead.n", "between", 1, 1000)) == "lead.n is between 1 and 1000"
    assert words_of(fact("lead.n", "is_none_of", 1, 2)) == "lead.n is none of [1, 2]"
    assert words_of(done("form", 2, 7, where=(fact("form", "equals", "demo"),))) == (
        "at least 2 form within 7d where form equals demo"
    )
    assert words_of(scores("fit", 40)) == "fit has at least 40 points"
    assert words_of(scores("fit", grade="Hot")) == "fit has grade Hot"
    assert values_text("abcdefg") == "[a, b, c, d, … 3 more]"


def test_nearest_name() -> None:
    """Names are compared without case; a name that is like none has no neighbour."""
    assert nearest("HOTT", ["Hot", "Warm"]) == "Hot"
    assert nearest("zzz", ["Hot", "Warm"]) is None


def test_shortest_length_counts_every_spelling() -> None:
    """Folded text may have been shorter; plain text may not."""
    assert shortest_length("ABC") == 3
    assert shortest_length("STRASSE") <= len("Straße")
    assert shortest_length("Ähre") <= 4
