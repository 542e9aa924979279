"""What a run and `connector doctor` say about the requests of the day and about this machine's clock."""

from __future__ import annotations

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.limits.limiter import Limiter
from connector.dataverse.setup.doctor import Check, CheckStatus
from connector.pipeline.report import Warned

MOST_AHEAD_S = 120.0
MUCH = 0.8


def run_remarks(session: DataverseSession, entitlement: int | None) -> list[Warned]:
    """What a run adds to its warnings; what is left of its lease is given back first. Raises StoreError."""
    session.limiter.settle()
    ahead_s = session.clock_ahead_s or 0.0
    remarks = []
    if abs(ahead_s) > MOST_AHEAD_S:
        way = "ahead of" if ahead_s > 0 else "behind"
        text = (
            f"seconds is this machine's clock {way} Dataverse's: windows, decay and the times that are written are off "
            "by as much. Set the clock (NTP)."
        )
        remarks.append(Warned("clock-skew", text, round(abs(ahead_s))))
    used = operations_today(session.limiter)
    if entitlement is not None and used >= MUCH * entitlement:
        text = (
            f"requests were sent today (UTC), {used / entitlement:.0%} of CONNECTOR_DAILY_REQUESTS ({entitlement}). "
            "Run less often, or buy request capacity."
        )
        remarks.append(Warned("daily-requests", text, used))
    return remarks


def check_usage(limiter: Limiter, entitlement: int | None) -> Check:
    """Tell how many requests were sent today, as a warning where most of the entitlement is used. Raises StoreError."""
    limiter.settle()
    used, name = operations_today(limiter), "requests today"
    if entitlement is None:
        return Check(name, CheckStatus.OK, f"{used}; CONNECTOR_DAILY_REQUESTS does not say how many may be")
    detail = f"{used} of {entitlement}, {used / entitlement:.0%}"
    if used < MUCH * entitlement:
        return Check(name, CheckStatus.OK, detail)
    return Check(name, CheckStatus.WARNING, detail, "Run less often, or buy request capacity.")


def operations_today(limiter: Limiter) -> int:
    """How many operations all processes settled today (UTC)."""
    return limiter.ledger.operations(limiter.ledger.today())
