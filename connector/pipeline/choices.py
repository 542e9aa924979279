"""Choices: what a person picks one of when a flow is made, such as the live models or the grades of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.pipeline.ports import DocumentKind, Store
from connector.pipeline.scorebook import Scorebook

MOST = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """What is sent when it is picked, and what is shown."""

    value: str
    title: str


def models(book: Scorebook) -> list[Choice]:
    """The live models by name; the title says what a model is about."""
    return [Choice(name, _titled(name, live.model.description)) for name, live in book.models.items()]


def grades(book: Scorebook, model: str) -> list[Choice]:
    """The grades of a live model, the highest first. Raises MissingFactError."""
    (live,) = book.chosen(model)
    return [Choice(grade.name, grade.name) for grade in live.model.grades]


def qualifications(store: Store) -> list[Choice]:
    """The live qualifications by name."""
    names = sorted(name for kind, name, _ in store.versions() if kind is DocumentKind.QUALIFICATION)
    return [Choice(name, name) for name in names]


def values(store: Store, column: str) -> list[Choice]:
    """The texts that leads have in a column, in their order."""
    return [Choice(text, text) for text in store.lead_values(column, MOST)]


def as_json(choices: Sequence[Choice]) -> list[dict[str, str]]:
    """For JSON."""
    return [{"value": one.value, "title": one.title} for one in choices]


def _titled(name: str, description: str) -> str:
    said = " ".join(description.split())
    return f"{name}: {said}"[:100] if said else name
