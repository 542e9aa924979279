"""How a run's job ends: with a failure that is recorded it is over, without one it is gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from connector.bootstrap import Service, partitions
from connector.errors import ConnectorError, OutsideError, StoreError
from connector.pipeline.jobs import RUN_JOB, Lease
from connector.pipeline.ports import RunStatus
from connector.pipeline.retries import retry_in_s
from connector.sandbox import Sandbox
from connector.worker import Handler


class Crew:
    """Holds whatever it is asked about."""

    def holds(self, lease: Lease) -> bool:
        """Yes."""
        return bool(lease)


def begin(service: Service) -> tuple[Handler, Lease]:
    """Who does runs, and the job of one that was asked for."""
    service.store.enqueue_run("sync", by="test", now=service.clock())
    (lease,) = service.store.queue.claim([RUN_JOB], 1, worker="test")
    crew: Any = Crew()
    one = next(each for each in service.handlers(crew, lambda: None) if RUN_JOB in each.kinds)  # type: ignore[arg-type, return-value] # no events here
    return one, lease


def status(service: Service, lease: Lease) -> RunStatus:
    """How the run of a job stands."""
    return service.store.run(str(lease.payload["run_id"])).status


def again_in(one: Handler, error: BaseException) -> float | None:
    """When a job is tried again that ended so for the first time."""
    return retry_in_s(error, 1, Random(1), one.schedule)


def test_a_failure_that_is_recorded_ends_the_job(service: Service, sandbox: Sandbox) -> None:
    """Its job is not tried again, though the fault would pass: the next run settles what it left."""
    sandbox.faults.status(503, times=None, when="/leads")
    one, lease = begin(service)
    with pytest.raises(ConnectorError) as caught:
        one.do([lease])
    assert status(service, lease) is RunStatus.FAILED
    assert again_in(one, caught.value) is None
    assert "503" in str(caught.value)


def test_a_failure_is_told_as_what_failed_however_soon_the_run_is_seen_to_be_over(
    service: Service, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody asked it to stop: that its end is recorded is none of the reasons for it."""
    monkeypatch.setattr(partitions, "LOOK_S", 0.0)
    sandbox.faults.status(503, times=None, when="/leads")
    with pytest.raises(OutsideError, match="503"):
        service.sync(by="test")


def test_a_run_whose_end_could_not_be_stored_is_gone_on_with(
    service: Service, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away when the run fails for that: the job is tried again, and the run succeeds."""

    def away(*_: object, **__: object) -> Mapping[str, object]:
        raise StoreError("The database cannot be reached.")

    fault = sandbox.faults.status(503, times=None, when="/leads")
    one, lease = begin(service)
    with monkeypatch.context() as patched:
        patched.setattr(type(service.store), "finish_run", away)
        with pytest.raises(StoreError) as caught:
            one.do([lease])
    assert status(service, lease) is RunStatus.RUNNING
    assert again_in(one, caught.value) is not None
    fault.clear()
    one.do([lease])
    assert status(service, lease) is RunStatus.SUCCEEDED
