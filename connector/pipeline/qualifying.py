"""Qualifying one lead now: what was decided about it by the live criteria, what became of that, and why.

The lead is read again, decided, written under its etag and settled by the inbox, as any change of it would be; here
is only what is said of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.errors import MissingFactError, OutsideError, RefusedError
from connector.pipeline.decide import bears_mark
from connector.pipeline.inbox import Inbox, LookedAt
from connector.pipeline.judge import Evaluation, judge
from connector.pipeline.report import WriteTally
from connector.pipeline.rulebook import LiveCriteria, Rulebook
from connector.pipeline.values import Decision, Dossier
from connector.scoring.score import Outcome


class Came(StrEnum):
    """What came of qualifying a lead."""

    APPLIED = "applied"  # it meets criteria and has their mark from now on
    UNCHANGED = "unchanged"  # it meets criteria whose mark it bore already
    NOT_MET = "not_met"
    STALE = "stale"  # it changed at every try to write it
    REFUSED = "refused"  # it is closed, gone or opted out, or the environment does not take the write


class Met(StrEnum):
    """Whether a lead meets criteria."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    OUTSIDE_AUDIENCE = "outside_audience"


@dataclass(frozen=True, slots=True)
class CriteriaVerdict:
    """What one qualification says of the lead; `marked` says that the lead bears its mark now."""

    qualification: str
    outcome: Met
    reason: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Qualified:
    """What came of it, why in a sentence, and what each qualification says. `written`: something of ours was."""

    lead_id: str
    outcome: Came
    reason: str
    written: bool
    decided_at: datetime
    criteria: tuple[CriteriaVerdict, ...] = ()
    scores: tuple[tuple[str, int | None, str | None], ...] = ()  # model, score, grade


_GONE: Mapping[str, str] = {
    "closed": "The lead is closed.",
    "opted_out": "The person has opted out, so that nothing is scored or written.",
    "deleted": "The lead was deleted while it was decided.",
    "left_out": "The lead is left out of scoring: the person objected, or it left the mirror meanwhile.",
}
_STALE = "The lead changed at every try to write it: it waits for the next run."


def qualify_lead(inbox: Inbox, lead_id: str, qualification: str | None) -> Qualified:
    """Read a lead again, decide it by every live model and criteria, write and settle that, and say what came of it.

    `qualification` names the one whose outcome is asked for; None: any. Raises MissingFactError for a lead that does
    not exist or a qualification that is not live, RefusedError where nothing can be decided yet, OutsideError.
    """
    looked = inbox.look_at(lead_id, lambda rulebook: _require(rulebook, qualification))
    if looked is None:
        raise RefusedError("No scoring model is live, so there is nothing to qualify by.", remedy="Publish one.")
    if looked.gone == "missing":
        raise MissingFactError("There is no such lead in the environment.", remedy="Check the id.")
    if looked.waits:
        raise RefusedError(
            "Not every lead and account was read yet with what the live documents need.",
            remedy="Start a run, or wait for the one under way; then ask again.",
        )
    if looked.dossier is None:
        return Qualified(lead_id, Came.REFUSED, _GONE[looked.gone or "left_out"], written=False, decided_at=looked.at)
    return _told(looked, looked.dossier, qualification)


def _require(rulebook: Rulebook, qualification: str | None) -> None:
    names = [live.criteria.name for live in rulebook.criteria]
    if not names or qualification not in {None, *names}:
        said = f"No live qualification is named {qualification!r}." if qualification else "No qualification is live."
        raise MissingFactError(said, remedy=f"Live: {', '.join(names) or 'none'}.")


def _told(looked: LookedAt, dossier: Dossier, qualification: str | None) -> Qualified:
    """Put what the inbox did into words."""
    decision, tally, rulebook = looked.decision, looked.writes, looked.rulebook
    evaluation = judge(dossier, rulebook, looked.at)
    taken = {mark.qualification for done in tally.marked for mark in done.marks}
    criteria = tuple(_verdict(live, dossier, evaluation, rulebook, taken) for live in rulebook.criteria)
    asked = [one for one in criteria if qualification in {None, one.qualification}]
    outcome, reason = _trouble(tally) or _outcome(asked, taken)
    return Qualified(
        lead_id=dossier.lead.lead_id,
        outcome=outcome,
        reason=reason,
        written=tally.applied > 0,
        decided_at=looked.at,
        criteria=criteria,
        scores=_scores(decision),
    )


def _scores(decision: Decision | None) -> tuple[tuple[str, int | None, str | None], ...]:
    return () if decision is None else tuple((new.model, new.score, new.grade) for new in decision.scores)


def _verdict(
    live: LiveCriteria, dossier: Dossier, evaluation: Evaluation, rulebook: Rulebook, taken: set[str]
) -> CriteriaVerdict:
    name = live.criteria.name
    marked = name in taken or bears_mark(dossier, live, rulebook)
    verdict = evaluation.verdicts.get(name)
    if verdict is None:
        return CriteriaVerdict(name, Met.OUTSIDE_AUDIENCE, "The lead is outside of its audience.", marked)
    outcome = {Outcome.TRUE: Met.MET, Outcome.FALSE: Met.NOT_MET, Outcome.UNKNOWN: Met.UNKNOWN}[verdict.outcome]
    return CriteriaVerdict(name, outcome, verdict.reason, marked)


def _trouble(tally: WriteTally) -> tuple[Came, str] | None:
    """What kept the decision from being written, if anything did. Raises OutsideError where nobody knows."""
    if tally.refused:
        return Came.REFUSED, tally.rejected[0] if tally.rejected else _GONE["closed"]
    if tally.failed:
        raise OutsideError(
            f"The environment failed on this lead: {tally.failed[0]}",
            remedy="Try again later; the next run finds out whether it was written.",
            retryable=True,
        )
    if tally.left:
        return Came.STALE, _STALE
    return None


def _outcome(asked: Sequence[CriteriaVerdict], taken: set[str]) -> tuple[Came, str]:
    for one in asked:
        if one.qualification in taken:
            return Came.APPLIED, one.reason
    for one in asked:
        if one.outcome is Met.MET and one.marked:
            return Came.UNCHANGED, f"The lead bears the mark of {one.qualification} already. {one.reason}"
    return Came.NOT_MET, " ".join(f"{one.qualification}: {one.reason}" for one in asked)
