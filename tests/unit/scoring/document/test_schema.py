"""The published JSON Schemas: what they reference exists, and they name every key that reading knows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from connector.scoring.document import conditions
from connector.scoring.document.schema import DRAFT, alert_schema, criteria_schema, model_schema
from connector.scoring.rules import Operator

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
    """Each is JSON of draft 2020-12, refers only to what it defines, and knows no null but an absent account."""
    schema = SCHEMAS[kind]
    assert schema["$schema"] == DRAFT
    assert json.loads(json.dumps(schema)) == schema
    for key, value in values(schema):
        if key == "$ref":
            assert value.removeprefix("#/$defs/") in schema["$defs"]
        if key == "default":
            assert value is not None
        assert value != {"type": "null"}
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
    heads = [head for head in conditions.HEADS if head != "model" or kind != "model"]
    for head, form in zip(heads, forms, strict=True):
        assert set(form["properties"]) == set(conditions.KEYS[head])
        assert head in form["required"]
    operators = SCHEMAS[kind]["$defs"]["operators"]["oneOf"]
    assert operators == [{"required": [str(operator)]} for operator in Operator]
