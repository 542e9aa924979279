"""`connector jobs`: what waits to be done, is under way, and became of it."""

from __future__ import annotations

import click

from connector.cli.context import service
from connector.cli.output import console, counted, json_option, print_attempts, print_fields, print_json, when
from connector.cli.tables import table
from connector.pipeline.jobs import JobRecord, JobStatus


@click.group("jobs")
def command() -> None:
    """Jobs: runs, events, timers."""


@command.command("list")
@click.option("--kind", help="Only this kind.")
@click.option("--status", type=click.Choice([str(status) for status in JobStatus]))
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@json_option
def list_(kind: str | None, status: str | None, limit: int, *, as_json: bool) -> None:
    """List jobs, newest first, and how many there are of each kind; `--status dead` are the dead letters.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        queue = opened.store.queue
        jobs = list(queue.jobs(kind=kind, status=JobStatus(status) if status else None, limit=limit))
        counts = queue.count_jobs()
    if as_json:
        print_json({"jobs": [as_dict(job) for job in jobs], "counts": counts})
        return
    cells = [(job.job_id, job.kind, job.status, when(job.put_at), job.reason) for job in jobs]
    table(console(), "", ["job", "kind", "status", "since", "reason"], cells, whole=[0, 3])
    for of_kind, states in sorted(counts.items()):
        asked = [f"{count} {state}" for state, count in sorted(states.items()) if status in {None, state}]
        if asked and kind in {None, of_kind}:
            click.echo(f"{of_kind}: {', '.join(asked)}")


@command.command("show")
@click.argument("job_id")
@json_option
def show(job_id: str, *, as_json: bool) -> None:
    """Show one job with every attempt.

    Exit codes: 0 done; 2 there is none with that id, or settings; 3 the store cannot be used.
    """
    with service() as opened:
        job = opened.store.queue.job(job_id)
    if as_json:
        print_json(as_dict(job) | {"attempts": attempts(job)})
        return
    print_fields(as_dict(job))
    print_attempts(attempts(job))


@command.command("replay")
@click.argument("job_ids", nargs=-1)
@click.option("--dead", is_flag=True, help="All dead jobs (of --kind, where given).")
@click.option("--kind", help="With --dead: only this kind.")
@json_option
def replay(job_ids: tuple[str, ...], kind: str | None, *, dead: bool, as_json: bool) -> None:
    """Queue dead or cancelled jobs again: those named, or all dead ones.

    Exit codes: 0 done; 1 some of them were in no such state; 2 nothing was named, or settings; 3 the store cannot be
    used.
    """
    if bool(job_ids) is dead:
        raise click.UsageError("Name jobs, or use --dead for all dead ones.")
    with service() as opened:
        queue = opened.store.queue
        wanted = set(job_ids) or {job.job_id for job in queue.dead(kind)}
        count = queue.replay(sorted(wanted))
    _tell(
        "queued",
        "queued again. The worker that runs, or the next that is started, does them.",
        count,
        len(wanted),
        as_json=as_json,
    )


@command.command("cancel")
@click.argument("job_ids", nargs=-1, required=True)
@json_option
def cancel(job_ids: tuple[str, ...], *, as_json: bool) -> None:
    """Cancel jobs that wait; what is under way goes on.

    Exit codes: 0 done; 1 some of them did not wait; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        count = opened.cancel_jobs(job_ids)
    _tell("cancelled", "cancelled.", count, len(set(job_ids)), as_json=as_json)


def _tell(word: str, sentence: str, count: int, wanted: int, *, as_json: bool) -> None:
    if as_json:
        print_json({word: count})
    else:
        click.echo(f"{count} {sentence}")
    if missed := wanted - count:
        click.echo(
            f"{counted(missed, 'was', 'were')} not: there is no such job, or its state does not allow it.", err=True
        )
        raise click.exceptions.Exit(1)


def as_dict(job: JobRecord) -> dict[str, object]:
    """A job for JSON."""
    return {
        "job": job.job_id,
        "kind": job.kind,
        "key": job.key,
        "status": job.status,
        "payload": dict(job.payload),
        "put_at": job.put_at,
        "not_before": job.not_before,
        "finished_at": job.finished_at,
        "reason": job.reason,
    }


def attempts(job: JobRecord) -> list[dict[str, object]]:
    """Its attempts for JSON."""
    return [
        {
            "number": one.number,
            "worker": one.worker,
            "begun_at": one.begun_at,
            "ended_at": one.ended_at,
            "outcome": one.outcome,
            "reason": one.reason,
        }
        for one in job.attempts
    ]
