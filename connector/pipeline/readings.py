"""Several things are read at the same time, each by a thread of its own; what they bring is stored by one.

The next page of each is asked for before the one that came is stored, and no further: memory stays bounded. What is
read, and how a page is stored, is handed in.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from connector.telemetry.context import carried

AHEAD = 1

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading(Generic[T]):
    """One thing to read: its name, its pages, and how a page is stored.

    `pages` is advanced, and closed where it has a `close`, by one thread of its own; what it raises ends all readings.
    `prepare` is given each page in that thread. `absorb` runs in the thread that called `read_together`, page after
    page in their order, and commits what a page brings together with the token that it may carry.
    """

    name: str
    pages: Iterator[T]
    absorb: Callable[[T], None]
    prepare: Callable[[T], T] | None = None


def read_together(readings: Sequence[Reading[Any]], *, check_stop: Callable[[], None], ahead: int = AHEAD) -> None:
    """Read all of these at the same time and store each page as it comes.

    `check_stop` is asked before each page is stored and raises to end. Whatever is raised, there or by a reading, is
    raised here once every thread has ended; what was asked for meanwhile is not stored.
    """
    pages: dict[str, Iterator[Any]] = {
        one.name: _Prepared(one.pages, one.prepare) if one.prepare else one.pages for one in readings
    }
    if len(pages) != len(readings):
        raise ValueError("two readings have the same name")
    absorb = {reading.name: reading.absorb for reading in readings}
    with closing(interleave(pages, ahead=ahead)) as arriving:
        for name, page in arriving:
            check_stop()
            absorb[name](page)
            del page  # one page less in memory while the next is waited for


class _Prepared(Generic[T]):
    """Pages, each prepared when it comes; closed as they are, also where none was asked for."""

    def __init__(self, pages: Iterator[T], prepare: Callable[[T], T]) -> None:
        self._prepared = map(prepare, pages)
        self.close = getattr(pages, "close", _nothing)

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        return next(self._prepared)


def _nothing() -> None:
    """There is nothing to close."""


def interleave(sources: dict[str, Iterator[T]], *, ahead: int = AHEAD) -> Generator[tuple[str, T], None, None]:
    """Yield what these iterators give, with their names, as it comes; each keeps its own order.

    Each is advanced by a thread of its own, at most `ahead` items before the one that was taken from it. The first
    error of one is raised here, after what it gave before. At the end, or when this generator is closed, every
    iterator is closed and every thread has ended: those in the middle of a request end with its answer.
    """
    arrivals: queue.SimpleQueue[tuple[str, T | _End]] = queue.SimpleQueue()
    fetchers = {name: _Fetcher(name, source, ahead, arrivals) for name, source in sources.items()}
    try:
        for fetcher in fetchers.values():
            fetcher.thread.start()
        running = len(fetchers)
        while running:
            name, item = arrivals.get()
            if isinstance(item, _End):
                running -= 1
                if item.error is not None:
                    raise item.error
                continue
            fetchers[name].gate.release()
            yield name, item
            del item
    finally:
        for fetcher in fetchers.values():
            fetcher.end()


@dataclass(frozen=True, slots=True)
class _End:
    """The end of an iterator, with what it raised."""

    error: BaseException | None


class _Fetcher:
    """One iterator and the thread that advances it, as far as its gate lets it."""

    def __init__(
        self, name: str, source: Iterator[Any], ahead: int, arrivals: queue.SimpleQueue[tuple[str, Any]]
    ) -> None:
        self.gate = threading.Semaphore(ahead)
        self.thread = threading.Thread(target=carried(self._run), name=f"reading {name}", daemon=True)
        self._name, self._source, self._arrivals = name, source, arrivals
        self._is_over = False

    def end(self) -> None:
        """Let the thread go no further, and wait for it."""
        self._is_over = True
        self.gate.release()
        if self.thread.ident is not None:
            self.thread.join()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            try:
                while self._is_wanted():
                    item = next(self._source, _NOTHING)
                    if item is _NOTHING:
                        break
                    self._arrivals.put((self._name, item))
                    del item
            finally:
                close = getattr(self._source, "close", None)
                if close is not None:
                    close()
        except BaseException as caught:  # noqa: BLE001 - it is raised by whoever waits for the pages
            error = caught
        self._arrivals.put((self._name, _End(error)))

    def _is_wanted(self) -> bool:
        """Wait until one more item may be fetched; False when none is wanted any more."""
        self.gate.acquire()
        return not self._is_over


_NOTHING: Any = object()
