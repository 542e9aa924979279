"""Turns that several processes have beside each other, and what becomes of one whose holder is frozen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.pipeline.ports import Settlement
from connector.store import SqlStore, open_store, turnlock
from connector.store.turnbeat import Beat, Patience, end_frozen
from tests.contract.store.material import APPLIED, NOW, absorb, decide, lead

ASKING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
HOLD = """
import sys
from pathlib import Path
from connector.store import open_store, turnbeat
from tests.contract.store.material import NOW, absorb, decide, lead
store = open_store(sys.argv[1], Path(sys.argv[2]))
with store.turn(lambda: None):
    (dossier,) = store.due(1, now=NOW)
    store.plan([decide(dossier)])
    print("held", flush=True)
    sys.stdin.readline()
    try:
        store.plan([decide(dossier)])
    except Exception as error:
        print(error, flush=True)
"""


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds, at most 60 seconds."""
    never = threading.Event()
    for _ in range(6_000):
        if holds():
            return
        never.wait(0.01)
    raise AssertionError("it never came")


@pytest.fixture
def stores(postgresql_url: str, tmp_path: Path) -> Iterator[list[SqlStore]]:
    """Three processes' stores on a server."""
    opened = [open_store(postgresql_url, tmp_path / str(number)) for number in range(3)]
    yield opened
    for one in opened:
        one.close()


@pytest.fixture
def asking(postgresql_url: str) -> Iterator[Callable[[], int]]:
    """How many sessions wait for a lock."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def count() -> int:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql(ASKING).scalar_one())

    yield count
    engine.dispose()


def test_those_that_share_have_it_at_once_and_one_alone_waits_for_all(
    stores: list[SqlStore], asking: Callable[[], int]
) -> None:
    """Nobody who shares overtakes one that waits to be alone."""
    first, second, third = stores
    order: list[str] = []

    def alone() -> None:
        with third.turn(lambda: None):
            order.append("alone")

    def late() -> None:
        with second.turn(lambda: None, shared=True):
            order.append("shared")

    with first.turn(lambda: None, shared=True):
        with second.turn(lambda: None, shared=True):
            waiting = threading.Thread(target=alone)
            waiting.start()
            eventually(lambda: asking() == 1)
        overtaking = threading.Thread(target=late)
        overtaking.start()
        eventually(lambda: asking() == 2)
        assert order == []
    for thread in (waiting, overtaking):
        thread.join()
    assert order == ["alone", "shared"]


def test_a_frozen_holder_loses_the_turn(postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGSTOP in the middle: after a while another has it, and what the first says when it goes on is void."""
    monkeypatch.setattr(turnlock, "FROZEN_S", 0.3)
    with closing(open_store(postgresql_url, tmp_path / "second")) as second:
        absorb(second, lead("lead-1"))
        command = [sys.executable, "-c", HOLD, postgresql_url, str(tmp_path / "first")]
        holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert holder.stdout is not None
            assert holder.stdin is not None
            assert holder.stdout.readline() == "held\n"
            os.kill(holder.pid, signal.SIGSTOP)
            with second.turn(lambda: None):
                (left,) = second.planned()
                second.settle([Settlement(left, APPLIED, NOW)])
                os.kill(holder.pid, signal.SIGCONT)
                holder.stdin.write("go on\n")
                holder.stdin.flush()
                assert "broke off the session that held the turn" in holder.stdout.readline()
            assert second.planned() == []
        finally:
            holder.kill()
            holder.communicate()


def test_a_holder_that_lives_keeps_the_turn(
    stores: list[SqlStore], asking: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes: it shows itself, and whoever waits looks and waits on."""
    first, second, _ = stores
    looks: list[int] = []
    beats: list[int] = []
    beat = first._database.turn._beat  # type: ignore[attr-defined]  # a server's

    def show() -> None:
        beats.append(1)
        beat()

    first._database.turn._beating = Beat(show, 0.02)  # type: ignore[attr-defined]  # as above

    def look(*_: object) -> int:
        looks.append(1)
        return 0

    monkeypatch.setattr(turnlock, "FROZEN_S", 0.0)
    monkeypatch.setattr(turnlock, "end_frozen", look)
    got: list[bool] = []

    def take() -> None:
        with second.turn(lambda: None):
            got.append(True)

    absorb(first, lead("lead-1"))
    with first.turn(lambda: None):
        waiting = threading.Thread(target=take)
        waiting.start()
        eventually(lambda: asking() == 1 and len(looks) > 0 and len(beats) > 3)
        engine = first._database.turn._engine  # type: ignore[attr-defined]  # as above
        assert end_frozen(engine, 0x1EB0, 30.0, "here") == 0
        (dossier,) = first.due(1, now=NOW)
        first.plan([decide(dossier)])
        assert got == []
    waiting.join()
    assert got == [True]


def test_a_server_that_cannot_be_looked_at_is_left_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever waits goes on waiting, and the log says why."""
    engine = sa.create_engine(f"postgresql+psycopg://nobody@/none?host={tmp_path}", poolclass=sa.pool.NullPool)
    assert end_frozen(engine, 1, 1.0, "the database") == 0
    assert "could not be looked at" in caplog.text


def test_a_beat_comes_between_begin_and_end_alone() -> None:
    """Again and again; what the database refuses meanwhile is left to whoever uses it next."""
    beaten = threading.Event()

    def beat() -> None:
        beaten.set()
        raise sa.exc.InvalidRequestError

    one = Beat(beat, every_s=0.001)
    one.close()  # before it began
    for _ in range(2):
        one.begin()
        assert beaten.wait(30)
        one.end()
        beaten.clear()
    assert not beaten.wait(0.02)
    one.close()


def test_patience_ends_and_ends_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """It acts when something was waited for so long, then every few seconds."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    acts: list[float] = []
    patience = Patience(30.0, lambda: acts.append(now[0]))
    for moment in (100.0, 129.0, 130.0, 134.0, 135.0, 141.0):
        now[0] = moment
        patience.on()
    assert acts == [130.0, 135.0, 141.0]


def test_who_waits_for_a_shared_turn_hears_a_stop(stores: list[SqlStore]) -> None:
    """As for one alone."""
    first, second, _ = stores

    def stop() -> None:
        raise StoreError("stop")

    with first.turn(lambda: None), pytest.raises(StoreError, match="stop"), second.turn(stop, shared=True):
        raise AssertionError("it is not ours")
