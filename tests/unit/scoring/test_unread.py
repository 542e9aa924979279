"""Columns that no run has read yet: which a model misses, and whom it cannot judge without them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.diff import Diff, diff
from connector.scoring.document import parse_model
from connector.scoring.score import Facts
from connector.scoring.unread import Unread

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = "model: m\ngroups: [{name: A, points: 1, when: {fact: lead.a, equals: 1}}]\n"


def missed(text: str, facts: Facts) -> tuple[set[str], set[str]]:
    """The columns that a model misses in facts, and those of them without which nobody knows what it says."""
    scorer = compile_model(parse_model(text))
    unread = Unread(scorer)
    missing = unread.missing(facts)
    return set(missing), set(unread.decisive(facts, scorer.score(facts, NOW), missing, NOW))


def group(when: str, more: str = "") -> str:
    """A model with one group."""
    return f"model: m\n{more}groups: [{{name: G, points: 1, when: {when}}}]\n"


def test_what_was_read_and_is_empty_is_not_missing() -> None:
    """Null is what a run read; a column that is not there at all was not read."""
    assert missed(group("{fact: lead.a, equals: 1}"), {"lead": {"a": None}}) == (set(), set())
    assert missed(group("{fact: lead.a, equals: 1}"), {"lead": {}}) == ({"lead.a"}, {"lead.a"})


def test_columns_of_an_account_are_missing_where_there_is_an_account() -> None:
    """Without an account they are unknown for good; roll-ups that nobody counts yet are missing as columns are."""
    text = group("{any: [{fact: account.b, equals: 1}, {fact: account.engaged_people_7d, at_least: 1}]}")
    both = {"account.b", "account.engaged_people_7d"}
    assert missed(text, {"lead": {}}) == (set(), set())
    assert missed(text, {"lead": {}, "account": None}) == (set(), set())
    assert missed(text, {"lead": {}, "account": {}}) == (both, both)
    assert missed(text, {"lead": {}, "account": {"b": 1, "engaged_people_7d": 0}}) == (set(), set())


def test_a_derived_fact_misses_the_column_that_it_reads() -> None:
    """The seniority of a title is not known before titles are read."""
    assert missed(group("{fact: title.seniority, equals: vp}"), {"lead": {}}) == ({"lead.jobtitle"}, {"lead.jobtitle"})


def test_what_is_decided_without_the_column_is_judged() -> None:
    """A group that is false, or true, whatever the missing column holds does not hang on it."""
    both = group("[{fact: lead.a, equals: 1}, {fact: lead.b, equals: 1}]")
    assert missed(both, {"lead": {"a": 0}}) == ({"lead.b"}, set())
    assert missed(both, {"lead": {"a": 1}}) == ({"lead.b"}, {"lead.b"})


@pytest.mark.parametrize("operator", ["is_empty", "is_not_empty"])
def test_a_column_that_was_not_read_is_not_known_to_be_empty(operator: str) -> None:
    """The engine takes a missing column for an empty one, so who asks for emptiness hangs on it."""
    text = group(f"{{any: [{{fact: lead.a, {operator}: true}}, {{interaction: visit}}]}}")
    assert missed(text, {"lead": {}}) == ({"lead.a"}, {"lead.a"})


def test_who_is_scored_at_all_may_hang_on_it() -> None:
    """The audience and the exclusion are asked too; of a lead that is outside for certain nothing else is."""
    rest = "{fact: lead.a, is_empty: true}"
    audience = group(rest, "audience: {fact: lead.b, equals: 1}\n")
    assert missed(audience, {"lead": {}})[1] == {"lead.b"}
    assert missed(audience, {"lead": {"b": 0}})[1] == set()
    exclude = group("{fact: lead.a, equals: 1}", "exclude: {fact: lead.b, equals: 1}\n")
    assert missed(exclude, {"lead": {"a": 1}})[1] == {"lead.b"}
    assert missed(exclude, {"lead": {"b": 1}})[1] == set()
    assert missed(exclude, {"lead": {"a": 1, "b": 0}})[1] == set()
    emptiness = group("{fact: lead.a, equals: 1}", "exclude: {fact: lead.b, is_not_empty: true}\n")
    assert missed(emptiness, {"lead": {"a": 1}})[1] == {"lead.b"}


def compared(new: str, *leads: Facts) -> Diff:
    """The diff of two versions, with what the new one misses."""
    scorer = compile_model(parse_model(new))
    old = compile_model(parse_model(OLD))
    return diff(old, scorer, [(str(n), one) for n, one in enumerate(leads)], NOW, unread=Unread(scorer))


def test_a_diff_counts_apart_whom_it_cannot_judge() -> None:
    """They are among the leads and in no other figure; the columns are named with how many hang on them."""
    new = group("[{fact: lead.a, equals: 1}, {fact: lead.b, equals: 1}]")
    seen = compared(new, {"lead": {"a": 1}}, {"lead": {"a": 0}}, {"lead": {"a": 1, "b": 0}})
    assert (seen.leads, seen.unjudged, seen.unread) == (3, 1, {"lead.b": 1})
    assert (seen.unchanged, seen.rescored, seen.mean_change) == (1, 1, -0.5)
    assert seen.sentences[1] == (
        "lead.b is not mirrored yet; the first run after publication reads it. Until then 1 lead cannot be judged and"
        " is in no other figure."
    )


def test_a_diff_names_a_column_on_which_nothing_hangs() -> None:
    """That no lead depends on it is said; several are named together; without any nothing is said."""
    new = group("[{fact: lead.a, equals: 1}, {fact: lead.b, equals: 1}, {fact: lead.c, equals: 1}]")
    seen = compared(new, {"lead": {"a": 0}})
    assert seen.unread == {"lead.b": 0, "lead.c": 0}
    assert seen.sentences[1] == (
        "lead.b and lead.c are not mirrored yet; the first run after publication reads them. No lead's score depends on"
        " them."
    )
    assert len(compared(OLD, {"lead": {"a": 0}}).sentences) == 1
