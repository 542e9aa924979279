"""The live models, compiled and kept for questions: what a lead's score is now, what a model says of given facts.

Reads the store and computes; nothing is stored, written or sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connector.errors import MissingFactError
from connector.pipeline.judge import facts_of
from connector.pipeline.places import Matrices, load_matrices
from connector.pipeline.ports import DocumentKind, Store, StoredDocument
from connector.pipeline.rulebook import LiveModel, TitleReader, compile_live, live_titles, title_reader
from connector.scoring.explain import score_answer
from connector.scoring.facttypes import FactTypes
from connector.scoring.score import Facts

_ANY_TITLE = "Manager"  # the first title of a process is read slowly: not by whoever asks first


@dataclass(frozen=True, slots=True)
class Scorebook:
    """Every live model by name, ready to be asked, and the matrices of live qualifications."""

    types: FactTypes
    titles: TitleReader
    models: Mapping[str, LiveModel]
    matrices: Matrices

    def chosen(self, model: str | None) -> list[LiveModel]:
        """The model of that name, else all. Raises MissingFactError naming those that are live."""
        found = [live for name, live in self.models.items() if model in {None, name}]
        if not found:
            names = ", ".join(self.models) or "none"
            raise MissingFactError(
                f"No live model is named {model!r}." if model else "No model is live.", remedy=f"Live: {names}."
            )
        return found

    def draft(self, document: StoredDocument) -> LiveModel:
        """A document that is not live, compiled as it would be. Raises DocumentError."""
        return compile_live(document, self.types, self.titles)


def load_scorebook(store: Store, types: FactTypes) -> Scorebook:
    """Compile every live model. Raises DocumentError."""
    reader = title_reader(live_titles(store))
    live = {document.name: compile_live(document, types, reader) for document in store.live(DocumentKind.MODEL)}
    reader(_ANY_TITLE)
    return Scorebook(types, reader, live, load_matrices(store, types))


def score_lead(store: Store, book: Scorebook, lead_id: str, model: str | None, now: datetime) -> dict[str, Any]:
    """What the live models, or the one that is named, say of a mirrored lead now, and its places in the matrices.

    Raises MissingFactError for a lead that is not mirrored or a model that is not live.
    """
    asked = book.chosen(model)
    facts = facts_of(store.dossier(lead_id, now=now), now=now, titles=book.titles)
    answers = {live.model.name: answer(live, facts, now) for live in _with_matrix(book, asked)}
    return {
        "scored_at": now,
        "scores": [answers[live.model.name] for live in asked],
        "matrix": book.matrices.places({name: one["grade"] for name, one in answers.items()}),
    }


def _with_matrix(book: Scorebook, asked: list[LiveModel]) -> Iterable[LiveModel]:
    """The models whose answers are needed: a place in a matrix is a matter of two."""
    return book.models.values() if book.matrices else asked


def answer(live: LiveModel, facts: Facts, now: datetime) -> dict[str, Any]:
    """A model's answer as JSON, with the version that gave it (0: a draft)."""
    at = now.astimezone(UTC)
    score = live.scorer.score(facts, at)
    explanation = live.explainer.explain(score, facts, at)
    return {"version": live.document.version, **score_answer(live.model, score, explanation)}
