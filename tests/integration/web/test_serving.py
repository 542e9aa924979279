"""The server on a real socket: start, answers, bad clients, end."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast
from unittest import mock
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from flask import Flask

from connector.errors import MissingFactError
from connector.pipeline.hints import Hint, Taken
from connector.pipeline.jobs import Task
from connector.pipeline.measures import Backlog
from connector.pipeline.ports import Run
from connector.pipeline.readiness import Dependency
from connector.pipeline.values import Interaction
from connector.web.apikeys import new_key
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.limits import Limits
from connector.web.service import Service
from connector.web.serving import BindError, HttpServer


class EmptyService:
    """A service with nothing in it."""

    lead_management = False
    environment_host = None

    def take_hint(self, hint: Hint) -> Taken:
        """Not asked for."""
        raise AssertionError(hint)

    def start_task(self, task: Task, idempotency_key: str | None) -> str:
        """Not asked for."""
        raise AssertionError

    def backlog(self) -> Backlog:
        """Nothing waits."""
        return Backlog(0, 0, 0.0)

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Not asked for."""
        raise AssertionError

    def run(self, run_id: str) -> Run:
        """Know none."""
        raise MissingFactError("none")

    def runs(self, limit: int, before: str | None = None) -> Sequence[Run]:
        """Give none."""
        return []

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """One place, whatever the scores are."""
        return [{"qualification": "sales-ready", "place": "A2", "fit": "icp-fit", "engagement": "engagement"}]

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Give none."""
        return []

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Count them."""
        return len(interactions)

    def readiness(self) -> Sequence[Dependency]:
        """Depend on nothing."""
        return []


@pytest.fixture(scope="module")
def key() -> tuple[str, str]:
    """A key of an administrator and its entry."""
    return new_key("tester", ["Admin"])


@pytest.fixture
def app(key: tuple[str, str]) -> Flask:
    """The application."""
    return create_app(cast("Service", EmptyService()), Security(api_keys=[key[1]]), limits=Limits(body_bytes=100_000))


@pytest.fixture
def server(app: Flask) -> Iterator[HttpServer]:
    """A running server on a port of the system's choice."""
    with HttpServer(app, "127.0.0.1", 0, threads=4) as server:
        yield server


def connect(server: HttpServer) -> http.client.HTTPConnection:
    """A new connection."""
    return http.client.HTTPConnection(server.host, server.port, timeout=10)


def body_of(answer: http.client.HTTPResponse) -> dict[str, object]:
    """An answer's JSON."""
    body: dict[str, object] = json.loads(answer.read())
    return body


def test_what_was_read_ahead_is_answered_too(server: HttpServer) -> None:
    """Two requests in one piece: the second stands in the buffer, and nothing more comes that would tell of it."""
    one = b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
    last = one.replace(b"Host", b"Connection: close\r\nHost")
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        raw.sendall(one + one + last)
        received = b""
        while part := raw.recv(65_536):
            received += part
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_it_serves_on_a_free_port_and_keeps_connections(server: HttpServer) -> None:
    """Port 0 becomes a real port; several requests go over one connection."""
    assert server.port > 0
    connection = connect(server)
    for _ in range(3):
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        assert (answer.status, body_of(answer)) == (200, {"status": "ok"})
        assert "heroot" not in str(answer.headers)
    connection.close()


def test_stopping_frees_the_address_and_the_threads(app: Flask) -> None:
    """After `stop` nothing listens, no thread of the server is left, and the port can be taken again."""
    server = HttpServer(app, "127.0.0.1", 0).start()
    port = server.port
    assert any(thread.name == "http-server" for thread in threading.enumerate())
    server.stop()
    server.stop()
    assert not any(thread.name == "http-server" for thread in threading.enumerate())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5)
    with HttpServer(app, "127.0.0.1", port) as again:
        assert again.port == port


def test_a_taken_address_is_named_with_the_remedy(app: Flask, server: HttpServer) -> None:
    """A port in use, and an address that is not this machine's, end with a sentence."""
    for host, port in ((server.host, server.port), ("203.0.113.1", 0)):
        with pytest.raises(BindError, match="CONNECTOR_BIND") as caught:
            HttpServer(app, host, port).start()
        assert caught.value.exit_code == 3


def test_a_large_body_is_refused_without_being_kept(server: HttpServer, key: tuple[str, str]) -> None:
    """20 MB: the client can send them all and then reads a problem; the connection ends."""
    for headers, status in (({"x-api-key": key[0]}, 413), ({}, 401)):
        connection = connect(server)
        body = (b"x" * 65_536 for _ in range(320))
        connection.request(
            "POST",
            "/api/v1/interactions",
            body,
            {"Content-Length": str(65_536 * 320), "Content-Type": "application/json"} | headers,
        )
        answer = connection.getresponse()
        assert answer.status == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Connection"] == "close"
        answer.read()
        connection.close()


def test_a_chunked_body_is_bounded_and_never_becomes_a_request(server: HttpServer, key: tuple[str, str]) -> None:
    """Chunks past the limit are 413; what stands in an unread chunked body is not taken for the next request."""
    connection = connect(server)
    headers = {"x-api-key": key[0], "Content-Type": "application/json"}
    connection.request("POST", "/api/v1/interactions", iter([b"{}", *[b" " * 10_000] * 20]), headers)
    assert connection.getresponse().status == 413
    connection.close()
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        head = f"POST /api/v1/interactions HTTP/1.1\r\nHost: x\r\nx-api-key: {key[0]}\r\n"
        raw.sendall(head.encode() + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFF\r\n{")
        assert b" 400 " in raw.recv(65_536)
    inner = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        raw.sendall(
            b"POST /api/v1/interactions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner)
        )
        received = b""
        while part := raw.recv(65_536):
            received += part
    assert received.count(b"HTTP/1.1 ") == 1
    assert b" 401 " in received


def test_a_chunked_body_is_read_where_it_fits(server: HttpServer, key: tuple[str, str]) -> None:
    """A client that tells no length is served too."""
    lead = "0a1b2c3d-0000-4000-8000-000000000001"
    item = {"id": "1", "lead_id": lead, "type": "t", "at": "2026-11-20T09:00:00Z"}
    connection = connect(server)
    connection.request(
        "POST", "/api/v1/interactions", iter([json.dumps({"interactions": [item]}).encode()]),
        {"x-api-key": key[0], "Content-Type": "application/json"},
    )  # fmt: skip
    answer = connection.getresponse()
    assert (answer.status, body_of(answer)) == (200, {"received": 1, "added": 1})
    connection.close()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"nonsense\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nx-request-id: a\r\n b\r\nConnection: close\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_a_bad_request_does_not_disturb_the_next(server: HttpServer, request_bytes: bytes) -> None:
    """Whatever is sent, the answer shows no traceback and the server goes on."""
    with socket.create_connection((server.host, server.port), timeout=10) as raw:
        received = b""
        try:
            raw.sendall(request_bytes)
            raw.shutdown(socket.SHUT_WR)
            while part := raw.recv(65_536):
                received += part
        except OSError:
            pass  # hung up on, which is an answer too
    assert b"Traceback" not in received
    assert b"passwd" not in received
    connection = connect(server)
    connection.request("GET", "/healthz")
    assert connection.getresponse().status == 200
    connection.close()


def test_a_body_that_was_closed_ends_nothing(app: Flask) -> None:
    """What an application closes is its own: the connection may end with it, the server goes on."""
    whole = app.wsgi_app

    def closes(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ["wsgi.input"].close()
        return whole(environ, start_response)

    app.wsgi_app = closes  # type: ignore[method-assign]  # Flask's own way to wrap an application
    with HttpServer(app, "127.0.0.1", 0, threads=2) as server:
        for _ in range(3):
            connection = connect(server)
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
            connection.close()


def test_a_stop_that_is_interrupted_leaves_no_thread(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C in the middle of the end: nothing that would keep the process for ever."""
    server = HttpServer(app, "127.0.0.1", 0, threads=3).start()
    connections = server._server._connections  # type: ignore[attr-defined]  # cheroot's types are half
    monkeypatch.setattr(connections, "stop", mock.Mock(side_effect=KeyboardInterrupt))
    pool = [one for one in threading.enumerate() if one.name.startswith("CP Server")]
    with pytest.raises(KeyboardInterrupt):
        server.stop()
    for one in pool:
        one.join(30)
    assert pool
    assert not any(one.is_alive() for one in pool)
    monkeypatch.undo()
    connections.stop()
    server._server.socket.close()
