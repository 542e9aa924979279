"""kill -9 while cards are sent: none is lost, and none comes twice but one whose attempt was in flight at a kill.

With `hold` none comes twice at all, and each whose answer nobody knows is listed. A card is a line in a file.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.store import SqlStore, open_store, upgrade
from connector.store.events import add_events
from connector.store.tables import attempt
from tests.contract.store.material import NOW
from tests.contract.store.material import event as an_event
from tests.e2e.test_kill_harness import has_grown, until
from tests.servers import postgresql

DESTINATIONS = tuple(f"teams:{number}" for number in range(6))
IN_FLIGHT = 4 * len(DESTINATIONS)

SENDER = """
import os, sys, threading
from datetime import UTC, datetime
from pathlib import Path
from connector import worker
from connector.pipeline.deliver import Outbox, deliver_due, recover, take_over
from connector.pipeline.sharedclock import SharedClock
from connector.pipeline.values import Delivered
from connector.store import claims, open_store
from connector.worker import Work, working

url, folder, cards, hold = sys.argv[1:5]
# An attempt here takes no time: nobody waits half a minute for the dead.
claims.HELD_S, worker.TAKE_OVER_S, worker.ROLE_WAIT_S = 1.0, 0.3, 60.0
destinations = [f"teams:{number}" for number in range(6)]
store = open_store(url, Path(folder))
file = os.open(cards, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

class Courier:
    def send(self, delivery):
        os.write(file, f"{delivery.delivery_id}\\n".encode())
        return Delivered(202)
    def knows(self, destination):
        return True

never = threading.Event()
outbox = Outbox(
    store=store, courier=Courier(), rates={name: ((100000, 1.0),) for name in destinations},
    hold=tuple(destinations) if hold == "hold" else (), next_attempt=lambda *_: None,
    clock=SharedClock(lambda: datetime.now(UTC), store.clock_ahead), wait=never.wait,
)
work = Work(
    "w", lambda crew: [], recover=lambda: recover(outbox), take_over=lambda: take_over(outbox),
    deliver=lambda: deliver_due(outbox),
)
with working(store, work, stop=never):
    print("ready", flush=True)
    never.wait()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL of this module's own."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield url


@pytest.fixture
def url(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> str:
    """A database, empty and upgraded."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path}/connector.db"
    found: str = request.getfixturevalue("server")
    upgrade(found, tmp_path)
    store = open_store(found, tmp_path)
    with store._database.write() as connection:
        connection.exec_driver_sql("TRUNCATE event, delivery, attempt, destination CASCADE")
    store.close()
    return found


def begin(url: str, folder: Path, mode: str) -> subprocess.Popen[str]:
    """A process that sends."""
    command = [sys.executable, "-c", SENDER, url, str(folder), str(folder / "cards"), mode]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill_again_and_again(
    store: SqlStore, start: Callable[[], subprocess.Popen[str]], cards: Path, kills: int, total: int, processes: int
) -> None:
    """Kill one of some processes at random moments of the work; wait until nothing is left to be sent."""
    chance = random.Random(20261122)
    running = [start() for _ in range(processes)]
    line = len("dlv_" + 32 * "x" + "\n")
    try:
        for kill in range(kills):
            mark = int(total * line * 0.9 * (kill + chance.random()) / kills)
            until(partial(has_grown, cards, mark), "they get on")
            victim = chance.randrange(processes)
            running[victim].kill()
            running[victim].communicate()
            running[victim] = start()
        until(lambda: not {"queued", "sending"} & set(store.counts()), "nothing is left to be sent")
    finally:
        for process in running:
            process.kill()
            process.communicate()


def prove(url: str, folder: Path, mode: str, total: int, kills: int, processes: int) -> None:
    """Send, kill, and count."""
    store = open_store(url, folder)
    try:
        events = [
            an_event(f"event-{number}", f"lead-{number}", DESTINATIONS[number % len(DESTINATIONS)])
            for number in range(total)
        ]
        with store._database.write() as connection:
            add_events(connection, [(one, NOW) for one in events])
        cards = folder / "cards"
        kill_again_and_again(store, lambda: begin(url, folder, mode), cards, kills, total, processes)
        arrived = Counter(cards.read_text(encoding="utf-8").split())
        rows = {str(row["delivery_id"]): row for row in store.deliveries(limit=total + 1)}
        assert len(rows) == total
        unknown = unanswered(store)
        twice = {name for name, count in arrived.items() if count > 1}
        said = f"{mode}: {total} cards, {kills} kills, {len(twice)} twice, {len(unknown)} unknown"
        print(f"{url.partition(':')[0]}, {said}")  # noqa: T201 - for the reader
        assert len(unknown) <= kills * IN_FLIGHT
        assert twice <= unknown
        delivered = {name for name, row in rows.items() if row["status"] == "delivered"}
        if mode == "hold":
            assert twice == set()
            assert {name for name, row in rows.items() if row["status"] == "uncertain"} == unknown
            assert delivered == set(rows) - unknown
        else:
            assert delivered == set(rows)
        assert delivered <= set(arrived)
    finally:
        store.close()


def unanswered(store: SqlStore) -> set[str]:
    """Deliveries with an attempt whose answer is not known."""
    with store._database.read() as connection:
        return set(connection.scalars(sa.select(attempt.c.delivery_id).where(attempt.c.outcome == "uncertain")))


@pytest.mark.parametrize("mode", ["resend", "hold"])
@pytest.mark.parametrize("database", ["sqlite"])
def test_few_cards_through_few_kills(url: str, database: str, tmp_path: Path, mode: str) -> None:
    """The same as below, small."""
    assert database
    prove(url, tmp_path, mode, 90, 1, 1)


@pytest.mark.long
@pytest.mark.parametrize("mode", ["resend", "hold"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_many_cards_through_ten_kills(url: str, database: str, tmp_path: Path, mode: str) -> None:
    """2,000 cards and ten kills of the only process on SQLite, of one of three on PostgreSQL."""
    prove(url, tmp_path, mode, 2_000, 10, 1 if database == "sqlite" else 3)
