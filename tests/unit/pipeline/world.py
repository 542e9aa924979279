"""A small world for the main job: an environment in memory, channels that record, a clock by hand, a real store.

The environment keeps what Dataverse keeps (etags, changes since a token, guarded writes) and nothing else. Scores are
simple: every ten of a lead's `heat` give ten points, up to a hundred.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from connector.errors import OutsideError
from connector.pipeline.announce import CardColumns
from connector.pipeline.deliver import Outbox
from connector.pipeline.drafts import Draft
from connector.pipeline.ports import Change, DocumentKind, Store
from connector.pipeline.publishing import Applied as Published
from connector.pipeline.publishing import Desk, apply_documents
from connector.pipeline.report import Report
from connector.pipeline.sync import Job, run_sync
from connector.pipeline.values import (
    AccountRow,
    Applied,
    ColumnNeeds,
    Columns,
    Delivered,
    Delivery,
    DeliveryOutcome,
    Environment,
    Interaction,
    Json,
    LeadRow,
    Page,
    Refused,
    Stale,
    StatusOption,
    Table,
    WriteResult,
)
from connector.scoring.facttypes import FactType, FactTypes, Kind
from connector.store import SqlStore, open_store
from tests.begun import begin

START = datetime(2026, 11, 21, 9, tzinfo=UTC)
CARDS = CardColumns("fullname", "companyname", "jobtitle", "address1_country", "name")
NEW, CONTACTED, QUALIFIED, JOURNEYS = 1, 2, 823270000, 823270001
LEAD_COLUMNS = frozenset(
    {
        "fullname", "companyname", "jobtitle", "address1_country", "createdon", "heat", "need", "statuscode",
        "statecode", "lc_score", "lc_grade", "lc_scoredon", "lc_other", "lc_othergrade", "lc_ready", "lc_formula",
        "msdyncrm_salesready",
    }
)  # fmt: skip
TYPES = FactTypes(
    {
        "lead.fullname": FactType(Kind.TEXT),
        "lead.jobtitle": FactType(Kind.TEXT),
        "lead.address1_country": FactType(Kind.TEXT),
        "lead.createdon": FactType(Kind.DATETIME),
        "lead.heat": FactType(Kind.NUMBER),
        "lead.need": FactType(Kind.TEXT),
        "account.name": FactType(Kind.TEXT),
        "account.numberofemployees": FactType(Kind.NUMBER),
    }
)
ENVIRONMENT = Environment(
    types=TYPES,
    lead_columns=LEAD_COLUMNS,
    account_columns=frozenset({"name", "numberofemployees"}),
    writable_lead_columns=LEAD_COLUMNS - {"createdon", "lc_formula", "fullname"},
    status_column="statuscode",
    status_options=(
        StatusOption(NEW, ("New", "Neu")),
        StatusOption(CONTACTED, ("Contacted", "Kontaktiert")),
        StatusOption(QUALIFIED, ("Marketing Qualified", "Fürs Marketing geeignet")),
        StatusOption(JOURNEYS, ()),
    ),
    sales_ready_column="msdyncrm_salesready",
)


def titled() -> Environment:
    """The environment with job titles read from the lead's column."""
    types = replace(TYPES, derived=replace(TYPES.derived, title="lead.jobtitle"))
    return replace(ENVIRONMENT, types=types)


# --- documents ------------------------------------------------------------------------------------------------------


def heat_model(name: str = "engagement", *, fact: str = "lead.heat", write: str = "", extra: str = "") -> str:
    """A model that gives ten points for every ten of a number: 70 Hot, 40 Warm, else Cold."""
    columns = write or "{score: lc_score, grade: lc_grade, scored_on: lc_scoredon}"
    groups = "\n".join(
        f"  - {{name: From {step}, points: 10, when: {{fact: {fact}, at_least: {step}}}}}"
        for step in range(10, 101, 10)
    )
    return (
        f"model: {name}\ndimension: {name}\npurpose: Prioritise follow-up\nlawful_basis: legitimate_interests\n"
        f"write: {columns}\n{extra}\ngroups:\n{groups}\n"
        "grades:\n  - {name: Hot, from: 70}\n  - {name: Warm, from: 40}\n  - {name: Cold}\n"
    )


ALERT = "alert: hot\non: {model: engagement, crosses: 70}\nchannels: [sales]\n"
QUALIFICATION = (
    "qualification: sales-ready\nwhen: {model: engagement, at_least: 80}\n"
    "actions: {status_reason: [Marketing Qualified], sales_ready: true}\n"
)
QUALIFIED_ALERT = "alert: marked\non: {qualified: sales-ready}\nchannels: [desk]\n"


# --- the environment ------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """A lead as the environment holds it."""

    columns: dict[str, Json]
    version: int
    account_id: str | None = None
    is_open: bool = True
    opted_out: bool = False
    tracking: bool = True


class FakeDataverse:
    """Source and writer over rows in memory. `written` records each write that took effect, `calls` counts."""

    def __init__(self, environment: Environment = ENVIRONMENT) -> None:
        self.described = environment
        self.rows: dict[str, Row] = {}
        self.accounts: dict[str, dict[str, Json]] = {}
        self.deleted: dict[str, int] = {}
        self.changed: dict[tuple[Table, str], int] = {}
        self.version = 0
        self.page_size = 100
        self.written: list[tuple[str, dict[str, Json]]] = []
        self.calls: Counter[str] = Counter()
        self.kept: tuple[str, Environment] | None = None
        self.purposes: list[str | None] = []
        self.needs: list[ColumnNeeds] = []
        self.before_write: dict[str, list[Callable[[], object]]] = {}
        self.before_read: list[Callable[[], object]] = []
        self.answers: dict[str, list[WriteResult | BaseException]] = {}
        self.batch = 1

    # what people do

    def put(self, lead_id: str, *, account: str | None = None, **columns: Json) -> None:
        """Create or change a lead, as somebody else would."""
        self.version += 1
        row = self.rows.get(lead_id)
        if row is None:
            row = self.rows[lead_id] = Row(dict.fromkeys(sorted(LEAD_COLUMNS)), 0)
            row.columns |= {"statuscode": NEW, "statecode": 0, "fullname": f"Lead {lead_id[-4:]}"}
        row.columns |= columns
        row.account_id = account or row.account_id
        self._touch(row, lead_id)

    def edit(self, lead_id: str, values: Columns) -> None:
        """Change columns of a lead, as somebody else would."""
        self.version += 1
        self.rows[lead_id].columns |= values
        self._touch(self.rows[lead_id], lead_id)

    def set(self, lead_id: str, **fields: Any) -> None:
        """Change what is no column: is_open, opted_out, tracking, account_id."""
        self.version += 1
        row = self.rows[lead_id]
        for name, value in fields.items():
            setattr(row, name, value)
        self._touch(row, lead_id)

    def delete(self, lead_id: str) -> None:
        """Delete a lead."""
        self.version += 1
        del self.rows[lead_id]
        self.deleted[lead_id] = self.version

    def put_account(self, account_id: str, **columns: Json) -> None:
        """Create or change an account."""
        self.version += 1
        self.accounts[account_id] = {"name": "Harbour Mills", **self.accounts.get(account_id, {}), **columns}
        self.changed[Table.ACCOUNT, account_id] = self.version

    def _touch(self, row: Row, lead_id: str) -> None:
        row.version = self.version
        self.changed[Table.LEAD, lead_id] = self.version

    # Source

    def environment(self, purpose: str | None = None) -> Environment:
        """What is described, or what was kept of it for this purpose."""
        self.purposes.append(purpose)
        if self.kept is not None and self.kept[0] == purpose:
            return self.kept[1]
        self.calls["environment"] += 1
        return self.described

    def look_again(self) -> bool:
        """Keep nothing any more."""
        was_kept, self.kept = self.kept is not None, None
        return was_kept

    def pull(self, needs: ColumnNeeds, tokens: Mapping[Table, str]) -> Mapping[str, Iterator[Page]]:
        """Everything, or what changed since the token."""
        self.needs.append(needs)
        return {
            "accounts": self._pages(Table.ACCOUNT, needs, tokens.get(Table.ACCOUNT)),
            "leads": self._pages(Table.LEAD, needs, tokens.get(Table.LEAD)),
        }

    def _pages(self, table: Table, needs: ColumnNeeds, token: str | None) -> Iterator[Page]:
        since = int(token or 0)
        ids = sorted(key for (of, key), at in self.changed.items() if of is table and at > since)
        known = self.rows if table is Table.LEAD else self.accounts
        ids = [key for key in ids if key in known and (token or table is Table.ACCOUNT or self.rows[key].is_open)]
        gone = tuple(key for key, at in self.deleted.items() if at > since and table is Table.LEAD and token)
        new_token = str(self.version)
        starts = range(0, max(len(ids), 1), self.page_size)
        for start in starts:
            self.calls["page"] += 1
            part = ids[start : start + self.page_size]
            leads = tuple(self._lead(key, needs) for key in part) if table is Table.LEAD else ()
            yield Page(
                table,
                leads=leads,
                accounts=tuple(self._account(key, needs) for key in part) if table is Table.ACCOUNT else (),
                deleted=gone if start == starts[-1] else (),
                token=new_token if start == starts[-1] else None,
                full=token is None,
                rows_read=len(part),
            )

    def read_leads(self, lead_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, LeadRow]:
        """The rows that exist."""
        self.calls["read_leads"] += 1
        for act in self.before_read:
            act()
        self.before_read = []
        return {key: self._lead(key, needs) for key in lead_ids if key in self.rows}

    def read_accounts(self, account_ids: Sequence[str], needs: ColumnNeeds) -> Mapping[str, AccountRow]:
        """The accounts that exist."""
        self.calls["read_accounts"] += 1
        return {key: self._account(key, needs) for key in account_ids if key in self.accounts}

    def _lead(self, lead_id: str, needs: ColumnNeeds) -> LeadRow:
        row = self.rows[lead_id]
        status, ready = row.columns["statuscode"], row.columns["msdyncrm_salesready"]
        return LeadRow(
            lead_id=lead_id,
            etag=f'W/"{row.version}"',
            columns={name: row.columns[name] for name in sorted(needs.lead | needs.own)},
            account_id=row.account_id,
            is_open=row.is_open,
            status_reason=status if isinstance(status, int) else None,
            marked_ready=ready if isinstance(ready, bool) else None,
            opted_out=row.opted_out,
            tracking=row.tracking,
        )

    def _account(self, account_id: str, needs: ColumnNeeds) -> AccountRow:
        columns = self.accounts[account_id]
        return AccountRow(account_id, {name: columns.get(name) for name in sorted(needs.account)})

    # Writer

    def write(self, lead_id: str, etag: str, values: Columns) -> WriteResult:
        """Update one lead, guarded by its etag; what tests put into `answers` comes instead."""
        self.calls["write"] += 1
        for act in self.before_write.pop(lead_id, []):
            act()
        if self.answers.get(lead_id):
            answer = self.answers[lead_id].pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer
        row = self.rows.get(lead_id)
        if row is None:
            return Refused("deleted")
        if etag != f'W/"{row.version}"':
            return Stale()
        if not row.is_open:
            return Refused("closed")
        unknown = set(values) - self.described.writable_lead_columns
        assert not unknown, f"{unknown} cannot be written"
        self.version += 1
        row.columns |= values
        self._touch(row, lead_id)
        self.written.append((lead_id, dict(values)))
        return Applied(f'W/"{row.version}"')

    def share(self, changes: int, *, parallel: int) -> int:
        """As many as `batch` says."""
        assert changes >= 0
        assert parallel > 0
        return self.batch

    def write_many(
        self, changes: Sequence[Change], *, stop: Callable[[], bool]
    ) -> Iterator[tuple[int, WriteResult | OutsideError]]:
        """Write all of them, then tell of all of them, as one answer does."""
        self.calls["write_many"] += 1
        return iter([] if stop() else [(place, self._tried(change)) for place, change in enumerate(changes)])

    def _tried(self, change: Change) -> WriteResult | OutsideError:
        try:
            return self.write(change.lead_id, change.etag, change.values)
        except OutsideError as error:
            return error


class FakeCourier:
    """Channels that record. `outcomes` come before the default, which is that a card arrives."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []
        self.outcomes: list[DeliveryOutcome | BaseException] = []

    def send(self, delivery: Delivery) -> DeliveryOutcome:
        """Take a delivery."""
        self.sent.append(delivery)
        outcome = self.outcomes.pop(0) if self.outcomes else Delivered(202)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def knows(self, destination: str) -> bool:
        """Every destination is known."""
        return bool(destination)


@dataclass(slots=True)
class FakeClock:
    """A clock that tests move."""

    now: datetime = START

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


# --- all of it ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class World:
    """An installation. `sync` does a run; what is sent stands in `courier.sent`."""

    folder: Path
    dataverse: FakeDataverse = field(default_factory=FakeDataverse)
    courier: FakeCourier = field(default_factory=FakeCourier)
    clock: FakeClock = field(default_factory=FakeClock)
    channels: tuple[str, ...] = ("sales", "desk")
    _store: SqlStore | None = None

    @property
    def store(self) -> SqlStore:
        """The store, opened when first used."""
        if self._store is None:
            self._store = open_store(None, self.folder)
        return self._store

    def close(self) -> None:
        """Close the store; using it again opens it again, as another process would."""
        if self._store is not None:
            self._store.close()
        self._store = None

    def copy_to(self, folder: Path) -> World:
        """The same world with a store of its own; this one must be closed."""
        return World(folder, copy.deepcopy(self.dataverse), copy.deepcopy(self.courier), replace(self.clock))

    def publish(self, *documents: str, replacing: bool = True) -> list[Published]:
        """Publish documents, told apart by their first key; each must pass."""
        published = self.try_to_publish(*documents, replacing=replacing)
        assert [line for one in published if one.refused for line in one.lines()] == []
        return published

    def try_to_publish(
        self, *documents: str, replacing: bool = True, publish: bool = True, channels: frozenset[str] | None = None
    ) -> list[Published]:
        """Publish documents, or draft them; return what became of each."""
        drafts = [Draft(DocumentKind(body.partition(":")[0]), "file.yaml", body) for body in documents]
        desk = Desk(self.store, TYPES, "test", self.clock(), channels)
        return apply_documents(desk, drafts, publish=publish, replace=replacing)

    def click(self, lead_id: str, number: int = 1, *, ago: timedelta = timedelta(hours=1)) -> None:
        """An e-mail click."""
        one = Interaction(f"{lead_id}/{number}", lead_id, "email_click", self.clock() - ago)
        self.store.add_interactions([one], now=self.clock())

    def job(self, store: Any = None, **changes: Any) -> Job:
        """A run's needs, over another store if one is given."""
        used = cast("Store", store if store is not None else self.store)
        destinations = tuple(f"teams:{name}" for name in self.channels)
        outbox = Outbox(
            store=used,
            courier=changes.pop("courier", self.courier),
            rates=dict.fromkeys(destinations, ((1000, 1.0),)),
            hold=(),
            next_attempt=lambda attempt, outcome, now: (
                None if isinstance(outcome, Delivered) or attempt > 9 else now + timedelta(seconds=1)
            ),
            clock=self.clock,
            wait=self.clock.wait,
        )
        job = Job(
            store=used,
            source=self.dataverse,
            writer=self.dataverse,
            outbox=outbox,
            clock=self.clock,
            cards=CARDS,
            parallel=1,
            deliver_s=30,
        )
        return replace(job, **changes)

    def sync(self, store: Any = None, kind: str = "sync", **changes: Any) -> Report:
        """Do a run."""
        job = self.job(store, **changes)
        run, lease = begin(self.store, kind, now=self.clock())
        try:
            return run_sync(job, run)
        finally:
            self.store.queue.finish([lease])

    # what tests ask

    def columns(self, lead_id: str) -> dict[str, Json]:
        """What the environment holds of a lead."""
        return self.dataverse.rows[lead_id].columns

    def score(self, lead_id: str, model: str = "engagement") -> Mapping[str, object] | None:
        """The stored score of a lead."""
        return next((one for one in self.store.lead_scores(lead_id) if one["model"] == model), None)

    def cards(self) -> list[tuple[str, str, str]]:
        """What was sent: kind, lead, destination."""
        return [(one.kind, _lead_of(one), one.destination) for one in self.courier.sent]


def _lead_of(delivery: Delivery) -> str:
    lead = delivery.payload["lead"]
    assert isinstance(lead, dict)
    return str(lead["id"])


def lead_id(number: int) -> str:
    """A lead's id; they sort by number."""
    return f"00000000-0000-4000-8000-{number:012d}"


A, B, C = lead_id(1), lead_id(2), lead_id(3)
