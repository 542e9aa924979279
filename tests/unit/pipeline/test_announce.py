"""What a payload says of a lead's past: the score before and since when, and what the person did last."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.pipeline.values import Interaction
from tests.unit.pipeline.casework import decided, dossier, rulebook
from tests.unit.pipeline.world import ALERT, START, A, heat_model

COLD = {"engagement": (20, "Cold")}


def told(*interactions: Interaction) -> Any:
    """The payload of a lead that crossed, after these interactions."""
    seen = replace(dossier(heat=75, scores=COLD), interactions=interactions)
    (event,) = decided(rulebook(heat_model(), ALERT), seen).events
    return event.payload


def did(name: str, at: datetime, *, machine: bool = False) -> Interaction:
    """An interaction of the lead."""
    return Interaction(f"{name} {at}", A, name, at, machine=machine)


def test_the_score_before_stands_with_its_time() -> None:
    """A card can say since when the score rose; a first score has neither."""
    score = told()["scores"][0]
    assert (score["previous"], score["previous_at"]) == (
        20,
        dossier(scores=COLD).scores["engagement"].changed_at.isoformat(),
    )
    (event,) = decided(rulebook(heat_model(), ALERT + "announce_baseline: true\n"), dossier(heat=75)).events
    first: Any = event.payload
    assert (first["scores"][0]["previous"], first["scores"][0]["previous_at"]) == (None, None)


@pytest.mark.parametrize(
    ("interactions", "last"),
    [
        ((), None),
        ((did("email_open", START - timedelta(days=3)), did("email_click", START - timedelta(days=2))), "email_click"),
        ((did("email_click", START - timedelta(days=2)), did("form", START, machine=True)), "email_click"),
        ((did("form", START + timedelta(days=1)),), None),
    ],
)
def test_the_last_touch_is_the_person_s_own_and_past(interactions: tuple[Interaction, ...], last: str | None) -> None:
    """The newest counts; machines' clicks and what is still to come do not."""
    touch = told(*interactions)["last_touch"]
    assert (touch and touch["type"]) == last
    if touch:
        assert datetime.fromisoformat(touch["at"]) <= START
