"""What the live models say of one lead: scores, explanations, verdicts of the criteria, filters of the alerts.

Pure functions of (dossier, rulebook, now). What is then done about it is decided in `decide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.pipeline.rulebook import LiveCriteria, Rulebook
from connector.pipeline.values import Dossier
from connector.scoring.explain import Explanation
from connector.scoring.qualification import Verdict, qualify
from connector.scoring.score import Facts, InteractionFacts, Outcome, Score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is said of a lead now, by model, by qualification and by alert.

    `verdicts` lacks the criteria whose audience the lead is outside of. `next_change_at` is when any of it changes
    with no new data.
    """

    scores: Mapping[str, Score]
    explanations: Mapping[str, Explanation]
    verdicts: Mapping[str, Verdict]
    wheres: Mapping[str, bool]
    next_change_at: datetime | None


def facts_of(dossier: Dossier) -> Facts:
    """A dossier as the scorers read it; roll-ups stand among the account's columns."""
    interactions: list[InteractionFacts] = [
        {"type": one.type, "at": one.at, "properties": one.properties, "machine": one.machine}
        for one in dossier.interactions
    ]
    account = None if dossier.account is None else {**dossier.account.columns, **dossier.rollups}
    return {
        "lead": dossier.lead.columns,
        "account": account,
        "interactions": interactions,
        "tracking": dossier.lead.tracking,
    }


def judge(dossier: Dossier, rulebook: Rulebook, now: datetime) -> Evaluation:
    """Score a lead by every live model and judge it by every live criteria and alert filter."""
    facts = facts_of(dossier)
    scores = {name: live.scorer.score(facts, now) for name, live in rulebook.models.items()}
    verdicts = {
        live.criteria.name: verdict
        for live in rulebook.criteria
        if (verdict := _verdict(live, facts, scores, now)) is not None
    }
    return Evaluation(
        scores=scores,
        explanations={name: live.explainer.explain(scores[name], facts, now) for name, live in rulebook.models.items()},
        verdicts=verdicts,
        wheres={
            live.alert.name: live.where(facts, scores, now) is Outcome.TRUE
            for live in rulebook.alerts
            if live.where is not None
        },
        next_change_at=_earliest(
            [
                *(score.next_change_at for score in scores.values()),
                *(verdict.next_change_at for verdict in verdicts.values()),
                dossier.rollups_change_at,
            ]
        ),
    )


def _verdict(live: LiveCriteria, facts: Facts, scores: Mapping[str, Score], now: datetime) -> Verdict | None:
    """The verdict of the criteria; None for a lead that is not known to belong to their audience."""
    if live.audience is not None and live.audience(facts, scores, now) is not Outcome.TRUE:
        return None
    return qualify(live.when, scores, facts, now)


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
