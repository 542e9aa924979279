"""The places of leads in the two-model matrices of live qualifications, from grades that are known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connector.pipeline.ports import DocumentKind, DocumentStore
from connector.pipeline.values import Json
from connector.scoring.document import parse_criteria, parse_model
from connector.scoring.facttypes import FactTypes
from connector.scoring.qualification import matrix_label
from connector.scoring.rules import Criteria, Model


class Matrices:
    """The matrices that live qualifications ask for."""

    def __init__(self, criteria: Iterable[Criteria], models: Mapping[str, Model]) -> None:
        self._asked = [(one.name, one.matrix) for one in criteria if one.matrix is not None]
        self._models = models

    def __bool__(self) -> bool:
        """Tell whether any is asked for."""
        return bool(self._asked)

    def places(self, grades: Mapping[str, str | None]) -> list[dict[str, Json]]:
        """The place (`A1` is the best) in each matrix, given a lead's grade by model; none where a model has none."""
        found = ((name, matrix, matrix_label(matrix, grades, self._models)) for name, matrix in self._asked)
        return [
            {"qualification": name, "place": label, "fit": matrix.fit, "engagement": matrix.engagement}
            for name, matrix, label in found
            if label is not None
        ]


def load_matrices(store: DocumentStore, types: FactTypes) -> Matrices:
    """The matrices of the live documents."""
    bodies = [document.body for document in store.live(DocumentKind.QUALIFICATION)]
    models = [parse_model(document.body, types) for document in store.live(DocumentKind.MODEL)]
    by_name = {model.name: model for model in models}
    criteria = [parse_criteria(body, types) for body in bodies]
    return Matrices(criteria, by_name)
