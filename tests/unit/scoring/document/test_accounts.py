"""Conditions on an account's leads, and the actions of a qualification, as documents write them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from connector.dataverse.columns import STANDARD_TYPES
from connector.errors import DocumentError
from connector.scoring.document import parse_criteria, parse_model
from connector.scoring.people import PeopleCount
from connector.scoring.rules import Actions, FactTest, FollowUpTask, Operator, OwnerAction
from connector.scoring.usage import facts_used

HEAD = "qualification: ready\nwhen: {model: fit, at_least: 40}\nactions:\n"


def condition(text: str) -> FactTest:
    """The one condition of a qualification."""
    found = parse_criteria(f"qualification: ready\nwhen: {text}\n", STANDARD_TYPES).when
    assert isinstance(found, FactTest)
    return found


def faults(text: str) -> list[str]:
    """What is said of a qualification."""
    with pytest.raises(DocumentError) as caught:
        parse_criteria(text, STANDARD_TYPES)
    return [f"{fault.path}: {fault.message} {fault.remedy}".strip() for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "number", "count"),
    [
        ("{account: engaged_people, at_least: 2, within: 30d}", 2, PeopleCount(within=timedelta(days=30))),
        ("{account: open_leads, at_least: 3}", 3, PeopleCount(is_engaged=False)),
        ("{account: engaged_people}", 1, PeopleCount()),
        ("{account: engaged_people, others: true}", 1, PeopleCount(others=True)),
        ("{account: engaged_people, distinct: function}", 1, PeopleCount(distinct="function")),
        ("{account: engaged_people, seniority: [vp, director, vp]}", 1, PeopleCount(seniority=("director", "vp"))),
        ("{account: engaged_people, function: finance}", 1, PeopleCount(function=("finance",))),
    ],
)  # fmt: skip
def test_a_buying_group_is_a_count_that_reaches_a_number(text: str, number: int, count: PeopleCount) -> None:
    """Each key says which people count, and as what."""
    test = condition(text)
    assert (test.fact, test.operator, test.operands) == (count.fact, Operator.AT_LEAST, (Decimal(number),))


def test_the_fact_means_the_same() -> None:
    """The form with a fact and the form with an account are one condition."""
    assert condition("{fact: account.engaged_people_30d, at_least: 2}") == condition(
        "{account: engaged_people, at_least: 2, within: 30d}"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{account: people}", "`people` is not what is counted of an account"),
        ("{account: engaged_people, at_least: 0}", "a whole number from 1"),
        ("{account: engaged_people, at_least: true}", "a whole number from 1"),
        ("{account: engaged_people, within: soon}", "when.within"),
        ("{account: open_leads, within: 30d}", "open leads have no window"),
        ("{account: engaged_people, distinct: titles}", "`titles` is not what may be counted once"),
        ("{account: engaged_people, others: 1}", "`others` must be true or false"),
        ("{account: engaged_people, seniority: [boss]}", "`boss` is not a value of the title"),
        ("{account: engaged_people, seniority: [[vp]]}", "is not a value of the title"),
        ("{account: engaged_people, more: 1}", "`more` is not a key"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    """Each fault says what is wrong where."""
    assert said in "\n".join(faults(f"qualification: ready\nwhen: {text}\n"))


def test_a_scoring_model_does_not_look_at_other_leads_so() -> None:
    """A condition on the account's leads belongs to a qualification."""
    text = "model: m\ngroups:\n  - {name: g, points: 1, when: {account: engaged_people}}\n"
    with pytest.raises(DocumentError) as caught:
        parse_model(text)
    assert "cannot test an account's other leads" in caught.value.faults[0].message


def test_counting_by_title_reads_the_title() -> None:
    """The column of the title is needed where seniority or function matter, and only there."""
    by_title = parse_criteria("qualification: q\nwhen: {account: engaged_people, function: it}\n", STANDARD_TYPES)
    assert facts_used(by_title, STANDARD_TYPES) == {PeopleCount(function=("it",)).fact, "lead.jobtitle"}
    plain = parse_criteria("qualification: q\nwhen: {account: engaged_people}\n", STANDARD_TYPES)
    assert facts_used(plain, STANDARD_TYPES) == {PeopleCount().fact}


def test_every_action_is_read() -> None:
    """Owner, task, flow and card stand beside what the mark writes."""
    criteria = parse_criteria(
        f"""{HEAD}
  sales_ready: true
  owner: {{team: Inside sales}}
  follow_up_task: {{subject: "Call {{{{ lead.fullname }}}}", description: "{{{{ score.fit }}}}", due_in: 1d}}
  flow: [notify, notify]
""",
        STANDARD_TYPES,
    )
    assert criteria.actions == Actions(
        sales_ready=True,
        owner=OwnerAction(team="Inside sales"),
        follow_up_task=FollowUpTask("Call {{ lead.fullname }}", timedelta(days=1), "{{ score.fit }}"),
        flow=("notify",),
    )
    assert criteria.actions.asked == ("sales_ready", "owner", "follow_up_task", "flow")
    assert facts_used(criteria, STANDARD_TYPES) == {"lead.fullname"}


def test_a_lookup_in_a_text_is_read_by_its_column() -> None:
    """`lead.ownerid` is what people write for the column that rows hold."""
    text = f'{HEAD}  follow_up_task: {{subject: "{{{{ lead.ownerid }}}}"}}\n  flow: notify\n'
    criteria = parse_criteria(text, STANDARD_TYPES)
    assert facts_used(criteria, STANDARD_TYPES) == {"lead._ownerid_value"}
    assert criteria.actions.flow == ("notify",)


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("  owner: {user: a, team: b}\n", "either a `user` or a `team`"),
        ("  owner: {}\n", "either a `user` or a `team`"),
        ('  follow_up_task: {subject: "{{ lead.x|upper }}"}\n', "`{{ lead.x|upper }}` is no place for a value"),
        ('  follow_up_task: {subject: "{{ qualification.colour }}"}\n', "is not a value that a task can name"),
        ("  flow: {a: b}\n", "must be the name of a flow"),
    ],
)
def test_what_is_wrong_with_an_action_is_named(actions: str, said: str) -> None:
    """An owner is one thing, a place in a text is a name that has a value, a flow is a name."""
    assert said in "\n".join(faults(HEAD + actions))
