"""Laws of keeping decisions: whatever a decision holds comes back equal, through JSON text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.values import Crossing, Decision, Event, Mark, NewScore
from connector.store.decisionjson import dump_decision, load_decision

moments = st.datetimes(
    min_value=datetime(1980, 1, 1),  # noqa: DTZ001 - hypothesis asks for naive bounds
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - likewise
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-3))]),
)
texts = st.text(max_size=20)
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
columns = st.dictionaries(texts, json_values, max_size=4)


def many(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    """Tuples of up to three."""
    return st.lists(strategy, max_size=3).map(tuple)


scores = st.builds(
    NewScore,
    unknown=many(st.tuples(texts, texts)),
    groups=many(st.tuples(texts, st.integers(), texts)),
    reasons=many(texts),
    coverage=st.floats(0, 1),
)
crossings = st.builds(Crossing, fired_at=st.none() | moments)
marks = st.builds(Mark, marked_at=moments)
events = st.builds(Event, payload=columns, destinations=many(texts), at=moments)
decisions = st.builds(
    Decision,
    values=columns,
    scores=many(scores),
    crossings=many(crossings),
    marks=many(marks),
    events=many(events),
    next_change_at=st.none() | moments,
    decided_at=moments,
    status_reason=st.none() | st.integers(),
    marked_ready=st.none() | st.booleans(),
)


@given(decisions)
def test_a_decision_comes_back_as_it_was(decision: Decision) -> None:
    """Every field of every part, through the text that the database holds, equal and of the same kind."""
    back = load_decision(json.loads(json.dumps(dump_decision(decision), allow_nan=False)))
    assert back == decision
    assert repr(back.values) == repr(decision.values)
    assert {type(part) for part in (back.scores, back.crossings, back.marks, back.events)} == {tuple}


@given(decisions)
def test_a_decision_of_an_older_version_takes_defaults(decision: Decision) -> None:
    """Fields that came later are absent in what an older program planned before it was upgraded."""
    data = dump_decision(decision)
    for name in ("status_reason", "marked_ready"):
        del data[name]
    for score in data["scores"]:
        del score["reasons"]
    back = load_decision(data)
    assert (back.status_reason, back.marked_ready, back.values) == (None, None, decision.values)
    assert all(score.reasons == () for score in back.scores)


@given(decisions)
def test_a_field_without_a_default_is_missed(decision: Decision) -> None:
    """Half a decision is not taken for a whole one."""
    data = dump_decision(decision)
    del data["lead_id"]
    with pytest.raises(KeyError, match="lead_id"):
        load_decision(data)
