"""What documents name: the facts that they use, as the columns to read, and the models that they listen to."""

from __future__ import annotations

from collections.abc import Iterator

from connector.scoring.derived import is_rollup, source_column
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.people import people_count
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
from connector.scoring.templates import names_in

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
    if isinstance(document, Criteria):
        names |= _in_texts(document, types)
    counts = [count for name in names if (count := people_count(name)) is not None]
    columns = {source_column(name, types) for name in names if not is_rollup(name)}
    columns |= {source_column("title.seniority", types) for count in counts if count.reads_titles}
    return frozenset(column for column in columns if column) | frozenset(name for name in names if is_rollup(name))


def _in_texts(criteria: Criteria, types: FactTypes) -> set[str]:
    """The columns that the texts of a qualification's actions name; a lookup may be written by its plain name."""
    task = criteria.actions.follow_up_task
    names = set() if task is None else {*names_in(task.subject), *names_in(task.description)}
    return {column_of(name, types) for name in names if name.startswith(("lead.", "account."))}


def column_of(fact: str, types: FactTypes) -> str:
    """A fact as rows hold it: `lead.ownerid`, the plain name of a lookup, is `lead._ownerid_value` there."""
    table, _, column = fact.partition(".")
    lookup = f"{table}._{column}_value"
    return lookup if fact not in types.types and lookup in types.types else fact


def models_named(document: Criteria | Condition) -> frozenset[str]:
    """The models whose scores a qualification document or a condition asks for."""
    condition = document.when if isinstance(document, Criteria) else document
    named = {test.model for test in leaves(condition) if isinstance(test, ModelTest)}
    if isinstance(document, Criteria) and document.matrix is not None:
        named |= {document.matrix.fit, document.matrix.engagement}
    return frozenset(named)
