"""What a digest says, and when digests are made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from connector.pipeline.announce import CardColumns
from connector.pipeline.cron import parse
from connector.pipeline.digests import DIGEST, WEEKLY, Compose, Digests, Period, Told, best, compose, told_of
from connector.pipeline.holding import ChannelTerms, Holding
from connector.pipeline.values import Event
from connector.scoring.rules import QuietHours
from tests.unit.pipeline.world import CARDS, START

SALES, BOARD = "teams:sales", "teams:board"
PERIOD = Period(DIGEST, SALES, START)


def told(number: int, score: int | None = 70, *, rule: str = "hot", lead: str = "", ago: int = 0) -> Told:
    """An alert about a lead."""
    at = START - timedelta(minutes=ago)
    return Told(lead or f"lead-{number}", f"Lead {number}", "Harbour Mills", score, "Hot", "engagement", rule, at)


def test_a_digest_counts_and_names_the_best() -> None:
    """All alerts are counted by rule and by grade; the leads are ten at most, the best first."""
    alerts = [told(number, number) for number in range(20)] + [told(90, 5, rule="ready")]
    event = compose(PERIOD, START - timedelta(hours=1), alerts, "https://org.example/leads")
    said = json.loads(json.dumps(event.payload))
    assert (event.kind, event.lead_id, event.destinations, event.terms) == (DIGEST, "", (SALES,), ())
    assert (said["event_id"], said["kind"], said["channel"], said["total"]) == (event.event_id, DIGEST, "sales", 21)
    assert (said["from"], said["to"]) == ("2026-11-21T08:00:00+00:00", "2026-11-21T09:00:00+00:00")
    assert said["by_rule"] == [{"rule": "hot", "count": 20}, {"rule": "ready", "count": 1}]
    assert said["by_grade"] == [{"model": "engagement", "grade": "Hot", "count": 21}]
    assert [one["score"] for one in said["leads"]] == list(range(19, 9, -1))
    assert set(said["leads"][0]) == {"id", "name", "company", "score", "grade", "model", "rule", "at"}
    assert said["link"] == "https://org.example/leads"


def test_a_lead_stands_in_a_digest_once() -> None:
    """With its best score, and of equal ones with the latest; who has no score comes last."""
    one, two = told(1, 50, lead="a", ago=5), told(2, 90, lead="a", ago=9)
    late, early = told(3, 70, lead="b", ago=1), told(4, 70, lead="b", ago=2)
    nobody = told(5, None, lead="c")
    assert best([nobody, one, early, two, late]) == [two, late, nobody]


def test_a_period_gives_one_id() -> None:
    """Kind, channel and slot are what a digest is known by."""
    ids = {
        compose(period, START, [told(1)]).event_id
        for period in (
            PERIOD,
            replace(PERIOD, kind=WEEKLY),
            replace(PERIOD, destination=BOARD),
            Period(DIGEST, SALES, START + timedelta(hours=1)),
        )
    }
    assert len(ids) == 4
    assert compose(PERIOD, START, [told(1)]).event_id == compose(PERIOD, START, [told(2), told(3)]).event_id


def test_an_alert_is_told_by_its_event() -> None:
    """Name, company and score are those of the event's payload; one that says nothing has none."""
    payload = {
        "lead": {"name": "Pat Ng", "company": "Typed"},
        "account": {"name": "Harbour Mills"},
        "scores": [{"model": "engagement", "score": 72, "grade": "Hot"}, {"model": "fit", "score": 3}],
    }
    assert told_of(payload, "a", "alert:hot", START) == Told(
        "a", "Pat Ng", "Harbour Mills", 72, "Hot", "engagement", "hot", START
    )
    assert told_of({}, "a", "", START) == Told("a", None, None, None, None, None, "", START)
    assert (
        told_of({"lead": {"company": "Typed"}, "account": None, "scores": []}, "a", "qualification:q", START).rule
        == "q"
    )


class Asked:
    """A store that records the periods it is asked for."""

    def __init__(self) -> None:
        self.periods: list[Period] = []

    def make_digest(self, period: Period, compose: Compose) -> str | None:
        """Every one is made."""
        self.periods.append(period)
        event: Event = compose(period, START, [told(1)])
        return event.event_id

    def make_summary(self, period: Period, compose: Compose, cards: CardColumns) -> str | None:
        """Nothing was announced."""
        assert cards is CARDS
        assert compose(period, START, [told(1)]).kind == WEEKLY
        self.periods.append(period)
        return None

    def held_alerts(self, limit: int = 1000) -> Sequence[Mapping[str, object]]:
        """None."""
        return [][:limit]


def digests(store: Asked, holding: Holding | None = None, **changes: object) -> Digests:
    """Digests every hour and summaries on Mondays at eight, in Berlin."""
    made = Digests(
        store,
        (SALES, BOARD),
        parse("0 * * * *"),
        parse("0 8 * * mon"),
        ZoneInfo("Europe/Berlin"),
        holding or Holding(),
        CARDS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # fields of Digests


def test_each_channel_has_one_for_the_latest_slot() -> None:
    """Whenever it is asked, the slot is the last that has come, in the zone of the schedules."""
    store = Asked()
    assert digests(store).make_all(START + timedelta(minutes=59)) == 2
    monday = datetime(2026, 11, 16, 7, tzinfo=START.tzinfo)
    assert store.periods == [Period(DIGEST, one, START) for one in (SALES, BOARD)] + [
        Period(WEEKLY, one, monday) for one in (SALES, BOARD)
    ]


def test_a_quiet_channel_waits() -> None:
    """Neither in its quiet hours, nor for a slot within them, is a digest made."""
    store = Asked()
    morning = Holding({SALES: ChannelTerms(quiet=QuietHours(time(9), time(9, 30)))})
    quiet = digests(store, morning)
    assert quiet.make(DIGEST, START + timedelta(minutes=10)) == 1
    assert quiet.make(DIGEST, START + timedelta(minutes=40)) == 1
    assert {one.destination for one in store.periods} == {BOARD}
    assert quiet.make(DIGEST, START + timedelta(hours=1)) == 2


def test_off_is_off() -> None:
    """Without a schedule nothing is made."""
    store = Asked()
    assert digests(store, digest_schedule=None, weekly_schedule=None).make_all(START) == 0
    assert store.periods == []
