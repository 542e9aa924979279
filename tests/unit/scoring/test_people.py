"""Counts over the people of an account: who counts, as what, until when, and the name of each count."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.scoring.derived import FUNCTIONS, SENIORITIES, is_rollup
from connector.scoring.people import PeopleCount, Person, people_count, tally_people
from connector.scoring.wording import fact_name

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MONTH = timedelta(days=30)


def ago(**age: float) -> datetime:
    """A moment before NOW."""
    return NOW - timedelta(**age)


def person(
    lead_id: str,
    last_at: datetime | None = NOW,
    *,
    seniority: str | None = None,
    function: str | None = None,
    next_at: datetime | None = None,
) -> Person:
    """Somebody of the account."""
    return Person(lead_id, seniority, function, last_at, next_at)


PEOPLE = [
    person("a", ago(days=1), seniority="director", function="finance"),
    person("b", ago(days=2), seniority="vp", function="finance"),
    person("c", ago(days=40), seniority="director", function="it"),
    person("d", ago(days=3)),
    person("e", None, seniority="c_level", function="it"),
]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (PeopleCount(is_engaged=False), 5),
        (PeopleCount(), 4),
        (PeopleCount(within=MONTH), 3),
        (PeopleCount(within=MONTH, others=True), 2),
        (PeopleCount(within=MONTH, seniority=("director", "vp")), 2),
        (PeopleCount(within=MONTH, function=("it",)), 0),
        (PeopleCount(within=MONTH, distinct="function"), 1),
        (PeopleCount(distinct="function"), 2),
        (PeopleCount(within=MONTH, distinct="seniority"), 2),
        (PeopleCount(is_engaged=False, distinct="seniority"), 3),
    ],
)
def test_who_is_counted(count: PeopleCount, expected: int) -> None:
    """Only those who did something in the window, with such a title; a title that says nothing is none of them."""
    assert count.count(PEOPLE, "a", NOW)[0] == expected


@pytest.mark.parametrize(
    ("someone", "expected"),
    [
        (person("a", ago(days=29)), (1, NOW + timedelta(days=1))),
        (person("a", ago(days=30)), (0, None)),
        (person("a", ago(days=29), next_at=NOW + timedelta(hours=1)), (1, NOW + timedelta(hours=1) + MONTH)),
        (person("a", ago(days=29), next_at=NOW + timedelta(days=2)), (1, NOW + timedelta(days=1))),
        (person("a", None, next_at=NOW + timedelta(hours=1)), (0, NOW + timedelta(hours=1))),
    ],
)
def test_when_the_count_changes_by_time_alone(someone: Person, expected: tuple[int, datetime | None]) -> None:
    """A window is (now - length, now]; who comes back within it stays counted until that one ends."""
    assert PeopleCount(within=MONTH).count([someone], "x", NOW) == expected


def test_without_a_window_nobody_is_ever_uncounted() -> None:
    """Once engaged is always engaged where no window is given."""
    assert PeopleCount().count([person("a", ago(days=900))], "x", NOW) == (1, None)


def test_several_counts_are_told_by_column_with_the_first_change_of_all() -> None:
    """The account's columns that hold the counts, and the earliest moment at which one may differ."""
    day = PeopleCount(within=timedelta(days=4))
    counts, change_at = tally_people([day, PeopleCount(is_engaged=False)], iter(PEOPLE), NOW)("a")
    assert counts == {"engaged_people_4d": 3, "open_leads": 5}
    assert change_at == NOW + timedelta(days=1)


COUNTS = st.builds(
    PeopleCount,
    st.booleans(),
    st.none() | st.integers(1, 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    st.sets(st.sampled_from(SENIORITIES)).map(lambda some: tuple(sorted(some))),
    st.sets(st.sampled_from(FUNCTIONS)).map(lambda some: tuple(sorted(some))),
    st.sampled_from(["people", "seniority", "function"]),
    st.booleans(),
)
SOMEBODY = st.builds(
    Person,
    st.sampled_from("abcde"),
    st.none() | st.sampled_from(["vp", "director"]),
    st.none() | st.sampled_from(["finance", "it"]),
    st.none() | st.integers(0, 60).map(lambda days: ago(days=days)),
    st.none() | st.integers(1, 60).map(lambda days: ago(days=-days)),
)


@given(COUNTS, st.lists(SOMEBODY, unique_by=lambda one: one.lead_id), st.sampled_from("abcdef"), st.booleans())
def test_a_tally_for_all_is_the_count_for_each(
    count: PeopleCount, people: list[Person], lead_id: str, is_month: bool
) -> None:
    """What a lead is told of the others is the count over everybody else; of all it is the count over all."""
    count = replace(count, within=MONTH) if is_month else count
    rest = [one for one in people if not (count.others and one.lead_id == lead_id)]
    of_all = replace(count, others=False)
    tally = count.over(people, NOW)
    assert [tally.of(lead_id), tally.of(lead_id)] == [of_all.count(rest, lead_id, NOW)] * 2
    if not count.seniority and not count.function and not count.is_engaged and count.distinct == "people":
        assert tally.of(lead_id) == (len(rest), None)


@given(COUNTS)
def test_a_name_says_the_whole_count(count: PeopleCount) -> None:
    """From the name of a fact its count comes back, and every such fact is a roll-up."""
    assert people_count(count.fact) == count
    assert is_rollup(count.fact)


@pytest.mark.parametrize(
    "fact",
    ["account.people(engaged seniority=boss)", "account.people()", "account.people(open function=)", "account.name"],
)
def test_other_names_are_no_counts(fact: str) -> None:
    """A name that no count has is not read as one."""
    assert people_count(fact) is None


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (
            PeopleCount(within=MONTH, seniority=("c_level",), others=True, distinct="function"),
            "number of different job functions among the other engaged c level people of the account in 30 days",
        ),
        (PeopleCount(within=timedelta(hours=12)), "number of engaged people of the account in 12 hours"),
        (PeopleCount(is_engaged=False, others=True), "number of other open people of the account"),
    ],
)
def test_a_count_has_words(count: PeopleCount, expected: str) -> None:
    """Explanations call it what it is, not by the name of its fact."""
    assert fact_name(count.fact) == expected


def test_a_name_that_is_no_count_is_called_something_all_the_same() -> None:
    """Nothing fails over a name that another version wrote."""
    assert fact_name("account.people(nonsense)")
