"""The history table: what it must have, how it stands, and that it is made once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.customizing import carry_out
from connector.dataverse.setup.historytable import (
    COLUMNS,
    create_table,
    definition,
    histories_of,
    look_at,
    relationship,
)
from connector.dataverse.setup.provisioning import Plan, Solution, obstacles_of_tables
from connector.dataverse.setup.tableplans import PlannedTable, State, WantedTable
from connector.errors import OutsideError
from connector.scoring.document import parse_model
from connector.scoring.facttypes import FactTypes
from tests.unit.dataverse.org import attribute
from tests.unit.dataverse.support import HTTP_NOW, Answer, FakeTime, Script, refuse

WANTED = WantedTable("lc_scorehistory", ("heat", "fit"))
TABLE = "EntityDefinitions(LogicalName='lc_scorehistory')"
DONE: Answer = (204, {"Date": HTTP_NOW}, "")
KINDS = {"name": "String", "model": "String", "grade": "String", "reasons": "Memo", "scored_on": "DateTime"}
FULL = [attribute(f"lc_{each.own.replace('_', '')}", KINDS.get(each.own, "Integer")) for each in COLUMNS]
FULL += [attribute("lc_leadid", "Lookup")]


def there(script: Script, columns: list[dict[str, Any]]) -> None:
    """Show the table with these columns, each of which can be looked for."""
    script.on("GET", f"{TABLE}/Attributes?", {"value": columns})
    script.on("GET", f"{TABLE}/Attributes(LogicalName=", {"LogicalName": "x"})
    definition = {"LogicalName": WANTED.name, "EntitySetName": "lc_scorehistories", "PrimaryIdAttribute": "lc_id"}
    script.on("GET", f"{TABLE}?$select", definition)


def posted(script: Script) -> list[tuple[str, Any]]:
    """What was posted where."""
    return [
        ((request.url or "").rpartition("/")[2], json.loads(request.body or "{}"))
        for request in script.sent
        if request.method == "POST"
    ]


def test_models_name_tables_together() -> None:
    """One entry a table, with all that write to it."""
    text = "model: {}\nwrite: {{history: {}}}\ngroups: [{{name: A, points: 1, when: {{fact: lead.x, equals: 1}}}}]\n"
    names = (("one", "lc_b"), ("two", "lc_a"), ("three", "lc_b"))
    models = [parse_model(text.format(*each), FactTypes({})) for each in names]
    assert histories_of(models) == [WantedTable("lc_a", ("two",)), WantedTable("lc_b", ("one", "three"))]
    assert WANTED.prefix == "lc"


def test_a_table_stands_as_it_is(session: DataverseSession, script: Script) -> None:
    """There, lacking columns, with columns of another type, or not there at all."""
    there(script, FULL)
    assert look_at(session, WANTED) == PlannedTable(WANTED, State.PRESENT)
    there(script, FULL[1:-1])
    assert look_at(session, WANTED) == PlannedTable(WANTED, State.MISSING, ("lc_name", "lc_leadid"))
    there(script, [*FULL[:-1], attribute("lc_leadid", "String")])
    unfit = look_at(session, WANTED)
    assert unfit == PlannedTable(WANTED, State.UNFIT, detail="has columns of another type: lc_leadid")
    (obstacle,) = obstacles_of_tables([unfit, PlannedTable(WANTED, State.PRESENT)])
    assert "'lc_scorehistory' has columns of another type" in obstacle.message
    assert "'heat', 'fit'" in obstacle.remedy
    there(script, [attribute("lc_score", "String"), *(one for one in FULL if one["LogicalName"] != "lc_score")])
    assert look_at(session, WANTED).detail == "has columns of another type: lc_score"
    script.on("GET", f"{TABLE}?$select", refuse(404, "0x80040217"))
    assert look_at(session, WANTED) == PlannedTable(WANTED, State.MISSING)
    script.on("GET", f"{TABLE}?$select", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError, match="HTTP 403"):
        look_at(session, WANTED)


def test_it_is_made_with_all_its_columns_and_the_lookup(
    session: DataverseSession, script: Script, time: FakeTime
) -> None:
    """One request for the table, one for the lookup, one to publish it; in the solution that was said."""
    there(script, FULL)
    for part in ("EntityDefinitions", "RelationshipDefinitions", "PublishXml"):
        script.on("POST", part, DONE)
    plan = Plan((), Solution("Scores", "Scores", "lc"), 1031, tables=(PlannedTable(WANTED, State.MISSING),))
    done = carry_out(session, plan, wait=time.sleep)
    assert (done.created, done.published, done.failure) == (("lc_scorehistory",), True, None)
    assert [path for path, _ in posted(script)] == ["EntityDefinitions", "RelationshipDefinitions", "PublishXml"]
    assert posted(script)[0][1] == definition(WANTED, 1031)
    assert posted(script)[1][1] == relationship(WANTED, 1031)
    assert "<entity>lc_scorehistory</entity>" in posted(script)[2][1]["ParameterXml"]
    assert "<entity>lead</entity>" not in posted(script)[2][1]["ParameterXml"]
    made = [request for request in script.sent if request.method == "POST"]
    assert {request.headers.get("MSCRM.SolutionUniqueName") for request in made[:2]} == {"Scores"}


def test_the_definitions_are_complete() -> None:
    """A primary name, every column, everybody's rows; with a lead its history goes."""
    body = definition(WANTED, 1033)
    assert [one["SchemaName"] for one in body["Attributes"] if one.get("IsPrimaryName")] == ["lc_name"]
    assert len(body["Attributes"]) == len(COLUMNS)
    assert body["OwnershipType"] == "OrganizationOwned"
    link = relationship(WANTED, 1033)
    assert (link["SchemaName"], link["Lookup"]["SchemaName"]) == ("lc_lead_scorehistory", "lc_leadid")
    assert link["CascadeConfiguration"]["Delete"] == "Cascade"
    assert set(link["CascadeConfiguration"].values()) == {"Cascade", "NoCascade"}


def create(session: DataverseSession, time: FakeTime, *missing: str) -> None:
    """Create the table, or what it lacks."""
    planned = PlannedTable(WANTED, State.MISSING, missing)
    create_table(session, planned, solution="Scores", language=1033, wait=time.sleep)


def test_what_it_lacks_is_added(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """Only that."""
    there(script, FULL)
    script.on("POST", "Attributes", DONE)
    create(session, time, "lc_grade", "lc_reasons")
    assert [body["SchemaName"] for _, body in posted(script)] == ["lc_grade", "lc_reasons"]
    script.on("POST", "RelationshipDefinitions", DONE)
    create(session, time, "lc_leadid")
    assert posted(script)[-1][0] == "RelationshipDefinitions"


def test_a_lost_answer_makes_no_second_table(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """The environment is asked whether it is there; what somebody else made meanwhile is taken too."""
    there(script, FULL)
    script.on("POST", "EntityDefinitions", (503, {}, ""))
    script.on("POST", "RelationshipDefinitions", refuse(400, "0x80047013", "exists"))
    create(session, time)
    assert [path for path, _ in posted(script)] == ["EntityDefinitions", "RelationshipDefinitions"]


def test_what_does_not_show_is_said(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """Accepted and not seen, or seen and still lacking something."""
    script.on("POST", "EntityDefinitions", DONE)
    script.on("GET", TABLE, refuse(404, "0x80040217"))
    with pytest.raises(OutsideError, match="accepted the table 'lc_scorehistory' and does not show it yet"):
        create(session, time)
    there(script, FULL[:-1])
    script.on("POST", "RelationshipDefinitions", DONE)
    with pytest.raises(OutsideError, match="is there and lacks lc_leadid"):
        create(session, time)


def test_a_missing_privilege_is_a_failure_with_its_remedy(
    session: DataverseSession, script: Script, time: FakeTime
) -> None:
    """Nothing was created, nothing is published."""
    script.on("POST", "EntityDefinitions", refuse(403, "0x80040220", "prvCreateEntity"))
    plan = Plan((), Solution("Scores", "Scores", "lc"), tables=(PlannedTable(WANTED, State.MISSING),))
    done = carry_out(session, plan, wait=time.sleep)
    assert (done.created, done.published) == ((), False)
    assert done.failure is not None
    assert "prvCreateEntity" in done.failure.remedy
