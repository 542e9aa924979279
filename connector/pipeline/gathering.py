"""What many threads want stored at the same moment is stored in one transaction; each waits until it is.

A transaction costs a write to the disk whatever is in it: while one is under way, what comes meanwhile gathers for the
next. Nothing waits for company.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Parcel(Generic[T]):
    """What one thread brought, and what came of it; woken when it is stored, or when it is its turn to store."""

    items: Sequence[T]
    woken: threading.Event = field(default_factory=threading.Event)
    is_over: bool = False
    error: BaseException | None = None


class Gathering(Generic[T]):
    """Stores through `store`, called by one thread at a time with what all of them brought."""

    def __init__(self, store: Callable[[Sequence[T]], object], *, most: int = 500) -> None:
        """Take what stores, and how many items it is given at most (but for those of one thread)."""
        self._store = store
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Parcel[T]] = deque()
        self._storing = False

    def put(self, items: Sequence[T]) -> None:
        """Return once the items are stored; raise what storing them raised."""
        parcel = _Parcel(items)
        with self._lock:
            self._waiting.append(parcel)
            is_busy, self._storing = self._storing, True
        if is_busy:
            parcel.woken.wait()
        if not parcel.is_over:
            self._store_next()
        if parcel.error is not None:
            raise parcel.error

    def _store_next(self) -> None:
        """Store what waits, the caller's first, and let the next one that came meanwhile go on."""
        parcels = self._take()
        try:
            self._store([item for parcel in parcels for item in parcel.items])
        except BaseException as error:  # noqa: BLE001 - raised by each thread that waits for it
            for parcel in parcels:
                parcel.error = error
        for parcel in parcels:
            parcel.is_over = True
            parcel.woken.set()
        with self._lock:
            if self._waiting:
                self._waiting[0].woken.set()
            else:
                self._storing = False

    def _take(self) -> list[_Parcel[T]]:
        """The next parcels that go together."""
        with self._lock:
            parcels = [self._waiting.popleft()]
            count = len(parcels[0].items)
            while self._waiting and count + len(self._waiting[0].items) <= self._most:
                parcels.append(self._waiting.popleft())
                count += len(parcels[-1].items)
            return parcels
