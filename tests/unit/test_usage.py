"""What is said of the requests of the day and of this machine's clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from connector.dataverse.limits.limiter import Limiter
from connector.dataverse.limits.protection import Signals
from connector.usage import check_usage, run_remarks


@dataclass
class Session:
    """What the remarks look at."""

    limiter: Limiter = field(default_factory=Limiter)
    clock_ahead_s: float | None = None


def used(session: Session, operations: int) -> Session:
    """A session that sent so many."""
    with session.limiter.admit("reading", operations=operations) as admission:
        session.limiter.hear(admission, Signals(is_success=True), 0.1)
    return session


@pytest.mark.parametrize(
    ("ahead_s", "said"), [(None, None), (100.0, None), (3600.4, "3600 ahead of"), (-7200.0, "7200 behind")]
)
def test_a_clock_that_is_off_is_told(ahead_s: float | None, said: str | None) -> None:
    """From two minutes on, with the seconds, the direction and the remedy."""
    remarks = run_remarks(Session(clock_ahead_s=ahead_s), None)  # type: ignore[arg-type]  # only what is looked at
    if said is None:
        assert remarks == []
        return
    (one,) = remarks
    seconds, way = said.split(" ", 1)
    assert one.count == int(seconds)
    assert one.message.startswith(f"seconds is this machine's clock {way} Dataverse's")
    assert "Set the clock" in one.message


@pytest.mark.parametrize(("operations", "is_much"), [(79, False), (80, True), (250, True)])
def test_a_run_warns_when_most_of_the_day_is_used(operations: int, is_much: bool) -> None:
    """At 80 % of the entitlement, with the number and the share; without an entitlement never."""
    session = used(Session(), operations)
    remarks = run_remarks(session, 100)  # type: ignore[arg-type]  # only what is looked at
    assert [one.count for one in remarks] == ([operations] if is_much else [])
    assert all(f"{operations}%" in one.message for one in remarks)
    assert run_remarks(session, None) == []  # type: ignore[arg-type]  # only what is looked at


@pytest.mark.parametrize(
    ("entitlement", "status", "detail"),
    [(None, "ok", "42; CONNECTOR_DAILY_REQUESTS does not"), (100, "ok", "42 of 100, 42%"), (50, "warning", "84%")],
)
def test_doctor_tells_the_requests_of_the_day(entitlement: int | None, status: str, detail: str) -> None:
    """What was sent counts at once; most of the entitlement is a warning with what to do."""
    check = check_usage(used(Session(), 42).limiter, entitlement)
    assert check.status == status
    assert detail in check.detail
    assert bool(check.remedy) == (status == "warning")
