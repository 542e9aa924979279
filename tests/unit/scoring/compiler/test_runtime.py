"""The functions that generated code calls."""

from __future__ import annotations

import pytest

from connector.scoring.compiler.runtime import (
    FoldedTypes,
    PointsOf,
    UnknownOf,
    Verdicts,
    employee_band,
    is_freemail,
)
from connector.scoring.compiler.source import Constants, Writer
from connector.scoring.score import Cause, GroupScore, Outcome, UnknownFact
from tests.unit.scoring.compiler.asking import NOW


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("a@gmail.com", True),
        (" A@GMX.DE ", True),
        ("a@firm.example", False),
        ("a@b@web.de", True),
        ("a@mail.gmail.com", False),
        ("@gmail.com", None),
        ("a@", None),
        ("gmail.com", None),
        (5, None),
        (None, None),
    ],
)
def test_freemail_is_told_by_the_domain(address: object, verdict: bool | None) -> None:
    """The whole domain decides; what is no address is unknown."""
    assert is_freemail(address) is verdict


@pytest.mark.parametrize(
    ("employees", "band"),
    [
        (1, "1-10"), (10, "1-10"), (11, "11-50"), (50.5, "51-200"), (500, "201-500"), (1000, "501-1000"),
        (5000, "1001-5000"), (5001, "5001+"), (0, None), (-5, None), ("10", None), (None, None), (True, None),
    ],
)  # fmt: skip
def test_bands_include_their_ends(employees: object, band: str | None) -> None:
    """A band holds both its ends; nobody employed is no band."""
    assert employee_band(employees) == band


def test_results_are_kept_while_there_are_few() -> None:
    """Results by points and by unknown facts are made once, and no more than some thousands are kept."""
    points = PointsOf("g")
    assert points[7] is points[7]
    for number in range(5000):
        assert points[number] == GroupScore("g", number, Outcome.TRUE)
    assert len(points) < 5000
    facts = [UnknownFact(f"lead.c{n}", Cause.EMPTY_COLUMN) for n in range(13)]
    unknown = UnknownOf(facts)
    assert unknown[0] == ()
    assert unknown[0b101] == (facts[0], facts[2])
    assert unknown[0b101] is unknown[0b101]
    for number in range(5000):
        assert len(unknown[number]) == number.bit_count()
    assert len(unknown) < 5000


def test_types_are_folded_once() -> None:
    """A type of interaction is folded and kept, while there are not too many; what is no text stays as it is."""
    folded = FoldedTypes()
    assert (folded["Email_Click"], folded[None], folded["\ud83d"]) == ("email_click", None, "\ud83d")
    assert len(folded) == 3
    for number in range(5000):
        assert folded[f"T{number}"] == f"t{number}"
    assert len(folded) < 5000


def test_texts_are_judged_once() -> None:
    """The verdict on a text is kept while there are not too many; unknown is no pass."""
    asked: list[object] = []

    def judge(text: object) -> bool | None:
        asked.append(text)
        return True if text == "demo" else None

    verdicts = Verdicts(judge)
    assert [verdicts[text] for text in ("demo", "demo", "")] == [True, True, False]
    assert asked == ["demo", ""]
    for number in range(5000):
        assert not verdicts[str(number)]
    assert len(verdicts) < 5000


def test_source_is_indented_by_blocks() -> None:
    """Blocks indent what is inside, and an empty one passes."""
    code = Writer(1)
    with code.block("if a:"):
        code.line("b = 1")
    with code.block("else:"):
        pass
    assert code.text() == "    if a:\n        b = 1\n    else:\n        pass\n"


def test_constants_have_names_of_ours() -> None:
    """A shared constant has one name for each value and type, another always a new one."""
    constants = Constants({"NOW": NOW})
    assert constants.shared("a") == constants.shared("a") != constants.shared("b")
    assert constants.shared(1) != constants.shared("1")
    first, second = constants.name([]), constants.name([])
    assert first != second
    assert constants.namespace[constants.shared("a")] == "a"
    assert constants.namespace["NOW"] is NOW
