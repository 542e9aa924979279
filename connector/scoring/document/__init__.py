"""The documents that people write, read to typed rules: every fault at once, with path and line.

What the rules mean is decided elsewhere; a company's titles are read by `titles`.
"""

from __future__ import annotations

from collections.abc import Collection

from connector.errors import Fault
from connector.scoring.document.faults import Faults
from connector.scoring.document.models import build_model
from connector.scoring.document.plans import build_alert, build_criteria
from connector.scoring.document.reader import read_source
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import Alert, Criteria, Model

__all__ = ["parse_alert", "parse_criteria", "parse_document", "parse_model", "required_to_publish"]

KINDS = ("model", "qualification", "alert")


def parse_model(text: str, types: FactTypes = UNTYPED) -> Model:
    """Read a model document. Raises DocumentError with every fault."""
    source = read_source(text)
    faults = Faults(source)
    model = build_model(source, types, faults)
    faults.raise_any("model document")
    assert model is not None, "a document without a fault builds a model"
    return model


def parse_criteria(text: str, types: FactTypes = UNTYPED, *, models: Collection[str] | None = None) -> Criteria:
    """Read a qualification document; `models` are the names that exist, None where nobody knows them.

    Raises DocumentError with every fault.
    """
    source = read_source(text)
    faults = Faults(source)
    criteria = build_criteria(source, types, faults, models)
    faults.raise_any("qualification document")
    assert criteria is not None, "a document without a fault builds criteria"
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
    faults.raise_any("alert document")
    assert alert is not None, "a document without a fault builds an alert"
    return alert


def parse_document(text: str, types: FactTypes = UNTYPED) -> Model | Criteria | Alert:
    """Read any of the documents; its kind is the key `model`, `qualification` or `alert` that it has.

    Raises DocumentError with every fault.
    """
    data = read_source(text).data
    kinds = [kind for kind in KINDS if kind in data]
    if kinds and next(iter(data)) in KINDS:
        kinds = [next(iter(data))]
    match kinds:
        case ["model"]:
            return parse_model(text, types)
        case ["qualification"]:
            return parse_criteria(text, types)
        case ["alert"]:
            return parse_alert(text, types)
    source = read_source(text)
    faults = Faults(source)
    faults.add((), "this is none of a model, a qualification and an alert.", "Start with `model: my-model`.")
    faults.raise_any("document")
    raise AssertionError  # the fault above is raised


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
