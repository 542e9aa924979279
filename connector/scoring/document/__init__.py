"""The documents that people write, read to typed rules: every fault at once, with path and line.

What the rules mean is decided elsewhere, as is what a company's own titles say.
"""

from __future__ import annotations

from collections.abc import Collection

from connector.errors import Fault
from connector.scoring.document.alerts import build_alert
from connector.scoring.document.faults import Faults
from connector.scoring.document.models import build_model
from connector.scoring.document.plans import build_criteria
from connector.scoring.document.reader import read_source
from connector.scoring.document.titles import parse_titles
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import Alert, Criteria, Model
from connector.scoring.titles import CompanyTitles

__all__ = ["parse_alert", "parse_criteria", "parse_document", "parse_model", "parse_titles", "required_to_publish"]

KINDS = ("model", "qualification", "alert", "titles")


def parse_model(text: str, types: FactTypes = UNTYPED) -> Model:
    """Read a model document. Raises DocumentError with every fault."""
    source = read_source(text)
    faults = Faults(source)
    model = build_model(source, types, faults)
    if model is None or faults:
        raise faults.error("model document")
    return model


def parse_criteria(text: str, types: FactTypes = UNTYPED, *, models: Collection[str] | None = None) -> Criteria:
    """Read a qualification document; `models` are the names that exist, None where nobody knows them.

    Raises DocumentError with every fault.
    """
    source = read_source(text)
    faults = Faults(source)
    criteria = build_criteria(source, types, faults, models)
    if criteria is None or faults:
        raise faults.error("qualification document")
    return criteria


def parse_alert(
    text: str,
    types: FactTypes = UNTYPED,
    *,
    models: Collection[str] | None = None,
    qualifications: Collection[str] | None = None,
) -> Alert:
    """Read an alert document; `models` and `qualifications` are the names that exist, None where nobody knows them.

    Raises DocumentError with every fault.
    """
    source = read_source(text)
    faults = Faults(source)
    alert = build_alert(source, types, faults, models, qualifications)
    if alert is None or faults:
        raise faults.error("alert document")
    return alert


def parse_document(text: str, types: FactTypes = UNTYPED) -> Model | Criteria | Alert | CompanyTitles:
    """Read any of the documents; its kind is the first of `model`, `qualification`, `alert` and `titles` in it.

    Raises DocumentError with every fault.
    """
    source = read_source(text)
    kind = next((key for key in source.data if key in KINDS), None)
    match kind:
        case "model":
            return parse_model(text, types)
        case "qualification":
            return parse_criteria(text, types)
        case "alert":
            return parse_alert(text, types)
        case "titles":
            return parse_titles(text)
    faults = Faults(source)
    if not source.data:
        faults.add((), "the document is empty.", "Start with a key such as `model: my-model`.")
    for first in list(source.data)[:1]:
        faults.unknown_name((first,), "the kind of a document", first, KINDS)
    raise faults.error("document")


def required_to_publish(model: Model) -> list[Fault]:
    """What the model lacks to be published: a purpose and a lawful basis, because scoring profiles people."""
    missing = []
    if not model.purpose.strip():
        missing.append(
            Fault("purpose", model.place.line, "`purpose` is missing.", "Say in a sentence what the score is for.")
        )
    if not model.lawful_basis.strip():
        missing.append(
            Fault("lawful_basis", model.place.line, "`lawful_basis` is missing.", "For example `legitimate_interests`.")
        )
    return missing
