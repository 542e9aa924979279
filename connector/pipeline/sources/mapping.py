"""What a mapping document says, as frozen values, and what a mapped row becomes. Nothing here reads or computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from connector.pipeline.values import Columns, Json
from connector.scoring.rules import FactTest

WAIT = timedelta(days=30)


class KeyKind(StrEnum):
    """What a column says of the person: the id of a lead or a contact, or an e-mail address."""

    LEAD = "lead"
    CONTACT = "contact"
    EMAIL = "email"


class Role(StrEnum):
    """What a row is in the life of one message; only clicks and opens can be a machine's."""

    DELIVERY = "delivery"
    RETURN = "return"  # takes a delivery back: the message bounced after all
    CLICK = "click"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class PersonColumn:
    """A column by which the lead is found. Of several each counts: every open lead that any of them finds."""

    kind: KeyKind
    column: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Where an interaction's type comes from: a fixed text, or a column's values by a map.

    `otherwise` is the type of a value that the map does not have; None: such a row is no interaction.
    """

    fixed: str = ""
    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class MachineRules:
    """When clicks are taken for a machine's. What each threshold means stands in `machine`."""

    burst_links: int = 3
    burst_within: timedelta = timedelta(seconds=10)
    same_second: int = 2
    too_soon: timedelta = timedelta(seconds=5)
    needs_delivery: bool = False
    agents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageColumns:
    """Where a row says which message it belongs to and what is known of a click. Role by value where `role_column`."""

    message: tuple[str, ...] = ()
    role: Role | None = None
    role_column: str = ""
    roles: Mapping[str, Role] = field(default_factory=dict)
    link: tuple[str, ...] = ()
    agent: str = ""
    machine: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowMapping:
    """How the rows of one table become interactions.

    `key` are the columns of which the first that is filled in names the row (empty: the table's own key), `beside` is
    added to it. `version` tells which of two rows with one name is the newer. Rows whose time lies longer back than
    `history` are left out; those whose lead is not known yet wait as long as `wait`.
    """

    table: str
    people: tuple[PersonColumn, ...]
    at: tuple[str, ...]
    type: Typing
    properties: Mapping[str, str] = field(default_factory=dict)
    where: tuple[FactTest, ...] = ()
    key: tuple[str, ...] = ()
    beside: str = ""
    version: str = ""
    history: timedelta | None = None
    wait: timedelta = WAIT
    about: MessageColumns = MessageColumns()

    @property
    def key_kinds(self) -> frozenset[str]:
        """By what its rows find leads: a contact finds those of its addresses, too."""
        kinds = {person.kind.value for person in self.people}
        return frozenset(kinds | {KeyKind.EMAIL.value} if KeyKind.CONTACT in kinds else kinds)

    @property
    def columns(self) -> frozenset[str]:
        """Every column that is read, and no other (data minimisation)."""
        about = self.about
        named = [
            *(person.column for person in self.people), *self.at, self.type.column, *self.properties.values(),
            *(test.fact for test in self.where), *self.key, self.beside, self.version,
            *about.message, about.role_column, *about.link, about.agent, about.reason,
        ]  # fmt: skip
        return frozenset(name for name in named if name)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """A `source` document: a table of the environment, read with every pull."""

    name: str
    rows: RowMapping
    rules: MachineRules = MachineRules()
    description: str = ""


@dataclass(frozen=True, slots=True)
class ExportMapping:
    """An `export` document: the tables of a lakehouse export by their names, read by `interactions import`."""

    name: str
    tables: Mapping[str, RowMapping]
    rules: MachineRules = MachineRules()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A value by which a lead is found, in one spelling: an id, or the hash of an address (see `people`)."""

    kind: KeyKind
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the rules about machines look at. `link` is a hash of the link, `said` a reason that the row itself has."""

    message: str
    role: Role
    link: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A row that is an interaction of somebody: who that is, is found out by `keys`.

    `row` names the row within `source`; `rank` orders what was read under one name, the greatest stays (empty: what
    was read last).
    """

    source: str
    row: str
    keys: tuple[Key, ...]
    type: str
    at: datetime
    properties: Columns
    evidence: Evidence | None = None
    machine: bool = False
    rank: str = ""
    wait: timedelta = WAIT


Row = Mapping[str, Json | datetime]
