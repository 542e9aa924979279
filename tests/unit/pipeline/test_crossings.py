"""When a threshold counts as crossed: rises only, once, quiet until re-armed, silent at a first look."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.pipeline.crossings import Watch, advance, watches
from connector.pipeline.values import Crossing, Dossier
from connector.scoring.rules import AccountWakes, IsQualified
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import ALERT, START, heat_model

FRESH = Crossing("hot", "1.1", 0, armed=True, fired_at=None)
FIRED = Crossing("hot", "1.1", 1, armed=False, fired_at=START - timedelta(days=3))
GRADE_ALERT = "alert: hot\non: {model: engagement, grade: Warm}\nchannels: [sales]\n"


def watch(
    before: bool,
    now: bool,
    *,
    memory: Crossing = FRESH,
    score: int | None = None,
    first_look: bool = False,
    rearm_below: int | None = None,
    rearm_after: timedelta | None = None,
) -> Watch:
    """A lead seen by a rule; its score follows from where it is."""
    seen = score if score is not None else 80 if now else 50
    return Watch(before, now, seen, memory, first_look, rearm_below, rearm_after)


@pytest.mark.parametrize(
    ("before", "now", "fires"),
    [(False, True, True), (False, False, False), (True, True, False), (True, False, False)],
)
def test_only_a_rise_is_a_crossing(*, before: bool, now: bool, fires: bool) -> None:
    """Below before and above now; nothing else is announced or remembered."""
    memory, announced = advance(watch(before, now), START)
    assert announced is fires
    assert memory == (Crossing("hot", "1.1", 1, armed=False, fired_at=START) if fires else FRESH)


def test_after_a_crossing_the_rule_is_quiet() -> None:
    """Without a re-arm a lead is announced once, however often it rises."""
    assert advance(watch(False, True, memory=FIRED), START) == (FIRED, False)


def test_a_score_below_the_bound_re_arms() -> None:
    """Below `rearm_below` the rule is armed, at it not; the next rise is the next crossing."""
    at_bound = watch(True, False, memory=FIRED, score=60, rearm_below=60)
    assert advance(at_bound, START) == (FIRED, False)
    armed, announced = advance(watch(True, False, memory=FIRED, score=59, rearm_below=60), START)
    assert (armed.armed, armed.ordinal, announced) == (True, 1, False)
    again, announced = advance(watch(False, True, memory=armed, rearm_below=60), START)
    assert (again.armed, again.ordinal, announced) == (False, 2, True)


def test_no_score_re_arms_like_a_low_one() -> None:
    """A lead that is no longer scored has fallen."""
    armed, _ = advance(Watch(True, False, None, FIRED, False, rearm_below=60), START)
    assert armed.armed
    still, _ = advance(Watch(True, False, None, FIRED, False), START)
    assert not still.armed


def test_time_re_arms_and_the_next_rise_counts() -> None:
    """After `rearm_after` a rise is a crossing again; standing above all the while is none."""
    rested = timedelta(days=3)
    assert advance(watch(False, True, memory=FIRED, rearm_after=rested), START)[1]
    assert not advance(watch(False, True, memory=FIRED, rearm_after=rested + timedelta(seconds=1)), START)[1]
    memory, announced = advance(watch(True, True, memory=FIRED, rearm_after=rested), START)
    assert (memory.armed, announced) == (True, False)


def test_a_first_look_announces_nothing_unless_told() -> None:
    """A baseline finds a lead above: no event, and the rule stays armed for the next rise."""
    first = watch(False, True, first_look=True)
    assert advance(first, START) == (FRESH, False)
    assert advance(first, START, announce_baseline=True) == (Crossing("hot", "1.1", 1, False, START), True)


def test_a_first_look_that_is_repeated_announces_once() -> None:
    """A baseline that begins anew after a crash sees the same lead again: still one crossing."""
    memory, _ = advance(watch(False, True, first_look=True), START, announce_baseline=True)
    again = watch(True, True, memory=memory, first_look=True, rearm_after=timedelta(0))
    assert not advance(again, START, announce_baseline=True)[1]


def seen_by(alert: str, seen: Dossier, *, version: int = 1, pending: bool = False) -> Watch:
    """How an alert sees a lead."""
    book = rulebook(heat_model(), alert, versions={"engagement": version}, pending=["engagement"] if pending else [])
    (live,), (new,) = book.alerts, decided(book, seen).scores
    assert not isinstance(live.alert.on, IsQualified | AccountWakes)
    ((model, found),) = watches(live, live.alert.on, book, {new.model: new}, seen)
    assert model == new.model
    return found


def test_an_alert_compares_with_the_stored_score() -> None:
    """Above is at the threshold or higher; a lead without a stored score was below."""
    found = seen_by(ALERT, dossier(heat=70, scores={"engagement": (69, "Warm")}))
    assert (found.was_above, found.is_above, found.score, found.first_look) == (False, True, 70, False)
    stays = seen_by(ALERT, dossier(heat=75, scores={"engagement": (70, "Hot")}))
    assert (stays.was_above, stays.is_above) == (True, True)
    new = seen_by(ALERT, dossier(heat=75))
    assert (new.was_above, new.first_look) == (False, False)


def test_a_score_by_another_version_sets_the_baseline() -> None:
    """The last score is by version 1, the model is version 2: the two do not compare, whoever missed its first run."""
    found = seen_by(ALERT, dossier(heat=75, scores={"engagement": (20, "Cold")}), version=2)
    assert (found.was_above, found.first_look, found.memory.rule_version) == (False, True, "1.2")


def test_until_a_run_has_completed_every_look_is_the_first() -> None:
    """A version whose baseline is pending announces nothing, of no lead."""
    found = seen_by(ALERT, dossier(heat=75), pending=True)
    assert found.first_look


def test_a_grade_is_entered_by_itself_and_by_a_higher_one() -> None:
    """An alert on Warm fires for Hot too, and not for a lead that was Hot and becomes Warm."""
    rises = seen_by(GRADE_ALERT, dossier(heat=75, scores={"engagement": (20, "Cold")}))
    falls = seen_by(GRADE_ALERT, dossier(heat=45, scores={"engagement": (75, "Hot")}))
    assert (rises.was_above, rises.is_above) == (False, True)
    assert (falls.was_above, falls.is_above) == (True, True)


def test_a_grade_that_the_model_does_not_know_is_never_entered() -> None:
    """A stored grade of an older form of the model, or an alert on a grade that is gone, is neither above nor below."""
    unknown = seen_by(GRADE_ALERT.replace("Warm", "Boiling"), dossier(heat=95, scores={"engagement": (95, "Old")}))
    assert (unknown.was_above, unknown.is_above) == (False, False)
