"""Provisioning with a real store against the sandbox: what is wanted, planned and created, whatever goes wrong."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pytest

from connector.bootstrap import Service
from connector.dataverse.columns import STANDARD_TYPES
from connector.dataverse.setup.provisioning import Plan, State, Wanted
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Draft
from connector.pipeline.targets import Use
from connector.provision import create_columns, plan_columns, wanted_columns
from connector.sandbox import Sandbox
from connector.sandbox.dataverse.schema import Column, Kind
from connector.sandbox.server import Request, Sending

MODEL = """
model: {name}
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
write: {write}
groups:
  - {{name: A title, points: {points}, when: {{fact: lead.jobtitle, is_not_empty: true}}}}
"""
GRADED = MODEL + "grades:\n  - {{name: {grade}, from: 1}}\n  - {{name: Cold}}\n"
READY = "qualification: ready\nwhen: {{model: one, at_least: 1}}\nactions: {{sales_ready: {column}}}\n"


@pytest.fixture(autouse=True)
def _no_documents(service: Service) -> None:
    """The models of these tests are their own."""
    for kind in DocumentKind:
        for document in service.store.live(kind):
            service.store.stop(kind, document.name, by="test", now=service.clock())


def draft(service: Service, text: str, kind: DocumentKind = DocumentKind.MODEL, *, publish: bool = False) -> None:
    """Store a document, or publish it."""
    applied = service.apply([Draft(kind, "", text)], publish=publish, replace=True, by="test")
    assert not any(each.refused for each in applied), [each.lines() for each in applied]


def model(service: Service, name: str, write: str, *, points: int = 5, publish: bool = False) -> None:
    """Store a model that is written as `write` says."""
    draft(service, MODEL.format(name=name, write=write, points=points), publish=publish)


def wanted(service: Service) -> list[Wanted]:
    """What the documents write, without those that the sample left as drafts."""
    return [each for each in wanted_columns(service.store, STANDARD_TYPES) if each.name.startswith("lc_x")]


def names(found: Sequence[Wanted]) -> list[tuple[str, Use]]:
    """Names with uses."""
    return [(each.name, each.use) for each in found]


def planned(plan: Plan) -> dict[str, State]:
    """The state of each column."""
    return {each.wanted.name: each.state for each in plan.columns}


def test_live_and_drafted_documents_want_columns(service: Service) -> None:
    """Scores, grades, times and sales-ready columns of one's own; each once, whoever writes it."""
    model(service, "one", "{score: lc_xone, scored_on: lc_xat}", publish=True)
    model(service, "one", "{score: lc_xother, grade: lc_xgrade, scored_on: lc_xat}")
    model(service, "two", "{score: lc_xtwo, scored_on: lc_xat}")
    draft(service, READY.format(column="lc_xready"), DocumentKind.QUALIFICATION)
    found = wanted(service)
    assert names(found) == [
        ("lc_xat", Use.SCORED_ON),
        ("lc_xgrade", Use.GRADE),
        ("lc_xone", Use.SCORE),
        ("lc_xother", Use.SCORE),
        ("lc_xready", Use.SALES_READY),
        ("lc_xtwo", Use.SCORE),
    ]
    assert found[0].documents == ("one", "two")


def test_what_is_stopped_wants_nothing(service: Service) -> None:
    """A stopped model without a draft writes nothing; the standard sales-ready column is nobody's to create."""
    model(service, "one", "{score: lc_xone}", publish=True)
    service.store.stop(DocumentKind.MODEL, "one", by="test", now=service.clock())
    draft(service, READY.format(column="true"), DocumentKind.QUALIFICATION)
    assert wanted_columns(service.store, STANDARD_TYPES) == []


def test_scores_and_grades_have_the_bounds_of_their_models(service: Service) -> None:
    """The widest of live version and draft counts: the scores that can be given, the longest grade."""
    model(service, "one", "{score: lc_xone}", points=5, publish=True)
    model(service, "one", "{score: lc_xone}", points=-7)
    (score,) = wanted(service)
    assert (score.low, score.high) == (-7, 5)
    long = "A name of a grade that is longer than fifty characters are"
    draft(service, GRADED.format(name="one", write="{grade: lc_xgrade}", points=1, grade=long))
    assert [each.length for each in wanted(service) if each.use is Use.GRADE] == [len(long)]


def provision(service: Service, solution: str | None = None) -> Plan:
    """Plan, create, and plan again."""
    plan = plan_columns(service, solution)
    done = create_columns(service, plan)
    assert done.failure is None
    names = [each.name for each in plan.missing] + [each.wanted.name for each in plan.missing_tables]
    assert done.created == tuple(names)
    return plan_columns(service, solution)


def test_every_kind_of_column_is_created_and_usable(sandbox: Sandbox, service: Service) -> None:
    """The second plan has nothing to do, the columns take what is written, and the environment's language is theirs."""
    (organization,) = sandbox.data.rows("organization")
    sandbox.data.update("organization", organization["organizationid"], {"languagecode": 1031})
    model(service, "one", "{score: lc_xone, grade: lc_xgrade, scored_on: lc_xat}")
    draft(service, READY.format(column="lc_xready"), DocumentKind.QUALIFICATION)
    again = provision(service)
    assert again.is_done
    assert {planned(again)[name] for name in ("lc_xone", "lc_xgrade", "lc_xat", "lc_xready")} == {State.PRESENT}
    lead = sandbox.leads()[0]["leadid"]
    values = {"lc_xone": -5, "lc_xgrade": "x" * 50, "lc_xat": "2026-11-20T09:00:00Z", "lc_xready": True}
    sandbox.update_lead(lead, values)
    assert {name: sandbox.lead(lead)[name] for name in values} == values
    assert set(sandbox.data.store.tables["lead"].columns["lc_xone"].labels) == {1031}


def test_columns_of_another_type_are_named_and_nothing_is_created(sandbox: Sandbox, service: Service) -> None:
    """A text where a score goes, a date without time where a moment goes, a yes/no column that cannot be written."""
    sandbox.data.add_column("lead", Column("lc_xone", Kind.STRING))
    sandbox.data.add_column("lead", Column("lc_xat", Kind.DATE))
    sandbox.data.add_column("lead", Column("lc_xready", Kind.BOOLEAN, update=False))
    sandbox.data.add_column("lead", Column("lc_xgrade", Kind.STRING, max_length=10))
    model(service, "one", "{score: lc_xone, grade: lc_xgrade, scored_on: lc_xat}")
    model(service, "two", "{score: lc_xtwo}")
    draft(service, READY.format(column="lc_xready"), DocumentKind.QUALIFICATION)
    plan = plan_columns(service)
    assert {name for name, state in planned(plan).items() if state is State.UNFIT} == {
        "lc_xone", "lc_xat", "lc_xready", "lc_xgrade",
    }  # fmt: skip
    assert [each.message.split("'")[1] for each in plan.obstacles] == ["lc_xat", "lc_xgrade", "lc_xone", "lc_xready"]
    with pytest.raises(ValueError, match="obstacles"):
        create_columns(service, plan)
    assert sandbox.calls.count("dataverse", "customize") == 0


def test_a_narrow_column_serves_with_a_remark(sandbox: Sandbox, service: Service) -> None:
    """A column from 0 on cannot take negative scores: said, not refused."""
    sandbox.data.add_column("lead", Column("lc_xone", Kind.INTEGER, minimum=0, maximum=100))
    model(service, "one", "{score: lc_xone}", points=-5)
    plan = plan_columns(service)
    assert plan.is_done
    (remark,) = [each for each in plan.remarks if "lc_xone" in each]
    assert "from 0 to 100" in remark


def test_names_that_cannot_be_created_are_named(service: Service) -> None:
    """No solution is looked for where there is nothing that could be created in one."""
    model(service, "one", "{score: fitscore}")
    plan = plan_columns(service)
    assert ["fitscore" in each.message for each in plan.obstacles] == [True]


@pytest.mark.parametrize("solution", [None, "SandboxScores"])
def test_solutions_that_may_not_be_read_are_told(sandbox: Sandbox, service: Service, solution: str | None) -> None:
    """The privilege that is missing has its remedy."""
    sandbox.dataverse.access.revoke("prvReadSolution")
    model(service, "one", "{score: lc_xone}")
    (obstacle,) = plan_columns(service, solution).obstacles
    assert "System Customizer" in obstacle.remedy


def test_a_server_without_solutions_needs_a_name(sandbox: Sandbox, service: Service) -> None:
    """With a name it is tried, and said that nothing was checked; without one, nothing is guessed."""
    sandbox.faults.status(404, code="0x8006088a", when="/solutions?", times=None)
    model(service, "one", "{score: lc_xone}")
    (obstacle,) = plan_columns(service).obstacles
    assert "--solution" in obstacle.remedy
    plan = plan_columns(service, "SandboxScores")
    assert "not checked" in plan.remarks[-1]
    assert create_columns(service, plan).created == ("lc_xone",)
    assert sandbox.dataverse.customizing.components["SandboxScores"] == ["lead.lc_xone"]


def creates(request: Request) -> bool:
    """Whether a request creates a column."""
    return request.method == "POST" and request.path.endswith("/Attributes")


@pytest.mark.parametrize("how", ["status", "nothing", "truncated"])
def test_a_lost_answer_creates_nothing_twice(sandbox: Sandbox, service: Service, how: str) -> None:
    """The column was created and the answer never came: it is seen, and one POST is all there is."""
    match how:
        case "status":
            sandbox.faults.status(503, when=creates, handled=True)
        case "nothing":
            sandbox.faults.no_answer(when=creates)
        case _:
            sandbox.faults.sending(Sending.RESET, when=creates)
    model(service, "one", "{score: lc_xone}")
    assert provision(service).is_done
    assert sandbox.calls.count("dataverse", "customize") == 1


def test_late_metadata_is_waited_for(sandbox: Sandbox, service: Service) -> None:
    """Two 404s after a creation are no failure."""
    sandbox.faults.status(404, code="0x80040217", when="Attributes(LogicalName='lc_xone')", method="GET", times=2)
    model(service, "one", "{score: lc_xone}")
    assert provision(service).is_done


def test_a_column_that_another_hand_creates_meanwhile(sandbox: Sandbox, service: Service) -> None:
    """Of the right type it serves; of a wrong one it is told. Nothing of it is changed."""
    model(service, "one", "{score: lc_xone, grade: lc_xgrade}")
    plan = plan_columns(service)
    sandbox.data.add_column("lead", Column("lc_xone", Kind.INTEGER, label="By hand"))
    assert create_columns(service, plan).failure is None
    assert sandbox.data.store.tables["lead"].columns["lc_xone"].label == "By hand"
    sandbox.data.remove_column("lead", "lc_xone")
    sandbox.data.add_column("lead", Column("lc_xone", Kind.STRING))
    only = dataclasses.replace(plan, columns=tuple(each for each in plan.columns if each.wanted.name == "lc_xone"))
    failure = create_columns(service, only).failure
    assert failure is not None
    assert "exists as text" in failure.message


def tables(plan: Plan) -> dict[str, State]:
    """The state of each history table."""
    return {each.wanted.name: each.state for each in plan.tables}


def test_the_history_table_is_created_and_completed(sandbox: Sandbox, service: Service) -> None:
    """Once for all models that name it, with the lookup to the lead; what is deleted of it is added again."""
    model(service, "one", "{score: lc_xone, history: lc_xhistory}")
    model(service, "two", "{history: lc_xhistory}")
    plan = plan_columns(service)
    assert tables(plan) == {"lc_xhistory": State.MISSING}
    assert [each.wanted.documents for each in plan.tables] == [("one", "two")]
    assert provision(service).is_done
    assert sandbox.dataverse.customizing.components["SandboxScores"].count("lc_xhistory") == 1
    before = sandbox.calls.count("dataverse", "customize")
    assert create_columns(service, plan_columns(service)).created == ()
    assert sandbox.calls.count("dataverse", "customize") == before
    sandbox.data.remove_column("lc_xhistory", "lc_reasons")
    lacking = plan_columns(service)
    assert lacking.tables[0].missing == ("lc_reasons",)
    assert create_columns(service, lacking).created == ("lc_xhistory",)
    assert plan_columns(service).is_done


def test_a_history_table_needs_a_solution_with_its_prefix(service: Service) -> None:
    """As columns do."""
    model(service, "one", "{history: xx_history}")
    (obstacle,) = plan_columns(service).obstacles
    assert "xx" in obstacle.message
