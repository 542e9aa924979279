"""The worker role of a database: one process has it, from whatever data folder, until it ends, however it ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.store import SqlStore, open_store
from tests.contract.store.material import NOW

Starter = Callable[[], "subprocess.Popen[str]"]

HOLD = """
import sys
from pathlib import Path
from connector.store import open_store
store = open_store(sys.argv[1], Path(sys.argv[2]))
with store.worker_lock() as held:
    print(held, flush=True); sys.stdin.readline()
print("released", flush=True); sys.stdin.readline()
store.close()
"""


@pytest.fixture
def place(url: str | None, tmp_path: Path) -> str:
    """The URL of a database that is in no process's data folder."""
    return url or f"sqlite:///{tmp_path}/database/leads.db"


@pytest.fixture
def here(place: str, tmp_path: Path) -> Iterator[SqlStore]:
    """This process's store of the database, with a data folder of its own."""
    store = open_store(place, tmp_path / "here")
    yield store
    store.close()


@pytest.fixture
def elsewhere(place: str, tmp_path: Path) -> Iterator[Starter]:
    """Starts another process on the database, with a data folder of its own; it takes the role and says whether."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLD, place, str(tmp_path / f"elsewhere-{len(started)}")]
        started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for child in started:
        child.kill()
        child.communicate()


def said(child: subprocess.Popen[str]) -> str:
    """The next word of another process."""
    assert child.stdout is not None
    return child.stdout.readline().strip()


def go_on(child: subprocess.Popen[str]) -> None:
    """Let another process that waits go on."""
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()


def has_role(store: SqlStore, *, wait_s: float = 0.0) -> bool:
    """Whether the role can be had here."""
    with store.worker_lock(wait_s=wait_s) as held:
        return held


def test_a_database_has_one_worker_whatever_the_data_folders(here: SqlStore, elsewhere: Starter) -> None:
    """A second process with a folder of its own is refused as long as the first has the role, and no longer."""
    first = elsewhere()
    assert said(first) == "True"
    assert not has_role(here)
    assert said(elsewhere()) == "False"
    go_on(first)
    assert said(first) == "released"
    assert has_role(here)


def test_the_role_of_a_process_that_is_killed_is_free(here: SqlStore, elsewhere: Starter) -> None:
    """Nobody need clean up after it."""
    child = elsewhere()
    assert said(child) == "True"
    child.kill()
    child.wait()
    assert has_role(here, wait_s=30)


def test_who_waits_gets_the_role_when_it_is_released(here: SqlStore, elsewhere: Starter) -> None:
    """Waiting ends with the role, or without it when the time is over."""
    child = elsewhere()
    assert said(child) == "True"
    assert not has_role(here, wait_s=0.01)
    go_on(child)
    assert has_role(here, wait_s=30)


def test_the_role_is_had_once_and_again_as_soon_as_it_is_released(here: SqlStore) -> None:
    """Asking again while it is held is refused and does not release it; looking does not take it away."""
    for _ in range(3):
        with here.worker_lock() as held:
            assert held
            assert not has_role(here)
            assert here._worker.confirm()
            assert not here._worker.is_elsewhere()
        assert not here._worker.confirm()


def test_other_databases_have_workers_of_their_own(here: SqlStore, tmp_path: Path) -> None:
    """The role of one is not that of another."""
    other = open_store(f"sqlite:///{tmp_path}/database/others.db", tmp_path / "here")
    try:
        with here.worker_lock() as held:
            assert held
            assert has_role(other)
    finally:
        other.close()


# --- on a server ----------------------------------------------------------------------------------------------------


def break_off(url: str) -> None:
    """End the session that holds the role, as a server that restarts does."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = 'connector worker role' AND datname = current_database()"
        ).all()
    assert len(ended) == 1


def test_a_role_that_was_lost_with_its_session_is_taken_again(postgresql_url: str, tmp_path: Path) -> None:
    """After the server restarted the worker has its role as before, and gives it back as before."""
    store = open_store(postgresql_url, tmp_path)
    try:
        with store.worker_lock():
            break_off(postgresql_url)
            assert store.claim_run(now=NOW) is None
            assert not has_role(store)
        assert has_role(store)
        with store.worker_lock():
            break_off(postgresql_url)
        assert has_role(store)
    finally:
        store.close()


def test_a_worker_whose_role_another_one_took_does_no_more(postgresql_url: str, tmp_path: Path) -> None:
    """Two would send every card twice: it says so at each try, and goes on when the other has ended."""
    store, other = (open_store(postgresql_url, tmp_path / name) for name in ("one", "two"))
    try:
        with store.worker_lock():
            alive = store.start_run("sync", by="cli", now=NOW)
            break_off(postgresql_url)
            with other.worker_lock() as held:
                assert held
                for _ in range(2):
                    with pytest.raises(StoreError, match="another worker now") as caught:
                        store.claim_run(now=NOW)
                    assert caught.value.retryable
            assert store.claim_run(now=NOW) is None
            assert store.run(alive.run_id).status.value == "running"
    finally:
        store.close()
        other.close()
