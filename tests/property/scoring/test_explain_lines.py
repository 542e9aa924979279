"""Laws of explanations on random models and facts: they sum, they are true, they keep contact details out."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model
from connector.scoring.compiler.trace import Layout, alternatives
from connector.scoring.explain import Explainer, LineKind, principles, score_answer, summarise
from connector.scoring.explain.evidence import Evidence, decisive
from connector.scoring.explain.sightings import Tables, sights
from connector.scoring.rules import All, Condition, Group, InteractionTest, Model, Not
from connector.scoring.score import Outcome
from tests.property.scoring.strategies import NOW, TYPES, conditions, facts, interaction_tests, models, read_title

LAW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
AT = "@\N{FULLWIDTH COMMERCIAL AT}\N{SMALL COMMERCIAL AT}"


@LAW
@given(model=models(), lead=facts())
def test_lines_sum_to_the_score(model: Model, lead: Any) -> None:
    """The points of all lines sum to the score, bounds are named as the model has them, the strongest come first."""
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    explanation = Explainer(model, TYPES, read_title).explain(score, lead, NOW)
    assert sum(line.points for line in explanation.lines) == (score.score or 0)
    sizes = [abs(line.points) for line in explanation.lines if line.kind is LineKind.GROUP]
    assert sizes == sorted(sizes, reverse=True)
    assert len(sizes) == sum(1 for group in score.groups if group.points)
    for line in explanation.lines:
        if line.kind is LineKind.CAP:
            assert line.points < 0
            assert score.score == model.cap
        if line.kind is LineKind.FLOOR:
            assert line.points > 0
            assert score.score in {model.floor, model.cap}
        if line.kind is LineKind.CATEGORY_CAP:
            assert line.group in model.category_caps
    assert len(explanation.sentences) == max(1, len(explanation.lines))
    assert (
        explanation.reasons(2)
        == [line.sentence for line in explanation.lines if line.kind is LineKind.GROUP and line.points > 0][:2]
    )


@LAW
@given(model=models(), lead=facts())
def test_unknowns_promise_no_more_than_is_reachable(model: Model, lead: Any) -> None:
    """What one unknown could add stays within the reachable score, and nothing unknown goes unsaid."""
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    lines = Explainer(model, TYPES, read_title).explain(score, lead, NOW).lines
    if score.score is None:
        return
    unknown = [line for line in lines if line.kind is LineKind.UNKNOWN]
    assert {seen.fact for line in unknown for seen in line.facts} == {fact.fact for fact in score.unknown}
    assert score.reachable is not None
    for line in unknown:
        assert line.could_take <= 0 <= line.could_add
        assert score.score + line.could_add <= max(score.reachable, score.score)


@LAW
@given(condition=conditions(), lead=facts())
def test_decisive_tests_are_so_and_suffice(condition: Condition, lead: Any) -> None:
    """Each decisive test is what it is said to be, and together they alone make the condition true."""
    model = Model("m", (Group("g", 1, condition),))
    if compile_model(model, TYPES, read_title).score(lead, NOW).groups[0].outcome is not Outcome.TRUE:
        return

    def outcome(term: Condition) -> Outcome:
        one = Model("m", (Group("g", 1, term),))
        return compile_model(one, TYPES, read_title).score(lead, NOW).groups[0].outcome

    held = {Outcome.TRUE: True, Outcome.FALSE: False, Outcome.UNKNOWN: None}
    outcomes = {id(term): held[outcome(term)] for term in alternatives(condition, wanted=True)}
    tests = list(decisive(condition, outcomes, wanted=True))
    literals = [test if holds else Not(test) for test, holds in tests]
    assert all(outcome(literal) is Outcome.TRUE for literal in literals)
    assert tests
    tables = Tables(TYPES, read_title)
    trace = compile_model(model, TYPES, read_title).score(lead, NOW).trace
    layout = trace[0]
    assert isinstance(layout, Layout)
    seen = Evidence(condition, tables, layout, "+1 g").seen(trace, lead, NOW.year)
    assert [one.text for one in seen] == [sight.tell(trace, lead, NOW.year) for sight in sights(tests, tables, layout)]
    assert all(one.text for one in seen)


@LAW
@given(model=models(), lead=facts(), most=st.integers(0, 6))
def test_reasons_are_the_strongest_lines(model: Model, lead: Any, most: int) -> None:
    """The reasons are the first lines that added points, word for word."""
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    explanation = Explainer(model, TYPES, read_title).explain(score, lead, NOW)
    added = [line for line in explanation.lines if line.kind is LineKind.GROUP and line.points > 0]
    assert explanation.reasons(most) == [line.sentence for line in added[:most]]


@LAW
@given(test=interaction_tests(), lead=facts())
def test_interactions_told_are_those_counted(test: InteractionTest, lead: Any) -> None:
    """The number of interactions told is the number that the engine gives points for."""
    model = Model("m", (Group("g", 1, test, each=True),))
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    group = score.groups[0]
    if group.outcome is Outcome.TRUE:
        (line, *_) = Explainer(model, TYPES, read_title).explain(score, lead, NOW).lines
        assert line.text.startswith(f"g: {group.points:,} ")


def texts() -> st.SearchStrategy[str]:
    """Texts with addresses and phone numbers hidden in them."""
    piece = st.one_of(
        st.text(max_size=6),
        st.sampled_from(
            [
                "ada@lovelace.example",
                f"x{AT[1]}y",
                AT[2],
                "+44 20 7946 0000",
                "0123-456 789",
                "1·2,3|4~5:6*7",
                "x%40y",
                "\u200b",
                "12",
            ]
        ),
    )
    return st.lists(piece, max_size=4).map("".join)


@LAW
@given(
    model=models(),
    lead=facts(),
    columns=st.dictionaries(st.sampled_from(["text", "number", "seen", "jobtitle", "flag"]), texts()),
)
def test_sentences_bear_no_contact_details(model: Model, lead: Any, columns: dict[str, str]) -> None:
    """Whatever text a lead's columns hold, no sentence has an address sign or a long number from it."""
    lead = {**lead, "lead": {**lead["lead"], **columns}}
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    explanation = Explainer(model, TYPES, read_title).explain(score, lead, NOW)
    # Numbers that are numbers may be long; thousands are separated by commas, which no phone number is.
    for sentence in [*explanation.sentences, *explanation.reasons(9)]:
        assert not any(sign in sentence for sign in AT)
        assert not any(
            digits for text in columns.values() for digits in re.findall(r"\d{7,}", text) if digits in sentence
        )
        assert "\n" not in sentence


@LAW
@given(model=models(), lead=facts())
def test_explaining_is_deterministic(model: Model, lead: Any) -> None:
    """Two explainers, and one that has explained before, say the same; the answer survives JSON."""
    score = compile_model(model, TYPES, read_title).score(lead, NOW)
    first, second = Explainer(model, TYPES, read_title), Explainer(model, TYPES, read_title)
    explanation = first.explain(score, lead, NOW)
    assert explanation.sentences == second.explain(score, lead, NOW).sentences
    assert explanation.sentences == first.explain(score, lead, NOW).sentences
    answer = score_answer(model, score, explanation)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert summarise([explanation]) == summarise([second.explain(score, lead, NOW)])
    assert principles(model, NOW, TYPES)[-1] == "What is not known gives no points and takes none."


@LAW
@given(terms=st.lists(conditions(), min_size=2, max_size=3).map(tuple), lead=facts())
def test_all_of_tells_what_its_terms_tell(terms: tuple[Condition, ...], lead: Any) -> None:
    """What is seen of an all-of holds the facts seen of each of its terms."""
    model = Model("m", (Group("g", 1, All(terms)),))
    if compile_model(model, TYPES, read_title).score(lead, NOW).groups[0].outcome is not Outcome.TRUE:
        return

    def facts_seen(condition: Condition) -> set[str]:
        one = Model("m", (Group("g", 1, condition),))
        score = compile_model(one, TYPES, read_title).score(lead, NOW)
        (line,) = Explainer(one, TYPES, read_title).explain(score, lead, NOW).lines[:1]
        return {seen.fact for seen in line.facts}

    together = facts_seen(All(terms))
    assert all(facts_seen(term) <= together for term in terms)
