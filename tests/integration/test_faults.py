"""Every way in which the outside world fails, in the middle of a run that has something to write and to announce.

A fault that passes is waited out: the run itself completes. One that lasts ends the run with a message that says what
is wrong and what to do; what it could not do, the next run does: every score is written, every card sent once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.dataverse.http.retry import RetryPolicy
from connector.errors import ConnectorError, DocumentError
from connector.pipeline.ports import RunStatus
from connector.pipeline.publishing import read_documents
from connector.sandbox import Sandbox, start_sandbox
from connector.sandbox.dataverse.schema import Column, Kind
from connector.sandbox.dataverse.tables.lead import lead
from connector.settings import load_settings
from tests.integration.conftest import DOCUMENTS
from tests.integration.test_main_job import asks_for_demo, cold_leads, sync

QUICK = RetryPolicy(attempts=6, first_s=0.005, longest_s=0.01, budget_s=30)
NETWORK = "Check the network"
MARKS = (823270000, 823270001, 823270002)
TELLING = (
    "address1_country", "budgetstatus", "companyname", "decisionmaker", "emailaddress1", "firstname", "followemail",
    "industrycode", "jobtitle", "lastname", "leadsourcecode", "need", "purchasetimeframe", "subject",
)  # fmt: skip
STATUS_REASON = next(column for column in lead().columns.values() if column.name == "statuscode")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """An environment that answers in several pages."""
    with start_sandbox(leads=45, closed=3, accounts=12, page_size=20) as started:
        yield started
        assert started.calls.crashes == []


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """A service with the sample documents live, which does not wait long."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_TEAMS_RATE": "50/s"}
    with Service(load_settings(environ, need_dataverse=True), retry=QUICK) as opened:
        opened.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
        yield opened


@dataclass(frozen=True)
class Fault:
    """A fault: `turn` breaks something; `mend` mends what `faults.clear` does not; `said` is in the message.

    `loses_values`: what was written is gone, so that a full run has to write it again.
    """

    name: str
    turn: Callable[[Sandbox], object]
    said: str = ""
    mend: Callable[[Sandbox], object] = field(default=lambda _: None)
    loses_values: bool = False

    def __str__(self) -> str:
        """The name of the test."""
        return self.name


def is_write(request: Any) -> bool:
    """Whether a request writes to leads, alone or in a batch."""
    return bool(request.method == "PATCH" or (request.method == "POST" and "$batch" in request.path))


def is_rows(request: Any) -> bool:
    """Whether a request reads leads."""
    return bool(request.method == "GET" and request.path.endswith("/leads"))


def knob(name: str, *values: Any, **which: Any) -> Callable[[Sandbox], object]:
    """A knob of the sandbox."""
    return lambda sandbox: getattr(sandbox.faults, name)(*values, **which)


PASSING = [
    Fault("the connection is reset in the middle of a page", knob("reset", when=is_rows)),
    Fault("the connection is reset in the middle of a write's answer", knob("reset", when=is_write)),
    Fault("a page breaks off", knob("truncated", when=is_rows)),
    Fault("a page is half a document", knob("cut_json", when=is_rows)),
    Fault("a write's answer is half a document", knob("cut_json", when=is_write)),
    Fault("a page comes in drips", knob("drip", 0.01, when=is_rows)),
    Fault("nobody answers a write", knob("no_answer", when=is_write)),
    Fault("a storm of 503 and 504 over reads", knob("storm", (503, 504), length=4, when=is_rows)),
    Fault("a storm of 503 and 504 over everything", knob("storm", (503, 504), length=4)),
    Fault("a storm of 502 over writes", knob("storm", (502,), length=4, when=is_write)),
    Fault("a storm of 429 over reads", knob("storm", (429,), length=3, retry_after=0.1, when=is_rows)),
    Fault("a storm of 429 over writes", knob("storm", (429,), length=5, retry_after=0.1, when=is_write)),
    Fault("writes are done and answered with 504", knob("status", 504, times=2, handled=True, when=is_write)),
    Fault("the token is over in the middle of the reads", knob("expired_access_token", after=2)),
    Fault("the token is over in the middle of the writes", knob("expired_access_token", when=is_write)),
    Fault("the delta token has expired", knob("expired_delta_token", when=is_rows)),
    Fault("the delta token has expired, as 410", knob("expired_delta_token", when=is_rows, status=410)),
    Fault("the last page has no delta link", knob("no_delta_link", when=is_rows)),
]

LASTING = [
    Fault("every page is reset", knob("reset", times=None, when=is_rows), NETWORK),
    Fault("every write's answer is reset", knob("reset", times=None, when=is_write), NETWORK),
    Fault("every page breaks off", knob("truncated", times=None, when=is_rows), NETWORK),
    Fault("every page is half a document", knob("cut_json", times=None, when=is_rows), "damaged"),
    Fault("nobody answers writes", knob("no_answer", times=None, when=is_write), NETWORK),
    Fault("nobody answers", knob("no_answer", times=None), NETWORK),
    Fault("a sign-in page stands in the way", knob("html", times=None), "web page.*CONNECTOR_DATAVERSE_URL"),
    Fault(
        "a proxy's page stands in the way of writes", knob("html", times=None, when=is_write), "web page|not Dataverse"
    ),
    Fault("503 without end", knob("status", 503, times=None), "HTTP 503.*Try again later"),
    Fault("504 without end over reads", knob("status", 504, times=None, when=is_rows), "HTTP 504"),
    Fault("every token is refused", knob("expired_access_token", times=None), "HTTP 401.*machine's clock"),
    Fault(
        "no token is given",
        lambda sandbox: (
            sandbox.faults.expired_access_token(times=None),
            sandbox.faults.html(times=None, service="entra"),
        ),
        "Check CONNECTOR_AUTHORITY",
    ),
    Fault(
        "the sign-in service is down",
        lambda sandbox: (sandbox.faults.expired_access_token(times=None), sandbox.faults.token_endpoint_down()),
        "HTTP 503 while signing in.*Try again later",
    ),
    Fault("links lead to another host", knob("foreign_next_link", times=None), "leads away.*not followed"),
    Fault("a page leads back to itself", knob("next_link_cycle"), "circle"),
    Fault("a page has the rows of the one before", knob("repeated_page", times=None), "circle"),
    Fault(
        "a column was removed",
        lambda sandbox: sandbox.data.remove_column("lead", "lc_engagement"),
        "no column 'lc_engagement'.*connector provision columns",
        lambda sandbox: sandbox.data.add_column("lead", Column("lc_engagement", Kind.INTEGER)),
        loses_values=True,
    ),
    Fault(
        "the right to read leads was taken away",
        lambda sandbox: sandbox.dataverse.access.revoke("prvReadLead"),
        "organization-level Read",
        lambda sandbox: sandbox.dataverse.access.grant("prvReadLead"),
    ),
    Fault(
        "the application user was disabled",
        knob("status", 403, times=None, code="0x80072560"),
        "Application users",
    ),
]


def prepare(service: Service, sandbox: Sandbox) -> list[str]:
    """A baseline, then two leads that are to become hot; pages of changes are read too."""
    sync(service)
    leads = cold_leads(service, sandbox, "GB", 2)
    asks_for_demo(service, *leads)
    for row in sandbox.leads():
        if row["statecode"] == 0:
            sandbox.update_lead(row["leadid"], {"telephone1": "+44 20 7946 0001"})
    return leads


def check_all_is_done(service: Service, sandbox: Sandbox, leads: list[str]) -> None:
    """Every lead has the score that the store has, nothing is planned or due, each crossing was announced once."""
    for row in sandbox.leads():
        for score in service.lead_scores(row["leadid"]):
            if score["model"] == "engagement" and row["statecode"] == 0:
                assert row["lc_engagement"] == score["score"]
    assert service.store.planned() == []
    assert service.store.count_due() == 0
    for lead_id in leads:
        assert sandbox.lead(lead_id)["lc_engagement"] >= 60
        crossed = [card for card in sandbox.teams.cards if lead_id in str(card.body) and "crossed" in str(card.body)]
        assert len(crossed) == 1
    assert {delivery["status"] for delivery in service.store.deliveries()} <= {"delivered"}


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_a_fault_that_passes_is_waited_out(service: Service, sandbox: Sandbox, fault: Fault) -> None:
    """The run that meets it completes; the one after it finds nothing left to write."""
    leads = prepare(service, sandbox)
    fault.turn(sandbox)
    report = sync(service)
    assert service.store.run(report.run_id).status is RunStatus.SUCCEEDED
    check_all_is_done(service, sandbox, leads)
    assert sync(service).writes.applied == 0


@pytest.mark.parametrize("fault", LASTING, ids=str)
def test_a_fault_that_lasts_ends_the_run_and_loses_nothing(service: Service, sandbox: Sandbox, fault: Fault) -> None:
    """The run fails with what is wrong and what to do, and is recorded so; mended, the next one completes it all."""
    leads = prepare(service, sandbox)
    fault.turn(sandbox)
    with pytest.raises(ConnectorError, match=f"(?s){fault.said}") as caught:
        service.sync(by="test", full="page" in fault.name or "links" in fault.name)
    assert caught.value.remedy or (isinstance(caught.value, DocumentError) and caught.value.faults)
    failed = service.store.runs(1)[0]
    assert (failed.status, failed.error) == (RunStatus.FAILED, str(caught.value))
    assert not [card for card in sandbox.teams.cards if "crossed" in str(card.body)]
    sandbox.faults.clear()
    fault.mend(sandbox)
    service.sync(by="test", full=fault.loses_values)
    check_all_is_done(service, sandbox, leads)
    assert sync(service).writes.applied == 0


def test_an_option_that_is_gone_is_named_and_its_mark_is_set_when_it_is_back(
    service: Service, sandbox: Sandbox
) -> None:
    """A lead that is to be marked stops the run with what is missing; with the option back it is written and marked."""
    row = sandbox.lead(sync(service).marked[0].lead_id)
    twin = {column: row[column] for column in TELLING if row[column] is not None}
    account = row["_parentaccountid_value"]
    twin |= {"parentaccountid@odata.bind": f"/accounts({account})"} if account else {}
    for value in MARKS:
        sandbox.data.remove_option("lead", "statuscode", value)
    ready = sandbox.add_lead(twin)
    with pytest.raises(DocumentError, match=r"has none of the labels 'Marketing Qualified'.*Add the option"):
        sync(service)
    assert sandbox.lead(ready)["statuscode"] == 1
    sandbox.data.add_column("lead", STATUS_REASON)
    report = sync(service)
    assert [decision.lead_id for decision in report.marked] == [ready]
    assert sandbox.lead(ready)["statuscode"] in MARKS
    check_all_is_done(service, sandbox, [])


def test_a_right_to_write_that_was_lost_is_counted_and_made_good(service: Service, sandbox: Sandbox) -> None:
    """The run goes on and names the right; once the role has it again, the next run writes and announces."""
    leads = prepare(service, sandbox)
    sandbox.dataverse.access.revoke("prvWriteLead")
    report = sync(service)
    (warned,) = [one for one in report.warnings() if one.code == "write-rejected"]
    assert "prvWriteLead" in warned.message
    assert "Write on Lead" in warned.message
    assert warned.count == len(leads)
    assert sandbox.teams.cards == []
    sandbox.dataverse.access.grant("prvWriteLead")
    sync(service)
    check_all_is_done(service, sandbox, leads)


@pytest.mark.parametrize(("off_s", "way"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_clock_that_is_an_hour_off_is_told_and_nothing_is_lost(
    service: Service, sandbox: Sandbox, off_s: int, way: str
) -> None:
    """The run completes, and warns by how many seconds this machine is off and what to do; set right, it is silent."""
    leads = prepare(service, sandbox)
    off = sandbox.faults.clock_off(off_s)
    report = sync(service)
    (warned,) = [one for one in report.warnings() if one.code == "clock-skew"]
    assert 3590 <= warned.count <= 3610
    assert f"this machine's clock {way} Dataverse's" in warned.message
    assert "Set the clock" in warned.message
    check_all_is_done(service, sandbox, leads)
    off.clear()
    assert "clock-skew" not in {one.code for one in sync(service).warnings()}


def test_a_clock_that_is_an_hour_off_waits_as_long_as_told(service: Service, sandbox: Sandbox) -> None:
    """A wish to wait until a date is counted from the server's own time."""
    leads = prepare(service, sandbox)
    sandbox.faults.clock_off(-3600)
    sandbox.faults.status(429, times=2, retry_after=1, when=is_rows)
    sync(service)
    check_all_is_done(service, sandbox, leads)


def test_most_of_the_days_requests_used_is_a_warning(sandbox: Sandbox, tmp_path: Path) -> None:
    """Every request of every run of the day counts, as the server counts them; runs say when it is much."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_DAILY_REQUESTS": "30"}
    for number in range(2):
        with Service(load_settings(environ, need_dataverse=True), retry=QUICK) as service:
            if number == 0:
                service.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
            report = sync(service)
            (warned,) = [one for one in report.warnings() if one.code == "daily-requests"]
            assert warned.count == sandbox.dataverse.protection.operations
            assert "CONNECTOR_DAILY_REQUESTS (30)" in warned.message
            check = next(check for check in service.doctor() if check.name == "requests today")
            assert check.status == "warning"
            assert check.detail.startswith(f"{sandbox.dataverse.protection.operations} of 30")


def test_a_whole_run_within_the_real_limits_meets_no_refusal(service: Service, sandbox: Sandbox) -> None:
    """First pull, writes and a second run, with service protection enforced as Dataverse does: no 429 at all."""
    sandbox.dataverse.protection.enforce()
    leads = prepare(service, sandbox)
    sync(service)
    check_all_is_done(service, sandbox, leads)
    assert not sandbox.dataverse.protection.refusals


def test_a_run_finds_out_lower_limits_and_completes(service: Service, sandbox: Sandbox) -> None:
    """An environment that takes two at once and advises fifty: refusals are waited out, no request is lost."""
    leads = prepare(service, sandbox)
    protection = sandbox.dataverse.protection
    protection.enforce(requests=None, execution_s=None, parallel=2)
    protection.penalty_s = 0.0
    sync(service)
    check_all_is_done(service, sandbox, leads)


def test_writes_carry_what_the_settings_say(sandbox: Sandbox, tmp_path: Path) -> None:
    """The tag stands in every write and in no read."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_WRITE_TAG": "ours"}
    with Service(load_settings(environ, need_dataverse=True), retry=QUICK) as service:
        service.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
        assert sync(service).writes.applied > 0
    calls = sandbox.calls.matching(service="dataverse")
    assert all("tag=ours" in call.query for call in calls if call.method == "PATCH")
    assert not any("tag=" in call.query for call in calls if call.method == "GET")
