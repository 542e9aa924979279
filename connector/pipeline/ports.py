"""What the steps need of the outside: protocols that adapters fulfil. No adapter is imported here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from connector.errors import OutsideError
from connector.pipeline.audit import AuditStore
from connector.pipeline.awakenings import AwakeningStore
from connector.pipeline.budgets import BudgetStore
from connector.pipeline.destinations import DestinationStore
from connector.pipeline.digests import DigestStore
from connector.pipeline.jobs import JobStore, Lease
from connector.pipeline.measures import MeasureStore
from connector.pipeline.notices import NoticeStore
from connector.pipeline.owners import OwnerStore
from connector.pipeline.ownership import OwnerNameStore
from connector.pipeline.partitions import PartitionStore
from connector.pipeline.pictures import PictureStore
from connector.pipeline.qualifications import QualificationStore
from connector.pipeline.runs import Run as Run  # noqa: PLC0414 - also found here, beside what they belong to
from connector.pipeline.runs import RunStatus as RunStatus  # noqa: PLC0414 - as above
from connector.pipeline.runs import RunStore as RunStore  # noqa: PLC0414 - as above
from connector.pipeline.sources.ports import InteractionStore
from connector.pipeline.subscriptions import SubscriptionStore
from connector.pipeline.values import (
    AccountRow,
    ColumnNeeds,
    Columns,
    Decision,
    Delivery,
    DeliveryOutcome,
    Dossier,
    Environment,
    Interaction,
    LeadRow,
    Page,
    RelatedRow,
    RowResult,
    Table,
    WriteResult,
)
from connector.pipeline.verdicts import VerdictStore
from connector.scoring.facttypes import FactTypes


class Source(Protocol):
    """Where leads and accounts are read."""

    def environment(self, purpose: str | None = None) -> Environment:
        """The metadata that writing and typing rely on: as lately kept for this purpose (None: any), else read now.

        What was kept may no longer hold: then reading or writing raises OutdatedError. Raises OutsideError.
        """
        ...

    def look_again(self) -> bool:
        """Forget what was kept, so that `environment` reads; False where what is in use was read just now."""
        ...

    def pull(self, needs: ColumnNeeds, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """Every change since `tokens`, everything for a table without one, by the name of what is read.

        Each is iterated by a thread of its own, all at the same time; the last page of a table has its new token.
        Iterating raises OutsideError.
        """
        ...

    def read_leads(self, lead_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, LeadRow]:
        """Read these leads now, closed ones included; one that no longer exists is absent. Raises OutsideError."""
        ...

    def read_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, AccountRow]:
        """Read these accounts now; one that does not exist is absent. Raises OutsideError."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be written to one lead, and the etag of the row that it was decided on."""

    lead_id: str
    etag: str
    values: Columns


class Writer(Protocol):
    """Where decisions are written."""

    def write(self, lead_id: str, etag: str, values: Columns) -> WriteResult:
        """Update one lead, guarded by its etag: Applied, Stale or Refused. Raises OutsideError when unreachable."""
        ...

    def share(self, changes: int, *, parallel: int) -> int:
        """How many changes to hand to one call of `write_many` where so many are to be written in so many threads."""
        ...

    def write_many(
        self, changes: Sequence[Change], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, WriteResult | OutsideError]]:
        """Update leads, each guarded by its own etag and none bound to another's success.

        Yields the place of each change with what `write` would give or raise for it, in any order. Once `stop` says so
        nothing more is sent; what was not sent is not yielded.
        """
        ...


class RelatedWriter(Protocol):
    """Where rows beside leads are written."""

    def write_rows(
        self, rows: Sequence[RelatedRow], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, RowResult | OutsideError]]:
        """Create rows, each only where it is not there yet; those that are updated are, guarded by their etag.

        Yields the place of each row with what became of it, in any order; an OutsideError says that it is to be tried
        again. Once `stop` says so nothing more is sent; what was not sent is not yielded.
        """
        ...


class Courier(Protocol):
    """Who takes deliveries to their destinations."""

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Try once, without waiting; every expected outcome is a value."""
        ...

    def knows(self, destination: str) -> bool:
        """Tell whether the destination is configured."""
        ...


# --- the store ------------------------------------------------------------------------------------------------------


class DocumentKind(StrEnum):
    """The documents that people write."""

    MODEL = "model"
    QUALIFICATION = "qualification"
    ALERT = "alert"
    TITLES = "titles"
    SOURCE = "source"
    CARD = "card"


class DocumentStatus(StrEnum):
    """A document's life."""

    DRAFT = "draft"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """One version of a document. Drafts have version 0; publication gives the next number and freezes the text.

    `baseline_pending` says that no run has completed with this version yet: it sets baselines, announces nothing.
    `baseline_at` is when the first one completed.
    """

    kind: DocumentKind
    name: str
    version: int
    status: DocumentStatus
    body: str
    digest: str
    updated_at: datetime
    updated_by: str
    baseline_pending: bool = False
    baseline_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DocumentEvent:
    """Who did what with a document, when."""

    kind: DocumentKind
    name: str
    version: int
    action: str  # drafted | published | stopped
    at: datetime
    by: str


class DocumentStore(Protocol):
    """Drafts, published versions, history."""

    def save_draft(
        self, kind: DocumentKind, name: str, body: str, digest: str, *, by: str, now: datetime
    ) -> StoredDocument:
        """Store or replace the draft; the live version, if any, is not touched."""
        ...

    def publish(
        self,
        kind: DocumentKind,
        name: str,
        body: str,
        digest: str,
        *,
        by: str,
        now: datetime,
        replace: bool = False,
        instead_of: Sequence[str] = (),
    ) -> StoredDocument:
        """Freeze a new live version and mark all leads due, in one transaction.

        The same digest as the live version: returns that, changes nothing. Another live version: RefusedError
        naming `stop`, unless `replace` (stops it in the same transaction). Live ones named in `instead_of` are stopped
        too.
        """
        ...

    def stop(self, kind: DocumentKind, name: str, *, by: str, now: datetime) -> StoredDocument:
        """Stop the live version. MissingFactError where none is live."""
        ...

    def documents(self, kind: DocumentKind) -> Sequence[StoredDocument]:
        """Every document of a kind, its newest version (live before stopped before draft), by name."""
        ...

    def document(self, kind: DocumentKind, name: str) -> StoredDocument:
        """The live version, else the newest; MissingFactError names the known ones."""
        ...

    def draft(self, kind: DocumentKind, name: str) -> StoredDocument:
        """The draft of a document; MissingFactError when there is none."""
        ...

    def live(self, kind: DocumentKind) -> Sequence[StoredDocument]:
        """The live versions of a kind, by name."""
        ...

    def versions(self) -> frozenset[tuple[DocumentKind, str, int]]:
        """Which version of which document is live now."""
        ...

    def history(self, kind: DocumentKind, name: str) -> Sequence[DocumentEvent]:
        """What was done with a document, oldest first."""
        ...

    def complete_baselines(self, documents: Sequence[StoredDocument], *, now: datetime) -> None:
        """Record that a run has completed with these versions, at `now` where it is the first."""
        ...


class MirrorStore(Protocol):
    """The rows that live models need, and which leads are due.

    In what is stored U+FFFD stands for U+0000 and lone surrogates, which a database may not be able to keep.
    """

    def tokens(self, needs: ColumnNeeds) -> Mapping[Table, str]:
        """The tokens to pull from; none for a table whose needed columns grew since the token was stored."""
        ...

    def drop_tokens(self, run_id: str) -> None:
        """Forget all tokens, those of interactions' tables too, and mark all leads due: everything is read again.

        Once for a run: where it was interrupted after it had read, it does not begin anew when it is resumed.
        """
        ...

    def begin_full(self, table: Table) -> None:
        """Begin a full read of a table: rows not absorbed until its last page are gone when that is stored."""
        ...

    def prepare(self, page: Page, needs: ColumnNeeds) -> Page:
        """Do ahead, in any thread, what storing a page takes beside the database; the page may be bundled with others.

        It is stored as if it had not been prepared.
        """
        ...

    def absorb(self, page: Page, needs: ColumnNeeds, *, now: datetime) -> int:
        """Store a page with its token and mark the leads it affects due, in one transaction; return how many.

        A lead is affected when a needed column, its account link or a guard changed (fingerprint, not etag); an
        account's change affects its leads; with roll-ups in use (`use_rollups`) a lead's change affects its
        account's other leads. Closed leads, and those that a full read did not meet, leave the mirror as by `forget`;
        opted-out and deleted ones are erased.
        """
        ...

    def use_rollups(self, *, on: bool, counts: Sequence[str] = (), title: str | None = None) -> None:
        """Say whether live models use account roll-ups.

        `counts` are those over people that are made beside the usual ones; `title` is the lead column that they read.
        """
        ...

    def missing_accounts(self) -> Sequence[str]:
        """Ids of accounts that mirrored leads link to and the mirror does not hold."""
        ...

    def prune_accounts(self) -> int:
        """Drop accounts that no mirrored lead links to; return how many."""
        ...

    def add_interactions(self, interactions: Sequence[Interaction], *, now: datetime) -> int:
        """Store what is new (by id), mark the leads due; return how many were new."""
        ...

    def mark_due(self, lead_ids: Sequence[str] | None = None) -> int:
        """Mark these leads (all: None) due; return how many."""
        ...

    def wake(self, now: datetime) -> int:
        """Mark leads due whose next change time has come, or whose score was made later than `now`; return how many.

        The latter is what a clock that was once ahead left.
        """
        ...

    def count_leads(self) -> int:
        """How many leads are mirrored."""
        ...

    def count_due(self) -> int:
        """How many leads are due."""
        ...

    def due(self, limit: int, *, now: datetime, after: str = "", upto: str = "") -> Sequence[Dossier]:
        """Dossiers of due leads in the order of their ids, ids greater than `after` and (unless empty) up to `upto`."""
        ...

    def due_among(
        self, lead_ids: Sequence[str], account_ids: Sequence[str], limit: int, *, now: datetime, after: str = ""
    ) -> Sequence[Dossier]:
        """As `due`, of these leads and of the leads of these accounts only."""
        ...

    def dossiers(self, limit: int, *, now: datetime, after: str = "") -> Sequence[Dossier]:
        """Dossiers of all mirrored leads in the order of their ids, ids greater than `after`."""
        ...

    def dossier(self, lead_id: str, *, now: datetime) -> Dossier:
        """One lead's dossier; MissingFactError when it is not mirrored."""
        ...

    def refresh(self, row: LeadRow, needs: ColumnNeeds, *, now: datetime) -> None:
        """Store one lead as just read (after a 412), marking it due when it changed."""
        ...

    def forget(self, lead_ids: Sequence[str]) -> None:
        """Drop leads from the mirror that may come back (closed): no scores are shown of them, none is due.

        The bare scores stay as memory, and stand in the dossier of a lead that comes back until it is scored again.
        """
        ...

    def count_opted_out(self) -> int:
        """How many people were left out at the last pull because they opted out."""
        ...


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one decision. `result` None: there was nothing to write."""

    decision: Decision
    result: WriteResult | None
    at: datetime


class DecisionStore(Protocol):
    """Planned and settled decisions, with the memory and the deliveries they bring."""

    def turn(
        self, check_stop: Callable[[], None], *, shared: bool = False, lease: Lease | None = None
    ) -> AbstractContextManager[None]:
        """Wait until it is this process's turn to decide, the others' that share the database waiting meanwhile.

        For one thread at a time. `shared`: those others do not wait that ask for it so too. While it is held, `plan`
        and `settle` raise StoreError where it was lost meanwhile, or the `lease` that it is for. Raises StoreError, and
        what `check_stop`, asked now and then, raises.
        """
        ...

    def plan(self, decisions: Sequence[Decision]) -> None:
        """Commit decisions as planned, before anything is written."""
        ...

    def planned(self) -> Sequence[Decision]:
        """Decisions that were planned and never settled, oldest first."""
        ...

    def settle(self, settlements: Sequence[Settlement]) -> None:
        """Record outcomes, in one transaction.

        None or Applied: scores, crossings, marks and next change time are stored, events and their deliveries
        inserted (unique by event id and destination), the mirror takes the values and the new etag, the due mark
        is cleared if its revision is still the decision's. Unchanged: the same without events. Stale: the decision
        is superseded, the lead stays due. Refused: closed and deleted leads leave the mirror; `rejected` keeps
        the stored scores and clears the due mark: the lead is tried again when it changes, and with growing pauses for
        a week though it does not (see `retries`); `forbidden` stays due, to be tried by every run.
        """
        ...


class DeliveryStore(Protocol):
    """The outbox."""

    def claim(
        self,
        destinations: Sequence[str],
        limit: int,
        *,
        now: datetime,
        rates: Mapping[str, Sequence[tuple[int, float]]],
    ) -> Sequence[Delivery]:
        """Take deliveries that may be tried now, record each attempt as begun, all committed before returning.

        At most 4 are in flight to a destination, and `limit` are taken, shared fairly among the destinations.
        `rates` is (count, seconds) pairs for each destination, counted over the attempts begun.
        """
        ...

    def hold_unknown(self, destinations: Sequence[str], *, now: datetime) -> int:
        """Hold queued deliveries whose destination is not among these, the configured ones; return how many.

        Their reason says what to do: configure the channel and replay them, or leave them.
        """
        ...

    def conclude(
        self,
        delivery: Delivery,
        outcome: DeliveryOutcome,
        *,
        now: datetime,
        retry_at: datetime | None,
        pause_after: timedelta | None = None,
    ) -> None:
        """Record an attempt's outcome: delivered, queued again for `retry_at`, or dead (retry_at None).

        A destination from which nothing but failures came for `pause_after` (None: however long) is paused.
        """
        ...

    def clock_ahead(self, clock: Clock) -> timedelta:
        """How far the clock that all workers share is ahead of this one."""
        ...

    def keep_attempts(self, *, now: datetime) -> None:
        """Tell that this process lives, so that nobody takes its attempts under way for a dead one's."""
        ...

    def recover(self, *, now: datetime, hold: Sequence[str]) -> int:
        """Settle attempts that a crash left open: queued again, or uncertain for destinations in `hold`."""
        ...

    def next_attempt_at(self, *, now: datetime, rates: Mapping[str, Sequence[tuple[int, float]]]) -> datetime | None:
        """When the next delivery may be tried (now or later); None when nothing waits."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Deliveries by status."""
        ...

    def deliveries(
        self, *, status: str | None = None, limit: int = 100, before: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """Newest first: delivery_id, event_id, destination, kind, status, attempts, next_attempt_at, created_at.

        Those that are older than the delivery `before` where it is given.
        """
        ...

    def delivery(self, delivery_id: str) -> Mapping[str, object]:
        """One delivery with every attempt; MissingFactError when unknown."""
        ...

    def replay(self, delivery_ids: Sequence[str], *, now: datetime) -> int:
        """Queue dead, held or uncertain deliveries again; return how many."""
        ...


class ScoreStore(Protocol):
    """Scores as people and flows ask for them."""

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead; empty when there is none.

        Each: model, version, score, grade, coverage, reachable, groups, unknown, reasons, scored_at, changed_at,
        next_change_at.
        """
        ...

    def score_history(
        self, lead_id: str, *, limit: int = 100, before: int | None = None, model: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """The changes of a lead's scores, by one model where it is named, newest first.

        Those that are older than the change `before` where it is given.

        Each: seq, model, version, score, grade, reasons, at. A score of None: the model scored the lead no more.
        """
        ...

    def grade_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Leads by model and grade (no grade: the empty string), only leads that have a score."""
        ...

    def score_counts(self, model: str) -> Mapping[int, int]:
        """How many leads have each score of a model."""
        ...

    def lead_values(self, column: str, limit: int) -> Sequence[str]:
        """The texts that mirrored leads have in a column that is mirrored, in their order."""
        ...

    def ranking(self, limit: int) -> Sequence[Mapping[str, object]]:
        """The best leads by the sum of their scores: lead_id, total, columns, account columns, scores as above."""
        ...


class PruningStore(Protocol):
    """What is over, and how long it is kept."""

    def prune(self, *, now: datetime, keep: timedelta, keep_jobs: timedelta) -> Mapping[str, int]:
        """Drop finished jobs, old runs, settled decisions, delivered deliveries and their events; return how many.

        Only what was over longer ago than `keep` (finished jobs: `keep_jobs`), and nothing that tells what was done
        before: crossings, marks, scores, what waits or is planned, runs that an idempotency key asks for.
        """
        ...


class TypeStore(Protocol):
    """The types of the environment's columns, for what is asked without it."""

    def remember_types(self, types: FactTypes) -> None:
        """Store the types that a run found."""
        ...

    def known_types(self) -> FactTypes | None:
        """The types that the last run found; None before the first."""
        ...


class Store(
    DocumentStore,
    MirrorStore,
    InteractionStore,
    DecisionStore,
    DeliveryStore,
    DestinationStore,
    RunStore,
    PartitionStore,
    ScoreStore,
    TypeStore,
    PruningStore,
    BudgetStore,
    PictureStore,
    OwnerNameStore,
    QualificationStore,
    SubscriptionStore,
    VerdictStore,
    NoticeStore,
    AuditStore,
    MeasureStore,
    AwakeningStore,
    OwnerStore,
    DigestStore,
    Protocol,
):
    """All of it, as one adapter gives it."""

    @property
    def queue(self) -> JobStore:
        """The jobs of the same database."""
        ...

    def worker_lock(self, *, wait_s: float = 0.0, alone: bool = False) -> AbstractContextManager[bool]:
        """Hold the worker role of this database, from whatever folder; yields False when it cannot be had.

        An SQLite file has one worker, workers share a server's. With `alone` it is had only while nobody has it.
        """
        ...

    def keep_role(self) -> None:
        """Take the worker role again where it broke off, as it does when a server restarts. Raises StoreError."""
        ...

    def check(self) -> None:
        """Raise StoreError when the database cannot be read and written, or not within seconds."""
        ...

    def check_schema(self) -> None:
        """Raise StoreError when the database has another schema than this program's by now."""
        ...

    def close(self) -> None:
        """Give back every connection."""
        ...


class Clock(Protocol):
    """The time, handed in."""

    def __call__(self) -> datetime:
        """Aware UTC."""
        ...
