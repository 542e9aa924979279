"""What a mark brings beside its columns, and what is said of a hand-over before anybody is marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.errors import Fault
from connector.pipeline.handover import Handover, Share, flow_faults, readiness, rivals
from connector.pipeline.ownership import Candidate, look_up, owner_key
from connector.pipeline.related import job_of_row, row_of_payload, task_id
from connector.pipeline.rulebook import LiveCriteria, Rulebook, column_needs
from connector.pipeline.values import RowKind
from connector.scoring.audiences import same_audience
from connector.scoring.document import parse_alert, parse_criteria
from connector.scoring.rules import Criteria, OwnerAction
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import CARDS, ENVIRONMENT, START, A, heat_model

TASK = """qualification: ready
when: {model: engagement, at_least: 5}
actions:
  sales_ready: true
  follow_up_task:
    subject: "Call {{ lead.fullname }}  of {{ account.name }}"
    description: "{{ qualification.name }}: {{ qualification.reason }} {{ score.engagement }} {{ score.absent }}"
    due_in: 1d
"""
OWNER = "11111111-1111-1111-1111-111111111111"


def owned(book: Rulebook, owner_id: str) -> Rulebook:
    """The rulebook with an owner for every mark."""
    criteria: tuple[LiveCriteria, ...] = tuple(replace(live, owner_id=owner_id) for live in book.criteria)
    return replace(book, criteria=criteria)


def criteria(more: str = "", name: str = "ready") -> Criteria:
    """A qualification with further keys."""
    return parse_criteria(f"qualification: {name}\nwhen: {{model: m, at_least: 1}}\n{more}", ENVIRONMENT.types)


def model() -> str:
    """A model that scores by heat."""
    return heat_model(name="engagement")


def test_a_mark_brings_a_task_with_its_text_filled() -> None:
    """Columns, scores and the reason stand in it, a value that is missing leaves nothing, blanks are tidied."""
    decision = decided(rulebook(model(), TASK), dossier(heat=20, account={"name": "Mills"}))
    (task,) = [row for row in decision.related if row.kind is RowKind.TASK]
    assert task.row_id == task_id(A, ("ready", 1))
    assert task.values["subject"] == "Call Pat Ng of Mills"
    assert str(task.values["description"]).startswith("ready: Met: engagement is")
    assert task.values["due_at"] == (START + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    job = job_of_row(task)
    assert (row_of_payload(job.payload), job.priority) == (task, 0)


def test_without_an_account_its_places_stay_empty() -> None:
    """A text never fails."""
    decision = decided(rulebook(model(), TASK), dossier(heat=20))
    assert decision.related[0].values["subject"] == "Call Pat Ng of"


def test_who_is_marked_already_gets_no_task() -> None:
    """A task comes with the mark, once."""
    book = rulebook(model(), TASK)
    assert decided(book, dossier(heat=20, marks=["ready"])).related == ()


def test_the_id_of_a_task_follows_from_lead_document_and_version() -> None:
    """Whichever run decides, and however often, it is one task; another version is another decision."""
    book = rulebook(model(), TASK)
    first, again = (decided(book, dossier(heat=heat)).related[0].row_id for heat in (20, 30))
    assert first == again != task_id(A, ("ready", 2)) != task_id(A, ("other", 1))


def test_an_owner_is_written_with_the_mark_and_read_for_it() -> None:
    """It stands among the values of the guarded write, unless the lead is theirs already."""
    book = owned(rulebook(model(), TASK), OWNER)
    assert decided(book, dossier(heat=20)).values["_ownerid_value"] == OWNER
    assert "_ownerid_value" not in decided(book, dossier(heat=20, holds={"_ownerid_value": OWNER})).values
    assert "_ownerid_value" not in decided(book, dossier(heat=1)).values
    assert "_ownerid_value" in column_needs(book, CARDS.needs()).lead


def test_a_flow_is_told_of_a_mark_but_not_at_a_first_look() -> None:
    """Flows are told as channels are: not of what was there before the document."""
    text = TASK.partition("actions:")[0] + "actions: {flow: [crm, mail], sales_ready: true}\n"
    seen = dossier(heat=20, scores={"engagement": (1, None)})
    (event,) = decided(rulebook(model(), text), seen).events
    assert (event.kind, event.destinations) == ("lead_qualified", ("flow:crm", "flow:mail"))
    assert decided(rulebook(model(), text, pending=["ready"]), seen).events == ()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", True),
        ("audience: {fact: lead.country, equals: GB}\n", "", False),
        ("audience: {fact: lead.country, equals: GB}\n", "audience: {fact: lead.country, is_any_of: [gb]}\n", True),
        (
            "audience: {fact: lead.country, is_any_of: [GB, IE]}\n",
            "audience: [{fact: lead.country, is_any_of: [IE, GB]}]\n",
            True,
        ),
        (
            "audience: {any: [{fact: lead.a, equals: x}, {not: {fact: lead.b, equals: y}}]}\n",
            "audience: {any: [{not: {fact: lead.b, equals: y}}, {fact: lead.a, equals: x}]}\n",
            True,
        ),
        (
            "audience: [{fact: lead.a, equals: x}, {fact: lead.b, equals: y}]\n",
            "audience: {any: [{fact: lead.a, equals: x}, {fact: lead.b, equals: y}]}\n",
            False,
        ),
        (
            "audience: {at_least_of: {n: 1, of: [{fact: lead.a, equals: x}, {fact: lead.b, is_empty: true}]}}\n",
            "audience: {at_least_of: {n: 1, of: [{fact: lead.b, is_empty: true}, {fact: lead.a, equals: x}]}}\n",
            True,
        ),
    ],
)
def test_audiences_are_the_same_by_what_they_say(one: str, other: str, *, expected: bool) -> None:
    """Order, case and the form of a single value do not matter; what is asked does."""
    first, second = (
        parse_criteria(f"qualification: q\nwhen: {{model: m, at_least: 1}}\n{text}") for text in (one, other)
    )
    assert same_audience(first.audience, second.audience) is expected
    assert rivals(replace(first, name="first"), {"second": second, "first": first}) == (["second"] if expected else [])


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "the environment has no team 'Sales'"),
        ([Candidate("a", "Sales"), Candidate("b", "Sales")], "2 teams are called 'Sales'"),
        ([Candidate("a", "Sales", "is an access team, which owns no rows")], "the team 'Sales' is an access team"),
    ],
)
def test_an_owner_is_one_that_can_own(found: list[Candidate], said: str) -> None:
    """None, several, or one that cannot: that is said at publication."""
    fault = look_up(OwnerAction(team="Sales"), lambda action: found)
    assert isinstance(fault, Fault)
    assert said in fault.message


def test_without_an_environment_an_owner_needs_an_id() -> None:
    """An id is taken as it is; a name is nobody."""
    assert look_up(OwnerAction(user=OWNER.upper()), None) == Candidate(OWNER, OWNER)
    assert isinstance(look_up(OwnerAction(user="sam@example.com"), None), Fault)
    assert owner_key(OwnerAction(user=" Sam@Example.com ")) == ("user", "sam@example.com")
    assert look_up(OwnerAction(team="Sales"), lambda action: [Candidate("a", "Sales")]) == Candidate("a", "Sales")


def test_flows_are_known_by_their_settings() -> None:
    """A flow that no setting names is refused; where no setting is known nobody can tell."""
    asked = criteria("actions: {flow: [crm, mail]}\n")
    assert [fault.message for fault in flow_faults(asked, frozenset({"crm"}))] == ["the flow 'mail' is not configured."]
    assert flow_faults(asked, None) == []


ALERT = parse_alert("alert: told\non: {qualified: ready}\nchannels: [sales]\n")


@pytest.mark.parametrize(
    ("more", "handover", "codes"),
    [
        ("", Handover(), {"no-mark", "nothing-listens"}),
        ("actions: {sales_ready: true}\n", Handover(), {"nothing-listens"}),
        ("actions: {sales_ready: true, flow: crm}\n", Handover(), set()),
        ("actions: {sales_ready: true}\n", Handover(listens=lambda name: name == "ready"), set()),
        ("actions: {sales_ready: true, flow: crm}\n", Handover(share=lambda _: Share(2, 10, 100)), {"many-at-once"}),
        ("actions: {sales_ready: true, flow: crm}\n", Handover(share=lambda _: Share(1, 10, 100)), set()),
        ("actions: {sales_ready: true, flow: crm}\n", Handover(share=lambda _: Share(0, 0, 0)), set()),
        (
            "actions: {sales_ready: lc_absent, status_reason: Absent, flow: crm}\n",
            Handover(environment=lambda: ENVIRONMENT),
            {"status-reason-missing", "column-missing"},
        ),
        (
            "actions: {sales_ready: lc_formula, status_reason: {value: 99}, flow: crm}\n",
            Handover(environment=lambda: ENVIRONMENT),
            {"status-reason-missing", "column-unfit"},
        ),
        (
            "actions: {sales_ready: true, flow: crm}\n",
            Handover(environment=lambda: replace(ENVIRONMENT, sales_ready_column=None)),
            {"column-unfit"},
        ),
    ],
)
def test_what_is_not_ready_is_told(more: str, handover: Handover, codes: set[str]) -> None:
    """Nothing marks the lead, nobody hears of it, the environment lacks what is set, too many come at once.

    What no run could set is an error; a column that is still to be created is none.
    """
    found = readiness(criteria(more), [], {}, handover)
    assert {one.code for one in found} == codes
    errors = {"status-reason-missing", "column-unfit"}
    assert {one.code for one in found if one.severity == "error"} == codes & errors


def test_an_alert_on_the_qualification_listens() -> None:
    """Then somebody hears of it."""
    assert readiness(criteria("actions: {sales_ready: true}\n"), [ALERT], {}, Handover()) == []
    other = criteria("actions: {sales_ready: true}\n", name="other")
    assert [one.code for one in readiness(other, [ALERT], {}, Handover())] == ["nothing-listens"]
