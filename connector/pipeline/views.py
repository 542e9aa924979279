"""What people ask about mirrored leads: how many of which grade, the best ones, why a lead has its score.

Reads the store and computes; nothing is stored, written or sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connector.pipeline.announce import CardColumns
from connector.pipeline.judge import facts_of
from connector.pipeline.places import Matrices
from connector.pipeline.ports import DocumentKind, Store
from connector.pipeline.rulebook import LiveModel, write_columns
from connector.pipeline.scorebook import Scorebook
from connector.scoring.counterfactual import counterfactual
from connector.scoring.document import parse_model
from connector.scoring.explain import score_answer
from connector.scoring.facttypes import FactTypes
from connector.scoring.forecast import forecast
from connector.scoring.rank import rank_of
from connector.scoring.score import Facts

NAMELESS = "(no name)"


def explain_lead(
    store: Store, book: Scorebook, lead_id: str, model: str | None, now: datetime, *, fixed: frozenset[str]
) -> dict[str, Any]:
    """Each live model's answer for a mirrored lead, and its places in the matrices of live qualifications.

    An answer has the way to the next grade, the forecast, and the rank among all scored leads.
    `fixed` are facts that are no way to a grade: what people decided about their own data.
    Raises MissingFactError for a lead that is not mirrored or a model that is not live.
    """
    chosen = book.chosen(model)
    facts = facts_of(store.dossier(lead_id, now=now), now=now, titles=book.titles)
    grades = {name: live.scorer.score(facts, now).grade for name, live in book.models.items()} if book.matrices else {}
    return {
        "models": [_answer(store, book, live, facts, now, fixed) for live in chosen],
        "matrix": book.matrices.places(grades),
    }


def _answer(
    store: Store, book: Scorebook, live: LiveModel, facts: Facts, now: datetime, fixed: frozenset[str]
) -> dict[str, Any]:
    score = live.scorer.score(facts, now)
    answer = score_answer(live.model, score, live.explainer.explain(score, facts, now))
    way = counterfactual(live.scorer, facts, now, types=book.types, titles=book.titles, fixed=fixed)
    rank = rank_of(score.score, store.score_counts(live.model.name)) if score.score is not None else None
    return {
        "version": live.document.version,
        **answer,
        "next_grade": [way.sentence] if way else [],
        "forecast": forecast(live.scorer, facts, now).sentences,
        "rank": [rank.sentence] if rank else [],
    }


def count_grades(store: Store, types: FactTypes) -> dict[str, dict[str, int]]:
    """Scored leads by live model and grade, the best grade first; no grade is the empty string."""
    counts = store.grade_counts()
    models = [parse_model(document.body, types) for document in store.live(DocumentKind.MODEL)]
    order = {model.name: [grade.name for grade in model.grades] or [""] for model in models}
    return {name: {grade: counts.get(name, {}).get(grade, 0) for grade in grades} for name, grades in order.items()}


def live_columns(store: Store, types: FactTypes) -> frozenset[str]:
    """The lead columns that the live models are written to."""
    models = (parse_model(document.body, types) for document in store.live(DocumentKind.MODEL))
    return frozenset(column for model in models for column in write_columns(model))


def lead_entry(store: Store, cards: CardColumns, lead_id: str, now: datetime) -> dict[str, Any]:
    """Who a mirrored lead is: name and company. Raises MissingFactError."""
    dossier = store.dossier(lead_id, now=now)
    account = dossier.account.columns if dossier.account else {}
    return {
        "lead_id": lead_id,
        "name": dossier.lead.columns.get(cards.name) or NAMELESS,
        "company": account.get(cards.account_name) or dossier.lead.columns.get(cards.company),
    }


def best_leads(store: Store, cards: CardColumns, matrices: Matrices, most: int) -> list[dict[str, Any]]:
    """The best leads by the sum of their scores: who, how much, where, the strongest reasons, what is unknown."""
    return [{**_entry(row, cards), "matrix": matrices.places(grades_of(row["scores"]))} for row in store.ranking(most)]


def grades_of(scores: object) -> dict[str, str | None]:
    """The grade by model, of stored scores."""
    rows: Sequence[Mapping[str, Any]] = scores if isinstance(scores, Sequence) else ()
    return {row["model"]: row["grade"] for row in rows}


def _entry(row: Mapping[str, Any], cards: CardColumns) -> dict[str, Any]:
    scores: Sequence[Mapping[str, Any]] = row["scores"]
    reasons = sorted((reason for score in scores for reason in score["reasons"]), key=_points, reverse=True)
    unknown = dict.fromkeys(part["fact"] for score in scores for part in score["unknown"])
    return {
        "lead_id": row["lead_id"],
        "name": row["columns"].get(cards.name) or NAMELESS,
        "company": (row["account_columns"] or {}).get(cards.account_name) or row["columns"].get(cards.company),
        "total": row["total"],
        "scores": scores,
        "reasons": reasons,
        "unknown": list(unknown),
    }


def _points(reason: str) -> int:
    """The points that a reason begins with."""
    head = reason.split(" ", 1)[0].replace("\u2212", "-").replace(",", "")
    return int(head) if head.lstrip("+-").isdigit() else 0
