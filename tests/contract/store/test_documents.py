"""What every document store keeps: drafts beside live versions, frozen texts, one live version, a history."""

from __future__ import annotations

import pytest

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.ports import DocumentKind, DocumentStatus, StoredDocument
from connector.store import SqlStore
from tests.contract.store.material import NOW, absorb, at, clear_due, due_ids, lead

MODEL = DocumentKind.MODEL


def publish(
    store: SqlStore, name: str = "fit", body: str = "one", *, kind: DocumentKind = MODEL, replace: bool = False
) -> StoredDocument:
    """Publish a text whose digest is itself."""
    return store.publish(kind, name, body, body, by="ana", now=NOW, replace=replace)


def test_a_draft_has_version_0_and_replaces_the_draft_before(store: SqlStore) -> None:
    """A draft is version 0, and the next one takes its place."""
    store.save_draft(MODEL, "fit", "one", "d1", by="ana", now=NOW)
    draft = store.save_draft(MODEL, "fit", "two", "d2", by="ben", now=at(minutes=1))
    assert draft == StoredDocument(MODEL, "fit", 0, DocumentStatus.DRAFT, "two", "d2", at(minutes=1), "ben")
    assert store.draft(MODEL, "fit") == draft
    assert store.documents(MODEL) == [draft]


def test_the_same_draft_again_is_no_event(store: SqlStore) -> None:
    """Storing the same text twice leaves one event and the first time."""
    first = store.save_draft(MODEL, "fit", "one", "d1", by="ana", now=NOW)
    assert store.save_draft(MODEL, "fit", "one", "d1", by="ben", now=at(days=1)) == first
    assert len(store.history(MODEL, "fit")) == 1


def test_a_draft_that_differs_only_in_blanks_is_stored(store: SqlStore) -> None:
    """The text that was written last is the one to read, though its digest is the same."""
    store.save_draft(MODEL, "fit", "one", "d1", by="ana", now=NOW)
    store.save_draft(MODEL, "fit", "one ", "d1", by="ana", now=NOW)
    assert store.draft(MODEL, "fit").body == "one "


def test_a_missing_draft_names_the_known_ones(store: SqlStore) -> None:
    """Asking for a draft that is not there says which are."""
    store.save_draft(MODEL, "intent", "one", "d1", by="ana", now=NOW)
    with pytest.raises(MissingFactError, match="no draft of the model 'fit'") as caught:
        store.draft(MODEL, "fit")
    assert "intent" in str(caught.value)


def test_publication_freezes_version_1_and_takes_the_draft_of_the_same_text(store: SqlStore) -> None:
    """The first publication is version 1; the draft has become it."""
    store.save_draft(MODEL, "fit", "one", "one", by="ana", now=NOW)
    live = publish(store)
    assert (live.version, live.status, live.body, live.baseline_pending) == (1, DocumentStatus.LIVE, "one", True)
    assert store.document(MODEL, "fit") == live
    assert store.live(MODEL) == [live]
    with pytest.raises(MissingFactError):
        store.draft(MODEL, "fit")


def test_a_draft_of_another_text_outlives_a_publication(store: SqlStore) -> None:
    """Somebody's unfinished draft is not lost when another text is published."""
    store.save_draft(MODEL, "fit", "unfinished", "unfinished", by="ana", now=NOW)
    publish(store)
    assert store.draft(MODEL, "fit").body == "unfinished"
    assert store.document(MODEL, "fit").body == "one"


def test_the_live_versions_are_told_without_their_texts(store: SqlStore) -> None:
    """Of every kind; drafts and what was stopped are not among them."""
    publish(store)
    publish(store, body="two", replace=True)
    publish(store, "hot", kind=DocumentKind.ALERT)
    store.save_draft(MODEL, "other", "one", "d1", by="ana", now=NOW)
    assert store.versions() == {(MODEL, "fit", 2), (DocumentKind.ALERT, "hot", 1)}
    store.stop(MODEL, "fit", by="ana", now=NOW)
    assert store.versions() == {(DocumentKind.ALERT, "hot", 1)}


def test_publishing_the_live_text_again_changes_nothing(store: SqlStore) -> None:
    """The same digest gives the live version: no new version, no event, nothing due."""
    live = publish(store)
    store.complete_baselines([live], now=NOW)
    absorb(store, lead())
    clear_due(store)
    again = publish(store, replace=True)
    assert (again.version, again.baseline_pending) == (1, False)
    assert len(store.history(MODEL, "fit")) == 1
    assert store.count_due() == 0


def test_a_changed_live_document_is_refused_and_names_stop(store: SqlStore) -> None:
    """A live document cannot be changed; the refusal says how to."""
    publish(store)
    with pytest.raises(RefusedError, match="connector models stop fit") as caught:
        publish(store, body="two")
    assert "version 1" in caught.value.message
    assert [one.body for one in store.live(MODEL)] == ["one"]


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (DocumentKind.ALERT, "connector alerts stop hot"),
        (DocumentKind.QUALIFICATION, "connector qualification stop hot"),
        (DocumentKind.TITLES, "--replace"),
    ],
)
def test_the_refusal_names_a_command_that_exists(store: SqlStore, kind: DocumentKind, command: str) -> None:
    """Each kind of document is stopped by its own command; titles have none."""
    publish(store, "hot", kind=kind)
    with pytest.raises(RefusedError, match=command):
        publish(store, "hot", "two", kind=kind)


def test_replace_stops_and_publishes_at_once(store: SqlStore) -> None:
    """With replace the live version is stopped and the next one is live."""
    publish(store)
    second = publish(store, body="two", replace=True)
    assert (second.version, second.baseline_pending) == (2, True)
    assert store.live(MODEL) == [second]
    assert [(one.version, one.action) for one in store.history(MODEL, "fit")] == [
        (1, "published"),
        (1, "stopped"),
        (2, "published"),
    ]


def test_publication_makes_every_lead_due(store: SqlStore) -> None:
    """Every kind of document may change what is decided about any lead, but for cards: they say what was decided."""
    absorb(store, lead("lead-1"), lead("lead-2"))
    for number, kind in enumerate(DocumentKind):
        clear_due(store)
        publish(store, f"doc-{number}", kind=kind)
        assert due_ids(store) == ([] if kind is DocumentKind.CARD else ["lead-1", "lead-2"]), kind


def test_what_announces_begins_with_a_baseline(store: SqlStore) -> None:
    """Models, qualifications and alerts (on accounts) are quiet in their first run; nothing else announces anything."""
    pending = {kind for kind in DocumentKind if publish(store, "x", kind=kind).baseline_pending}
    assert pending == {DocumentKind.MODEL, DocumentKind.QUALIFICATION, DocumentKind.ALERT}


def test_a_completed_baseline_concerns_its_version_alone(store: SqlStore) -> None:
    """A run that completed with version 1 says nothing of version 2."""
    first = publish(store)
    second = publish(store, body="two", replace=True)
    assert (first.baseline_at, second.baseline_at) == (None, None)
    store.complete_baselines([first], now=at(hours=1))
    assert store.document(MODEL, "fit").baseline_pending
    assert store.document(MODEL, "fit").baseline_at is None
    store.complete_baselines([second], now=at(hours=2))
    assert not store.document(MODEL, "fit").baseline_pending
    assert store.document(MODEL, "fit").baseline_at == at(hours=2)


def test_a_baseline_is_completed_once(store: SqlStore) -> None:
    """Later runs do not move it, and the version that is stopped still says when it was."""
    live = publish(store)
    for hours in (1, 2):
        store.complete_baselines([live], now=at(hours=hours))
    assert store.live(MODEL)[0].baseline_at == at(hours=1)
    assert store.stop(MODEL, "fit", by="ben", now=at(days=1)).baseline_at == at(hours=1)
    assert store.document(MODEL, "fit").baseline_at == at(hours=1)
    assert publish(store).baseline_at is None


def test_a_stopped_document_stays_readable_and_its_number_is_not_used_again(store: SqlStore) -> None:
    """After a stop nothing is live; the next publication, even of the same text, is version 2."""
    publish(store)
    stopped = store.stop(MODEL, "fit", by="ben", now=at(days=1))
    assert (stopped.status, stopped.updated_by, stopped.baseline_pending) == (DocumentStatus.STOPPED, "ben", False)
    assert store.live(MODEL) == []
    assert store.document(MODEL, "fit") == stopped
    assert publish(store).version == 2


def test_stopping_what_is_not_live_names_what_is(store: SqlStore) -> None:
    """Stopping needs a live version."""
    with pytest.raises(MissingFactError, match="No model is live"):
        store.stop(MODEL, "fit", by="ana", now=NOW)
    publish(store, "intent")
    store.save_draft(MODEL, "fit", "one", "d1", by="ana", now=NOW)
    with pytest.raises(MissingFactError, match="Live: intent"):
        store.stop(MODEL, "fit", by="ana", now=NOW)


def test_an_unknown_document_names_the_known_ones(store: SqlStore) -> None:
    """Names are looked up within a kind, each named once."""
    publish(store, "intent", kind=DocumentKind.ALERT)
    publish(store, "fit")
    store.save_draft(MODEL, "fit", "two", "two", by="ana", now=NOW)
    with pytest.raises(MissingFactError, match=r"no model 'intent'. Known: fit\."):
        store.document(MODEL, "intent")


def test_a_listing_shows_live_before_stopped_before_draft_by_name(store: SqlStore) -> None:
    """Each document is listed once, in the version that counts most."""
    publish(store, "b-live")
    publish(store, "b-live", "two", replace=True)
    store.save_draft(MODEL, "b-live", "three", "three", by="ana", now=NOW)
    publish(store, "c-stopped")
    store.stop(MODEL, "c-stopped", by="ana", now=NOW)
    store.save_draft(MODEL, "c-stopped", "three", "three", by="ana", now=NOW)
    store.save_draft(MODEL, "a-draft", "one", "one", by="ana", now=NOW)
    assert [(one.name, one.version, one.status.value) for one in store.documents(MODEL)] == [
        ("a-draft", 0, "draft"),
        ("b-live", 2, "live"),
        ("c-stopped", 1, "stopped"),
    ]


def test_the_history_says_who_did_what_when(store: SqlStore) -> None:
    """Every step is on record with its time and person, oldest first."""
    store.save_draft(MODEL, "fit", "one", "one", by="ana", now=NOW)
    store.publish(MODEL, "fit", "one", "one", by="ben", now=at(hours=1))
    store.stop(MODEL, "fit", by="cem", now=at(hours=2))
    assert [(one.version, one.action, one.by, one.at) for one in store.history(MODEL, "fit")] == [
        (0, "drafted", "ana", NOW),
        (1, "published", "ben", at(hours=1)),
        (1, "stopped", "cem", at(hours=2)),
    ]
    assert store.history(DocumentKind.ALERT, "fit") == []
