"""The main job: done here, asked of a worker, and the handlers of a worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from connector.bootstrap.documents import Documents
from connector.bootstrap.partitions import Hands, Watch
from connector.checkup import SWITCH_ON
from connector.dataverse import columns
from connector.delivery.teams import PREFIX as TEAMS
from connector.errors import ConnectorError, MissingFactError, OutsideError, RefusedError
from connector.pipeline.announce import CardColumns
from connector.pipeline.deliver import deliver_due, recover, take_over
from connector.pipeline.digests import DIGEST, WEEKLY
from connector.pipeline.hints import REFRESH_KINDS
from connector.pipeline.inbox import Inbox
from connector.pipeline.jobs import (
    DELIVERIES,
    RELATED_ROW,
    RUN_JOB,
    TIMER_JOB,
    Failed,
    JobStatus,
    Lease,
    NewJob,
    Task,
    job_of_run,
)
from connector.pipeline.needs import service_stops
from connector.pipeline.notices import channel_tests
from connector.pipeline.partitions import PARTITION_JOB, PARTITION_LEADS
from connector.pipeline.relatedwriting import RowTally, write_related
from connector.pipeline.report import Report, Warned
from connector.pipeline.runfailures import failure_events
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.sync import REFRESH, Job, StoppedError, note_end, run_sync
from connector.telemetry.context import bound
from connector.usage import run_remarks
from connector.worker import POLL_S, Crew, Handler, Stint, Work, handler, said, worker_name, working
from connector.worker.timers import Timer, Timers

CARDS = CardColumns(
    columns.FULL_NAME,
    columns.COMPANY_NAME,
    columns.JOB_TITLE,
    columns.COUNTRY,
    columns.ACCOUNT_NAME,
    columns.OWNER,
)
SYNC, FULL_SYNC = "sync", "full_sync"
TIMERS_OF: Mapping[Task, str] = {Task.DIGEST: "digest", Task.WEEKLY_SUMMARY: "weekly", Task.PRUNE: "prune"}
PRUNE = "prune"
WORK_KINDS = frozenset({RUN_JOB, PARTITION_JOB, TIMER_JOB, DELIVERIES, RELATED_ROW, *REFRESH_KINDS})
ENDED_JOBS = frozenset({JobStatus.FINISHED, JobStatus.DEAD, JobStatus.CANCELLED})
LONGEST_RUN_S = 86_400.0
INBOX_BATCH = 200  # rows of one read
INBOX_REST_S = 0.25  # a round costs a dozen transactions whatever is in it; whoever posts meanwhile wants an answer
ROWS_BATCH = 400
RUN_SCHEDULE_S = (5, 10, 20, 40, 80, 160, 320, 640, 1_280)  # for runs whose end could not be stored
INBOX_SCHEDULE_S = (5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600)  # some hours; the next run brings the rest
UNHEARD_TURNS = 80  # looks at a run, some twenty seconds: what nobody began by then may wait for ever
ROLE_EVERY = 8  # of so many looks at a run one asks whether anybody works: on a server that is a session of its own

Asked = Callable[[], bool]

_log = logging.getLogger(__name__)


class RunFailedError(ConnectorError):
    """A run failed, and that is recorded: its job is not tried again."""


def _stopped(run: Run) -> StoppedError:
    return StoppedError(
        f"The run {run.run_id} was stopped.",
        remedy=f"The next sync, or worker, goes on with it. To give it up: connector runs cancel {run.run_id}.",
    )


class Running(Documents):
    """Runs, workers and deliveries."""

    partition_leads = PARTITION_LEADS

    @property
    def lead_management(self) -> bool:
        """Whether an administrator has turned scoring on."""
        return self.settings.lead_management

    def require_lead_management(self) -> None:
        """Raise RefusedError unless lead management is on."""
        if not self.settings.lead_management:
            raise RefusedError(
                "Lead management is off: scoring leads profiles people, so that an administrator has to decide for it.",
                remedy=SWITCH_ON,
            )

    def sync(self, *, full: bool = False, announce_baseline: bool = False, by: str) -> Report | None:
        """Do one run here; None when a worker has that role, or takes it meanwhile: then `ask` it.

        One of the kind that was interrupted is resumed and is that run, whoever began it; one of another kind is
        resumed before. Raises RefusedError while lead management is off, StoppedError where it was stopped and waits
        to be resumed, and what the run failed with.
        """
        return self._sync_here(full=full, announce_baseline=announce_baseline, by=by)[1]

    def sync_anywhere(self, *, full: bool = False, announce_baseline: bool = False, by: str) -> Mapping[str, Any]:
        """Do one run here, or ask the worker for it and follow that; return what `sync --json` prints.

        Raises what `sync` and `ask` raise.
        """
        run, report = self._sync_here(full=full, announce_baseline=announce_baseline, by=by)
        if report is not None:
            return report.summary()
        # A run that somebody else did meanwhile is the one that was wanted.
        return self._follow(run or self._enqueue(full=full, announce_baseline=announce_baseline, by=by))

    def _sync_here(self, *, full: bool, announce_baseline: bool, by: str) -> tuple[Run | None, Report | None]:
        """Do one run here; no report where another did it meanwhile, and no run where a worker has the role."""
        self.require_lead_management()
        with self.store.worker_lock(alone=True) as held:
            if not held:
                return None, None
            self.store.queue.take_over()
            run = self._enqueue(full=full, announce_baseline=announce_baseline, by=by, alone=True)
            report = self._work_off(run)
            if self.store.run(run.run_id).status is RunStatus.CANCELLED:
                raise RefusedError("The run was cancelled.", remedy="What it left is done by the next one.")
            return run, report

    def _enqueue(self, *, full: bool, announce_baseline: bool, by: str, alone: bool = False) -> Run:
        kind, now = FULL_SYNC if full else SYNC, self.clock()
        return self.store.enqueue_run(kind, by=by, now=now, announce_baseline=announce_baseline, alone=alone)

    def ask(self, *, full: bool = False, announce_baseline: bool = False, by: str) -> Mapping[str, Any]:
        """Queue a run for the worker and follow it; return what `sync --json` prints.

        Where the worker ends meanwhile, the run is done, or resumed, here. Raises OutsideError when the run failed.
        """
        return self._follow(self._enqueue(full=full, announce_baseline=announce_baseline, by=by))

    def _follow(self, run: Run) -> Mapping[str, Any]:
        for turn in count():
            if self._is_over(run):
                break
            if self.stop.wait(POLL_S):
                raise OutsideError(
                    f"Following the run {run.run_id} was stopped; the worker that does runs goes on with it.",
                    remedy=f"Look at it: connector runs show {run.run_id}.",
                )
            if turn % ROLE_EVERY == 0:
                self._stand_in(run)
            if turn == UNHEARD_TURNS and run.status is RunStatus.QUEUED:
                _log.warning(
                    "No worker has begun the run %s yet. If none does runs (connector worker --kinds sync), start one.",
                    run.run_id,
                )
            run = self.store.run(run.run_id)
        if run.status is not RunStatus.SUCCEEDED:
            raise OutsideError(
                f"The run {run.run_id} ended as {run.status}: {run.error or 'no reason is recorded'}",
                remedy="What it planned and did not finish is settled by the next run: connector sync.",
            )
        return run.summary

    def _is_over(self, run: Run) -> bool:
        """Tell whether nobody will do more of a run: one that was interrupted may wait to be resumed."""
        if run.status is not RunStatus.INTERRUPTED:
            return run.status in {RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED}
        return self.store.queue.job(job_of_run(run.run_id).job_id).status in ENDED_JOBS

    def _stand_in(self, run: Run) -> None:
        """Do what is to be done up to this run where nobody has the worker role."""
        with self.store.worker_lock(alone=True) as held:
            if held:
                self.store.queue.take_over()
                self._work_off(run)

    def _work_off(self, run: Run) -> Report | None:
        """Do the runs that come before this one, and this one; None where somebody else did it, or cancelled it.

        Raises StoppedError where one was cut short: it, and this one, wait for whoever works next.
        """
        job_id = job_of_run(run.run_id).job_id
        try:
            report = Stint(self.store.queue, self.stop).work_off(job_id, self._do_run_or_fail)
        except StoppedError as error:
            raise _stopped(run) from error
        except RunFailedError as error:
            raise (error.__cause__ or error) from None
        if self.stop.is_set() and self.store.queue.job(job_id).status not in ENDED_JOBS:
            raise _stopped(run)
        return report

    def _job(
        self, *, announce_baseline: bool = False, lease: Lease | None = None, is_over: Asked = lambda: False
    ) -> Job:
        """What a run, a partition of one and the inbox need. It stops where it `is_over`: for us, or for good.

        What is decided is void once the lease is lost.
        """
        rows = RowTally()

        def is_to_stop() -> bool:
            return self.stop.is_set() or is_over()

        def check_stop() -> None:
            if is_to_stop():
                raise service_stops()

        return Job(
            store=self.store,
            source=self.dataverse,
            writer=self.dataverse,
            outbox=self.outbox(),
            clock=self.clock,
            cards=CARDS,
            parallel=self.settings.parallel,
            deliver_s=self.settings.sync_deliver_s,
            announce_baseline=announce_baseline,
            stop=is_to_stop,
            remarks=lambda: [*run_remarks(self.session, self.settings.daily_requests), *self._row_remarks(rows)],
            turn=partial(self.turn, check_stop, lease=lease),
            shared_turn=partial(self.turn, check_stop, shared=True, lease=lease),
            hands=self._hands(),
            partition_leads=self.partition_leads,
            tables=self.interaction_tables,
            beside=partial(self._write_beside, rows),
            holding=self.holding,
            directory=self.owner_directory,
            digests=self.make_digests,
        )

    def _hands(self) -> Hands:
        """Who does partitions in this process."""

        def job(lease: Lease, holds: Callable[[], bool]) -> Job:
            is_over = Watch(self.store, str(lease.payload["run_id"]), int(str(lease.payload["fence"])))
            return self._job(lease=lease, is_over=lambda: is_over() or not holds())

        return Hands(self.store, job, one_at_a_time=self._one_partition, stop=self.stop)

    def _rows_handler(self, tally: RowTally) -> Handler:
        """Who writes rows beside leads."""

        def write(leases: Sequence[Lease]) -> Mapping[str, Failed]:
            parallel = self.settings.parallel
            return write_related(leases, self.related_rows, tally, parallel=parallel, stop=self.stop.is_set)

        return Handler((RELATED_ROW,), write, batch=ROWS_BATCH)

    def _write_beside(self, tally: RowTally) -> None:
        """Write the rows beside leads that may be written now, within the time that deliveries have too."""
        if self.store.queue.next_job_at([RELATED_ROW]) is None:
            return
        until = self.clock() + timedelta(seconds=self.settings.sync_deliver_s)
        rng = Random()  # noqa: S311 - jitter  # nosec B311
        Stint(self.store.queue, self.stop).work_through(
            self._rows_handler(tally), rng, is_over=lambda: self.clock() >= until
        )

    def _row_remarks(self, tally: RowTally) -> list[Warned]:
        """What a run says of the rows beside leads."""
        if self.store.queue.next_job_at([RELATED_ROW]) is None:
            return tally.warnings()
        counts = self.store.queue.count_jobs().get(RELATED_ROW, {})
        return tally.warnings(counts.get(JobStatus.QUEUED, 0) + counts.get(JobStatus.LEASED, 0))

    def _do_run(self, lease: Lease, holds: Callable[[], bool] = lambda: True) -> Report | None:
        """Do the run of a job, or go on with it; None when it has succeeded already, or is cancelled.

        Raises what stopped it.
        """
        run = self.store.begin_run(str(lease.payload["run_id"]), now=self.clock())
        if run is None:
            return None
        is_over = Watch(self.store, run.run_id, run.fence)
        announce, begun = bool(lease.payload.get("announce_baseline")), self.clock()
        try:
            self.require_lead_management()
            job = self._job(announce_baseline=announce, lease=lease, is_over=lambda: is_over() or not holds())
            with bound(run_id=run.run_id):
                report = run_sync(job, run)
        except Exception as error:
            # One that could not even begin: left as running it would seem to be under way.
            now, why = self.clock(), said(error)
            events = failure_events(self.store.subscriptions(), run.run_id, run.kind, why, now)
            if self.store.finish_run(run, RunStatus.FAILED, now=now, summary={}, error=why, events=events):
                note_end(run, RunStatus.FAILED, begun, now, why)
            if self.store.run(run.run_id).status is RunStatus.CANCELLED:
                return None
            raise
        if self.dataverse.described is not None:
            self.store.remember_types(self.dataverse.described.types)
        return report

    def _do_run_or_fail(self, lease: Lease, holds: Callable[[], bool]) -> Report | None:
        """As `_do_run`, but of one that failed, and whose failure is recorded, raise RunFailedError from it.

        Where the database did not take its end, the run seems to be under way: it is gone on with.
        """
        try:
            return self._do_run(lease, holds)
        except Exception as error:
            if self.store.run(str(lease.payload["run_id"])).status is RunStatus.FAILED:
                raise RunFailedError(said(error)) from error
            raise

    def handlers(self, crew: Crew, inbox: Callable[[], Inbox]) -> list[Handler]:
        """Who does which jobs, events by this inbox. Of a run a failure is its end: the next one settles the rest."""

        def do_run(lease: Lease) -> None:
            self._do_run_or_fail(lease, lambda: crew.holds(lease))

        does = [
            handler(RUN_JOB, do_run, max_age_s=LONGEST_RUN_S, schedule=RUN_SCHEDULE_S),
            handler(TIMER_JOB, self._on_time),
        ]
        if self.lead_management:
            does.append(self._hands().handler(crew.holds))
            does.append(self._rows_handler(RowTally()))
            does.append(
                Handler(
                    REFRESH_KINDS,
                    lambda leases: inbox().handle(leases).again,
                    batch=INBOX_BATCH,
                    schedule=INBOX_SCHEDULE_S,
                    rest_s=INBOX_REST_S,
                )
            )
        return does

    def make_digests(self) -> int:
        """Make the digests and summaries that are due, once each whoever asks; return how many. Raises StoreError."""
        return self.digests(CARDS).make_all(self.clock())

    def test_channels(self) -> None:
        """Send each channel the test card of the latest slot, once whoever asks. Raises StoreError."""
        schedule, now = self.settings.channel_test_schedule, self.clock()
        slot = None if schedule is None else schedule.latest(now, self.settings.timezone)
        if slot is not None:
            channels = [f"{TEAMS}{name}" for name in self.settings.teams_channels]
            self.store.announce(channel_tests(channels, slot, self.settings.dataverse_url), now=now)

    def _on_time(self, lease: Lease) -> None:
        """Do what a timer is for."""
        match lease.payload["timer"]:
            case "prune":
                dropped = self.store.prune(
                    now=self.clock(),
                    keep=timedelta(days=self.settings.keep_days),
                    keep_jobs=timedelta(days=self.settings.keep_jobs_days),
                )
                forgotten = self.store.prune_audit(now=self.clock(), keep=timedelta(days=self.settings.keep_audit_days))
                dropped = {**dropped, "audit entries": forgotten}
                _log.info("pruned: %s", ", ".join(f"{count} {name}" for name, count in dropped.items()))
            case "digest" | "weekly" as name:
                slot = lease.payload.get("slot")
                asked = None if slot is None else datetime.fromisoformat(str(slot))
                made = self.digests(CARDS).make(DIGEST if name == "digest" else WEEKLY, self.clock(), asked=asked)
                _log.info("%s: %d cards", name, made)
            case "channels":
                self.test_channels()
            case name:
                # The key: a worker that dies after this and before the timer's end makes no second run of the slot.
                self.start_run(REFRESH if name == REFRESH else SYNC, "schedule", lease.job_id)

    def worker(
        self, *, kinds: Collection[str] = (), threads: int | None = None, ready: Callable[[], object] = lambda: None
    ) -> AbstractContextManager[None]:
        """Work in threads until the context ends: jobs of these kinds (none: all), and deliveries when they are due.

        `ready` is called once all is read that the first event needs. The end of the context stops the service.
        Raises RefusedError when another process has the worker role, or where a kind is none.
        """
        wanted = frozenset(kinds) or WORK_KINDS
        if unknown := sorted(wanted - WORK_KINDS):
            raise RefusedError(
                f"There is no kind of work {unknown[0]}.", remedy=f"Use: {', '.join(sorted(WORK_KINDS))}."
            )
        inbox = cache(self.inbox)  # it keeps the rulebook from one batch to the next
        looks_at_events = self.lead_management and not wanted.isdisjoint(REFRESH_KINDS)
        work = Work(
            name=worker_name(),
            handlers=lambda crew: [one for one in self.handlers(crew, inbox) if wanted & set(one.kinds)],
            prepare=(lambda: inbox().prepare()) if looks_at_events else lambda: None,
            ready=ready,
            recover=lambda: recover(self.outbox()),
            take_over=lambda: take_over(self.outbox()),
            deliver=partial(self._deliver) if DELIVERIES in wanted else None,
            tick=self._timers().tick if TIMER_JOB in wanted else lambda: None,
            threads=threads or self.settings.worker_threads,
            grace_s=self.settings.worker_grace_s,
            clock=self.clock,
        )
        return working(self.store, work, stop=self.stop)

    def _timers(self) -> Timers:
        """What the clock asks for, as the settings schedule it."""
        settings = self.settings
        schedules = {
            "sync": settings.sync_schedule,
            "refresh": settings.refresh_schedule,
            "prune": settings.prune_schedule,
            "digest": settings.digest_schedule,
            "weekly": settings.weekly_schedule,
            "channels": settings.channel_test_schedule,
        }
        due = [Timer(name, cron) for name, cron in schedules.items() if cron is not None]
        return Timers(self.store.queue, due, settings.timezone, self.clock)

    def _deliver(self) -> int:
        return deliver_due(self.outbox(), stop=self.stop.is_set)

    def cancel_jobs(self, job_ids: Sequence[str]) -> int:
        """Cancel queued jobs, and the runs that were to be done by them; return how many."""
        queue, cancelled = self.store.queue, 0
        for job_id in sorted(set(job_ids)):
            with suppress(MissingFactError):
                job = queue.job(job_id)
                if job.kind == RUN_JOB and job.status is JobStatus.QUEUED:
                    cancelled += self.cancel_run(str(job.payload["run_id"])).status is RunStatus.CANCELLED
                else:
                    cancelled += queue.cancel([job_id])
        return cancelled

    def cancel_run(self, run_id: str) -> Run:
        """Cancel a run that waits or that nobody does; ask one that is under way to end soon.

        Raises RefusedError where it has ended.
        """
        with self.store.worker_lock(alone=True) as held:
            if held:
                self.store.queue.take_over()  # nobody does it: whoever began it is dead
        return self.store.cancel_run(run_id, now=self.clock())

    def inbox(self) -> Inbox:
        """The handler of the jobs that hints become."""
        return Inbox(self._job())

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise RefusedError("The import was stopped.", remedy="Start it again: it goes on where it stopped.")

    def start_run(self, kind: str, by: str, idempotency_key: str | None = None) -> Run:
        """Queue a run for the worker."""
        self.require_lead_management()
        return self.store.enqueue_run(kind, by=by, now=self.clock(), idempotency_key=idempotency_key)

    def start_task(self, task: Task, idempotency_key: str | None = None) -> str:
        """Queue what a timer would do, for this moment; return the id of its job.

        The same task under the same key is one job; without a key one that waits stands for it.
        """
        timer = TIMERS_OF[task]
        slot = self.clock().replace(second=0, microsecond=0)
        job_id = f"{TIMER_JOB}:{timer}:{idempotency_key or uuid4().hex}"
        job = NewJob(job_id, TIMER_JOB, {"timer": timer, "slot": slot.isoformat()}, key=timer)
        put = self.store.queue.coalesce if idempotency_key is None else self.store.queue.put
        put([job])
        return job_id
