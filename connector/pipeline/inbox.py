"""The inbox: rows that hints named are read again, and what that changes is decided, written and announced at once.

The path is a run's, with the same guards; only the pull is replaced by reading the named rows. What cannot be decided
now (no complete pull yet, documents just published) stays due for the next run.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector.errors import ConnectorError, OutsideError, StoreError
from connector.pipeline.hints import REFRESH_ACCOUNT, REFRESH_LEAD
from connector.pipeline.jobs import Lease
from connector.pipeline.needs import context_of, service_stops
from connector.pipeline.ports import DocumentKind
from connector.pipeline.pulling import bring_accounts, is_forbidden
from connector.pipeline.report import WriteTally
from connector.pipeline.rulebook import Rulebook, column_needs, live_versions, load_rulebook, note_counts
from connector.pipeline.sync import Job, StoppedError, open_desk, purpose_of
from connector.pipeline.values import ColumnNeeds, Decision, Dossier, LeadRow, Page, Table
from connector.pipeline.writeback import carry_out, settle_planned
from connector.telemetry import meters, tracing

CHUNK = 200
RUN_ID = "inbox"
ENVIRONMENT_AGE = timedelta(minutes=10)
CHANGING = "the lead changed at every try to write it"

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Handled:
    """What became of some jobs: those in `again`, by id, are to be tried again for the reason given; the rest is done.

    `read` counts rows, `decided` leads. `waits` says that what changed is due and left to the next run.
    """

    read: int = 0
    decided: int = 0
    waits: bool = False
    writes: WriteTally = field(default_factory=WriteTally)
    again: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class LookedAt:
    """What was done about one lead that somebody asked for at `at`.

    `dossier` is what the last decision was made on; without one `gone` says why: missing, closed, opted_out, left_out.
    `waits` as in `Handled`. `writes` counts this lead alone.
    """

    at: datetime
    rulebook: Rulebook
    dossier: Dossier | None = None
    decision: Decision | None = None
    gone: str = ""
    waits: bool = False
    writes: WriteTally = field(default_factory=WriteTally)


@dataclass(frozen=True, slots=True)
class _Live:
    """The rulebook in use, and when its environment was read."""

    rulebook: Rulebook
    needs: ColumnNeeds
    read_at: datetime


class Inbox:
    """The handler of the kinds that `hints` names. `job` is a run's: same store, environment, cards, turn and stop.

    Rulebook and metadata are kept between calls, for ten minutes at most, until other documents are live or something
    fails.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._kept: _Live | None = None

    def prepare(self) -> None:
        """Read ahead what the first hint would have to wait for; nothing where no model is live.

        Raises ConnectorError: then the first hint reads it.
        """
        versions = live_versions(self._job.store)
        if any(kind == DocumentKind.MODEL for kind, _, _ in versions):
            with self._job.turn():
                self._live(purpose_of(versions))

    def handle(self, leases: Sequence[Lease]) -> Handled:
        """Look at what some jobs name, each row read once for all of them. Raises ConnectorError: then none is done.

        Where we are turned away (a sign-in that fails, a proxy's page), that is mended elsewhere and not by giving rows
        up: their jobs are tried again as in an outage. What is nobody's fault that we know of is looked for job by job,
        so that one row keeps no other waiting.
        """
        try:
            return self._handle(leases)
        except ConnectorError as error:
            self._kept = None
            if not isinstance(error, OutsideError) or error.retryable or isinstance(error, StoppedError | StoreError):
                raise
            _log.warning("%d events wait: %s", len(leases), error)
            return Handled(again={lease.job_id: str(error) for lease in leases})
        except Exception as error:  # noqa: BLE001 - recorded with its job; it must not keep the others back
            self._kept = None
            if len(leases) > 1:
                return _sum(self.handle([lease]) for lease in leases)
            _log.warning("a %s job met an unexpected %s", leases[0].kind, type(error).__name__)
            return Handled(again={leases[0].job_id: f"unexpected {type(error).__name__}"})

    def _handle(self, leases: Sequence[Lease]) -> Handled:
        done = Handled()
        with self._job.turn():
            live = self._live()
            if live is None:
                return done  # nothing is mirrored; whatever is published later reads everything
            self._look(leases, live, done)
        self._measure(leases)
        by_lead = {lease.key: lease.job_id for lease in leases if lease.kind == REFRESH_LEAD}
        left = done.writes.left - done.writes.forbidden
        done.again = {by_lead[lead_id]: CHANGING for lead_id in sorted(left & by_lead.keys())}
        _log.info("inbox: %d jobs, %d rows read, %d leads decided", len(leases), done.read, done.decided)
        return done

    def _measure(self, leases: Sequence[Lease]) -> None:
        """Tell the meters how long ago happened what these jobs were about, where that is known."""
        now = self._job.clock()
        for lease in leases:
            if happened_at := lease.payload.get("happened_at"):
                delay_s = (now - datetime.fromisoformat(str(happened_at))).total_seconds()
                meters.HINT_DELAY.observe(max(delay_s, 0.0))

    def look_at(self, lead_id: str, check: Callable[[Rulebook], None] = lambda _: None) -> LookedAt | None:
        """Read one lead again and decide it, changed or not, with what it brings; None where no model is live.

        `check` may raise what keeps it from being looked at. Raises ConnectorError.
        """
        try:
            with self._job.turn():
                live = self._live()
                if live is None:
                    return None
                check(live.rulebook)
                return self._look_at(lead_id, live)
        except ConnectorError:
            self._kept = None
            raise

    def _look_at(self, lead_id: str, live: _Live) -> LookedAt:
        job, needs = self._job, live.needs
        looked = LookedAt(job.clock(), live.rulebook)
        desk = open_desk(job, live.rulebook, needs, context_of(job, RUN_ID, looked.at, announce_baseline=False))
        settle_planned(desk, WriteTally())
        row = self._take_in_leads([lead_id], needs, Handled()).get(lead_id)
        looked.gone = _why_gone(row)
        if looked.gone:
            return looked
        job.store.settle_interactions(now=looked.at, expire=False, leads={lead_id})
        looked.waits = not self._is_complete(needs) or live_versions(job.store) != live.rulebook.versions
        if looked.waits:
            return looked
        job.store.prune_accounts()
        job.store.mark_due([lead_id])

        def decide(dossiers: Sequence[Dossier]) -> Sequence[Decision]:
            looked.dossier = dossiers[-1] if dossiers else looked.dossier
            return desk.decide(dossiers)

        found = job.store.due_among([lead_id], [], 1, now=looked.at)
        looked.gone = "" if found else "left_out"
        for decision in carry_out(replace(desk, decide=decide), decide(found), looked.writes):
            looked.decision = decision
        return looked

    def _look(self, leases: Sequence[Lease], live: _Live, done: Handled) -> None:
        """Read, store and decide."""
        job, rulebook, needs = self._job, live.rulebook, live.needs
        now = job.clock()
        desk = open_desk(job, rulebook, needs, context_of(job, RUN_ID, now, announce_baseline=False))
        settle_planned(desk, done.writes)  # whoever planned it is gone: it is our turn
        leads = set(_keys(leases, REFRESH_LEAD))
        with tracing.span("read", jobs=len(leases)):
            accounts = self._take_in_accounts(_keys(leases, REFRESH_ACCOUNT), needs, done)
            linked = _links(self._take_in_leads(sorted(leads), needs, done))
        if leads:  # what people did before their lead came waits for it
            job.store.settle_interactions(now=now, expire=False, leads=leads)
        if not self._is_complete(needs):
            done.waits = True
            return
        job.store.prune_accounts()
        accounts |= linked if rulebook.uses_rollups else set()
        after = ""
        while found := job.store.due_among(sorted(leads), sorted(accounts), CHUNK, now=now, after=after):
            if job.stop():
                raise service_stops()
            if live_versions(job.store) != rulebook.versions:
                done.waits = True
                return
            after = found[-1].lead.lead_id
            done.decided += len(carry_out(desk, desk.decide(found), done.writes))

    def _take_in_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds, done: Handled) -> set[str]:
        """Mirror accounts as they are now; those that nobody is linked to are dropped again by `prune_accounts`."""
        if not account_ids or not needs.account:
            return set()
        try:
            rows = self._job.source.read_accounts(account_ids, needs)
        except OutsideError as error:
            if not is_forbidden(error):
                raise
            return set()  # what is mirrored of them stays; the runs tell
        gone = tuple(one for one in account_ids if one not in rows)
        page = Page(Table.ACCOUNT, accounts=tuple(rows.values()), deleted=gone, rows_read=len(rows))
        self._job.store.absorb(page, needs, now=self._job.clock())
        done.read += len(rows)
        return set(account_ids)

    def _take_in_leads(self, lead_ids: Sequence[str], needs: ColumnNeeds, done: Handled) -> Mapping[str, LeadRow]:
        """Mirror leads as they are now, with the accounts that they link to; return their rows."""
        if not lead_ids:
            return {}
        job = self._job
        rows = job.source.read_leads(lead_ids, needs)
        gone = tuple(one for one in lead_ids if one not in rows)
        page = Page(Table.LEAD, leads=tuple(rows.values()), deleted=gone, rows_read=len(rows))
        job.store.absorb(page, needs, now=job.clock())
        bring_accounts(job.store, job.source, needs, clock=job.clock, among=_links(rows))
        done.read += len(rows)
        return rows

    def _is_complete(self, needs: ColumnNeeds) -> bool:
        """Tell whether the mirror holds every row with every column that is needed now.

        Before, a score would be made of half the facts, and be corrected by the next run.
        """
        tokens = self._job.store.tokens(needs)
        return Table.LEAD in tokens and (not needs.account or Table.ACCOUNT in tokens)

    def _live(self, purpose: str | None = None) -> _Live | None:
        """The live rulebook; None where no model is live. Raises DocumentError, OutsideError.

        With a purpose what is read of the environment serves the runs that have it, too.
        """
        job, kept = self._job, self._kept
        now = job.clock()
        if kept is not None and not timedelta(0) <= now - kept.read_at < ENVIRONMENT_AGE:
            kept = None
        # Read before a document's first run was over, it would go on setting baselines, and announce nothing.
        if kept is None or live_versions(job.store) != kept.rulebook.versions or kept.rulebook.baseline_documents():
            environment = kept.rulebook.environment if kept is not None else job.source.environment(purpose)
            rulebook = load_rulebook(job.store, environment)
            needs = column_needs(rulebook, job.cards.needs())
            kept = self._kept = _Live(rulebook, needs, kept.read_at if kept is not None else now)
            note_counts(job.store, rulebook)
        return kept if kept.rulebook.models else None


def _keys(leases: Iterable[Lease], kind: str) -> list[str]:
    """The ids of the rows that jobs of a kind name."""
    return sorted({lease.key for lease in leases if lease.kind == kind})


def _links(rows: Mapping[str, LeadRow]) -> set[str]:
    """The accounts of some leads."""
    return {row.account_id for row in rows.values() if row.account_id is not None}


def _why_gone(row: LeadRow | None) -> str:
    """Why nothing is to be decided about a lead as it was just read; empty where something is."""
    if row is None:
        return "missing"
    if row.opted_out:
        return "opted_out"
    return "" if row.is_open else "closed"


def _sum(parts: Iterable[Handled]) -> Handled:
    total = Handled()
    for part in parts:
        total.read += part.read
        total.decided += part.decided
        total.waits |= part.waits
        total.again |= part.again
    return total
