"""What a qualification would do if it were published: who qualifies now, how many a week, what is other than today.

Nothing is stored, written or announced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.pipeline.announce import CardColumns
from connector.pipeline.arrivals import Period, arrives, by_lead, period
from connector.pipeline.prospects import Judge, LeadStore, all_leads, is_marked
from connector.pipeline.qualifications import QualificationStore, ScoreStep
from connector.pipeline.values import Dossier, Environment
from connector.scoring.qualification import Verdict
from connector.scoring.score import Facts, Outcome, Score

SAMPLE = 10
NOWHERE = ""


@dataclass(slots=True)
class Preview:
    """What was counted. `gained` and `lost` are against the live criteria for the same audience, None without them."""

    leads: int = 0
    outside: int = 0
    qualify: int = 0
    marked: int = 0
    unknown: Counter[str] = field(default_factory=Counter)
    unjudged: int = 0
    countries: Counter[str] = field(default_factory=Counter)
    owners: Counter[str] = field(default_factory=Counter)
    sample: list[dict[str, Any]] = field(default_factory=list)
    gained: int = 0
    lost: int = 0
    arrivals: int = 0
    during: Period | None = None

    @property
    def weekly(self) -> float | None:
        """How many leads a week came to meet the criteria; None where the past is too short to tell."""
        if self.during is None or not self.during.says_something:
            return None
        return self.arrivals / self.during.weeks

    @property
    def would_be_marked(self) -> int:
        """How many the first run would mark."""
        return self.qualify - self.marked


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview is made of: the draft, the live criteria that it would replace, and how leads are shown."""

    draft: Judge
    live: Judge | None
    cards: CardColumns
    environment: Environment | None
    ready_column: str


def preview(store: LeadStore, past: QualificationStore, asked: Asked, now: datetime) -> Preview:
    """Hold a draft against every mirrored lead, and against what is remembered of scores."""
    found = Preview()
    named = sorted(asked.draft.named)
    steps = dict(by_lead(past.score_steps(named))) if named else {}
    baselines = [asked.draft.models[name].document.baseline_at for name in named]
    found.during = period(baselines, now) if named else None
    for dossier in all_leads(store, now):
        found.leads += 1
        facts = asked.draft.facts(dossier, now)
        scores = asked.draft.scores(facts, now)
        _count(found, asked, dossier, scores, asked.draft.answer(facts, scores, now))
        if asked.live is not None:
            met = _is_met(asked.draft.verdict(facts, scores, now))
            before = _is_met(asked.live.verdict(facts, scores, now))
            found.gained += met and not before
            found.lost += before and not met
        if found.during is not None:
            found.arrivals += _came(asked.draft, facts, steps.get(dossier.lead.lead_id, ()), found.during)
    return found


def _is_met(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome is Outcome.TRUE


def _came(judge: Judge, facts: Facts, steps: Sequence[ScoreStep], during: Period) -> bool:
    """Whether a lead came to meet the criteria within a period, its scores as they were and its facts as they are."""

    def meets(scores: Mapping[str, Score], at: datetime) -> bool:
        return _is_met(judge.verdict(facts, dict(scores), at))

    return arrives(steps, meets, during) is not None


def _count(
    found: Preview,
    asked: Asked,
    dossier: Dossier,
    scores: Mapping[str, Score],
    answer: tuple[Verdict | None, Iterable[str]],
) -> None:
    verdict, unknown = answer
    if verdict is None:
        found.outside += 1
        return
    if verdict.outcome is Outcome.UNKNOWN:
        found.unjudged += 1
        found.unknown.update(set(unknown))
    if verdict.outcome is not Outcome.TRUE:
        return
    found.qualify += 1
    if is_marked(dossier, asked.draft.criteria, asked.environment, asked.ready_column):
        found.marked += 1
        return
    columns = dossier.lead.columns
    found.countries[str(columns.get(asked.cards.country) or NOWHERE)] += 1
    found.owners[str(columns.get(asked.cards.owner) or NOWHERE)] += 1
    if len(found.sample) < SAMPLE:
        found.sample.append(
            {
                "lead": dossier.lead.lead_id,
                "name": columns.get(asked.cards.name),
                "company": columns.get(asked.cards.company),
                "country": columns.get(asked.cards.country),
                "reason": verdict.reason,
                "scores": {name: scores[name].score for name in sorted(asked.draft.named)},
            }
        )
