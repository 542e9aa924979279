"""Which clicks are a machine's: each rule at its threshold, and what holds when several do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.pipeline.sources.machine import AGENTS, Touch, is_scanner, judge
from connector.pipeline.sources.mapping import MachineRules, Role

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
RULES = MachineRules()
STRICT = MachineRules(needs_delivery=True)


def touch(name: str, role: Role, seconds: float, link: str = "", said: str = "") -> Touch:
    """A row of the message, so many seconds after the start."""
    return Touch(name, role, START + timedelta(seconds=seconds), link, said)


def click(name: str, seconds: float, link: str = "a", said: str = "") -> Touch:
    """A click."""
    return touch(name, Role.CLICK, seconds, link, said)


DELIVERED = touch("delivered", Role.DELIVERY, 0)


def test_a_person_clicks_one_link_after_another() -> None:
    """A few clicks with time between them are nobody's but a person's."""
    touches = [DELIVERED, click("1", 60, "a"), click("2", 75, "b"), click("3", 300, "c"), click("4", 301, "a")]
    assert judge(touches, STRICT) == {}


def test_a_double_click_is_a_persons() -> None:
    """The same link twice within a second is what people do."""
    assert judge([click("1", 60), click("2", 60.4)], RULES) == {}


def test_two_links_within_a_second_are_a_machines() -> None:
    """Nobody follows two links at once; a second later it may be a person."""
    assert judge([click("1", 60, "a"), click("2", 60.9, "b")], RULES) == {"1": "same_second", "2": "same_second"}
    assert judge([click("1", 60, "a"), click("2", 61, "b")], RULES) == {}


def test_three_clicks_within_a_second_whose_links_are_not_known_are_a_machines() -> None:
    """Two may be a double click."""
    three = [click(str(number), 60 + number / 10, "") for number in range(3)]
    assert set(judge(three, RULES)) == {"0", "1", "2"}
    assert judge(three[:2], RULES) == {}


def test_three_links_within_ten_seconds_are_a_burst() -> None:
    """The window is half open: ten seconds after the first is too late to belong to it."""
    burst = [click("1", 60, "a"), click("2", 64, "b"), click("3", 69.9, "c")]
    assert judge(burst, RULES) == dict.fromkeys("123", "burst")
    assert judge([*burst[:2], click("3", 70, "c")], RULES) == {}
    assert judge(burst, MachineRules(burst_links=4)) == {}
    assert judge(burst, MachineRules(burst_links=0)) == {}


def test_a_click_beside_a_burst_is_left_alone() -> None:
    """What lies outside of every crowded stretch counts."""
    burst = [click("1", 60, "a"), click("2", 61.5, "b"), click("3", 63, "c")]
    assert set(judge([*burst, click("later", 600, "a")], RULES)) == {"1", "2", "3"}


def test_a_click_before_its_delivery_or_right_after_it_is_a_machines() -> None:
    """Scanners look before a mail is delivered; five seconds after it a person may have read it."""
    touches = [
        DELIVERED,
        click("before", -1),
        click("at once", 4.9, "b"),
        click("later", 30, "c"),
        click("five", 5, "b"),
    ]
    assert judge(touches, MachineRules(same_second=0, burst_links=0)) == {"before": "too_soon", "at once": "too_soon"}
    assert judge([DELIVERED, click("at once", 1)], MachineRules(too_soon=timedelta(0))) == {}


def test_a_click_without_a_delivery_is_a_machines_where_deliveries_are_known() -> None:
    """A source that reads no deliveries cannot miss them."""
    assert judge([click("1", 60)], STRICT) == {"1": "no_delivery"}
    assert judge([click("1", 60)], RULES) == {}


def test_a_delivery_that_came_back_is_none() -> None:
    """A later bounce takes one delivery back; another one stays."""
    back = touch("back", Role.RETURN, 0)
    assert judge([DELIVERED, back, click("1", 60)], STRICT) == {"delivered": "returned", "1": "no_delivery"}
    again = touch("again", Role.DELIVERY, -3600)
    assert judge([DELIVERED, back, again, click("1", 60)], STRICT) == {"delivered": "returned"}


def test_what_a_row_says_itself_comes_first() -> None:
    """A robot that was caught, and a browser that calls itself a scanner; opens too, where they say so."""
    touches = [
        DELIVERED,
        click("1", 60, said="claimed"),
        click("2", 1, said="scanner"),
        touch("o", Role.OPEN, 2, said="scanner"),
    ]
    assert judge(touches, STRICT) == {"1": "claimed", "2": "scanner", "o": "scanner"}
    assert judge([touch("o", Role.OPEN, -5)], STRICT) == {}


@pytest.mark.parametrize(
    "agent", ["Mozilla/5.0 (compatible; Mimecast)", "python-requests/2.32", "BarracudaCentral", "Foo-Bot/1.0"]
)
def test_scanners_are_known_by_their_names(agent: str) -> None:
    """Part of the name is enough, in any case."""
    assert is_scanner(agent)


def test_browsers_are_not_taken_for_scanners() -> None:
    """What people use, and what merely looks like a word of the list."""
    for agent in (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/131.0",
        "Mozilla/5.0 (iPhone) Safari/604.1",
        "Abbott",
        "",
    ):
        assert not is_scanner(agent, AGENTS)
