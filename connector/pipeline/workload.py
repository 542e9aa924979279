"""Marks that nobody worked, and disqualified leads whose score rose again: lists for people, acted on by nobody else.

Pure. What is compared is read when somebody asks, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.pipeline.qualifications import QualificationDecision

OWN_WRITE = timedelta(minutes=10)  # between a decision and the write of it, with what the write sets off


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lead stands now; `modified_by` is who changed it last."""

    is_open: bool
    status_reason: int | None
    modified_at: datetime | None
    modified_by: str | None


@dataclass(frozen=True, slots=True)
class Deed:
    """An activity about a lead, and who changed it last."""

    lead_id: str
    at: datetime
    by: str | None


def latest_marks(decisions: Iterable[QualificationDecision], before: datetime) -> list[QualificationDecision]:
    """The latest decision of each lead, of those that were made before a moment."""
    latest: dict[str, QualificationDecision] = {}
    for one in decisions:
        latest[one.lead_id] = one
    return [one for one in latest.values() if one.at <= before]


def neglected(
    marks: Sequence[QualificationDecision], standing: Mapping[str, Standing], deeds: Iterable[Deed], us: str | None
) -> list[QualificationDecision]:
    """Those marks of open leads that nobody worked, oldest first.

    Worked is a lead whose Status Reason is another than the mark's, that was last changed by somebody else since, or
    about which somebody else did something since. What a later write of ours hides is not seen.
    """
    done = {(deed.lead_id, deed.at) for deed in deeds if us is None or deed.by != us}
    last: dict[str, datetime] = {}
    for lead_id, at in done:
        last[lead_id] = max(at, last.get(lead_id, at))
    found = []
    for mark in marks:
        now = standing.get(mark.lead_id)
        if now is None or not now.is_open or (mark.lead_id in last and last[mark.lead_id] > mark.at):
            continue
        if mark.status_reason is not None and now.status_reason != mark.status_reason:
            continue
        if now.modified_by != us and now.modified_at is not None and now.modified_at > mark.at + OWN_WRITE:
            continue
        found.append(mark)
    return sorted(found, key=lambda mark: (mark.at, mark.seq))


@dataclass(frozen=True, slots=True)
class Risen:
    """A disqualified lead whose score is higher now than when it was closed, and the live criteria that it meets."""

    lead_id: str
    model: str
    before: int
    now: int
    grade: str | None
    meets: tuple[str, ...]


def risen(
    lead_id: str,
    before: Mapping[str, int | None],
    now: Mapping[str, tuple[int | None, str | None]],
    meets: Sequence[str],
) -> list[Risen]:
    """Where a lead rose; a model that did not score it then, or does not now, says nothing."""
    return [
        Risen(lead_id, model, old, score, grade, tuple(meets))
        for model, (score, grade) in sorted(now.items())
        if score is not None and (old := before.get(model)) is not None and score > old
    ]
