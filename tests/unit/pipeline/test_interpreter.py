"""That what holds for the whole process is set back whatever happens."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest

from connector.pipeline.interpreter import collected_seldom, freeze, switched_often


@pytest.fixture(autouse=True)
def usual() -> Iterator[tuple[int, int, int]]:
    """The thresholds as they were."""
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_it_is_seldom_inside_and_as_before_behind(usual: tuple[int, int, int]) -> None:
    """Also where the inside fails."""
    with pytest.raises(KeyError), collected_seldom():
        assert gc.get_threshold()[0] > 10 * usual[0]
        raise KeyError
    assert gc.get_threshold() == usual


def test_the_last_of_several_sets_it_back(usual: tuple[int, int, int]) -> None:
    """Two pulls of one process may overlap in any order."""
    one, other = collected_seldom(), collected_seldom()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert gc.get_threshold() != usual
    other.__exit__(None, None, None)
    assert gc.get_threshold() == usual


def test_threads_are_switched_often_and_then_as_before() -> None:
    """Whoever has them switched more often already keeps that."""
    before = sys.getswitchinterval()
    try:
        with switched_often():
            assert sys.getswitchinterval() < before / 10
        assert sys.getswitchinterval() == pytest.approx(before, abs=2e-6)
        sys.setswitchinterval(0.0001)
        with switched_often():
            assert sys.getswitchinterval() == pytest.approx(0.0001, abs=2e-6)
    finally:
        sys.setswitchinterval(before)


def test_who_switched_it_off_keeps_it_off() -> None:
    """Thresholds say nothing then."""
    gc.disable()
    try:
        with collected_seldom():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_there_when_it_begins_is_not_looked_at_again() -> None:
    """Circles that come later are found as ever."""
    try:
        freeze()
        assert gc.get_freeze_count() > 0

        class Circle:
            pass

        gone: list[object] = []
        circle = Circle()
        circle.itself = circle  # type: ignore[attr-defined]
        weakref.finalize(circle, gone.append, 1)
        del circle
        gc.collect()
        assert gone == [1]
    finally:
        gc.unfreeze()
