"""Which interactions count, in which windows and forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from connector.scoring.score import Cause, Outcome, UnknownFact
from tests.unit.scoring.compiler.asking import DAY, NOW, ago, click, lead, score_group


@pytest.mark.parametrize(
    ("when", "facts", "outcome"),
    [
        ("{interaction: click}", lead(), Outcome.FALSE),
        ("{interaction: click}", lead(click(400)), Outcome.TRUE),
        ("{interaction: click, within: 7d}", lead(click(6.999)), Outcome.TRUE),
        ("{interaction: click, within: 7d}", lead(click(7)), Outcome.FALSE),
        ("{interaction: click, within: 7d}", lead(click(-0.001)), Outcome.FALSE),
        ("{interaction: click, within: 0d}", lead(click(0)), Outcome.FALSE),
        ("{interaction: click, at_least: 2, within: 7d}", lead(click(1), click(8), click(2)), Outcome.TRUE),
        ("{interaction: click, at_least: 3, within: 7d}", lead(click(1), click(8), click(2)), Outcome.FALSE),
        ("{interaction: click}", lead(click(1, machine=True)), Outcome.FALSE),
        ("{interaction: click, include_machine: true}", lead(click(1, machine=True)), Outcome.TRUE),
        ("{interaction: Click}", lead(click(1)), Outcome.TRUE),
        ("{interaction: click}", {"lead": {}}, Outcome.FALSE),
        ("{interaction: click}", {"lead": {}, "interactions": None}, Outcome.FALSE),
        ("{interaction: click}", {"lead": {}, "interactions": [], "tracking": False}, Outcome.UNKNOWN),
        ("{interaction: click}", {"lead": {}, "interactions": [click(1)], "tracking": False}, Outcome.UNKNOWN),
        ("{interaction: click}", {"lead": {}, "interactions": [click(1)], "tracking": True}, Outcome.TRUE),
        ("{interaction: click, where: {form: demo}}", lead(click(1, properties={"form": "DEMO"})), Outcome.TRUE),
        ("{interaction: click, where: {form: demo}}", lead(click(1, properties={"form": "x"})), Outcome.FALSE),
        ("{interaction: click, where: {form: demo}}", lead(click(1, properties={})), Outcome.FALSE),
        ("{interaction: click, where: {form: {not_equals: demo}}}", lead(click(1)), Outcome.FALSE),
        ("{interaction: click, where: {form: {is_empty: true}}}", lead(click(1, properties=None)), Outcome.TRUE),
    ],
)
def test_interactions_count_in_half_open_windows(when: str, facts: Any, outcome: Outcome) -> None:
    """Interactions count by type, window, filter and origin; none is false, refused tracking is unknown."""
    assert score_group(f"points: 1, when: {when}", facts).groups[0].outcome is outcome


def test_refused_tracking_is_named() -> None:
    """The cause names the interaction that is not tracked."""
    scored = score_group("points: 5, when: {interaction: click}", {"lead": {}, "tracking": False})
    assert scored.unknown == (UnknownFact("interaction.click", Cause.NO_TRACKING),)
    assert (scored.reachable, scored.coverage) == (5, 0.0)


@pytest.mark.parametrize(
    "strange",
    [
        {"type": "click"},
        {"type": "click", "at": None},
        {"type": "click", "at": "soon"},
        {"type": "click", "at": 5},
        {"at": ago(1)},
        {"type": ["click"], "at": ago(1)},
        "click",
        None,
        {"type": "form", "at": ago(1), "properties": 5},
    ],
)
def test_strange_interactions_are_left_out(strange: Any) -> None:
    """An interaction that cannot be read is left out; the others still count."""
    document = "points: 1, each: true, when: {interaction: click}"
    assert score_group(document, {"lead": {}, "interactions": [click(1), strange, click(2)]}).score == 2
    filtered = "points: 1, each: true, when: {interaction: form, where: {form: demo}}"
    assert score_group(filtered, {"lead": {}, "interactions": [click(1), strange]}).score == 0


def test_machines_count_when_told_beside_strange_interactions() -> None:
    """Careful reading treats machines as the fast one does."""
    document = "points: 1, each: true, when: {interaction: click, include_machine: true}"
    facts = {"lead": {}, "interactions": [click(1, machine=True), None, click(2)]}
    assert score_group(document, facts).score == 2
    assert score_group(document.replace("include_machine: true", "include_machine: false"), facts).score == 1


@pytest.mark.parametrize("interactions", [5, "click", {"type": "click"}])
def test_interactions_of_no_shape_count_as_none(interactions: Any) -> None:
    """Something else than a list of interactions is no interaction."""
    assert score_group("points: 1, when: {interaction: click}", {"lead": {}, "interactions": interactions}).score == 0


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-20T12:00:00Z",
        "2026-11-20T14:00:00+02:00",
        "2026-11-20T12:00:00",
        datetime(2026, 11, 20, 12, tzinfo=UTC),
        datetime(2026, 11, 20, 7, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_times_may_have_any_form(at: Any) -> None:
    """Text or datetime, any offset: the same moment, and the next change is UTC."""
    scored = score_group("points: 1, when: {interaction: click, within: 7d}", lead({"type": "click", "at": at}))
    assert scored.score == 1
    assert scored.next_change_at == NOW + 6 * DAY
    assert scored.next_change_at.tzinfo is UTC
