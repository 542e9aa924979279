"""Service protection without HTTP and with a clock of the test's own."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import pytest

from connector.sandbox.dataverse.protection import EXECUTION_S, PARALLEL, REQUESTS, WINDOW_S, Protection, Refused


@dataclass
class Time:
    """A clock that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def time() -> Time:
    """The clock."""
    return Time()


@pytest.fixture
def protection(time: Time) -> Protection:
    """Limits with the test's clock; nothing is enforced yet."""
    made = Protection()
    made.clock = time
    return made


def _ask(
    protection: Protection, user: str = "u", cookie: str = "", kind: str = "read", parts: int = 1
) -> Refused | None:
    with protection.request(user, cookie) as refused:
        if refused is None:
            protection.charge(parts, kind)
        return refused


def _left(protection: Protection, name: str) -> str:
    return dict(protection.headers())[f"x-ms-ratelimit-{name}-remaining-xrm-requests"]


def test_nothing_is_refused_by_itself(protection: Protection) -> None:
    """Without limits set everything is let in, counted and told."""
    assert [_ask(protection) for _ in range(3)] == [None] * 3
    assert _left(protection, "burst") == str(REQUESTS - 3)
    assert _left(protection, "time") == "1,200.00"
    assert protection.operations == 3


def test_the_real_limits(protection: Protection) -> None:
    """By default those of Dataverse are enforced."""
    protection.enforce()
    assert (protection.requests, protection.execution_s) == (REQUESTS, EXECUTION_S) == (6000, 1200.0)
    assert (protection.parallel, protection.window_s) == (PARALLEL, WINDOW_S) == (52, 300.0)
    protection.relax()
    assert (protection.requests, protection.execution_s, protection.parallel) == (None, None, None)


def test_requests_are_limited_in_a_sliding_window(protection: Protection, time: Time) -> None:
    """The request beyond the limit is refused until the oldest one has left the window."""
    protection.enforce(requests=3, window_s=60)
    for _ in range(3):
        assert _ask(protection) is None
        time.now += 10
    refused = _ask(protection)
    assert refused is not None
    assert (refused.code, refused.retry_after_s) == ("0x80072322", 30)
    assert refused.message == "Number of requests exceeded the limit of 3 over time window of 60 seconds."
    time.now += 30
    assert _ask(protection) is None
    assert _ask(protection) is not None


def test_who_keeps_pushing_waits_longer(protection: Protection, time: Time) -> None:
    """Each refusal in a row lengthens the wait, up to the window; patience resets it. Early comers are counted."""
    protection.enforce(requests=1, window_s=10)
    assert _ask(protection) is None
    waits = [refused.retry_after_s for _ in range(14) if (refused := _ask(protection)) is not None]
    assert waits[:3] == [10, 10, 10]
    time.now += 8
    waits = [refused.retry_after_s for _ in range(14) if (refused := _ask(protection)) is not None]
    assert waits == sorted(waits)
    assert waits[-1] == 10
    assert protection.early == 13 + 14
    assert protection.refusals == {"0x80072322": 28}
    time.now += 10
    assert _ask(protection) is None
    assert protection.early == 27


def test_execution_time_is_charged_by_kind(protection: Protection) -> None:
    """Each operation costs what its kind costs, a batch the sum of its parts, and one request."""
    protection.enforce(execution_s=10, work_s={"write": 1.0, "": 0.5})
    assert _ask(protection, kind="write", parts=8) is None
    assert _ask(protection, kind="read") is None
    assert (_left(protection, "time"), _left(protection, "burst")) == ("1.50", "5998")
    assert _ask(protection, kind="write", parts=2) is None
    refused = _ask(protection)
    assert refused is not None
    assert refused.code == "0x80072321"
    assert "10,000 milliseconds" in refused.message
    assert protection.operations == 11


def test_time_that_answers_take_is_counted_otherwise(protection: Protection, time: Time) -> None:
    """Without costs by kind the time between arrival and answer is the execution time."""
    protection.enforce(execution_s=2)
    with protection.request("u"):
        time.now += 2
    assert _left(protection, "time") == "0.00"
    assert _ask(protection) is not None
    time.now += WINDOW_S
    assert _ask(protection) is None


def test_requests_under_way_are_limited_at_once(protection: Protection) -> None:
    """One more than may be under way is refused at once, for a second and longer for who pushes."""
    protection.enforce(parallel=2)
    with contextlib.ExitStack() as open_now:
        for _ in range(2):
            assert open_now.enter_context(protection.request("u")) is None
        assert open_now.enter_context(protection.request("another")) is None
        found = [open_now.enter_context(protection.request("u")) for _ in range(3)]
        assert [(each.code, each.retry_after_s) for each in found if each] == [
            ("0x80072326", 1), ("0x80072326", 1), ("0x80072326", 2),
        ]  # fmt: skip
    assert _ask(protection) is None
    assert protection.most_parallel == 2


def test_users_and_servers_count_apart(protection: Protection) -> None:
    """Each user has limits of his own on each web server; the cookie keeps a client on one, without it it moves on."""
    protection.servers = 2
    protection.enforce(requests=2)
    assert [_ask(protection) for _ in range(4)] == [None] * 4
    assert _ask(protection) is not None
    assert _ask(protection, "another") is None
    protection.reset()
    assert _ask(protection) is None
    cookie = f"ARRAffinity={protection.cookie('')}"
    assert protection.cookie(cookie) is None
    assert _ask(protection, cookie=cookie) is None
    assert _ask(protection, cookie=cookie) is not None


def test_a_server_may_be_busy(protection: Protection) -> None:
    """An operation can keep its request under way; closing ends that."""
    protection.takes_s = {"write": 60.0, "": 0.0}
    protection.close()
    assert _ask(protection, kind="write") is None
