"""The contract as data: `openapi.yaml` as it stands, and the part of it that a custom connector gets.

The one place that knows where the file is: beside this module in an installed package, at the root in a checkout.
"""

from __future__ import annotations

import copy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connector.errors import MissingFactError

_HERE = Path(__file__).resolve().parent
_PLACES = (_HERE / "openapi.yaml", _HERE.parent.parent / "openapi.yaml")
_NOT_FOR_FLOWS = ("/healthz", "/readyz", "/hooks/")
VERBS = ("get", "put", "post", "delete", "patch", "head", "options")


def load_contract() -> dict[str, Any]:
    """Return a copy of the whole contract. Raises MissingFactError where the installation lacks the file."""
    return copy.deepcopy(_contract())


def connector_definition() -> dict[str, Any]:
    """Return the definition of the custom connector: the contract without health and hooks, and nothing unused."""
    document = load_contract()
    document["paths"] = {path: item for path, item in document["paths"].items() if not path.startswith(_NOT_FOR_FLOWS)}
    used = _used(document)
    document["definitions"] = {name: schema for name, schema in document["definitions"].items() if name in used}
    named = {name for each in document["security"] for name in each}
    definitions = document["securityDefinitions"]
    document["securityDefinitions"] = {name: way for name, way in definitions.items() if name in named}
    tags = {tag for item in document["paths"].values() for verb in VERBS for tag in item.get(verb, {}).get("tags", ())}
    document["tags"] = [tag for tag in document["tags"] if tag["name"] in tags]
    return document


@cache
def _contract() -> dict[str, Any]:
    for place in _PLACES:
        if place.is_file():
            document: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
            return document
    raise MissingFactError("openapi.yaml is not in this installation.", remedy="Install the package again.")


def _used(document: dict[str, Any]) -> set[str]:
    """The names of the definitions that the paths refer to, directly or through others."""
    used: set[str] = set()
    waiting: list[Any] = [document["paths"]]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            name = str(value.get("$ref", "")).removeprefix("#/definitions/")
            if name and name not in used:
                used.add(name)
                waiting.append(document["definitions"][name])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return used
