"""What the soak counts by itself: crossings in a history of scores, attempts that nobody knows the end of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.soak.reckoning import is_unanswered, possible_crossings

COMPLETE = datetime(2026, 11, 20, 9, tzinfo=UTC)


def history(*scores: tuple[int, int | None]) -> list[dict[str, Any]]:
    """Changes of a score, (version, score) each, an hour apart after the baselines were complete."""
    return [
        {"version": version, "score": score, "at": COMPLETE + timedelta(hours=number + 1)}
        for number, (version, score) in enumerate(scores)
    ]


@pytest.mark.parametrize(
    ("scores", "possible"),
    [
        ([], {0}),
        ([(1, 10), (1, 59)], {0}),
        ([(1, 10), (1, 60)], {1}),
        ([(1, 70)], {0, 1}),
        ([(1, 10), (1, 70), (1, 40), (1, 70)], {1}),
        ([(1, 10), (1, 70), (1, 29), (1, 70)], {2}),
        ([(1, 10), (1, 70), (1, None), (1, 70)], {2}),
        ([(1, 10), (1, 70), (1, 80)], {1}),
        ([(1, 10), (1, 70), (2, 75), (2, 80)], {1, 2}),
        ([(1, 10), (2, 20), (2, 70)], {1}),
    ],
)
def test_a_history_tells_how_often_a_mark_was_crossed(scores: list[tuple[int, int | None]], possible: set[int]) -> None:
    """A rise within a version counts once until the score was low again; a first look may be a baseline."""
    assert possible_crossings(history(*scores), {1: COMPLETE, 2: COMPLETE}) == possible


def test_a_rise_before_the_baseline_is_complete_may_go_untold() -> None:
    """Of a version whose first run is not over nothing is certain."""
    rows = history((1, 10), (2, 20), (2, 70))
    assert possible_crossings(rows, {1: COMPLETE, 2: rows[-1]["at"]}) == {0, 1}
    assert possible_crossings(rows, {1: COMPLETE, 2: None}) == {0, 1}


@pytest.mark.parametrize(
    ("outcome", "status", "unanswered"),
    [
        ("delivered", 202, False),
        ("retry", 503, False),
        ("retry", 504, True),
        ("retry", None, True),
        ("uncertain", None, True),
    ],
)
def test_an_attempt_without_an_answer_may_have_arrived(outcome: str, status: int | None, *, unanswered: bool) -> None:
    """So may one whose answer is that of a gateway that waited for it."""
    assert is_unanswered({"outcome": outcome, "status": status}) is unanswered
