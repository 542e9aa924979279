"""Two hundred flows, a thousand events each: none is lost over a kill -9, none is called more often than allowed.

By default fifty events each; CONNECTOR_TEST_EVENTS=1000 is the whole of it, which takes ten minutes on two cores.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from connector.delivery.signing import new_secret
from connector.pipeline.subscriptions import Filters, TriggerName, Wish
from connector.pipeline.values import Event
from connector.sandbox.tls import server_context, write_ca
from connector.store import SqlStore, open_store
from connector.store.events import add_events
from tests.contract.store.material import NOW

FLOWS = 200
EVENTS = int(os.environ.get("CONNECTOR_TEST_EVENTS", "50"))
RATE = (4, 1.0)
KILLS = 3

SENDER = """
import sys, threading
from datetime import UTC, datetime
from pathlib import Path
from connector.delivery.callbacks import FlowCourier
from connector.delivery.records import RecordLinks
from connector.delivery.retry import next_attempt
from connector.pipeline.deliver import Outbox, deliver_due, recover
from connector.pipeline.subscriptions import Rates
from connector.store import open_store
import random

folder, ca = sys.argv[1:]
store = open_store(None, Path(folder))
now = lambda: datetime.now(UTC)
courier = FlowCourier(
    {}, store.callback_of, links=RecordLinks("https://contoso.crm4.dynamics.com"), clock=now,
    allowed_hosts=("localhost",), ca_bundle=ca,
)
rng, never = random.Random(), threading.Event()
outbox = Outbox(
    store=store, courier=courier, rates=Rates({}, store.subscription_ids, ((4, 1.0),)), hold=(),
    next_attempt=lambda *told: next_attempt(*told, rng), clock=now, wait=never.wait,
)
with store.worker_lock(wait_s=60.0) as held:
    assert held
    recover(outbox)
    print("ready", flush=True)
    while set(store.counts()) - {"delivered", "dead"}:
        deliver_due(outbox, within_s=1.0)
print("empty", flush=True)
"""


@dataclass
class Flows:
    """Every flow's callback: counts what came, by path and event."""

    url: str = ""
    came: Counter[tuple[str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


@pytest.fixture
def flows(tmp_path: Path) -> Iterator[Flows]:
    """The flows, over HTTPS on loopback."""
    flows = Flows()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with flows.lock:
                flows.came[self.path, self.headers["webhook-id"]] += 1
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True  # a sender that is killed leaves connections behind
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A sender that is killed hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = server_context(tmp_path).wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    flows.url = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield flows
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(store: SqlStore, flows: Flows) -> list[str]:
    """Let every flow subscribe; return their destinations, in the order of their paths."""
    wishes = [Wish(TriggerName.LEAD_QUALIFIED, Filters(), f"{flows.url}/{number}", "h") for number in range(FLOWS)]
    made = [store.subscribe(wish, new_secret(), by="test", now=NOW) for wish in wishes]
    return [one.subscription.destination for one in made]


def announce(store: SqlStore, destinations: list[str]) -> None:
    """Queue every event for every flow."""
    payload: dict[str, Any] = {"kind": "lead_qualified", "lead": {"id": "1", "name": "Pat Ng"}, "reasons": ["why"]}
    for first in range(0, EVENTS, 10):
        names = [f"evt_{number}" for number in range(first, min(first + 10, EVENTS))]
        events = [
            Event(name, "lead_qualified", f"lead-{name}", {**payload, "event_id": name}, tuple(destinations), NOW)
            for name in names
        ]
        with store._database.write() as connection:
            add_events(connection, [(one, NOW) for one in events])


def start(folder: Path, ca: Path) -> subprocess.Popen[str]:
    """Start a sender and wait until it sends."""
    process = subprocess.Popen([sys.executable, "-c", SENDER, str(folder), str(ca)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.long
def test_two_hundred_flows_are_called_within_their_rates_and_none_is_forgotten(flows: Flows, tmp_path: Path) -> None:
    """Every flow hears of every event, a second time at most of what was on its way when the sender was killed."""
    store = open_store(None, tmp_path / "data")
    destinations = subscribe(store, flows)
    announce(store, destinations)
    ca, dice = write_ca(tmp_path), random.Random(7)
    for _ in range(KILLS):
        process = start(tmp_path / "data", ca)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(dice.uniform(2.0, 5.0))
        process.kill()
        process.communicate()
    process = start(tmp_path / "data", ca)
    out, _ = process.communicate(timeout=5_000)
    assert (process.returncode, out) == (0, "empty\n")

    expected = {(f"/{flow}", f"evt_{event}") for flow in range(FLOWS) for event in range(EVENTS)}
    assert set(flows.came) == expected
    assert store.counts() == {"delivered": FLOWS * EVENTS}
    again = sum(flows.came.values()) - len(expected)
    assert again <= KILLS * 32, "only what was in flight at a kill comes again"
    with store._database.read() as connection:
        begun: dict[str, list[Any]] = {}
        query = sa.text("select destination, begun_at from attempt order by destination, begun_at")
        for name, at in connection.execute(query.columns(sa.column("destination"), sa.column("begun_at", sa.DateTime))):
            begun.setdefault(name, []).append(at)
    assert set(begun) == set(destinations)
    count, seconds = RATE
    for moments in begun.values():
        for early, late in zip(moments, moments[count:], strict=False):
            assert late - early >= timedelta(seconds=seconds)
    store.close()
