"""What a fingerprint tells apart, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

from connector.store.fingerprints import account_fingerprint, lead_fingerprint, lead_hash, needed

SAME: dict[str, Any] = {"account_id": None, "status_reason": 1, "marked_ready": None, "tracking": True}


def test_needed_columns_alone_are_kept() -> None:
    """Nothing is kept that nothing needs; nothing is invented."""
    assert needed({"a": 1, "b": None, "c": 3}, {"a", "b", "d"}) == {"a": 1, "b": None}


def test_the_order_of_columns_does_not_count() -> None:
    """Two reads may send the columns in another order."""
    assert lead_fingerprint({"a": 1, "b": 2}, (), **SAME) == lead_fingerprint({"b": 2, "a": 1}, (), **SAME)
    assert account_fingerprint({"a": 1, "b": 2}) == account_fingerprint({"b": 2, "a": 1})


def test_our_own_columns_do_not_count() -> None:
    """What live models write is left out."""
    assert lead_fingerprint({"a": 1, "s": 5}, {"s"}, **SAME) == lead_fingerprint({"a": 1, "s": 9}, {"s"}, **SAME)


@pytest.mark.parametrize(
    "other",
    [
        {"account_id": "x"},
        {"status_reason": 2},
        {"status_reason": None},
        {"marked_ready": False},
        {"tracking": False},
    ],
)
def test_links_and_guards_count(other: dict[str, Any]) -> None:
    """A lead with another account, status, mark or consent is another one; an unset mark is not a mark that is off."""
    assert lead_fingerprint({"a": 1}, (), **SAME) != lead_fingerprint({"a": 1}, (), **{**SAME, **other})


@pytest.mark.parametrize(("one", "other"), [(1, "1"), (True, 1), (0, None), ("", None), ("é", "e\u0301")])
def test_values_of_another_kind_are_other_values(one: Any, other: Any) -> None:
    """Text is not a number, false is not empty."""
    assert account_fingerprint({"a": one}) != account_fingerprint({"a": other})


def test_a_value_does_not_wander_between_columns() -> None:
    """The same values under other names are another row."""
    assert account_fingerprint({"a": 1, "b": 2}) != account_fingerprint({"a": 2, "b": 1})


def test_what_is_no_number_is_refused() -> None:
    """NaN is refused where rows are read; the store does not take it either."""
    with pytest.raises(ValueError, match="JSON"):
        account_fingerprint({"a": float("nan")})


def test_the_list_of_those_left_out_does_not_hold_ids() -> None:
    """A lead's hash is stable, long, and does not show the id."""
    assert lead_hash("lead-1") == lead_hash("lead-1") != lead_hash("lead-2")
    assert len(lead_hash("lead-1")) == 64
    assert "lead" not in lead_hash("lead-1")
