"""Derived facts: their types, and the columns that they read."""

from __future__ import annotations

import pytest

from connector.scoring.carriers import carrier_of, walk
from connector.scoring.derived import engaged_days, is_derived, is_rollup, source_column, type_of
from connector.scoring.facttypes import UNTYPED, DerivedColumns, FactType, FactTypes, Kind
from connector.scoring.freemail import FREEMAIL_DOMAINS
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    ModelTest,
    Not,
    Operator,
)

OURS = FactTypes(
    {"lead.x": FactType(Kind.TEXT)},
    DerivedColumns("lead.position", "lead.mail", "lead.created", "account.staff"),
)
CLICK = InteractionTest("click")
FACT = FactTest("lead.x", Operator.IS_EMPTY)


@pytest.mark.parametrize(
    ("fact", "standard", "ours"),
    [
        ("title.seniority", "lead.jobtitle", "lead.position"),
        ("title.function", "lead.jobtitle", "lead.position"),
        ("lead.email_is_freemail", "lead.emailaddress1", "lead.mail"),
        ("lead.days_since_created", "lead.createdon", "lead.created"),
        ("account.employee_band", "account.numberofemployees", "account.staff"),
        ("lead.has_account", None, None),
        ("account.open_leads", None, None),
        ("account.engaged_people_90d", None, None),
        ("lead.x", "lead.x", "lead.x"),
    ],
)
def test_derived_facts_read_columns(fact: str, standard: str | None, ours: str | None) -> None:
    """A derived fact reads the caller's column, else the standard one; roll-ups and `has_account` read none."""
    assert source_column(fact, UNTYPED) == standard
    assert source_column(fact, OURS) == ours


@pytest.mark.parametrize(
    ("fact", "kind"),
    [
        ("title.function", Kind.TEXT),
        ("lead.has_account", Kind.BOOLEAN),
        ("account.open_leads", Kind.NUMBER),
        ("account.engaged_people_7d", Kind.NUMBER),
        ("lead.x", Kind.TEXT),
    ],
)
def test_derived_facts_are_typed(fact: str, kind: Kind) -> None:
    """Derived facts have types of their own, columns those handed in."""
    known = type_of(fact, OURS)
    assert known is not None
    assert known.kind is kind
    assert type_of("lead.y", OURS) is None


def test_rollups_are_known_by_their_names() -> None:
    """Any number of days makes an engaged-people fact; nothing like it does."""
    assert engaged_days("account.engaged_people_14d") == 14
    assert engaged_days("account.engaged_people_0d") is None
    assert is_rollup("account.open_leads")
    assert not is_rollup("account.employee_band")
    assert is_derived("account.engaged_people_14d")
    assert is_derived("lead.has_account")
    assert not is_derived("lead.x")


def test_freemail_domains_are_folded() -> None:
    """The domains are lower case, since addresses are folded before they are looked up."""
    assert all(domain == domain.casefold() and "." in domain for domain in FREEMAIL_DOMAINS)
    assert "gmail.com" in FREEMAIL_DOMAINS


@pytest.mark.parametrize(
    ("condition", "carrier"),
    [
        (CLICK, CLICK),
        (All((FACT, All((CLICK,)))), CLICK),
        (All((FACT, AnyOf((CLICK,)))), None),
        (Not(CLICK), None),
        (All((CLICK, InteractionTest("form"))), None),
        (All((CLICK, CLICK)), None),
        (FACT, None),
    ],
)
def test_the_carrier_is_the_only_interaction(condition: Condition, carrier: InteractionTest | None) -> None:
    """One interaction that the condition cannot do without carries its points."""
    assert carrier_of(condition) == carrier


def test_walking_sees_every_part() -> None:
    """Every part of a condition is met once, the whole first."""
    model = ModelTest("m", 1)
    whole = AtLeastOf(1, (Not(FACT), AnyOf((CLICK, model))))
    assert list(walk(whole)) == [whole, Not(FACT), FACT, AnyOf((CLICK, model)), CLICK, model]
