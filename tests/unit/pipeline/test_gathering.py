"""What threads store at the same moment is stored together, once, and each hears of its own."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.pipeline.gathering import Gathering


class Disk:
    """Stores slowly: the first transaction lasts until it is let go on."""

    def __init__(self) -> None:
        self.stored: list[list[int]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def store(self, items: Sequence[int]) -> None:
        """Keep; a negative number is what the disk cannot take."""
        if not self.stored:
            self.begun.set()
            assert self.go_on.wait(30)
        self.stored.append(list(items))
        if any(item < 0 for item in items):
            raise ValueError("the disk cannot take it")


def waiting(gathering: Gathering[int], count: int) -> None:
    """Until so many wait."""
    while len(gathering._waiting) < count:
        pass


def test_what_comes_meanwhile_goes_together() -> None:
    """The first alone, then all that came while it was stored in one go, bounded."""
    disk = Disk()
    gathering = Gathering(disk.store, most=4)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(gathering.put, [0])
        assert disk.begun.wait(30)
        others = []
        for number in range(1, 7):
            others.append(pool.submit(gathering.put, [number]))
            waiting(gathering, number)
        assert not first.done()
        disk.go_on.set()
        for future in (first, *others):
            assert future.result(30) is None
    assert disk.stored == [[0], [1, 2, 3, 4], [5, 6]]
    gathering.put([7])
    assert disk.stored[-1] == [7]


def test_more_than_fit_from_one_thread_go_at_once() -> None:
    """What belongs together is not torn apart."""
    disk = Disk()
    disk.go_on.set()
    Gathering(disk.store, most=2).put([1, 2, 3])
    assert disk.stored == [[1, 2, 3]]


def test_nobody_is_told_that_what_failed_is_stored() -> None:
    """Everyone whose items were in it hears the error; who comes later does not."""
    disk = Disk()
    gathering = Gathering(disk.store)
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(gathering.put, [0])
        assert disk.begun.wait(30)
        failing = pool.submit(gathering.put, [-1])
        waiting(gathering, 1)
        beside = pool.submit(gathering.put, [2])
        waiting(gathering, 2)
        disk.go_on.set()
        assert first.result(30) is None
        for future in (failing, beside):
            with pytest.raises(ValueError, match="cannot take it"):
                future.result(30)
    gathering.put([3])
    assert disk.stored == [[0], [-1, 2], [3]]


def test_everything_is_stored_once_however_many_store() -> None:
    """From many threads at once."""
    disk = Disk()
    disk.go_on.set()
    gathering = Gathering(disk.store, most=7)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: gathering.put([2 * number, 2 * number + 1]), range(500)))
    assert sorted(item for items in disk.stored for item in items) == list(range(1_000))
    assert max(map(len, disk.stored)) <= 7
