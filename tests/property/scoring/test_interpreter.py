"""The generated scorer against the slow interpreter, on random models and facts."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.compiler import compile_model
from connector.scoring.rules import Group, Model
from tests.property.scoring.interpreter import Interpreter
from tests.property.scoring.strategies import (
    HOUR,
    NOW,
    TIMED_KINDS,
    TYPES,
    busy_facts,
    facts,
    models,
    read_title,
    timed_groups,
)

SLOW = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MICROSECOND = timedelta(microseconds=1)


@SLOW
@given(models(), facts())
def test_score_equals_interpreter(model: Model, lead: Any) -> None:
    """Standing, score, grade, coverage, reach, groups and unknowns are what the interpreter says."""
    scored = compile_model(model, TYPES, read_title).score(lead, NOW)
    expected = Interpreter(lead, NOW, TYPES, read_title).score(model)
    assert set(scored.unknown) == set(expected.unknown)
    assert len(set(scored.unknown)) == len(scored.unknown)
    assert dataclasses.replace(scored, next_change_at=None, unknown=()) == dataclasses.replace(expected, unknown=())


@SLOW
@given(models(), facts(), st.data())
def test_groups_hold_until_next_change(model: Model, lead: Any, data: st.DataObject) -> None:
    """Standing, points and outcomes are constant on [now, next_change_at) and one of them changes there."""
    check_interval(model, lead, data)


@pytest.mark.parametrize("kind", TIMED_KINDS)
@SLOW
@given(data=st.data())
def test_one_timed_group_holds_until_next_change(kind: str, data: st.DataObject) -> None:
    """The law of the interval holds for a single group of every form, where no other group hides its change."""
    group: Group = data.draw(timed_groups(kind))
    lead: Any = data.draw(busy_facts())
    model = Model("m", (group,))
    scored = compile_model(model, TYPES, read_title).score(lead, NOW)
    assert scored.groups == Interpreter(lead, NOW, TYPES, read_title).score(model).groups
    check_interval(model, lead, data)


def check_interval(model: Model, lead: Any, data: st.DataObject) -> None:
    """Assert the law of the interval, at the edges, at some moments inside and at every second hour inside."""
    next_change = compile_model(model, TYPES, read_title).score(lead, NOW).next_change_at
    present = snapshot(model, lead, NOW)
    end = next_change or NOW + timedelta(days=60)
    if next_change:
        assert next_change > NOW
        assert next_change.utcoffset() == timedelta(0)
        assert snapshot(model, lead, next_change) != present
    last = (end - NOW) // MICROSECOND - 1
    inside = {last, *data.draw(st.lists(st.integers(0, last), max_size=4))}
    inside |= {hours * HOUR // MICROSECOND for hours in range(1, 12 * 24, 2)}
    for offset in inside:
        if offset <= last:
            assert snapshot(model, lead, NOW + offset * MICROSECOND) == present


def snapshot(model: Model, lead: Any, at: datetime) -> Any:
    """The standing and the groups at a moment, by the interpreter."""
    return Interpreter(lead, at, TYPES, read_title).snapshot(model)
