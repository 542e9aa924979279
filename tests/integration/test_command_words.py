"""What commands about runs and destinations say to a person, run in this process on a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.checkup import check_destinations
from connector.cli import run
from connector.dataverse.setup.doctor import CheckStatus
from connector.pipeline.runs import RunStatus
from connector.pipeline.values import Undeliverable
from connector.store import SqlStore, open_store
from tests.contract.store.material import CHANNEL, NOW, announce, at, event

OFF = Undeliverable("The workflow is off.", 400, "", pauses=True)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    """The store of the installation that the environment names."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path))
    opened = open_store(None, tmp_path)
    yield opened
    opened.close()


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What a command prints in one line, its errors too; its exit code must be `code`."""
    capsys.readouterr()
    assert run(list(words)) == code
    printed = capsys.readouterr()
    return " ".join((printed.out + printed.err).split())


def paused(store: SqlStore) -> None:
    """A channel whose workflow is off: one card was refused, one waits for its return."""
    announce(store, event("event-1", "lead-1"), event("event-2", "lead-2"))
    (first,) = store.claim([CHANNEL], 1, now=NOW, rates={})
    store.conclude(first, OFF, now=NOW, retry_at=None)


def failing(store: SqlStore) -> None:
    """A channel from which nothing but a failure came."""
    announce(store, event("event-1", "lead-1"))
    (first,) = store.claim([CHANNEL], 1, now=NOW, rates={})
    store.conclude(first, Undeliverable("It is away.", 503, ""), now=NOW, retry_at=at(hours=1))


def test_a_run_that_waits_is_cancelled(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    """At once, and the command says so; of one that has succeeded, and one that nobody knows, it says why not."""
    run_id = store.enqueue_run("sync", by="ana", now=NOW).run_id
    assert said(capsys, "runs", "cancel", run_id) == "Cancelled."
    assert store.run(run_id).status is RunStatus.CANCELLED
    done = store.enqueue_run("sync", by="ana", now=NOW)
    leases = store.queue.claim(["sync"], 1, worker="w1")
    begun = store.begin_run(done.run_id, now=NOW)
    assert begun is not None
    store.finish_run(begun, RunStatus.SUCCEEDED, now=NOW, summary={})
    store.queue.finish(leases)
    assert "has ended already: succeeded" in said(capsys, "runs", "cancel", done.run_id, code=1)
    assert "There is no run nobody" in said(capsys, "runs", "cancel", "nobody", code=2)
    assert "A person cancelled it." in said(capsys, "runs", "show", run_id)


def test_a_run_under_way_is_asked_to_end(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says that it will, and where to look; lists tell that it is being cancelled, and how far it is."""
    run_id = store.enqueue_run("sync", by="ana", now=NOW).run_id
    with store.worker_lock() as held:
        assert held
        assert store.queue.claim(["sync"], 1, worker="w1")
        begun = store.begin_run(run_id, now=NOW)
        assert begun is not None
        store.report_progress(begun, 120, 480, now=at(seconds=60))
        words = said(capsys, "runs", "cancel", run_id)
        assert words == f"It is asked to end and will soon. Look at it: connector runs show {run_id}"
        assert store.run(run_id).cancel_asked
        listed = said(capsys, "runs", "list")
    assert "being cancelled" in listed
    assert f"{run_id}: 120 of 480" in listed


def test_a_paused_destination_is_used_again(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    """The list names it with its reason; resuming says how many cards go out; then there is nothing to resume."""
    paused(store)
    assert f"{CHANNEL} is paused, 1 wait: The workflow is off." in said(capsys, "deliveries", "list")
    words = said(capsys, "deliveries", "resume", CHANNEL)
    assert words == f"{CHANNEL} is used again; 1 queued. The next sync, or the running worker, sends them."
    assert "is paused" not in said(capsys, "deliveries", "list")
    assert "is not paused" in said(capsys, "deliveries", "resume", CHANNEL, code=1)
    assert "teams:nobody" in said(capsys, "deliveries", "resume", "teams:nobody", code=2)


def test_the_doctor_names_what_is_paused_and_how_to_use_it_again(store: SqlStore) -> None:
    """A failure with the reason, how many wait, and the very command; after a success nothing is said."""
    assert check_destinations(store.troubled_destinations()) == []
    paused(store)
    (check,) = check_destinations(store.troubled_destinations())
    assert (check.name, check.status) == (CHANNEL, CheckStatus.FAILURE)
    assert check.detail == "paused, 1 wait: The workflow is off."
    assert check.remedy == f"Mend it, then: connector deliveries resume {CHANNEL}"
    store.resume_destination(CHANNEL, now=NOW)
    assert all(one.status is not CheckStatus.FAILURE for one in check_destinations(store.troubled_destinations()))


def test_the_doctor_warns_of_a_destination_that_only_fails(store: SqlStore, capsys: pytest.CaptureFixture[str]) -> None:
    """It says since when, as the list does; it is used all the while."""
    failing(store)
    (check,) = check_destinations(store.troubled_destinations())
    assert (check.status, check.detail) == (CheckStatus.WARNING, f"nothing arrived since {NOW:%Y-%m-%d %H:%M} UTC")
    assert check.remedy == "See why: connector deliveries list"
    assert f"{CHANNEL}: nothing arrived since" in said(capsys, "deliveries", "list")
