"""The doctor: every finding is a line with what to do, and one fault does not hide another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.doctor import Check, CheckStatus, Expectations, examine
from connector.errors import SignInError
from connector.pipeline.values import ColumnNeeds
from tests.unit.dataverse import org
from tests.unit.dataverse.support import ORG, Answer, FakeTime, FakeTokens, Script, refuse

USER = "44444444-0000-0000-0000-000000000001"
PRIVILEGE = "prvWriteLead"
ALL_PRIVILEGES = "RetrieveUserPrivileges()"
EXPECTED = Expectations(
    ColumnNeeds(frozenset({"jobtitle"}), frozenset({"name"})),
    writes=frozenset({"lc_engagement"}),
    status_reasons=[["Marketing Qualified"]],
    sales_ready=True,
)


@pytest.fixture
def healthy(script: Script) -> Script:
    """An org that lacks nothing."""
    script.on("GET", "EntityDefinitions(LogicalName='ms", {"LogicalName": "x"})
    org.describe(script)
    script.on("GET", "WhoAmI", {"UserId": USER, "OrganizationId": "o-1"})
    for table in ("leads", "accounts", "contacts"):
        script.on("GET", f"{table}?", {"value": []})
    script.on("GET", ALL_PRIVILEGES, refuse(404, "0x8006088a"))
    script.on("GET", PRIVILEGE, {"RolePrivileges": [{"Depth": "Global"}]})
    return script


def run(session: DataverseSession, time: FakeTime) -> dict[str, Check]:
    """Every check by name."""
    return {check.name: check for check in examine(session, EXPECTED, clock=time.clock)}


def test_a_healthy_environment_is_all_ok(session: DataverseSession, healthy: Script, time: FakeTime) -> None:
    """Every line ok, and only reads were made."""
    checks = run(session, time)
    assert {check.status for check in checks.values()} == {CheckStatus.OK}
    assert len(checks) == 21
    assert {request.method for request in healthy.sent} == {"GET"}
    assert USER in checks["who am I"].detail


@pytest.mark.parametrize("answer", [refuse(400, "0x80072491"), refuse(400, ""), refuse(501, "")])
def test_tracking_that_is_refused_is_told_and_no_failure(
    session: DataverseSession, healthy: Script, time: FakeTime, answer: Answer
) -> None:
    """A run then reads by time, so that the doctor does not say that it cannot."""
    healthy.on("GET", "leads?", answer, {"value": []})
    check = run(session, time)["lead read"]
    assert check.status is CheckStatus.WARNING
    assert "changes are read by time" in check.detail


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (None, "no list"),
        ([7], "no list"),
        ([{"leadid": org.LEAD_1}], "etag"),
        ([{**org.lead(), "@odata.etag": "*"}], "etag"),
        ([{**org.lead(), "@odata.etag": 17}], "etag"),
    ],
)
def test_rows_that_a_run_would_stop_at_are_a_failure(
    session: DataverseSession, healthy: Script, time: FakeTime, rows: object, said: str
) -> None:
    """What is no list, and leads that no update could be guarded for."""
    healthy.on("GET", "leads?", {"value": rows})
    healthy.on("GET", "leads(", refuse(404, "0x80040217"))
    check = run(session, time)["lead read"]
    assert check.status is CheckStatus.FAILURE
    assert said in check.detail


def test_reading_is_proved_with_change_tracking(session: DataverseSession, healthy: Script, time: FakeTime) -> None:
    """One row of a change tracking read proves Read on the whole organization."""
    run(session, time)
    sent, *_ = [request for request in healthy.sent if "/leads?" in (request.url or "")]
    assert sent.headers["Prefer"] == "odata.track-changes,odata.maxpagesize=1"


def test_without_a_token_nothing_else_is_asked(time: FakeTime, healthy: Script) -> None:
    """The one line says what to do about the sign-in."""

    class Refused(FakeTokens):
        def token(self) -> str:
            raise SignInError("The secret is wrong.", remedy="Make a new one.")

    with DataverseSession(ORG, Refused()) as session:
        (check,) = run(session, time).values()
    assert (check.name, check.status, check.remedy) == ("sign-in", CheckStatus.FAILURE, "Make a new one.")
    assert healthy.sent == []


def test_a_missing_application_user_is_told(session: DataverseSession, healthy: Script, time: FakeTime) -> None:
    """And nothing else is asked for, since all would fail alike."""
    healthy.on("GET", "WhoAmI", refuse(403, "0x80072560"))
    checks = run(session, time)
    assert set(checks) == {"sign-in", "who am I"}
    assert checks["who am I"].status is CheckStatus.FAILURE
    assert "application user" in checks["who am I"].remedy


@pytest.mark.parametrize(
    ("part", "answer", "name", "status"),
    [
        ("leads?", refuse(403, "0x80040220"), "lead read", CheckStatus.FAILURE),
        ("accounts?", refuse(403, "0x80040220"), "account read", CheckStatus.WARNING),
        ("accounts?", refuse(400, "0x80040220"), "account read", CheckStatus.FAILURE),
        ("contacts?", refuse(403, "0x80040220"), "contact read", CheckStatus.WARNING),
        ("(LogicalName='lead')?$select", refuse(404, "0x80040217"), "lead table", CheckStatus.FAILURE),
        (PRIVILEGE, refuse(404, "0x8006088a"), "lead write", CheckStatus.WARNING),
        (PRIVILEGE, refuse(500), "lead write", CheckStatus.WARNING),
        (PRIVILEGE, (200, {}, '{"x": 1}'), "lead write", CheckStatus.WARNING),
        (PRIVILEGE, (200, {}, '{"RolePrivileges": []}'), "lead write", CheckStatus.FAILURE),
        (PRIVILEGE, (200, {}, '{"RolePrivileges": [{"Depth": "Local"}]}'), "lead write", CheckStatus.WARNING),
        ("LogicalName='msdyn_pred", refuse(403, "0x80040220"), "Sales predictive scoring", CheckStatus.WARNING),
    ],
)
def test_one_fault_does_not_hide_the_others(
    session: DataverseSession,
    healthy: Script,
    time: FakeTime,
    part: str,
    answer: Answer,
    name: str,
    status: CheckStatus,
) -> None:
    """The faulty line has its status and a remedy, and the last checks are still made."""
    healthy.on("GET", part, answer)
    checks = run(session, time)
    assert checks[name].status is status
    assert checks[name].remedy
    assert "Sales predictive scoring" in checks
    assert [check.name for check in checks.values() if check.status is not CheckStatus.OK] == [name]


@pytest.mark.parametrize(
    ("privileges", "status"),
    [
        ([{"PrivilegeName": "prvReadLead", "Depth": "Global"}], CheckStatus.FAILURE),
        ([{"PrivilegeName": "prvwritelead", "Depth": "Global"}], CheckStatus.OK),
        ([{"PrivilegeName": "prvWriteLead", "Depth": "Basic"}], CheckStatus.WARNING),
        ([{"PrivilegeId": "x", "Depth": "Global"}], CheckStatus.WARNING),
        ([], CheckStatus.WARNING),
    ],
)
def test_a_server_that_is_not_asked_by_name_is_asked_for_all_privileges(
    session: DataverseSession,
    healthy: Script,
    time: FakeTime,
    privileges: list[dict[str, str]],
    status: CheckStatus,
) -> None:
    """The one that counts is found by its name; where no names are told nothing is concluded."""
    healthy.on("GET", ALL_PRIVILEGES, {"RolePrivileges": privileges})
    healthy.on("GET", PRIVILEGE, refuse(404, "0x8006088a"))
    assert run(session, time)["lead write"].status is status


def test_without_change_tracking_reading_is_proved_in_part(
    session: DataverseSession, healthy: Script, time: FakeTime
) -> None:
    """A read of one row does not tell whether all can be read."""
    org.describe(healthy, account_tracks=False)
    check = run(session, time)["account read"]
    assert check.status is CheckStatus.WARNING
    assert "organization-level Read" in check.remedy


def test_absent_apps_are_no_fault(session: DataverseSession, healthy: Script, time: FakeTime) -> None:
    """They are optional."""
    healthy.on("GET", "EntityDefinitions(LogicalName='ms", refuse(404, "0x80040217"))
    assert run(session, time)["Customer Insights - Journeys"] == Check(
        "Customer Insights - Journeys", CheckStatus.OK, "not installed"
    )


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "within"), (1.5, "within"), (5, "300 s ahead of"), (-5, "300 s behind")]
)
def test_a_wrong_clock_is_a_warning(
    session: DataverseSession, healthy: Script, time: FakeTime, minutes: float, words: str
) -> None:
    """Compared with the server's Date, up to two minutes are fine."""
    time.now += timedelta(minutes=minutes)
    check = run(session, time)["clock"]
    assert words in check.detail
    assert (check.status is CheckStatus.OK) == (words == "within")


@pytest.mark.parametrize("body", ['{"UserId": "x"}', "{}"])
def test_an_environment_that_tells_little_is_told(
    session: DataverseSession, healthy: Script, time: FakeTime, body: str
) -> None:
    """Without the user's id or the server's time those checks are warnings."""
    healthy.on("GET", "WhoAmI", (200, {}, body))
    checks = run(session, time)
    assert checks["clock"].status is CheckStatus.WARNING
    assert checks["lead write"].status is CheckStatus.WARNING
    assert "unknown" in checks["who am I"].detail
