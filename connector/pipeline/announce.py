"""What an event says: a self-sufficient payload for cards and flows, made when the decision is made.

A delivery never reads the store again, so that what is announced is what was decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.pipeline.judge import Evaluation
from connector.pipeline.marks import status_label
from connector.pipeline.places import Matrices
from connector.pipeline.rulebook import LiveCriteria, Rulebook
from connector.pipeline.values import ColumnNeeds, Dossier, Json
from connector.scoring.explain import LineKind, summarise
from connector.scoring.score import Score

MOST_REASONS = 3
MOST_MISSING = 4


@dataclass(frozen=True, slots=True)
class CardColumns:
    """The logical names of the columns that a card shows."""

    name: str
    company: str
    title: str
    country: str
    account_name: str
    owner: str = ""

    def needs(self) -> ColumnNeeds:
        """The columns to read for cards."""
        lead = frozenset({self.name, self.company, self.title, self.country, self.owner}) - {""}
        return ColumnNeeds(lead, frozenset({self.account_name}))


def event_payload(
    dossier: Dossier,
    evaluation: Evaluation,
    rulebook: Rulebook,
    columns: CardColumns,
    *,
    event_id: str,
    kind: str,
    rule: str,
    alert: str | None,
    at: datetime,
    first: str | None = None,
    qualification: LiveCriteria | None = None,
) -> dict[str, Json]:
    """Build the payload of one event; `first` is the model that it is about, its score and reasons stand first."""
    lead = dossier.lead.columns
    named = qualification.models if qualification is not None and qualification.models else rulebook.models
    models = sorted(named, key=lambda name: (name != first, name))
    return {
        "event_id": event_id,
        "kind": kind,
        "at": at.isoformat(),
        "rule": rule,
        "alert": alert,
        "lead": {
            "id": dossier.lead.lead_id,
            "name": lead.get(columns.name),
            "company": lead.get(columns.company),
            "title": lead.get(columns.title),
            "country": lead.get(columns.country),
        },
        "account": _account(dossier, columns),
        "scores": [_score(name, rulebook, evaluation.scores, dossier) for name in models],
        "reasons": [*_strongest(evaluation, models)],
        "missing": [*_missing(evaluation, models)],
        "summary": summarise(evaluation.explanations[name] for name in models),
        "last_touch": _last_touch(dossier, at),
        "qualification": _qualification(qualification, evaluation),
        "matrix": [*_places(rulebook, evaluation, qualification)],
    }


def _account(dossier: Dossier, columns: CardColumns) -> dict[str, Json] | None:
    if dossier.account is None:
        return None
    return {"id": dossier.account.account_id, "name": dossier.account.columns.get(columns.account_name)}


def _last_touch(dossier: Dossier, now: datetime) -> dict[str, Json] | None:
    """What the person did last, machines left out; nothing that is still to come."""
    done = [one for one in dossier.interactions if not one.machine and one.at <= now]
    if not done:
        return None
    last = max(done, key=lambda one: (one.at, one.interaction_id))
    return {"type": last.type, "at": last.at.isoformat()}


def _score(name: str, rulebook: Rulebook, scores: Mapping[str, Score], dossier: Dossier) -> dict[str, Json]:
    score, previous = scores[name], dossier.scores.get(name)
    return {
        "model": name,
        "dimension": rulebook.models[name].model.dimension,
        "score": score.score,
        "grade": score.grade,
        "previous": previous.score if previous else None,
        "previous_grade": previous.grade if previous else None,
        "previous_at": previous.changed_at.isoformat() if previous else None,
    }


def _strongest(evaluation: Evaluation, models: list[str]) -> list[str]:
    """The strongest reasons of these models, taken in turn, so that each model is heard."""
    queues = [evaluation.explanations[name].reasons(MOST_REASONS) for name in models]
    reasons: list[str] = []
    while len(reasons) < MOST_REASONS and any(queues):
        reasons += [queue.pop(0) for queue in queues if queue]
    return reasons[:MOST_REASONS]


def _missing(evaluation: Evaluation, models: list[str]) -> list[str]:
    """What is unknown, in words, each once."""
    lines = [line for name in models for line in evaluation.explanations[name].lines if line.kind is LineKind.UNKNOWN]
    return list(dict.fromkeys(line.sentence for line in lines))[:MOST_MISSING]


def _places(rulebook: Rulebook, evaluation: Evaluation, first: LiveCriteria | None) -> list[dict[str, Json]]:
    """The lead's places in the matrices of live qualifications; that of the qualification announced stands first."""
    criteria = [live.criteria for live in sorted(rulebook.criteria, key=lambda live: live is not first)]
    models = {name: live.model for name, live in rulebook.models.items()}
    return Matrices(criteria, models).places({name: score.grade for name, score in evaluation.scores.items()})


def _qualification(live: LiveCriteria | None, evaluation: Evaluation) -> dict[str, Json] | None:
    if live is None:
        return None
    verdict = evaluation.verdicts[live.criteria.name]
    return {
        "name": live.criteria.name,
        "version": live.document.version,
        "reason": verdict.reason,
        "status_reason": status_label(live.criteria.actions.status_reason, live.status),
    }
