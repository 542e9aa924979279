"""Buying groups in a decision: criteria over the people of a lead's account, and when they are asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.pipeline.colleagues import Colleague, People, counts_of
from connector.pipeline.judge import facts_of, judge
from connector.pipeline.rulebook import Rulebook
from connector.pipeline.values import Dossier
from connector.scoring.score import Outcome
from connector.scoring.titles import Title, read_title
from tests.unit.pipeline.casework import dossier, rulebook
from tests.unit.pipeline.world import START, A, heat_model

GROUP = "qualification: group\nwhen: {account: engaged_people, at_least: 2, within: 10d, distinct: function}\n"


def seen(book: Rulebook, *titles: str | None, days: int = 1) -> Dossier:
    """A lead whose colleagues have these titles, each engaged so many days ago."""
    people = tuple(
        Colleague(f"c{number}", title, START - timedelta(days=days), None) for number, title in enumerate(titles)
    )
    return replace(dossier(account={"name": "Mills"}), people=People(book.counts, people))


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("Finance Director", "Head of IT"), Outcome.TRUE),
        (("Finance Director", "Head of Finance"), Outcome.FALSE),
        (("Finance Director", None), Outcome.FALSE),
        (("Finance Director", "Xyzzy"), Outcome.FALSE),
    ],
)
def test_a_group_is_people_of_different_functions(titles: tuple[str | None, ...], expected: Outcome) -> None:
    """Two engaged people of the same function are no group, nor is one whose title says nothing."""
    book = rulebook(heat_model(), GROUP)
    evaluation = judge(seen(book, *titles), book, START)
    assert evaluation.verdicts["group"].outcome is expected


def test_a_group_that_ends_by_time_is_looked_at_again_then() -> None:
    """The next change is when the first of the group falls out of the window."""
    book = rulebook(heat_model(), GROUP)
    evaluation = judge(seen(book, "Finance Director", "Head of IT", days=9), book, START)
    assert evaluation.next_change_at == START + timedelta(days=1)


def test_a_lead_without_an_account_cannot_be_judged() -> None:
    """The condition is unknown there, and the lead is not qualified."""
    book = rulebook(heat_model(), GROUP)
    assert judge(dossier(), book, START).verdicts["group"].outcome is Outcome.UNKNOWN


def test_the_rulebook_says_what_is_counted_and_what_it_reads() -> None:
    """The usual counts are made anyway; others are named, with the column of titles where one reads it."""
    book = rulebook(heat_model(), GROUP)
    assert (len(book.counts), book.title_column, book.uses_rollups) == (1, "jobtitle", True)
    usual = rulebook(heat_model(), "qualification: q\nwhen: {account: engaged_people, within: 30d}\n")
    assert (usual.counts, usual.title_column, usual.uses_rollups) == ((), None, True)
    week = rulebook(heat_model(), "qualification: q\nwhen: {account: engaged_people, within: 7d}\n")
    assert (week.counts, week.title_column) == (("account.engaged_people_7d",), None)


def test_facts_for_explanations_hold_the_counts_too() -> None:
    """Without a rulebook titles are read by our own tables."""
    book = rulebook(heat_model(), GROUP)
    one = seen(book, "Finance Director", "Head of IT")
    (count,) = counts_of(book.counts)
    account = facts_of(one, now=START)["account"]
    assert account is not None
    assert account[count.fact.removeprefix("account.")] == 2
    assert one.lead.lead_id == A


def test_the_company_s_own_titles_are_counted_where_a_score_is_told() -> None:
    """Whoever explains or compares reads titles as a decision does."""
    book = rulebook(heat_model(), GROUP)
    (fact,) = book.counts
    people = seen(book, "Finance Director", "Xyzzy")

    def titles(text: str) -> Title:
        return replace(read_title("Head of IT"), function="it") if text == "Xyzzy" else read_title(text)

    told = [facts_of(people, now=START)["account"], facts_of(people, now=START, titles=titles)["account"]]
    assert [None if one is None else one[fact.partition(".")[2]] for one in told] == [1, 2]
