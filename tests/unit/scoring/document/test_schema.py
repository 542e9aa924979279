"""The published JSON Schemas: what they reference exists, and they name every key that reading knows."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connector.errors import DocumentError
from connector.scoring.compiler import compile_model
from connector.scoring.document import keys, parse_alert, parse_criteria, parse_model
from connector.scoring.document.schema import DRAFT, alert_schema, criteria_schema, model_schema
from connector.scoring.rules import Operator
from connector.scoring.score import Standing
from tests.unit.scoring.compiler.asking import NOW

SCHEMAS = {"model": model_schema(), "qualification": criteria_schema(), "alert": alert_schema()}


def values(schema: Any) -> Iterator[tuple[str, Any]]:
    """Every key and value anywhere in a schema."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key, value
            yield from values(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from values(item)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schemas_are_self_contained(kind: str) -> None:
    """Each is JSON of draft 2020-12, refers only to what it defines, and has no null as a default."""
    schema = SCHEMAS[kind]
    assert schema["$schema"] == DRAFT
    assert json.loads(json.dumps(schema)) == schema
    for key, value in values(schema):
        if key == "$ref":
            assert value.removeprefix("#/$defs/") in schema["$defs"]
        if key == "default":
            assert value is not None
    assert not any(key == "x-defined-as" for key, _ in values(schema))
    assert kind in schema["required"]


def test_the_model_schema_names_the_keys_of_the_design() -> None:
    """The schema of a model has the keys that a document may have."""
    schema = SCHEMAS["model"]
    assert set(schema["properties"]) == {
        "model", "dimension", "description", "purpose", "lawful_basis", "audience", "exclude", "write", "floor", "cap",
        "categories", "groups", "grades", "examples",
    }  # fmt: skip
    assert schema["additionalProperties"] is False
    assert set(schema["$defs"]["GradeShape"]["properties"]) == {"name", "from"}
    assert schema["$defs"]["GroupShape"]["properties"]["when"] == {"$ref": "#/$defs/condition"}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_conditions_have_the_keys_that_reading_knows(kind: str) -> None:
    """Each form of a condition has the very keys that are read, and the model test stands only where it is allowed."""
    forms = [form for form in SCHEMAS[kind]["$defs"]["condition"]["oneOf"] if form["type"] == "object"]
    heads = [head for head in keys.HEADS if kind != "model" or head not in keys.OF_PLANS]
    for head, form in zip(heads, forms, strict=True):
        assert set(form["properties"]) == set(keys.KEYS[head])
        assert head in form["required"]
    operators = SCHEMAS[kind]["$defs"]["operators"]["oneOf"]
    assert operators == [{"required": [str(operator)]} for operator in Operator]


FACT = {"fact": "lead.x", "equals": "a"}
CLICK = {"interaction": "click", "at_least": 1, "within": "7d", "where": {"a": "b", "c": {"equals": "x"}}}
MODEL = {
    "model": "m", "dimension": "fit", "description": "d", "purpose": "p", "lawful_basis": "l",
    "audience": FACT, "exclude": FACT, "write": {"score": "a", "grade": "b", "scored_on": "c"}, "floor": 0, "cap": 10,
    "groups": [
        {"name": "a", "points": 5, "when": CLICK, "each": True, "cap": 15, "decay": {"linear": "7d"}},
        {"name": "b", "points": 5, "when": {"fact": "title.function", "equals": "it", "min_confidence": 0.5}},
        {"name": "c", "when": {"interaction": "click"}, "decay": {"steps": {"7d": 5}}},
        {"name": "d", "points": 5, "when": {"at_least_of": {"n": 1, "of": [FACT]}}, "category": None},
    ],
    "categories": {}, "grades": [{"name": "Cold", "from": None}],
    "examples": [{
        "expect": {"grade": "Cold"}, "lead": {}, "account": None, "interactions": [], "tracking": True,
        "now": "2026-01-31T09:00:00Z",
    }],
}  # fmt: skip
CRITERIA = {
    "qualification": "q", "description": "d", "audience": FACT, "matrix": {"fit": "a", "engagement": "b"},
    "when": {"all": [{"model": "a", "at_least": 4}, {"any": [{"model": "b", "grade": "Hot"}, {"not": FACT}]}]},
    "actions": {
        "status_reason": ["a"], "sales_ready": True, "card": {"channels": ["a"]},
        "follow_up_task": {"subject": "s", "due_in": "1d"},
    },
}  # fmt: skip
ALERT = {
    "alert": "a", "on": {"model": "e", "crosses": 70}, "where": FACT, "channels": ["s"], "rearm_below": 60,
    "rearm_after": "30d", "description": "x", "announce_baseline": True,
}  # fmt: skip


def variants(document: Any) -> Iterator[tuple[str, Any]]:
    """The document as it is, and with each value anywhere in it made null, or taken out."""

    def paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        if path:
            yield path
        for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            yield from paths(value[key], (*path, key))

    yield "whole", document
    for path in paths(document, ()):
        for is_null in (True, False):
            changed = copy.deepcopy(document)
            place = changed
            for key in path[:-1]:
                place = place[key]
            place.__setitem__(path[-1], None) if is_null else place.__delitem__(path[-1])
            yield f"{'null' if is_null else 'without'} {path}", changed


@pytest.mark.parametrize(
    ("parse", "kind", "document"),
    [
        (parse_model, "model", MODEL),
        (parse_criteria, "qualification", CRITERIA),
        (parse_alert, "alert", ALERT),
        (parse_alert, "alert", {**ALERT, "on": {"model": "e", "grade": "Hot"}}),
        (parse_alert, "alert", {**ALERT, "on": {"qualified": "q", "crosses": None}}),
    ],
)
def test_schemas_take_what_reading_takes(parse: Callable[[str], object], kind: str, document: Any) -> None:
    """Whatever key is null or missing, the schema accepts the document exactly where it can be read."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
    validator = jsonschema.Draft202012Validator(SCHEMAS[kind])
    for name, changed in variants(document):
        try:
            parse(json.dumps(changed))
            is_read = True
        except DocumentError:
            is_read = False
        assert validator.is_valid(changed) is is_read, name
        assert is_read or name != "whole"


def test_grades_and_categories_are_bounded() -> None:
    """Thousands of grades or categories are one fault with the bound in it, and so many as are allowed compile."""
    many = [{"name": f"g{n}", "from": 5000 - n} for n in range(3000)]
    for key, value in (("grades", many), ("categories", {f"c{n}": {"cap": 1} for n in range(3000)})):
        with pytest.raises(DocumentError) as caught:
            parse_model(json.dumps({**MODEL, key: value}))
        assert any(fault.path == key and "200" in fault.message for fault in caught.value.faults)
    most = parse_model(json.dumps({**MODEL, "grades": many[:200]}))
    assert compile_model(most).score({"lead": {"x": "b"}}, NOW).standing is Standing.OUTSIDE_AUDIENCE
