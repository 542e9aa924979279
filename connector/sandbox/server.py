"""A small HTTP/1.1 server on loopback: one thread a connection, keep-alive, TLS, no Nagle delay.

Not a WSGI server, because faults must break an answer below HTTP (a reset in the middle of a body, a body shorter
than its Content-Length) and because a stand-in has to be faster than what it is measured with. No routes in here.
"""

from __future__ import annotations

import contextlib
import functools
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import StrEnum
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import parse_qsl

MAX_LINE = 70_000  # a GET may have 32,768 characters and a part of a batch 65,536; the service judges, not the socket
MAX_HEADERS = 200
MAX_BODY = 128 * 1024 * 1024
SHARED = 64 * 1024
BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


class Sending(StrEnum):
    """How an answer leaves: whole, or broken in one of the ways in which networks break answers."""

    WHOLE = "whole"
    TRUNCATED = "truncated"  # Content-Length promises more than is sent, then an orderly close
    RESET = "reset"  # half of the body, then a TCP reset
    DRIP = "drip"  # a few bytes at a time
    NOTHING = "nothing"  # the connection closes without an answer


@dataclass(slots=True)
class Request:
    """One request as read: `path` and `query` are raw (percent-encoded), header names in lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""
    _options: list[tuple[str, str]] | None = None

    def options(self) -> list[tuple[str, str]]:
        """The query's pairs, decoded, in order. Do not change them."""
        if self._options is None:
            self._options = parse_qsl(self.query, keep_blank_values=True) if self.query else []
        return self._options


@dataclass(slots=True)
class Response:
    """One answer; Content-Length, and Date where it has none, are added on the way out."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    sending: Sending = Sending.WHOLE
    pause_s: float = 0.0  # between the pieces of a dripping answer

    def header(self, name: str) -> str | None:
        """The first header of that name, None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


Handler = Callable[[Request], Response]


class BadRequestError(Exception):
    """What arrived is not HTTP as we speak it."""


def read_request(stream: BinaryIO, confirm: Callable[[], None]) -> tuple[Request, bool] | None:
    """Read one request and whether the connection stays open; None at the end of the stream.

    `confirm` sends "100 Continue" where the client waits for it. Raises BadRequestError.
    """
    line = stream.readline(MAX_LINE)
    if not line:
        return None
    try:
        method, target, version = line.decode("latin-1").split()
    except ValueError:
        raise BadRequestError("not a request line") from None
    headers = _read_headers(stream)
    if headers.get("expect", "").lower() == "100-continue":
        confirm()
    body = _read_body(stream, headers)
    if not target.startswith("/") and "://" in target:  # absolute form
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path, _, query = target.partition("?")
    keep = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return Request(method, path, query, headers, body), keep


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = stream.readline(MAX_LINE)
        if line in {b"\r\n", b"\n"}:
            return headers
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            raise BadRequestError("not a header")
        key = name.strip().lower()
        text = value.strip()
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    raise BadRequestError("too many headers")


def _read_body(stream: BinaryIO, headers: dict[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _read_chunks(stream)
    text = headers.get("content-length", "0")
    if not text.isdigit() or int(text) > MAX_BODY:
        raise BadRequestError("not a length")
    length = int(text)
    body = stream.read(length) if length else b""
    if len(body) < length:
        raise BadRequestError("the body ended early")
    return body


def _read_chunks(stream: BinaryIO) -> bytes:
    parts: list[bytes] = []
    while True:
        try:
            size = int(stream.readline(MAX_LINE).split(b";")[0], 16)
        except ValueError:
            raise BadRequestError("not a chunk") from None
        parts.append(stream.read(size))
        stream.readline(MAX_LINE)
        if size == 0:
            return b"".join(parts)
        if sum(map(len, parts)) > MAX_BODY:
            raise BadRequestError("too large")


def render(response: Response, *, keep: bool) -> tuple[bytes, bytes]:
    """Head and body as bytes; an answer that may not have a body gets none."""
    body = b"" if response.status in BODILESS else response.body
    lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
    if response.header("Date") is None:
        lines.append(f"Date: {_date(int(time.time()))}")
    lines += [f"{name}: {value}" for name, value in response.headers]
    if response.status not in BODILESS:
        lines.append(f"Content-Length: {len(body)}")
    if not keep:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body


@functools.lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@functools.lru_cache(maxsize=64)
def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _half(head: bytes, body: bytes) -> bytes:
    """An answer that breaks off: in the middle of its body, or of its status line where it has no body.

    Clients take a head that ends between two headers for a whole one.
    """
    return head + body[: len(body) // 2] if body else head[:10]


class Server:
    """A listening socket with its threads; `close` ends every one of them and frees every socket.

    It listens from the start, so that its port is known, and answers from `start` on.
    """

    def __init__(self, *, host: str, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self._handler: Handler = lambda _request: Response(HTTPStatus.SERVICE_UNAVAILABLE)
        self._tls = tls
        self._listener = socket.create_server((host, port), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self._stopping = threading.Event()
        self._waker, self._woken = socket.socketpair()
        self._lock = threading.Lock()
        self._connections: dict[threading.Thread, socket.socket] = {}
        self._acceptor = threading.Thread(target=self._accept, name=f"sandbox-{self.port}", daemon=True)

    def start(self, handler: Handler) -> None:
        """Answer with this handler from now on."""
        self._handler = handler
        self._acceptor.start()

    def close(self) -> None:
        """Stop listening, end open connections, join the threads. A second call does nothing."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._waker.send(b"x")
        if self._acceptor.is_alive():
            self._acceptor.join()
        for end in (self._waker, self._woken, self._listener):
            end.close()
        with self._lock:
            open_now = dict(self._connections)
        for connection in open_now.values():
            with contextlib.suppress(OSError):  # gone by itself meanwhile
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # not SSLSocket's: it pulls the rug mid-read
        for thread in open_now:
            thread.join(timeout=10)

    def _accept(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while True:
                selector.select()
                if self._stopping.is_set():
                    return
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    continue  # the client gave up before we got to it
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                with self._lock:
                    self._connections[thread] = connection
                thread.start()

    def _serve(self, plain: socket.socket) -> None:
        connection = plain
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                secured = self._tls.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
                connection = secured
                with self._lock:
                    self._connections[threading.current_thread()] = connection
                if self._stopping.is_set():
                    return
                secured.do_handshake()
            self._converse(connection)
        except (OSError, ValueError):
            pass  # the client went away, distrusts our certificate, or `close` ended the conversation
        finally:
            with self._lock:
                self._connections.pop(threading.current_thread(), None)
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        with connection.makefile("rb") as stream:
            while not self._stopping.is_set():
                try:
                    found = read_request(stream, lambda: connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n"))
                except BadRequestError as error:
                    head, body = render(Response(HTTPStatus.BAD_REQUEST, str(error).encode()), keep=False)
                    connection.sendall(head + body)
                    return
                if found is None:
                    return
                request, keep = found
                response = self._handler(request)
                keep = keep and response.sending in {Sending.WHOLE, Sending.DRIP}
                self._send(connection, response, keep=keep)
                if not keep:
                    return

    def _send(self, connection: socket.socket, response: Response, *, keep: bool) -> None:
        head, body = render(response, keep=keep or response.sending is not Sending.WHOLE)
        if response.sending is Sending.WHOLE:
            if len(body) < SHARED:
                connection.sendall(head + body)  # one call, so that head and body share a segment
            else:
                connection.sendall(head)
                connection.sendall(body)  # and no copy of a large one
        elif response.sending is Sending.TRUNCATED:
            connection.sendall(_half(head, body))
        elif response.sending is Sending.RESET:
            connection.sendall(_half(head, body))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif response.sending is Sending.DRIP:
            connection.sendall(head)
            step = max(1, len(body) // 10)
            for start in range(0, len(body), step):
                if self._stopping.wait(response.pause_s):
                    return
                connection.sendall(body[start : start + step])
