"""How Python goes about its own work while many rows pass: the search for circles of objects, and switching threads.

Both hold for the whole process. Here they are set otherwise for a while, and back when the last of several that overlap
has ended.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

# Objects between two looks at the young ones; looks until those that stayed are looked at, and then the old ones.
_SELDOM = (100_000, 20, 20)
# A page comes from the network in some two hundred pieces, and after each its thread waits so long for its turn.
_OFTEN_S = 0.0002

T = TypeVar("T")


def freeze() -> None:
    """Never look again at what is there now: a process that stays has begun, and this is what it keeps.

    A look at all of it holds up every thread, for as long as some answers may take at most.
    """
    gc.collect()
    gc.freeze()


class _Meanwhile(Generic[T]):
    """A setting that is another one while at least one context is open."""

    def __init__(self, get: Callable[[], T], put: Callable[[T], object], meanwhile: Callable[[T], T]) -> None:
        self._get, self._put, self._meanwhile = get, put, meanwhile
        self._guard = threading.Lock()
        self._before: list[T] = []

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._guard:
            self._before.append(self._before[0] if self._before else self._get())
            self._put(self._meanwhile(self._before[0]))
        try:
            yield
        finally:
            with self._guard:
                before = self._before.pop()
                if not self._before:
                    self._put(before)


def _seldom(before: tuple[int, int, int]) -> tuple[int, int, int]:
    """Where nothing is looked for, or less often, it stays so."""
    return _SELDOM if 0 < before[0] < _SELDOM[0] else before


# In vain are all objects of many rows looked at again and again: what is in no circle is freed at once anyway.
collected_seldom = _Meanwhile(gc.get_threshold, lambda found: gc.set_threshold(*found), _seldom)
# Threads that read from the network get their turn soon, however much another one computes.
switched_often = _Meanwhile(sys.getswitchinterval, sys.setswitchinterval, lambda before: min(before, _OFTEN_S))
