"""The session: headers, tokens, retries, and answers that are not what they should be."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
import requests
import responses

from connector.dataverse.http.refusals import ConditionFailedError
from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.http.transport import Limits
from connector.errors import OutsideError, SignInError
from tests.unit.dataverse.support import HTTP_NOW, ORG, ROOT, FakeTime, FakeTokens, Script, refuse

ETAG = 'W/"1"'
ID = "11111111-1111-1111-1111-111111111111"
WHO = {"UserId": ID}


def test_a_read_carries_the_required_headers(session: DataverseSession, script: Script) -> None:
    """Every read asks for OData 4.0 as JSON, with a token, and refuses cached parts."""
    script.on("GET", "WhoAmI", WHO)
    assert session.get("WhoAmI", doing="asking", prefer=["a", "b"]).data == WHO
    sent = script.sent[0].headers
    assert sent["Accept"] == "application/json"
    assert sent["OData-Version"] == sent["OData-MaxVersion"] == "4.0"
    assert sent["If-None-Match"] == "null"
    assert sent["Authorization"] == "Bearer token-1"
    assert sent["Prefer"] == "a,b"
    assert script.sent[0].url == ROOT + "WhoAmI"


def test_a_write_carries_its_guard_and_utf8_json(session: DataverseSession, script: Script) -> None:
    """An update has the etag in If-Match and its body in UTF-8."""
    script.on("PATCH", "leads", (204, {}, ""))
    assert session.patch("leads(x)", {"jobtitle": "Geschäftsführer"}, etag=ETAG, doing="w").status == 204
    sent = script.sent[0]
    assert sent.headers["If-Match"] == ETAG
    assert sent.headers["Content-Type"] == "application/json; charset=utf-8"
    assert json.loads(sent.body or b"") == {"jobtitle": "Geschäftsführer"}


@pytest.mark.parametrize("etag", ["", "*", "W/", '""', '"', 'W/"1"\r\nX: y', "W/*"])
def test_a_write_without_a_real_etag_is_not_sent(session: DataverseSession, script: Script, etag: str) -> None:
    """An empty etag, the wildcard and a damaged one are a programming error."""
    with pytest.raises(ValueError, match="etag"):
        session.patch("leads(x)", {"a": 1}, etag=etag, doing="w")
    assert script.sent == []


@pytest.mark.parametrize("url", ["http://org.crm4.dynamics.com", "https://", "org.crm4.dynamics.com", "https://u:p@x"])
def test_the_environment_is_https_without_a_user(tokens: FakeTokens, url: str) -> None:
    """An address that is not https, has no host or names a user is refused."""
    with pytest.raises(ValueError, match="https"):
        DataverseSession(url, tokens)


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/api/data/v9.2/leads",
        "http://org.crm4.dynamics.com/api/data/v9.2/leads",
        "https://org.crm4.dynamics.com:8443/api/data/v9.2/leads",
        "https://org.crm4.dynamics.com.evil.example/x",
        "https://org.crm4.dynamics.com@evil.example/x",
        "https://user@org.crm4.dynamics.com/x",
        "//evil.example/x",
        "https://evil.example\\@org.crm4.dynamics.com/x",
        "https://org.crm4.dynamics.com\t.evil.example/x",
        "https://[/x",
        "file:///etc/passwd",
    ],
)
def test_the_token_goes_to_one_origin_only(session: DataverseSession, script: Script, link: str) -> None:
    """A link to another scheme, host, port or user is never requested."""
    with pytest.raises(OutsideError, match="leads away"):
        session.get(link, doing="reading")
    assert script.sent == []


def test_links_of_the_same_origin_are_followed(session: DataverseSession) -> None:
    """Absolute, port-named, upper-case and relative forms of our own origin are the same place."""
    assert session.locate(ROOT + "leads?$skiptoken=%3c") == ROOT + "leads?$skiptoken=%3c"
    assert session.locate("https://ORG.crm4.dynamics.com:443/x").endswith("/x")
    assert session.locate("leads") == ROOT + "leads"


def test_retry_after_in_seconds_is_obeyed(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """A 429 with seconds is waited out, then the read succeeds."""
    script.on("GET", "WhoAmI", refuse(429, "0x80072322", **{"Retry-After": "7"}), WHO)
    assert session.get("WhoAmI", doing="asking").data == WHO
    assert time.slept == [7.0]


def test_retry_after_as_a_date_is_obeyed(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """A date is counted from the server's own clock, not from ours."""
    headers = {"Retry-After": "Thu, 01 Jan 2026 00:00:11 GMT", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    script.on("GET", "WhoAmI", refuse(429, "0x80072322", **headers), WHO)
    session.get("WhoAmI", doing="asking")
    assert time.slept == [11.0]


def test_an_endless_retry_after_ends_the_call(session: DataverseSession, script: Script, time: FakeTime) -> None:
    """A wish beyond the bound is not waited for: the error carries it."""
    script.on("GET", "WhoAmI", refuse(429, "0x80072321", **{"Retry-After": "86400"}))
    with pytest.raises(OutsideError) as caught:
        session.get("WhoAmI", doing="asking")
    assert caught.value.retry_after_s == 86400
    assert caught.value.retryable
    assert time.slept == []
    assert len(script.sent) == 1


def test_the_wish_of_one_answer_holds_back_every_call(
    session: DataverseSession, script: Script, time: FakeTime
) -> None:
    """After a 429 to an unguarded call, the next call waits too: the server counts by user."""
    script.on("POST", "Publish", refuse(429, "0x80072326", **{"Retry-After": "9"}))
    script.on("GET", "WhoAmI", WHO)
    with pytest.raises(OutsideError):
        session.post("PublishXml", {}, doing="publishing", headers={})
    session.get("WhoAmI", doing="asking")
    assert time.slept == [9.0]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_passing_faults_are_tried_again_with_growing_pauses(
    session: DataverseSession, script: Script, time: FakeTime, status: int
) -> None:
    """Without a wish the pause doubles, and the tries are bounded."""
    script.on("GET", "WhoAmI", refuse(status))
    with pytest.raises(OutsideError) as caught:
        session.get("WhoAmI", doing="asking")
    assert caught.value.status == status
    assert time.slept == [0.5, 1.0, 2.0]
    assert len(script.sent) == 4


def test_busy_codes_are_tried_again_whatever_the_status(session: DataverseSession, script: Script) -> None:
    """A SQL timeout that comes as 500 passes."""
    script.on("GET", "WhoAmI", refuse(500, "0x80044151"), WHO)
    assert session.get("WhoAmI", doing="asking").data == WHO


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 500, 501])
def test_lasting_faults_are_not_tried_again(session: DataverseSession, script: Script, status: int) -> None:
    """Other errors are raised at once, with status, code and the server's request id."""
    script.on("GET", "WhoAmI", refuse(status, "0x80040203"))
    with pytest.raises(OutsideError) as caught:
        session.get("WhoAmI", doing="asking who we are")
    error = caught.value
    assert (error.status, error.code, error.request_id) == (status, "0x80040203", "req-1")
    assert "asking who we are" in str(error)
    assert "req-1" in str(error)
    assert len(script.sent) == 1


def test_the_budget_bounds_all_waits(tokens: FakeTokens, script: Script, time: FakeTime) -> None:
    """Tries stop before a pause that would exceed the call's budget."""
    script.on("GET", "WhoAmI", refuse(503, **{"Retry-After": "40"}))
    policy = RetryPolicy(attempts=50, budget_s=100)
    with (
        DataverseSession(
            ORG, tokens, policy=policy, monotonic=time.monotonic, sleep=time.sleep, jitter=lambda: 0.0
        ) as bounded,
        pytest.raises(OutsideError),
    ):
        bounded.get("WhoAmI", doing="asking")
    assert time.slept == [40.0, 40.0]


@pytest.mark.parametrize("fault", [refuse(503), refuse(429, **{"Retry-After": "1"}), (200, {}, "{")])
def test_an_unguarded_call_is_never_repeated(
    session: DataverseSession, script: Script, fault: tuple[int, dict[str, str], str]
) -> None:
    """A POST is sent once whatever comes back: repeated it could create twice."""
    script.on("POST", "leads", fault)
    with pytest.raises(OutsideError):
        session.post("leads", {"subject": "x"}, doing="creating", headers={})
    assert len(script.sent) == 1


def test_an_unguarded_call_is_not_repeated_after_a_reset(session: DataverseSession) -> None:
    """A POST whose connection broke may have been done: it is raised."""
    with responses.RequestsMock() as mock:
        mock.add("POST", ROOT + "leads", body=requests.ConnectionError("reset"))
        with pytest.raises(OutsideError) as caught:
            session.post("leads", {}, doing="creating", headers={})
        assert len(mock.calls) == 1
    assert caught.value.status is None
    assert caught.value.retryable


def test_a_guarded_write_is_repeated_after_a_reset(session: DataverseSession) -> None:
    """The guard makes the repeat harmless."""
    with responses.RequestsMock() as mock:
        mock.add("PATCH", ROOT + "leads(x)", body=requests.ConnectionError("reset"))
        mock.add("PATCH", ROOT + "leads(x)", status=204)
        session.patch("leads(x)", {"a": 1}, etag=ETAG, doing="w")
        assert [call.request.headers["If-Match"] for call in mock.calls] == [ETAG, ETAG]


@pytest.mark.parametrize(
    ("first", "lost"),
    [(refuse(503), True), ((200, {}, '{"@odata.etag": '), True), (refuse(429, **{"Retry-After": "1"}), False)],
)
def test_a_conflict_says_whether_an_earlier_try_may_have_caused_it(
    session: DataverseSession, script: Script, first: tuple[int, dict[str, str], str], *, lost: bool
) -> None:
    """A 412 after a lost answer may be our own write; after a 429 it cannot be."""
    script.on("PATCH", "leads", first, refuse(412, "0x80060882"))
    with pytest.raises(ConditionFailedError) as caught:
        session.patch("leads(x)", {"a": 1}, etag=ETAG, doing="w")
    assert caught.value.answer_lost is lost


def test_a_refused_token_is_renewed_once(session: DataverseSession, script: Script, tokens: FakeTokens) -> None:
    """A 401 drops the token and asks for another, one time, without a pause."""
    script.on("GET", "WhoAmI", refuse(401), WHO)
    assert session.get("WhoAmI", doing="asking").data == WHO
    assert tokens.dropped == ["token-1"]
    assert [request.headers["Authorization"] for request in script.sent] == ["Bearer token-1", "Bearer token-2"]


def test_a_second_401_is_final(session: DataverseSession, script: Script, tokens: FakeTokens) -> None:
    """A new token that is refused too is a sign-in error that names the application user."""
    script.on("GET", "WhoAmI", refuse(401, "0x80072560", "The user is not a member of the organization."))
    with pytest.raises(SignInError, match="application user") as caught:
        session.get("WhoAmI", doing="asking")
    assert caught.value.code == "0x80072560"
    assert tokens.dropped == ["token-1"]
    assert len(script.sent) == 2


def test_an_unguarded_call_is_sent_again_after_a_401_only(session: DataverseSession, script: Script) -> None:
    """A 401 says that nothing was done, so that a POST may go again with the new token."""
    script.on("POST", "leads", refuse(401), (204, {}, ""))
    assert session.post("leads", {}, doing="creating", headers={}).status == 204
    assert len(script.sent) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(session: DataverseSession, script: Script, status: int) -> None:
    """The token never goes where an answer points."""
    script.on("GET", "WhoAmI", (status, {"Location": "https://evil.example/"}, ""))
    with pytest.raises(OutsideError, match="redirects elsewhere"):
        session.get("WhoAmI", doing="asking")
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "text/html"}, "<!DOCTYPE html><html>sign in</html>"),
        ({}, "\n  <html></html>"),
        ({"Content-Type": "text/html; charset=utf-8"}, "please sign in"),
    ],
)
def test_a_web_page_is_not_an_answer(
    session: DataverseSession, script: Script, headers: dict[str, str], body: str
) -> None:
    """HTML with 200 is named, with what to check, and not tried again."""
    script.on("GET", "WhoAmI", (200, headers, body))
    with pytest.raises(OutsideError, match=r"web page instead of JSON.*CONNECTOR_DATAVERSE_URL"):
        session.get("WhoAmI", doing="asking")
    assert len(script.sent) == 1


@pytest.mark.parametrize("body", ['{"value": [{"leadid"', "", "  ", '{"value": NaN}', "nonsense"])
def test_a_damaged_read_is_tried_again(session: DataverseSession, script: Script, body: str) -> None:
    """A body that breaks off, is empty or is not JSON may come whole the next time."""
    script.on("GET", "WhoAmI", (200, {}, body), WHO)
    assert session.get("WhoAmI", doing="asking").data == WHO
    assert len(script.sent) == 2


@pytest.mark.parametrize(
    "body",
    [
        '{"value": 1e999}',
        '{"value": -1e999}',
        '{"value": Infinity}',
        f'{{"value": {"9" * 400}}}',
        f'{{"value": {"9" * 5000}}}',
        f'{{"value": {"[" * 200_000}{"]" * 200_000}}}',
        f'{{"value": {"[" * 100}{"]" * 100}}}',
        '{"value": ' * 200_000,
    ],
    ids=["exponent", "negative", "infinity", "long", "longer", "nested", "nested somewhat", "objects"],
)
def test_json_beyond_all_bounds_is_damaged(session: DataverseSession, script: Script, body: str) -> None:
    """Numbers that no column holds and nesting without end are told as damage, with what to do."""
    script.on("GET", "WhoAmI", (200, {"x-ms-service-request-id": "req-1"}, body))
    with pytest.raises(OutsideError, match=r"damaged.*request req-1.*while asking.*network") as caught:
        session.get("WhoAmI", doing="asking")
    assert caught.value.retryable


@pytest.mark.parametrize("number", ["9223372036854775807", "-9223372036854775808", "922337203685477.5807", "1E-400"])
def test_numbers_that_columns_hold_are_read(session: DataverseSession, script: Script, number: str) -> None:
    """The largest of 64 bits and of money, and what is too small to tell from zero."""
    script.on("GET", "WhoAmI", (200, {}, f'{{"value": [{number}]}}'))
    assert session.get("WhoAmI", doing="asking").data == {"value": [json.loads(number)]}


def test_a_list_is_not_an_answer(session: DataverseSession, script: Script) -> None:
    """JSON that is no object is refused."""
    script.on("GET", "WhoAmI", (200, {}, "[]"))
    with pytest.raises(OutsideError, match="not an object"):
        session.get("WhoAmI", doing="asking")


def test_a_byte_order_mark_is_read_over(session: DataverseSession, script: Script) -> None:
    """A UTF-8 body may begin with a mark."""
    script.on("GET", "WhoAmI", (200, {}, "\ufeff" + json.dumps(WHO)))
    assert session.get("WhoAmI", doing="asking").data == WHO


def test_a_huge_answer_is_not_read_to_its_end(tokens: FakeTokens, script: Script) -> None:
    """Reading stops at the bound."""
    script.on("GET", "WhoAmI", {"x": "y" * 200_000})
    with (
        DataverseSession(ORG, tokens, limits=Limits(body_bytes=100_000)) as bounded,
        pytest.raises(OutsideError, match="larger than"),
    ):
        bounded.get("WhoAmI", doing="asking")


def test_a_dripping_answer_is_not_waited_for(tokens: FakeTokens, script: Script) -> None:
    """An answer that takes longer than the bound is given up."""
    script.on("GET", "WhoAmI", WHO)
    ticks = iter(range(0, 100_000, 400))
    with (
        DataverseSession(
            ORG, tokens, policy=RetryPolicy(attempts=1), monotonic=lambda: float(next(ticks)), sleep=lambda _: None
        ) as bounded,
        pytest.raises(OutsideError, match="too slowly"),
    ):
        bounded.get("WhoAmI", doing="asking")


def test_cookies_are_neither_kept_nor_sent(session: DataverseSession, script: Script) -> None:
    """ARRAffinity would tie all requests to one web server."""
    script.on("GET", "WhoAmI", WHO, headers={"Set-Cookie": "ARRAffinity=abc; Path=/"})
    session.get("WhoAmI", doing="asking")
    session.get("WhoAmI", doing="asking")
    assert "Cookie" not in script.sent[1].headers


def test_netrc_does_not_replace_the_token(
    session: DataverseSession, script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine's .netrc entry for the host is ignored."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine org.crm4.dynamics.com login somebody password something\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    script.on("GET", "WhoAmI", WHO)
    session.get("WhoAmI", doing="asking")
    assert script.sent[0].headers["Authorization"] == "Bearer token-1"


def test_the_configured_authority_wins_over_the_machine(
    tokens: FakeTokens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CONNECTOR_CA_BUNDLE is what requests verifies by, whatever REQUESTS_CA_BUNDLE says."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/somewhere/else.pem")
    ours = tmp_path / "ours.pem"
    with responses.RequestsMock() as mock, DataverseSession(ORG, tokens, ca_bundle=ours) as opened:
        mock.add("GET", ROOT + "WhoAmI", json=WHO)
        opened.get("WhoAmI", doing="asking")
        kwargs = mock.calls[0].request.req_kwargs  # type: ignore[attr-defined]  # set by responses
        assert kwargs["verify"] == str(ours)
        assert kwargs["timeout"] == (10.0, 120.0)


def test_errors_and_logs_hold_no_token_and_no_address(
    session: DataverseSession, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    """What is raised and logged names what was tried, not the row, the query or the token."""
    caplog.set_level(logging.DEBUG, "connector")
    script.on("GET", "leads", refuse(503))
    with pytest.raises(OutsideError) as caught:
        session.get(f"leads({ID})?$filter=lastname eq 'Beispiel'", doing="reading a lead")
    text = f"{caught.value!r} {caught.value} {caplog.text}"
    for secret in ("token-1", ID, "Beispiel", "Bearer"):
        assert secret not in text
    assert "reading a lead" in caplog.text


def test_the_servers_clock_is_told(session: DataverseSession, script: Script) -> None:
    """A reply has the Date header as UTC; a damaged one is none."""
    script.on("GET", "WhoAmI", (200, {"Date": HTTP_NOW}, "{}"), (200, {"Date": "soon"}, "{}"))
    first, second = (session.get("WhoAmI", doing="asking").date for _ in range(2))
    assert first is not None
    assert first.isoformat() == "2026-11-20T09:00:00+00:00"
    assert second is None
