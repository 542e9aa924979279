"""The main job: settle what an earlier run left, pull, score what is due, write back, deliver.

One run, in the design's order. Everything it needs is handed in; whatever fails is raised after it was recorded,
and the next run completes what this one left.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.errors import (
    ConnectorError,
    DocumentError,
    MissingFactError,
    OutdatedError,
    OutsideError,
    RefusedError,
    StoreError,
)
from connector.pipeline.announce import CardColumns
from connector.pipeline.decide import decide
from connector.pipeline.deliver import Outbox, deliver_due, recover
from connector.pipeline.events import Case, Context
from connector.pipeline.judge import judge
from connector.pipeline.ports import Clock, Run, RunStatus, Source, Store, Writer
from connector.pipeline.pulling import pull
from connector.pipeline.readings import Reading
from connector.pipeline.report import ALERT_STATES, Report, Warned
from connector.pipeline.rulebook import Rulebook, Versions, column_needs, live_versions, load_rulebook
from connector.pipeline.sources.ports import InteractionTables
from connector.pipeline.sources.pulling import settle as settle_sources
from connector.pipeline.sources.pulling import source_readings
from connector.pipeline.values import ColumnNeeds, Decision, Dossier, Table
from connector.pipeline.writeback import Desk, carry_out, settle_planned

_log = logging.getLogger(__name__)

CHUNK = 500
PASSES = 2
REFRESH = "refresh"
MOST_STARTS = 3  # a run begins anew when documents are published while it scores


@dataclass(frozen=True, slots=True)
class Job:
    """What a run, or the inbox, needs of the outside.

    `deliver_s` is how long it may wait for rate slots; None: it does not deliver. `further` gives what is read beside
    leads and accounts, made anew whenever the run begins to pull. `turn` is held from reading to
    settling, so that a run and the inbox beside it never decide about the same lead at once. `tables` are those that
    sources of interactions map. `beside` writes, in bounded time, the rows that stand beside leads.
    """

    store: Store
    source: Source
    writer: Writer
    outbox: Outbox
    clock: Clock
    cards: CardColumns
    parallel: int
    deliver_s: float | None
    announce_baseline: bool = False
    stop: Callable[[], bool] = lambda: False
    further: Callable[[], Sequence[Reading[Any]]] = tuple
    turn: Callable[[], AbstractContextManager[object]] = nullcontext
    tables: InteractionTables | None = None
    remarks: Callable[[], Sequence[Warned]] = tuple
    beside: Callable[[], object] = lambda: None


class StoppedError(ConnectorError):
    """The run was asked to stop; what it planned and did not settle is settled by the next run."""

    exit_code = 3
    retryable = True


def run_sync(job: Job, run: Run) -> Report:
    """Do one run and record its end. Raises what stopped it, after recording that."""
    report = Report(run.run_id)
    before = job.store.counts()
    try:
        _sync(job, run, report)
    except BaseException as error:
        # A wait that was cut short by the wish to stop fails as whatever waited.
        stopped = job.stop() or isinstance(error, StoppedError | KeyboardInterrupt | SystemExit)
        status = RunStatus.INTERRUPTED if stopped else RunStatus.FAILED
        message = str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
        # Where the store cannot record it either, what stopped the run is still what its caller has to hear.
        with suppress(StoreError):
            _finish(job, report, before, status, message)
        if job.stop() and isinstance(error, OutsideError):
            raise _stopped() from error
        raise
    _finish(job, report, before, RunStatus.SUCCEEDED)
    return report


def _finish(job: Job, report: Report, before: Mapping[str, int], status: RunStatus, error: str = "") -> None:
    report.alerts = _alerts(before, job.store.counts())
    report.remarks = list(job.remarks())
    job.store.finish_run(report.run_id, status, now=job.clock(), summary=report.summary(), error=error)


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
    job.store.use_rollups(on=rulebook.uses_rollups)
    now = job.clock()
    desk = open_desk(job, rulebook, needs, Context(run.run_id, now, job.announce_baseline, job.cards))
    with job.turn():  # nothing newer may come between reading a page and storing it
        report.resumed += settle_planned(desk, report.writes)
        if everything:
            job.store.drop_tokens()
            job.store.drop_source_tokens()
        if _reads(job, run, needs):
            _read(job, rulebook, needs, report)
        job.store.wake(now)
    if not score_due(job, desk, rulebook, now, report):
        return False
    job.store.complete_baselines(rulebook.baseline_documents(), now=job.clock())
    return True


def purpose_of(versions: Versions) -> str:
    """What metadata are read for, as text: the documents that are live."""
    listed = "\n".join(sorted(f"{kind} {name} {version}" for kind, name, version in versions))
    return hashlib.sha256(listed.encode()).hexdigest()


def open_desk(job: Job, rulebook: Rulebook, needs: ColumnNeeds, context: Context) -> Desk:
    """What carrying out decisions by this rulebook needs, for a run and for the inbox alike."""

    def decide_all(dossiers: Sequence[Dossier]) -> list[Decision]:
        return [decide(Case(dossier, judge(dossier, rulebook, context.now), rulebook, context)) for dossier in dossiers]

    return Desk(
        store=job.store,
        source=job.source,
        writer=job.writer,
        needs=needs,
        decide=decide_all,
        clock=job.clock,
        parallel=job.parallel,
        stamps=frozenset(stamp for live in rulebook.models.values() if (stamp := live.model.write.scored_on)),
        readable=rulebook.environment.lead_columns,
        stop=job.stop,
        check_stop=lambda: _check_stop(job),
    )


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
        check_stop=lambda: _check_stop(job),
        further=[*job.further(), *sources],
    )
    settle_sources(job.store, job.clock)


def score_due(job: Job, desk: Desk, rulebook: Rulebook, now: datetime, report: Report) -> bool:
    """Score, decide and write every lead that is due; False when the rulebook is no longer the live one.

    What becomes due meanwhile (a lead closed under our hands changes its account's roll-ups) is scored in a second
    pass; a lead that changed at every try waits for the next run.
    """
    return all(score_pass(job, desk, rulebook, now, report) for _ in range(PASSES))


def score_pass(job: Job, desk: Desk, rulebook: Rulebook, now: datetime, report: Report) -> bool:
    """Score, decide and write the leads that are due now, each once, in the order of their ids.

    False when the rulebook is no longer the live one. Publication makes every lead due; looked at after the leads
    were read, the documents are those that the due marks speak of.
    """
    total, done, after = job.store.count_due(), 0, ""
    while True:
        with job.turn():  # from reading to settling: what the inbox decides in between is seen
            found = job.store.due(CHUNK, now=now, after=after)
            if not found:
                return True
            _check_stop(job)
            if live_versions(job.store) != rulebook.versions:
                return False
            after = found[-1].lead.lead_id
            dossiers = [dossier for dossier in found if dossier.lead.lead_id not in report.writes.left]
            report.count(dossiers, carry_out(desk, desk.decide(dossiers), report.writes))
        done += len(dossiers)
        job.store.report_progress(report.run_id, done, max(total, done))


def _check_stop(job: Job) -> None:
    if job.stop():
        raise _stopped()


def _stopped() -> StoppedError:
    return StoppedError("The run was stopped.", remedy="Start it again: it goes on where it stopped.")


def _alerts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What this run added to the delivered and the dead, and how many wait, are held or uncertain now."""
    counts = {state: after.get(state, 0) for state in ALERT_STATES}
    for state in ("delivered", "dead"):
        counts[state] -= before.get(state, 0)
    return counts
