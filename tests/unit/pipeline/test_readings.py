"""Reading at the same time: what is asked for when, who stores, and how errors and stops end it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from connector.errors import OutsideError
from connector.pipeline.readings import Reading, _Prepared, interleave, read_together


class Pages:
    """Pages 1 to `count` of something, which know who asked for them; `error` comes after the last."""

    def __init__(self, count: int, *, error: BaseException | None = None) -> None:
        self.count, self.error = count, error
        self.asked = 0
        self.threads: set[str] = set()
        self.is_closed = False

    def __iter__(self) -> Iterator[int]:
        """One after the other."""
        try:
            for number in range(1, self.count + 1):
                self.asked += 1
                self.threads.add(threading.current_thread().name)
                yield number
            if self.error is not None:
                raise self.error
        finally:
            self.is_closed = True


def readers() -> list[str]:
    """The threads that read now."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reading ")]


def go_on() -> None:
    """Nobody wants to stop."""


def test_every_page_is_stored_once_in_its_own_order_by_the_caller() -> None:
    """Each reading has a thread of its own, one thread stores, and all threads have ended."""
    few, many = Pages(2), Pages(9)
    stored: list[tuple[str, int, str]] = []

    def keep(name: str, page: int) -> None:
        stored.append((name, page, threading.current_thread().name))

    read_together(
        [
            Reading("few", iter(few), lambda page: keep("few", page)),
            Reading("many", iter(many), lambda page: keep("many", page)),
        ],
        check_stop=go_on,
    )
    assert [page for name, page, _ in stored if name == "few"] == [1, 2]
    assert [page for name, page, _ in stored if name == "many"] == list(range(1, 10))
    assert {thread for *_, thread in stored} == {threading.current_thread().name}
    assert (few.threads, many.threads) == ({"reading few"}, {"reading many"})
    assert readers() == []


def test_readings_are_under_way_at_the_same_time() -> None:
    """Two readings that wait for each other both come to their end."""
    together = threading.Barrier(2, timeout=30)

    def meeting() -> Iterator[str]:
        together.wait()
        yield "met"

    stored: list[str] = []
    read_together([Reading(name, meeting(), stored.append) for name in ("a", "b")], check_stop=go_on)
    assert stored == ["met", "met"]


def test_the_next_page_is_asked_for_before_one_is_stored() -> None:
    """A page that is being stored sees the next one asked for; storing may wait for it."""
    asked = [threading.Event() for _ in range(3)]

    def pages() -> Iterator[int]:
        for number, event in enumerate(asked):
            event.set()
            yield number

    seen = []
    read_together([Reading("a", pages(), lambda page: seen.append(asked[min(page + 1, 2)].wait(30)))], check_stop=go_on)
    assert seen == [True, True, True]


@pytest.mark.parametrize("ahead", [1, 3])
def test_no_more_is_fetched_ahead_than_allowed(ahead: int) -> None:
    """However slow storing is, so that memory is bounded."""
    pages = Pages(20)
    most = 0
    with closing(interleave({"a": iter(pages)}, ahead=ahead)) as arriving:
        for _, number in arriving:
            most = max(most, pages.asked - number)
    assert pages.asked == 20
    assert most <= ahead


def test_an_error_ends_the_others_after_what_came_before_it() -> None:
    """The pages before the error are stored, the error is raised, the endless reading is closed, no thread stays."""
    endless = Pages(1_000_000)
    broken = Pages(2, error=OutsideError("the connection broke"))
    stored: list[int] = []
    with pytest.raises(OutsideError, match="broke"):
        read_together(
            [Reading("endless", iter(endless), lambda _: None), Reading("broken", iter(broken), stored.append)],
            check_stop=go_on,
        )
    assert stored == [1, 2]
    assert endless.is_closed
    assert endless.asked < endless.count
    assert readers() == []


def test_an_error_in_storing_ends_all_readings() -> None:
    """What could not be stored is not lost behind a later page."""
    pages = Pages(1_000_000)

    def refuse(page: int) -> None:
        raise ValueError(page)

    with pytest.raises(ValueError, match="1"):
        read_together([Reading("a", iter(pages), refuse)], check_stop=go_on)
    assert pages.is_closed
    assert pages.asked <= 2
    assert readers() == []


def test_a_stop_is_heard_before_the_next_page_is_stored() -> None:
    """What came is not stored any more, and every thread ends."""
    pages, stored = Pages(1_000_000), list[int]()

    def check_stop() -> None:
        if len(stored) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        read_together([Reading("a", iter(pages), stored.append)], check_stop=check_stop)
    assert stored == [1, 2]
    assert pages.is_closed
    assert readers() == []


def test_an_iterator_without_an_end_of_its_own_may_be_read() -> None:
    """Not everything that gives pages can be closed; nothing to read is done at once."""
    stored: list[int] = []
    read_together([Reading("plain", iter([1, 2]), stored.append)], check_stop=go_on)
    read_together([], check_stop=go_on)
    assert stored == [1, 2]


def test_pages_are_prepared_by_the_thread_that_reads_them() -> None:
    """The iterator is closed all the same; where preparing fails, that ends the readings as reading would."""
    pages, stored, threads = Pages(3), list[int](), set[str]()

    def tenfold(page: int) -> int:
        threads.add(threading.current_thread().name)
        if page == 30:
            raise OutsideError("It cannot be read.")
        return 10 * page

    read_together([Reading("some", iter(pages), stored.append, tenfold)], check_stop=go_on)
    assert (stored, threads, pages.is_closed) == ([10, 20, 30], {"reading some"}, True)
    with pytest.raises(OutsideError):
        read_together([Reading("plain", iter([10, 20, 30]), stored.append, tenfold)], check_stop=go_on)
    assert (stored[3:], readers()) == ([100, 200], [])


def test_what_was_to_be_prepared_is_closed_though_nobody_asked_for_it() -> None:
    """A stop before the first page leaves nothing open."""
    closed: list[int] = []

    class Lazy:
        def __iter__(self) -> Iterator[int]:
            return self

        def __next__(self) -> int:
            raise StopIteration

        def close(self) -> None:
            closed.append(1)

    prepared = _Prepared(Lazy(), lambda page: page)
    assert list(prepared) == []
    prepared.close()
    _Prepared(iter([1]), lambda page: page).close()
    assert closed == [1]


def test_names_are_unique() -> None:
    """Two readings of one name would be mixed up; nothing is read of them."""
    pages = Pages(1)
    with pytest.raises(ValueError, match="same name"):
        read_together([Reading("a", iter(pages), print), Reading("a", iter(pages), print)], check_stop=go_on)
    assert pages.asked == 0


def test_a_thread_that_cannot_start_ends_those_that_did(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine gives no more threads, none is left behind."""
    start = threading.Thread.start

    def fail_second(thread: threading.Thread) -> None:
        if thread.name == "reading b":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", fail_second)
    pages = Pages(5)
    with pytest.raises(RuntimeError, match="thread"):
        list(interleave({"a": iter(pages), "b": iter([1])}))
    assert pages.is_closed
    assert readers() == []
