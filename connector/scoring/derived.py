"""The facts that are derived from columns: their names, types and the columns that they read. Computes nothing."""

from __future__ import annotations

import re

from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind

STANDARD_COLUMNS = DerivedColumns(
    title="lead.jobtitle",
    email="lead.emailaddress1",
    created="lead.createdon",
    employees="account.numberofemployees",
)

SENIORITIES = ("c_level", "vp", "director", "manager", "other")
FUNCTIONS = (
    "finance",
    "it",
    "marketing",
    "sales",
    "operations",
    "hr",
    "engineering",
    "legal",
    "purchasing",
    "production",
    "general_management",
    "other",
)
BANDS = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001+")

_TEXT = FactType(Kind.TEXT)
_NUMBER = FactType(Kind.NUMBER)
_BOOLEAN = FactType(Kind.BOOLEAN)

DERIVED_TYPES = {
    "title.seniority": _TEXT,
    "title.function": _TEXT,
    "lead.has_account": _BOOLEAN,
    "lead.email_is_freemail": _BOOLEAN,
    "lead.days_since_created": _NUMBER,
    "account.employee_band": _TEXT,
    "account.open_leads": _NUMBER,
    "account.engaged_people_30d": _NUMBER,
}
DERIVED_VALUES = {
    "title.seniority": frozenset(SENIORITIES),
    "title.function": frozenset(FUNCTIONS),
    "account.employee_band": frozenset(BANDS),
}

PEOPLE = "account.people("  # what counts over the people of an account begin with, see `people`
_ENGAGED = re.compile(r"account\.engaged_people_([1-9][0-9]{0,3})d", re.ASCII)


def engaged_days(fact: str) -> int | None:
    """The N of `account.engaged_people_<N>d`; None for any other fact."""
    found = _ENGAGED.fullmatch(fact)
    return int(found[1]) if found else None


def is_rollup(fact: str) -> bool:
    """Whether the caller counts this fact over the account's leads, so that no column holds it."""
    return fact == "account.open_leads" or fact.startswith(PEOPLE) or engaged_days(fact) is not None


def is_derived(fact: str) -> bool:
    """Whether no column of this name is read: the fact is computed from another column or by the caller."""
    return fact in DERIVED_TYPES or is_rollup(fact)


def type_of(fact: str, types: FactTypes) -> FactType | None:
    """The type of a fact, derived ones included; None where it is untyped."""
    if fact in DERIVED_TYPES:
        return DERIVED_TYPES[fact]
    if is_rollup(fact):
        return _NUMBER
    return types.types.get(fact)


def source_column(fact: str, types: FactTypes) -> str | None:
    """The column that a fact reads (itself when it is not derived); None for roll-ups and `lead.has_account`."""
    columns = types.derived
    if fact.startswith("title."):
        return columns.title or STANDARD_COLUMNS.title
    if fact == "lead.email_is_freemail":
        return columns.email or STANDARD_COLUMNS.email
    if fact == "lead.days_since_created":
        return columns.created or STANDARD_COLUMNS.created
    if fact == "account.employee_band":
        return columns.employees or STANDARD_COLUMNS.employees
    if fact == "lead.has_account" or is_rollup(fact):
        return None
    return fact
