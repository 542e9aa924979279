"""The body of a follow-up task: what its columns hold, and for which leads there is none."""

from __future__ import annotations

from typing import cast

from connector.dataverse import columns
from connector.dataverse.writing.ownership import OwnerSets
from connector.dataverse.writing.tasks import task_body
from connector.pipeline.related import task_row
from connector.pipeline.values import Json

LEAD = "11111111-2222-3333-4444-555555555555"
NOBODY = cast("OwnerSets", None)  # who owns a lead without an owner is asked of nobody


def body(subject: str, description: str, state: int = columns.STATE_OPEN) -> dict[str, Json] | None:
    """The body of a task about an open lead that nobody owns."""
    return task_body(task_row(LEAD, ("ready", 1), subject, description, None), {columns.STATE: state}, NOBODY)


def test_texts_are_cut_to_what_a_task_holds() -> None:
    """A subject of 200 and a description of 2,000 characters: a longer one would have the whole task refused."""
    made = body("Call " + "ü" * 300, "漢" * 2_500)
    assert made is not None
    assert (len(str(made["subject"])), len(str(made["description"]))) == (200, 2_000)
    assert str(made["description"]).endswith("…")


def test_what_fits_stays_and_what_is_empty_is_left_out() -> None:
    """A short text is not touched; without a description none is sent."""
    made = body("Call", "")
    assert made is not None
    assert made["subject"] == "Call"
    assert "description" not in made


def test_a_closed_lead_gets_no_task() -> None:
    """Nothing is to be done about a lead that is closed."""
    assert body("Call", "", state=1) is None
