"""Which lead columns the live documents write, told without the environment: by them our own writes are known."""

from __future__ import annotations

from connector.pipeline.hints import OwnWrites
from connector.pipeline.ports import DocumentKind, DocumentStore
from connector.pipeline.rulebook import write_columns
from connector.pipeline.values import Table
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Alert, Criteria, Model
from connector.scoring.usage import facts_used


def own_writes(store: DocumentStore, types: FactTypes, *, marks: frozenset[str], tag: str) -> OwnWrites:
    """The columns of scores, less those that a document reads as facts; `marks` are the standard ones of a mark.

    Raises DocumentError, StoreError.
    """
    models = [parse_model(document.body, types) for document in store.live(DocumentKind.MODEL)]
    criteria = [parse_criteria(document.body, types) for document in store.live(DocumentKind.QUALIFICATION)]
    alerts = [parse_alert(document.body, types) for document in store.live(DocumentKind.ALERT)]
    documents: list[Model | Criteria | Alert] = [*models, *criteria, *alerts]
    facts = frozenset[str]().union(*(facts_used(one, types) for one in documents))
    read = {fact.removeprefix(f"{Table.LEAD}.") for fact in facts}
    scores = frozenset(column for model in models for column in write_columns(model))
    ready = {one.actions.sales_ready for one in criteria if isinstance(one.actions.sales_ready, str)}
    return OwnWrites(scores - read, marks | ready, tag)
