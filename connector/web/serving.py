"""The HTTP server that carries the application in one process: threads, an address, a clean start and end.

For one process on one machine; behind it a reverse proxy ends TLS. What is served is not known here.
"""

from __future__ import annotations

import logging
import math
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from wsgiref.types import WSGIApplication

from cheroot.server import HTTPRequest
from cheroot.wsgi import Gateway_10, Server

from connector.errors import ConnectorError
from connector.web.deadlines import Patience, TimedConnection
from connector.web.refusals import refusal
from connector.web.requestheads import StrictHeaders

KEPT_OPEN_BYTES = 1_048_576
CHUNKED_BYTES = 4 * 1_048_576
DRAIN_S = 5.0
DRAIN_QUIET_S = 0.5
HEADER_BYTES = 32_768
WAITING = 128  # connections that nobody took yet: where there is no room a client tries again after a second
SHUTDOWN_S = 5
_TOO_SLOW = "408 "

_log = logging.getLogger(__name__)


class BindError(ConnectorError):
    """The address cannot be listened on."""

    exit_code = 3


class HttpServer:
    """Serves a WSGI application from threads of its own between `start` and `stop`, or as a context."""

    def __init__(
        self, app: WSGIApplication, host: str, port: int, *, threads: int = 10, patience: Patience | None = None
    ) -> None:
        """Take the address; port 0 lets the system choose one, which `port` then tells."""
        self.host = host
        self.port = port
        patience = patience or Patience()
        self._server = _Server(
            (host, port),
            app,
            numthreads=threads,
            request_queue_size=WAITING,
            server_name="lead-scoring",
            shutdown_timeout=SHUTDOWN_S,
            timeout=math.ceil(patience.quiet_s),
        )
        self._server.patience = patience
        self._server.gateway = _Gateway
        self._server.max_request_header_size = HEADER_BYTES
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Listen and serve; returns when connections are taken. Raises BindError."""
        try:
            self._server.prepare()
        except OSError as error:
            raise BindError(
                f"{self.host}:{self.port} cannot be listened on ({error.strerror or error}).",
                remedy="Choose another CONNECTOR_BIND, or end what uses this one.",
            ) from error
        self.host, self.port = self._server.bind_addr[:2]
        self._thread = threading.Thread(target=self._server.serve, name="http-server", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take no more connections, let requests under way end, give back the address."""
        if self._thread is None:
            return
        try:
            self._server.stop()
        except BaseException:  # a second Ctrl-C: threads that nobody tells to end would keep the process for ever
            self._server.requests.stop(0)
            raise
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Request(HTTPRequest):
    header_reader = StrictHeaders()

    def read_request_headers(self) -> bool:
        """Read the headers; an old client cannot send a body in chunks, whose parts would pass for requests."""
        read: bool = super().read_request_headers()  # type: ignore[no-untyped-call]  # cheroot's types are half
        if read and self.response_protocol != "HTTP/1.1" and b"Transfer-Encoding" in self.inheaders:
            self.simple_response("400 Bad Request")
            return False
        return read

    def simple_response(self, status: object, msg: str | bytes = "") -> None:
        """Refuse what is no request of HTTP, in the form of every other refusal; nothing of it is repeated."""
        del msg  # cheroot's words, which may hold the client's
        self.close_connection = True
        with suppress(OSError):  # whoever sent this may have gone
            self.conn.wfile.write(refusal(str(status), self.server.protocol))


class _Connection(TimedConnection):
    RequestHandlerClass = _Request


class _Server(Server):
    ConnectionClass = _Connection
    patience = Patience()

    @staticmethod
    def bind_socket(socket_: socket.socket, bind_addr: Any) -> socket.socket:
        """Bind as cheroot does, without leaving the socket open where that fails."""
        try:
            socket_.bind(bind_addr)
        except OSError:
            socket_.close()
            raise
        return socket_

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:  # noqa: ARG002 - cheroot's signature
        """Keep the first of cheroot's words about a connection; a traceback could show what a client sent."""
        _log.log(level, "%s", msg.partition("\n")[0])


class _Gateway(Gateway_10):
    """Ends a connection whose request's body may stand unread.

    cheroot would read what is left of a declared body into memory, whole, and take the rest of a chunked one for the
    next request.
    """

    def respond(self) -> None:
        """Answer; then drop what is left of the body, so that the client can read the answer before the end.

        Closing on bytes that nobody read would take the answer back.
        """
        declared = int(self.req.inheaders.get(b"Content-Length") or 0)
        if self.req.chunked_read or not 0 <= declared <= KEPT_OPEN_BYTES:
            self.req.close_connection = True
        if self.req.chunked_read:
            self.req.rfile.maxlen = CHUNKED_BYTES  # cheroot reads a chunk whole, however long it says that it is
        self.req.conn.read_for(self.req.conn.patience.body_s)
        super().respond()
        if self.req.close_connection and self._is_unread():
            self._drain()

    def start_response(self, status: str, headers: Any, exc_info: Any = None) -> Any:
        """Begin the answer; nothing more is read from a client that was too slow."""
        if status.startswith(_TOO_SLOW):
            self.req.close_connection = True
        return super().start_response(status, headers, exc_info)

    def _is_unread(self) -> bool:
        """Tell whether there is more of the body than was read."""
        if self.req.chunked_read:
            return not self.req.rfile.closed
        return bool(getattr(self.req.rfile, "remaining", 0))

    def _drain(self) -> None:
        until = time.monotonic() + DRAIN_S
        self.req.conn.read_for(DRAIN_S, DRAIN_QUIET_S)
        try:
            self.req.conn.wfile.flush()
            while time.monotonic() < until and self.req.conn.rfile.read1(65_536):
                pass
        except (OSError, ValueError):  # the client has gone, or was not honest about its body
            return
