"""What a step costs follows what changed, not the size of the tables: by query plans and numbers of queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from connector.pipeline.jobs import NewJob
from connector.pipeline.ports import Settlement
from connector.pipeline.values import RetryLater
from connector.store import SqlStore
from tests.contract.store.material import (
    APPLIED,
    CHANNEL,
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    announce,
    at,
    clear_due,
    click,
    decide,
    lead,
    lead_page,
)
from tests.contract.store.material import event as an_event

RATES = {CHANNEL: [(1, 1.0), (100, 3600.0)]}
Statement = tuple[str, Any]
# Whether a table holds anything at all: its first row.
IS_THERE_ANY = re.compile(r"SELECT \w+\.\w+ +\nFROM \w+\s+LIMIT \? OFFSET \?")


@contextmanager
def recorded(store: SqlStore) -> Iterator[list[Statement]]:
    """The statements that a step runs."""
    seen: list[Statement] = []
    engine = store._database._engine

    def record(_conn: object, _cursor: object, text: str, parameters: Any, _context: object, many: bool) -> None:
        seen.append((text, parameters[0] if many else parameters))

    event.listen(engine, "before_cursor_execute", record)
    yield seen
    event.remove(engine, "before_cursor_execute", record)


def plans(store: SqlStore, step: Callable[[], object]) -> list[str]:
    """How SQLite finds the rows of every statement of a step."""
    with recorded(store) as statements:
        step()
    found: list[str] = []
    with store._database._engine.connect() as connection:
        for text, parameters in statements:
            if not text.startswith(("BEGIN", "PRAGMA")) and not IS_THERE_ANY.fullmatch(text):
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(parameters))
                found += [row.detail for row in rows]
        connection.rollback()
    return found


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """A store with something in every table."""
    rows = [lead(f"lead-{number:03}", account_id=f"account-{number % 9}") for number in range(200)]
    store.absorb(account_page(*(account(f"account-{number}") for number in range(9)), token="a"), NEEDS, now=NOW)
    store.absorb(lead_page(*rows, token="l"), NEEDS, now=NOW)
    store.add_interactions([click(1, row.lead_id) for row in rows], now=NOW)
    store.prune_accounts()
    clear_due(store, next_change_at=at(days=3))
    announce(store, *(an_event(f"event-{number}", f"lead-{number:03}") for number in range(20)))
    store.use_rollups(on=True)
    store.queue.put([NewJob(f"job-{number}", "refresh-lead", {}, f"lead-{number:03}") for number in range(50)])
    return store


def is_scan(plan: str) -> bool:
    """Tell whether a plan walks through a table; the index of the due leads holds only those, a list is not one."""
    harmless = ("ix_lead_due", "CONSTANT ROW", "anon_", "VIRTUAL TABLE", "VALUES CLAUSE")
    return plan.startswith("SCAN") and not any(part in plan for part in harmless)


STEPS: dict[str, Callable[[SqlStore], object]] = {
    "due": lambda store: store.due(100, now=NOW, after="lead-050"),
    "count_due": lambda store: store.count_due(),
    "wake": lambda store: store.wake(at(days=3)),
    "dossier": lambda store: store.dossier("lead-001", now=NOW),
    "planned": lambda store: store.planned(),
    "claim": lambda store: store.claim([CHANNEL], 4, now=at(minutes=1), rates=RATES),
    "hold_unknown": lambda store: store.hold_unknown(["teams:board"], now=NOW),
    "next_attempt_at": lambda store: store.next_attempt_at(now=at(minutes=1), rates=RATES),
    "recover": lambda store: store.recover(now=NOW, hold=[]),
    "absorb a change": lambda store: absorb(store, lead("lead-001", account_id="account-2", jobtitle="CEO")),
    "absorb a closed lead": lambda store: absorb(store, lead("lead-001", is_open=False)),
    "absorb an opted-out lead": lambda store: absorb(store, lead("lead-001", opted_out=True)),
    "absorb an account": lambda store: store.absorb(account_page(account(name="Esempio")), NEEDS, now=NOW),
    "add_interactions": lambda store: store.add_interactions([click(2, "lead-001")], now=NOW),
    "lead_scores": lambda store: store.lead_scores("lead-001"),
    "run": lambda store: store.begin_run(store.enqueue_run("sync", by="ana", now=NOW).run_id, now=NOW),
    "put a job": lambda store: store.queue.put([NewJob("a", "refresh-lead", {}, "lead-001")]),
    "coalesce a job": lambda store: store.queue.coalesce([NewJob("b", "refresh-lead", {}, "lead-001")]),
    "claim jobs": lambda store: store.queue.claim(["refresh-lead", "sync"], 4, worker="w"),
    "finish a job": lambda store: store.queue.finish(store.queue.claim(["refresh-lead"], 4, worker="w")),
    "next_job_at": lambda store: store.queue.next_job_at(["refresh-lead", "sync"]),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_walks_through_no_table(filled: SqlStore, step: str) -> None:
    """Every row that a run needs is found by an index."""
    found = plans(filled, lambda: STEPS[step](filled))
    assert found
    assert [plan for plan in found if is_scan(plan)] == []


def test_a_settlement_walks_through_no_table(filled: SqlStore) -> None:
    """Nor does recording an outcome, or the outcome of an attempt."""
    filled.mark_due(["lead-001"])
    decision = decide(filled.due(1, now=NOW)[0], events=[an_event("new", "lead-001")])
    steps = [
        lambda: filled.plan([decision]),
        lambda: filled.settle([Settlement(decision, APPLIED, NOW)]),
    ]
    (claimed,) = filled.claim([CHANNEL], 1, now=at(minutes=1), rates={})
    steps.append(lambda: filled.conclude(claimed, RetryLater("busy"), now=NOW, retry_at=at(minutes=5)))
    for step in steps:
        assert [plan for plan in plans(filled, step) if is_scan(plan)] == []


def test_accounts_are_looked_for_where_links_changed(filled: SqlStore) -> None:
    """Missing and unlinked accounts are found from the list of changed links, which is short."""
    absorb(filled, lead("lead-001", account_id="account-77"))
    for step in (filled.missing_accounts, filled.prune_accounts):
        scans = [plan for plan in plans(filled, step) if is_scan(plan)]
        assert all("account_check" in plan for plan in scans), scans


def test_dossiers_take_as_many_queries_for_many_leads_as_for_one(store: SqlStore) -> None:
    """The number of queries is constant for a chunk, interactions, memory and roll-ups included."""
    rows = [lead(f"lead-{number:04}", account_id=f"account-{number}") for number in range(1_800)]
    absorb(store, *rows)
    store.add_interactions([click(number, row.lead_id) for row in rows for number in range(3)], now=NOW)
    store.use_rollups(on=True)
    counts = {}
    for limit in (1, 900, 1_800):
        with recorded(store) as statements:
            assert len(store.due(limit, now=NOW)) == limit
        counts[limit] = len(statements)
    assert counts[1] == counts[900] <= 12
    assert counts[1_800] <= 2 * counts[900]


def test_a_page_takes_as_many_statements_whatever_it_holds(store: SqlStore) -> None:
    """Absorbing and settling go in batches: nothing is done row by row, what is put goes in sets of many rows."""
    absorb(store, lead())  # the first page also notes which columns are needed
    clear_due(store)
    counts = []
    for size in (10, 900):
        with recorded(store) as statements:
            absorb(store, *(lead(f"{size}-{number}", account_id=f"account-{number}") for number in range(size)))
            store.settle([Settlement(decide(one, values={}), None, NOW) for one in store.due(size, now=NOW)])
        counts.append(len(statements))
    assert counts[0] < 60
    assert counts[1] - counts[0] < 900 / 40
