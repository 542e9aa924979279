"""The leases in hand: what may be begun with them, and what is told of them."""

from __future__ import annotations

from connector.dataverse.limits.allowance import SHARES, USE_FOR_S, Allowance
from connector.pipeline.budgets import Bounds, Grant

BOUNDS = Bounds(requests=6000, execution_s=1200.0)


def allowance(grant: Grant | None = None) -> Allowance:
    """An allowance with a lease."""
    one = Allowance("me", BOUNDS, grace_s=130.0)
    if grant is not None:
        one.add(grant, 0.0)
    return one


def test_a_lease_is_a_small_share_for_a_short_time() -> None:
    """A sixtieth of each bound, for ten seconds; more execution time where one request takes more."""
    wish = allowance().wish(0.5)
    assert (wish.owner, wish.requests, wish.execution_s) == ("me", 6000 // SHARES, 1200.0 / SHARES)
    assert (wish.least_s, wish.use_for_s, wish.grace_s) == (0.5, USE_FOR_S, 130.0)
    assert allowance().wish(100.0).execution_s == 100.0


def test_a_lease_is_good_for_its_requests_and_its_time() -> None:
    """Nothing is begun without a lease, beyond its requests, or when its time is over."""
    assert allowance().begin(0.1, 0.0) is None
    one = allowance(Grant("a", 2, 20.0))
    assert one.begin(0.1, 0.0)
    assert one.begin(0.1, USE_FOR_S - 0.01)
    assert one.begin(0.1, 1.0) is None
    assert allowance(Grant("a", 2, 20.0)).begin(0.1, USE_FOR_S) is None


def test_execution_time_is_reserved_by_estimate_and_settled_by_what_it_was() -> None:
    """What was estimated too high may be used by others, what was too low is counted."""
    one = allowance(Grant("a", 10, 2.0))
    first = one.begin(1.5, 0.0)
    assert first is not None
    assert one.begin(1.0, 0.0) is None
    one.end(first, 0.2, estimate_s=1.5, spent_s=0.2, operations=1)
    second = one.begin(1.0, 0.3)
    assert second is not None
    one.end(second, 5.0, estimate_s=1.0, spent_s=4.0, operations=1)
    assert one.begin(0.1, 5.1) is None


def test_the_first_request_may_be_longer_than_the_lease() -> None:
    """What no lease can hold is begun alone."""
    one = allowance(Grant("a", 10, 2.0))
    assert one.begin(60.0, 0.0)
    assert one.begin(0.1, 0.0) is None


def test_a_lease_is_told_when_it_is_over_and_idle_and_once() -> None:
    """A lease with requests under way waits for them; a batch counts its parts."""
    one = allowance(Grant("a", 10, 20.0))
    first, second = one.begin(0.1, 0.0), one.begin(0.1, 0.0)
    assert first is not None
    assert second is not None
    one.end(first, 1.0, estimate_s=0.1, spent_s=0.5, operations=100)
    assert one.settle(2.0) == []
    one.add(Grant("b", 10, 20.0), 2.0)
    assert one.settle(2.0) == []
    one.end(second, 3.0, estimate_s=0.1, spent_s=2.5, operations=1)
    (told,) = one.settle(4.0)
    assert (told.lease, told.requests, told.execution_s, told.operations, told.ended_s_ago) == ("a", 2, 3.0, 101, 1.0)
    assert one.settle(5.0) == []


def test_what_could_not_be_told_is_told_later() -> None:
    """Nothing that was spent is forgotten because the ledger was away."""
    one = allowance(Grant("a", 10, 20.0))
    lease = one.begin(0.1, 0.0)
    assert lease is not None
    one.end(lease, 1.0, estimate_s=0.1, spent_s=0.5, operations=3)
    one.give_up()
    told = one.settle(2.0)
    one.restore(told, 2.0)
    (again,) = one.settle(4.0)
    assert (again.lease, again.requests, again.execution_s, again.operations) == ("a", 1, 0.5, 3)
    assert again.ended_s_ago == told[0].ended_s_ago + 2.0
