"""The main job: settle what an earlier run left, pull, score what is due, write back, deliver.

One run, in the design's order. Everything it needs is handed in; whatever fails is raised after it was recorded,
and the next run completes what this one left.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from connector.errors import (
    ConnectorError,
    DocumentError,
    MissingFactError,
    OutdatedError,
    OutsideError,
    RefusedError,
    StoreError,
)
from connector.pipeline.deliver import deliver_due, recover
from connector.pipeline.needs import Job, StoppedError, check_stop, context_of, open_desk, purpose_of, stopped
from connector.pipeline.passes import CHUNK, score_due
from connector.pipeline.pulling import pull
from connector.pipeline.report import ALERT_STATES, Report
from connector.pipeline.rulebook import Rulebook, column_needs, live_versions, load_rulebook, note_counts
from connector.pipeline.runfailures import failure_events
from connector.pipeline.runs import Run, RunStatus
from connector.pipeline.sources.pulling import settle as settle_sources
from connector.pipeline.sources.pulling import source_readings
from connector.pipeline.values import ColumnNeeds, Table
from connector.pipeline.writeback import settle_planned
from connector.telemetry import meters, tracing
from connector.telemetry.logs import Happening, tell

__all__ = ["CHUNK", "REFRESH", "Job", "StoppedError", "note_end", "open_desk", "purpose_of", "run_sync"]

_log = logging.getLogger(__name__)

REFRESH = "refresh"
MOST_STARTS = 3  # a run begins anew when documents are published while it scores


def run_sync(job: Job, run: Run) -> Report:
    """Do one run and record its end. Raises what stopped it, after recording that."""
    report = Report(run.run_id)
    before, begun = job.store.counts(), job.clock()
    tell(Happening.RUN_STARTED, run_id=run.run_id, kind=run.kind)
    try:
        _sync(job, run, report)
    except BaseException as error:
        # A wait that was cut short by the wish to stop fails as whatever waited. Asked once: a run whose failure is
        # recorded is over, which is no wish.
        is_asked = job.stop()
        is_stop = is_asked or isinstance(error, StoppedError | KeyboardInterrupt | SystemExit)
        status = RunStatus.INTERRUPTED if is_stop else RunStatus.FAILED
        message = str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
        # Where the store cannot record it either, what stopped the run is still what its caller has to hear.
        with suppress(StoreError):
            _finish(job, run, report, before, begun, status, message)
        if is_asked and isinstance(error, OutsideError):
            raise stopped() from error
        raise
    _finish(job, run, report, before, begun, RunStatus.SUCCEEDED)
    return report


def _finish(
    job: Job,
    run: Run,
    report: Report,
    before: Mapping[str, int],
    begun: datetime,
    status: RunStatus,
    error: str = "",
) -> None:
    report.alerts = _alerts(before, job.store.counts())
    report.remarks = list(job.remarks())
    now = job.clock()
    failed = status is RunStatus.FAILED
    events = failure_events(job.store.subscriptions(), run.run_id, run.kind, error, now) if failed else ()
    if job.store.finish_run(run, status, now=now, summary=report.summary(), error=error, events=events) is None:
        _log.warning("the run %s was begun anew, or cancelled, meanwhile: what came of it here is void", run.run_id)
        return
    note_end(run, status, begun, now, error)


def note_end(run: Run, status: RunStatus, begun: datetime, now: datetime, error: str = "") -> None:
    """Tell the log and the meters how a run ended, and how long it took since it was begun, or resumed, last."""
    taken_s = max((now - begun).total_seconds(), 0.0)
    meters.RUNS.labels(run.kind, status.value).observe(taken_s)
    if status is RunStatus.SUCCEEDED:
        tell(Happening.RUN_SUCCEEDED, run_id=run.run_id, kind=run.kind, seconds=round(taken_s, 3))
    elif status is RunStatus.FAILED:
        tell(Happening.RUN_FAILED, run_id=run.run_id, kind=run.kind, seconds=round(taken_s, 3), error=error)


def _sync(job: Job, run: Run, report: Report) -> None:
    recover(job.outbox)
    try:
        _start(job, run, report)
    except (StoppedError, StoreError):
        raise
    except ConnectorError:
        _deliver(job)  # what is due has nothing to do with what stopped the run
        raise
    _deliver(job)
    job.beside()


def _start(job: Job, run: Run, report: Report) -> None:
    """Bring everything up to date, beginning anew when documents were published, or metadata changed, meanwhile."""
    everything = run.kind == "full_sync"
    for _ in range(MOST_STARTS):
        try:
            if _bring_up_to_date(job, run, report, everything=everything):
                return
            everything = False
        except (OutdatedError, DocumentError, MissingFactError):
            # What was kept of the metadata may be to blame: read afresh, they mend it or show what is really wrong.
            if not job.source.look_again():
                raise
            _log.warning("what is kept of the environment's metadata does not hold: it is read afresh")
            report.writes.left.clear()  # what could not be written by it is tried again
    report.unsettled_documents = True


def _deliver(job: Job) -> None:
    if job.deliver_s is not None:
        job.digests()
        deliver_due(job.outbox, within_s=job.deliver_s, stop=job.stop)


def _bring_up_to_date(job: Job, run: Run, report: Report, *, everything: bool) -> bool:
    """Bring every due lead up to date; False when documents were published meanwhile, so that it must begin anew.

    `everything` says that all rows are read again.
    """
    rulebook = load_rulebook(job.store, job.source.environment(purpose_of(live_versions(job.store))))
    if not rulebook.models:
        raise RefusedError(
            "No scoring model is live, so there is nothing to score by.",
            remedy="Publish one: connector apply DIR --publish.",
        )
    needs = column_needs(rulebook, job.cards.needs())
    note_counts(job.store, rulebook)
    now = job.clock()
    desk = open_desk(job, rulebook, needs, context_of(job, run.run_id, now, announce_baseline=job.announce_baseline))
    with job.turn():  # nothing newer may come between reading a page and storing it
        report.resumed += settle_planned(desk, report.writes)
        if everything:
            job.store.drop_tokens(run.run_id)
        if _reads(job, run, needs):
            with tracing.span("read"):
                _read(job, rulebook, needs, report)
        job.store.wake(now)
    if not score_due(job, run, desk, rulebook, now, report):
        return False
    job.store.complete_baselines(rulebook.baseline_documents(), now=job.clock())
    return True


def _reads(job: Job, run: Run, needs: ColumnNeeds) -> bool:
    """Tell whether rows are read: a refresh scores what is mirrored, unless that is not all that is needed."""
    return run.kind != REFRESH or Table.LEAD not in job.store.tokens(needs)


def _read(job: Job, rulebook: Rulebook, needs: ColumnNeeds, report: Report) -> None:
    """Bring the mirror up to date."""
    sources = source_readings(job.store, job.tables, rulebook.sources, report.harvest, job.clock)
    pull(
        job.store,
        job.source,
        needs,
        report,
        clock=job.clock,
        check_stop=lambda: check_stop(job),
        further=[*job.further(), *sources],
    )
    settle_sources(job.store, job.clock)


def _alerts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What this run added to the delivered and the dead, and how many wait, are held or uncertain now."""
    counts = {state: after.get(state, 0) for state in ALERT_STATES}
    for state in ("delivered", "dead"):
        counts[state] -= before.get(state, 0)
    return counts
