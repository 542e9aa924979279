"""What is done with a job: plain functions, with what the worker has to know of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from connector.errors import ConnectorError
from connector.pipeline.jobs import Failed, Lease
from connector.pipeline.retries import SCHEDULE_S, pause_s
from connector.telemetry import tracing
from connector.telemetry.context import bound

Again = Mapping[str, str | Failed]

HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class Handler:
    """What does the jobs of these kinds: up to `batch` in one call of `do`, and with a batch one call at a time.

    `do` may be called in any thread. What it raises is the failure of all; the jobs that it returns, by id with the
    reason, have failed alone and are tried again, or not where `Failed` says so. It is given up after `max_age_s`
    (seconds): its jobs are then tried again, and its result is void. `schedule` holds the pauses before a failed job is
    tried again, in seconds; once it is used up the job is dead. Of those that are `alone` this process does one at a
    time, and only while it `is_free`; the others are left to other processes. After a batch that was not full the next
    begins no sooner than `rest_s` seconds after this one did: what comes meanwhile is then done together.
    """

    kinds: tuple[str, ...]
    do: Callable[[Sequence[Lease]], Again | None]
    batch: int = 1
    lease_s: float = 30.0
    max_age_s: float = HOUR_S
    schedule: tuple[float, ...] = SCHEDULE_S
    alone: bool = False
    is_free: Callable[[], bool] = lambda: True
    rest_s: float = 0.0


@contextmanager
def at_work(leases: Sequence[Lease]) -> Iterator[None]:
    """What is logged and traced meanwhile belongs to these jobs: to the trace of the first, linked to the others'."""
    first, parents = leases[0], [lease.payload.get(tracing.TRACEPARENT) for lease in leases]
    links = [one for one in parents[1:] if isinstance(one, str)]
    with (
        bound(job_id=first.job_id.removesuffix(f":{first.key}")),  # the key may be a lead's id
        tracing.span(f"job {first.kind}", kind="consumer", parent=parents[0], links=links, jobs=len(leases)),
    ):
        yield


def handler(
    kind: str,
    do: Callable[[Lease], object],
    *,
    lease_s: float = 30.0,
    max_age_s: float = HOUR_S,
    schedule: Sequence[float] = SCHEDULE_S,
    alone: bool = False,
    is_free: Callable[[], bool] = lambda: True,
) -> Handler:
    """Make a handler of a function that does one job."""

    def do_one(leases: Sequence[Lease]) -> None:
        for lease in leases:
            do(lease)

    return Handler(
        (kind,),
        do_one,
        lease_s=lease_s,
        max_age_s=max_age_s,
        schedule=tuple(schedule),
        alone=alone,
        is_free=is_free,
    )


def failure_of(why: str | Failed, lease: Lease, rng: Random, schedule: Sequence[float]) -> tuple[str, float | None]:
    """Say what is recorded of a job that failed alone, and in how many seconds it is tried again; None: never."""
    failed = why if isinstance(why, Failed) else Failed(why)
    if not failed.again:
        return failed.reason, None
    return failed.reason, pause_s(lease.attempt, asked_s=failed.asked_s, rng=rng, schedule=schedule)


def said(error: BaseException) -> str:
    """What may be recorded of an error: our own are written for people, the text of others may quote data."""
    return str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
