"""Pages that are asked for before they are wanted: the next one while an answer is still being read as JSON.

Its link is looked for at the end of the raw answer. Which link is followed is decided by what was read (see `query`):
a guess that was wrong is dropped.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from connector.dataverse.http.answers import Reply
from connector.telemetry.context import carried

_LINK = re.compile(rb'"@odata\.nextLink"\s*:\s*("[^"\\]*")\s*\}\s*$')
_LONGEST = 8_192


class Get(Protocol):
    """Reads an address, and shows the raw answer before it is read."""

    def __call__(self, link: str, *, peek: Callable[[bytes], object]) -> Reply:
        """Raise OutsideError unless it answers with JSON."""
        ...


class Ahead:
    """Asks for at most two pages at the same time: the one that is waited for, and the one behind it.

    At the end what nobody wants any more is waited for.
    """

    def __init__(self, get: Get) -> None:
        self._get = get
        self._pool = ThreadPoolExecutor(2, "next page")
        self._guard = threading.Lock()
        self._coming: dict[str, Future[Reply]] = {}
        self._asked: set[str] = set()
        self._is_waiting = False

    def __enter__(self) -> Self:
        """Use as a context manager."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for what is under way, and drop it."""
        with self._guard:
            self._is_waiting = False
        self._pool.shutdown(wait=True, cancel_futures=True)

    def ask(self, link: str) -> None:
        """Ask for a page, unless it was asked for before."""
        with self._guard:
            self._ask(link)

    def take(self, link: str) -> Reply:
        """Give this page, which was asked for or is now; raises what asking for it raised."""
        with self._guard:
            self._ask(link)
            coming = self._coming.pop(link, None)
            self._coming.clear()  # wrong guesses
            self._is_waiting = True
        try:
            return self._get(link, peek=self._look) if coming is None else coming.result()
        finally:
            with self._guard:
                self._is_waiting = False

    def _ask(self, link: str) -> None:
        if link not in self._asked:
            self._asked.add(link)
            self._coming[link] = self._pool.submit(carried(self._get), link, peek=self._look)

    def _look(self, body: bytes) -> None:
        """Ask for the page behind an answer that somebody waits for: else memory would fill with what comes."""
        found = next_link(body)
        with self._guard:
            if found and self._is_waiting:
                self._ask(found)


def next_link(body: bytes) -> str | None:
    """Find the link to the next page at the end of a raw answer, where servers write it; None where it is not there."""
    found = _LINK.search(body, max(len(body) - _LONGEST, 0))
    try:
        return str(json.loads(found[1])) if found else None
    except ValueError:
        return None
