"""The audit log: entries come back as they were stored, newest first, and what looks like a secret is not kept."""

from __future__ import annotations

from datetime import timedelta

from connector.pipeline.audit import LEFT_OUT, AuditEntry
from connector.store import SqlStore
from connector.store.audit import add_entries
from tests.contract.store.material import NOW


def entry(
    action: str = "model.published", subject: str = "engagement", actor: str = "key:crm", minute: int = 0
) -> AuditEntry:
    """An entry of that minute."""
    after = {"version": 2, "live": True, "channels": ["sales"], "share": 0.5, "none": None}
    return AuditEntry(actor, action, subject, NOW + timedelta(minutes=minute), None, after, "req-1")


def test_an_entry_comes_back_as_it_was_stored(store: SqlStore) -> None:
    """Who, what, when, before, after and the request are kept; the store adds only its number."""
    store.record_audit(entry())
    [found] = store.audit_entries()
    assert found.seq > 0
    assert found == AuditEntry(**{**{name: getattr(entry(), name) for name in AuditEntry.__slots__}, "seq": found.seq})


def test_entries_are_found_by_actor_noun_subject_and_time(store: SqlStore) -> None:
    """The newest come first; a noun alone stands for all that was done to such things, and for nothing longer."""
    store.record_audit(entry())
    store.record_audit(entry("model.stopped", minute=1))
    store.record_audit(entry("modelling.begun", minute=2))
    store.record_audit(entry("run.requested", "run-1", "app:1", minute=3))
    assert [one.action for one in store.audit_entries(action="model")] == ["model.stopped", "model.published"]
    assert [one.action for one in store.audit_entries(action="model.stopped")] == ["model.stopped"]
    assert store.audit_entries(action="m_del") == []
    assert [one.action for one in store.audit_entries(actor="app:1")] == ["run.requested"]
    assert len(store.audit_entries(subject="engagement")) == 3
    assert [one.action for one in store.audit_entries(since=NOW + timedelta(minutes=2), limit=1)] == ["run.requested"]


def test_what_looks_like_a_secret_or_a_person_is_left_out(store: SqlStore) -> None:
    """Addresses, secrets and mail addresses that somebody hands over are not kept, at any depth."""
    before = {
        "callback": "x", "webhook_secret": "s", "api_key": "k", "note": "see https://flow.example/?sig=1",
        "owner": "a.person@example.com", "deep": {"token": "t", "names": ["plain", "b@example.com"]}, "keys": 2,
    }  # fmt: skip
    store.record_audit(AuditEntry("a", "b.done", "c", NOW, before))
    [found] = store.audit_entries()
    assert found.before == {
        "callback": LEFT_OUT, "webhook_secret": LEFT_OUT, "api_key": LEFT_OUT, "note": LEFT_OUT, "owner": LEFT_OUT,
        "deep": {"token": LEFT_OUT, "names": ["plain", LEFT_OUT]}, "keys": 2,
    }  # fmt: skip
    assert found.after is None


def test_old_entries_are_dropped(store: SqlStore) -> None:
    """Those older than what is kept, however many, and none that is younger."""
    for minute in range(3):
        store.record_audit(entry(minute=minute))
    assert store.prune_audit(now=NOW + timedelta(minutes=2), keep=timedelta(minutes=1)) == 1
    assert store.prune_audit(now=NOW + timedelta(minutes=2), keep=timedelta(minutes=1)) == 0
    assert [one.at for one in store.audit_entries()] == [NOW + timedelta(minutes=2), NOW + timedelta(minutes=1)]


def test_many_old_entries_are_dropped_in_steps(store: SqlStore) -> None:
    """More than one step is dropped in one call."""
    with store._database.write() as connection:
        add_entries(connection, [entry() for _ in range(501)])
        add_entries(connection, [])
    assert store.prune_audit(now=NOW + timedelta(days=1), keep=timedelta(hours=1)) == 501


def test_keys_that_come_and_go_are_noted_once(store: SqlStore) -> None:
    """A new key, one that another of its name replaces, and one that is gone; the same keys again say nothing."""
    crm: dict[str, object] = {"name": "crm", "roles": ["Admin"]}
    store.note_keys({"f1": crm}, now=NOW)
    store.note_keys({"f1": crm}, now=NOW)
    store.note_keys({"f2": crm}, now=NOW)
    store.note_keys({}, now=NOW)
    assert [(one.actor, one.action, one.subject, one.before, one.after) for one in store.audit_entries()][::-1] == [
        ("settings", "key.added", "crm", None, {"roles": ["Admin"], "fingerprint": "f1"}),
        ("settings", "key.removed", "crm", {"roles": ["Admin"], "fingerprint": "f1"}, None),
        ("settings", "key.added", "crm", None, {"roles": ["Admin"], "fingerprint": "f2"}),
        ("settings", "key.removed", "crm", {"roles": ["Admin"], "fingerprint": "f2"}, None),
    ]
