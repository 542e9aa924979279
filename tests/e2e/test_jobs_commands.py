"""`connector jobs` as people type it, `worker` with its options, and schedules that begin runs."""

from __future__ import annotations

import json
import signal
from typing import Any

from connector.pipeline.jobs import NewJob
from connector.sandbox import Sandbox

YEARLY = "0 0 1 1 *"  # no other slot comes while the test looks


def test_jobs_are_listed_shown_cancelled_and_replayed(installed: Any) -> None:
    """A queued run is a job; what is dead or cancelled is queued again; what cannot be is said with exit code 1."""
    with installed.service() as service:
        run = service.start_run("sync", "test")
        service.store.queue.put([NewJob("event-1", "refresh-lead", {}, "lead-1")])
        (lease,) = service.store.queue.claim(["refresh-lead"], 1, worker="w1")
        service.store.queue.fail(lease, "Refused.", retry_in_s=None)
    job_id = f"run:{run.run_id}"
    listed = installed.json("jobs", "list")
    assert [(job["job"], job["status"]) for job in listed["jobs"]] == [("event-1", "dead"), (job_id, "queued")]
    assert listed["counts"] == {"refresh-lead": {"dead": 1}, "sync": {"queued": 1}}
    shown = installed.json("jobs", "show", "event-1")
    assert [(one["number"], one["worker"], one["outcome"], one["reason"]) for one in shown["attempts"]] == [
        (1, "w1", "failed", "Refused.")
    ]
    out, _ = installed.run("jobs", "list", "--status", "dead")
    assert "event-1" in out
    assert "Refused." in out
    assert out.endswith("refresh-lead: 1 dead\n")  # of the others, and of other kinds, nothing was asked
    assert "refresh-lead" not in installed.run("jobs", "list", "--kind", "sync")[0]
    assert "outcome failed" in installed.run("jobs", "show", "event-1")[0]
    assert installed.json("jobs", "cancel", job_id) == {"cancelled": 1}
    (cancelled,) = installed.json("runs", "list")["runs"]
    assert (cancelled["status"], cancelled["error"]) == ("cancelled", "A person cancelled it.")
    assert installed.json("jobs", "replay", "--dead", "--kind", "refresh-lead") == {"queued": 1}
    out, err = installed.run("jobs", "replay", "event-1", code=1)
    assert out.startswith("0 queued")
    assert "its state does not allow it" in err
    assert installed.json("jobs", "replay", job_id) == {"queued": 1}
    assert installed.json("sync")["run"] == run.run_id
    assert "no job nobody" in installed.refused("jobs", "show", "nobody", code=2)
    for wrong in ([], ["--dead", "event-1"]):
        assert "use --dead" in installed.refused("jobs", "replay", *wrong, code=2)


def test_a_worker_of_some_kinds_leaves_the_others(installed: Any) -> None:
    """It delivers nothing and looks at no event where it is told to do runs; a kind that is none is refused."""
    with installed.service() as service:
        service.store.queue.put([NewJob("event-1", "refresh-lead", {}, "lead-1")])
    process = installed.start("worker", "--kinds", "sync, timer", "--threads", "2")
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Working.")
    assert installed.json("sync")["scored"] > 0
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (0, "Ended.\n")
    assert [json.loads(line)["event"] for line in err.splitlines()] == ["run_started", "run_succeeded"]
    assert installed.json("jobs", "show", "event-1")["status"] == "queued"
    assert "no kind of work syncs. Use: deliveries" in installed.refused("worker", "--kinds", "syncs", code=1)


def test_a_schedule_begins_a_run(installed: Any, sandbox: Sandbox) -> None:
    """A slot that came while nobody worked is begun when somebody does, once; what has no schedule is not begun."""
    with installed.service() as service:
        early = service.clock().replace(year=2020, month=1)
        service.store.queue.put_slot("sync", f"{YEARLY} UTC", early, NewJob("x", "timer", {}))
    process = installed.start("worker", CONNECTOR_SYNC_SCHEDULE=YEARLY)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Working.")
    for _ in range(200):
        runs = installed.json("runs", "list")["runs"]
        if runs and runs[-1]["status"] == "succeeded":
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert (runs[-1]["status"], runs[-1]["requested_by"], runs[-1]["kind"]) == ("succeeded", "schedule", "sync")
    timers = installed.json("jobs", "list", "--kind", "timer")["jobs"]
    assert [job["status"] for job in timers if job["job"].startswith("timer:sync:")] == ["finished"]
    assert len(runs) == 1
