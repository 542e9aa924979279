"""Many leads cross at once: a few cards, one digest a channel, rates kept, and the same run again brings nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connector.pipeline.cron import parse
from connector.pipeline.deliver import deliver_due
from connector.pipeline.digests import DIGEST, Digests
from connector.pipeline.holding import ChannelTerms, Holding
from connector.pipeline.sync import Job
from connector.scoring.rules import Budget
from tests.unit.pipeline.world import CARDS, World, heat_model, lead_id

SALES, DESK = "teams:sales", "teams:desk"
ALERT = "alert: hot\non: {model: engagement, crosses: 70}\nchannels: [sales, desk]\n"
RATES = ((1, 1.0), (100, 3600.0))
HOUR = timedelta(hours=1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world with two channels."""
    made = World(tmp_path / "data", channels=("sales", "desk"))
    yield made
    made.close()


def job(world: World, holding: Holding) -> Job:
    """A run's needs with the rates that are usual, budgets, and digests every hour."""
    plain = world.job()
    digests = Digests(
        world.store, (SALES, DESK), parse("0 * * * *"), None, ZoneInfo("UTC"), holding, CARDS, "https://x/"
    )
    outbox = replace(plain.outbox, rates={SALES: RATES, DESK: RATES})
    return replace(
        plain, outbox=outbox, holding=holding, deliver_s=0.0, digests=lambda: digests.make_all(world.clock())
    )


def cross(world: World, leads: int, needs: Job) -> None:
    """A baseline of cold leads, and then all of them cross in one run."""
    world.publish(heat_model(), ALERT)
    for number in range(1, leads + 1):
        world.dataverse.put(lead_id(number), heat=20)
    world.sync(**_changes(needs))
    world.clock.wait(60)
    for number in range(1, leads + 1):
        world.dataverse.put(lead_id(number), heat=70 + 10 * (number % 4))
    world.sync(**_changes(needs))


def _changes(needs: Job) -> dict[str, Any]:
    return {name: getattr(needs, name) for name in ("outbox", "holding", "deliver_s", "digests")}


def drain(world: World, needs: Job) -> None:
    """Deliver until nothing waits, the clock going on by itself."""
    while any(world.store.counts().get(state) for state in ("queued", "sending")):
        deliver_due(needs.outbox, within_s=86_400.0)


def kinds(world: World) -> Counter[tuple[str, str]]:
    """What was sent where."""
    return Counter((one.destination, one.kind) for one in world.courier.sent)


def keeps_rates(world: World, needs: Job, leads: int) -> None:
    """Without budgets every card comes, no faster than the channels allow, and not much slower."""
    cross(world, leads, needs)
    began = world.clock()
    drain(world, needs)
    assert kinds(world) == {(SALES, "score_crossed"): leads, (DESK, "score_crossed"): leads}
    full_hours = (leads - 1) // 100
    assert full_hours * HOUR <= world.clock() - began <= (full_hours + 1) * HOUR
    ids = Counter((one.destination, one.event_id) for one in world.courier.sent)
    assert max(ids.values()) == 1


def one_digest_a_channel(world: World, leads: int) -> None:
    """With a budget of ten an hour the others are held, and told in one card of the next hour."""
    needs = job(world, Holding({SALES: ChannelTerms(Budget(per_hour=10)), DESK: ChannelTerms(Budget(per_day=1))}))
    cross(world, leads, needs)
    drain(world, needs)
    assert kinds(world) == {(SALES, "score_crossed"): 10, (DESK, "score_crossed"): 1}
    assert len(world.store.held_alerts(limit=100_000)) == 2 * leads - 11
    world.clock.wait(3600)
    before = (len(world.dataverse.written), world.store.counts())
    report = world.sync(**_changes(needs))
    drain(world, needs)
    assert len(world.dataverse.written) == before[0]
    assert (report.alerts["held"], world.store.held_alerts()) == (0, [])
    digests = {one.destination: one.payload for one in world.courier.sent if one.kind == DIGEST}
    assert kinds(world)[SALES, DIGEST] == kinds(world)[DESK, DIGEST] == 1
    assert {name: said["total"] for name, said in digests.items()} == {SALES: leads - 10, DESK: leads - 1}
    found = digests[SALES]["leads"]
    assert isinstance(found, list)
    assert [one["score"] for one in found if isinstance(one, dict)] == [100] * 10
    sent = len(world.courier.sent)
    for _ in range(2):
        world.sync(**_changes(needs))
    assert (len(world.courier.sent), len(world.dataverse.written)) == (sent, before[0])


def test_many_crossings_are_one_digest_a_channel(world: World) -> None:
    """A hundred and twenty leads cross in one run: a few cards and a digest; the same run again sends nothing."""
    one_digest_a_channel(world, 120)


def test_without_a_budget_all_come_at_the_channels_rates(world: World) -> None:
    """A hundred and twenty cards a channel take a little more than an hour."""
    keeps_rates(world, job(world, Holding()), 120)


@pytest.mark.long
def test_five_thousand_crossings_are_one_digest_a_channel(world: World) -> None:
    """The same holds for five thousand."""
    one_digest_a_channel(world, 5000)


@pytest.mark.long
def test_five_thousand_cards_drain_in_the_time_that_the_limits_give(world: World) -> None:
    """Five thousand cards a channel at a hundred an hour take fifty hours, and each comes once."""
    keeps_rates(world, job(world, Holding()), 5000)
