"""What documents name: the facts that they use, as the columns to read, and the models that they listen to."""

from __future__ import annotations

from collections.abc import Iterator

from connector.scoring.derived import is_rollup, source_column
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import (
    Alert,
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    Criteria,
    FactTest,
    InteractionTest,
    Model,
    ModelTest,
    Not,
)

Document = Model | Criteria | Alert


def leaves(condition: Condition) -> Iterator[FactTest | InteractionTest | ModelTest]:
    """Every single test of a condition, in the document's order."""
    match condition:
        case Not(term):
            yield from leaves(term)
        case All(terms) | AnyOf(terms) | AtLeastOf(_, terms):
            for term in terms:
                yield from leaves(term)
        case _:
            yield condition


def conditions_of(document: Document) -> list[Condition]:
    """Every condition of a document."""
    match document:
        case Model():
            found = [document.audience, document.exclude, *(group.when for group in document.groups)]
        case Criteria():
            found = [document.when, document.audience]
        case _:
            found = [document.where]
    return [condition for condition in found if condition is not None]


def facts_used(document: Document | Condition, types: FactTypes = UNTYPED) -> frozenset[str]:
    """The columns (`lead.jobtitle`) and account roll-ups that a document or a condition needs.

    A derived fact counts as the column that it is derived from.
    """
    conditions = conditions_of(document) if isinstance(document, Model | Criteria | Alert) else [document]
    names = {test.fact for condition in conditions for test in leaves(condition) if isinstance(test, FactTest)}
    columns = {source_column(name, types) for name in names if not is_rollup(name)}
    return frozenset(column for column in columns if column) | frozenset(name for name in names if is_rollup(name))


def models_named(document: Criteria | Condition) -> frozenset[str]:
    """The models whose scores a qualification document or a condition asks for."""
    condition = document.when if isinstance(document, Criteria) else document
    named = {test.model for test in leaves(condition) if isinstance(test, ModelTest)}
    if isinstance(document, Criteria) and document.matrix is not None:
        named |= {document.matrix.fit, document.matrix.engagement}
    return frozenset(named)
