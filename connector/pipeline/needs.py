"""What a run, a partition of one and the inbox need of the outside, and the desk at which their decisions are made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from connector.errors import ConnectorError
from connector.pipeline.announce import CardColumns
from connector.pipeline.decide import decide
from connector.pipeline.deliver import Outbox
from connector.pipeline.events import Case, Context
from connector.pipeline.judge import judge
from connector.pipeline.partitions import PARTITION_LEADS
from connector.pipeline.ports import Clock, Source, Store, Writer
from connector.pipeline.readings import Reading
from connector.pipeline.report import Warned
from connector.pipeline.rulebook import Rulebook, Versions
from connector.pipeline.sources.ports import InteractionTables
from connector.pipeline.subscribers import Subscribers
from connector.pipeline.values import ColumnNeeds, Decision, Dossier
from connector.pipeline.writeback import Desk


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
    shared_turn: Callable[[], AbstractContextManager[object]] = nullcontext
    hands: Hands | None = None
    partition_leads: int = PARTITION_LEADS
    tables: InteractionTables | None = None
    remarks: Callable[[], Sequence[Warned]] = tuple
    beside: Callable[[], object] = lambda: None


class StoppedError(ConnectorError):
    """The run was asked to stop; what it planned and did not settle is settled by the next run."""

    exit_code = 3
    retryable = True


def stopped() -> StoppedError:
    """What a run that is to stop ends with."""
    return StoppedError("The run was stopped.", remedy="Start it again: it goes on where it stopped.")


def check_stop(job: Job) -> None:
    """Raise StoppedError where the job is to stop."""
    if job.stop():
        raise stopped()


def purpose_of(versions: Versions) -> str:
    """What metadata are read for, as text: the documents that are live."""
    listed = "\n".join(sorted(f"{kind} {name} {version}" for kind, name, version in versions))
    return hashlib.sha256(listed.encode()).hexdigest()


def open_desk(job: Job, rulebook: Rulebook, needs: ColumnNeeds, context: Context) -> Desk:
    """What carrying out decisions by this rulebook needs, for a run and for the inbox alike."""

    subscribers = Subscribers(job.store, rulebook, context.cards)

    def decide_all(dossiers: Sequence[Dossier]) -> list[Decision]:
        if not dossiers:
            return []
        rulebook = subscribers.heard()  # a flow may have subscribed since the part before
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
        check_stop=lambda: check_stop(job),
    )
