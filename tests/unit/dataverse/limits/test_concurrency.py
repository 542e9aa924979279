"""How many requests may be in flight: the server's advice first, then what answers teach."""

from __future__ import annotations

import pytest

from connector.dataverse.limits.concurrency import QUIET_S, START, Concurrency


def rounds(one: Concurrency, count: int, *, seconds: float = 0.1, now: float = 0.0) -> None:
    """As many rounds of answers, each while as many were in flight as may be."""
    for _ in range(count):
        for _ in range(one.limit):
            one.succeed("reading", seconds, now, was_full=True)


def test_it_begins_with_eight_until_the_server_advises() -> None:
    """Without advice eight, and never more than the ceiling."""
    assert Concurrency(40).limit == START
    assert Concurrency(3).limit == 3


@pytest.mark.parametrize(("hint", "limit"), [(4, 4), (48, 40), (1, 1), (0, START), (-3, START)])
def test_the_servers_advice_is_where_it_begins(hint: int, limit: int) -> None:
    """The first advice counts, within the ceiling; nonsense is none."""
    one = Concurrency(40)
    one.hint(hint)
    assert one.limit == limit


def test_later_advice_does_not_undo_what_was_learned() -> None:
    """Each answer brings the advice; only the first one is taken, and none after a refusal."""
    one, other = Concurrency(40), Concurrency(40)
    one.hint(4)
    one.hint(48)
    assert one.limit == 4
    other.refuse(0.0, 1.0, in_flight=8, too_many_at_once=False)
    other.hint(48)
    assert other.limit == 4


def test_it_grows_by_one_a_round_while_latency_holds() -> None:
    """A round of answers at the usual latency adds one, up to the ceiling."""
    one = Concurrency(10)
    rounds(one, 1)
    assert one.limit == START + 1
    rounds(one, 10)
    assert one.limit == 10


def test_it_does_not_grow_while_answers_come_slower() -> None:
    """Answers beyond one and a half times the usual latency of their kind are a sign that it is enough."""
    one = Concurrency(40)
    one.succeed("reading", 0.1, 0.0, was_full=True)
    size = one.limit
    rounds(one, 3, seconds=0.2)
    assert one.limit == size


def test_a_lasting_new_latency_becomes_the_usual_one() -> None:
    """A server that stays slower does not keep it from growing for ever."""
    one = Concurrency(40)
    one.succeed("reading", 0.1, 0.0, was_full=True)
    rounds(one, 40, seconds=0.2)
    assert one.limit > START + 1


def test_kinds_of_requests_have_latencies_of_their_own() -> None:
    """A page of rows takes longer than an update, and is not slow for that."""
    one = Concurrency(40)
    one.succeed("updating", 0.05, 0.0, was_full=True)
    for number in range(200):
        one.succeed(f"kind {number}", 0.05, 0.0, was_full=False)
    rounds(one, 2, seconds=3.0)
    assert one.limit == START + 2


def test_what_is_not_used_does_not_grow() -> None:
    """Answers while fewer were in flight prove nothing about more."""
    one = Concurrency(40)
    for _ in range(100):
        one.succeed("reading", 0.1, 0.0, was_full=False)
    assert one.limit == START


def test_a_refusal_halves_it_once_for_all_that_were_in_flight_together() -> None:
    """Eight refusals of one volley halve once; one that was begun later halves again; never below one."""
    one = Concurrency(40)
    for _ in range(8):
        one.refuse(1.0, 2.0, in_flight=8, too_many_at_once=False)
    assert one.limit == 4
    for begun in range(3, 9):
        one.refuse(float(begun), begun + 0.5, in_flight=4, too_many_at_once=False)
    assert one.limit == 1


def test_a_refused_number_is_not_tried_again_at_once() -> None:
    """Where the number at once was refused it grows back to one less, and beyond only after a quiet time."""
    one = Concurrency(40)
    one.hint(30)
    one.refuse(0.0, 1.0, in_flight=20, too_many_at_once=True)
    assert one.limit == 15
    rounds(one, 30, now=2.0)
    assert one.limit == 19
    one.succeed("reading", 0.1, 1.0 + QUIET_S, was_full=True)
    rounds(one, 1, now=1.0 + QUIET_S)
    assert one.limit == 20


def test_other_processes_get_their_share() -> None:
    """Where several processes send, each keeps to its part of the ceiling, and takes all of it when alone again."""
    one = Concurrency(40)
    one.hint(48)
    one.share(3)
    assert one.limit == 13
    one.share(100)
    assert one.limit == 1
    one.share(1)
    assert one.limit == 40


def test_a_ceiling_below_one_is_a_mistake() -> None:
    """Nothing could be sent."""
    with pytest.raises(ValueError, match="ceiling"):
        Concurrency(0)
