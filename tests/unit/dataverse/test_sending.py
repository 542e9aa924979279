"""What goes along with writes and what the session learns from every answer: options, limits, the server's clock."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from connector.dataverse.http import session as http_session
from connector.dataverse.http.batch import Update
from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.http.writeoptions import WriteOptions
from connector.dataverse.limits.ledger import MemoryLedger
from connector.dataverse.limits.limiter import Limiter
from connector.errors import OutsideError, StoreError
from connector.pipeline.precedence import Precedence

from .multipart import KIND, joined, part
from .support import HTTP_NOW, ORG, ROOT, FakeTime, FakeTokens, Script

GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
ETAG = 'W/"1"'
OPTIONS = WriteOptions(tag="ours", bypass=("CustomSync", "Flows"), caller=GUID)
CARRIED = {
    "MSCRM.BypassBusinessLogicExecution": "CustomSync",
    "MSCRM.SuppressCallbackRegistrationExpanderJob": "true",
    "CallerObjectId": GUID,
}
NO_CONTENT: tuple[int, dict[str, str], str] = (204, {}, "")


def opened(time: FakeTime, tokens: FakeTokens, **settings: Any) -> DataverseSession:
    """A session on a clock that only sleeping moves."""
    return DataverseSession(
        ORG,
        tokens,
        clock=time.clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        jitter=lambda: 0.0,
        **settings,
    )


def test_updates_carry_the_write_options(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """The tag stands in the address, the others in headers, beside the guard."""
    script.on("PATCH", "leads", NO_CONTENT)
    with opened(time, tokens, write_options=OPTIONS) as session:
        session.patch("leads(x)?$select=leadid", {"a": 1}, etag=ETAG, doing="w")
    (request,) = script.sent
    assert request.url == f"{ROOT}leads(x)?$select=leadid&tag=ours"
    assert CARRIED.items() <= dict(request.headers).items()
    assert request.headers["If-Match"] == ETAG


def test_every_part_of_a_batch_carries_the_write_options(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """A header of the batch would not reach its parts: each has its own, and its own tag."""
    script.on("POST", "$batch", (503, {}, ""))
    updates = [Update(f"{ROOT}leads({name})", ETAG, {"a": 1}) for name in "xy"]
    with opened(time, tokens, write_options=OPTIONS) as session, pytest.raises(OutsideError):
        session.batch(updates, doing="w")
    request = script.sent[0]
    assert isinstance(request.body, bytes)
    text = request.body.decode()
    assert not CARRIED.keys() & dict(request.headers).keys()
    assert (request.url or "").endswith("$batch")
    assert [text.count(part) for part in ("?tag=ours HTTP/1.1", *(f"{n}: {v}\r\n" for n, v in CARRIED.items()))] == [
        2
    ] * 4


def test_creating_a_row_carries_the_write_options(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """A row that holds data is a write of lead data."""
    script.on("POST", "tasks", NO_CONTENT)
    with opened(time, tokens, write_options=OPTIONS) as session:
        session.post("tasks", {"subject": "x"}, doing="creating a task", headers={})
    assert script.sent[0].url == f"{ROOT}tasks?tag=ours"
    assert CARRIED.items() <= dict(script.sent[0].headers).items()


def test_reads_and_changes_of_schema_carry_none(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """They need the application user's own rights, and have no custom logic to pass by."""
    script.on("GET", "leads", {"value": []})
    script.on("POST", "PublishXml", NO_CONTENT)
    with opened(time, tokens, write_options=OPTIONS) as session:
        session.get("leads", doing="reading")
        session.post("PublishXml", {}, doing="publishing", headers={}, holds_data=False)
    assert [request.url for request in script.sent] == [f"{ROOT}leads", f"{ROOT}PublishXml"]
    assert not any(CARRIED.keys() & dict(request.headers).keys() for request in script.sent)


def test_the_session_begins_with_the_servers_advice(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """The first answer's `x-ms-dop-hint` is how many requests may be in flight."""
    script.on("GET", "WhoAmI", {}, headers={"x-ms-dop-hint": "24"})
    with opened(time, tokens) as session:
        assert session.limiter.allowed == 8
        session.get("WhoAmI", doing="asking")
        assert session.limiter.allowed == 24


def test_a_refusal_halves_what_may_be_in_flight(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """And its wish is waited for, once, by the call that was refused."""
    script.on("GET", "WhoAmI", (429, {"Retry-After": "5"}, ""), {})
    with opened(time, tokens) as session:
        session.get("WhoAmI", doing="asking")
        assert session.limiter.allowed == 4
    assert time.slept == [5.0]


def test_a_server_that_is_away_for_a_while_is_left_alone_by_all(
    time: FakeTime, tokens: FakeTokens, script: Script
) -> None:
    """A 503 that says for how long holds back the next call too, though its own call may not be repeated."""
    script.on("POST", "tasks", (503, {"Retry-After": "20"}, ""))
    script.on("GET", "WhoAmI", {})
    with opened(time, tokens) as session:
        with pytest.raises(OutsideError):
            session.post("tasks", {}, doing="creating", headers={})
        session.get("WhoAmI", doing="asking")
    assert time.slept == [20.0]


def test_a_call_ends_where_the_wait_is_longer_than_its_time(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """After a wish beyond all patience the next call is not sent, and says why; an hour later it is."""
    script.on("GET", "WhoAmI", (429, {"Retry-After": "100000"}, ""), {})
    with opened(time, tokens, policy=RetryPolicy(budget_s=60)) as session:
        with pytest.raises(OutsideError, match="429"):
            session.get("WhoAmI", doing="asking")
        with pytest.raises(OutsideError, match="wants nothing to be sent for the next 3600 s"):
            session.get("WhoAmI", doing="asking")
        assert len(script.sent) == 1
        time.sleep(3600)
        session.get("WhoAmI", doing="asking")


def test_the_parts_of_a_batch_are_counted(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """One request of the budget, and as many operations of the day as it has parts."""
    script.on("POST", "$batch", (400, {}, "{}"))
    ledger = MemoryLedger(monotonic=time.monotonic, clock=time.clock)
    limiter = Limiter(ledger=ledger, monotonic=time.monotonic, sleep=time.sleep)
    with opened(time, tokens, limiter=limiter) as session:
        with pytest.raises(OutsideError):
            session.batch([Update(f"{ROOT}leads({n})", ETAG, {"a": 1}) for n in range(7)], doing="w")
        limiter.settle()
        assert ledger.operations(ledger.today()) == 7


def test_a_wait_that_a_part_names_is_for_everybody(time: FakeTime, tokens: FakeTokens, script: Script) -> None:
    """One part of a batch was turned away: its error says so, and the next request waits as long as it says."""
    answer = joined([part(204), part(429, {"error": {"code": "0x80072322", "message": "x"}}, Retry_After="12")])
    script.on("POST", "$batch", (200, KIND, answer))
    script.on("GET", "WhoAmI", {})
    with opened(time, tokens) as session:
        reply = session.batch([Update(f"{ROOT}leads({n})", ETAG, {"a": 1}) for n in range(2)], doing="w")
        first, second = reply.parts
        assert first is not None
        assert second is not None
        assert first.status == 204
        error = session.part_error(second, reply, doing="w")
        assert (error.status, error.code, error.retry_after_s) == (429, "0x80072322", 12.0)
        assert session.would_retry(error)
        session.get("WhoAmI", doing="asking")
    assert time.slept == [12.0]


@pytest.mark.parametrize(
    ("answer", "said", "tries"),
    [
        ((200, {}, "{}"), "no answer to a batch", 1),
        ((200, KIND, "--nothing"), "cannot be read", 2),
        ((200, KIND, joined([part(204)] * 3)), "cannot be read", 2),
    ],
)
def test_an_answer_that_is_none_to_a_batch_is_told(
    time: FakeTime, tokens: FakeTokens, script: Script, answer: tuple[int, dict[str, str], str], said: str, tries: int
) -> None:
    """What is damaged is asked for once more, what is another server's is not."""
    script.on("POST", "$batch", answer)
    with opened(time, tokens) as session, pytest.raises(OutsideError, match=said):
        session.batch([Update(f"{ROOT}leads({n})", ETAG, {"a": 1}) for n in range(2)], doing="w")
    assert len(script.sent) == tries


@pytest.mark.parametrize("off_s", [0, 3600, -3600])
def test_the_clocks_are_compared(time: FakeTime, tokens: FakeTokens, script: Script, off_s: int) -> None:
    """The session knows by how much this machine is ahead of the server."""
    script.on("GET", "WhoAmI", (200, {"Date": HTTP_NOW}, "{}"))
    with opened(time, tokens) as session:
        assert session.clock_ahead_s is None
        time.now += timedelta(seconds=off_s)
        session.get("WhoAmI", doing="asking")
        assert session.clock_ahead_s == off_s


def test_a_store_that_is_gone_does_not_keep_a_session_open(
    time: FakeTime, tokens: FakeTokens, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    """What is left of the budgets expires by itself; closing says so and goes on."""

    class Gone(Limiter):
        def settle(self) -> None:
            raise StoreError("The database is gone.")

    script.on("GET", "WhoAmI", {})
    with opened(time, tokens, limiter=Gone(monotonic=time.monotonic, sleep=time.sleep)) as session:
        session.get("WhoAmI", doing="asking")
    assert "counts until it expires" in caplog.text


def test_a_request_gives_way_to_who_is_answered(
    time: FakeTime, tokens: FakeTokens, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sent takes turns of the processor from whoever is waited for: it is begun afterwards."""
    script.on("PATCH", "leads", NO_CONTENT)
    asks, done = Precedence(longest_s=60), threading.Event()
    monkeypatch.setattr(http_session, "PRECEDENCE", asks)

    def send() -> None:
        with opened(time, tokens) as session:
            session.patch("leads(x)", {"a": 1}, etag=ETAG, doing="w")
        done.set()

    with asks.answering():
        threading.Thread(target=send, daemon=True).start()
        assert not done.wait(0.05)
        assert script.sent == []
    assert done.wait(30)
    assert len(script.sent) == 1
