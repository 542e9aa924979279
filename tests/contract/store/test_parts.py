"""Many leads are stored in parts, the next of which is made while one is stored; nobody can tell by the outcome."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from connector.pipeline.values import Table
from connector.store import SqlStore, absorb, rowsets, tables
from tests.contract.store.material import NEEDS, NOW, account, account_page, at, clear_due, due_ids, lead, lead_page


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two leads make a part."""
    monkeypatch.setattr(absorb, "MANY", 2)


def test_every_part_is_stored(store: SqlStore) -> None:
    """All rows come back as they were read, in whatever order they came, and are due once."""
    rows = [lead(f"lead-{number}", account_id=f"account-{number % 3}") for number in (4, 1, 3, 0, 2)]
    assert store.absorb(lead_page(*rows), NEEDS, now=NOW) == 5
    assert due_ids(store) == sorted(row.lead_id for row in rows)
    assert [store.dossier(row.lead_id, now=NOW).lead for row in rows] == rows
    assert store.missing_accounts() == ["account-0", "account-1", "account-2"]


def test_of_known_leads_those_that_changed_are_affected(store: SqlStore) -> None:
    """Whichever part they are in; a new account link is looked for."""
    rows = [lead(f"lead-{number}", account_id="account-1") for number in range(5)]
    store.absorb(lead_page(*rows), NEEDS, now=NOW)
    store.absorb(account_page(account("account-1")), NEEDS, now=NOW)
    clear_due(store)
    rows[1], rows[4] = lead("lead-1", account_id="account-2"), lead("lead-4", account_id="account-1", jobtitle="CEO")
    assert store.absorb(lead_page(*rows), NEEDS, now=at(hours=1)) == 2
    assert due_ids(store) == ["lead-1", "lead-4"]
    assert store.missing_accounts() == ["account-2"]


@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_where_a_part_fails_nothing_is_stored(store: SqlStore, monkeypatch: pytest.MonkeyPatch, fails_at: int) -> None:
    """Its error is told as it is, the page's token is not stored, and no thread is left."""
    put, calls = rowsets.put, iter(range(1, 9))

    def failing(connection: Any, table: Any, *arguments: Any, **options: Any) -> None:
        if table is tables.lead and next(calls) == fails_at:
            raise ZeroDivisionError("on purpose")
        put(connection, table, *arguments, **options)

    monkeypatch.setattr(absorb, "put", failing)
    before = threading.active_count()
    page = lead_page(*(lead(f"lead-{number}") for number in range(5)), token="delta:1", full=True)
    with pytest.raises(ZeroDivisionError, match="on purpose"):
        store.absorb(page, NEEDS, now=NOW)
    assert threading.active_count() == before
    assert store.count_due() == 0
    assert Table.LEAD not in store.tokens(NEEDS)


def test_where_a_row_cannot_be_written_nothing_is_stored(store: SqlStore) -> None:
    """What is no JSON ends the page while another part is being stored."""
    rows = [lead(f"lead-{number}") for number in range(3)]
    with pytest.raises(ValueError, match="JSON"):
        store.absorb(lead_page(*rows, lead("lead-9", lc_score=float("nan"))), NEEDS, now=NOW)
    assert store.count_due() == 0
