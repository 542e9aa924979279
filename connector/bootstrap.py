"""The composition root: the one place that joins settings, adapters and pipeline.

Nothing is opened at import; a `Service` opens what it needs when it is asked and gives it back in `close`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from connector.adapters import Adapters
from connector.checkup import REGISTER, SWITCH_ON, check_switch, check_webhook, expectations, send_test_card
from connector.dataverse import columns
from connector.dataverse.setup.doctor import Check, CheckStatus, examine
from connector.errors import ConnectorError, DocumentError, MissingFactError, OutsideError, RefusedError
from connector.lakehouse import open_export
from connector.pipeline.announce import CardColumns
from connector.pipeline.comparing import diff_model
from connector.pipeline.deliver import deliver_due, recover
from connector.pipeline.gathering import Gathering
from connector.pipeline.hints import REFRESH_KINDS, Hint, OwnWrites, Taken, is_followed, is_own, jobs_of
from connector.pipeline.inbox import Inbox
from connector.pipeline.jobs import RELATED_ROW, RUN_JOB, Failed, JobStatus, Lease, NewJob, job_of_run
from connector.pipeline.ownwrites import own_writes
from connector.pipeline.places import Matrices, load_matrices
from connector.pipeline.ports import DocumentKind, Run, RunStatus
from connector.pipeline.publishing import Applied, Desk, Draft, apply_documents
from connector.pipeline.relatedwriting import RowTally, write_related
from connector.pipeline.report import Report, Warned
from connector.pipeline.rulebook import Versions, live_versions
from connector.pipeline.sources.importing import import_export
from connector.pipeline.sources.mapping import ExportMapping
from connector.pipeline.sources.ports import FindTable, ImportTally
from connector.pipeline.sync import REFRESH, Job, StoppedError, run_sync
from connector.pipeline.values import Interaction
from connector.pipeline.views import best_leads, count_grades, explain_lead, grades_of, lead_entry, live_columns
from connector.provision.webhooks import HookDraft, HookWish, plan_webhook
from connector.scoring.diff import Diff
from connector.scoring.facttypes import FactTypes
from connector.store import Backup, Copied, back_up, copy_database, upgrade
from connector.usage import check_usage, run_remarks
from connector.worker import POLL_S, Crew, Handler, Stint, Work, handler, said, worker_name, working
from connector.worker.timers import TIMER_JOB, Timer, Timers

CARDS = CardColumns(columns.FULL_NAME, columns.COMPANY_NAME, columns.JOB_TITLE, columns.COUNTRY, columns.ACCOUNT_NAME)
SYNC, FULL_SYNC = "sync", "full_sync"
DELIVERIES, PRUNE = "deliveries", "prune"
WORK_KINDS = frozenset({RUN_JOB, TIMER_JOB, DELIVERIES, RELATED_ROW, *REFRESH_KINDS})
ENDED_JOBS = frozenset({JobStatus.FINISHED, JobStatus.DEAD, JobStatus.CANCELLED})
LONGEST_RUN_S = 86_400.0
INBOX_BATCH = 200  # rows of one read
ROWS_BATCH = 400
INBOX_SCHEDULE_S = (5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600)  # some hours; the next run brings the rest
OWN_WRITES_AGE = timedelta(seconds=30)
ROLE_EVERY = 8  # of so many looks at a run one asks whether anybody works: on a server that is a session of its own
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Service(Adapters):
    """Everything that commands and the API ask for, over the adapters that the settings name.

    May be used by several threads. Setting `stop` ends runs, waits and the worker at their next step, for good.
    """

    _kept_gathering: Gathering[NewJob] | None = None
    _kept_own_writes: tuple[datetime, OwnWrites] | None = None
    _kept_matrices: tuple[Versions, Matrices] | None = None

    # --- the main job -----------------------------------------------------------------------------------------------

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
        """Do one run here; None when a worker has that role: then `ask` it.

        One of the kind that a dead process left, or a stopped worker, is resumed and is that run. Raises RefusedError
        while lead management is off, and what stopped the run.
        """
        self.require_lead_management()
        with self.store.worker_lock(alone=True) as held:
            if not held:
                return None
            self.store.queue.take_over()
            run = self.store.enqueue_run(FULL_SYNC if full else SYNC, by=by, now=self.clock())
            return Stint(self.store.queue, self.stop).work_off(
                job_of_run(run.run_id).job_id, partial(self._do_run, announce_baseline=announce_baseline)
            )

    def ask(self, *, full: bool = False, by: str) -> Mapping[str, Any]:
        """Queue a run for the worker and follow it; return what `sync --json` prints.

        Where the worker ends meanwhile, the run is done, or resumed, here. Raises OutsideError when the run failed.
        """
        run = self.store.enqueue_run(FULL_SYNC if full else SYNC, by=by, now=self.clock())
        for turn in count():
            if self._is_over(run):
                break
            if self.stop.wait(POLL_S):
                raise OutsideError(
                    f"Following the run {run.run_id} was stopped; the worker goes on with it.",
                    remedy=f"Look at it: connector runs show {run.run_id}.",
                )
            if turn % ROLE_EVERY == 0:
                self._stand_in(run)
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
            return run.status in {RunStatus.SUCCEEDED, RunStatus.FAILED}
        return self.store.queue.job(job_of_run(run.run_id).job_id).status in ENDED_JOBS

    def _stand_in(self, run: Run) -> None:
        """Do what is to be done up to this run where nobody has the worker role."""
        with self.store.worker_lock(alone=True) as held:
            if held:
                self.store.queue.take_over()
                Stint(self.store.queue, self.stop).work_off(job_of_run(run.run_id).job_id, self._do_run)

    def _job(self, *, announce_baseline: bool = False, holds: Callable[[], bool] = lambda: True) -> Job:
        """What a run needs, and the inbox too. It stops where it `holds` no longer: somebody else is doing it."""
        rows = RowTally()

        def is_to_stop() -> bool:
            return self.stop.is_set() or not holds()

        def check_stop() -> None:
            if is_to_stop():
                raise StoppedError("The service stops.", remedy="What waits goes on when it starts again.")

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
            turn=partial(self.turn, check_stop),
            tables=self.interaction_tables,
            beside=partial(self._write_beside, rows),
        )

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

    def _do_run(
        self, lease: Lease, holds: Callable[[], bool] = lambda: True, *, announce_baseline: bool = False
    ) -> Report | None:
        """Do the run of a job, or go on with it; None when it has succeeded already. Raises what stopped it."""
        run = self.store.begin_run(str(lease.payload["run_id"]), now=self.clock())
        if run is None:
            return None
        try:
            self.require_lead_management()
            report = run_sync(self._job(announce_baseline=announce_baseline, holds=holds), run)
        except Exception as error:
            # One that could not even begin: left as running it would seem to be under way.
            if self.store.run(run.run_id).status is RunStatus.RUNNING:
                self.store.finish_run(run.run_id, RunStatus.FAILED, now=self.clock(), summary={}, error=said(error))
            raise
        if self.dataverse.described is not None:
            self.store.remember_types(self.dataverse.described.types)
        return report

    def handlers(self, crew: Crew, inbox: Callable[[], Inbox]) -> list[Handler]:
        """Who does which jobs, events by this inbox. Of a run a failure is its end: the next one settles the rest."""

        def do_run(lease: Lease) -> None:
            self._do_run(lease, lambda: crew.holds(lease))

        does = [handler(RUN_JOB, do_run, max_age_s=LONGEST_RUN_S, schedule=()), handler(TIMER_JOB, self._on_time)]
        if self.lead_management:
            does.append(self._rows_handler(RowTally()))
            does.append(
                Handler(
                    REFRESH_KINDS,
                    lambda leases: inbox().handle(leases).again,
                    batch=INBOX_BATCH,
                    schedule=INBOX_SCHEDULE_S,
                )
            )
        return does

    def _on_time(self, lease: Lease) -> None:
        """Do what a timer is for."""
        match lease.payload["timer"]:
            case "prune":
                dropped = self.store.prune(
                    now=self.clock(),
                    keep=timedelta(days=self.settings.keep_days),
                    keep_jobs=timedelta(days=self.settings.keep_jobs_days),
                )
                _log.info("pruned: %s", ", ".join(f"{count} {name}" for name, count in dropped.items()))
            case name:
                self.start_run(REFRESH if name == REFRESH else SYNC, "schedule")

    def worker(self, *, kinds: Collection[str] = (), threads: int | None = None) -> AbstractContextManager[None]:
        """Work in threads until the context ends: jobs of these kinds (none: all), and deliveries when they are due.

        The end of the context stops the service. Raises RefusedError when another process has the worker role, or
        where a kind is none.
        """
        wanted = frozenset(kinds) or WORK_KINDS
        if unknown := sorted(wanted - WORK_KINDS):
            raise RefusedError(
                f"There is no kind of work {unknown[0]}.", remedy=f"Use: {', '.join(sorted(WORK_KINDS))}."
            )
        settings = self.settings
        schedules = {
            "sync": settings.sync_schedule,
            "refresh": settings.refresh_schedule,
            "prune": settings.prune_schedule,
        }
        timers = Timers(
            self.store.queue,
            [Timer(name, cron) for name, cron in schedules.items() if cron is not None],
            settings.timezone,
            self.clock,
        )
        inbox = cache(self.inbox)  # it keeps the rulebook from one batch to the next
        looks_at_events = self.lead_management and not wanted.isdisjoint(REFRESH_KINDS)
        work = Work(
            name=worker_name(),
            handlers=lambda crew: [one for one in self.handlers(crew, inbox) if wanted & set(one.kinds)],
            prepare=(lambda: inbox().prepare()) if looks_at_events else None,
            recover=lambda: recover(self.outbox()),
            deliver=partial(self._deliver) if DELIVERIES in wanted else None,
            tick=timers.tick if TIMER_JOB in wanted else lambda: None,
            threads=threads or settings.worker_threads,
            grace_s=settings.worker_grace_s,
        )
        return working(self.store, work, stop=self.stop)

    def _deliver(self) -> int:
        return deliver_due(self.outbox(), stop=self.stop.is_set)

    def cancel_jobs(self, job_ids: Sequence[str]) -> int:
        """Cancel queued jobs, and the runs that were to be done by them; return how many."""
        cancelled = self.store.queue.cancel(job_ids)
        for job_id in sorted(set(job_ids)):
            with suppress(MissingFactError):
                job = self.store.queue.job(job_id)
                if job.kind == RUN_JOB and job.status is JobStatus.CANCELLED:
                    run_id = str(job.payload["run_id"])
                    self.store.finish_run(
                        run_id, RunStatus.INTERRUPTED, now=self.clock(), summary={}, error="A person cancelled it."
                    )
        return cancelled

    # --- hints ------------------------------------------------------------------------------------------------------

    @property
    def environment_host(self) -> str | None:
        """The host of the environment that is worked on; None without one."""
        return urlsplit(self.settings.dataverse_url or "").hostname

    def inbox(self) -> Inbox:
        """The handler of the jobs that hints become."""
        return Inbox(self._job())

    def take_hint(self, hint: Hint) -> Taken:
        """Store durably what a hint asks for; or say why nothing is to be done.

        Where it names no rows, a run looks for what changed.
        """
        if not is_followed(hint):
            return Taken.OTHER_TABLE
        if is_own(hint, self._own_writes()):
            return Taken.OWN_WRITE
        if not hint.row_ids:
            self.start_run(SYNC, "hook:dataverse")
        elif jobs := jobs_of(hint, lambda: uuid4().hex):
            self._gathering().put(jobs)
        return Taken.QUEUED

    def _gathering(self) -> Gathering[NewJob]:
        """What stores the jobs of hints: those that come at the same moment together."""
        if self._kept_gathering is None:
            self._kept_gathering = Gathering(self._store_jobs)
        return self._kept_gathering

    def _store_jobs(self, jobs: Sequence[NewJob]) -> None:
        self.store.queue.coalesce(jobs)

    def plan_webhook(self, wish: HookWish) -> HookDraft:
        """Say what is to be registered so that Dataverse tells of what the live documents read."""
        expected = self._typed(lambda types: expectations(self.store, types, self._opt_out()))
        return plan_webhook(self, wish, expected, CARDS.needs())

    def _check_webhook(self) -> Check:
        if not self.settings.webhook_secret or not self.settings.public_url:
            said = "not used: that needs CONNECTOR_PUBLIC_URL and CONNECTOR_WEBHOOK_SECRET"
            return Check("webhooks", CheckStatus.OK, said)
        try:
            return check_webhook(self.plan_webhook(HookWish()).plan)
        except ConnectorError as error:
            return Check("webhooks", CheckStatus.WARNING, f"not looked at: {error.message}", error.remedy or REGISTER)

    def _own_writes(self) -> OwnWrites:
        """How our own writes are known, kept for a while: nothing is parsed for each event."""
        now, kept = self.clock(), self._kept_own_writes
        if kept is None or not timedelta(0) <= now - kept[0] < OWN_WRITES_AGE:
            marks, tag = frozenset({columns.STATUS_REASON, columns.SALES_READY}), self.settings.write_tag or ""
            try:
                # The environment is not asked: whoever waits for the answer has little time.
                types = self.store.known_types() or columns.STANDARD_TYPES
                own = own_writes(self.store, types, marks=marks, tag=tag)
            except DocumentError as error:
                _log.warning("our own writes cannot be told by their columns: %s", error)
                own = OwnWrites(marks=marks, tag=tag)
            kept = self._kept_own_writes = (now, own)
        return kept[1]

    # --- documents --------------------------------------------------------------------------------------------------

    def apply(self, drafts: Sequence[Draft], *, publish: bool, replace: bool, by: str) -> list[Applied]:
        """Store drafts, or publish those that pass. Raises DocumentError when one does not parse.

        What the table of standard columns refuses is asked of the environment where there is one: its columns may
        have options and lengths of their own.
        """
        channels = frozenset(self.settings.teams_channels) or None

        def attempt(types: FactTypes) -> list[Applied]:
            desk = Desk(self.store, types, by, self.clock(), channels, self._find_table())
            return apply_documents(desk, drafts, publish=publish, replace=replace)

        results = self._typed(attempt)
        types = self._environment_types() if any(result.doubted for result in results) else None
        if types is None:
            return results
        again = {(result.kind, result.name): result for result in attempt(types)}
        return [again[result.kind, result.name] if result.refused else result for result in results]

    def _typed(self, work: Callable[[FactTypes], T]) -> T:
        """Do work by the column types that the last run found, else the standard table's.

        Where a document does not fit them the environment is asked for those that it has now.
        """
        try:
            return work(self.store.known_types() or columns.STANDARD_TYPES)
        except DocumentError:
            types = self._environment_types()
            if types is None:
                raise
            return work(types)

    def _environment_types(self) -> FactTypes | None:
        """The types of the environment's columns; None without an environment, or where it cannot be asked now."""
        if self.settings.dataverse_url is None:
            return None
        try:
            self.dataverse.look_again()
            return self.dataverse.environment().types
        except ConnectorError as error:
            _log.warning("the environment could not be asked for its columns: %s", error)
            return None

    def publish_draft(self, kind: DocumentKind, name: str, *, replace: bool, by: str) -> list[Applied]:
        """Publish a stored draft. Raises MissingFactError when there is none."""
        draft = self.store.draft(kind, name)
        return self.apply([Draft(kind, name, draft.body)], publish=True, replace=replace, by=by)

    # --- asked by commands and the API ------------------------------------------------------------------------------

    def _find_table(self) -> FindTable | None:
        """Who describes the tables of the environment; None without one."""
        return None if self.settings.dataverse_url is None else cache(self.interaction_tables.find)

    def import_export(self, path: Path, export: ExportMapping, *, again: bool = False) -> ImportTally:
        """Import what an export on disk holds and was not imported before, or with `again` all of it.

        Raises DocumentError where its layout is another one than the mapping's.
        """
        tables = open_export(path, export.tables)
        return import_export(self.store, export, tables, clock=self.clock, again=again, check_stop=self._check_stop)

    def _check_stop(self) -> None:
        if self.stop.is_set():
            raise RefusedError("The import was stopped.", remedy="Start it again: it goes on where it stopped.")

    def add_interactions(self, interactions: Sequence[Interaction]) -> int:
        """Store interactions, each once by its id; return how many were new."""
        return self.store.add_interactions(interactions, now=self.clock())

    def start_run(self, kind: str, by: str, idempotency_key: str | None = None) -> Run:
        """Queue a run for the worker."""
        self.require_lead_management()
        return self.store.enqueue_run(kind, by=by, now=self.clock(), idempotency_key=idempotency_key)

    def run(self, run_id: str) -> Run:
        """One run."""
        return self.store.run(run_id)

    def runs(self, limit: int = 20) -> Sequence[Run]:
        """Runs, newest first."""
        return self.store.runs(limit)

    def places(self, scores: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
        """The places of a lead with these stored scores in the matrices of live qualifications."""
        return self._matrices().places(grades_of(scores))

    def _matrices(self) -> Matrices:
        """The matrices of the live documents, read again when those are others."""
        versions = live_versions(self.store)
        kept = self._kept_matrices
        if kept is None or kept[0] != versions:
            kept = self._kept_matrices = (versions, self._typed(partial(load_matrices, self.store)))
        return kept[1]

    def score_history(self, lead_id: str, most: int = 100) -> Sequence[Mapping[str, object]]:
        """The changes of a lead's scores, newest first."""
        return self.store.score_history(lead_id, limit=most)

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead."""
        return self.store.lead_scores(lead_id)

    def readiness(self) -> list[tuple[str, bool, str]]:
        """Each dependency: name, usable, what is wrong."""
        try:
            self.store.check()
        except ConnectorError as error:
            return [("store", False, str(error))]
        return [("store", True, "")]

    def upgrade_database(self) -> str:
        """Bring the database's schema to this version's; return its revision. Raises StoreError."""
        return upgrade(self._database_url(), self.settings.data_dir)

    def copy_database(self, to: str) -> Copied:
        """Copy the whole database into another, empty one; see `connector.store.copying`."""
        return copy_database(self._database_url(), self.settings.data_dir, to)

    def back_up_database(self, file: Path) -> Backup:
        """Copy the SQLite database to a new file while it is in use; see `connector.store.backup`."""
        return back_up(self._database_url(), self.settings.data_dir, file)

    def lead(self, lead_id: str) -> dict[str, Any]:
        """Who a mirrored lead is."""
        return lead_entry(self.store, CARDS, lead_id, self.clock())

    def ranking(self, most: int) -> list[dict[str, Any]]:
        """The best leads, with reasons."""
        return best_leads(self.store, CARDS, self._matrices(), most)

    def grades(self) -> Mapping[str, Mapping[str, int]]:
        """Scored leads by live model and grade, the best grade first."""
        return self._typed(partial(count_grades, self.store))

    def written_columns(self) -> frozenset[str]:
        """The lead columns that the live models are written to."""
        return self._typed(partial(live_columns, self.store))

    def explain(self, lead_id: str, model: str | None = None) -> dict[str, Any]:
        """Why a mirrored lead has its scores, and where it stands."""
        fixed = columns.CONSENT_FACTS | {f"lead.{column}" for column in self._opt_out()}
        return self._typed(lambda types: explain_lead(self.store, types, lead_id, model, self.clock(), fixed=fixed))

    def diff(self, text: str) -> Diff:
        """What publication of a model document would change."""
        return self._typed(lambda types: diff_model(self.store, types, text, self.clock()))

    def doctor(self, *, send_card: bool = False) -> list[Check]:
        """Check the environment against what the live documents need, and the channels when a test card may be sent."""
        expected = self._typed(lambda types: expectations(self.store, types, self._opt_out()))
        checks = [*examine(self.session, expected, clock=self.clock), check_switch(on=self.lead_management)]
        checks.append(self._check_webhook())
        checks.append(check_usage(self.session.limiter, self.settings.daily_requests))
        if send_card:
            checks += [send_test_card(self.courier, name, self.clock()) for name in self.settings.teams_channels]
        return checks
