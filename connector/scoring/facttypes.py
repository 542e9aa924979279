"""The types of facts, handed in by whoever knows them: metadata of an environment or a table of standard columns.

`scoring/` treats names as opaque; which columns derived facts read is part of what is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What values a fact takes."""

    TEXT = "text"
    NUMBER = "number"  # int, decimal, double, money: compared as Decimal
    BOOLEAN = "boolean"
    CHOICE = "choice"  # an option's integer value; documents may write its label
    MULTI_CHOICE = "multi_choice"  # comma-separated option values
    DATETIME = "datetime"
    DATE = "date"
    ID = "id"  # GUIDs: lookups and keys


@dataclass(frozen=True, slots=True)
class FactType:
    """A fact's kind; for choices the labels of each option value, in every language known; for text the length.

    `label` is what people call it (metadata's display name); empty where nobody said.
    """

    kind: Kind
    options: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    max_length: int | None = None
    free_text: bool = False  # typed by people (job title, company name), so that `equals` is fragile
    minimum: float | None = None
    maximum: float | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class DerivedColumns:
    """The columns that derived facts read, as full fact names; None where the caller has none."""

    title: str | None = None
    email: str | None = None
    created: str | None = None
    employees: str | None = None


@dataclass(frozen=True, slots=True)
class FactTypes:
    """Types by full fact name (`lead.jobtitle`, `account.revenue`); an absent name is untyped.

    `closed` holds the tables (`lead`, `account`) whose columns are all listed, so that another name does not exist.
    `writable` are the standard lead columns that documents may write, with the keys that may name each (`grade`).
    """

    types: Mapping[str, FactType] = field(default_factory=dict)
    derived: DerivedColumns = DerivedColumns()
    closed: frozenset[str] = frozenset()
    writable: Mapping[str, frozenset[str]] = field(default_factory=dict)


UNTYPED = FactTypes()
