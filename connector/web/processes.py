"""gunicorn's processes of threads, with the defences of `serving`: requests that do not come in time are given up.

gunicorn expects a proxy that holds slow clients back, and would wait for ever. Needs the extra `container`; nothing
else imports this module or gunicorn.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from typing import Any

from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.workers import gthread

from connector.web.deadlines import Patience
from connector.web.refusals import refusal

ANSWER_S = 30.0  # in so long a client has taken an answer
FIRST_BYTE_S = 0.05  # a thread waits for the first byte of a connection no longer: others wait beside the threads

_log = logging.getLogger(__name__)


class _TimedSocket:
    """A socket that is read until a moment; after it, a head that is not whole looks given up, and a body is late."""

    def __init__(self, sock: Any, quiet_s: float) -> None:
        self._sock = sock
        self._quiet_s = quiet_s
        self.until = 0.0  # monotonic seconds
        self.in_body = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def recv(self, size: int, *flags: int) -> bytes:
        """Read what comes. Raises TimeoutError."""
        left = self.until - time.monotonic()
        self._sock.settimeout(max(0.0, min(left, self._quiet_s)))
        try:
            received: bytes = self._sock.recv(size, *flags)
        except (TimeoutError, BlockingIOError) as error:
            self.until = 0.0  # nothing of it is waited for any more
            if self.in_body:
                raise TimeoutError("timed out") from error
            return b""
        else:
            return received
        finally:
            self._sock.settimeout(ANSWER_S)


class TimedWorker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's worker of threads, with time limits for heads, bodies and answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gthread.DEFAULT_WORKER_DATA_TIMEOUT = FIRST_BYTE_S
        self.patience = Patience(body_s=float(os.environ.get("CONNECTOR_API_BODY_S") or Patience().body_s))

    def handle(self, conn: Any) -> Any:
        """Take one request of a connection; its head has to be there in time."""
        if not isinstance(conn.sock, _TimedSocket):
            conn.sock = _TimedSocket(conn.sock, self.patience.quiet_s)
        conn.sock.in_body = False
        conn.sock.until = time.monotonic() + self.patience.head_s
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer it; its body has to be there in time."""
        conn.sock.in_body = True
        conn.sock.until = time.monotonic() + self.patience.body_s
        return super().handle_request(req, conn)

    def set_accept_enabled(self, enabled: bool) -> None:
        """Take connections, or none; once this process is to end, refuse them, so that nobody waits for its end."""
        super().set_accept_enabled(enabled)
        if not enabled and not self.alive:
            for listener in self.sockets:
                listener.close()

    def murder_pending(self) -> None:
        """Close connections that never said a word when their time is over: at once where this process is to end."""
        if not self.alive:
            for conn in self.pending_conns:
                conn.timeout = 0
        super().murder_pending()

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Refuse what is no request; what came is neither repeated nor logged, since addresses hold secrets."""
        del req, addr
        if isinstance(exc, LimitRequestLine):
            status = "414 URI Too Long"
        elif isinstance(exc, LimitRequestHeaders):
            status = "431 Request Header Fields Too Large"
        elif isinstance(exc, ParseException):
            status = "400 Bad Request"
        else:
            status = "500 Internal Server Error"
            _log.error("a request ended with %s", type(exc).__name__)
        with suppress(OSError):  # whoever sent this may have gone
            client.sendall(refusal(status))
