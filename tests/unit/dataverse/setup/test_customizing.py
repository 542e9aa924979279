"""Columns are created once whatever happens to the answer, checked, and published."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.customizing import Provisioned, carry_out, create_column, definition, publish
from connector.dataverse.setup.provisioning import Obstacle, Plan, Planned, Solution, State, Wanted
from connector.errors import OutsideError
from connector.pipeline.targets import Use
from tests.unit.dataverse import org
from tests.unit.dataverse.support import Answer, FakeTime, Script, refuse

FIT = Wanted("lc_fit", Use.SCORE, ("icp-fit",))
GRADE = Wanted("lc_fitgrade", Use.GRADE, ("icp-fit",), length=64)
SCORED_ON = Wanted("lc_scoredon", Use.SCORED_ON, ("icp-fit", "intent"))
READY = Wanted("lc_ready", Use.SALES_READY, ("sales-ready",))
SOLUTION = Solution("Scores", "Lead scores", "lc")
DONE: Answer = (204, {}, "")
CREATE = "EntityDefinitions(LogicalName='lead')/Attributes"
LOOK = "Attributes(LogicalName='lc_"
TAKEN = refuse(400, "0x80047013", "An attribute with the specified name lc_fit already exists")
LOST: Answer = (503, {}, "")


def plan(*wanted: Wanted, **more: Any) -> Plan:
    """A plan to create these."""
    return Plan(tuple(Planned(each, State.MISSING) for each in wanted), SOLUTION, **more)


def sent(script: Script, method: str = "POST") -> list[tuple[str, Any]]:
    """What was posted: the end of the address, and the body."""
    return [
        ((request.url or "").rpartition("/")[2], json.loads(request.body or "null"))
        for request in script.sent
        if request.method == method
    ]


@pytest.fixture
def willing(script: Script) -> Script:
    """An org that creates, shows and publishes whatever it is asked to."""
    script.on("POST", CREATE, DONE)
    script.on("POST", "PublishXml", DONE)
    script.on("GET", LOOK, {"LogicalName": "lc_x"})
    return script


def create(session: DataverseSession, time: FakeTime, wanted: Wanted = FIT) -> None:
    """Create one column."""
    create_column(session, wanted, solution="Scores", language=1033, wait=time.sleep)


def test_columns_are_created_in_the_solution_and_published(
    session: DataverseSession, willing: Script, time: FakeTime
) -> None:
    """One POST a column with the solution's name and strong consistency, one look each, one publication."""
    done = carry_out(session, plan(FIT, GRADE), wait=time.sleep)
    assert done == Provisioned(("lc_fit", "lc_fitgrade"), published=True)
    assert [end for end, _ in sent(willing)] == ["Attributes", "Attributes", "PublishXml"]
    posts = [request for request in willing.sent if request.method == "POST"]
    assert [request.headers.get("MSCRM.SolutionUniqueName") for request in posts] == ["Scores", "Scores", None]
    looks = [request for request in willing.sent if request.method == "GET"]
    assert [request.headers["Consistency"] for request in looks] == ["Strong", "Strong"]
    assert sent(willing)[-1][1] == {
        "ParameterXml": "<importexportxml><entities><entity>lead</entity></entities></importexportxml>"
    }
    assert time.slept == []


def test_nothing_missing_is_nothing_done(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """No request is made."""
    assert carry_out(session, Plan((Planned(FIT, State.PRESENT),)), wait=time.sleep) == Provisioned()
    assert script.sent == []


@pytest.mark.parametrize("bad", [plan(FIT, obstacles=(Obstacle("x", "y"),)), Plan((Planned(FIT, State.MISSING),))])
def test_a_plan_with_obstacles_is_not_carried_out(
    session: DataverseSession, script: Script, time: FakeTime, bad: Plan
) -> None:
    """That is the caller's mistake."""
    with pytest.raises(ValueError, match="obstacles"):
        carry_out(session, bad, wait=time.sleep)
    assert script.sent == []


@pytest.mark.parametrize("lost", [LOST, requests.exceptions.ReadTimeout(), requests.exceptions.ConnectionError()])
def test_a_lost_answer_is_followed_by_a_look(
    session: DataverseSession, willing: Script, time: FakeTime, lost: Any
) -> None:
    """Where the column is there, late as it may be, it is not created again."""
    willing.on("POST", CREATE, lost if isinstance(lost, tuple) else raising(lost))
    willing.on("GET", LOOK, refuse(404, "0x80040217"), refuse(404, "0x80040217"), {"LogicalName": "lc_fit"})
    org.describe(willing)
    create(session, time)
    assert len(sent(willing)) == 1
    assert time.slept == [0.4, 0.8]


def raising(error: Exception) -> Any:
    """A body that makes `responses` raise."""
    return (0, {}, error)


def test_a_lost_request_is_made_again(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Where the column is not there after many looks, the creation was lost too."""
    absent = [refuse(404, "0x80040217")] * 6
    willing.on("POST", CREATE, LOST, DONE)
    willing.on("GET", LOOK, *absent, {"LogicalName": "lc_fit"})
    create(session, time)
    assert len(sent(willing)) == 2


def test_a_repeat_that_finds_its_own_column_is_content(
    session: DataverseSession, willing: Script, time: FakeTime
) -> None:
    """The first request was slow, not lost: the second is refused as taken, and the column is there."""
    absent = [refuse(404, "0x80040217")] * 6
    willing.on("POST", CREATE, LOST, TAKEN)
    willing.on("GET", LOOK, *absent, {"LogicalName": "lc_fit"})
    org.describe(willing)
    create(session, time)
    assert len(sent(willing)) == 2


def test_it_is_not_tried_for_ever(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """After four tries without an answer and without a column the fault is told."""
    willing.on("POST", CREATE, LOST)
    willing.on("GET", LOOK, refuse(404, "0x80040217"))
    with pytest.raises(OutsideError, match="503"):
        create(session, time)
    assert len(sent(willing)) == 4


@pytest.mark.parametrize("busy", [refuse(429, "0x80072322", **{"Retry-After": "7"}), refuse(429, "0x80071151")])
def test_a_busy_environment_is_waited_for(
    session: DataverseSession, willing: Script, time: FakeTime, busy: Any
) -> None:
    """A limit, or another change of metadata under way: nothing was done, one look is enough, then again."""
    willing.on("POST", CREATE, busy, DONE)
    willing.on("GET", LOOK, refuse(404, "0x80040217"), {"LogicalName": "lc_fit"})
    create(session, time)
    assert len(sent(willing)) == 2
    assert time.slept[0] in {7.0, 10.0}


def test_a_wait_that_is_too_long_is_told(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Nobody sits before a command for an hour."""
    willing.on("POST", CREATE, refuse(429, "0x80072322", **{"Retry-After": "3600"}))
    with pytest.raises(OutsideError):
        create(session, time)
    assert (len(sent(willing)), time.slept) == (1, [])


def test_a_refusal_is_told_in_the_servers_words(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """A definition holds no data of people, so that the answer may be quoted; nothing is tried again."""
    willing.on("POST", CREATE, refuse(400, "0x80040203", "The language code 1031 is not a valid language"))
    with pytest.raises(OutsideError, match="language code 1031"):
        create(session, time)
    assert len(willing.sent) == 1


def test_a_taken_name_that_nobody_shows_is_told(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Hidden remains of a deleted column: trying again does not help now."""
    willing.on("POST", CREATE, TAKEN)
    willing.on("GET", LOOK, refuse(404, "0x80040217"))
    with pytest.raises(OutsideError, match="already exists"):
        create(session, time)
    assert len(sent(willing)) == 1


def test_a_column_of_another_type_in_between_is_told(
    session: DataverseSession, willing: Script, time: FakeTime
) -> None:
    """Somebody else created it meanwhile, as text: it is no score column."""
    willing.on("POST", CREATE, TAKEN)
    org.describe(willing)
    text = [*org.LEAD_COLUMNS, org.attribute("lc_fit", "String")]
    willing.on("GET", f"{CREATE}?", {"value": text})
    with pytest.raises(OutsideError, match="exists as text"):
        create(session, time)


def test_a_column_that_never_shows_is_told(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """It was accepted: the next run will see it and not create it twice."""
    willing.on("GET", LOOK, refuse(404, "0x80040217"))
    with pytest.raises(OutsideError, match="does not show it") as caught:
        create(session, time)
    assert "not created twice" in caught.value.remedy
    assert time.slept == [0.4, 0.8, 1.6, 3.2, 6.4]


def test_a_look_that_fails_is_told(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Only a 404 says that a column is not there."""
    willing.on("GET", LOOK, refuse(403, "0x80040220"))
    with pytest.raises(OutsideError, match="looking for the lead column lc_fit"):
        create(session, time)


def test_a_missing_privilege_stops_and_what_is_there_is_published(
    session: DataverseSession, willing: Script, time: FakeTime
) -> None:
    """The columns created before are usable; the remedy names the role."""
    willing.on("POST", CREATE, DONE, refuse(403, "0x80040220"))
    done = carry_out(session, plan(FIT, GRADE, SCORED_ON), wait=time.sleep)
    assert (done.created, done.published) == (("lc_fit",), True)
    assert done.failure is not None
    assert "lc_fitgrade" in done.failure.message
    assert "System Customizer" in done.failure.remedy
    assert [end for end, _ in sent(willing)] == ["Attributes", "Attributes", "PublishXml"]


def test_a_failure_at_once_publishes_nothing(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Nothing was created."""
    willing.on("POST", CREATE, refuse(400, "0x80040203"))
    done = carry_out(session, plan(FIT), wait=time.sleep)
    assert (done.created, done.published, done.failure is not None) == ((), False, True)
    assert [end for end, _ in sent(willing)] == ["Attributes"]


def test_a_publication_that_fails_is_told(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """The columns are there all the same, and what to do is said."""
    willing.on("POST", "PublishXml", refuse(403, "0x80040220"))
    done = carry_out(session, plan(FIT), wait=time.sleep)
    assert (done.created, done.published) == (("lc_fit",), False)
    assert done.failure is not None
    assert "could not be published" in done.failure.message
    assert "Publish all customizations" in done.failure.remedy


def test_publication_is_tried_again(session: DataverseSession, willing: Script, time: FakeTime) -> None:
    """Publishing twice does no harm; four times is enough."""
    willing.on("POST", "PublishXml", refuse(429, "0x80071151"), LOST, DONE)
    publish(session, wait=time.sleep)
    assert len(sent(willing)) == 3
    willing.on("POST", "PublishXml", LOST)
    with pytest.raises(OutsideError):
        publish(session, wait=time.sleep)
    assert len(sent(willing)) == 7


def test_definitions() -> None:
    """Types with their bounds as the Web API takes them, labels in the language that is asked for."""
    score, grade = definition(FIT, 1031), definition(GRADE, 1033)
    moment, ready = definition(SCORED_ON, 1033), definition(READY, 1036)
    assert score["@odata.type"] == "Microsoft.Dynamics.CRM.IntegerAttributeMetadata"
    assert (score["MinValue"], score["MaxValue"]) == (-(2**31), 2**31 - 1)
    assert score["SchemaName"] == "lc_fit"
    (label,) = score["DisplayName"]["LocalizedLabels"]
    assert (label["Label"], label["LanguageCode"]) == ("Icp fit score", 1031)
    assert score["RequiredLevel"]["Value"] == "None"
    assert "icp-fit" in score["Description"]["LocalizedLabels"][0]["Label"]
    assert (grade["AttributeType"], grade["MaxLength"]) == ("String", 64)
    assert moment["DateTimeBehavior"] == {"Value": "UserLocal"}
    assert ready["OptionSet"]["TrueOption"]["Label"]["LocalizedLabels"][0]["LanguageCode"] == 1036
