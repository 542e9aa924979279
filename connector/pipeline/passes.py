"""Leads that are due are scored, decided and written, a part at a time; where they are many they are divided.

What comes before (reading) and after (delivering) stands in `sync`. A range of ids that is a job of its own is done by
`do_partition`, by whoever leased it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import datetime

from connector.errors import ConnectorError, DocumentError, MissingFactError, OutdatedError, OutsideError, StoreError
from connector.pipeline.jobs import Lease
from connector.pipeline.needs import Hands, Job, StoppedError, check_stop, context_of, open_desk, purpose_of, stopped
from connector.pipeline.partitions import KeyRange, Partition, PartitionStatus
from connector.pipeline.report import Report
from connector.pipeline.rulebook import Rulebook, column_needs, live_versions, load_rulebook
from connector.pipeline.runs import Run
from connector.pipeline.values import Json
from connector.pipeline.writeback import Desk, carry_out, settle_planned

CHUNK = 500
PASSES = 2
WORTH_DIVIDING = 2  # partitions at least, else one thread has done it before others have begun

Turn = Callable[[], AbstractContextManager[object]]


def score_due(job: Job, run: Run, desk: Desk, rulebook: Rulebook, now: datetime, report: Report) -> bool:
    """Score, decide and write every lead that is due; False when the rulebook is no longer the live one.

    What becomes due meanwhile (a lead closed under our hands changes its account's roll-ups) is scored in a second
    pass; a lead that changed at every try waits for the next run.
    """
    hands = job.hands
    for number in range(PASSES):
        total = job.store.count_due()
        if number == 0 and hands is not None and total > WORTH_DIVIDING * job.partition_leads:
            is_live = _score_divided(job, hands, run, rulebook, now, report)
        else:
            is_live = _score_alone(job, run, desk, rulebook, now, report, total)
        if not is_live:
            return False
    return True


def _score_alone(job: Job, run: Run, desk: Desk, rulebook: Rulebook, now: datetime, report: Report, total: int) -> bool:
    done = 0
    if total:
        job.store.report_progress(run, 0, total, now=job.clock())

    def tell(count: int) -> None:
        nonlocal done
        done += count
        job.store.report_progress(run, done, max(total, done), now=job.clock())

    return score_range(job, desk, rulebook, now, report, turn=job.turn, tell=tell)


def score_range(
    job: Job,
    desk: Desk,
    rulebook: Rulebook,
    now: datetime,
    report: Report,
    *,
    turn: Turn,
    tell: Callable[[int], None],
    keys: KeyRange = KeyRange(),  # noqa: B008 - frozen
) -> bool:
    """Score, decide and write the leads of a range that are due now, each once, in the order of their ids.

    False when the rulebook is no longer the live one. Publication makes every lead due; looked at after the leads
    were read, the documents are those that the due marks speak of. `tell` is called with how many leads a part had.
    """
    after = keys.after
    while True:
        with turn():  # from reading to settling: what the inbox decides in between is seen
            found = job.store.due(CHUNK, now=now, after=after, upto=keys.upto)
            if not found:
                return True
            check_stop(job)
            if live_versions(job.store) != rulebook.versions:
                return False
            after = found[-1].lead.lead_id
            dossiers = [dossier for dossier in found if dossier.lead.lead_id not in report.writes.left]
            report.count(dossiers, carry_out(desk, desk.decide(dossiers), report.writes))
        tell(len(dossiers))


# --- partitions -----------------------------------------------------------------------------------------------------


def _score_divided(job: Job, hands: Hands, run: Run, rulebook: Rulebook, now: datetime, report: Report) -> bool:
    """Let whoever works on this database score the ranges that the due leads are divided into, and help with it."""
    payload: dict[str, Json] = {
        "fence": run.fence,
        "now": now.isoformat(),
        "purpose": purpose_of(rulebook.versions),
        "announce_baseline": job.announce_baseline,
    }
    with job.turn():  # nobody is in the middle of a partition that becomes void
        job.store.divide_run(run, payload, size=job.partition_leads, now=job.clock())
    while True:
        parts = job.store.partitions(run.run_id)
        states = {part.status for part in parts}
        if not states & {PartitionStatus.OPEN} or states & {PartitionStatus.FAILED, PartitionStatus.OUTDATED}:
            break
        check_stop(job)
        if not hands.lend():
            hands.wait()
    for part in parts:
        report.add(part.tally)
    for part in parts:
        if part.status is PartitionStatus.FAILED:
            raise OutsideError(
                f"A part of the run failed in another worker: {part.error}",
                remedy="The next run goes on with what is left; the log of that worker says more.",
            )
    return bool(parts) and states == {PartitionStatus.DONE}


def do_partition(job: Job, lease: Lease, part: Partition) -> PartitionStatus:
    """Score, decide and write the leads of a partition, and record it. Raises what stopped it, after recording that.

    Where it was asked to stop nothing is recorded: it goes on with whoever leases it next.
    """
    report = Report(part.run_id)
    report.add(part.tally)
    try:
        try:
            status = _do(job, lease, part, report)
        finally:  # what was written before something failed was written
            with suppress(StoreError):
                job.store.report_partition(lease, 0, report.tally(), now=job.clock())
    except (OutdatedError, DocumentError, MissingFactError) as error:
        # As for a run: what was kept of the metadata may be to blame.
        if not job.source.look_again():
            job.store.end_partition(lease, PartitionStatus.FAILED, error=str(error))
            raise
        status = PartitionStatus.OUTDATED
    except StoppedError:
        raise
    except Exception as error:
        if job.stop():
            raise stopped() from error
        said = str(error) if isinstance(error, ConnectorError) else f"unexpected {type(error).__name__}"
        with suppress(StoreError):
            job.store.end_partition(lease, PartitionStatus.FAILED, error=said)
        raise
    job.store.end_partition(lease, status)
    return status


def _do(job: Job, lease: Lease, part: Partition, report: Report) -> PartitionStatus:
    payload = lease.payload
    versions = live_versions(job.store)
    if purpose_of(versions) != payload["purpose"]:
        return PartitionStatus.OUTDATED
    rulebook = load_rulebook(job.store, job.source.environment(purpose_of(versions)))
    if rulebook.versions != versions:
        return PartitionStatus.OUTDATED
    now = datetime.fromisoformat(str(payload["now"]))
    context = context_of(job, part.run_id, now, announce_baseline=bool(payload["announce_baseline"]))
    desk = open_desk(job, rulebook, column_needs(rulebook, job.cards.needs()), context)
    if lease.fence > 1:
        with job.turn():  # whoever had it before is gone, and left what was planned
            report.resumed += settle_planned(desk, report.writes)

    def tell(count: int) -> None:
        job.store.report_partition(lease, count, report.tally(), now=job.clock())

    keys = part.keys
    is_live = score_range(job, desk, rulebook, now, report, turn=job.shared_turn, tell=tell, keys=keys)
    return PartitionStatus.DONE if is_live else PartitionStatus.OUTDATED
