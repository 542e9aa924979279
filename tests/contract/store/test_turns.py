"""The turn to decide: one process at a time, in the order of asking, and nothing is decided by who has lost it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.pipeline.ports import Settlement
from connector.store import SqlStore, open_store
from tests.contract.store.conftest import Opener
from tests.contract.store.material import APPLIED, NOW, absorb, decide, event, lead

ASKING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
TURNS = "FROM pg_stat_activity WHERE application_name = 'connector turn' AND datname = current_database()"
# Until they have ended: one that is about to is still among those that are counted.
ENDING = f"SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 30000)) {TURNS}"
HOLD = """
import sys
from pathlib import Path
from connector.store import open_store
with open_store(sys.argv[1], Path(sys.argv[2])).turn(lambda: None):
    print("held", flush=True); sys.stdin.readline()
"""


class StoppedError(Exception):
    """Somebody wants us to stop."""


def turn(store: SqlStore) -> AbstractContextManager[None]:
    """The turn, whatever time it takes."""
    return store.turn(lambda: None)


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds, at most 60 seconds."""
    never = threading.Event()
    for _ in range(6_000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError("it never came")


@pytest.fixture
def ask(postgresql_url: str) -> Iterator[Callable[[str], int]]:
    """Asks the server's tables, beside the stores."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def answer(question: str) -> int:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(question).scalar_one())

    yield answer
    engine.dispose()


@pytest.fixture
def first(postgresql_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """One process's store on a server."""
    with closing(open_store(postgresql_url, tmp_path / "first")) as store:
        yield store


@pytest.fixture
def second(postgresql_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """Another process's."""
    with closing(open_store(postgresql_url, tmp_path / "second")) as store:
        yield store


def test_what_is_decided_in_a_turn_is_stored(store: SqlStore, reopen: Opener) -> None:
    """Planned and settled as without one; the turn comes again, here and elsewhere."""
    absorb(store, lead())
    for one in (store, store, reopen()):
        with turn(one):
            decision = decide(one.dossier("lead-1", now=NOW), events=[event()])
            one.plan([decision])
            one.settle([Settlement(decision, APPLIED, NOW)])
    assert (store.planned(), store.counts()) == ([], {"queued": 1})


def test_what_is_raised_in_a_turn_ends_it(store: SqlStore, reopen: Opener) -> None:
    """And passes through."""
    with pytest.raises(ValueError, match="ours"), turn(store):
        raise ValueError("ours")
    with turn(reopen()):
        pass


def test_processes_have_it_one_after_another(first: SqlStore, second: SqlStore, ask: Callable[[str], int]) -> None:
    """Who asks meanwhile waits, and is not overtaken by who just gave it back."""
    order: list[str] = []

    def other() -> None:
        with turn(second):
            order.append("second")

    with turn(first):
        thread = threading.Thread(target=other)
        thread.start()
        eventually(lambda: ask(ASKING) == 1)
        order.append("first")
    with turn(first):
        order.append("first again")
    thread.join(60)
    assert order == ["first", "second", "first again"]


def test_who_is_to_stop_waits_no_longer(first: SqlStore, second: SqlStore, ask: Callable[[str], int]) -> None:
    """What the check raises comes out, the place in the queue is given up, and a later turn comes."""
    is_to_stop = threading.Event()

    def check_stop() -> None:
        if is_to_stop.is_set():
            raise StoppedError

    raised: list[BaseException] = []

    def wait() -> None:
        try:
            with second.turn(check_stop):
                pass
        except StoppedError as error:
            raised.append(error)

    with turn(first):
        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: ask(ASKING) == 1)
        is_to_stop.set()
        thread.join(60)
        assert len(raised) == 1
        eventually(lambda: ask(ASKING) == 0)
    with turn(second):
        pass


def test_who_loses_the_session_while_waiting_is_told(
    first: SqlStore, second: SqlStore, ask: Callable[[str], int]
) -> None:
    """The place in the queue went with it; asking again is one more try."""
    raised: list[StoreError] = []

    def wait() -> None:
        try:
            with turn(second):
                pass
        except StoreError as error:
            raised.append(error)

    with turn(first):
        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: ask(ASKING) == 1)
        waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        assert ask(f"SELECT count(pg_terminate_backend(pid)) FROM ({waiting}) AS waiting") == 1
        thread.join(60)
        assert [error.retryable for error in raised] == [True]
    with turn(second):
        pass


def test_a_dead_process_has_it_no_longer(
    postgresql_url: str, tmp_path: Path, first: SqlStore, ask: Callable[[str], int]
) -> None:
    """Killed while it held it: whoever waits has it then."""
    command = [sys.executable, "-c", HOLD, postgresql_url, str(tmp_path / "other")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        got = threading.Event()

        def wait() -> None:
            with turn(first):
                got.set()

        thread = threading.Thread(target=wait)
        thread.start()
        eventually(lambda: ask(ASKING) == 1)
        assert not got.is_set()
        child.kill()
        thread.join(60)
        assert got.is_set()


def test_who_lost_it_decides_nothing(first: SqlStore, second: SqlStore, ask: Callable[[str], int]) -> None:
    """The session broke off: what is to be planned or settled is refused, whoever has it now is not disturbed."""
    absorb(first, lead())
    decision = decide(first.dossier("lead-1", now=NOW), events=[event()])
    with turn(first):
        first.plan([decision])
        assert ask(ENDING) == 1
        with turn(second):
            with pytest.raises(StoreError, match="broke off the session that held the turn") as caught:
                first.settle([Settlement(decision, APPLIED, NOW)])
            assert caught.value.retryable
            with pytest.raises(StoreError, match="nothing is decided without it"):
                first.plan([decision])
            second.settle([Settlement(decision, APPLIED, NOW)])
    with turn(first):
        assert first.planned() == []
    assert first.counts() == {"queued": 1}


def test_what_was_let_through_is_waited_for(first: SqlStore, second: SqlStore, ask: Callable[[str], int]) -> None:
    """A transaction that began while the turn was its own ends before somebody else's turn begins."""
    order: list[str] = []

    def other() -> None:
        with turn(second):
            order.append("second")

    with turn(first):
        with first._database.write() as connection:
            first._database.turn.fence(connection)
            assert ask(ENDING) == 1
            thread = threading.Thread(target=other)
            thread.start()
            eventually(lambda: ask(ASKING) == 1)
            order.append("first")
        thread.join(60)
    assert order == ["first", "second"]


def test_a_session_that_broke_off_between_turns_is_begun_again(first: SqlStore, ask: Callable[[str], int]) -> None:
    """Nobody needed it meanwhile."""
    for _ in range(2):
        with turn(first):
            assert ask(f"SELECT count(*) {TURNS}") == 1
        assert ask(ENDING) == 1


def test_a_server_that_cannot_be_asked_is_named(first: SqlStore, postgresql_server: str, postgresql_url: str) -> None:
    """As whatever else the store is asked then."""
    server = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    name = sa.make_url(postgresql_url).database
    with server.connect() as connection:
        connection.execute(sa.text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false"))
    try:
        with pytest.raises(StoreError, match="The database"), turn(first):
            pass
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true"))
