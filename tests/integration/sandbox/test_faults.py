"""Every knob that makes the sandbox misbehave, seen from a client."""

from __future__ import annotations

import http.client
import json
import time
from email.utils import parsedate_to_datetime

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.server import Sending

from .support import API, Client, client_of

BROKEN = (http.client.HTTPException, ConnectionError, OSError)


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
def test_status_for_the_next_requests(sandbox: Sandbox, client: Client, status: int) -> None:
    """A status comes as often as told, in Dataverse's shape, and the request has no effect."""
    fault = sandbox.faults.status(status, times=2)
    answers = [client.get("WhoAmI") for _ in range(3)]
    assert [answer.status for answer in answers] == [status, status, 200]
    assert answers[0].message
    assert answers[0].headers["x-ms-service-request-id"]
    assert fault.applied == 2


def test_retry_after_as_seconds_and_as_date(sandbox: Sandbox, client: Client) -> None:
    """Retry-After is a number of seconds, or a date that many seconds ahead."""
    sandbox.faults.status(429, retry_after=7)
    answer = client.get("WhoAmI")
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "0x80072322", "7")
    sandbox.faults.status(503, retry_after=30, as_date=True)
    asked, answer, heard = time.time(), client.get("WhoAmI"), time.time()
    assert asked + 29 < parsedate_to_datetime(answer.headers["Retry-After"]).timestamp() <= heard + 30


def test_faults_pick_their_requests(sandbox: Sandbox, client: Client) -> None:
    """A fault hits only requests that fit: by a part of the address, by method, by predicate; until cleared."""
    by_path = sandbox.faults.status(500, times=None, when="/accounts")
    by_method = sandbox.faults.status(503, times=None, method="PATCH")
    by_rule = sandbox.faults.status(502, when=lambda request: "x-odd" in request.headers)
    lead_id = sandbox.leads()[0]["leadid"]
    assert client.get("leads", top="1").status == 200
    assert client.get("accounts", top="1").status == 500
    assert client.patch(lead_id, {"lc_fit": 1}).status == 503
    assert client.get_with({"X-Odd": "yes"}, "leads", top="1").status == 502
    by_path.clear()
    assert client.get("accounts", top="1").status == 200
    sandbox.faults.clear()
    assert client.patch(lead_id, {"lc_fit": 1}).status == 204
    assert (by_path.applied, by_method.applied, by_rule.applied) == (1, 1, 1)


def test_an_answer_can_get_lost_after_the_write(sandbox: Sandbox, client: Client) -> None:
    """With `handled` the write takes effect and only its answer is an error."""
    lead_id = sandbox.leads()[0]["leadid"]
    sandbox.faults.status(504, handled=True)
    assert client.patch(lead_id, {"lc_fit": 42}).status == 504
    assert sandbox.lead(lead_id)["lc_fit"] == 42


def test_html_instead_of_json(sandbox: Sandbox, client: Client) -> None:
    """A page of HTML comes with its content type, as 200 or with a status."""
    sandbox.faults.html()
    sandbox.faults.html(status=502)
    first, second = client.get("leads", top="1"), client.get("leads", top="1")
    assert first.status == 200
    assert first.headers["Content-Type"].startswith("text/html")
    assert first.body.startswith(b"<!DOCTYPE html>")
    assert second.status == 502


def test_truncated_body(sandbox: Sandbox) -> None:
    """A truncated answer is shorter than its Content-Length, and the connection ends."""
    sandbox.faults.truncated()
    with client_of(sandbox) as client, pytest.raises(http.client.IncompleteRead) as caught:
        client.get("leads")
    assert caught.value.expected
    assert caught.value.partial


def test_reset_in_the_body(sandbox: Sandbox) -> None:
    """A reset breaks the connection in the middle of an answer."""
    sandbox.faults.reset()
    with client_of(sandbox) as client, pytest.raises(BROKEN):
        client.get("leads")


@pytest.mark.parametrize("sending", [Sending.TRUNCATED, Sending.RESET, Sending.NOTHING])
def test_writes_can_lose_their_answer_on_the_wire(sandbox: Sandbox, sending: Sending) -> None:
    """A broken answer to a PATCH, which has no body, breaks too; the write has taken effect."""
    lead_id = sandbox.leads()[0]["leadid"]
    sandbox.faults.sending(sending, method="PATCH")
    with client_of(sandbox) as client, pytest.raises(BROKEN):
        client.patch(lead_id, {"lc_fit": 42})
    assert sandbox.lead(lead_id)["lc_fit"] == 42


def test_no_answer(sandbox: Sandbox) -> None:
    """The connection closes without an answer."""
    sandbox.faults.no_answer()
    with client_of(sandbox) as client, pytest.raises(http.client.RemoteDisconnected):
        client.get("WhoAmI")


def test_drip(sandbox: Sandbox, client: Client) -> None:
    """A dripping answer arrives whole, piece by piece, and the connection stays usable."""
    sandbox.faults.drip(0.01)
    started = time.monotonic()
    assert len(client.get("leads", select="fullname").value) == 65
    assert time.monotonic() - started >= 0.09
    assert client.get("WhoAmI").status == 200


def test_latency(sandbox: Sandbox, client: Client) -> None:
    """Every request waits until the knob is turned back."""
    fault = sandbox.faults.latency(0.05, when="/WhoAmI")
    started = time.monotonic()
    for _ in range(2):
        client.get("WhoAmI")
    assert time.monotonic() - started >= 0.1
    fault.clear()
    client.get("WhoAmI")
    assert fault.applied == 2


def test_next_link_to_another_host(sandbox: Sandbox, client: Client) -> None:
    """Links can lead to another host."""
    sandbox.faults.foreign_next_link("https://evil.example")
    link = client.get("leads", prefer="odata.maxpagesize=10").json["@odata.nextLink"]
    assert link.startswith(f"https://evil.example{API}/leads?")
    sandbox.faults.foreign_next_link("https://evil.example")
    assert client.get("leads", prefer="odata.track-changes").json["@odata.deltaLink"].startswith("https://evil.example")


@pytest.mark.parametrize("prefer", ["odata.maxpagesize=10", "odata.maxpagesize=10,odata.track-changes"])
def test_next_link_that_goes_round(sandbox: Sandbox, client: Client, prefer: str) -> None:
    """Pages can lead back to themselves: the same rows and the same link, for ever."""
    sandbox.faults.next_link_cycle()
    first = client.get("leads", prefer=prefer)
    second = client.follow(first.json["@odata.nextLink"], prefer)
    third = client.follow(second.json["@odata.nextLink"], prefer)
    assert first.value == second.value == third.value
    assert second.json["@odata.nextLink"] == third.json["@odata.nextLink"]


def test_a_page_that_repeats(sandbox: Sandbox, client: Client) -> None:
    """The next page can have the rows of this one under a new link; then reading goes on."""
    sandbox.faults.repeated_page()
    pages = [page.value for page in client.pages(client.get("leads", "odata.maxpagesize=20"), "odata.maxpagesize=20")]
    assert pages[0] == pages[1]
    assert [len(page) for page in pages] == [20, 20, 20, 20, 5]


def test_a_delta_link_that_is_missing(sandbox: Sandbox, client: Client) -> None:
    """The last page of a tracked read can have neither link."""
    fault = sandbox.faults.no_delta_link()
    prefer = "odata.track-changes,odata.maxpagesize=50"
    *_, last = client.pages(client.get("leads", prefer, select="leadid"), prefer)
    assert (fault.applied, sorted(last.json)) == (1, ["@odata.context", "value"])
    assert "@odata.deltaLink" in client.get("leads", "odata.track-changes", select="leadid").json


def test_json_that_is_cut_short(sandbox: Sandbox, client: Client) -> None:
    """An answer can be whole as HTTP and half as JSON."""
    sandbox.faults.cut_json(when="/accounts")
    answer = client.get("accounts", select="name")
    assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(answer.body))
    with pytest.raises(json.JSONDecodeError, match="line 1"):
        json.loads(answer.body)


def test_a_storm(sandbox: Sandbox, client: Client) -> None:
    """A storm answers the next requests with its statuses in turn, and is over then."""
    sandbox.faults.storm(length=5, retry_after=2)
    answers = [client.get("WhoAmI") for _ in range(6)]
    assert [answer.status for answer in answers] == [503, 504, 503, 504, 503, 200]
    assert {answer.headers.get("Retry-After") for answer in answers[:5]} == {"2"}


def test_a_fault_in_the_middle(sandbox: Sandbox, client: Client) -> None:
    """A fault can let requests pass first: the third page meets a token that is too old."""
    sandbox.faults.expired_access_token(after=2, when="/leads")
    statuses = [client.get(path).status for path in ("leads", "accounts", "leads", "leads", "leads")]
    assert statuses == [200, 200, 200, 401, 200]


def test_a_clock_that_is_off(sandbox: Sandbox, client: Client) -> None:
    """The Date of answers can be an hour ahead; what is in rows is not touched."""
    before = client.get("leads", select="modifiedon").value
    fault = sandbox.faults.clock_off(3600)
    asked, answer, heard = time.time(), client.get("leads", select="modifiedon"), time.time()
    assert asked + 3599 < parsedate_to_datetime(answer.headers["Date"]).timestamp() <= heard + 3600
    assert answer.value == before
    fault.clear()
    asked, answer, heard = time.time(), client.get("WhoAmI"), time.time()
    assert asked - 1 < parsedate_to_datetime(answer.headers["Date"]).timestamp() <= heard


def test_a_token_endpoint_that_is_down(sandbox: Sandbox) -> None:
    """No token is given while the endpoint is down, though metadata is."""
    fault = sandbox.faults.token_endpoint_down()
    with client_of(sandbox, sandbox.settings["CONNECTOR_AUTHORITY"], "") as entra:
        tenant = f"/{sandbox.tenant_id}"
        assert entra.ask("POST", f"{tenant}/oauth2/v2.0/token", b"grant_type=client_credentials").status == 503
        assert entra.ask("GET", f"{tenant}/v2.0/.well-known/openid-configuration").status == 200
        fault.clear()
        assert entra.ask("POST", f"{tenant}/oauth2/v2.0/token", b"grant_type=client_credentials").status != 503


def test_expired_access_token(sandbox: Sandbox, client: Client) -> None:
    """The next request is answered as if its token were too old; the one after works."""
    sandbox.faults.expired_access_token()
    answer = client.get("WhoAmI")
    assert (answer.status, answer.code) == (401, "0x8005F101")
    assert "WWW-Authenticate" in answer.headers
    assert client.get("WhoAmI").status == 200


def test_other_services_fail_on_demand(sandbox: Sandbox) -> None:
    """Entra and the identity endpoint fail in their own words."""
    sandbox.faults.status(503, service="entra", when="/token")
    with client_of(sandbox, sandbox.directory.origin, token="") as client:
        path = f"/{sandbox.tenant_id}/oauth2/v2.0/token"
        failed = client.ask("POST", path, b"grant_type=client_credentials")
        assert (failed.status, failed.json["error"]) == (503, "temporarily_unavailable")
        assert client.ask("POST", path, b"").status == 400
        assert client.ask("GET", f"/{sandbox.tenant_id}/other").status == 404
    sandbox.faults.status(500, service="identity")
    origin = sandbox.identity_environment["IDENTITY_ENDPOINT"].removesuffix("/msi/token")
    with client_of(sandbox, origin, token="") as client:
        assert client.ask("GET", "/msi/token").json["statusCode"] == 500


def test_a_tenant_can_vanish(sandbox: Sandbox) -> None:
    """The tenant can be made unknown while the sandbox runs."""
    sandbox.entra.tenant_known = False
    with client_of(sandbox, sandbox.directory.origin, token="") as client:
        answer = client.ask("GET", f"/{sandbox.tenant_id}/v2.0/.well-known/openid-configuration")
    assert answer.json["error_codes"] == [90002]


def test_limits_are_told_and_enforced_on_demand(sandbox: Sandbox, client: Client) -> None:
    """Every answer tells what is left, with a thousands comma; a limit that is set refuses what exceeds it."""
    headers = client.get("WhoAmI").headers
    assert headers["x-ms-ratelimit-time-remaining-xrm-requests"] == "1,200.00"
    assert headers["x-ms-ratelimit-burst-remaining-xrm-requests"] in {"5999", "6000"}
    assert headers["x-ms-dop-hint"] == "48"
    sandbox.dataverse.protection.requests = 3
    statuses = [client.get("WhoAmI") for _ in range(3)]
    assert [answer.status for answer in statuses] == [200, 200, 429]
    assert int(statuses[-1].headers["Retry-After"]) >= 1
    assert statuses[-1].code == "0x80072322"


def test_answers_carry_what_dataverse_sends(client: Client) -> None:
    """Every answer, errors too, has ids and the OData version; the affinity cookie comes until it is sent back."""
    for answer in (client.get("WhoAmI"), client.get("nosuchset"), client.get("leads", select="nosuchcolumn")):
        assert answer.headers["OData-Version"] == "4.0"
        assert answer.headers["x-ms-service-request-id"] == answer.headers["REQ_ID"]
        assert answer.headers["Set-Cookie"].startswith("ARRAffinity=")
    cookie = client.get("WhoAmI").headers["Set-Cookie"].partition(";")[0]
    assert "Set-Cookie" not in client.get_with({"Cookie": cookie}, "WhoAmI").headers


def test_error_details_on_request(client: Client) -> None:
    """With all annotations asked for, an error says more."""
    error = client.get("leads", select="nosuchcolumn", prefer='odata.include-annotations="*"').json["error"]
    assert error["@Microsoft.PowerApps.CDS.InnerError.Message"] == error["message"]
    assert "@Microsoft.PowerApps.CDS.InnerError.Message" not in client.get("leads", select="nosuchcolumn").json["error"]


def test_calls_are_recorded_without_secrets(sandbox: Sandbox, client: Client) -> None:
    """Calls are counted by kind and kept with their conditions; tokens and bodies are not kept."""
    lead_id = sandbox.leads()[0]["leadid"]
    client.patch(lead_id, {"lc_fit": 1}, If_Match="*")
    client.get("leads", top="1")
    client.get("WhoAmI")
    client.get("EntityDefinitions")
    assert sandbox.calls.counts() == {
        "dataverse.metadata": 1, "dataverse.read": 1, "dataverse.whoami": 1, "dataverse.write": 1,
    }  # fmt: skip
    (write,) = sandbox.calls.matching(service="dataverse", kind="write", method="PATCH", status=204, path=lead_id)
    assert write.headers["if-match"] == "*"
    assert write.headers["authorization"] == "Bearer"
    assert client.token not in repr(sandbox.calls.all())
    assert sandbox.calls.count("dataverse") == 4
    assert sandbox.calls.matching(where=lambda call: "top" in call.query)
    sandbox.calls.clear()
    assert sandbox.calls.all() == []


def test_a_fault_of_the_sandbox_itself_is_kept(campaign: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in the sandbox answers 500 and leaves its traceback for the test to see."""
    monkeypatch.setattr(campaign.dataverse, "_dispatch", lambda _visit: 1 / 0)
    with client_of(campaign) as client:
        assert client.get("WhoAmI").status == 500
    (crash,) = campaign.calls.crashes
    assert "ZeroDivisionError" in crash
    campaign.calls.crashes.clear()
