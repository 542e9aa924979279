"""A counterfactual in words: each change as a seller would say it, and what it would make of the lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.scoring.compiler.runtime import FOLDED
from connector.scoring.counterfactual.changes import (
    AllowTracking,
    Change,
    ChangeKind,
    Happen,
    LinkAccount,
    SetColumn,
    kind_of,
)
from connector.scoring.counterfactual.witnesses import ANOTHER_TEXT, COMPANY_ADDRESS, FREE_MAIL_ADDRESS
from connector.scoring.explain.phrases import (
    counted,
    interaction_phrase,
    operand_text,
    seen_text,
    title_word,
    with_article,
)
from connector.scoring.explain.sightings import Tables, column_value
from connector.scoring.facttypes import FactTypes
from connector.scoring.operators import fold
from connector.scoring.score import Facts
from connector.scoring.wording import fact_name, is_contact_detail, list_text, value_text

_ADDRESSES = {COMPANY_ADDRESS: "a company e-mail address", FREE_MAIL_ADDRESS: "a free-mail address"}


def changes_text(changes: Sequence[Change], facts: Facts, tables: Tables, now: datetime, *, soon: bool) -> str:
    """All changes as one noun phrase; `soon` says that interactions may also come in the next days."""
    happenings = [_happening(change, facts, tables.types, now) for change in changes if isinstance(change, Happen)]
    parts = [f"{list_text(happenings)} {'in the next days' if soon else 'today'}"] if happenings else []
    columns = [change for change in changes if isinstance(change, SetColumn)]
    linked = [change for change in columns if kind_of(change, facts) is ChangeKind.LINK_ACCOUNT]
    if linked:
        asked = list_text(_column(change, facts, tables, now) for change in linked)
        parts.append(f"a linked account with {asked}")
    elif any(isinstance(change, LinkAccount) for change in changes):
        parts.append("a linked account")
    parts += [_column(change, facts, tables, now) for change in columns if change not in linked]
    if any(isinstance(change, AllowTracking) for change in changes):
        parts.insert(0, "consent to tracking")
    return list_text(parts)


def _happening(change: Happen, facts: Facts, types: FactTypes, now: datetime) -> str:
    noun = interaction_phrase(change.test, types, now)
    known = any(FOLDED[seen["type"]] == fold(change.test.type) for seen in facts.get("interactions") or ())
    if change.times == 1:
        return f"another {noun}" if known else with_article(noun)
    return counted(change.times, f"more {noun}" if known else noun)


def _column(change: SetColumn, facts: Facts, tables: Tables, now: datetime) -> str:
    """`500 employees instead of 40`, `country 'GB' (not filled in now)`."""
    types = tables.types
    before = column_value(facts, change.fact)
    name = fact_name(change.fact, types)
    after = _after(change, name, tables, now)
    kind = kind_of(change, facts)
    if kind is ChangeKind.LINK_ACCOUNT:
        return after.removeprefix("account's ")
    if is_contact_detail(change.fact) or change.value == ANOTHER_TEXT:
        return after
    if kind is ChangeKind.FILL:
        return f"{after} (not filled in now)"
    return f"{after} instead of {value_text(change.fact, before, types, now)}"


def _after(change: SetColumn, name: str, tables: Tables, now: datetime) -> str:
    """The value that a change proposes; for a job title what is to be read in it, with an example."""
    if isinstance(change.value, str) and change.value in _ADDRESSES:
        return _ADDRESSES[change.value]
    if change.value == ANOTHER_TEXT:
        named = [
            operand_text(change.fact, operand, tables.types, now)
            for test, _ in change.tests
            for operand in test.operands
        ]
        return f"{name} other than {list_text(dict.fromkeys(named), 'or')}" if named else f"{name} filled in"
    asked = {test.fact for test, _ in change.tests}
    if asked & {"title.seniority", "title.function"}:
        title = tables.read_title(str(change.value))
        readings = [title_word(word) for word in (title.seniority, title.function) if word]
        return f"{with_article(name)} such as '{change.value}' ({', '.join(readings)})"
    return seen_text(change.fact, name, change.value, tables.types, now)
