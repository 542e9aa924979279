"""What the live models say of one lead: scores, explanations, verdicts of the criteria, filters of the alerts.

Pure functions of (dossier, rulebook, now). What is then done about it is decided in `decide`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.pipeline.rulebook import Rulebook
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
    moments = [dossier.rollups_change_at, *(score.next_change_at for score in scores.values())]
    verdicts: dict[str, Verdict] = {}
    for live in rulebook.criteria:
        if live.audience is not None:
            belongs, change = live.audience.judge(facts, scores, now)
            moments.append(change)  # who is outside today may belong to it tomorrow
            if belongs is not Outcome.TRUE:
                continue
        verdict = qualify(live.when, scores, facts, now)
        moments.append(verdict.next_change_at)
        verdicts[live.criteria.name] = verdict
    return Evaluation(
        scores=scores,
        explanations={name: live.explainer.explain(scores[name], facts, now) for name, live in rulebook.models.items()},
        verdicts=verdicts,
        wheres={
            live.alert.name: live.where(facts, scores, now) is Outcome.TRUE
            for live in rulebook.alerts
            if live.where is not None
        },
        next_change_at=_earliest(moments),
    )


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
