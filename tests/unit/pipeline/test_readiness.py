"""Dependencies: what is told of each, and which of them make a service unusable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.pipeline.readiness import (
    LEAST_FREE,
    WORKER_GONE,
    dataverse_reached,
    destinations_used,
    disk_free,
    unusable,
    usable,
    worker_seen,
)
from connector.pipeline.runs import Run, RunStatus

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def run(status: RunStatus) -> Run:
    """A run that is so far."""
    return Run(f"run-{status}", "sync", status, NOW, NOW, NOW, "schedule", None, {}, "Ada Example")


def test_only_the_store_and_its_schema_are_needed() -> None:
    """Without a worker, a channel or room what is asked for waits; it is not refused."""
    assert unusable("store", "locked").needed
    assert usable("schema").needed
    hampering = [
        worker_seen(None, NOW),
        dataverse_reached([run(RunStatus.FAILED)], {}),
        destinations_used(1),
        disk_free(0),
    ]
    assert [(one.ok, one.needed) for one in hampering] == [(False, False)] * 4
    assert all(one.message and one.remedy for one in hampering)


def test_why_a_store_cannot_be_used_is_for_the_log() -> None:
    """Anybody may ask for readiness."""
    found = unusable("store", "/data/connector.db is locked")
    assert "/data" in found.detail
    assert "/data" not in found.message + found.remedy


@pytest.mark.parametrize(("ago", "ok"), [(timedelta(0), True), (WORKER_GONE, True), (WORKER_GONE * 1.01, False)])
def test_a_worker_is_there_while_it_shows_itself(ago: timedelta, ok: bool) -> None:
    """It does so every fifteen seconds; six times missed is gone."""
    assert worker_seen(NOW - ago, NOW).ok is ok


def test_dataverse_is_judged_by_the_last_run_that_ended() -> None:
    """One under way, cancelled or interrupted says nothing; what a run said of its failure is not repeated."""
    silent = [run(RunStatus.RUNNING), run(RunStatus.CANCELLED), run(RunStatus.INTERRUPTED)]
    assert dataverse_reached(silent, {}).ok
    found = dataverse_reached([*silent, run(RunStatus.SUCCEEDED), run(RunStatus.FAILED)], {"lead": NOW})
    assert (found.ok, found.message) == (True, "Leads were last read at 2026-11-21 09:00:00 UTC.")
    failed = dataverse_reached([*silent, run(RunStatus.FAILED), run(RunStatus.SUCCEEDED)], {"lead": NOW})
    assert not failed.ok
    assert "run-failed" in failed.message
    assert "Ada" not in failed.message + failed.remedy


def test_room_and_destinations_that_suffice_are_well() -> None:
    """What is well has nothing to be done about."""
    for found in (disk_free(LEAST_FREE), destinations_used(0)):
        assert (found.ok, found.remedy) == (True, "")
