"""When an account wakes up: once for each awakening, quiet in a baseline, asleep again when nobody does anything."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from connector.pipeline.awakenings import AccountMemory, AccountSeen, Question, look, next_look
from connector.scoring.rules import AccountWakes
from tests.unit.pipeline.world import START

TWO = AccountWakes(people=2)
QUESTION = Question("awake", "1", TWO.within, START)
ASLEEP = AccountMemory("acc", "awake", "1", awake=False, ordinal=3, woke_at=START)
AWAKE = AccountMemory("acc", "awake", "1", awake=True, ordinal=3, woke_at=START)


def seen(people: int, memory: AccountMemory | None = ASLEEP, *, before: int = 0) -> AccountSeen:
    """An account with so many engaged people."""
    asleep_at = START + timedelta(days=5) if people else None
    return AccountSeen("acc", people, before, asleep_at, None, memory)


def looked(account: AccountSeen, *, baseline: bool = False, announces: bool = False) -> tuple[bool, int, bool]:
    """Awake, ordinal, and whether it is announced."""
    memory, woke = look(account, TWO, QUESTION, START, is_baseline=baseline, announces=announces)
    return memory.awake, memory.ordinal, woke


def test_enough_people_wake_an_account() -> None:
    """Two are needed here: one is not enough, and more are no second awakening."""
    assert looked(seen(1)) == (False, 3, False)
    assert looked(seen(2)) == (True, 4, True)
    assert looked(seen(5, AWAKE)) == (True, 3, False)


def test_it_sleeps_when_nobody_does_anything() -> None:
    """One person keeps it awake; without any it is asleep, and may wake again."""
    assert looked(seen(1, AWAKE)) == (True, 3, False)
    assert looked(seen(0, AWAKE)) == (False, 3, False)


def test_a_baseline_remembers_and_keeps_still() -> None:
    """Until a run has completed with the alert nothing is announced, unless it is told to."""
    assert looked(seen(2, None), baseline=True) == (True, 0, False)
    assert looked(seen(2), baseline=True) == (True, 3, False)
    assert looked(seen(2, None), baseline=True, announces=True) == (True, 1, True)


def test_without_a_memory_the_state_at_the_baseline_counts() -> None:
    """An account that comes later was as its people's past says: awake then is no awakening now."""
    assert looked(seen(2, None, before=2)) == (True, 0, False)
    assert looked(seen(2, None, before=1)) == (True, 1, True)
    assert looked(seen(0, None, before=2)) == (False, 0, False)


def test_it_is_looked_at_when_it_would_fall_asleep() -> None:
    """Awake, at the moment when nobody is engaged any more; asleep, when what is dated later comes."""
    assert next_look(seen(2, AWAKE), AWAKE, START) == START + timedelta(days=5)
    assert next_look(seen(2), ASLEEP, START) is None
    soon = AccountSeen("acc", 0, 0, None, START + timedelta(hours=1), ASLEEP)
    assert next_look(soon, ASLEEP, START) == START + timedelta(hours=1)
    assert next_look(soon, ASLEEP, START + timedelta(hours=2)) is None


@given(st.lists(st.integers(0, 3), max_size=40))
def test_awakenings_are_the_rises_after_sleep(people: list[int]) -> None:
    """Over any looks the events are: two or more, while nobody had been there since the last one."""
    memory: AccountMemory | None = None
    told, awake = 0, False
    for count in people:
        woke = count >= 2 and not awake
        awake = count > 0 if awake else woke
        told += woke
        memory, announced = look(seen(count, memory), TWO, QUESTION, START, is_baseline=False, announces=False)
        assert (announced, memory.awake, memory.ordinal) == (woke, awake, told)
