"""The registration against servers that answer in other ways than the sandbox: ids not told, answers lost, no steps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.registering import (
    Filters,
    authentication,
    carry_out,
    missing_privileges,
    read_filters,
    read_registered,
)
from connector.dataverse.setup.webhooks import (
    Endpoint,
    HookPlan,
    PlannedStep,
    Registered,
    Sign,
    State,
    Step,
    Wanted,
    account_columns,
    draw,
    lead_columns,
)
from connector.errors import OutsideError
from connector.pipeline.values import ColumnNeeds, Table
from tests.unit.dataverse.support import Answer, Script, refuse

URL = "https://scores.example.com/hooks/dataverse"
ENDPOINT, STEP = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000001"
MESSAGE, FILTER = "cccccccc-0000-4000-8000-000000000001", "dddddddd-0000-4000-8000-000000000001"
FILTERS = Filters({("lead", "Create"): (MESSAGE, FILTER)})
CREATE = Wanted(Table.LEAD, "Create")
PLAN = HookPlan("Lead Connector", URL, Sign.HEADER, (PlannedStep("Create of lead", State.MISSING, CREATE),))
LOST: Answer = (503, {}, "")
DONE: Answer = (204, {}, "")


def made(entity_set: str, row_id: str) -> Answer:
    """The answer to a creation."""
    return 204, {"OData-EntityId": f"https://org.crm4.dynamics.com/api/data/v9.2/{entity_set}({row_id})"}, ""


def posted(script: Script) -> list[tuple[str, dict[str, Any]]]:
    """What was posted where."""
    return [
        ((request.url or "").rpartition("/")[2], json.loads(request.body or "null"))
        for request in script.sent
        if request.method == "POST"
    ]


def removed(script: Script) -> list[str]:
    """What was deleted, in its order."""
    return [(request.url or "").rpartition("/")[2] for request in script.sent if request.method == "DELETE"]


@pytest.fixture
def empty(script: Script) -> Script:
    """An org with nothing registered."""
    script.on("GET", "serviceendpoints", {"value": []})
    script.on("GET", "sdkmessageprocessingsteps", {"value": []})
    return script


def test_rows_are_written_as_the_table_reference_has_them(session: DataverseSession, empty: Script) -> None:
    """Lower-case bindings, a webhook in JSON, asynchronous after the operation; no columns where none filter."""
    empty.on("POST", "serviceendpoints", made("serviceendpoints", ENDPOINT))
    empty.on("POST", "sdkmessageprocessingsteps", made("sdkmessageprocessingsteps", STEP))
    done = carry_out(session, PLAN, FILTERS, "a-secret-for-hooks")
    assert (done.created, done.endpoint_created, done.failure) == (["Create of lead"], True, None)
    assert posted(empty) == [
        (
            "serviceendpoints",
            {
                "name": "Lead Connector", "contract": 8, "url": URL, "authtype": 5, "connectionmode": 1,
                "messageformat": 2, "userclaim": 1,
                "authvalue": '<settings><setting name="x-connector-secret" value="a-secret-for-hooks" /></settings>',
            },
        ),
        (
            "sdkmessageprocessingsteps",
            {
                "name": "Lead Connector: Create of lead", "mode": 1, "stage": 40, "rank": 1, "supporteddeployment": 0,
                "asyncautodelete": True,
                "sdkmessageid@odata.bind": f"/sdkmessages({MESSAGE})",
                "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({FILTER})",
                "eventhandler_serviceendpoint@odata.bind": f"/serviceendpoints({ENDPOINT})",
            },
        ),
    ]  # fmt: skip
    assert authentication(Sign.KEY, "plain") == "plain"


@pytest.mark.parametrize("answer", [LOST, DONE])
def test_an_id_that_was_not_told_is_looked_for(session: DataverseSession, empty: Script, answer: Answer) -> None:
    """Whether the answer was lost or has no header; nothing is created twice."""
    empty.on("GET", "serviceendpoints", {"value": []}, {"value": [{"serviceendpointid": ENDPOINT}]})
    empty.on("POST", "serviceendpoints", answer)
    empty.on("POST", "sdkmessageprocessingsteps", made("sdkmessageprocessingsteps", STEP))
    assert carry_out(session, PLAN, FILTERS, "s" * 16).failure is None
    assert [where for where, _ in posted(empty)] == ["serviceendpoints", "sdkmessageprocessingsteps"]


@pytest.mark.parametrize(("answer", "said"), [(LOST, "503"), (DONE, "does not show it")])
def test_what_is_not_there_after_all_is_a_failure(
    session: DataverseSession, empty: Script, answer: Answer, said: str
) -> None:
    """Lost on the way there, or accepted and not shown: told, and nothing more is begun."""
    empty.on("POST", "serviceendpoints", answer)
    done = carry_out(session, PLAN, FILTERS, "s" * 16)
    assert done.failure is not None
    assert said in done.failure.message
    assert len(posted(empty)) == 1


def test_what_cannot_be_taken_back_stays_for_the_next_run(session: DataverseSession, empty: Script) -> None:
    """The failure that is told is the first one, with the role that helps."""
    empty.on("POST", "serviceendpoints", made("serviceendpoints", ENDPOINT))
    empty.on("POST", "sdkmessageprocessingsteps", refuse(403, "0x80040220", "no privilege"))
    empty.on("DELETE", "serviceendpoints", refuse(403, "0x80040220", "no privilege"))
    done = carry_out(session, PLAN, FILTERS, "s" * 16)
    assert done.failure is not None
    assert "Create of lead" in done.failure.message
    assert "System Customizer" in done.failure.remedy
    assert removed(empty) == [f"serviceendpoints({ENDPOINT})"]


def old(state: State = State.STALE) -> HookPlan:
    """A plan that replaces a step of an endpoint that stays."""
    step = Step(STEP, "Lead Connector: Create of lead", "lead", "Create", (), 0, 40, 0)
    endpoint = Endpoint(ENDPOINT, "Lead Connector", URL, 5, 8)
    return HookPlan("Lead Connector", URL, Sign.HEADER, (PlannedStep("Create of lead", state, CREATE, step),), endpoint)


def test_the_old_is_removed_once_the_new_is_there(session: DataverseSession, empty: Script) -> None:
    """What is gone already is as good; a removal that fails is told, with what was created."""
    empty.on("POST", "sdkmessageprocessingsteps", made("sdkmessageprocessingsteps", STEP[:-1] + "2"))
    empty.on("DELETE", STEP, refuse(404, "0x80040217"), refuse(403, "0x80040220", "no"))
    assert carry_out(session, old(), FILTERS, "s" * 16).removed == ["Lead Connector: Create of lead"]
    assert [request.method for request in empty.sent][-2:] == ["POST", "DELETE"]
    done = carry_out(session, old(), FILTERS, "s" * 16)
    assert (done.created, done.failure is not None) == (["Create of lead"], True)


def test_messages_that_an_environment_lacks_have_no_ids(session: DataverseSession, script: Script) -> None:
    """Unknown message, or a message that the table does not take."""
    script.on("GET", "sdkmessages?", {"value": []}, {"value": [{"sdkmessageid": MESSAGE}]})
    script.on("GET", "sdkmessagefilters?", {"value": []})
    assert read_filters(session, ["lead"], ["Merge", "Create"]).ids == {}


def test_a_row_without_an_id_is_no_web_api(session: DataverseSession, script: Script) -> None:
    """Told as such."""
    script.on("GET", "serviceendpoints", {"value": [{"name": "Lead Connector"}]})
    with pytest.raises(OutsideError, match="without serviceendpointid"):
        read_registered(session, "Lead Connector", FILTERS)


def test_privileges_that_are_not_told_stand_in_nobody_s_way(session: DataverseSession, script: Script) -> None:
    """Neither who we are nor what we may: the attempt will tell."""
    script.on("GET", "WhoAmI", {}, {"UserId": ENDPOINT})
    assert missing_privileges(session, ["prvCreateServiceEndpoint"]) == []
    script.on("GET", "RetrieveUserPrivilegeByPrivilegeName", refuse(404))
    script.on("GET", "RetrieveUserPrivileges()", {"RolePrivileges": [{"Depth": "Global"}]})
    assert missing_privileges(session, ["prvCreateServiceEndpoint"]) == []
    script.on("GET", "RetrieveUserPrivilegeByPrivilegeName", {"RolePrivileges": []})
    assert missing_privileges(session, ["prvCreateServiceEndpoint"]) == ["prvCreateServiceEndpoint"]


# --- judgement ------------------------------------------------------------------------------------------------------


def test_what_we_write_and_what_is_computed_is_not_looked_at() -> None:
    """A full name is looked at by its parts, a lookup by its own name; columns that are not there are left out."""
    needs = ColumnNeeds(frozenset({"fullname", "jobtitle", "lc_fit", "gone"}), frozenset({"name", "gone"}))
    known = {"fullname", "jobtitle", "lc_fit", "statecode", "_parentaccountid_value", "name"}
    guards = ("statecode", "_parentaccountid_value", "msdyn_gdproptout")
    assert lead_columns(needs, guards, {"lc_fit"}, known) == (
        "firstname", "jobtitle", "lastname", "parentaccountid", "statecode",
    )  # fmt: skip
    assert account_columns(needs, known) == ("name",)


def test_an_endpoint_of_another_kind_is_replaced() -> None:
    """A queue of the same name; of two fitting ones the second goes."""
    queue = Endpoint(ENDPOINT, "Lead Connector", URL, 5, 2)
    good, twin = (Endpoint(f"{ENDPOINT[:-1]}{n}", "Lead Connector", f"{URL}/", 5, 8) for n in (2, 3))
    plan = draw(Registered((queue,)), [CREATE], name="Lead Connector", url=URL, sign=Sign.HEADER)
    assert (plan.stale, plan.makes_endpoint, plan.gone) == ("it is no webhook", True, (queue,))
    plan = draw(Registered((good, twin)), [], name="Lead Connector", url=URL, sign=Sign.HEADER)
    assert (plan.endpoint, plan.gone, plan.stale, plan.is_done) == (good, (twin,), "", False)
