"""While many rows pass through, Python's search for circles of objects looks at all of them again and again, in vain.

Here it is made to look less often meanwhile. Objects that are in no circle are freed at once anyway.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Objects between two looks at the young ones; looks until those that stayed are looked at, and then the old ones.
_SELDOM = (100_000, 20, 20)

_guard = threading.Lock()
_before: list[tuple[int, int, int]] = []


def freeze() -> None:
    """Never look again at what is there now: a process that stays has begun, and this is what it keeps.

    A look at all of it holds up every thread, for as long as some answers may take at most.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look for circles less often until the context ends; the last of several that overlap sets it back."""
    with _guard:
        _before.append(gc.get_threshold() if not _before else _before[0])
        if 0 < _before[0][0] < _SELDOM[0]:  # where nothing is looked for, or less often, it stays so
            gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _guard:
            thresholds = _before.pop()
            if not _before:
                gc.set_threshold(*thresholds)
