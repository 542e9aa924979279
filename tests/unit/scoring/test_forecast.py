"""What a score becomes with no new data: changes, distances, falls of the grade, the day it goes cold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.document import parse_model
from connector.scoring.forecast import Forecast, GradeDrop, Moment, forecast
from connector.scoring.score import Facts

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)

CLIFFS = """
model: engagement
groups:
  - {name: Click, points: 30, when: {interaction: email_click, within: 10d}}
  - {name: Form, points: 40, when: {interaction: form_submission, within: 30d}}
grades:
  - {name: Hot, from: 70}
  - {name: Warm, from: 40}
  - {name: Cold}
"""


def compiled(text: str) -> Scorer:
    """A scorer of a model document."""
    return compile_model(parse_model(text))


def happened(**ages_d: float) -> Facts:
    """Facts of interactions of a given age in days."""
    return {
        "lead": {},
        "interactions": [{"type": kind, "at": (NOW - age * DAY).isoformat()} for kind, age in ages_d.items()],
    }


def test_changes_and_falls_are_found() -> None:
    """Every change of score is found at its moment, each fall of the grade is told, and so is the day it goes cold."""
    seen = forecast(compiled(CLIFFS), happened(email_click=4, form_submission=5), NOW)
    assert seen == Forecast(
        model="engagement",
        now=Moment(NOW, 70, "Hot"),
        ahead=(
            Moment(NOW + 7 * DAY, 40, "Warm"),
            Moment(NOW + 14 * DAY, 40, "Warm"),
            Moment(NOW + 30 * DAY, 0, "Cold"),
        ),
        changes=(Moment(NOW + 6 * DAY, 40, "Warm"), Moment(NOW + 25 * DAY, 0, "Cold")),
        drops=(GradeDrop(NOW + 6 * DAY, "Hot", "Warm"), GradeDrop(NOW + 25 * DAY, "Warm", "Cold")),
        goes_cold_at=NOW + 25 * DAY,
        until=NOW + 90 * DAY,
    )
    assert seen.sentences == [
        "Without new activity: 40 Warm in 7 days, 40 Warm in 14 days, 0 Cold in 30 days (now 70 Hot).",
        "Falls from Hot to Warm on 27 Nov.",
        "Falls from Warm to Cold on 16 Dec.",
    ]


def test_a_lead_that_stays_says_so() -> None:
    """A score that does not change ahead is told in one sentence, and nothing goes cold that is cold."""
    seen = forecast(compiled(CLIFFS), {"lead": {}}, NOW)
    assert (seen.changes, seen.drops, seen.goes_cold_at) == ((), (), None)
    assert seen.sentences == ["Without new activity the score stays 0 Cold for 30 days."]


def test_falling_below_every_grade_is_going_cold() -> None:
    """Where a model has no last grade, a lead that falls below them all has gone cold."""
    text = CLIFFS.replace("  - {name: Cold}\n", "")
    seen = forecast(compiled(text), happened(email_click=4, form_submission=5), NOW)
    assert seen.drops[-1] == GradeDrop(NOW + 25 * DAY, "Warm", None)
    assert seen.goes_cold_at == NOW + 25 * DAY
    assert seen.sentences[-1] == "Falls from Warm to no grade on 16 Dec."
    rising = forecast(compiled(text), happened(form_submission=-2), NOW)
    assert [drop.after for drop in rising.drops] == [None]


def test_the_arrival_of_an_event_counts() -> None:
    """An event that is entered ahead of its time raises the score when it comes, and a rise is no fall."""
    seen = forecast(compiled(CLIFFS), happened(form_submission=-2), NOW)
    assert seen.changes == (Moment(NOW + 2 * DAY, 40, "Warm"), Moment(NOW + 32 * DAY, 0, "Cold"))
    assert seen.drops == (GradeDrop(NOW + 32 * DAY, "Warm", "Cold"),)


def test_a_model_without_grades_has_scores_alone() -> None:
    """Without grades there is no fall and no cold day, and the sentence tells the scores."""
    text = CLIFFS.partition("grades:")[0]
    seen = forecast(compiled(text), happened(email_click=4), NOW, ahead=[DAY, 7 * DAY])
    assert (seen.drops, seen.goes_cold_at) == ((), None)
    assert seen.sentences == ["Without new activity: 0 in 7 days (now 30)."]


def test_an_unscored_lead_has_no_sentences() -> None:
    """A lead outside the audience has no forecast in words, and one that leaves it is told as not scored."""
    audience = "audience: {fact: lead.since, in_last: 10d}\n" + CLIFFS
    outside = forecast(compiled(audience), {"lead": {"since": "2026-01-01"}}, NOW)
    assert outside.now == Moment(NOW, None, None)
    assert outside.sentences == []
    leaving = {
        "lead": {"since": (NOW - 5 * DAY).isoformat()},
        "interactions": happened(form_submission=1)["interactions"],
    }
    seen = forecast(compiled(audience), leaving, NOW)  # type: ignore[arg-type]  # a plain dict literal
    assert seen.changes == (Moment(NOW + 5 * DAY, None, None),)
    assert seen.drops == ()
    assert seen.sentences == [
        "Without new activity: not scored in 7 days, not scored in 14 days, not scored in 30 days (now 40 Warm)."
    ]


def test_a_gap_without_a_grade_hides_no_fall() -> None:
    """A lead that leaves the audience and comes back lower has fallen when it comes back."""
    text = "exclude: {interaction: pause, within: 3d}\n" + CLIFFS
    facts = happened(form_submission=28, pause=-1)
    seen = forecast(compiled(text), facts, NOW)
    assert [moment.grade for moment in seen.changes] == [None, "Cold"]
    assert seen.drops == (GradeDrop(NOW + 4 * DAY, "Warm", "Cold"),)


@pytest.mark.parametrize(("most", "reach"), [(0, 0), (1, 6), (2, 90)])
def test_the_number_of_steps_is_bounded(most: int, reach: int) -> None:
    """A chain that is cut says how far it reaches."""
    seen = forecast(compiled(CLIFFS), happened(email_click=4, form_submission=5), NOW, most_steps=most)
    assert len(seen.changes) == most
    assert seen.until == NOW + reach * DAY


def test_the_horizon_is_kept() -> None:
    """Nothing beyond the horizon is followed, what happens on it is."""
    scorer, facts = compiled(CLIFFS), happened(email_click=4, form_submission=5)
    assert len(forecast(scorer, facts, NOW, horizon=6 * DAY).changes) == 1
    assert forecast(scorer, facts, NOW, horizon=6 * DAY - timedelta(seconds=1)).changes == ()


def test_steps_without_effect_are_no_changes() -> None:
    """Where a cap hides that a group's points fall, the score has not changed."""
    capped = forecast(compiled("cap: 40\n" + CLIFFS), happened(email_click=4, form_submission=5), NOW)
    assert capped.changes == (Moment(NOW + 25 * DAY, 0, "Cold"),)
    assert forecast(compiled(CLIFFS), happened(), NOW, ahead=()).sentences == []
