"""What a run, a partition of one and the inbox need of the outside, and the desk at which their decisions are made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from connector.errors import ConnectorError
from connector.pipeline.announce import CardColumns
from connector.pipeline.awakenings import AccountSeen
from connector.pipeline.decide import decide
from connector.pipeline.deliver import Outbox
from connector.pipeline.events import Case, Context, owner_of, question_of
from connector.pipeline.holding import NOTHING_HELD, Holding
from connector.pipeline.judge import judge
from connector.pipeline.owners import Directory, bring_owners
from connector.pipeline.partitions import PARTITION_LEADS
from connector.pipeline.ports import Clock, Source, Store, Writer
from connector.pipeline.readings import Reading
from connector.pipeline.report import Warned
from connector.pipeline.rulebook import Rulebook, Versions
from connector.pipeline.sources.ports import InteractionTables
from connector.pipeline.subscribers import Subscribers
from connector.pipeline.values import ColumnNeeds, Decision, Dossier
from connector.pipeline.writeback import Desk
from connector.telemetry import meters, tracing


class Hands(Protocol):
    """Who does partitions in this process, beside whoever else has leased some."""

    def lend(self) -> bool:
        """Do one partition that waits, in the caller's thread; False where none can be done here now.

        Raises what it met.
        """
        ...

    def wait(self) -> None:
        """Wait a moment for others."""
        ...


@dataclass(frozen=True, slots=True)
class Job:
    """What a run, or the inbox, needs of the outside.

    `deliver_s` is how long it may wait for rate slots; None: it does not deliver. `further` gives what is read beside
    leads and accounts, made anew whenever the run begins to pull. `turn` is held from reading to
    settling, so that a run and the inbox beside it never decide about the same lead at once; of a run's partitions,
    which have no lead in common, `shared_turn` is held. `hands` do those; None: a run is never divided. It is when
    more than two times `partition_leads` leads are due. `tables` are those that
    sources of interactions map. `beside` writes, in bounded time, the rows that stand beside leads. `holding` says what
    channels take, `directory` who owns leads; `digests` makes the digests that are due.
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
    shared_turn: Callable[[], AbstractContextManager[object]] = nullcontext
    hands: Hands | None = None
    partition_leads: int = PARTITION_LEADS
    tables: InteractionTables | None = None
    remarks: Callable[[], Sequence[Warned]] = tuple
    beside: Callable[[], object] = lambda: None
    holding: Holding = NOTHING_HELD
    directory: Directory | None = None
    digests: Callable[[], object] = lambda: None


class StoppedError(ConnectorError):
    """The run was asked to stop; what it planned and did not settle is settled by the next run."""

    exit_code = 3
    retryable = True


def stopped() -> StoppedError:
    """What a run that is to stop ends with."""
    return StoppedError("The run was stopped.", remedy="Start it again: it goes on where it stopped.")


def service_stops() -> StoppedError:
    """What work that is no run ends with."""
    return StoppedError("The service stops.", remedy="What waits goes on when it starts again.")


def check_stop(job: Job) -> None:
    """Raise StoppedError where the job is to stop."""
    if job.stop():
        raise stopped()


def purpose_of(versions: Versions) -> str:
    """What metadata are read for, as text: the documents that are live."""
    listed = "\n".join(sorted(f"{kind} {name} {version}" for kind, name, version in versions))
    return hashlib.sha256(listed.encode()).hexdigest()


def context_of(job: Job, run_id: str, now: datetime, *, announce_baseline: bool) -> Context:
    """What the decisions of a run, or of the inbox, have in common."""
    return Context(run_id, now, announce_baseline, job.cards, job.holding)


def open_desk(job: Job, rulebook: Rulebook, needs: ColumnNeeds, context: Context) -> Desk:
    """What carrying out decisions by this rulebook needs, for a run and for the inbox alike."""
    subscribers = Subscribers(job.store, rulebook, context.cards)

    def decide_all(dossiers: Sequence[Dossier]) -> list[Decision]:
        if not dossiers:
            return []
        rulebook = subscribers.heard()  # a flow may have subscribed since the part before
        accounts = _accounts_of(job, rulebook, dossiers, context.now)
        with meters.SCORING.time():
            with tracing.span("score", leads=len(dossiers)):
                cases = [
                    Case(
                        dossier,
                        judge(dossier, rulebook, context.now),
                        rulebook,
                        context,
                        accounts=accounts(dossier.lead.account_id),
                    )
                    for dossier in dossiers
                ]
            with tracing.span("decide", leads=len(dossiers)):
                decisions = [decide(case) for case in cases]
        meters.DECIDED.inc(len(decisions))
        return _with_owners(job, cases, decisions)

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
        check_stop=lambda: check_stop(job),
    )


def _accounts_of(
    job: Job, rulebook: Rulebook, dossiers: Sequence[Dossier], now: datetime
) -> Callable[[str | None], Mapping[str, AccountSeen]]:
    """How the alerts on accounts that wake up see these leads' accounts: a query for each such alert."""
    ids = {one.lead.account_id for one in dossiers if one.lead.account_id is not None}
    seen = {
        live.alert.name: job.store.accounts_seen(ids, question_of(live, on), now=now)
        for live, on in (rulebook.account_alerts() if ids else ())
    }

    def of(account_id: str | None) -> Mapping[str, AccountSeen]:
        return {} if account_id is None else {name: found[account_id] for name, found in seen.items()}

    return of


def _with_owners(job: Job, cases: Sequence[Case], decisions: list[Decision]) -> list[Decision]:
    """The decisions, those that announce something made again with the lead's owner, looked up for them alone."""
    loud = [place for place, one in enumerate(decisions) if one.events or one.account_events]
    owners = {place: owner_of(cases[place].dossier, job.cards) for place in loud}
    wanted = {owner_id for owner_id in owners.values() if owner_id is not None}
    if not wanted:
        return decisions
    known = bring_owners(job.store, job.directory, wanted, now=job.clock())
    for place, owner_id in owners.items():
        if owner_id is not None and owner_id in known:
            decisions[place] = decide(replace(cases[place], owner=known[owner_id]))
    return decisions
