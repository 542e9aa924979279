"""The main job: settle what an earlier run left, pull, score what is due, write back, deliver.

One run, in the design's order. Everything it needs is handed in; whatever fails is raised after it was recorded,
and the next run completes what this one left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.errors import ConnectorError, RefusedError
from connector.pipeline.announce import CardColumns
from connector.pipeline.decide import decide
from connector.pipeline.deliver import Outbox, deliver_due, recover
from connector.pipeline.events import Case, Context
from connector.pipeline.judge import judge
from connector.pipeline.ports import Clock, Run, RunStatus, Source, Store, Writer
from connector.pipeline.report import ALERT_STATES, Report
from connector.pipeline.rulebook import Rulebook, column_needs, load_rulebook
from connector.pipeline.values import AccountRow, ColumnNeeds, Decision, Dossier, Page, Table
from connector.pipeline.writeback import Desk, carry_out, settle_planned

CHUNK = 500
ACCOUNT_CHUNK = 200
PASSES = 2


@dataclass(frozen=True, slots=True)
class Job:
    """What a run needs of the outside.

    `deliver_s` is how long it may wait for rate slots; None: it does not deliver.
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
        stopped = isinstance(error, StoppedError | KeyboardInterrupt | SystemExit)
        status = RunStatus.INTERRUPTED if stopped else RunStatus.FAILED
        message = str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
        job.store.finish_run(run.run_id, status, now=job.clock(), summary=report.summary(), error=message)
        raise
    report.alerts = _alerts(before, job.store.counts())
    job.store.finish_run(run.run_id, RunStatus.SUCCEEDED, now=job.clock(), summary=report.summary())
    return report


def _sync(job: Job, run: Run, report: Report) -> None:
    rulebook = load_rulebook(job.store, job.source.environment())
    if not rulebook.models:
        raise RefusedError(
            "No scoring model is live, so there is nothing to score by.",
            remedy="Publish one: connector apply DIR --publish.",
        )
    needs = column_needs(rulebook, job.cards.needs())
    job.store.use_rollups(on=rulebook.uses_rollups)
    now = job.clock()
    context = Context(run.run_id, now, job.announce_baseline, job.cards)

    def decide_all(dossiers: Sequence[Dossier]) -> list[Decision]:
        return [decide(Case(dossier, judge(dossier, rulebook, now), rulebook, context)) for dossier in dossiers]

    desk = Desk(job.store, job.source, job.writer, needs, decide_all, job.clock, job.parallel, _stamp_columns(rulebook))
    recover(job.outbox)
    report.resumed = settle_planned(desk, report.writes)
    if run.kind == "full_sync":
        job.store.drop_tokens()
    pull(job, needs, report)
    job.store.wake(now)
    score_due(job, run, desk, now, report)
    job.store.complete_baselines(rulebook.baseline_documents())
    if job.deliver_s is not None:
        deliver_due(job.outbox, within_s=job.deliver_s, stop=job.stop)


def pull(job: Job, needs: ColumnNeeds, report: Report) -> None:
    """Bring the mirror up to date: every page is stored with its token before the next one is looked at."""
    begun: set[Table] = set()
    for page in job.source.pull(needs, job.store.tokens(needs)):
        _check_stop(job)
        if page.full and page.table not in begun:
            job.store.begin_full(page.table)
        begun.add(page.table)
        job.store.absorb(page, needs, now=job.clock())
        if page.table is Table.LEAD:
            report.pulled += page.rows_read
        else:
            report.accounts += page.rows_read
    missing = list(job.store.missing_accounts())
    for start in range(0, len(missing), ACCOUNT_CHUNK):
        found = job.source.read_accounts(missing[start : start + ACCOUNT_CHUNK], needs)
        accounts: tuple[AccountRow, ...] = tuple(found.values())
        job.store.absorb(Page(Table.ACCOUNT, accounts=accounts, rows_read=len(accounts)), needs, now=job.clock())
        report.accounts += len(accounts)
    job.store.prune_accounts()
    report.opted_out = job.store.count_opted_out()


def score_due(job: Job, run: Run, desk: Desk, now: datetime, report: Report) -> None:
    """Score, decide and write every lead that is due, in the order of the ids.

    What becomes due meanwhile (a lead closed under our hands changes its account's roll-ups) is scored in a second
    pass; a lead that changed at every try waits for the next run.
    """
    for _ in range(PASSES):
        score_pass(job, run, desk, now, report)


def score_pass(job: Job, run: Run, desk: Desk, now: datetime, report: Report) -> None:
    """Score, decide and write the leads that are due now, each once."""
    total, done, after = job.store.count_due(), 0, ""
    while found := job.store.due(CHUNK, now=now, after=after):
        _check_stop(job)
        after = found[-1].lead.lead_id
        dossiers = [dossier for dossier in found if dossier.lead.lead_id not in report.writes.left]
        decisions = desk.decide(dossiers)
        took_effect = carry_out(desk, decisions, report.writes)
        report.count(dossiers, decisions)
        report.marked += [decision for decision in took_effect if decision.marks]
        done += len(dossiers)
        job.store.report_progress(run.run_id, done, max(total, done))


def _check_stop(job: Job) -> None:
    if job.stop():
        raise StoppedError("The run was stopped.", remedy="Start it again: it goes on where it stopped.")


def _stamp_columns(rulebook: Rulebook) -> frozenset[str]:
    return frozenset(live.model.write.scored_on for live in rulebook.models.values() if live.model.write.scored_on)


def _alerts(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """What this run added to the delivered and the dead, and how many wait, are held or uncertain now."""
    counts = {state: after.get(state, 0) for state in ALERT_STATES}
    for state in ("delivered", "dead"):
        counts[state] -= before.get(state, 0)
    return counts
