"""Answers to questions about leads and models: nothing is stored, written or sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from connector.bootstrap.events import Events
from connector.dataverse import columns
from connector.pipeline.linting import lint_text
from connector.pipeline.ports import DocumentKind, StoredDocument
from connector.pipeline.rulebook import Versions, live_titles, live_versions, title_reader
from connector.pipeline.scorebook import Scorebook, answer, load_scorebook, score_lead
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import Finding
from connector.scoring.score import Facts

TYPES_AGE = timedelta(minutes=1)


class Answers(Events):
    """What people and flows ask, by the live models, which are kept compiled."""

    _compiling = threading.Lock()
    _kept_book: tuple[Versions, datetime, FactTypes | None, Scorebook] | None = None

    def scorebook(self) -> Scorebook:
        """The live models, compiled anew when others are live, or when a run has found other columns."""
        kept = self._kept_book
        if kept is not None and kept[0] == live_versions(self.store) and self._is_fresh(kept[1]):
            return kept[3]
        with self._compiling:  # the others that ask meanwhile wait for one that compiles: together they take longer
            return self._compiled_book()

    def _is_fresh(self, looked_at: datetime) -> bool:
        return timedelta(0) <= self.clock() - looked_at < TYPES_AGE

    def _compiled_book(self) -> Scorebook:
        now, versions, kept = self.clock(), live_versions(self.store), self._kept_book
        if kept is not None and kept[0] == versions:
            if self._is_fresh(kept[1]):
                return kept[3]
            if kept[2] == self.store.known_types():
                self._kept_book = (versions, now, kept[2], kept[3])
                return kept[3]
        types = self.store.known_types()
        book = self._typed(partial(load_scorebook, self.store))
        self._kept_book = (versions, now, types, book)
        return book

    def score_now(self, lead_id: str, model: str | None = None) -> dict[str, Any]:
        """What the live models say of a mirrored lead now. Raises MissingFactError."""
        return score_lead(self.store, self.scorebook(), lead_id, model, self.clock())

    def test_model(self, name: str, facts: Facts, at: datetime | None = None, *, draft: bool = False) -> dict[str, Any]:
        """What a model says of these facts. Raises MissingFactError where it is not live, or has no such draft."""
        book = self.scorebook()
        live = book.draft(self.store.draft(DocumentKind.MODEL, name)) if draft else book.chosen(name)[0]
        return answer(live, facts, at or self.clock())

    def lint(self, text: str) -> list[Finding]:
        """What is wrong, dead or misleading in a model's document, or keeps it from publication; examples are run."""
        types = self.store.known_types() or columns.STANDARD_TYPES
        return lint_text(text, types, self.clock(), title_reader(live_titles(self.store)))

    def models(self) -> Sequence[StoredDocument]:
        """Every model, the live version before the newest other one, by name."""
        return self.store.documents(DocumentKind.MODEL)

    def model(self, name: str) -> StoredDocument:
        """A model's live version, else its newest. Raises MissingFactError."""
        return self.store.document(DocumentKind.MODEL, name)

    def score_history(
        self, lead_id: str, most: int = 100, before: int | None = None, model: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """The changes of a lead's scores, by one model where it is named, newest first; those before `before`."""
        return self.store.score_history(lead_id, limit=most, before=before, model=model)

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead."""
        return self.store.lead_scores(lead_id)
