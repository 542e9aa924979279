"""Rows with versions and the log of changes, without HTTP."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.sandbox.dataverse.errors import ODataError
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables import standard_tables


@pytest.fixture
def store() -> Store:
    """A store with three leads, loaded."""
    made = Store(standard_tables(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    made.load("lead", [{"leadid": key, "lastname": key.upper()} for key in ("b", "a", "c")])
    return made


def test_loaded_rows_are_complete_and_in_no_delta(store: Store) -> None:
    """Rows that are loaded have versions, times and derived names, and are no changes."""
    assert store.rows["lead"].order == ["a", "b", "c"]
    row = store.require("lead", "a")
    assert (row["fullname"], row["createdon"]) == ("A", "2026-01-01T00:00:00Z")
    assert list(store.rows["lead"].since(0, store.version)) == []


def test_versions_rise_and_rows_are_replaced(store: Store) -> None:
    """Every write gives a higher version and a new row; what a reader holds does not change."""
    held = store.require("lead", "a")
    changed = store.update("lead", "a", {"firstname": "New"})
    assert changed["versionnumber"] > held["versionnumber"]
    assert "firstname" not in held
    assert changed["fullname"] == "New A"


def test_expected_versions_are_kept(store: Store) -> None:
    """An update or a deletion with another version than the row's is refused and changes nothing."""
    version = store.require("lead", "a")["versionnumber"]
    for refused in (lambda: store.update("lead", "a", {}, expected=version - 1),
                    lambda: store.delete("lead", "a", expected=version - 1)):  # fmt: skip
        with pytest.raises(ODataError) as caught:
            refused()
        assert caught.value.status == 412
    assert store.require("lead", "a")["versionnumber"] == version
    with pytest.raises(ODataError, match="Does Not Exist"):
        store.update("lead", "z", {})


def test_rows_after_an_id(store: Store) -> None:
    """Reading goes on after an id, even one that is gone."""
    store.delete("lead", "b")
    assert [row["leadid"] for row in store.rows["lead"].after("a")] == ["c"]
    assert [row["leadid"] for row in store.rows["lead"].after("b")] == ["c"]
    store.insert("lead", {"leadid": "b5"})
    assert [row["leadid"] for row in store.rows["lead"].after("")] == ["a", "b5", "c"]


def test_a_random_history_is_told_by_its_deltas() -> None:
    """Whatever happens, a copy that applies the deltas equals the table; the log stays small."""
    chance = random.Random(5)
    store = Store(standard_tables(), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    rows = store.rows["lead"]
    copy: dict[str, dict[str, Any]] = {}
    seen = store.version
    for step in range(6000):
        key = f"{chance.randrange(40):02d}"
        if store.get("lead", key) is None:
            store.insert("lead", {"leadid": key})
        elif chance.random() < 0.2:
            store.delete("lead", key)
        else:
            store.update("lead", key, {"lc_fit": step})
        if chance.random() < 0.1:
            until = store.version
            copy.update({row["leadid"]: row for row in rows.since(seen, until)})
            for _, gone in rows.deleted_since(seen, until):
                copy.pop(gone, None)
            seen = until
            assert copy == rows.by_id
    assert len(rows.changes) <= 2 * len(rows.by_id) + 1001


def test_tokens_expire_at_a_version(store: Store) -> None:
    """After expiry every version given so far is too old and the next one is not."""
    before = store.version
    store.expire_tokens()
    assert before < store.expired_before <= store.version


def test_a_transaction_holds_whole_or_not_at_all(store: Store) -> None:
    """Writes of a transaction that raises are undone with their entries in the logs; listeners hear which it was."""
    done: list[list[tuple[str, str]]] = []
    undone: list[list[tuple[str, str]]] = []
    store.after_commit.append(lambda changes: done.append([(each.message, each.row_id) for each in changes]))
    store.after_rollback.append(lambda changes: undone.append([(each.message, each.row_id) for each in changes]))
    before = dict(store.rows["lead"].by_id)

    def fail() -> None:
        with store.transaction():
            store.update("lead", "a", {"firstname": "One"})
            with store.transaction():
                store.update("lead", "a", {"firstname": "Two"})
            store.delete("lead", "b")
            store.insert("lead", {"leadid": "d"})
            raise KeyError("late")

    with pytest.raises(KeyError, match="late"):
        fail()
    rows = store.rows["lead"]
    assert (dict(rows.by_id), rows.order, rows.changes, rows.deletions) == (before, ["a", "b", "c"], [], [])
    with store.transaction():
        store.update("lead", "a", {"firstname": "Three"})
        store.delete("lead", "b")
    assert done == [[("Update", "a"), ("Delete", "b")]]
    assert undone == [[("Update", "a"), ("Update", "a"), ("Delete", "b"), ("Create", "d")]]


def test_a_listener_may_stop_a_transaction(store: Store) -> None:
    """What a listener before the commit refuses does not happen."""

    def refuse(_changes: object) -> None:
        raise KeyError("refused")

    store.before_commit.append(refuse)
    with pytest.raises(KeyError):
        store.delete("lead", "a")
    assert store.get("lead", "a") is not None
