"""A score in seller's words: lines, sentences, reasons for a card, unknowns, tone, principles, the JSON answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.explain import (
    Explainer,
    Explanation,
    LineKind,
    Seen,
    evidence,
    explain,
    score_answer,
    sightings,
)
from connector.scoring.explain.total import adjustments
from connector.scoring.rules import (
    All,
    FactTest,
    Group,
    Model,
    Operator,
)
from connector.scoring.score import Facts, GroupScore, Outcome, Score, Standing
from tests.unit.scoring.explain_samples import MINUS, MODEL, NOW, TYPES, read_title


def lead(**columns: object) -> Facts:
    """Facts of a lead that has an account and did some things."""
    return {
        "lead": {"jobtitle": "Financial Director", "address1_country": "GB", "industrycode": 2, **columns},
        "account": {"numberofemployees": 1200, "industrycode": 1},
        "interactions": [
            {"type": "email_click", "at": "2026-11-16T09:00:00Z"},
            {"type": "email_click", "at": "2026-11-18T09:00:00Z"},
            {"type": "email_click", "at": "2026-11-19T09:00:00Z", "machine": True},
            {"type": "email_click", "at": "2026-10-01T09:00:00Z"},
            {"type": "email_click", "at": "2026-12-01T09:00:00Z"},
            {"type": "form_submission", "at": "2026-11-10T09:00:00Z", "properties": {"form": "Demo"}},
            {"type": "form_submission", "at": "2026-11-11T09:00:00Z", "properties": {"form": "newsletter"}},
            {"type": "form_submission", "at": "2026-11-12T09:00:00Z"},
            {"type": "event_checkin", "at": "2026-11-07T12:00:00Z"},
            {"type": "web_visit", "at": "2025-11-01T09:00:00Z"},
            {"type": "web_visit", "at": "2025-11-02T09:00:00Z"},
        ],
    }


def explained(text: str, facts: Any, now: datetime = NOW) -> Explanation:
    """Score and explain facts by a model document."""
    model = parse_model(text, TYPES)
    score = compile_model(model, TYPES, read_title).score(facts, now)
    return explain(model, score, facts, now, types=TYPES, titles=read_title)


def small(when: str, points: int = 5, more: str = "") -> str:
    """A model of one group."""
    return f"model: small\ngroups:\n  - {{name: It, points: {points}, when: {when}{more}}}\n"


def test_lines_tell_what_was_seen() -> None:
    """Each group that gave points has a line with the decisive facts, strongest first, then what bounds took off."""
    assert explained(MODEL, lead()).sentences == [
        (
            "+20 Senior finance person of a large account: "
            "job title 'Financial Director' (director, finance), 1,200 employees"
        ),
        "+10 Clicked lately: 2 e-mail clicks in the last 7 days, last on 18 Nov",
        "+8 Event attended: 1 event check-in, on 7 Nov, fading with time",
        "+5 Forms: 1 demo or pricing form submission in the last 30 days, on 10 Nov",
        "+4 Our market: account's industry Financial, country 'GB'",
        "+4 Visits: 2 web visits, last on 2 Nov 2025",
        "+4 Many visits: 2 web visits, last on 2 Nov 2025",
        f"Category web capped at 6: {MINUS}2",
        f"do not bulk e-mail is not filled in, up to {MINUS}8 points".capitalize(),
    ]


def test_lines_are_structured() -> None:
    """A line carries its kind, group, points and facts, and points sum to the score."""
    explanation = explained(MODEL, lead(donotbulkemail=True))
    kinds = [(line.kind, line.group, line.points) for line in explanation.lines]
    assert (LineKind.GROUP, "Refuses bulk mail", -8) in kinds
    assert (LineKind.CATEGORY_CAP, "web", -2) in kinds
    assert sum(line.points for line in explanation.lines) == explanation.score.score == 45
    first = explanation.lines[0]
    assert first.facts == (
        Seen("lead.jobtitle", "job title 'Financial Director' (director, finance)"),
        Seen("account.numberofemployees", "1,200 employees"),
    )
    assert explanation.lines is explanation.lines


def test_reasons_are_the_strongest_gains() -> None:
    """A card gets so many of the groups that added points, and never one that took some."""
    explanation = explained(MODEL, lead(donotbulkemail=True))
    assert explanation.reasons(2) == explanation.sentences[:2]
    assert not any(MINUS in reason for reason in explanation.reasons(99))
    assert len(explanation.reasons(99)) == 7
    assert explanation.reasons(0) == []


def test_the_cap_and_the_floor_have_lines() -> None:
    """What the model's cap took off and what its floor added are said, and the lines still sum to the score."""
    capped = explained("cap: 12\n" + small("{fact: lead.jobtitle, equals: CFO}", 20), {"lead": {"jobtitle": "CFO"}})
    assert capped.sentences == ["+20 It: job title 'CFO'", f"Capped at 12: {MINUS}8"]
    assert capped.lines[1].kind is LineKind.CAP
    floored = explained("floor: 0\n" + small("{fact: lead.jobtitle, equals: CFO}", -20), {"lead": {"jobtitle": "CFO"}})
    assert floored.sentences == [f"{MINUS}20 It: job title 'CFO'", "Raised to 0: +20"]
    assert floored.lines[1].kind is LineKind.FLOOR


def test_no_points_are_said() -> None:
    """A lead that meets no group gets a sentence, not an empty list."""
    assert explained(small("{interaction: email_click}"), {"lead": {}}).sentences == [
        "No points: no group of the model is met."
    ]


@pytest.mark.parametrize(
    ("when", "facts", "text"),
    [
        (
            "{not: {interaction: email_click, within: 7d}}",
            {"lead": {}},
            "no e-mail click in the last 7 days",
        ),
        (
            "{not: {any: [{fact: lead.jobtitle, equals: CFO}, {fact: lead.donotbulkemail, equals: true}]}}",
            {"lead": {"jobtitle": "Clerk", "donotbulkemail": False}},
            "job title 'Clerk', do not bulk e-mail: no",
        ),
        (
            "{not: {all: [{fact: lead.jobtitle, equals: Clerk}, {fact: lead.donotbulkemail, equals: true}]}}",
            {"lead": {"jobtitle": "Clerk", "donotbulkemail": False}},
            "do not bulk e-mail: no",
        ),
        (
            (
                "{at_least_of: {n: 2, of: [{fact: lead.jobtitle, equals: Clerk}, "
                "{fact: lead.donotbulkemail, equals: true}, {fact: lead.address1_country, is_not_empty: true}]}}"
            ),
            {"lead": {"jobtitle": "Clerk", "donotbulkemail": False, "address1_country": "GB"}},
            "job title 'Clerk', country 'GB'",
        ),
        (
            "{at_least_of: {n: 1, of: [{fact: lead.jobtitle, equals: Clerk}]}}",
            {"lead": {"jobtitle": "Clerk"}},
            "job title 'Clerk'",
        ),
        ("{fact: lead.jobtitle, is_empty: true}", {"lead": {"jobtitle": " "}}, "no job title"),
        ("{fact: account.numberofemployees, is_empty: true}", {"lead": {}, "account": {}}, "no number of employees"),
        ("{fact: lead.has_account, equals: true}", {"lead": {}, "account": {}}, "an account is linked"),
        ("{fact: lead.has_account, equals: false}", {"lead": {}}, "no account is linked"),
        (
            "{fact: lead.email_is_freemail, equals: true}",
            {"lead": {"emailaddress1": "ada@gmail.com"}},
            "free-mail address: yes",
        ),
        (
            "{not: {fact: lead.email_is_freemail, equals: true}}",
            {"lead": {"emailaddress1": "ada@lovelace.example"}},
            "free-mail address: no",
        ),
        (
            "{fact: lead.email_is_freemail, not_equals: true}",
            {"lead": {"emailaddress1": "ada@lovelace.example"}},
            "free-mail address: no",
        ),
        (
            "{fact: lead.email_is_freemail, is_any_of: [true, false]}",
            {"lead": {"emailaddress1": "ada@lovelace.example"}},
            "free-mail address is yes or no",
        ),
        (
            "{fact: lead.days_since_created, at_most: 30}",
            {"lead": {"createdon": "2026-11-03T08:00:00Z"}},
            "created on 3 Nov",
        ),
        (
            "{fact: account.employee_band, equals: 501-1000}",
            {"lead": {}, "account": {"numberofemployees": 700}},
            "700 employees",
        ),
        (
            "{fact: lead.emailaddress1, ends_with: '@lovelace.example'}",
            {"lead": {"emailaddress1": "ada@lovelace.example"}},
            "e-mail address filled in",
        ),
        (
            "{interaction: web_visit, at_least: 2, where: {page: {begins_with: /pri}, n: {at_least: 2}}}",
            {
                "lead": {},
                "interactions": [
                    {"type": "web_visit", "at": at, "properties": {"page": "/pricing", "n": n}}
                    for at, n in [
                        ("2026-11-19T09:00:00Z", 2),
                        ("2026-11-20T09:00:00Z", 3.5),
                        ("2026-11-21T09:00:00Z", 1),
                        ("2026-11-21T09:00:00Z", "many"),
                    ]
                ],
            },
            "2 web visits (page begins with '/pri' and n is at least 2), last on 20 Nov",
        ),
        (
            "{fact: title.seniority, equals: director}",
            {"lead": {"jobtitle": "Financial Director"}},
            "job title 'Financial Director' (director)",
        ),
    ],
)
def test_decisive_facts_are_seen(when: str, facts: Facts, text: str) -> None:
    """Of a condition that is true only the decisive tests are told: true branches of any, false ones under not."""
    explanation = explained(small(when), facts)
    assert explanation.sentences[0] == f"+5 It: {text}"


def test_windows_end_where_scoring_ends_them() -> None:
    """An interaction exactly as old as the window is not told, one of this very moment is."""
    ages = [timedelta(days=7), timedelta(days=7) - timedelta(microseconds=1), timedelta(0), -timedelta(microseconds=1)]
    facts: Facts = {"lead": {}, "interactions": [{"type": "email_click", "at": NOW - age} for age in ages]}
    explanation = explained(small("{interaction: email_click, within: 7d}", 5, ", each: true"), facts)
    assert explanation.sentences == ["+10 It: 2 e-mail clicks in the last 7 days, last on 21 Nov"]


def test_alternatives_follow_the_lead() -> None:
    """One explainer tells each lead the branches that hold for it."""
    model = parse_model(small("{any: [{fact: lead.a, equals: 1}, {fact: lead.b, equals: 1}]}"))
    scorer, explainer = compile_model(model), Explainer(model)
    for columns, text in [
        ({"a": 1}, "a 1"),
        ({"b": 1}, "b 1"),
        ({"a": 1, "b": 1}, "a 1, b 1"),
        ({"a": 1, "b": 2}, "a 1"),
    ]:
        facts: Facts = {"lead": columns}
        assert explainer.explain(scorer.score(facts, NOW), facts, NOW).reasons(1) == [f"+5 It: {text}"]


def test_a_full_group_says_so() -> None:
    """A group with points for each occurrence says when it gives no more."""
    forms = [{"type": "email_click", "at": f"2026-11-{day}T09:00:00Z"} for day in (16, 17, 18, 19)]
    text = small("{interaction: email_click}", 5, ", each: true, cap: 15")
    assert explained(text, {"lead": {}, "interactions": forms}).sentences == [
        "+15 It: 4 e-mail clicks, last on 19 Nov, the most that this group gives"
    ]


def test_titles_show_what_was_read() -> None:
    """A title is told as it is written, with a reading only where there is one; what is no text is told as it is."""
    model = Model("m", (Group("It", 5, FactTest("title.seniority", Operator.EQUALS, ("director",))),))
    score = Score("m", Standing.SCORED, 5, None, 1.0, 5, (GroupScore("It", 5, Outcome.TRUE),), (), None)
    odd = explain(model, score, {"lead": {"jobtitle": 7}}, NOW, titles=read_title)
    assert odd.sentences == ["+5 It: job title 7"]
    reading = explain(model, score, {"lead": {"jobtitle": "Clown"}}, NOW, titles=read_title)
    assert reading.sentences == ["+5 It: job title 'Clown'"]


def test_a_group_without_tests_is_told_by_its_name() -> None:
    """A condition without tests leaves the group's name alone, in the lines and among the reasons."""
    model = Model("m", (Group("It", 5, All(())),))
    facts: Facts = {"lead": {}}
    explanation = explain(model, compile_model(model).score(facts, NOW), facts, NOW)
    assert (explanation.sentences, explanation.reasons(1)) == (["+5 It"], ["+5 It"])


def test_a_score_without_a_trace_is_explained_all_the_same() -> None:
    """What a scorer left out is seen by scoring anew, in the reasons as in the lines."""
    model = parse_model(small("{any: [{fact: lead.a, at_least: 1}, {interaction: x}]}"))
    facts: Facts = {"lead": {"a": 3}, "interactions": [{"type": "x", "at": NOW}]}
    bare = compile_model(model, trace=False).score(facts, NOW)
    assert bare.trace == ()
    explainer = Explainer(model)
    assert explainer.explain(bare, facts, NOW).sentences == ["+5 It: a 3, 1 x, on 21 Nov"]
    assert explainer.reasons(bare, facts, NOW, 3) == ["+5 It: a 3, 1 x, on 21 Nov"]


def test_one_explainer_serves_two_scorers() -> None:
    """Each score is told by the trace of the scorer that gave it."""
    model = parse_model(small("{all: [{fact: lead.a, at_least: 1}, {fact: lead.b, at_least: 1}]}"))
    explainer, facts = Explainer(model), Facts(lead={"a": 1, "b": 2})
    for scorer in (compile_model(model), compile_model(model)):
        assert explainer.reasons(scorer.score(facts, NOW), facts, NOW, 1) == ["+5 It: a 1, b 2"]
        assert explainer.explain(scorer.score(facts, NOW), facts, NOW).sentences == ["+5 It: a 1, b 2"]


def test_the_strongest_reasons_come_first() -> None:
    """Fixed and varying points stand in one order, equal ones in the document's; none is asked for, none is given."""
    text = """
model: m
groups:
  - {name: Few, points: 2, when: {fact: lead.a, at_least: 1}}
  - {name: Each, points: 3, each: true, when: {interaction: x}}
  - {name: Six, points: 6, when: {fact: lead.a, at_least: 1}}
  - {name: Less, points: -9, when: {fact: lead.a, at_least: 1}}
  - {name: Capped, points: 50, cap: 4, when: {fact: lead.a, at_least: 1}}
"""
    model = parse_model(text)
    facts: Facts = {"lead": {"a": 1}, "interactions": [{"type": "x", "at": NOW}] * 2}
    scorer, explainer = compile_model(model), Explainer(model)
    reasons = explainer.reasons(scorer.score(facts, NOW), facts, NOW, 3)
    assert [reason.split(":")[0] for reason in reasons] == ["+6 Each", "+6 Six", "+4 Capped"]
    assert explainer.reasons(scorer.score(facts, NOW), facts, NOW, 0) == []


# --- unknowns -------------------------------------------------------------------------------------------------------


def test_unknowns_say_what_they_could_change() -> None:
    """Each cause is one line, the one that could add most first, with gains and losses through the model's caps."""
    text = """
model: m
cap: 40
groups:
  - {name: Base, points: 15, when: {fact: lead.known, equals: 1}}
  - {name: Large, points: 20, when: {fact: account.numberofemployees, at_least: 500}}
  - {name: Larger, points: 20, when: {fact: account.numberofemployees, at_least: 5000}}
  - {name: Dull, points: -7, when: {fact: account.industrycode, equals: Retail}}
  - {name: Senior, points: 3, when: {fact: title.seniority, equals: director}}
  - {name: Here, points: 0, when: {fact: lead.address1_country, equals: GB}}
"""
    explanation = explained(text, {"lead": {"known": 1, "jobtitle": "Zookeeper"}})
    assert explanation.sentences == [
        "+15 Base: known 1",
        f"No account is linked: account facts are unknown, up to +25 or {MINUS}7 points",
        "The job title is not recognised, up to +3 points",
        "Country is not filled in",
    ]
    line = explanation.lines[1]
    assert (line.kind, line.points, line.could_add, line.could_take) == (LineKind.UNKNOWN, 0, 25, -7)


def test_refused_tracking_is_told_apart() -> None:
    """What a person does who refuses tracking is unknown, and says how much it could add."""
    text = """
model: m
groups:
  - {name: Each, points: 5, each: true, cap: 15, when: {interaction: email_click}}
  - {name: Steps, decay: {steps: {7d: 10, 30d: 5}}, when: {interaction: event_checkin}}
  - {name: Uncapped, points: 2, each: true, when: {interaction: web_visit}}
"""
    explanation = explained(text, {"lead": {}, "interactions": [], "tracking": False})
    refused = "The person refuses tracking: what they did is unknown, "
    assert explanation.sentences == [f"{refused}+27 points or more"]
    fined = text + "  - {name: Fined, points: -3, when: {interaction: opt_out}}\n"
    untracked = {"lead": {}, "interactions": [], "tracking": False}
    assert explained(fined, untracked).sentences == [f"{refused}+27 points or more, or up to {MINUS}3 points"]
    assert explained(text.replace("model: m", "model: m\ncap: 40"), untracked).sentences == [
        f"{refused}up to +40 points"
    ]
    beside = "model: m\ngroups: [{name: g, points: 2, each: true, when: [{fact: lead.x, equals: 1}, {interaction: a}]}]"
    known = {"lead": {}, "interactions": [{"type": "a", "at": NOW}, {"type": "a", "at": NOW}]}
    assert explained(beside, known).sentences == ["X is not filled in, up to +4 points"]


# --- standing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "columns", "sentence"),
    [
        (
            "audience: {fact: lead.address1_country, equals: GB}\n",
            {"address1_country": "FR"},
            "Not scored by small: the lead is outside the model's audience (it asks for country)",
        ),
        (
            "audience: {fact: lead.address1_country, equals: GB}\n",
            {},
            "Not scored by small: whether the lead belongs to the model's audience is unknown (it asks for country)",
        ),
        (
            "exclude: {any: [{fact: lead.donotbulkemail, equals: true}, {interaction: bounce}]}\n",
            {"donotbulkemail": True},
            "Not scored by small: the model excludes the lead (it asks for do not bulk e-mail and bounces)",
        ),
    ],
)
def test_unscored_leads_say_why(more: str, columns: dict[str, object], sentence: str) -> None:
    """A lead that a model does not score gets one line with the reason, no points and no reasons for a card."""
    explanation = explained(more + small("{interaction: email_click}"), {"lead": columns})
    assert explanation.sentences == [sentence]
    assert explanation.lines[0].kind is LineKind.STANDING
    assert explanation.reasons(3) == []


def test_a_score_without_a_number_still_explains_itself() -> None:
    """A score that is scored and has no number, which no scorer gives, is told rather than hidden."""
    model = Model("m", ())
    score = Score("m", Standing.SCORED, None, None, 0.0, None, (), (), None)
    assert explain(model, score, {"lead": {}}, NOW).sentences == ["Not scored by m: the score is missing"]


# --- answer ---------------------------------------------------------------------------------------------------------


def test_the_answer_has_the_documented_keys() -> None:
    """The JSON answer of a scored lead has exactly the documented keys and survives JSON."""
    explanation = explained(MODEL, lead())
    answer = score_answer(explanation.model, explanation.score, explanation)
    assert list(answer) == [
        "model",
        "score",
        "grade",
        "coverage",
        "reachable",
        "next_change_at",
        "groups",
        "unknown",
        "explanation",
    ]
    assert json.loads(json.dumps(answer)) == answer
    assert answer["groups"][0] == {  # type: ignore[index]  # JSON
        "name": "Senior finance person of a large account",
        "points": 20,
        "outcome": "true",
    }
    assert {"fact": "lead.donotbulkemail", "cause": "empty_column"} in answer["unknown"]  # type: ignore[operator]  # JSON
    assert str(answer["next_change_at"]).endswith("Z")
    assert answer["explanation"] == explanation.sentences


def test_the_answer_of_an_unscored_lead_has_its_standing() -> None:
    """An unscored lead's answer has a null score and says its standing."""
    explanation = explained(
        "audience: {fact: lead.address1_country, equals: GB}\n" + small("{interaction: email_click}"), {"lead": {}}
    )
    answer = score_answer(explanation.model, explanation.score, explanation)
    assert (answer["score"], answer["standing"]) == (None, "audience_unknown")
    assert answer["next_change_at"] is None


@pytest.mark.parametrize(
    "strange",
    [
        "no interaction",
        {"at": "2026-11-20T09:00:00Z"},
        {"type": "email_click", "at": "soon"},
        {"type": "email_click", "at": None},
    ],
)
def test_strange_interactions_are_left_out(strange: object) -> None:
    """What cannot be read as an interaction is not told, as it is not counted."""
    interactions = [strange, {"type": "email_click", "at": "2026-11-20T09:00:00"}]
    facts: Facts = {"lead": {}, "interactions": interactions}  # type: ignore[typeddict-item]  # strange on purpose
    assert explained(small("{interaction: email_click}"), facts).sentences == ["+5 It: 1 e-mail click, on 20 Nov"]


def test_values_that_cannot_be_kept_are_told() -> None:
    """A value that is no scalar is told each time it is seen."""
    facts: Facts = {"lead": {"x": ["a"]}}
    assert explained(small("{fact: lead.x, is_not_empty: true}"), facts).sentences == ["+5 It: x '['a']'"]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words of values and of combinations are kept for so many only, and the others are told all the same."""
    monkeypatch.setattr(sightings, "MOST_KEPT", 1)
    monkeypatch.setattr(evidence, "MOST_KEPT", 1)
    model = parse_model(small("{any: [{fact: lead.a, at_least: 1}, {fact: lead.b, at_least: 1}]}"))
    scorer, explainer = compile_model(model), Explainer(model)
    for a, b in [(1, 0), (2, 0), (0, 1), (0, 2), (1, 0), (0, 2)]:
        facts: Facts = {"lead": {"a": a, "b": b}}
        text = f"+5 It: a {a}" if a else f"+5 It: b {b}"
        assert explainer.explain(scorer.score(facts, NOW), facts, NOW).sentences == [text]
    model = parse_model(small("{interaction: x}"))
    scorer, explainer = compile_model(model), Explainer(model)
    for day in (18, 19, 18):
        facts = {"lead": {}, "interactions": [{"type": "x", "at": NOW.replace(day=day)}]}
        assert explainer.reasons(scorer.score(facts, NOW), facts, NOW, 1) == [f"+5 It: 1 x, on {day} Nov"]


def test_an_unscored_lead_has_no_bounds() -> None:
    """Nothing lies between the groups and the total of a lead that has neither."""
    model = parse_model("categories: {web: {cap: 6}}\n" + small("{interaction: x}", 5, ", category: web"))
    unscored = Score("small", Standing.EXCLUDED, None, None, 0.0, None, (), (), None)
    assert adjustments(model, unscored) == ()


def test_a_category_within_its_cap_needs_no_line() -> None:
    """A category that stays within its cap is not mentioned."""
    text = "categories: {web: {cap: 6}}\n" + small("{interaction: x}", 5, ", category: web")
    facts: Facts = {"lead": {}, "interactions": [{"type": "x", "at": NOW}]}
    assert explained(text, facts).sentences == ["+5 It: 1 x, on 21 Nov"]


def test_labels_of_days_follow_the_year() -> None:
    """The same day is told with its year once the year is another one."""
    model = parse_model(small("{fact: lead.seen, is_not_empty: true}"), TYPES)
    scorer, explainer = compile_model(model, TYPES), Explainer(model, TYPES)
    facts: Facts = {"lead": {"seen": "2026-11-18"}}
    for now, text in [(NOW, "seen 18 Nov"), (NOW.replace(year=2027), "seen 18 Nov 2026"), (NOW, "seen 18 Nov")]:
        assert explainer.explain(scorer.score(facts, now), facts, now).reasons(1) == [f"+5 It: {text}"]


def test_unknowns_that_decide_together_say_so() -> None:
    """Where no cause alone can bring a group's points, none claims them; where one can, what is its own comes first."""
    neither = "{not: {any: [{fact: lead.jobtitle, equals: a}, {fact: account.name, equals: b}]}}"
    text = f"model: m\ngroups: [{{name: g, points: 10, when: {neither}}}]"
    together = "up to +10 points together with what else is unknown"
    assert explained(text, {"lead": {}}).sentences == [
        f"Job title is not filled in, {together}",
        f"No account is linked: account facts are unknown, {together}",
    ]
    known = {"lead": {"jobtitle": "x"}}
    assert explained(text, known).sentences == ["No account is linked: account facts are unknown, up to +10 points"]
    either = text.replace("not: {any: [", "any: [").replace("]}}}]", "]}}]")
    assert [sentence.rpartition(", ")[2] for sentence in explained(either, {"lead": {}}).sentences] == [
        "up to +10 points",
        "up to +10 points",
    ]
    more = text.removesuffix("]") + ", {name: h, points: 4, when: {fact: lead.jobtitle, equals: c}}]"
    assert explained(more, {"lead": {}}).sentences[0] == (
        "Job title is not filled in, up to +4 points, up to +14 points together with what else is unknown"
    )
    counted = (
        "model: m\ngroups: [{name: g, points: 3, when: {at_least_of: {n: 2, of: [{fact: lead.jobtitle, equals: a}, "
        "{fact: account.name, equals: b}, {fact: lead.lastname, is_empty: true}]}}}]"
    )
    assert [sentence.rpartition(", ")[2] for sentence in explained(counted, {"lead": {}}).sentences] == [
        "up to +3 points",
        "up to +3 points",
    ]


def test_points_that_have_faded_are_told() -> None:
    """A lead without points says whether nothing was met, what was met has faded, or gives nothing."""
    faded = "model: m\ngroups: [{name: Attended, points: 5, decay: {linear: 7d}, when: {interaction: a}}]"
    attended = {"lead": {}, "interactions": [{"type": "a", "at": NOW - timedelta(days=9)}]}
    assert explained(faded, attended).sentences == ["No points: what counted has faded by now (Attended)."]
    assert explained(faded, {"lead": {}}).sentences == ["No points: no group of the model is met."]
    nothing = "model: m\ngroups: [{name: g, points: 0, when: {interaction: a}}]"
    assert explained(nothing, attended).sentences == ["No points: no group that gives any is met."]
