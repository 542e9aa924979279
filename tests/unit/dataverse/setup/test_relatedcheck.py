"""The doctor's lines about rows beside leads: the tables, our privileges, and who else scores."""

from __future__ import annotations

from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.checks import Check, CheckStatus
from connector.dataverse.setup.relatedcheck import check_related
from connector.dataverse.setup.tableplans import WantedTable
from tests.unit.dataverse.org import attribute
from tests.unit.dataverse.setup.test_historytable import FULL, WANTED
from tests.unit.dataverse.setup.test_historytable import there as history_there
from tests.unit.dataverse.support import Script, refuse

USER = "44444444-0000-0000-0000-000000000001"
PREDICTIVE = "EntityDefinitions(LogicalName='msdyn_predictivescore')"
COLUMNS = [
    attribute("msdyn_entityid", "String"),
    attribute("msdyn_entitytype", "String"),
    attribute("msdyn_score", "Integer"),
    attribute("msdyn_contributingpredictionids", "Memo"),
]


def predictive_there(script: Script, columns: list[dict[str, Any]], **more: Any) -> None:
    """Show the table of predictive scores."""
    script.on("GET", f"{PREDICTIVE}/Attributes?", {"value": columns})
    told = {"EntitySetName": "msdyn_predictivescores", "PrimaryIdAttribute": "msdyn_predictivescoreid", **more}
    script.on("GET", f"{PREDICTIVE}?$select", {"SchemaName": "msdyn_predictivescore", **told})


@pytest.fixture
def healthy(script: Script) -> Script:
    """An org that lacks nothing."""
    script.on("GET", "RetrieveUserPrivilege", {"RolePrivileges": [{"Depth": "Global"}]})
    history_there(script, FULL)
    predictive_there(script, COLUMNS, IsOptimisticConcurrencyEnabled=True)
    script.on("GET", "msdyn_predictivescores?", {"value": []})
    return script


def run(session: DataverseSession, *, predictive: bool = True, user: str | None = USER, **more: Any) -> list[Check]:
    """The lines."""
    histories: list[WantedTable] = more.get("histories", [WANTED])
    return list(check_related(session, user, histories=histories, predictive=predictive))


def worst(checks: list[Check]) -> Check:
    """The line that says most."""
    return max(checks, key=lambda check: list(CheckStatus).index(check.status))


def test_nothing_is_asked_where_nothing_is_written(session: DataverseSession, script: Script) -> None:
    """No line and no request."""
    assert run(session, predictive=False, histories=[]) == []
    assert script.sent == []


def test_a_healthy_environment_is_all_ok(session: DataverseSession, healthy: Script) -> None:
    """Two lines for the history, three for the predictive score; only reads."""
    checks = run(session)
    assert {check.status for check in checks} == {CheckStatus.OK}
    assert [check.name for check in checks] == [
        "history table lc_scorehistory",
        "history table lc_scorehistory: privileges",
        "predictive score table",
        "predictive score table: privileges",
        "native predictive scores",
    ]
    assert checks[1].detail == "prvCreatelc_scorehistory, prvAppendlc_scorehistory, prvAppendToLead"
    assert {request.method for request in healthy.sent} == {"GET"}


def test_a_history_that_cannot_be_written_is_a_failure(session: DataverseSession, healthy: Script) -> None:
    """Not there, lacking columns, of other types, or not to be asked."""
    history_there(healthy, FULL[:-1])
    assert worst(run(session, predictive=False)).detail == "lacks lc_leadid"
    history_there(healthy, [*FULL[:-1], attribute("lc_leadid", "String")])
    assert worst(run(session, predictive=False)).detail.startswith("has columns of another type")
    table = "EntityDefinitions(LogicalName='lc_scorehistory')"
    healthy.on("GET", table, refuse(404, "0x80040217"))
    (line,) = run(session, predictive=False)
    assert (line.status, line.remedy) == (CheckStatus.FAILURE, "Run: connector provision columns.")
    healthy.on("GET", table, refuse(403, "0x80040220"))
    assert "HTTP 403" in worst(run(session, predictive=False)).detail


def test_a_predictive_score_that_cannot_be_written_is_a_failure(session: DataverseSession, healthy: Script) -> None:
    """Not installed, too old, without the guard, or not to be asked."""
    predictive_there(healthy, COLUMNS, IsOptimisticConcurrencyEnabled=False)
    assert "optimistic concurrency" in worst(run(session, histories=[])).detail
    predictive_there(healthy, COLUMNS[1:])
    assert worst(run(session, histories=[])).detail == "msdyn_predictivescore lacks msdyn_entityid"
    healthy.on("GET", PREDICTIVE, refuse(404, "0x80040217"))
    assert worst(run(session, histories=[])).detail == "there is no msdyn_predictivescore"
    healthy.on("GET", PREDICTIVE, refuse(403, "0x80040220"))
    assert "HTTP 403" in worst(run(session, histories=[])).detail


def test_privileges_that_are_missing_are_named(session: DataverseSession, healthy: Script) -> None:
    """With the table in the remedy; where they are not told that is said."""
    healthy.on("GET", "prvCreatelc_scorehistory", {"RolePrivileges": []})
    check = worst(run(session, predictive=False))
    assert (check.status, check.detail) == (CheckStatus.FAILURE, "missing: prvCreatelc_scorehistory")
    assert "Create, Append on lc_scorehistory, and Append To on lead" in check.remedy
    assert worst(run(session, histories=[], user=None)).detail.startswith("not checked: the environment does not tell")
    healthy.on("GET", "RetrieveUserPrivilege", refuse(403, "0x80040220"))
    assert worst(run(session, histories=[])).detail == "not checked: the question was not answered (HTTP 403)"


def test_native_scores_are_a_warning(session: DataverseSession, healthy: Script) -> None:
    """One row is enough; an environment without the column is not asked."""
    healthy.on("GET", "msdyn_predictivescores?", {"value": [{"msdyn_predictivescoreid": USER}]})
    assert worst(run(session)).name == "native predictive scores"
    assert worst(run(session)).status is CheckStatus.WARNING
    predictive_there(healthy, COLUMNS[:-1])
    assert {check.status for check in run(session)} == {CheckStatus.OK}
