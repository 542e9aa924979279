"""Alert documents beyond thresholds: any model, going cold, accounts that wake up, budgets, quiet hours, owners."""

from __future__ import annotations

from datetime import time, timedelta

import jsonschema
import pytest
import yaml

from connector.errors import DocumentError
from connector.scoring.document import parse_alert, parse_model
from connector.scoring.document.schema import alert_schema
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Budget,
    Crosses,
    EntersGrade,
    FactTest,
    GoesCold,
    QuietHours,
    Trigger,
)

FORMS: list[tuple[str, Trigger]] = [
    ("{model: any, crosses: 70}", Crosses(ANY_MODEL, 70)),
    ("{model: any, grade: Hot}", EntersGrade(ANY_MODEL, "Hot")),
    ("{model: intent, goes_cold: true}", GoesCold("intent")),
    ("{model: intent, goes_cold: true, below: 40}", GoesCold("intent", 40)),
    ("{account: wakes_up}", AccountWakes(1, timedelta(days=30))),
    ("{account: wakes_up, people: 2, within: 2w}", AccountWakes(2, timedelta(days=14))),
]
BASIS = "alert: a\nchannels: [x]\n"
CROSSES = BASIS + "on: {model: intent, crosses: 70}\n"


@pytest.mark.parametrize(("on", "trigger"), FORMS)
def test_each_form_is_read(on: str, trigger: Trigger) -> None:
    """Each form becomes its trigger, `any` is a model that always exists, and the published schema allows it."""
    text = f"{BASIS}on: {on}\n"
    assert parse_alert(text, models=["intent"]).on == trigger
    jsonschema.validate(_as_json(text), alert_schema())


def _as_json(text: str) -> object:
    data = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in data.items()}  # YAML 1.1 reads `on` as true


def test_how_an_alert_keeps_still_is_read() -> None:
    """Hysteresis, budgets, quiet hours and the mention of the owner arrive in the rules."""
    found = parse_alert(
        CROSSES + "leave: 55\nmention_owner: true\nbudget: {per_hour: 10, per_day: 40, per_owner_per_day: 5}\n"
        "quiet: {from: 18:00, to: 8:00, days: [sat, sun], zone: Europe/Berlin}\n"
    )
    assert (found.rearm_below, found.mention_owner) == (55, True)
    assert found.budget == Budget(per_hour=10, per_day=40, per_owner_per_day=5)
    assert found.quiet == QuietHours(time(18), time(8), frozenset({5, 6}), "Europe/Berlin")
    assert parse_alert(CROSSES + "quiet: {days: [mon]}\n").quiet == QuietHours(days=frozenset({0}))
    assert parse_alert(CROSSES + "leave: 55\nrearm_below: 55\n").rearm_below == 55


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (BASIS + "on: {model: intent, goes_cold: false}", "on.goes_cold", "True"),
        (BASIS + "on: {model: intent, below: 5}", "on", "one thing"),
        (BASIS + "on: {model: intent, crosses: 5, below: 5}", "on", "one thing"),
        (BASIS + "on: {goes_cold: true}", "on", "one thing"),
        (BASIS + "on: {account: sleeps}", "on.account", "wakes_up"),
        (BASIS + "on: {account: wakes_up, model: intent}", "on", "one thing"),
        (BASIS + "on: {account: wakes_up, people: 0}", "on.people", "1"),
        (BASIS + "on: {account: wakes_up, within: 5h}", "on.within", "1d to 3650d"),
        (BASIS + "on: {account: wakes_up, within: long}", "on.within", "a duration"),
        (BASIS + "on: {account: wakes_up}\nleave: 5", "leave", "re-armed by a score"),
        (BASIS + "on: {account: wakes_up}\nrearm_after: 5d", "rearm_after", "after it was asleep"),
        (BASIS + "on: {model: intent, goes_cold: true}\nrearm_below: 5", "rearm_below", "re-armed by a score"),
        (CROSSES + "leave: 71", "leave", "above the threshold"),
        (CROSSES + "leave: 50\nrearm_below: 60", "leave", "mean the same"),
        (CROSSES + "budget: {per_hour: 0}", "budget.per_hour", "1"),
        (CROSSES + "budget: {per_week: 5}", "budget.per_week", "not a key"),
        (CROSSES + "quiet: {}", "quiet", "no time"),
        (CROSSES + "quiet: {from: 18:00}", "quiet", "no time"),
        (CROSSES + "quiet: {from: 18:00, to: 18:00}", "quiet", "same time"),
        (CROSSES + "quiet: {from: 25:00, to: 18:00}", "quiet.from", "25:00"),
        (CROSSES + "quiet: {from: 18:00, to: 8:00, zone: Europe/Berlinn}", "quiet.zone", "no time zone"),
        (CROSSES + "quiet: {days: [mon, tue, wed, thu, fri, sat, sun]}", "quiet.days", "6"),
        (CROSSES + "mention_owner: maybe", "mention_owner", "true or false"),
    ],
)
def test_slips(text: str, path: str, words: str) -> None:
    """Each slip is one fault with its path."""
    with pytest.raises(DocumentError) as caught:
        parse_alert(f"{text}\n")
    (fault,) = caught.value.faults
    assert fault.path == path
    assert words in f"{fault.message} {fault.remedy}"


def test_no_model_is_named_any() -> None:
    """The word stands for every model, so that none may have it as its name."""
    with pytest.raises(DocumentError, match="stands for every model"):
        parse_model("model: any\ngroups:\n  - {name: A, points: 1, when: {fact: lead.x, equals: 1}}\n")


def test_a_lookup_goes_by_its_plain_name() -> None:
    """`lead.ownerid` and `lead.owningteam` are the columns that rows have them under, where these are known."""
    types = FactTypes({"lead._ownerid_value": FactType(Kind.ID), "lead._owningteam_value": FactType(Kind.ID)})
    owner = "2d9f7a3e-0b1c-4f6e-9a51-3f1f6f0f0c11"
    where = parse_alert(f"{CROSSES}where: {{fact: lead.ownerid, equals: {owner}}}\n", types).where
    assert isinstance(where, FactTest)
    assert (where.fact, where.operands) == ("lead._ownerid_value", (owner,))
    team = parse_alert(f"{CROSSES}where: {{fact: lead.owningteam, is_any_of: [{owner}]}}\n", types).where
    assert isinstance(team, FactTest)
    assert team.fact == "lead._owningteam_value"
    untyped = parse_alert(f"{CROSSES}where: {{fact: lead.ownerid, equals: {owner}}}\n").where
    assert isinstance(untyped, FactTest)
    assert untyped.fact == "lead.ownerid"
