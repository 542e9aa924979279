"""The smallest change to the next grade: what is proposed, what never is, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from connector.scoring.compiler import compile_model
from connector.scoring.counterfactual import (
    AllowTracking,
    Counterfactual,
    CounterfactualFinder,
    Happen,
    SetColumn,
    counterfactual,
    search,
)
from connector.scoring.document import parse_model
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.score import Facts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
GRADES = "grades: [{name: Hot, from: 70}, {name: Warm, from: 40}, {name: Cold}]\n"
BASE = "{name: Base, points: 32, when: {fact: lead.known, equals: true}}"


@dataclass(frozen=True)
class Reading:
    """A title as the fake reader reads it."""

    seniority: str | None
    function: str | None
    confidence: float = 1.0


def read_title(text: str) -> Reading:
    """Read 'Director of ...', 'Chief ... Officer' and '... Manager' of finance."""
    function = "finance" if "financ" in text.lower() else None
    ranks = {"Director": "director", "Chief": "c_level", "Manager": "manager", "Clerk": "other"}
    return Reading(next((rank for word, rank in ranks.items() if word in text), None), function)


def find(
    *groups: str,
    facts: Facts | None = None,
    target: int | str | None = None,
    types: FactTypes = UNTYPED,
    more: str = GRADES,
    fixed: frozenset[str] = frozenset(),
) -> Counterfactual | None:
    """Search a model of these groups, of which a known lead has 32 points."""
    text = "model: m\n" + more + "groups:\n" + "".join(f"  - {group}\n" for group in (BASE, *groups))
    scorer = compile_model(parse_model(text, types), types, read_title)
    known: Facts = {"lead": {"known": True}} if facts is None else facts
    found = counterfactual(scorer, known, NOW, target, types=types, titles=read_title, fixed=fixed)
    if found is not None and found.found:
        assert found.facts is not None
        again = scorer.score(found.facts, NOW)
        assert (again.score, again.grade) == (found.reached_score, found.reached_grade)
        assert again.score is not None
        assert again.score >= found.target_score
    return found


def sentence(*groups: str, **more: object) -> str:
    """The sentence of a search that has an answer."""
    found = find(*groups, **more)  # type: ignore[arg-type]  # passed on
    assert found is not None
    return found.sentence


def test_an_interaction_is_proposed_in_sellers_words() -> None:
    """What a person might do next is named with its points, the score now and the threshold."""
    found = find("{name: Forms, points: 15, when: {interaction: form_submission, within: 30d, where: {form: demo}}}")
    assert found is not None
    assert found.sentence == (
        "A demo form submission in the next days (+15) would make this lead Warm (now 32, Warm from 40)."
    )
    assert (found.score, found.grade, found.target_score, found.target_grade) == (32, "Cold", 40, "Warm")
    assert (found.reached_score, found.reached_grade) == (47, "Warm")
    assert isinstance(found.changes[0], Happen)


def test_fewer_changes_win() -> None:
    """One changed fact is smaller than two things that a seller can bring about."""
    assert (
        sentence(
            "{name: Click, points: 5, when: {interaction: email_click}}",
            "{name: Visit, points: 5, when: {interaction: web_visit}}",
            "{name: Country, points: 10, when: {fact: lead.country, equals: GB}}",
            facts={"lead": {"known": True, "country": "FR"}},
        )
        == "Country 'GB' instead of 'FR' (+10) would make this lead Warm (now 32, Warm from 40)."
    )


def test_what_a_seller_can_bring_about_wins() -> None:
    """Among single changes an interaction comes before an account, that before filling in, that before another fact."""
    click = "{name: Click, points: 10, when: {interaction: email_click}}"
    account = "{name: Large, points: 10, when: {fact: account.numberofemployees, at_least: 500}}"
    fill = "{name: Filled, points: 10, when: {fact: lead.industry, equals: Steel}}"
    other = "{name: Country, points: 10, when: {fact: lead.country, equals: GB}}"
    facts: Facts = {"lead": {"known": True, "country": "FR"}}
    assert sentence(other, fill, account, click, facts=facts).startswith("An e-mail click in the next days (+10)")
    assert sentence(other, fill, account, facts=facts).startswith("A linked account with 500 employees (+10)")
    assert sentence(other, fill, facts=facts).startswith("Industry 'Steel' (not filled in now) (+10)")
    assert sentence(other, facts=facts).startswith("Country 'GB' instead of 'FR' (+10)")


def test_moves_combine() -> None:
    """Where one group does not reach, the smallest combination of several does."""
    found = find(
        "{name: Click, points: 4, when: {interaction: email_click}}",
        "{name: Visit, points: 3, when: {interaction: web_visit}}",
        "{name: Form, points: 3, when: {interaction: form_submission}}",
        "{name: Country, points: 2, when: {fact: lead.country, equals: GB}}",
    )
    assert found is not None
    assert found.sentence == (
        "An e-mail click, a web visit and a form submission in the next days (+10) would make this lead Warm "
        "(now 32, Warm from 40)."
    )


def test_conditions_of_one_group_are_met_together() -> None:
    """An all-group asks for all its facts, those of an account told together."""
    assert sentence(
        "{name: ICP, points: 10, when: [{fact: account.numberofemployees, at_least: 500}, "
        "{fact: account.industry, equals: Steel}, {fact: title.seniority, is_any_of: [director, c_level]}, "
        "{fact: title.function, equals: finance}]}",
        facts={"lead": {"known": True, "jobtitle": "Clerk"}},
    ) == (
        "A linked account with 500 employees and industry 'Steel' and a job title such as 'Chief Financial Officer' "
        "(C-level, finance) instead of 'Clerk' (+10) would make this lead Warm (now 32, Warm from 40)."
    )


def test_a_negative_group_can_be_lost() -> None:
    """Points that a group takes are won back by another fact, never by undoing what happened."""
    facts: Facts = {"lead": {"known": True, "country": "FR"}, "interactions": [{"type": "bounce", "at": NOW}]}
    more = GRADES.replace("40", "30")
    assert (
        sentence("{name: Not ours, points: -9, when: {fact: lead.country, is_none_of: [GB]}}", facts=facts, more=more)
        == "Country 'GB' instead of 'FR' (+9) would make this lead Warm (now 23, Warm from 30)."
    )
    assert sentence("{name: Bounced, points: -9, when: {interaction: bounce}}", facts=facts, more=more) == (
        "No change of known facts reaches Warm (now 23, Warm from 30)."
    )


def test_more_of_the_same_is_counted() -> None:
    """Only the missing interactions are asked for, and groups that count each get no more than needed."""
    clicks: Facts = {"lead": {"known": True}, "interactions": [{"type": "email_click", "at": NOW - timedelta(days=1)}]}
    assert sentence(
        "{name: Clicks, points: 10, when: {interaction: email_click, at_least: 3, within: 7d}}", facts=clicks
    ).startswith("2 more e-mail clicks in the next days (+10)")
    found = find("{name: Each, points: 3, each: true, cap: 30, when: {interaction: email_click}}", facts=clicks)
    assert found is not None
    assert [change.times for change in found.changes if isinstance(change, Happen)] == [2]
    again = find("{name: Each, points: 6, each: true, cap: 30, when: {interaction: email_click}}", facts=clicks)
    assert again is not None
    assert again.sentence.startswith("Another e-mail click in the next days (+6)")
    assert find("{name: Many, points: 10, when: {interaction: email_click, at_least: 99}}").changes == ()  # type: ignore[union-attr]


def test_a_fresh_event_replaces_a_faded_one() -> None:
    """Where points have faded, a new occurrence is worth what the old one was at first."""
    faded: Facts = {
        "lead": {"known": True},
        "interactions": [{"type": "event_checkin", "at": NOW - timedelta(days=28)}],
    }
    found = find("{name: Event, points: 16, decay: {half_life: 14d}, when: {interaction: event_checkin}}", facts=faded)
    assert found is not None
    assert (found.score, found.reached_score) == (36, 48)
    assert found.sentence.startswith("Another event check-in in the next days (+12)")


def test_what_will_not_hold_for_days_is_for_today() -> None:
    """Where other points run out within days, only what happens today is promised."""
    facts: Facts = {
        "lead": {"known": True},
        "interactions": [{"type": "web_visit", "at": NOW - timedelta(days=5)}],
    }
    assert sentence(
        "{name: Visit, points: 4, when: {interaction: web_visit, within: 7d}}",
        "{name: Click, points: 4, when: {interaction: email_click}}",
        "{name: Visits, points: 0, when: {interaction: web_visit, at_least: 9}}",
        facts=facts,
    ).startswith("An e-mail click today (+4)")


def test_consent_may_come_first() -> None:
    """Where tracking is refused an interaction counts only with consent, and consent alone may show nothing bad."""
    refused: Facts = {"lead": {"known": True}, "tracking": False}
    found = find("{name: Click, points: 10, when: {interaction: email_click}}", facts=refused)
    assert found is not None
    assert found.changes[0] == AllowTracking()
    assert found.sentence.startswith("Consent to tracking and an e-mail click in the next days (+10)")
    quiet = find("{name: Quiet, points: 10, when: {not: {interaction: bounce}}}", facts=refused)
    assert quiet is not None
    assert quiet.changes == (AllowTracking(),)


def test_an_account_can_be_linked() -> None:
    """A link alone is proposed where it is enough, and never undone."""
    has = "{name: Linked, points: 10, when: {fact: lead.has_account, equals: true}}"
    assert sentence(has).startswith("A linked account (+10)")
    none = "{name: Alone, points: 10, when: {fact: lead.has_account, equals: false}}"
    assert not find(none, facts={"lead": {"known": True}, "account": {}}).found  # type: ignore[union-attr]
    both = find(
        has.replace("10", "4"), "{name: Large, points: 4, when: {fact: account.numberofemployees, at_least: 500}}"
    )
    assert both is not None
    assert len(both.changes) == 1


def test_known_facts_of_an_account_change() -> None:
    """An account that is linked has its known facts changed, told with what they are."""
    facts: Facts = {"lead": {"known": True}, "account": {"numberofemployees": 40}}
    assert sentence(
        "{name: Large, points: 10, when: {fact: account.employee_band, is_any_of: [501-1000, 1001-5000]}}", facts=facts
    ).startswith("501 employees instead of 40 (+10)")


def test_contact_details_are_never_shown() -> None:
    """Addresses are told by their kind, phone numbers as filled in, and neither old nor new value is shown."""
    facts: Facts = {"lead": {"known": True, "emailaddress1": "ada@gmail.com"}}
    assert sentence(
        "{name: Company, points: 10, when: {fact: lead.email_is_freemail, equals: false}}", facts=facts
    ).startswith("A company e-mail address (+10)")
    assert sentence("{name: Phone, points: 10, when: {fact: lead.telephone1, is_not_empty: true}}").startswith(
        "Telephone filled in (+10)"
    )


def test_a_range_of_values_is_met() -> None:
    """A value is chosen that meets all tests of a group on one column at once."""
    assert sentence(
        "{name: Middle, points: 10, when: [{fact: lead.size, greater_than: 1.5}, {fact: lead.size, less_than: 2}]}"
    ).startswith("Size 1.75 (not filled in now) (+10)")
    assert sentence(
        "{name: Both, points: 10, when: [{fact: lead.topic, begins_with: Demo}, {fact: lead.topic, ends_with: please}]}"
    ).startswith("Topic 'Demo please' (not filled in now) (+10)")


def test_the_impossible_is_not_proposed() -> None:
    """A group that cannot be true, a fixed column, a time that passes and an unreachable property are no way."""
    for group in (
        "{name: No, points: 10, when: [{fact: lead.a, equals: 1}, {fact: lead.a, equals: 2}]}",
        "{name: New, points: 10, when: {fact: lead.days_since_created, at_most: 3}}",
        "{name: Odd, points: 10, when: {interaction: web_visit, where: {page: {matches: 'x[0-9]+'}}}}",
    ):
        found = find(group, facts={"lead": {"known": True, "createdon": "2026-01-01T00:00:00Z"}})
        assert found is not None
        assert not found.found
        assert (found.facts, found.reached_score, found.reached_grade) == (None, None, None)
        assert found.sentence == "No change of known facts reaches Warm (now 32, Warm from 40)."
    country = "{name: Country, points: 10, when: {fact: lead.country, equals: GB}}"
    assert not find(country, fixed=frozenset({"lead.country"})).found  # type: ignore[union-attr]


def test_an_empty_property_can_be_met() -> None:
    """An interaction that is to lack a property is proposed without it."""
    found = find(
        "{name: Bare, points: 10, when: {interaction: web_visit, where: {page: {is_empty: true}, n: {at_least: 2}}}}"
    )
    assert found is not None
    (happen,) = found.changes
    assert isinstance(happen, Happen)
    assert happen.properties == (("n", 2),)


def test_a_change_that_leaves_the_audience_is_no_way() -> None:
    """A fact that the audience asks for is not changed to what would take the lead out of it."""
    more = GRADES + "audience: {fact: lead.country, equals: FR}\n"
    country = "{name: Country, points: 10, when: {fact: lead.country, equals: GB}}"
    assert not find(country, facts={"lead": {"known": True, "country": "FR"}}, more=more).found  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("target", "facts"),
    [
        (None, {"lead": {"known": False}, "account": None, "top": True}),
        (32, {"lead": {"known": True}}),
        (-1, {"lead": {"known": True}}),
        ("Cold", {"lead": {"known": True}}),
        ("Nowhere", {"lead": {"known": True}}),
    ],
)
def test_there_may_be_nothing_to_reach(target: int | str | None, facts: Facts) -> None:
    """A target that is reached already, or that does not exist, has no counterfactual."""
    grades = GRADES if target is not None else ""
    assert find(facts=facts, target=target, more=grades) is None


def test_unscored_and_topmost_leads_have_none() -> None:
    """A lead that is not scored, or is at the highest grade, has nothing to reach."""
    outside = "audience: {fact: lead.country, equals: FR}\n"
    assert find(more=GRADES + outside, target=99) is None
    assert find(more="grades: [{name: Top, from: 10}, {name: Low}]\n") is None


def test_below_every_grade_the_lowest_is_next() -> None:
    """A lead that reaches none of a model's grades has the lowest of them to reach."""
    more = "grades: [{name: Hot, from: 70}, {name: Warm, from: 40}]\n"
    found = find("{name: Click, points: 50, when: {interaction: email_click}}", more=more)
    assert found is not None
    assert (found.grade, found.target_grade, found.reached_grade) == (None, "Warm", "Hot")


def test_targets_may_be_scores_and_grades() -> None:
    """A score and a grade further up can be asked for, and are named in the answer."""
    click = "{name: Click, points: 50, when: {interaction: email_click}}"
    assert sentence(click, target=60) == "An e-mail click in the next days (+50) would bring it to 82 (now 32)."
    assert sentence(click, target="Hot") == (
        "An e-mail click in the next days (+50) would make this lead Hot (now 32, Hot from 70)."
    )
    assert sentence(click, target=70).endswith("would make this lead Hot (now 32, Hot from 70).")
    assert sentence(click, target=500) == "No change of known facts reaches 500 points (now 32)."


def test_a_floor_does_not_hide_the_way() -> None:
    """A lead held up by the floor is brought up by moves that alone would not be seen."""
    more = GRADES + "floor: 0\n"
    groups = ["{name: Bad, points: -60, when: {interaction: bounce}}"] + [
        f"{{name: G{n}, points: 25, when: {{interaction: kind_{n}}}}}" for n in range(3)
    ]
    facts: Facts = {"lead": {"known": True}, "interactions": [{"type": "bounce", "at": NOW}]}
    found = find(*groups, facts=facts, more=more)
    assert found is not None
    assert (found.score, found.reached_score) == (0, 47)


def test_a_finder_serves_many_leads() -> None:
    """One finder, compiled once, answers each lead by its own facts."""
    scorer = compile_model(
        parse_model(
            f"model: m\n{GRADES}groups:\n  - {BASE}\n  - {{name: A, points: 8, when: {{fact: lead.a, equals: 1}}}}\n"
        )
    )
    finder = CounterfactualFinder(scorer)
    first = finder.find({"lead": {"known": True}}, NOW)
    second = finder.find({"lead": {"known": True, "a": 2}}, NOW)
    assert first is not None
    assert second is not None
    assert first.sentence.startswith("A 1 (not filled in now)")
    assert second.sentence.startswith("A 1 instead of 2")


def test_points_that_a_change_costs_are_won_back() -> None:
    """A change that brings a negative group about is proposed together with what keeps that group away."""
    found = find(
        "{name: Topic, points: 10, when: {fact: lead.topic, equals: Prices}}",
        "{name: Student, points: -10, when: [{fact: lead.topic, equals: Prices}, {fact: lead.role, equals: Student}]}",
        facts={"lead": {"known": True, "role": "Student"}},
    )
    assert found is not None
    assert found.sentence == (
        "Topic 'Prices' (not filled in now) and role other than 'Student' (+10) "
        "would make this lead Warm (now 32, Warm from 40)."
    )


def test_any_value_will_do() -> None:
    """Where a column need only be filled in, or be other than it is, no value is made up for the seller."""
    assert sentence("{name: Topic, points: 10, when: {fact: lead.topic, is_not_empty: true}}").startswith(
        "Topic filled in (+10)"
    )
    assert sentence("{name: Topic, points: 10, when: {fact: lead.topic, is_none_of: [Jobs, Press]}}").startswith(
        "Topic other than 'Jobs' or 'Press' (+10)"
    )


def test_what_holds_already_is_left_alone() -> None:
    """Of a condition whose parts hold in part, only what is missing is proposed."""
    facts: Facts = {"lead": {"known": True, "country": "GB"}, "interactions": [{"type": "email_click", "at": NOW}]}
    found = find(
        "{name: Both, points: 10, when: [{interaction: email_click}, {fact: lead.country, equals: GB}, "
        "{fact: lead.topic, equals: Prices}]}",
        facts=facts,
    )
    assert found is not None
    assert [change.fact for change in found.changes if isinstance(change, SetColumn)] == ["lead.topic"]
    assert len(found.changes) == 1


def test_consent_that_shows_what_is_not_wanted_is_no_way() -> None:
    """Consent does not help where what it shows is the contrary of what the group asks for."""
    facts: Facts = {"lead": {"known": True}, "interactions": [{"type": "bounce", "at": NOW}], "tracking": False}
    assert not find("{name: Quiet, points: 10, when: {not: {interaction: bounce}}}", facts=facts).found  # type: ignore[union-attr]


def test_moves_that_contradict_each_other_do_not_combine() -> None:
    """Two groups that want one column to be different are not won together, nor won back against the change."""
    assert (
        sentence(
            "{name: One, points: 5, when: {fact: lead.a, equals: 1}}",
            "{name: Two, points: 5, when: {fact: lead.a, equals: 2}}",
            "{name: Not one, points: -2, when: {fact: lead.a, equals: 1}}",
        )
        == "No change of known facts reaches Warm (now 32, Warm from 40)."
    )


def test_the_search_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more is tried than the bounds say; the search then says that it found nothing."""
    groups = [f"{{name: G{n}, points: 5, when: {{interaction: kind_{n}}}}}" for n in range(4)]
    for name in ("MOST_CANDIDATES", "MOST_TRIED", "MOST_WAITING"):
        with monkeypatch.context() as patch:
            patch.setattr(search, name, 1)
            assert not find(*groups).found  # type: ignore[union-attr]
    assert find(*groups).found  # type: ignore[union-attr]
