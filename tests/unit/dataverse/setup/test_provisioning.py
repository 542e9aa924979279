"""The plan of provisioning: which columns exist, fit or are missing, and which solution they can be created in."""

from __future__ import annotations

import pytest

from connector.dataverse.metadata.tables import ColumnInfo
from connector.dataverse.setup.provisioning import (
    Obstacle,
    Plan,
    Planned,
    Solution,
    State,
    Wanted,
    choose,
    judge,
    obstacles_of,
    remarks_of,
    wanted_by,
)
from connector.pipeline.targets import KINDS, Use
from connector.scoring.document import parse_model
from connector.scoring.facttypes import UNTYPED, FactType, Kind

FIT = Wanted("lc_fit", Use.SCORE, ("icp-fit",), low=-10, high=120)
GRADE = Wanted("lc_fitgrade", Use.GRADE, ("icp-fit",))
SCORED_ON = Wanted("lc_scoredon", Use.SCORED_ON, ("icp-fit", "engagement"))
READY = Wanted("lc_ready", Use.SALES_READY, ("sales-ready",))
SCORES = Solution("Scores", "Lead scores", "lc")
OTHER = Solution("Other", "Other", "oth")


def known(
    name: str, kind: Kind, *, writable: bool = True, minimum: float | None = None, maximum: float | None = None
) -> dict[str, ColumnInfo]:
    """An environment with one column."""
    return {name: ColumnInfo(name, writable, FactType(kind, minimum=minimum, maximum=maximum))}


@pytest.mark.parametrize("wanted", [FIT, GRADE, SCORED_ON, READY])
def test_a_column_that_is_not_there_is_missing(wanted: Wanted) -> None:
    """Other columns do not matter."""
    assert judge(wanted, known("lc_other", Kind.NUMBER)) == Planned(wanted, State.MISSING)


@pytest.mark.parametrize("wanted", [FIT, GRADE, SCORED_ON, READY])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_column_fits_by_its_kind(wanted: Wanted, kind: Kind) -> None:
    """It is present where its kind takes what is written, and else unfit, naming both kinds."""
    planned = judge(wanted, known(wanted.name, kind))
    fits = kind in KINDS[wanted.use]
    assert planned.state is (State.PRESENT if fits else State.UNFIT)
    assert bool(planned.detail) is not fits
    if not fits:
        assert f"`{wanted.use}` needs" in planned.detail


def test_a_column_that_is_not_the_company_s_own_is_an_obstacle() -> None:
    """It exists and would take what is written: still nothing is created, and nothing is ok."""
    text = (
        "model: m\nwrite: {explanation: description}\ngroups: [{name: A, points: 1, when: {fact: lead.x, equals: 1}}]\n"
    )
    (wanted,) = wanted_by(parse_model(text, UNTYPED), UNTYPED)
    planned = judge(wanted, known("description", Kind.TEXT))
    assert planned.state is State.PRESENT
    (found,) = obstacles_of([planned])
    assert "'m': `description` is no column of your own" in found.message
    assert "publisher's prefix" in found.remedy


def test_a_lookup_of_that_name_is_unfit() -> None:
    """A lookup is known under another name in rows, and takes the name all the same."""
    planned = judge(FIT, {"_lc_fit_value": ColumnInfo("_lc_fit_value", writable=False, type=FactType(Kind.ID))})
    assert (planned.state, planned.detail) == (State.UNFIT, "exists as a lookup, and `score` needs a number")


def test_a_column_that_takes_no_updates_is_unfit() -> None:
    """A calculated column cannot be written."""
    assert judge(FIT, known("lc_fit", Kind.NUMBER, writable=False)).detail == "exists and takes no updates"


@pytest.mark.parametrize(("length", "state"), [(49, State.UNFIT), (50, State.PRESENT), (None, State.PRESENT)])
def test_a_text_must_hold_the_longest_grade(length: int | None, state: State) -> None:
    """A text that is too short would be refused when it is written."""
    columns = {"lc_fitgrade": ColumnInfo("lc_fitgrade", writable=True, type=FactType(Kind.TEXT, max_length=length))}
    assert judge(GRADE, columns).state is state


@pytest.mark.parametrize(
    ("low", "high", "beyond"),
    [
        (-10, 120, ""),
        (0, 120, "can give -10,"),
        (-10, 100, "can give 120,"),
        (0, 100, "can give -10 and 120,"),
        (0, None, "from 0, and"),
        (None, None, ""),
    ],
)
def test_scores_beyond_a_column_are_remarked(low: float | None, high: float | None, beyond: str) -> None:
    """A column that takes fewer scores than its model can give is no obstacle, but worth a word."""
    columns = known("lc_fit", Kind.NUMBER, minimum=low, maximum=high)
    planned = judge(FIT, columns)
    assert planned.state is State.PRESENT
    remarks = remarks_of([planned], columns)
    assert [beyond in remark for remark in remarks] == ([True] if beyond else [])


def test_scores_without_bounds_are_not_remarked() -> None:
    """Where nothing bounds a score, nothing certain can be said."""
    columns = known("lc_fit", Kind.NUMBER, minimum=0, maximum=100)
    assert remarks_of([judge(Wanted("lc_fit", Use.SCORE, ("a",)), columns)], columns) == []
    assert remarks_of([judge(FIT, {})], {}) == []


def test_an_unfit_column_is_an_obstacle_with_its_documents() -> None:
    """It is named with what is wrong, and where to name another."""
    (found,) = obstacles_of([Planned(FIT, State.UNFIT, "exists as text")])
    assert found.message == "The lead column 'lc_fit' exists as text."
    assert "`score` in 'icp-fit'" in found.remedy


def test_one_column_for_two_uses_is_an_obstacle() -> None:
    """A column cannot be a score and a grade."""
    both = [Planned(each, State.MISSING) for each in (FIT, Wanted("lc_fit", Use.GRADE, ("other",)))]
    (found,) = obstacles_of(both)
    assert "`score` of 'icp-fit' and `grade` of 'other'" in found.message


@pytest.mark.parametrize("name", ["fit", "LC_fit", "lc_Fit", "l_fit", "1c_fit", "toolongprefix_fit", "lc-fit", "lc_"])
def test_a_name_that_no_custom_column_can_have_is_an_obstacle(name: str) -> None:
    """Only a publisher's prefix, an underscore and a name can be created; what exists may be called as it is."""
    wanted = Wanted(name, Use.SCORE, ("icp-fit",))
    (found,) = obstacles_of([Planned(wanted, State.MISSING)])
    assert repr(name) in found.message
    assert obstacles_of([Planned(wanted, State.PRESENT)]) == []


def test_the_only_solution_with_the_prefix_is_found() -> None:
    """Managed solutions and those of other publishers do not count."""
    managed = Solution("Managed", "Managed", "lc", managed=True)
    assert choose([OTHER, managed, SCORES], [FIT, GRADE], None) is SCORES


@pytest.mark.parametrize(
    ("solutions", "name", "message", "remedy"),
    [
        ([OTHER], None, "no solution has a publisher with that prefix", "whose prefix is `lc`"),
        ([SCORES, Solution("Two", "Two", "lc")], None, "several solutions", "as --solution NAME: Scores, Two."),
        ([SCORES], "Nothing", "There is no solution 'Nothing'", "as --solution NAME: Scores"),
        ([OTHER], "Nothing", "There is no solution 'Nothing'", "whose prefix is `lc`"),
        ([SCORES, OTHER], "Other", "has the prefix 'oth'", "as --solution NAME: Scores"),
        ([Solution("Shut", "Shut", "lc", managed=True)], "Shut", "is managed", "whose prefix is `lc`"),
    ],
)
def test_a_solution_that_does_not_serve_is_told(
    solutions: list[Solution], name: str | None, message: str, remedy: str
) -> None:
    """What is wrong and which would do, or how to make one."""
    found = choose(solutions, [FIT, GRADE], name)
    assert isinstance(found, Obstacle)
    assert message in found.message
    assert remedy in found.remedy


def test_a_named_solution_is_taken_whatever_the_case() -> None:
    """Unique names are not told apart by their case."""
    assert choose([SCORES, OTHER], [FIT], "scores") is SCORES


def test_columns_of_two_prefixes_cannot_go_together() -> None:
    """Without a name nothing is guessed; with one the columns of the other prefix are named."""
    columns = [FIT, Wanted("oth_grade", Use.GRADE, ("icp-fit",))]
    guessed = choose([SCORES, OTHER], columns, None)
    assert isinstance(guessed, Obstacle)
    assert "lc_ or oth_" in guessed.message
    assert "one prefix" in guessed.remedy
    named = choose([SCORES, OTHER], columns, "Scores")
    assert isinstance(named, Obstacle)
    assert "cannot hold 'oth_grade'" in named.message


def test_names_for_people() -> None:
    """Display names come from the document where it is one; types are said in words."""
    assert [each.label for each in (FIT, GRADE, SCORED_ON, READY)] == [
        "Icp fit score", "Icp fit grade", "Scored on", "Sales-ready",
    ]  # fmt: skip
    assert [each.type for each in (FIT, GRADE, SCORED_ON, READY)] == [
        "whole number", "text of up to 50 characters", "date and time", "yes/no",
    ]  # fmt: skip


def test_a_plan_is_done_without_missing_columns_and_obstacles() -> None:
    """What is missing, or in the way, is left to do."""
    present, missing = Planned(FIT, State.PRESENT), Planned(GRADE, State.MISSING)
    assert Plan((present,)).is_done
    assert not Plan((present, missing)).is_done
    assert Plan((present, missing)).missing == (GRADE,)
    assert not Plan((present,), obstacles=(Obstacle("x", "y"),)).is_done
