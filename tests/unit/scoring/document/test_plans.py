"""Qualification and alert documents."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.errors import DocumentError, Fault
from connector.scoring.document import parse_alert, parse_criteria, parse_titles
from connector.scoring.rules import (
    Actions,
    Alert,
    AnyOf,
    CardAction,
    Criteria,
    Crosses,
    EntersGrade,
    FactTest,
    FollowUpTask,
    IsQualified,
    Matrix,
    ModelTest,
    Operator,
    StatusReason,
    Trigger,
)

CRITERIA = """\
qualification: sales-ready
description: Ready for a call
audience: {fact: lead.address1_country, equals: GB}
when: {any: [{model: engagement, at_least: 30}, {model: intent, grade: Hot}]}
matrix: {fit: icp-fit, engagement: engagement}
actions:
  status_reason: [Marketing Qualified, Customer Insights - Journeys Qualified]
  sales_ready: true
  card: {channels: [sales-uk]}
  follow_up_task: {subject: "Call {{ lead.fullname }}", due_in: 1d}
"""
ALERT = """\
alert: hot-leads
description: Hot ones
on: {model: engagement, crosses: 70}
where: {fact: lead.address1_country, equals: GB}
channels: [sales-uk, sales]
rearm_below: 60
rearm_after: 30d
announce_baseline: true
"""


def criteria_faults(text: str) -> list[Fault]:
    """The faults of a qualification document."""
    with pytest.raises(DocumentError) as caught:
        parse_criteria(text, models=["engagement"])
    return list(caught.value.faults)


def alert_faults(text: str) -> list[Fault]:
    """The faults of an alert document."""
    with pytest.raises(DocumentError) as caught:
        parse_alert(text, models=["engagement"], qualifications=["sales-ready"])
    return list(caught.value.faults)


def test_whole_criteria_are_read() -> None:
    """Every key of a qualification document arrives in the rules."""
    assert parse_criteria(CRITERIA) == Criteria(
        "sales-ready",
        AnyOf((ModelTest("engagement", 30), ModelTest("intent", grade="Hot"))),
        Actions(
            StatusReason(("Marketing Qualified", "Customer Insights - Journeys Qualified")),
            sales_ready=True,
            card=CardAction(("sales-uk",)),
            follow_up_task=FollowUpTask("Call {{ lead.fullname }}", timedelta(days=1)),
        ),
        FactTest("lead.address1_country", Operator.EQUALS, ("GB",)),
        "Ready for a call",
        Matrix("icp-fit", "engagement"),
    )


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("{status_reason: Marketing Qualified}", Actions(StatusReason(("Marketing Qualified",)))),
        ("{status_reason: {value: 823270000}}", Actions(StatusReason(value=823270000))),
        ("{sales_ready: lc_ready}", Actions(sales_ready="lc_ready")),
        ("{follow_up_task: {subject: Call}}", Actions(follow_up_task=FollowUpTask("Call"))),
        ("{}", Actions()),
    ],
)
def test_forms_of_actions(actions: str, expected: Actions) -> None:
    """A status reason is a label, labels or a value; the sales-ready column may be named."""
    text = f"qualification: q\nwhen: {{model: engagement, at_least: 1}}\nactions: {actions}\n"
    assert parse_criteria(text).actions == expected


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("qualification: q\n", "when", "missing"),
        ("qualification: q\nwhen: {model: engagment, at_least: 1}\n", "when.model", "not a known model"),
        ("qualification: q\nwhen: {fact: lead.x}\nmatrix: {fit: engagement}\n", "matrix.engagement", "missing"),
    ],
)
def test_slips_of_criteria(text: str, path: str, words: str) -> None:
    """Slips are told with their path."""
    assert words in next(fault.message for fault in criteria_faults(text) if fault.path == path)


def test_models_of_a_matrix_must_exist() -> None:
    """Both models of a matrix are looked up."""
    found = criteria_faults(
        "qualification: q\nwhen: {model: engagement, at_least: 1}\nmatrix: {fit: fitt, engagement: engagment}\n"
    )
    assert [fault.path for fault in found] == ["matrix.fit", "matrix.engagement"]
    assert "`engagement`" in found[1].remedy


@pytest.mark.parametrize(
    ("actions", "path", "words"),
    [
        ("{status_reason: {valu: 5}}", "actions.status_reason", "a list of labels"),
        ("{status_reason: [5]}", "actions.status_reason", "a list of labels"),
        ("{sales_ready: 5}", "actions.sales_ready", "the name of a column"),
        ("{sales_ready: a-b}", "actions.sales_ready", "the name of a column"),
        ("{statusreason: x}", "actions.statusreason", "not a key"),
        ("{card: {}}", "actions.card.channels", "missing"),
        ("{card: {channels: []}}", "actions.card.channels", "at least one"),
        ("{follow_up_task: {subject: x, due_in: soon}}", "actions.follow_up_task.due_in", "a duration"),
    ],
)
def test_slips_of_actions(actions: str, path: str, words: str) -> None:
    """Each slip of the actions is one fault, whatever forms a value may have."""
    text = f"qualification: q\nwhen: {{model: engagement, at_least: 1}}\nactions: {actions}\n"
    (fault,) = criteria_faults(text)
    assert fault.path == path
    assert words in fault.message


def test_a_whole_alert_is_read() -> None:
    """Every key of an alert document arrives in the rules; the key `on` is text."""
    assert parse_alert(ALERT) == Alert(
        "hot-leads",
        Crosses("engagement", 70),
        ("sales-uk", "sales"),
        FactTest("lead.address1_country", Operator.EQUALS, ("GB",)),
        60,
        timedelta(days=30),
        "Hot ones",
        announce_baseline=True,
    )


@pytest.mark.parametrize(
    ("on", "trigger"),
    [
        ("{model: engagement, crosses: -5}", Crosses("engagement", -5)),
        ("{model: engagement, grade: Hot}", EntersGrade("engagement", "Hot")),
        ("{qualified: sales-ready}", IsQualified("sales-ready")),
    ],
)
def test_forms_of_triggers(on: str, trigger: Trigger) -> None:
    """An alert listens to a threshold, a grade or a qualification."""
    text = f"alert: a\non: {on}\nchannels: [x]\n"
    assert parse_alert(text, models=["engagement"], qualifications=["sales-ready"]).on == trigger
    assert parse_alert(text).on == trigger


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("on: {}\nchannels: [x]", "on", "one thing"),
        ("on: {model: engagement}\nchannels: [x]", "on", "one thing"),
        ("on: {model: engagement, crosses: 1, grade: A}\nchannels: [x]", "on", "one thing"),
        ("on: {model: engagement, qualified: sales-ready}\nchannels: [x]", "on", "one thing"),
        ("on: {qualified: sales-ready, grade: A}\nchannels: [x]", "on", "one thing"),
        ("on: {qualified: sale-ready}\nchannels: [x]", "on.qualified", "not a known qualification"),
        ("on: {model: engagment, crosses: 1}\nchannels: [x]", "on.model", "not a known model"),
        ("on: yes\nchannels: [x]", "on", "must be a mapping"),
        ("on: {model: engagement, crosses: 1}", "channels", "missing"),
        ("on: {model: engagement, crosses: 1}\nchannels: []", "channels", "at least one"),
        ("on: {model: engagement, crosses: 1}\nchannels: [x]\nrearm_below: 2", "rearm_below", "above the threshold"),
        ("on: {model: engagement, crosses: 1}\nchannels: [x]\nrearm_after: 2", "rearm_after", "a duration"),
        ("on: {model: engagement, crosses: 1}\nchannels: [x]\nwhere: {fact: lead.x}", "where", "no operator"),
    ],
)
def test_slips_of_alerts(text: str, path: str, words: str) -> None:
    """Each slip of an alert is one fault with its path."""
    (fault,) = alert_faults(f"alert: a\n{text}\n")
    assert fault.path == path
    assert words in fault.message


def test_titles_are_read_with_lines() -> None:
    """A company's own titles are read; their faults bear lines."""
    assert len(parse_titles("titles:\n  - {title: Ledger Wizard, function: finance}\n").entries) == 1
    with pytest.raises(DocumentError) as caught:
        parse_titles("titles:\n  - {title: A, function: finance}\n  - {title: B, function: finanz}\n")
    assert [(fault.path, fault.line) for fault in caught.value.faults] == [("titles[1].function", 3)]
