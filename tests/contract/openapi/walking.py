"""Walking through a document of OpenAPI 2.0: operations, objects, references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
VERBS = ("get", "put", "post", "delete", "patch", "head", "options")


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation as (path, verb, operation)."""
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield path, verb, item[verb]


def operation_of(document: Json, operation_id: str) -> Json | None:
    """The operation of that id."""
    return next((one for _, _, one in operations(document) if one.get("operationId") == operation_id), None)


def objects(value: object) -> Iterator[Json]:
    """Every object anywhere in a document."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


def resolved(document: Json, schema: Json | None) -> Json:
    """The schema itself, or what it refers to; empty where there is none."""
    while schema and "$ref" in schema:
        schema = document["definitions"].get(schema["$ref"].removeprefix("#/definitions/"))
    return schema or {}


def at_path(document: Json, schema: Json | None, path: str) -> Json:
    """The schema at a path of property names (`a/b`) in an answer; empty where there is none."""
    found = resolved(document, schema)
    for name in filter(None, path.split("/")):
        found = resolved(document, found.get("properties", {}).get(name))
    return found
