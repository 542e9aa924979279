"""The worker role of an SQLite file: one process has it, whatever else is open."""

from __future__ import annotations

import stat
from pathlib import Path
from threading import Event, Thread

import pytest

from connector.errors import StoreError
from connector.store import SqlStore
from connector.store.workerlock import FileLock
from tests.contract.store.material import NEEDS, NOW, lead, lead_page
from tests.integration.store.conftest import Opener, Starter, said, tell

HOLD = """
store = open_store(None, data_dir)
with store.worker_lock() as held:
    say(held); wait()
say("released"); wait()
"""


def test_a_second_process_is_refused_and_goes_on_otherwise(store: SqlStore, process: Starter) -> None:
    """Without the role everything but the role is there: reading and writing go on."""
    child = process(HOLD)
    assert said(child) == "True"
    with store.worker_lock() as held:
        assert held is False
    assert store.absorb(lead_page(lead()), NEEDS, now=NOW) == 1
    tell(child)
    assert said(child) == "released"
    with store.worker_lock() as held:
        assert held is True


def test_the_role_is_free_when_its_process_is_killed(store: SqlStore, process: Starter) -> None:
    """The operating system releases it, so that no stale lock waits for a person."""
    child = process(HOLD)
    assert said(child) == "True"
    child.kill()
    child.wait()
    with store.worker_lock() as held:
        assert held is True


def test_waiting_for_the_role(store: SqlStore, reopen: Opener) -> None:
    """Who waits gets it as soon as it is released."""
    other = reopen()
    ready, go = Event(), Event()

    def hold() -> None:
        with other.worker_lock():
            ready.set()
            go.wait()

    holder = Thread(target=hold)
    holder.start()
    ready.wait()
    with store.worker_lock(wait_s=0.01) as held:
        assert held is False
    go.set()
    with store.worker_lock(wait_s=30) as held:
        assert held is True
    holder.join()


def test_within_a_process_the_role_is_had_once(store: SqlStore) -> None:
    """Asking again while it is held is refused, and does not release it."""
    with store.worker_lock() as held:
        assert held
        with store.worker_lock() as again:
            assert again is False
        assert store._worker.held
    assert not store._worker.held


def test_a_file_has_one_role_by_whatever_name_it_is_opened(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """A link to the file, or to its folder, is the same database."""
    (tmp_path / "link").symlink_to(data_dir)
    with store.worker_lock():
        with FileLock("The database", tmp_path / "link" / "connector.db").hold() as again:
            assert again is False
        with FileLock("The database", data_dir / "other.db").hold() as other:
            assert other is True


def test_the_lock_file_is_private(store: SqlStore, data_dir: Path) -> None:
    """Like everything in the folder it is readable by this user alone."""
    with store.worker_lock():
        assert stat.S_IMODE((data_dir / "connector.db.worker.lock").stat().st_mode) == 0o600


def test_a_lock_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    """The error names the file and what to do."""
    missing = FileLock("The database", tmp_path / "gone" / "leads.db")
    with pytest.raises(StoreError, match=r"leads\.db\.worker\.lock cannot be opened.*permission"), missing.hold():
        pass
