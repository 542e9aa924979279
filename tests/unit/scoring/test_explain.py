"""A score in seller's words: lines, sentences, reasons for a card, unknowns, tone, principles, the JSON answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.explain import (
    Explainer,
    Explanation,
    LineKind,
    Seen,
    Strength,
    data_used,
    evidence,
    explain,
    principles,
    score_answer,
    sightings,
    strength_of,
    summarise,
)
from connector.scoring.explain.phrases import condition_phrase, interaction_requirement, requirement
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Group,
    InteractionTest,
    Model,
    ModelTest,
    Not,
    Operator,
)
from connector.scoring.score import Facts, GroupScore, Outcome, Score, Standing

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUS = "\N{MINUS SIGN}"
TYPES = FactTypes(
    types={
        "lead.jobtitle": FactType(Kind.TEXT, free_text=True),
        "lead.address1_country": FactType(Kind.TEXT),
        "lead.industrycode": FactType(Kind.CHOICE, options={1: ("Financial",), 2: ("Retail",)}),
        "lead.donotbulkemail": FactType(Kind.BOOLEAN),
        "lead.createdon": FactType(Kind.DATETIME),
        "account.numberofemployees": FactType(Kind.NUMBER),
        "account.industrycode": FactType(Kind.CHOICE, options={1: ("Financial",), 2: ("Retail",)}),
    }
)


@dataclass(frozen=True)
class Reading:
    """A title as the fake reader reads it."""

    seniority: str | None
    function: str | None
    confidence: float = 1.0


def read_title(text: str) -> Reading:
    """Read the two titles that these tests use."""
    return {
        "Financial Director": Reading("director", "finance"),
        "CFO": Reading("c_level", "finance"),
    }.get(text, Reading(None, None, 0.0))


MODEL = """
model: engagement
dimension: engagement
floor: 0
cap: 100
categories: {web: {cap: 6}}
groups:
  - name: Senior finance person of a large account
    points: 20
    when:
      - {fact: title.seniority, is_any_of: [c_level, vp, director]}
      - {fact: title.function, equals: finance}
      - {fact: account.numberofemployees, at_least: 500}
  - name: Clicked lately
    points: 10
    when: {interaction: email_click, at_least: 1, within: 7d}
  - name: Forms
    points: 5
    each: true
    cap: 15
    when: {interaction: form_submission, within: 30d, where: {form: {is_any_of: [demo, pricing]}}}
  - name: Event attended
    points: 16
    decay: {half_life: 14d}
    when: {interaction: event_checkin}
  - name: Our market
    points: 4
    when:
      any:
        - {fact: lead.industrycode, equals: Financial}
        - {fact: account.industrycode, equals: Financial}
        - {fact: lead.address1_country, equals: GB}
  - name: Visits
    points: 4
    category: web
    when: {interaction: web_visit}
  - name: Many visits
    points: 4
    category: web
    when: {interaction: web_visit, at_least: 2}
  - name: Refuses bulk mail
    points: -8
    when: {fact: lead.donotbulkemail, equals: true}
grades:
  - {name: Hot, from: 70}
  - {name: Warm, from: 40}
  - {name: Cold}
"""


def click(at: str, **more: object) -> dict[str, object]:
    """An e-mail click."""
    return {"type": "email_click", "at": at, **more}


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


def explained(text: str, facts: Facts, now: datetime = NOW) -> Explanation:
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
    assert explained(text, {"lead": {}, "interactions": forms}).sentences == [  # type: ignore[typeddict-item]  # JSON
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


def test_conditions_of_other_documents_have_words() -> None:
    """A test of a model's result is told as it asks; a condition without tests leaves the group's name alone."""
    score = Score("m", Standing.SCORED, 5, None, 1.0, 5, (GroupScore("It", 5, Outcome.TRUE),), (), None)
    model = Model("m", (Group("It", 5, ModelTest("fit", at_least=40)),))
    assert explain(model, score, {"lead": {}}, NOW).sentences == ["+5 It: fit at least 40"]
    model = Model("m", (Group("It", 5, All(())),))
    assert explain(model, score, {"lead": {}}, NOW).sentences == ["+5 It"]


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
    assert explanation.sentences == ["The person refuses tracking: what they did is unknown, up to +27 points"]


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


# --- tone -----------------------------------------------------------------------------------------------------------


def toned(
    dimension: str, score: int | None, *, grades: bool = True, coverage: float = 1.0, recent: bool = False
) -> Explanation:
    """An explanation of a model of one dimension that can give 30 points."""
    when: Condition = (
        InteractionTest("email_click", within=timedelta(days=7)) if recent else FactTest("lead.a", Operator.IS_EMPTY)
    )
    listed = "grades: [{name: A, from: 20}, {name: B, from: 10}, {name: C}]" if grades else ""
    base = parse_model(
        f"model: {dimension}-model\n{listed}\ngroups: [{{name: x, points: 30, when: {{interaction: y}}}}]"
    )
    model = Model(base.name, (Group("x", 30, when),), dimension=dimension, grades=base.grades)
    grade = None if score is None or not grades else "A" if score >= 20 else "B" if score >= 10 else "C"
    standing = Standing.SCORED if score is not None else Standing.OUTSIDE_AUDIENCE
    groups = (GroupScore("x", score or 0, Outcome.TRUE),)
    return explain(model, Score(model.name, standing, score, grade, coverage, 30, groups, (), None), {"lead": {}}, NOW)


@pytest.mark.parametrize(
    ("score", "grades", "coverage", "strength"),
    [
        (25, True, 1.0, Strength.STRONG),
        (15, True, 1.0, Strength.MODERATE),
        (5, True, 1.0, Strength.WEAK),
        (5, True, 0.2, Strength.UNKNOWN),
        (0, True, 1.0, Strength.NO),
        (0, True, 0.2, Strength.UNKNOWN),
        (-5, True, 1.0, Strength.NO),
        (None, True, 0.0, Strength.NOT_SCORED),
        (20, False, 1.0, Strength.STRONG),
        (10, False, 1.0, Strength.MODERATE),
        (9, False, 1.0, Strength.WEAK),
    ],
)
def test_strength_follows_the_grade_or_the_share(
    score: int | None, grades: bool, coverage: float, strength: Strength
) -> None:
    """The top grade or two thirds of the points are strong, the last grade or few points weak, none is none."""
    explanation = toned("fit", score, grades=grades, coverage=coverage)
    assert strength_of(explanation.model, explanation.score) is strength


def test_points_of_a_model_that_can_give_none_are_strong() -> None:
    """Where a floor alone makes the score, nothing speaks for the lead; where no group can give points, any is much."""
    model = Model("m", (Group("x", -5, InteractionTest("y")),), dimension="fit", floor=3)
    floored = Score("m", Standing.SCORED, 3, None, 1.0, 3, (GroupScore("x", 0, Outcome.FALSE),), (), None)
    assert strength_of(model, floored) is Strength.NO
    model = Model("m", (Group("x", -5, InteractionTest("y")),), dimension="fit", floor=-9, cap=0)
    odd = Score("m", Standing.SCORED, 3, None, 1.0, 3, (GroupScore("x", 3, Outcome.TRUE),), (), None)
    assert strength_of(model, odd) is Strength.STRONG


def test_dimensions_make_one_sentence() -> None:
    """Fit comes first, a dimension that looks at recent time is called recent, the stronger of two models counts."""
    assert summarise([toned("intent", 0, recent=True), toned("fit", 25)]) == "Strong fit, no recent intent"
    assert summarise([toned("fit", None), toned("fit", 15), toned("reach", 5)]) == "Moderate fit, weak reach"
    assert summarise([toned("fit", 5, coverage=0.1), toned("intent", None)]) == "Fit mostly unknown, intent not scored"
    assert summarise([]) == ""


# --- principles and phrases -----------------------------------------------------------------------------------------


def test_principles_say_how_a_score_comes_about() -> None:
    """Purpose, basis, data, audience, each group as applied, caps, grades and unknowns are said in words."""
    text = (
        "purpose: Prioritise follow-up\nlawful_basis: legitimate_interests\n"
        "audience: {fact: lead.address1_country, is_any_of: [GB, IE]}\n"
        "exclude: {fact: lead.donotbulkemail, equals: true}\n"
        + MODEL.replace("decay: {half_life: 14d}", "decay: {linear: 30d}")
    )
    lines = principles(parse_model(text, TYPES), NOW, TYPES)
    assert lines == [
        "The model engagement gives points for what is known of a lead and adds them up.",
        "Purpose: Prioritise follow-up.",
        "Lawful basis: legitimate interests.",
        (
            "Data used: country, do not bulk e-mail, job title, number of employees, e-mail clicks, form submissions, "
            "event check-ins, industry, account's industry and web visits."
        ),
        "Only leads are scored for which this holds: country is 'GB' or 'IE'.",
        "Leads are left out for which this holds: do not bulk e-mail: yes.",
        (
            "Senior finance person of a large account: "
            "+20 if seniority is C-level, VP or director, job function is finance and at least 500 employees."
        ),
        "Clicked lately: +10 if an e-mail click in the last 7 days.",
        "Forms: +5 for each if a demo or pricing form submission in the last 30 days, 15 at most for all.",
        "Event attended: +16 if an event check-in, falling to 0 over 30 days.",
        "Our market: +4 if industry is Financial, account's industry is Financial or country is 'GB'.",
        "Visits: +4 if a web visit.",
        "Many visits: +4 if at least 2 web visits.",
        f"Refuses bulk mail: {MINUS}8 if do not bulk e-mail: yes.",
        "All groups of web together: 6 at most.",
        "The total is at least 0 and at most 100.",
        "Grades: Hot from 70, Warm from 40 and Cold below.",
        "What is not known gives no points and takes none.",
    ]


def test_principles_of_a_bare_model_are_short() -> None:
    """A model without purpose, bounds and grades says only what it has; fading in steps and halves is said."""
    text = """
model: bare
cap: 50
groups:
  - {name: halves, points: 4, decay: {half_life: 14d}, when: {interaction: event_checkin}}
  - {name: steps, decay: {steps: {7d: 10, 30d: 5}}, when: {interaction: event_checkin}}
  - {name: bounces, points: -1, each: true, cap: -5, when: {interaction: bounce}}
"""
    assert principles(parse_model(text), NOW) == [
        "The model bare gives points for what is known of a lead and adds them up.",
        "Data used: event check-ins and bounces.",
        "Halves: +4 if an event check-in, halved every 14 days.",
        "Steps: points if an event check-in, +10 within 7 days and +5 within 30 days.",
        f"Bounces: {MINUS}1 for each if a bounce, -5 at least for all.",
        "The total is at most 50.",
        "What is not known gives no points and takes none.",
    ]
    assert principles(Model("none", ()), NOW)[1] == "Data used: none."
    assert data_used(Model("none", ())) == []


NUMBER = "account.numberofemployees"


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (FactTest(NUMBER, Operator.EQUALS, (Decimal(5),)), "exactly 5 employees"),
        (FactTest(NUMBER, Operator.BETWEEN, (Decimal(5), Decimal(1000))), "between 5 and 1,000 employees"),
        (FactTest(NUMBER, Operator.LESS_THAN, (Decimal(5),)), "fewer than 5 employees"),
        (FactTest(NUMBER, Operator.IS_EMPTY), "number of employees is empty"),
        (FactTest("lead.revenue", Operator.GREATER_THAN, (Decimal("0.5"),)), "revenue is more than 0.5"),
        (FactTest("lead.x", Operator.NOT_EQUALS, ("a",)), "x is not 'a'"),
        (FactTest("lead.x", Operator.IS_NONE_OF, ("a", "b")), "x is neither 'a' nor 'b'"),
        (FactTest("lead.x", Operator.MATCHES, ("^a|b$",)), "x matches '^a|b$'"),
        (FactTest("lead.emailaddress1", Operator.ENDS_WITH, ("@b.example",)), "e-mail address ends with '@b.example'"),
        (FactTest("lead.industrycode", Operator.IS_ANY_OF, (Decimal(1), "Retail")), "industry is Financial or Retail"),
        (FactTest("lead.createdon", Operator.IN_LAST, (timedelta(days=30),)), "created on is in the last 30 days"),
        (
            FactTest("lead.createdon", Operator.BEFORE, (datetime(2026, 1, 2, tzinfo=UTC),)),
            "created on is before 2 Jan",
        ),
        (FactTest("account.employee_band", Operator.EQUALS, ("5001+",)), "employee band is 5001+"),
        (FactTest("title.function", Operator.EQUALS, ("general_management",)), "job function is general management"),
    ],
)
def test_tests_have_words(test: FactTest, words: str) -> None:
    """Each operator reads as a clause with its constants as the document has them."""
    assert requirement(test, TYPES, NOW) == words


def test_whole_conditions_have_words() -> None:
    """And, or, not and at-least-of read without doubt about what belongs together."""
    a, b, c = (FactTest(f"lead.{name}", Operator.EQUALS, (Decimal(1),)) for name in "abc")
    nested = All((AnyOf((a, b)), Not(c)))
    assert condition_phrase(nested, UNTYPED, NOW) == "(a is 1 or b is 1) and not (c is 1)"
    assert condition_phrase(AtLeastOf(2, (a, All((b,)), ModelTest("fit", grade="Hot"))), UNTYPED, NOW) == (
        "at least 2 of: a is 1; (b is 1); fit at grade Hot or higher"
    )
    assert condition_phrase(All((AnyOf((a, b)),)), UNTYPED, NOW) == "a is 1 or b is 1"


def test_interactions_have_words() -> None:
    """How many, of what, with which properties and in which window an interaction test asks is said."""
    many = InteractionTest(
        "form_submission",
        at_least=3,
        within=timedelta(days=7),
        where=(FactTest("pages", Operator.AT_LEAST, (Decimal(2),)), FactTest("form", Operator.EQUALS, ("demo",))),
    )
    assert interaction_requirement(many, UNTYPED, NOW) == (
        "at least 3 demo form submissions (pages is at least 2) in the last 7 days"
    )
    numbered = InteractionTest("form_submission", where=(FactTest("form", Operator.EQUALS, (Decimal(7),)),))
    assert interaction_requirement(numbered, UNTYPED, NOW) == "a form submission (form is 7)"


def test_a_model_without_a_dimension_goes_by_its_name() -> None:
    """A model that names no dimension is called by its own name."""
    model = Model("reach", (Group("x", 5, InteractionTest("y")),))
    score = Score("reach", Standing.SCORED, 5, None, 1.0, 5, (GroupScore("x", 5, Outcome.TRUE),), (), None)
    assert summarise([explain(model, score, {"lead": {}}, NOW)]) == "Strong reach"


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
