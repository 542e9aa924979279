"""The JSON Schemas (draft 2020-12) of the documents, for editors and for other tools. Reading does not use them.

Structure comes from the shapes; what a condition may be is said here. A null says as little as an absent key, and is
allowed where reading allows it.
"""

from __future__ import annotations

from typing import Any

from connector.scoring.derived import DERIVED_VALUES
from connector.scoring.document.accounts import ACCOUNT_KEYS, COUNTED, MOST_PEOPLE
from connector.scoring.document.keys import KEYS, MOST_OCCURRENCES
from connector.scoring.document.models import MOST_STEPS
from connector.scoring.document.operands import DATES, EMPTINESS, LISTS, ORDER, TEXT_PARTS
from connector.scoring.document.shapes import MOST_POINTS, AlertShape, ModelShape, QualificationShape, Shape
from connector.scoring.operators import AGES
from connector.scoring.people import DISTINCT
from connector.scoring.rules import Operator

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_VALUE = {"type": ["string", "number", "boolean"]}
_DATE = {"type": "string", "description": "2026-01-31, or a time in UTC"}
_DURATION = {"type": "string", "pattern": "^[0-9]{1,9}[smhdw]$", "description": "30s, 15m, 12h, 7d or 2w"}
_CONDITION = {"$ref": "#/$defs/condition"}
_NULL = {"type": "null"}
_CONDITIONS = {"type": "array", "minItems": 1, "items": _CONDITION}


def _given(**types: str) -> dict[str, Any]:
    """These keys are there and are not null."""
    return {"required": list(types), "properties": {key: {"type": kind} for key, kind in types.items()}}


# What no single key can say: points or steps in a group, and the one thing that an alert listens to.
_STEPS = {"required": ["decay"], "properties": {"decay": {"type": "object", "required": ["steps"]}}}
_POINTS = {"anyOf": [_given(points="integer"), _STEPS]}
_TRIGGERS = {
    "oneOf": [
        _given(model="string", crosses="integer"),
        _given(model="string", grade="string"),
        _given(model="string", goes_cold="boolean"),
        _given(qualified="string"),
        _given(account="string"),
    ]
}


def model_schema() -> dict[str, Any]:
    """The JSON Schema of a scoring model."""
    return _schema(ModelShape, "Scoring model", reads_models=False)


def criteria_schema() -> dict[str, Any]:
    """The JSON Schema of a qualification document."""
    return _schema(QualificationShape, "Qualification criteria", reads_models=True)


def alert_schema() -> dict[str, Any]:
    """The JSON Schema of an alert."""
    return _schema(AlertShape, "Alert", reads_models=True)


def _schema(shape: type[Shape], title: str, *, reads_models: bool) -> dict[str, Any]:
    schema: dict[str, Any] = _tidied(shape.model_json_schema(by_alias=True))
    shapes = schema.pop("$defs", {})
    for name, demand in (("GroupShape", _POINTS), ("TriggerShape", _TRIGGERS)):
        if name in shapes:
            shapes[name] |= demand
    definitions = {
        **shapes,
        "condition": _condition(reads_models=reads_models),
        "operators": _operators(Operator),
        "duration": _DURATION,
        "decay": _decay(),
    }
    return {"$schema": DRAFT, **schema, "title": title, "$defs": definitions}


def _tidied(schema: Any) -> Any:
    """The schema without `null` as a default, and with references to what is defined here."""
    if isinstance(schema, list):
        return [_tidied(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "x-defined-as" in schema:
        reference = {"$ref": f"#/$defs/{schema['x-defined-as']}"}
        return {"anyOf": [reference, _NULL]} if "default" in schema else reference
    return {key: _tidied(value) for key, value in schema.items() if not (key == "default" and value is None)}


def _condition(*, reads_models: bool) -> dict[str, Any]:
    plans = [_model(), _account()] if reads_models else []
    kinds = [_fact(), _interaction(), *plans, *_combinations(), _CONDITIONS]
    return {"description": "One condition, or a list of which all must hold.", "oneOf": kinds}


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _operators(operators: Any) -> dict[str, Any]:
    """A mapping with exactly one operator among its keys."""
    return {"oneOf": [{"required": [str(operator)]} for operator in operators]}


def _operand(operator: Operator) -> dict[str, Any]:  # noqa: PLR0911 - one return for each kind
    if operator in EMPTINESS:
        return {"const": True}
    if operator in LISTS:
        return {"type": "array", "minItems": 1, "items": _VALUE}
    if operator is Operator.BETWEEN:
        return {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["string", "number"]}}
    if operator in AGES:
        return {"$ref": "#/$defs/duration"}
    if operator in DATES:
        return _DATE
    if operator in ORDER:
        return {"type": "number"}
    return {"type": ["string", "number"]} if operator in TEXT_PARTS else _VALUE


def _fact() -> dict[str, Any]:
    properties = {str(operator): _operand(operator) for operator in Operator}
    fact = {"type": "string", "description": "lead.<column>, account.<column> or a derived fact"}
    more = {
        "case_sensitive": {"type": "boolean"},
        "min_confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    }
    return {**_object({"fact": fact, **properties, **more}, ["fact"]), "$ref": "#/$defs/operators"}


def _interaction() -> dict[str, Any]:
    filters = {str(operator): _operand(operator) for operator in Operator if operator not in AGES}
    one = {
        **_object({**filters, "case_sensitive": {"type": "boolean"}}, []),
        **_operators(operator for operator in Operator if operator not in AGES),
    }
    properties = {
        "interaction": {"type": "string", "minLength": 1},
        "at_least": {"type": "integer", "minimum": 1, "maximum": MOST_OCCURRENCES},
        "within": {"$ref": "#/$defs/duration"},
        "where": {"type": "object", "additionalProperties": {"oneOf": [_VALUE, one]}},
        "include_machine": {"type": "boolean"},
    }
    assert tuple(properties) == KEYS["interaction"], "the schema names every key"
    return _object(properties, ["interaction"])


def _model() -> dict[str, Any]:
    properties = {"model": {"type": "string"}, "at_least": {"type": "integer"}, "grade": {"type": "string"}}
    return {**_object(properties, ["model"]), "oneOf": [{"required": ["at_least"]}, {"required": ["grade"]}]}


def _account() -> dict[str, Any]:
    def names(fact: str) -> dict[str, Any]:
        one = {"enum": sorted(DERIVED_VALUES[fact])}
        return {"anyOf": [one, {"type": "array", "items": one}, _NULL]}

    properties = {
        "account": {"enum": list(COUNTED)},
        "at_least": {"type": "integer", "minimum": 1, "maximum": MOST_PEOPLE},
        "within": {"$ref": "#/$defs/duration"},
        "seniority": names("title.seniority"),
        "function": names("title.function"),
        "distinct": {"enum": list(DISTINCT)},
        "others": {"type": "boolean"},
    }
    assert tuple(properties) == ACCOUNT_KEYS, "the schema names every key"
    return _object(properties, ["account"])


def _combinations() -> list[dict[str, Any]]:
    several = _object({"n": {"type": "integer", "minimum": 1}, "of": _CONDITIONS}, ["n", "of"])
    return [
        _object({"all": _CONDITIONS}, ["all"]),
        _object({"any": _CONDITIONS}, ["any"]),
        _object({"not": _CONDITION}, ["not"]),
        _object({"at_least_of": several}, ["at_least_of"]),
    ]


def _decay() -> dict[str, Any]:
    duration = {"$ref": "#/$defs/duration"}
    points = {"type": "integer", "minimum": -MOST_POINTS, "maximum": MOST_POINTS}
    steps = {
        "type": "object",
        "propertyNames": duration,
        "additionalProperties": points,
        "minProperties": 1,
        "maxProperties": MOST_STEPS,
    }
    kinds = {"half_life": duration, "linear": duration, "steps": steps}
    return {"oneOf": [_object({name: kind}, [name]) for name, kind in kinds.items()]}
