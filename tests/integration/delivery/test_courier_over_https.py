"""The courier against a real HTTPS server on loopback: what is on the wire, and what a bad server can do to us."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from connector.delivery import transport
from connector.delivery.posting import ANSWER_BYTES
from connector.delivery.records import RecordLinks
from connector.delivery.teams import TeamsCourier
from connector.pipeline.values import Delivered, Delivery, DeliveryOutcome, Json, RetryLater, Undeliverable
from tests.integration.delivery.conftest import Channel, certificate, reply


@pytest.fixture
def post(channel: Channel, tls: tuple[Path, Path]) -> Iterator[Callable[..., DeliveryOutcome]]:
    """Send a delivery to the channel at a given path and query."""
    couriers: list[TeamsCourier] = []

    def send(
        target: str = "/w", *, ca: Path | None = tls[0], timeout_s: tuple[float, float] = (5.0, 5.0)
    ) -> DeliveryOutcome:
        courier = TeamsCourier(
            {"sales": channel.url(target)},
            links=RecordLinks("https://contoso.crm4.dynamics.com"),
            allowed_hosts=["127.0.0.1"],
            ca_bundle=str(ca) if ca else None,
            timeout_s=timeout_s,
        )
        couriers.append(courier)
        return courier.send(event())

    yield send
    for courier in couriers:
        courier.close()


def event() -> Delivery:
    """A delivery with a name beyond ASCII."""
    payload: dict[str, Json] = {"event_id": "ev-1", "lead": {"id": "0a1b", "name": "Zoë Müller-例"}}
    return Delivery("d-1", "ev-1", "teams:sales", "score_crossed", payload, 1, datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize(
    "target",
    [
        "/workflows/0a1b/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=a_b-c",
        "/w?sp=%2ftriggers%2fmanual&sig=%7Etilde%2dminus",
        "/a//b/../c;x=1?q=a+b&&=&sig=%E2%82%AC",
        "?sig=x",
        "/",
    ],
)
def test_the_url_reaches_the_wire_byte_for_byte(
    channel: Channel, post: Callable[..., DeliveryOutcome], target: str
) -> None:
    """Percent-encoding keeps its case and extent, dots and doubled slashes stay: what is signed is what is sent."""
    assert post(target) == Delivered(202)
    [(path, headers, body)] = channel.requests
    assert path == (target if target.startswith("/") else "/" + target)
    assert json.loads(body)["type"] == "message"
    assert "Zoë Müller-例" in body.decode("utf-8")
    assert "Authorization" not in headers


def test_a_server_that_is_not_trusted_gets_nothing(channel: Channel, post: Callable[..., DeliveryOutcome]) -> None:
    """Without the CA bundle the handshake fails: the answer names the setting, and no request was made."""
    outcome = post(ca=None)
    assert isinstance(outcome, RetryLater)
    assert "CONNECTOR_CA_BUNDLE" in outcome.reason
    assert channel.requests == []


def test_the_ca_bundle_wins_over_the_environments(
    channel: Channel, post: Callable[..., DeliveryOutcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """REQUESTS_CA_BUNDLE of the machine does not replace the one that was configured."""
    other, _ = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    assert post() == Delivered(202)


def test_a_redirect_is_not_followed(channel: Channel, post: Callable[..., DeliveryOutcome]) -> None:
    """One request is made, the redirect's target never hears of it."""
    channel.answer = lambda handler: reply(handler, 307, Location=channel.url("/elsewhere"))
    outcome = post()
    assert isinstance(outcome, Undeliverable)
    assert [path for path, _, _ in channel.requests] == ["/w"]


def test_no_cookie_and_no_netrc_credentials_travel(
    channel: Channel, tls: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the server sets is not sent back, and a `.netrc` entry for its host is not used."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    channel.answer = lambda handler: reply(handler, 202, Set_Cookie="a=b; Path=/")
    links = RecordLinks("https://contoso.crm4.dynamics.com")
    courier = TeamsCourier(
        {"sales": channel.url("/w")}, links=links, allowed_hosts=["127.0.0.1"], ca_bundle=str(tls[0])
    )
    assert [courier.send(event()), courier.send(event())] == [Delivered(202)] * 2
    courier.close()
    for _, headers, _ in channel.requests:
        assert "Cookie" not in headers
        assert "Authorization" not in headers


def test_a_huge_compressed_answer_costs_little(channel: Channel, post: Callable[..., DeliveryOutcome]) -> None:
    """Of a body that inflates to 50 MB only the beginning is read."""
    bomb = gzip.compress(b"x" * 50_000_000)
    channel.answer = lambda handler: reply(handler, 400, bomb, Content_Encoding="gzip")
    outcome = post()
    assert isinstance(outcome, Undeliverable)
    assert outcome.answer == "x" * 500


def test_a_broken_encoding_is_no_failure(channel: Channel, post: Callable[..., DeliveryOutcome]) -> None:
    """The status decides; a body that cannot be decoded is just not shown."""
    channel.answer = lambda handler: reply(handler, 400, b"not gzip", Content_Encoding="gzip")
    outcome = post()
    assert isinstance(outcome, Undeliverable)
    assert (outcome.status, outcome.answer) == (400, "")


def test_a_chunked_answer_is_read(channel: Channel, post: Callable[..., DeliveryOutcome]) -> None:
    """An error code that comes in chunks still pauses the channel."""

    def chunked(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(400)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in (b'{"error": {"code": "Workflow', b'NotFound"}}', b""):
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    channel.answer = chunked
    outcome = post()
    assert isinstance(outcome, Undeliverable)
    assert outcome.pauses


def test_a_server_that_hangs_up_or_stays_silent_is_tried_again(
    channel: Channel, post: Callable[..., DeliveryOutcome]
) -> None:
    """A connection closed without an answer, and an answer that does not come in time, are both RetryLater."""
    channel.answer = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    assert isinstance(post(), RetryLater)
    released = threading.Event()

    def silent(_handler: BaseHTTPRequestHandler) -> None:
        released.wait(10)

    channel.answer = silent
    outcome = post(timeout_s=(5.0, 0.2))
    released.set()
    assert outcome == RetryLater("The channel did not answer in time.")


def test_a_body_that_drips_does_not_hold_us(
    channel: Channel, post: Callable[..., DeliveryOutcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time for an answer is over the rest of its body is dropped."""
    over, dripped = threading.Event(), count()
    clock = count(step=10.0)  # ten seconds on whenever it is looked at
    monkeypatch.setattr(transport, "time", SimpleNamespace(monotonic=lambda: next(clock)))

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(400)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not over.wait(0.02):
            try:
                handler.wfile.write(b".")
            except OSError:
                return
            next(dripped)

    channel.answer = drip
    outcome = post(timeout_s=(30.0, 30.0))
    over.set()
    assert isinstance(outcome, Undeliverable)
    assert next(dripped) < ANSWER_BYTES  # no more would have been read in any time


def test_several_threads_share_a_courier(channel: Channel, tls: tuple[Path, Path]) -> None:
    """Deliveries to two channels at once each reach their own URL."""
    courier = TeamsCourier(
        {"a": channel.url("/a?sig=1"), "b": channel.url("/b?sig=2")},
        links=RecordLinks("https://contoso.crm4.dynamics.com"),
        allowed_hosts=["127.0.0.1"],
        ca_bundle=str(tls[0]),
    )
    sent = [
        Delivery(f"d-{n}", f"ev-{n}", f"teams:{'ab'[n % 2]}", "k", {"event_id": f"ev-{n}"}, 1, event().created_at)
        for n in range(24)
    ]
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(courier.send, sent)) == {Delivered(202)}
    courier.close()
    for path, _, body in channel.requests:
        number = int(body.decode().split("Event ev-")[1].split('"')[0])
        assert path == ["/a?sig=1", "/b?sig=2"][number % 2]
    assert len(channel.requests) == 24
