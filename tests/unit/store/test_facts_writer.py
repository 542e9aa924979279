"""What is stored of a row, and that its fingerprint is that of the facts as they are read back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.values import Json
from connector.store.fingerprints import (
    account_digest,
    account_fingerprint,
    facts_writer,
    lead_digest,
    lead_fingerprint,
    needed,
)
from connector.store.storable import storable_json

NAMES = ("a", "b", "c", "own1", "own2")
OWN = frozenset({"own1", "own2", "of another table"})
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
ROWS = st.dictionaries(st.sampled_from([*NAMES, "not needed"]), VALUES)


@given(ROWS)
def test_what_is_stored_are_the_needed_columns(columns: dict[str, Any]) -> None:
    """Empty ones too, none that was not sent, texts as they can be stored."""
    text, _ = facts_writer(NAMES, OWN)(columns)
    assert json.loads(text) == needed(columns, NAMES)
    assert text.isascii()


@given(ROWS)
def test_a_fingerprint_is_the_same_from_the_row_and_from_what_is_stored(columns: dict[str, Any]) -> None:
    """A write back and a new link of an account compute it from the stored facts, a pull from the row."""
    text, looked_at = facts_writer(NAMES, OWN)(columns)
    facts = json.loads(text)
    given = lead_fingerprint(facts, OWN, account_id="x", status_reason=1, marked_ready=None, tracking=True)
    assert lead_digest(looked_at, "x", 1, None, True) == given
    stored, looked_at = facts_writer(NAMES)(columns)
    assert account_digest(looked_at) == account_fingerprint(json.loads(stored))


def test_fingerprints_stay_what_they_were() -> None:
    """Another one would make every lead due once at an upgrade: these are of the first version."""
    _, looked_at = facts_writer(("title", "size", "empty", "score"), {"score"})(
        {"title": "Geschäftsführer", "size": 12.5, "empty": None, "score": 7}
    )
    assert looked_at == r'{"size":12.5,"title":"Gesch\u00e4ftsf\u00fchrer"}'
    assert lead_digest(looked_at, "a-1", 1, False, True) == "d84d579e56dd8a47292098e266639fc2"
    assert account_digest(looked_at) == "c6a7151beee92f430f02888420de941a"


def test_what_is_no_number_is_refused() -> None:
    """NaN is no JSON."""
    with pytest.raises(ValueError, match="JSON"):
        facts_writer(["a"])({"a": float("nan")})


@pytest.mark.parametrize(
    "value", [True, False, 0, -7, 10**19, 1.5, "a\0", "\ud800", "😀", ["b", {"z": None}], {"z": 1, "a": 2}]
)
def test_every_kind_of_value_is_written_as_the_encoder_writes_it(value: Json) -> None:
    """Whole numbers, truth and text take a short cut; nothing may come out differently by it."""
    text, looked_at = facts_writer(["a", "b"])({"b": value, "a": None})
    kept = storable_json(value)
    assert looked_at == json.dumps({"b": kept}, separators=(",", ":"), sort_keys=True)
    assert json.loads(text) == {"a": None, "b": kept}
