"""The worker role of a database, from whatever data folder: who has it, alone or with others, and until when."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.pipeline.jobs import DELIVERIES, NewJob
from connector.store import SqlStore, open_store
from connector.store.database import Bell
from connector.store.jobqueue import put_jobs
from tests.contract.store.material import absorb, announce, clear_due, event, lead

Starter = Callable[[], "subprocess.Popen[str]"]

HOLD = """
import sys
from pathlib import Path
from connector.store import open_store
store = open_store(sys.argv[1], Path(sys.argv[2]))
with store.worker_lock(alone=True) as held:
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


def has_role(store: SqlStore, *, wait_s: float = 0.0, alone: bool = True) -> bool:
    """Whether the role can be had here, as the only one."""
    with store.worker_lock(wait_s=wait_s, alone=alone) as held:
        return held


def test_workers_share_a_server_and_not_a_file(here: SqlStore, elsewhere: Starter, url: str | None) -> None:
    """Beside another process a second worker is refused on SQLite, and welcome on PostgreSQL."""
    child = elsewhere()
    assert said(child) == "True"
    assert has_role(here, alone=False) is (url is not None)
    with here.worker_lock():
        assert not has_role(here)  # whoever wants to be alone is not


def test_whoever_wants_to_be_alone_is_refused_whatever_the_data_folders(here: SqlStore, elsewhere: Starter) -> None:
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
    """Asking again while it is held is refused and does not release it."""
    for _ in range(3):
        with here.worker_lock() as held:
            assert held
            assert not has_role(here)
        assert not here._worker.held


def test_other_databases_have_workers_of_their_own(here: SqlStore, tmp_path: Path) -> None:
    """The role of one is not that of another."""
    other = open_store(f"sqlite:///{tmp_path}/database/others.db", tmp_path / "here")
    try:
        with here.worker_lock() as held:
            assert held
            assert has_role(other)
    finally:
        other.close()


def test_what_the_dead_held_is_taken_over_at_once_where_one_is_alone(
    here: SqlStore, url: str | None, tmp_path: Path
) -> None:
    """With the role of a file every open lease is a dead worker's; on a server leases end by themselves."""
    here.queue.put([NewJob("a", "inbox", {}), NewJob("b", "inbox", {})])
    here.queue.claim(["inbox"], 2, worker="dead")
    assert here.queue.take_over() == 0  # nobody knows who works
    with here.worker_lock():
        assert here.queue.take_over() == (2 if url is None else 0)
        assert len(here.queue.claim(["inbox"], 2, worker="w")) == (2 if url is None else 0)


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


def test_a_role_whose_session_broke_off_ends_without_a_word(postgresql_url: str, tmp_path: Path) -> None:
    """Nothing hangs on it: the leases keep two from doing the same."""
    store = open_store(postgresql_url, tmp_path)
    try:
        with store.worker_lock() as held:
            assert held
            break_off(postgresql_url)
        assert has_role(store)
    finally:
        store.close()


def test_what_is_announced_wakes_whoever_listens(postgresql_url: str, tmp_path: Path) -> None:
    """Another process's jobs are told at once, also after the session that listens broke off."""
    store, other = (open_store(postgresql_url, tmp_path / name) for name in ("one", "two"))
    woken = threading.Semaphore(0)
    told: list[Collection[str]] = []

    def wake(kinds: Collection[str]) -> None:
        told.append(kinds)
        woken.release()

    try:
        with store.queue.listen(wake):
            assert woken.acquire(timeout=30)  # it listens from now on
            other._database.bell = Bell()  # another process has no part in this one's bell
            for number in range(2):
                other.queue.put([NewJob(str(number), "inbox", {}), NewJob(f"{number}b", "rows", {})])
                assert woken.acquire(timeout=30)
            assert [sorted(kinds) for kinds in told] == [[], ["inbox", "rows"], ["inbox", "rows"]]
            with store._database.write() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' "
                    "AND datname = current_database()"
                )
            assert woken.acquire(timeout=30)  # what was told meanwhile is lost, so that it is woken
            other.queue.put([NewJob("last", "inbox", {})])
            assert woken.acquire(timeout=30)
    finally:
        store.close()
        other.close()


def test_whoever_put_jobs_in_this_process_wakes_it(here: SqlStore, place: str, tmp_path: Path) -> None:
    """On both databases, through whatever object; what was undone wakes nobody."""
    other = open_store(place, tmp_path / "other")
    woken = threading.Event()
    try:
        with here.queue.listen(lambda _: woken.set()):
            if place.startswith("postgresql"):
                assert woken.wait(30)
                woken.clear()
            with pytest.raises(LookupError), other._database.write() as connection:
                put_jobs(connection, [NewJob("undone", "inbox", {})])
                raise LookupError
            assert not woken.is_set()
            other.queue.put([NewJob("done", "inbox", {})])
            assert woken.is_set() or woken.wait(30)
    finally:
        other.close()


def test_whoever_ends_a_job_wakes_for_what_may_follow(here: SqlStore) -> None:
    """The next of its key; where nothing follows nobody is woken, as each look costs a transaction."""
    queue, told = here.queue, list[set[str]]()
    queue.put([NewJob("a", "inbox", {}, "lead"), NewJob("b", "inbox", {}, "lead"), NewJob("c", "rows", {})])
    leases = queue.claim(["inbox", "rows"], 10, worker="w")
    assert [one.job_id for one in leases] == ["a", "c"]
    with here._database.bell.rings(lambda kinds: told.append(set(kinds))):
        queue.finish(leases[1:])
        assert told == []
        queue.finish(leases[:1])
        assert told.pop() == {"inbox"}
        queue.release(queue.claim(["inbox"], 1, worker="w"))
        assert told.pop() == {"inbox"}
        (again,) = queue.claim(["inbox"], 1, worker="w")
        queue.fail(again, "Later.", retry_in_s=None)
        assert told.pop() == {"inbox"}
        queue.replay(["b"])
        assert told == [{"inbox"}]


def test_whoever_stores_a_card_wakes_who_delivers(here: SqlStore) -> None:
    """At once, with the event; what is decided without a word to anybody wakes nobody."""
    told: list[set[str]] = []
    with here._database.bell.rings(lambda kinds: told.append(set(kinds))):
        announce(here, event())
        assert told == [{DELIVERIES}]
        absorb(here, lead("lead-2"))
        clear_due(here)
        assert len(told) == 1
