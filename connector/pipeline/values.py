"""The values that travel along the path, each frozen: rows, decisions, write results, events, deliveries.

Adapters and steps share these types; nothing here computes or touches the outside world.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.pipeline.awakenings import AccountMemory
from connector.pipeline.colleagues import People
from connector.pipeline.holding import Terms
from connector.pipeline.qualifications import QualificationDecision
from connector.scoring.facttypes import FactTypes

Json = str | int | float | bool | list["Json"] | dict[str, "Json"] | None
Columns = Mapping[str, Json]


# --- what an environment is -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusOption:
    """An option of the lead's Status Reason that belongs to the open state, with its labels in every language."""

    value: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Environment:
    """What the metadata says of the lead and account tables of one environment.

    `lead_columns` and `account_columns` are the logical names that can be read; `writable_lead_columns` those
    that an update accepts. `sales_ready_column` is None where the standard column does not exist. `person_columns` are
    the lead columns by which interactions find their lead: by `lead` (its id), `contact` and `email`.
    `opt_out_columns` are the lead columns that settings name as those by which people opt out.
    """

    types: FactTypes
    lead_columns: frozenset[str]
    account_columns: frozenset[str]
    writable_lead_columns: frozenset[str]
    status_column: str
    status_options: tuple[StatusOption, ...]
    sales_ready_column: str | None
    person_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    owner_column: str = "_ownerid_value"
    opt_out_columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ColumnNeeds:
    """The columns that live models, cards and guards use: nothing else is read (data minimisation).

    `own` are the lead columns that live models write (a part of `lead`): a change in them alone is our own write
    coming back and affects nothing. `keys` are lead columns by which interactions find their lead (contact, addresses):
    they are read, kept as hashes alone, and affect nothing either.
    """

    lead: frozenset[str]
    account: frozenset[str]
    own: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()


# --- pulled rows ----------------------------------------------------------------------------------------------------


class Table(StrEnum):
    """The tables that are pulled. Of contacts only the companies are looked at, nothing of them is mirrored."""

    LEAD = "lead"
    ACCOUNT = "account"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead as read. `columns` holds the needed columns by logical name, without annotations.

    `account_id` is the linked account by the precedence parentaccountid, customerid (an account), the parent
    contact's company. `marked_ready` is the sales-ready column's value, None where there is none. `contact_id` is the
    parent contact where its company is, or would be, the account. `merged_into` is the lead that a closed one was
    merged into.
    """

    lead_id: str
    etag: str
    columns: Columns
    account_id: str | None
    is_open: bool
    status_reason: int | None
    marked_ready: bool | None
    opted_out: bool
    tracking: bool = True
    modified_at: datetime | None = None
    contact_id: str | None = None
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as read; `merged_into` is the account that it was merged into."""

    account_id: str
    columns: Columns
    merged_into: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a pull; stored with its token in one transaction.

    `token` is set on the last page of a table only: what the next pull starts from. `deleted` are ids that no
    longer exist. `full` says that this pull reads the whole table, so that rows never seen in it are gone; `seen` are
    ids of rows that are there, where only ids were read. `companies` are the accounts of contacts that changed.
    `withheld` says why the table may not be read: whatever the mirror holds of it stays. `written` are the leads'
    columns as the mirror's `prepare` wrote them ahead, in the order of the leads, or nothing.
    """

    table: Table
    leads: tuple[LeadRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    deleted: tuple[str, ...] = ()
    token: str | None = None
    full: bool = False
    seen: tuple[str, ...] = ()
    companies: Mapping[str, str | None] = field(default_factory=dict)
    rows_read: int = 0  # rows the server sent, those left out (closed leads) included
    withheld: str = ""
    written: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Interaction:
    """One thing that a person did. `interaction_id` makes storing it twice one."""

    interaction_id: str
    lead_id: str
    type: str
    at: datetime
    properties: Columns = field(default_factory=dict)
    machine: bool = False


# --- memory of a lead -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredScore:
    """The last score of a lead by a model; `changed_at` is when score or grade last changed."""

    model: str
    version: int
    score: int | None
    grade: str | None
    changed_at: datetime
    reachable: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Crossing:
    """The memory of one alert for one lead and one version of its rule.

    `rule` names the alert, `rule_version` its version and that of the model (or qualification) it listens to.
    `ordinal` counts crossings; `armed` says that the next one counts; `fired_at` is the last (None: baseline).
    """

    rule: str
    rule_version: str
    ordinal: int
    armed: bool
    fired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Mark:
    """That we marked a lead as qualified, by which document and version, when."""

    qualification: str
    version: int
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one lead at the moment of scoring.

    `rollups` are the account's roll-up facts (open_leads, engaged_people_30d). `rollups_change_at` is when one of
    them changes with no new data. `due_rev` is the revision of the due mark that was read. `first_seen_at` is when the
    lead was first mirrored, however often it left and came back. `people` are those of the account, where documents
    count more of them than `rollups` says.
    """

    lead: LeadRow
    account: AccountRow | None
    interactions: tuple[Interaction, ...]
    rollups: Mapping[str, int]
    rollups_change_at: datetime | None
    scores: Mapping[str, StoredScore]
    crossings: Mapping[tuple[str, str], Crossing]
    marks: tuple[Mark, ...]
    suppressed: bool
    due_rev: int
    first_seen_at: datetime | None = None
    people: People | None = None


# --- decisions ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewScore:
    """A model's score of a lead in a decision, as it is to be stored. `reasons` are sentences, strongest first."""

    model: str
    version: int
    score: int | None
    grade: str | None
    coverage: float
    reachable: int | None
    changed: bool
    unknown: tuple[tuple[str, str], ...] = ()  # (fact, cause)
    groups: tuple[tuple[str, int, str], ...] = ()  # (name, points, outcome)
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something to announce: stable id, kind, lead, what a card or a flow needs, and where it goes.

    `payload` is self-sufficient JSON: a delivery never reads the store. `destinations` are `teams:<channel>`,
    `flow:<name>` or `subscription:<id>`. `owner_id` is the lead's owner. `terms` say when it is held for a
    digest, where it is not simply sent.
    """

    event_id: str
    kind: str  # score_crossed | grade_entered | grade_changed | lead_qualified | account_woke | lead_went_cold
    lead_id: str
    payload: Columns
    destinations: tuple[str, ...]
    at: datetime
    owner_id: str | None = None
    terms: tuple[Terms, ...] = ()


class RowKind(StrEnum):
    """What a row beside a lead is."""

    HISTORY = "history"
    PREDICTIVE = "predictive"
    TASK = "task"


@dataclass(frozen=True, slots=True)
class RelatedRow:
    """A row that is written beside a lead: which one, what it says, and what it points to.

    `row_id` is derived from what the row is about, so that writing it twice is writing it once. The names in `values`
    and `links` (name, table, row id) are our own; which columns they are is known where they are written. `table` is
    the logical name where a document names it. `updates` says that a row that is there takes these values; without it
    a row that is there is done.
    """

    kind: RowKind
    row_id: str
    lead_id: str
    values: Columns
    links: tuple[tuple[str, str, str], ...] = ()
    table: str = ""
    updates: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done about one lead: column values to write (empty: nothing), scores, memory, events.

    `etag` is that of the row the decision was made on. `decision_id` is unique for each decision.
    `status_reason` and `marked_ready` say what the lead's guards read once `values` are written (None: untouched), so
    that our own write is not taken for somebody else's when it comes back. `related` are rows to write beside the lead
    once that is settled. `accounts` is what is remembered of its account, with `account_events`: both hold whatever
    becomes of the write. `qualified` is what is remembered of each mark.
    """

    decision_id: str
    lead_id: str
    etag: str
    values: Columns
    scores: tuple[NewScore, ...]
    crossings: tuple[Crossing, ...]
    marks: tuple[Mark, ...]
    events: tuple[Event, ...]
    next_change_at: datetime | None
    due_rev: int
    run_id: str
    decided_at: datetime
    status_reason: int | None = None
    marked_ready: bool | None = None
    related: tuple[RelatedRow, ...] = ()
    qualified: tuple[QualificationDecision, ...] = ()
    accounts: tuple[AccountMemory, ...] = ()
    account_events: tuple[Event, ...] = ()


# --- write results --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Applied:
    """The row was updated; `etag` is the new one where the server told it."""

    etag: str | None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The values stood there already; nothing of ours was written."""


@dataclass(frozen=True, slots=True)
class Stale:
    """The row changed since it was read (412).

    `answer_lost` says that an earlier try of the same write got no answer, so that the change may be our own.
    """

    answer_lost: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The row must not or cannot be written: no longer open, gone, refused by a rule of theirs, or not ours to write.

    Who is `rejected` is tried again when it changes, and now and then for a week (see `retries`), who is `forbidden` by
    every run: a role is mended elsewhere.
    `code` is the other side's own error code.
    """

    reason: str  # closed | deleted | rejected | forbidden
    message: str = ""
    code: str = ""


WriteResult = Applied | Unchanged | Stale | Refused


@dataclass(frozen=True, slots=True)
class RowWritten:
    """The row beside the lead stands as it was meant, whoever's try it was."""


@dataclass(frozen=True, slots=True)
class RowLeft:
    """Nothing was written, and that is right: the place is another's (`taken`), or what it points to is gone."""

    reason: str


@dataclass(frozen=True, slots=True)
class RowRefused:
    """The row is not taken as it is: trying again without a change there cannot help. `message` quotes no data."""

    message: str


RowResult = RowWritten | RowLeft | RowRefused


# --- deliveries -----------------------------------------------------------------------------------------------------


class DeliveryStatus(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNCERTAIN = "uncertain"  # sent once, answer unknown (a crash in between), held for a person
    HELD = "held"
    DIGESTED = "digested"  # held for a digest, and told in it
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one destination; `attempt` counts from 1 for the attempt under way."""

    delivery_id: str
    event_id: str
    destination: str
    kind: str
    payload: Columns
    attempt: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Delivered:
    """The destination took it (any 2xx)."""

    status: int


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now: `after_s` is the destination's own wish in seconds, None when it named none."""

    reason: str
    status: int | None = None
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """Never: trying again cannot help. `pauses` says that the whole destination is unusable (401, 403, 404, 410).

    `gone` says that it is gone or switched off, so that what subscribed it has ended.
    """

    reason: str
    status: int | None = None
    answer: str = ""
    pauses: bool = False
    gone: bool = False


DeliveryOutcome = Delivered | RetryLater | Undeliverable
