"""Points for occurrences and points that fade, with their next change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connector.scoring.score import GroupScore, Outcome
from tests.unit.scoring.compiler.asking import DAY, NOW, click, lead, score, score_group


@pytest.mark.parametrize(
    ("group", "interactions", "points", "change"),
    [
        ("points: 5, each: true, when: CLICK", [click(1), click(9)], 10, None),
        ("points: 5, each: true, when: WEEK", [click(1), click(2), click(9)], 10, 5),
        ("points: 5, each: true, cap: 12, when: WEEK", [click(1), click(2), click(3)], 12, 4),
        ("points: 5, each: true, cap: 10, when: WEEK", [click(1), click(2), click(3)], 10, 5),
        (
            "points: 5, each: true, cap: 10, when: {interaction: click, at_least: 3, within: 7d}",
            [click(1), click(2), click(3)],
            10,
            4,
        ),
        ("points: -5, each: true, cap: -7, when: CLICK", [click(1), click(2)], -7, None),
        ("points: 0, each: true, when: WEEK", [click(1), click(3)], 0, 6),
        ("points: 8, cap: 5, when: CLICK", [click(1)], 5, None),
        ("points: 16, decay: {half_life: 14d}, when: CLICK", [click(14), click(90)], 8, None),
        ("points: 10, decay: {linear: 10d}, when: CLICK", [click(3)], 7, 0.5),
        ("points: 10, decay: {linear: 10d}, when: {interaction: click, within: 4d}", [click(3.75)], 6, 0.25),
        ("points: 10, decay: {linear: 10d}, when: CLICK", [click(10)], 0, None),
        ("decay: {steps: {7d: 10, 30d: 5}}, when: CLICK", [click(6)], 10, 1),
        ("decay: {steps: {7d: 10, 30d: 5}}, when: CLICK", [click(7)], 5, 23),
        ("decay: {steps: {7d: 10, 30d: 5}}, cap: 5, when: CLICK", [click(1)], 5, 29),
        ("decay: {steps: {7d: 10, 30d: 5}}, each: true, when: CLICK", [click(1), click(8)], 15, 6),
        ("decay: {steps: {7d: 10, 30d: 5}}, each: true, cap: 12, when: CLICK", [click(1), click(8)], 12, 6),
        ("points: 1, decay: {linear: 2d}, each: true, when: CLICK", [click(0.5), click(0.5)], 2, 0.5),
    ],
)  # fmt: skip
def test_counted_and_fading_points(group: str, interactions: Any, points: int, change: float | None) -> None:
    """Occurrences are counted, fade and are capped as told, and the next change is where the points change."""
    scored = score_group(group, lead(*interactions))
    assert scored.groups == (GroupScore("g", points, Outcome.TRUE),)
    if change is not None:
        assert scored.next_change_at is not None
        assert abs(scored.next_change_at - (NOW + change * DAY)) <= timedelta(microseconds=1)
    elif "half_life" not in group:
        assert scored.next_change_at is None


def test_the_latest_occurrence_is_renewed_by_what_arrives() -> None:
    """Points of the latest occurrence change where it fades or one arrives, and not where that changes nothing."""
    linear = "points: 10, decay: {linear: 10d}, when: CLICK"
    assert score_group(linear, lead(click(3), click(-0.25))).next_change_at == NOW + 0.25 * DAY
    steps = "decay: {steps: {7d: 10}}, when: CLICK"
    assert score_group(steps, lead(click(3), click(-1), click(-2))).next_change_at == NOW + 9 * DAY
    endless = "points: 5, decay: {steps: {7d: 5}}, when: {interaction: click, within: 0d}"
    assert score_group(endless, lead(click(0))).groups[0].outcome is Outcome.FALSE


def test_the_next_fall_is_exact() -> None:
    """Linear points are half at their tie, and below a microsecond later."""
    scored = score_group("points: 10, decay: {linear: 10d}, when: CLICK", lead(click(3)))
    assert scored.next_change_at == NOW + 0.5 * DAY + timedelta(microseconds=1)


def test_an_arrival_is_the_next_change() -> None:
    """An interaction that is known to come does not count yet and is the next change."""
    scored = score_group("points: 5, each: true, when: CLICK", lead(click(1), click(-2)))
    assert (scored.score, scored.next_change_at) == (5, NOW + 2 * DAY)


def test_arrival_and_expiry_may_cancel() -> None:
    """Where one interaction leaves the window as another enters it nothing changes, and the search goes on."""
    facts = lead(click(5), click(-2))
    scored = score_group("points: 5, each: true, when: WEEK", facts)
    assert (scored.score, scored.next_change_at) == (5, NOW + 9 * DAY)


def test_facts_beside_a_counted_interaction() -> None:
    """While a fact beside the interaction is unknown, the reach counts the occurrences that are known."""
    group = "points: 5, each: true, when: [{fact: lead.x, equals: 1}, {interaction: click, within: 7d}]"
    scored = score_group(group, lead(click(1), click(2)))
    assert (scored.score, scored.reachable, scored.next_change_at) == (0, 10, NOW + 6 * DAY)
    untracked = score_group(group, {"lead": {"x": 1}, "tracking": False})
    assert (untracked.score, untracked.reachable) == (0, 5)
    assert score_group(group, lead(click(1), x=2)).next_change_at is None


@pytest.mark.parametrize(
    ("group", "reachable", "weight"),
    [
        ("points: 5, each: true, cap: 15, when: CLICK", 15, 15),
        ("points: 5, each: true, when: {interaction: click, at_least: 2}", 10, 10),
        ("points: 8, decay: {linear: 7d}, when: CLICK", 8, 8),
        ("points: 8, decay: {linear: 7d}, cap: 6, when: CLICK", 6, 6),
        ("decay: {steps: {1d: -9, 2d: 4}}, when: CLICK", 4, 9),
        ("decay: {steps: {1d: -9, 2d: 4}}, each: true, when: CLICK", 4, 9),
        ("decay: {steps: {1d: -9, 2d: 4}}, each: true, cap: -12, when: {interaction: click, at_least: 2}", 8, 12),
        ("decay: {steps: {1d: 9, 2d: -4}}, each: true, cap: 12, when: CLICK", 12, 12),
        ("points: -5, each: true, cap: -15, when: CLICK", 0, 15),
        ("points: 0, each: true, cap: 4, when: CLICK", 0, 4),
    ],
)
def test_what_an_untracked_group_could_add(group: str, reachable: int, weight: int) -> None:
    """Without interactions a group counts at its best: its cap, its first points, or the fewest occurrences."""
    document = f"groups: [{{name: g, {group}}}, {{name: h, points: 1, when: {{fact: lead.x, equals: 1}}}}]\n"
    scored = score(document, {"lead": {"x": 1}, "tracking": False})
    assert scored.reachable == 1 + reachable
    assert scored.coverage == pytest.approx(1 / (1 + weight))


MANY = 20_000
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("ahead", [0, 1, MANY // 2])
@pytest.mark.parametrize(
    ("group", "change"),
    [
        ("points: 1, when: {not: {interaction: click, within: 30d}}", 30 * DAY),
        ("points: 1, when: {interaction: click, within: 30d, at_least: 50}", 30 * DAY - 49 * MINUTE),
        ("points: 5, each: true, cap: 50, when: {interaction: click, within: 30d}", 30 * DAY - 9 * MINUTE),
        ("points: 4, each: true, cap: 50, decay: {linear: 1d}, when: CLICK", None),
        ("points: 50, each: true, cap: 900, decay: {half_life: 1d}, when: CLICK", None),
        ("each: true, cap: 50, decay: {steps: {7d: 5, 30d: 2}}, when: CLICK", None),
        ("each: true, cap: -50, decay: {steps: {7d: -5, 30d: 2}}, when: CLICK", None),
        ("points: 5, each: true, cap: 50, decay: {linear: 1d}, when: [CLICK, {fact: lead.x, equals: 1}]", None),
    ],
)
def test_many_interactions_cost_little(group: str, change: timedelta | None, ahead: int) -> None:
    """Thousands of interactions, known ahead or not, are no scan for each of them, and the change is where it was."""
    clicks = [{"type": "click", "at": NOW + (ahead - number) * MINUTE} for number in range(MANY)]
    scored = score_group(group, lead(*clicks, x=1))
    assert scored.next_change_at is not None
    if change is not None:
        assert scored.next_change_at == NOW + ahead * MINUTE + change


def test_what_arrives_at_the_cap_keeps_the_points() -> None:
    """Points at their cap stay there while what arrives makes up for what fades, and fall when it no longer does."""
    group = "points: 5, each: true, cap: 5, when: {interaction: click, within: 2d}"
    faded = "each: true, cap: 9, decay: {steps: {1d: 6, 2d: 3}}, when: CLICK"
    some = [click(days) for days in (0.5, -1, -2, -3)]
    assert score_group(group, lead(*some)).next_change_at == NOW + 5 * DAY
    assert score_group(faded, lead(*some)).next_change_at == NOW + 0.5 * DAY
    assert score_group(faded, lead(click(0), click(0.9), *some)).next_change_at == NOW + 4 * DAY
    endless = "points: 5, each: true, cap: 5, when: CLICK"
    assert score_group(endless, lead(*some)).next_change_at is None


@pytest.mark.parametrize(
    ("bounds", "category", "reachable"),
    [
        ("", "", 5),
        ("cap: 40\n", "", 40),
        ("categories: {web: {cap: 12}}\n", ", category: web", 12),
        ("categories: {web: {cap: -12}}\n", ", category: web", 5),
        ("categories: {web: {cap: 12}}\n", "", 5),
    ],
)
def test_the_reach_of_endless_points_is_the_model_s_cap(bounds: str, category: str, reachable: int) -> None:
    """Points for each of unknown occurrences reach the model's or the category's cap, else those of the fewest."""
    group = f"{{name: g, points: 5, each: true, when: CLICK{category}}}"
    scored = score(f"{bounds}groups: [{group}]\n", {"lead": {}, "tracking": False})
    assert (scored.score, scored.reachable, scored.coverage) == (0, reachable, 0.0)
