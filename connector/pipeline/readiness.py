"""What a service depends on, as whoever asks is told of it: states and remedies, never a path, an address or a person.

How each is found out is the caller's; what makes a service unusable and what only hampers it is decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.pipeline.runs import Run, RunStatus

STORE, SCHEMA, WORKER, DATAVERSE, DESTINATIONS, DISK = (
    "store",
    "schema",
    "worker",
    "dataverse",
    "destinations",
    "disk",
)
WORKER_GONE = timedelta(seconds=90)
LEAST_FREE = 256 * 1024 * 1024
_ENDED = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Dependency:
    """One of them. Without one that is `needed` nothing can be done; without the others something is left undone.

    `message` and `remedy` are for everybody, `detail` for the log alone.
    """

    name: str
    ok: bool
    message: str = ""
    remedy: str = ""
    needed: bool = False
    detail: str = ""


def unusable(name: str, detail: str) -> Dependency:
    """The store, or its schema, cannot be used; why is for the log."""
    return Dependency(
        name,
        ok=False,
        message=f"The {name} cannot be used now.",
        remedy="The log of this service says why; `connector doctor` says what to do.",
        needed=True,
        detail=detail,
    )


def usable(name: str) -> Dependency:
    """The store, or its schema, can be used."""
    return Dependency(name, ok=True, needed=True)


def worker_seen(at: datetime | None, now: datetime) -> Dependency:
    """Whether somebody works; an API alone takes what is asked for and leaves it to wait."""
    if at is not None and now - at <= WORKER_GONE:
        return Dependency(WORKER, ok=True)
    ago = "was seen yet" if at is None else f"was seen since {at:%Y-%m-%d %H:%M:%S} UTC"
    return Dependency(
        WORKER,
        ok=False,
        message=f"No worker {ago}: what is asked for waits.",
        remedy="Start one: connector worker, or connector serve.",
    )


def dataverse_reached(runs: Sequence[Run], pulled: Mapping[str, datetime]) -> Dependency:
    """How it was when it was last tried, newest runs first: nothing is sent to find out."""
    last = next((run for run in runs if run.status in _ENDED), None)
    if last is None or last.status is RunStatus.SUCCEEDED:
        at = pulled.get("lead")
        return Dependency(
            DATAVERSE, ok=True, message=f"Leads were last read at {at:%Y-%m-%d %H:%M:%S} UTC." if at else ""
        )
    return Dependency(
        DATAVERSE,
        ok=False,
        message=f"The last run failed: {last.run_id}.",
        remedy=f"Look at it: connector runs show {last.run_id}; then: connector doctor.",
    )


def destinations_used(paused: int) -> Dependency:
    """Whether every channel and flow takes what is sent."""
    if not paused:
        return Dependency(DESTINATIONS, ok=True)
    return Dependency(
        DESTINATIONS,
        ok=False,
        message=f"{paused} paused: what is for them waits.",
        remedy="See which and why: connector deliveries list; then: connector deliveries resume NAME.",
    )


def disk_free(free: int) -> Dependency:
    """Whether there is room in the data folder; `free` is in bytes."""
    said = f"{free // (1024 * 1024)} MiB are free in the data folder."
    if free >= LEAST_FREE:
        return Dependency(DISK, ok=True, message=said)
    return Dependency(DISK, ok=False, message=said, remedy="Make room, or keep less: CONNECTOR_KEEP_DAYS.")
