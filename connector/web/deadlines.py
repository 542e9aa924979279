"""Connections that are read until a moment and no longer, however slowly a client sends.

A server of threads lends each request one of them: without an end, a few clients that send a byte now and then hold
all. cheroot's own time limit begins anew with every byte.
"""

from __future__ import annotations

import io
import socket
import time
from dataclasses import dataclass
from typing import Any

from cheroot.makefile import StreamWriter
from cheroot.server import HTTPConnection


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request is waited for, in seconds: for its headers, for its body, and between two bytes."""

    head_s: float = 15
    body_s: float = 30
    quiet_s: float = 10


class _Timed(socket.SocketIO):
    """A socket's reading side with a moment after which nothing is read any more."""

    until = 0.0  # monotonic seconds
    quiet_s = 0.0
    is_still = False  # nothing is asked of the socket

    def readinto(self, buffer: Any) -> int | None:
        """Read what comes; None while it is still. Raises TimeoutError."""
        if self.is_still:
            return None
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        own: socket.socket = self._sock  # type: ignore[attr-defined]  # the standard library's own name, not in its types
        own.settimeout(min(left, self.quiet_s))
        try:
            return super().readinto(buffer)
        finally:
            own.settimeout(self.quiet_s)  # answers are written over it too


class _Reader(io.BufferedReader):
    """What cheroot reads from. Its own is written in Python, which costs a tenth of the answer to an event."""

    raw: _Timed

    def __init__(self, sock: socket.socket, bufsize: int) -> None:
        super().__init__(_Timed(sock, "rb"), bufsize)
        self.bytes_read = 0

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as `io.BufferedReader` does, and count."""
        found = super().read(size)
        self.bytes_read += len(found)
        return found

    def has_data(self) -> bool:
        """Tell whether something was read ahead that nobody took yet."""
        if self.closed:
            return False
        self.raw.is_still = True
        try:
            return bool(self.peek(1))
        finally:
            self.raw.is_still = False


class TimedConnection(HTTPConnection):
    """A connection whose requests have to be there in time."""

    def __init__(self, server: Any, sock: socket.socket, makefile: Any = None) -> None:
        del makefile  # cheroot hands over its own
        super().__init__(server, sock, makefile=_file)
        self.patience: Patience = server.patience

    def communicate(self) -> bool:
        """Take one request; tell whether the connection stays."""
        self.read_for(self.patience.head_s)
        going_on: bool = super().communicate()  # type: ignore[no-untyped-call]  # cheroot's types are half
        return going_on

    def read_for(self, seconds: float, quiet_s: float | None = None) -> None:
        """Let what follows be read for so long, with pauses of `quiet_s` at most (those of `patience`, where None)."""
        self.rfile.raw.until = time.monotonic() + seconds
        self.rfile.raw.quiet_s = self.patience.quiet_s if quiet_s is None else quiet_s


def _file(sock: socket.socket, mode: str = "rb", bufsize: int = io.DEFAULT_BUFFER_SIZE) -> Any:
    return _Reader(sock, bufsize) if "r" in mode else StreamWriter(sock, mode, bufsize)
