"""Texts that a database cannot keep: no step fails for what somebody typed or sent, and U+FFFD stands in its place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.pipeline.ports import RunStatus
from connector.pipeline.values import Interaction, Json, RetryLater
from connector.store import SqlStore
from tests.begun import begin
from tests.contract.store.material import (
    CHANNEL,
    NEEDS,
    NOW,
    absorb,
    account,
    account_page,
    announce,
    clear_due,
    decide,
    due_ids,
    event,
    lead,
    new_score,
    settle,
)

# What is sent, and what is kept of it.
TEXTS = [
    ("a\x00b", "a\ufffdb"),
    ("\x00", "\ufffd"),
    ("a\ud800b", "a\ufffdb"),
    ("\udfff\x00", "\ufffd\ufffd"),
    ("\U0001f600 \\u0000 客户\ufffd\n", "\U0001f600 \\u0000 客户\ufffd\n"),
]


@pytest.mark.parametrize(("sent", "kept"), TEXTS, ids=ascii)
def test_a_row_with_any_text_is_absorbed(store: SqlStore, sent: str, kept: str) -> None:
    """In columns, nested ones and their names too, of leads and accounts."""
    nested: Json = {sent: [sent, {"deep": sent}], "number": 1.5}
    store.absorb(account_page(account(name=sent)), NEEDS, now=NOW)
    absorb(store, replace(lead(account_id="account-1", jobtitle=sent, fullname=nested), etag=sent))
    dossier = store.dossier("lead-1", now=NOW)
    assert dossier.lead.columns["jobtitle"] == kept
    assert dossier.lead.columns["fullname"] == {kept: [kept, {"deep": kept}], "number": 1.5}
    assert dossier.lead.etag == kept
    assert dossier.account == account(name=kept)


@pytest.mark.parametrize(("sent", "kept"), TEXTS, ids=ascii)
def test_such_a_row_is_no_change_when_it_comes_again(store: SqlStore, sent: str, kept: str) -> None:
    """Nor after our own write to it, nor when it comes with what was kept of it."""
    store.absorb(account_page(account(name=sent)), NEEDS, now=NOW)
    absorb(store, lead(account_id="account-1", jobtitle=sent))
    settle(store, decide(store.dossier("lead-1", now=NOW)))
    assert absorb(store, lead(account_id="account-1", jobtitle=sent, lc_score=50)) == 0
    assert absorb(store, lead(account_id="account-1", jobtitle=kept, lc_score=50)) == 0
    assert store.absorb(account_page(account(name=sent)), NEEDS, now=NOW) == 0


@pytest.mark.parametrize(("sent", "kept"), TEXTS, ids=ascii)
def test_an_interaction_with_any_text_is_stored_once(store: SqlStore, sent: str, kept: str) -> None:
    """Its id, its lead, its type and what it says."""
    lead_id = f"lead-{kept}"
    absorb(store, lead(lead_id))
    clear_due(store)
    one = Interaction(f"id-{sent}", f"lead-{sent}", f"form {sent}", NOW, {"form": sent})
    assert store.add_interactions([one, one], now=NOW) == 1
    assert store.add_interactions([one], now=NOW) == 0
    assert due_ids(store) == [lead_id]
    (stored,) = store.dossier(lead_id, now=NOW).interactions
    assert stored == Interaction(f"id-{kept}", lead_id, f"form {kept}", NOW, {"form": kept})


@pytest.mark.parametrize(("sent", "kept"), TEXTS, ids=ascii)
def test_what_we_say_of_such_a_row_is_stored_too(store: SqlStore, sent: str, kept: str) -> None:
    """Values, reasons, cards, the answers of channels and the errors of runs quote what somebody typed."""
    absorb(store, lead())
    card = replace(event(), payload={"name": sent})
    score = replace(new_score(), reasons=(sent,))
    decision = decide(
        store.dossier("lead-1", now=NOW), values={"lc_score": 1, "x": sent}, scores=[score], events=[card]
    )
    store.plan([decision])
    assert store.planned()[0].values == {"lc_score": 1, "x": kept}
    settle(store, decision)
    assert store.lead_scores("lead-1")[0]["reasons"] == [kept]
    (claimed,) = store.claim([CHANNEL], 1, now=NOW, rates={})
    assert claimed.payload == {"name": kept}
    store.conclude(claimed, RetryLater(sent), now=NOW, retry_at=NOW)
    assert store.delivery(claimed.delivery_id)["reason"] == kept
    run, _ = begin(store, by=sent, now=NOW)
    ended = store.finish_run(run, RunStatus.FAILED, now=NOW, summary={"text": sent}, error=sent)
    assert ended is not None
    assert (ended.requested_by, ended.error, ended.summary) == (kept, kept, {"text": kept})


@pytest.mark.parametrize(("sent", "kept"), TEXTS, ids=ascii)
def test_who_is_named_so_is_found_and_left_out(store: SqlStore, sent: str, kept: str) -> None:
    """A lead is asked for and objects by the id that was sent, whatever is kept of it."""
    announce(store, event("event-1", f"lead-{kept}"))
    assert store.dossier(f"lead-{sent}", now=NOW).lead.lead_id == f"lead-{kept}"
    store.suppress([f"lead-{sent}"], now=NOW)
    absorb(store, lead(f"lead-{kept}"))
    assert (store.lead_scores(f"lead-{sent}"), store.counts(), due_ids(store)) == ([], {}, [])
