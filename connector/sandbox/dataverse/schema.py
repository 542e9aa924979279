"""What a table is: columns with types, lengths, options and targets. Data about data; no rows and no HTTP in here."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Row = dict[str, Any]  # by field name; a field that is absent has the column's default

ENGLISH, GERMAN, FRENCH = 1033, 1031, 1036
PUBLISHERS = frozenset({"evt", "lc", "msdyn", "msdyncrm", "msdynmkt", "msevtmgt"})  # prefixes of those who add columns
_NAMESPACE = uuid.UUID("5b5a3f5e-6d8c-4a8e-9d55-1f0c7b0f6a10")


def stable_id(*names: str) -> str:
    """An id that is the same on every machine, for metadata and rows that are not generated."""
    return str(uuid.uuid5(_NAMESPACE, "/".join(names)))


class Kind(StrEnum):
    """The type of a column."""

    ID = "Uniqueidentifier"
    STRING = "String"
    MEMO = "Memo"
    INTEGER = "Integer"
    BIGINT = "BigInt"
    DECIMAL = "Decimal"
    DOUBLE = "Double"
    MONEY = "Money"
    BOOLEAN = "Boolean"
    CHOICE = "Picklist"
    STATE = "State"
    STATUS = "Status"
    DATETIME = "DateTime"
    DATE = "DateOnly"
    LOOKUP = "Lookup"
    CUSTOMER = "Customer"
    OWNER = "Owner"


TEXT_KINDS = frozenset({Kind.STRING, Kind.MEMO})
WHOLE_KINDS = frozenset({Kind.INTEGER, Kind.BIGINT})
NUMBER_KINDS = WHOLE_KINDS | {Kind.DECIMAL, Kind.DOUBLE, Kind.MONEY}
OPTION_KINDS = frozenset({Kind.CHOICE, Kind.STATE, Kind.STATUS})
LOOKUP_KINDS = frozenset({Kind.LOOKUP, Kind.CUSTOMER, Kind.OWNER})


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a choice with its labels by language; `state` for status reasons, `default_status` for states."""

    value: int
    labels: Mapping[int, str]
    state: int | None = None
    default_status: int | None = None

    def label(self, language: int = ENGLISH) -> str:
        """The label in a language, else in English."""
        return self.labels.get(language, self.labels[ENGLISH])


@dataclass(frozen=True, slots=True)
class Target:
    """A table that a lookup may point to, by the name of the navigation property that leads there.

    `relationship` names the relationship, and the collection that leads back, where it is not the usual name.
    """

    table: str
    navigation: str
    relationship: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is the logical name; `create` and `update` say whether clients may set it.

    Columns that clients created have `schema` (the name with its capitals), and `labels` and `notes` by language.
    """

    name: str
    kind: Kind
    label: str = ""
    max_length: int = 100
    minimum: float = -2_147_483_648
    maximum: float = 2_147_483_647
    precision: int = 2
    options: tuple[Option, ...] = ()
    targets: tuple[Target, ...] = ()
    default: Any = None
    create: bool = True
    update: bool = True
    behavior: str = "UserLocal"
    schema: str = ""
    labels: Mapping[int, str] = field(default_factory=dict)
    notes: Mapping[int, str] = field(default_factory=dict)

    @property
    def field(self) -> str:
        """The name under which a row has the value: `_x_value` for lookups."""
        return f"_{self.name}_value" if self.kind in LOOKUP_KINDS else self.name

    @property
    def type_field(self) -> str:
        """Where a row keeps the table that a lookup with several targets points to; never sent by itself."""
        return f"{self.field}@table"

    @property
    def custom(self) -> bool:
        """Tell whether somebody added the column to the standard table."""
        return bool(self.schema) or self.name.partition("_")[0] in PUBLISHERS

    def option(self, value: int) -> Option | None:
        """The option with that value."""
        return next((option for option in self.options if option.value == value), None)

    def navigation(self, table: str) -> str:
        """The navigation property that leads to a table."""
        return next((target.navigation for target in self.targets if target.table == table), self.targets[0].navigation)


@dataclass(frozen=True, slots=True)
class AlternateKey:
    """Columns whose values together name one row."""

    schema: str
    columns: tuple[str, ...]
    labels: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Intersect:
    """What makes a table the middle of a many-to-many relationship: for each side its table, column and collection."""

    relationship: str
    sides: tuple[tuple[str, str, str], tuple[str, str, str]]


@dataclass(slots=True)
class Table:
    """One table. `derive` completes a row before it is kept (a full name), `check` refuses one (raises ODataError).

    `tracked` says that deltas are kept. Tables that clients created have `schema` and `labels`, the second for many.
    """

    name: str
    set_name: str
    key: str
    primary_name: str
    type_code: int
    columns: dict[str, Column]
    label: str = ""
    tracked: bool = False
    guarded: bool = True  # optimistic concurrency is enabled
    derive: Callable[[Row], None] | None = None
    check: Callable[[Row], None] | None = None
    fields: dict[str, Column] = field(default_factory=dict)
    navigations: dict[str, tuple[Column, str]] = field(default_factory=dict)
    keys: dict[str, AlternateKey] = field(default_factory=dict)
    intersect: Intersect | None = None
    schema: str = ""
    labels: tuple[Mapping[int, str], Mapping[int, str]] = field(default_factory=lambda: ({}, {}))

    def __post_init__(self) -> None:
        for column in list(self.columns.values()):
            self.add_column(column)

    def add_column(self, column: Column) -> None:
        """Add or replace a column; rows have its default from then on."""
        self.columns[column.name] = column
        self.fields[column.field] = column
        for target in column.targets:
            if target.navigation:
                known = self.navigations.get(target.navigation)  # an owner's leads to users and teams alike
                if known is None or known[0].name != column.name:
                    self.navigations[target.navigation] = (column, target.table)
                else:
                    self.navigations[target.navigation] = (column, known[1])

    def remove_column(self, name: str) -> None:
        """Take a column away, as an administrator may."""
        column = self.columns.pop(name)
        self.fields.pop(column.field)
        self.navigations = {key: value for key, value in self.navigations.items() if value[0] is not column}

    @property
    def schema_name(self) -> str:
        """The name in metadata that keeps its capitals."""
        return self.schema or self.name[:1].upper() + self.name[1:]


def table(
    name: str,
    set_name: str,
    columns: list[Column],
    *,
    primary_name: str,
    type_code: int,
    key: str = "",
    label: str = "",
    derive: Callable[[Row], None] | None = None,
) -> Table:
    """A table with its key column and the system columns that every table has."""
    key = key or f"{name}id"
    system = [
        Column(key, Kind.ID, update=False),
        Column("createdon", Kind.DATETIME, "Created On", create=False, update=False),
        Column("modifiedon", Kind.DATETIME, "Modified On", create=False, update=False),
        Column("versionnumber", Kind.BIGINT, "Version Number", create=False, update=False),
    ]
    everything = {column.name: column for column in [*system, *columns]}
    return Table(
        name, set_name, key, primary_name, type_code, everything, label=label or name.capitalize(), derive=derive
    )
