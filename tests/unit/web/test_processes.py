"""gunicorn's worker with time limits, on sockets of a pair."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from connector.web.deadlines import Patience
from connector.web.processes import ANSWER_S, TimedWorker, _TimedSocket
from connector.web.refusals import refusal

SECRET = "Zz-code-of-a-hook"


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection: ours, the client's."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> TimedWorker:
    """A worker that serves nothing."""
    monkeypatch.setenv("CONNECTOR_API_BODY_S", "7")
    worker = TimedWorker(1, 1, [], None, 30, Config(), None)
    worker.tmp.close()
    return worker


def timed(sock: socket.socket, left_s: float, *, in_body: bool) -> _TimedSocket:
    """A socket that is read for so long."""
    made = _TimedSocket(sock, quiet_s=0.05)
    made.until, made.in_body = time.monotonic() + left_s, in_body
    return made


def test_what_comes_in_time_is_read(pair: tuple[socket.socket, socket.socket]) -> None:
    """Bytes are handed over, and answers have a limit of their own."""
    pair[1].sendall(b"GET")
    assert timed(pair[0], 5, in_body=False).recv(10) == b"GET"
    assert pair[0].gettimeout() == ANSWER_S


@pytest.mark.parametrize("left_s", [5, -1], ids=["quiet too long", "past its moment"])
def test_a_head_that_does_not_come_is_as_one_that_was_given_up(
    pair: tuple[socket.socket, socket.socket], left_s: float
) -> None:
    """Before the request is known there is nobody to answer: the connection looks ended, and stays so."""
    sock = timed(pair[0], left_s, in_body=False)
    assert sock.recv(10) == b""
    assert sock.recv(10) == b""


@pytest.mark.parametrize("left_s", [5, -1], ids=["quiet too long", "past its moment"])
def test_a_body_that_does_not_come_is_late(pair: tuple[socket.socket, socket.socket], left_s: float) -> None:
    """The application hears of it as of a timeout, which it answers with 408."""
    with pytest.raises(TimeoutError):
        timed(pair[0], left_s, in_body=True).recv(10)


def test_each_part_of_a_request_has_its_own_time(
    worker: TimedWorker, pair: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head is waited for as long as by `serve`, the body as long as the setting says; a socket is wrapped once."""
    seen: list[tuple[bool, float]] = []

    def note(_self: ThreadWorker, *arguments: SimpleNamespace) -> bool:
        sock = arguments[-1].sock
        seen.append((sock.in_body, sock.until - 1000.0))
        return True

    monkeypatch.setattr("connector.web.processes.time", SimpleNamespace(monotonic=lambda: 1000.0))  # it stands still
    monkeypatch.setattr(ThreadWorker, "handle", note)
    monkeypatch.setattr(ThreadWorker, "handle_request", note)
    conn = SimpleNamespace(sock=pair[0])
    assert worker.handle(conn)
    assert worker.handle_request(SimpleNamespace(), conn)
    assert worker.handle(conn)
    assert isinstance(conn.sock._sock, socket.socket)
    assert conn.sock.fileno() == pair[0].fileno()
    assert seen == [(False, Patience().head_s), (True, 7), (False, Patience().head_s)]


def test_a_process_that_ends_waits_for_nobody_who_said_nothing(
    worker: TimedWorker, pair: tuple[socket.socket, socket.socket]
) -> None:
    """A connection without a byte is kept while the process serves, and closed when it is to end."""
    closed: list[bool] = []
    silent = SimpleNamespace(sock=pair[0], timeout=time.monotonic() + 60, close=lambda: closed.append(True))
    worker.poller = SimpleNamespace(unregister=lambda _sock: None)
    worker.pending_conns.append(silent)
    worker.nr_conns = 1
    worker.murder_pending()
    assert not closed
    worker.alive = False
    worker.murder_pending()
    assert closed == [True]
    assert worker.nr_conns == 0


def test_a_process_that_ends_refuses_new_connections(worker: TimedWorker) -> None:
    """Whoever is too much has to wait; when the process is to end, new connections are refused at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        worker.sockets = [listener]
        registered: list[object] = []
        worker.poller = SimpleNamespace(register=lambda *_: None, unregister=registered.append)
        worker.set_accept_enabled(enabled=True)
        worker.set_accept_enabled(enabled=False)
        assert listener.fileno() >= 0
        worker.set_accept_enabled(enabled=True)
        worker.alive = False
        worker.set_accept_enabled(enabled=False)
        assert registered == [listener, listener]
        assert listener.fileno() == -1


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidRequestLine(SECRET), 400, "malformed"),
        (LimitRequestLine(1, 2), 414, "too_large"),
        (LimitRequestHeaders(SECRET), 431, "too_large"),
        (ValueError(SECRET), 500, "internal"),
    ],
)
def test_what_is_no_request_is_refused_as_everything_else_and_not_repeated(
    worker: TimedWorker,
    pair: tuple[socket.socket, socket.socket],
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    code: str,
) -> None:
    """The answer is a problem document; neither it nor the log says what came."""
    request = SimpleNamespace(uri=f"/hooks/dataverse?code={SECRET}", method="POST")
    worker.handle_error(request, pair[0], ("127.0.0.1", 1), error)
    head, _, body = pair[1].recv(10_000).partition(b"\r\n\r\n")
    problem = json.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Connection: close" in head
    assert (problem["status"], problem["code"]) == (status, code)
    assert SECRET.encode() not in head + body
    assert SECRET not in caplog.text


def test_nobody_is_told_where_the_client_has_gone(
    worker: TimedWorker, pair: tuple[socket.socket, socket.socket]
) -> None:
    """A refusal to a closed connection is no fault."""
    pair[0].close()
    worker.handle_error(None, pair[0], None, InvalidRequestLine("x"))


def test_refusals_speak_the_protocol_that_is_asked_for() -> None:
    """The status line begins with it."""
    assert refusal("400 Bad Request", "HTTP/1.0").startswith(b"HTTP/1.0 400 Bad Request\r\n")
