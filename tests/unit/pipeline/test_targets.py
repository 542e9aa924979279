"""Which columns a model is written to, and what they must be."""

from __future__ import annotations

import pytest

from connector.pipeline.targets import KINDS, Use, longest_grade, misfit, written
from connector.scoring.document import parse_model
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.rules import Model


def model(write: str, *grades: str) -> Model:
    """A model with these grades."""
    listed = "".join(f"  - {{name: {name}, from: {90 - i}}}\n" for i, name in enumerate(grades))
    return parse_model(
        f"model: m\nwrite: {write}\ngroups:\n"
        "  - {name: G, points: 1, when: {fact: lead.jobtitle, is_not_empty: true}}\n"
        + (f"grades:\n{listed}  - {{name: Z}}\n" if grades else ""),
        FactTypes(),
    )


def test_only_the_named_columns_are_written() -> None:
    """Each with what it is for."""
    assert written(model("{}")) == []
    assert written(model("{scored_on: lc_at, score: lc_x}")) == [(Use.SCORE, "lc_x"), (Use.SCORED_ON, "lc_at")]
    assert written(model("{explanation: lc_why, grade: leadqualitycode}")) == [
        (Use.GRADE, "leadqualitycode"),
        (Use.EXPLANATION, "lc_why"),
    ]


@pytest.mark.parametrize(
    ("grades", "length"), [((), 0), (("Hot", "Lukewarm"), 8), (("\N{FIRE}\N{FIRE} Hot",), 8), (("Größe",), 5)]
)
def test_grades_are_as_long_as_text_columns_count_them(grades: tuple[str, ...], length: int) -> None:
    """In UTF-16 units: a flame takes two."""
    assert longest_grade(model("{grade: lc_g}", *grades)) == length


@pytest.mark.parametrize("use", list(Use))
@pytest.mark.parametrize("kind", list(Kind))
def test_each_use_takes_its_kinds(use: Use, kind: Kind) -> None:
    """Any other is told with what it is and what is needed; an unknown one is not judged."""
    said = misfit(use, FactType(kind))
    assert bool(said) is (kind not in KINDS[use])
    assert not said or f"`{use}` needs" in said
    assert misfit(use, None) == ""


@pytest.mark.parametrize(
    ("grades", "said"),
    [
        (("Hot", "chaud"), ""),
        (("hot", "Tepid", "Cold"), "has no option named 'Tepid', 'Cold'"),
        ((), ""),
        (("Twice",), "has no option named 'Twice'"),
    ],
)
def test_a_choice_takes_grades_that_are_its_options(grades: tuple[str, ...], said: str) -> None:
    """By label in any language, without regard to case; a label of two options is none."""
    options = {1: ("Hot", "Chaud"), 2: ("Warm",), 3: ("Twice",), 4: ("twice",)}
    assert misfit(Use.GRADE, FactType(Kind.CHOICE, options), grades=grades) == said


@pytest.mark.parametrize(("holds", "fits"), [(7, False), (8, True), (None, True)])
def test_a_text_holds_the_longest_grade(holds: int | None, *, fits: bool) -> None:
    """One character less is too short; a length that nobody knows is not judged."""
    assert (misfit(Use.GRADE, FactType(Kind.TEXT, max_length=holds), length=8) == "") is fits
