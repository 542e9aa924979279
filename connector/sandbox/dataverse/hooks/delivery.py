"""The posting: one worker or a few, time limits, the one further attempt, and knobs for loss, repetition and disorder.

It posts to loopback only. What it posted, and what came back, is kept for tests to look at.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

TIMEOUT_S = 60.0
AGAIN = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Letter:
    """One request to send; `body` is made when it is sent. `ended` hears what became of it."""

    step_id: str
    message: str
    table: str
    row_id: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: Callable[[], tuple[bytes, tuple[tuple[str, str], ...]]]
    ended: Callable[[Post], None] | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """What was posted and what came of it: the last status (None: no answer, and `error` says why), and how often."""

    step_id: str
    message: str
    table: str
    row_id: str
    host: str
    body: bytes
    headers: tuple[tuple[str, str], ...]
    attempts: int
    status: int | None
    error: str
    at: float  # seconds of a monotonic clock

    @property
    def delivered(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


class Poster:
    """Sends letters in the background. Knobs: `workers`, `timeout_s`, `lose`, `repeat`, `reorder`, `hold`, `release`.

    `context` decides which certificates are believed. `attempts` that fail with 502, 503 or 504 get one more.
    """

    def __init__(self) -> None:
        self.workers = 2
        self.timeout_s = TIMEOUT_S
        self.context: ssl.SSLContext | None = None
        self.posts: deque[Post] = deque(maxlen=KEPT)
        self.lost: list[Letter] = []
        self._losing = self._repeating = self._turning = 0
        self._held = False
        self._queue: deque[Letter] = deque()
        self._aside: list[Letter] = []
        self._running = 0
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._connections: set[http.client.HTTPConnection] = set()
        self._changed = threading.Condition()

    # --- knobs -----------------------------------------------------------------------------------------------------

    def trust(self, ca_file: str) -> None:
        """Believe the certificates of this CA, besides those that the system believes."""
        context = self.context or ssl.create_default_context()
        context.load_verify_locations(ca_file)
        self.context = context

    def lose(self, times: int = 1) -> None:
        """Never send the next so many."""
        self._losing += times

    def repeat(self, times: int = 1) -> None:
        """Send each of the next so many twice."""
        self._repeating += times

    def reorder(self, number: int) -> None:
        """Send the next so many in the opposite order, once they are together."""
        self._turning = number

    def hold(self) -> None:
        """Send nothing until `release`."""
        with self._changed:
            self._held = True

    def release(self) -> None:
        """Send again; what was set aside for another order goes out first."""
        with self._changed:
            self._held = False
            self._turn()
            self._changed.notify_all()

    # --- sending ---------------------------------------------------------------------------------------------------

    def submit(self, letter: Letter) -> None:
        """Send a letter in the background."""
        with self._changed:
            if self._losing > 0:
                self._losing -= 1
                self.lost.append(letter)
                return
            copies = 2 if self._repeating > 0 else 1
            self._repeating -= copies - 1
            if self._turning > 0:
                self._aside += [letter] * copies
                self._turning -= 1
                if self._turning == 0:
                    self._turn()
            else:
                self._queue += [letter] * copies
            self._start()
            self._changed.notify_all()

    def wait(self, timeout_s: float = 20.0) -> bool:
        """Wait until nothing is left to send; False where that takes longer."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closing or not (self._queue or self._aside or self._running), timeout_s
            )

    def close(self) -> None:
        """Send nothing more and end the threads; an answer that is waited for is given up."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            for connection in self._connections:
                if connection.sock is not None:
                    with contextlib.suppress(OSError):  # ended by itself meanwhile
                        socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=self.timeout_s)

    def send(self, letter: Letter) -> Post:
        """Send a letter now, and once more where the receiver is only busy."""
        body, extra = letter.body()
        headers = (("Content-Type", "application/json"), *letter.headers, *extra)
        status, error, attempts = None, "", 0
        for _ in range(2):
            attempts += 1
            status, error = self._attempt(letter.url, body, headers)
            if status not in AGAIN:
                break
        host = urlsplit(letter.url).netloc
        post = Post(
            letter.step_id, letter.message, letter.table, letter.row_id, host, body, headers, attempts, status, error,
            time.monotonic(),
        )  # fmt: skip
        self.posts.append(post)
        if letter.ended is not None:
            letter.ended(post)
        return post

    def _attempt(self, url: str, body: bytes, headers: tuple[tuple[str, str], ...]) -> tuple[int | None, str]:
        parts = urlsplit(url)
        if not _is_loopback(parts.hostname or ""):
            return None, "the sandbox posts to loopback only"
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = self.context or ssl.create_default_context()
            connection = http.client.HTTPSConnection(parts.netloc, timeout=self.timeout_s, context=context)
        else:
            connection = http.client.HTTPConnection(parts.netloc, timeout=self.timeout_s)
        with self._changed:
            self._connections.add(connection)
        try:
            connection.request("POST", target, body, dict(headers))
            return connection.getresponse().status, ""
        except (OSError, http.client.HTTPException) as error:
            return None, f"{type(error).__name__}: {error}"
        finally:
            with self._changed:
                self._connections.discard(connection)
            connection.close()

    # --- the workers -----------------------------------------------------------------------------------------------

    def _turn(self) -> None:
        self._queue += reversed(self._aside)
        self._aside.clear()

    def _start(self) -> None:
        while len(self._threads) < self.workers and not self._closing:
            thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or (self._queue and not self._held))
                if self._closing:
                    return
                letter = self._queue.popleft()
                self._running += 1
            try:
                self.send(letter)
            finally:
                with self._changed:
                    self._running -= 1
                    self._changed.notify_all()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
