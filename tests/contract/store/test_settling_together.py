"""Partitions of a run settle at once, each in a process of its own: what is counted or told once over all leads holds.

Budgets of channels, awakenings of accounts, the order of qualifications, digests, flows' events, keys of runs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from connector.pipeline.awakenings import AccountMemory, Question
from connector.pipeline.digests import DIGEST, Period, Told, compose
from connector.pipeline.holding import HOUR, Limit, Terms
from connector.pipeline.ports import Settlement
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.subscriptions import Filters, TriggerName, Wish
from connector.pipeline.values import Decision, Delivered, Event
from connector.store import SqlStore, open_store
from connector.store.qualifications import remember_qualified
from tests.contract.store.conftest import Opener
from tests.contract.store.material import CHANNEL, NOW, absorb, at, decide, lead
from tests.contract.store.test_concurrency import THREADS, at_once
from tests.contract.store.test_turn_sharing import eventually

Result = TypeVar("Result")
EACH = 6
OTHER = "teams:second"
QUESTION = Question("awake", "1", timedelta(days=30), None)


@pytest.fixture
def stores(reopen: Opener) -> list[SqlStore]:
    """One for each process; the leads of all are mirrored, those of a process in an account of their own."""
    made = [reopen() for _ in range(THREADS)]
    absorb(made[0], *(lead(lead_id, account_id="account-1") for some in range(THREADS) for lead_id in leads_of(some)))
    return made


def leads_of(number: int) -> list[str]:
    """The leads of a process's partition."""
    return [f"lead-{number}-{place}" for place in range(EACH)]


def crossing(lead_id: str, *destinations: str, limits: Sequence[Limit] = ()) -> Event:
    """An alert's event about a lead, with the terms of its channels."""
    payload: dict[str, Any] = {"event_id": f"crossed-{lead_id}", "alert": "hot", "lead": {"name": "Zoë", "company": ""}}
    names = destinations or (CHANNEL,)
    terms = tuple(Terms(name, tuple(limits)) for name in names) if limits else ()
    return Event(f"crossed-{lead_id}", "score_crossed", lead_id, payload, names, NOW, terms=terms)


def about(store: SqlStore, lead_id: str, *events: Event) -> Decision:
    """A decision that only tells."""
    dossier = store.dossier(lead_id, now=NOW)
    return decide(dossier, decision_id=f"about-{lead_id}", values={}, events=events)


def settle(store: SqlStore, decisions: Sequence[Decision]) -> None:
    """Settle them in one transaction."""
    store.settle([Settlement(one, None, NOW) for one in decisions])


def statuses(store: SqlStore, destination: str = CHANNEL) -> Counter[str]:
    """How many deliveries of a destination stand where."""
    rows = store.deliveries(limit=1_000)
    return Counter(str(row["status"]) for row in rows if row["destination"] == destination)


def test_a_budget_holds_over_all_of_them(stores: list[SqlStore]) -> None:
    """Eight processes tell six each to two channels, named in either order: each takes its ten, the rest is held."""

    def work(number: int) -> None:
        names = (CHANNEL, OTHER) if number % 2 else (OTHER, CHANNEL)
        limits = [Limit(10, HOUR)]
        some = leads_of(number)
        settle(stores[number], [about(stores[number], one, crossing(one, *names, limits=limits)) for one in some])

    at_once(work)
    for name in (CHANNEL, OTHER):
        assert statuses(stores[0], name) == {"queued": 10, "held": THREADS * EACH - 10}


def test_an_account_wakes_up_once_and_uses_its_budget_once(stores: list[SqlStore]) -> None:
    """Every process brings the same awakening by a lead of its own, and a crossing: one card of the account."""
    woke = AccountMemory("account-1", "awake", "1", awake=True, ordinal=1, woke_at=NOW)
    limits = (Limit(1 + THREADS, HOUR),)

    def work(number: int) -> None:
        lead_id = leads_of(number)[0]
        event = replace(crossing(lead_id, limits=limits), event_id="woke", kind="account_woke")
        one = about(stores[number], lead_id, crossing(lead_id, limits=limits))
        settle(stores[number], [replace(one, accounts=(woke,), account_events=(event,))])

    at_once(work)
    kinds = Counter(str(row["kind"]) for row in stores[0].deliveries())
    assert kinds == {"account_woke": 1, "score_crossed": THREADS}
    assert statuses(stores[0]) == {"queued": 1 + THREADS}
    assert stores[0].accounts_seen(["account-1"], QUESTION, now=NOW)["account-1"].memory == woke


@pytest.mark.parametrize(
    ("late", "kept"),
    [
        (AccountMemory("account-1", "awake", "1", awake=False, ordinal=1, woke_at=None), 2),
        (AccountMemory("account-1", "awake", "1", awake=False, ordinal=2, woke_at=NOW), 2),
        (AccountMemory("account-1", "awake", "1", awake=True, ordinal=3, woke_at=NOW), 3),
    ],
)
def test_whoever_looked_before_an_account_woke_does_not_count_back(
    stores: list[SqlStore], late: AccountMemory, kept: int
) -> None:
    """Else its next awakening had the number of one that was told, and no card; falling asleep again is remembered."""
    woke = AccountMemory("account-1", "awake", "1", awake=True, ordinal=2, woke_at=NOW)
    for number, memory in enumerate((woke, late)):
        one = about(stores[number], leads_of(number)[0])
        settle(stores[number], [replace(one, accounts=(memory,))])
    found = stores[0].accounts_seen(["account-1"], QUESTION, now=NOW)["account-1"].memory
    assert found == (woke if late.ordinal < woke.ordinal else late)
    assert found is not None
    assert found.ordinal == kept


def test_whoever_follows_the_qualifications_misses_none(stores: list[SqlStore]) -> None:
    """Numbers appear in their order, whoever commits first: a reader that goes on after the last sees all."""
    reader = stores[0]
    seen: list[str] = []

    def read_on(after: int) -> int:
        for one in reader.qualified(since=None, after_seq=after, limit=1_000):
            seen.append(one.lead_id)
            after = one.seq
        return after

    def work(number: int) -> None:
        for lead_id in leads_of(number):
            made = QualificationDecision(0, lead_id, "ready", 1, "Met.", (), NOW, None, ())
            settle(stores[number], [replace(about(stores[number], lead_id), qualified=(made,))])

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(at_once, work)
        after = 0
        while not writing.done():
            after = read_on(after)
        writing.result()
    read_on(after)
    assert sorted(seen) == sorted(lead_id for number in range(THREADS) for lead_id in leads_of(number))


@dataclass(frozen=True)
class Pair:
    """Two processes on a server, and how many sessions wait for a lock there."""

    first: SqlStore
    second: SqlStore
    waiting: Callable[[], int]

    def let_come(self, comes: Callable[[], Result], pool: ThreadPoolExecutor) -> Future[Result]:
        """Let the second do something until it waits for the first, or is through."""
        coming = pool.submit(comes)
        eventually(lambda: self.waiting() > 0 or coming.done())
        return coming


@pytest.fixture
def pair(postgresql_url: str, tmp_path: Path) -> Iterator[Pair]:
    """Two leads, in a database of two processes."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def waiting() -> int:
        with engine.connect() as connection:
            return int(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar_one())

    with (
        closing(open_store(postgresql_url, tmp_path / "first")) as first,
        closing(open_store(postgresql_url, tmp_path / "second")) as second,
    ):
        absorb(first, lead("lead-1"), lead("lead-2"))
        yield Pair(first, second, waiting)


def test_a_number_appears_when_those_before_it_do(pair: Pair) -> None:
    """Who has numbered a qualification and not committed it is waited for, so that nobody reads past it."""
    one, two = (
        replace(
            about(pair.first, lead_id), qualified=(QualificationDecision(0, lead_id, "r", 1, "", (), NOW, None, ()),)
        )
        for lead_id in ("lead-1", "lead-2")
    )
    with ThreadPoolExecutor(1) as pool:
        with pair.first._database.write() as connection:
            remember_qualified(connection, [Settlement(one, None, NOW)])
            coming = pair.let_come(lambda: settle(pair.second, [two]), pool)
            assert pair.second.qualified(since=None, after_seq=0, limit=9) == []
        coming.result()
    found = pair.second.qualified(since=None, after_seq=0, limit=9)
    assert [(made.seq, made.lead_id) for made in found] == [(1, "lead-1"), (2, "lead-2")]


def test_a_digest_is_waited_for_by_who_would_make_it_too(pair: Pair) -> None:
    """While one composes the card of a slot another comes: it waits, and has nothing to tell."""
    period = Period(DIGEST, CHANNEL, at(hours=1))
    settle(pair.first, [about(pair.first, "lead-1", replace(crossing("lead-1"), terms=(Terms(CHANNEL, (), NOW),)))])
    coming: list[Future[str | None]] = []
    with ThreadPoolExecutor(1) as pool:

        def compose_slowly(period: Period, since: datetime, told: Sequence[Told]) -> Event:
            coming.append(pair.let_come(lambda: pair.second.make_digest(period, compose), pool))
            return compose(period, since, told)

        assert pair.first.make_digest(period, compose_slowly) is not None
        assert [one.result() for one in coming] == [None]
    assert statuses(pair.first) == {"digested": 1, "queued": 1}


def test_what_is_held_while_digests_are_made_is_told_once(stores: list[SqlStore]) -> None:
    """Four processes hold alerts, four make the digests of the same slots: each alert is told in one of them."""
    totals: list[int] = []
    slots = [at(hours=1), at(hours=2)]

    def work(number: int) -> list[str | None]:
        store = stores[number]
        if number % 2:
            return [store.make_digest(Period(DIGEST, CHANNEL, slot), compose) for slot in slots]
        for lead_id in leads_of(number):
            event = replace(crossing(lead_id), terms=(Terms(CHANNEL, (), NOW),))
            settle(store, [about(store, lead_id, event)])
        return []

    made = [one for some in at_once(work) for one in some if one is not None]
    last = stores[0].make_digest(Period(DIGEST, CHANNEL, at(hours=3)), compose)
    made += [] if last is None else [last]
    assert len(made) == len(set(made)) == statuses(stores[0])["queued"]
    assert (statuses(stores[0])["digested"], statuses(stores[0])["held"]) == (THREADS // 2 * EACH, 0)
    while claimed := stores[0].claim([CHANNEL], 4, now=at(hours=3), rates={}):
        for one in claimed:
            total = one.payload["total"]
            assert isinstance(total, int)
            totals.append(total)
            stores[0].conclude(one, Delivered(202), now=at(hours=3), retry_at=None)
    assert sum(totals) == THREADS // 2 * EACH


def test_a_flow_hears_each_event_once_while_it_ends(stores: list[SqlStore]) -> None:
    """Two flows hear of everything; one ends in the middle of it, and nothing is left to be sent to it."""
    wishes = [Wish(TriggerName.SCORE_CROSSED, Filters(), f"https://localhost/{number}", "h") for number in range(2)]
    stays, goes = (stores[0].subscribe(one, "s" * 40, by="test", now=NOW).subscription for one in wishes)

    def work(number: int) -> None:
        if number == 0:
            stores[0].end_subscription(goes.subscription_id, by="test", reason="Not needed.", now=NOW)
            return
        events = [crossing(one, stays.destination, goes.destination) for one in leads_of(number)]
        for event in events:
            settle(stores[number], [about(stores[number], event.lead_id, event)])

    at_once(work)
    stores[0].hold_unknown((), now=NOW)
    assert statuses(stores[0], stays.destination) == {"queued": (THREADS - 1) * EACH}
    assert set(statuses(stores[0], goes.destination)) <= {"dead", "held"}
    assert stores[0].callback_of(goes.subscription_id) is None


def test_a_key_asks_for_one_run(stores: list[SqlStore]) -> None:
    """The same Idempotency-Key from eight processes is one run, for good; another key meets the run that waits."""
    asked = at_once(lambda number: stores[number].enqueue_run("sync", by="ana", now=NOW, idempotency_key="k"))
    assert len({run.run_id for run in asked}) == 1
    others = at_once(lambda number: stores[number].enqueue_run("sync", by="ana", now=NOW, idempotency_key=f"{number}"))
    assert {run.run_id for run in others} == {asked[0].run_id}
