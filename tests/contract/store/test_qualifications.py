"""What every store promises of qualification decisions: kept whole, in order, once; erased with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from connector.pipeline.ports import Settlement
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.values import Applied, Decision, Stale, Unchanged, WriteResult
from connector.store import SqlStore
from tests.contract.store.conftest import Opener
from tests.contract.store.material import NEEDS, NOW, absorb, at, decide, lead, lead_page


def made(lead_id: str = "lead-1", qualification: str = "ready", when: datetime = NOW) -> QualificationDecision:
    """A qualification on two models, one of which did not score the lead."""
    return QualificationDecision(
        seq=0,
        lead_id=lead_id,
        qualification=qualification,
        version=3,
        reason="Met: fit is 40 Good (at least 40).",
        models=(("engagement", 1, None, None), ("fit", 2, 40, "Good")),
        at=when,
        status_reason=823_270_000,
        actions=("status_reason", "card"),
        status_label="Marketing Qualified",
    )


def settle(
    store: SqlStore, *decisions: QualificationDecision, result: WriteResult | None = None, name: str = ""
) -> Decision:
    """Settle one decision about a lead that brings these."""
    lead_id = decisions[0].lead_id
    dossier = store.dossier(lead_id, now=NOW)
    one = replace(decide(dossier, decision_id=name or f"decision of {lead_id}"), qualified=decisions)
    if result is not None:
        store.plan([one])
    store.settle([Settlement(one, result, NOW)])
    return one


def test_a_decision_is_kept_whole_and_counted(store: SqlStore, reopen: Opener) -> None:
    """Reason, versions, scores, time, status and actions come back as they were settled, with a count from 1."""
    absorb(store, lead())
    settle(store, made())
    assert list(reopen().qualifications_of("lead-1")) == [replace(made(), seq=1)]
    assert list(store.qualifications_of("lead-2")) == []


def test_a_cursor_meets_each_decision_once(store: SqlStore) -> None:
    """From a count on, and no more than asked for, every decision comes in the order of settlement."""
    absorb(store, *(lead(f"lead-{number}") for number in range(5)))
    for number in range(5):
        settle(store, made(f"lead-{number}"))
    seen: list[str] = []
    cursor = 0
    while found := store.qualified(since=None, after_seq=cursor, limit=2):
        seen += [one.lead_id for one in found]
        cursor = found[-1].seq
    assert seen == [f"lead-{number}" for number in range(5)]


@pytest.mark.parametrize(("since", "expected"), [(NOW, ["lead-1", "lead-2"]), (at(hours=1), ["lead-2"])])
def test_decisions_are_found_by_time(store: SqlStore, since: datetime, expected: list[str]) -> None:
    """Those made at the moment, or later, are listed; those before are not."""
    absorb(store, lead("lead-0"), lead("lead-1"), lead("lead-2"))
    settle(store, made("lead-0", when=NOW - timedelta(seconds=1)))
    settle(store, made("lead-1"))
    settle(store, made("lead-2", when=at(hours=1)))
    assert [one.lead_id for one in store.qualified(since=since, after_seq=0, limit=10)] == expected


def test_a_settlement_that_comes_twice_is_remembered_once(store: SqlStore) -> None:
    """After a crash between two settlements of the same decision there is one row for each qualification."""
    absorb(store, lead())
    one = settle(store, made(), made(qualification="priority"), result=Applied('W/"2"'))
    store.settle([Settlement(one, Applied('W/"2"'), NOW)])
    assert [each.qualification for each in store.qualifications_of("lead-1")] == ["ready", "priority"]


@pytest.mark.parametrize("result", [Stale(), Unchanged()])
def test_what_we_did_not_write_is_no_decision_of_ours(store: SqlStore, result: WriteResult) -> None:
    """A decision that was overtaken, or that somebody else's values fulfilled already, leaves no memory of its own."""
    absorb(store, lead())
    settle(store, made(), result=result)
    assert list(store.qualifications_of("lead-1")) == []


def test_a_closed_lead_keeps_its_memory_and_an_erased_one_does_not(store: SqlStore) -> None:
    """Closing keeps why a lead was qualified; deletion takes it along."""
    absorb(store, lead())
    settle(store, made())
    absorb(store, lead(is_open=False))
    assert len(store.qualifications_of("lead-1")) == 1
    store.absorb(lead_page(deleted=["lead-1"]), NEEDS, now=NOW)
    assert list(store.qualifications_of("lead-1")) == []
