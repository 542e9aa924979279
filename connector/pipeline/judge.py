"""What the live models say of one lead: scores, explanations, verdicts of the criteria, filters of the alerts.

Pure functions of (dossier, rulebook, now). What is then done about it is decided in `decide`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.pipeline.rulebook import Rulebook
from connector.pipeline.values import Dossier
from connector.scoring.explain import Explanation
from connector.scoring.qualification import Verdict, qualify
from connector.scoring.score import Facts, InteractionFacts, Outcome, Score
from connector.scoring.titles import Title, read_title


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


def facts_of(
    dossier: Dossier,
    counted: Mapping[str, int] | None = None,
    *,
    now: datetime | None = None,
    titles: Callable[[str], Title] = read_title,
) -> Facts:
    """A dossier as the scorers read it; roll-ups stand among the account's columns.

    Counts over people are `counted`, or made here, by these titles, where `now` is given.
    """
    if counted is None and now is not None:
        counted, _ = count_colleagues(dossier, titles, now)
    interactions: list[InteractionFacts] = [
        {"type": one.type, "at": one.at, "properties": one.properties, "machine": one.machine}
        for one in dossier.interactions
    ]
    account = None if dossier.account is None else {**dossier.account.columns, **dossier.rollups, **(counted or {})}
    return {
        "lead": dossier.lead.columns,
        "account": account,
        "interactions": interactions,
        "tracking": dossier.lead.tracking,
    }


def count_colleagues(
    dossier: Dossier, read_title: Callable[[str], Title], now: datetime
) -> tuple[Mapping[str, int], datetime | None]:
    """The counts over the people of the lead's account, and when they may change with no new data."""
    if dossier.people is None:
        return {}, None
    return dossier.people.count(dossier.lead.lead_id, read_title, now)


def judge(dossier: Dossier, rulebook: Rulebook, now: datetime) -> Evaluation:
    """Score a lead by every live model and judge it by every live criteria and alert filter."""
    counted, counts_change_at = count_colleagues(dossier, rulebook.read_title, now)
    facts = facts_of(dossier, counted)
    scores = {name: live.scorer.score(facts, now) for name, live in rulebook.models.items()}
    moments = [dossier.rollups_change_at, counts_change_at, *(score.next_change_at for score in scores.values())]
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
