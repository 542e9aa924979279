"""The sample flows against the contract: every operation, parameter and field that they name exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.web.contract import connector_definition
from tests.contract.openapi.walking import Json, at_path, operation_of, operations, resolved

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "power-automate" / "flows"
OURS = "/providers/Microsoft.PowerApps/apis/shared_leadscoring"
CONNECTOR = connector_definition()
FLOWS = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
EVERY = pytest.mark.parametrize("flow", FLOWS.values(), ids=FLOWS.keys())


def steps(flow: Json) -> Iterator[tuple[str, Json]]:
    """Triggers and actions by name, those inside others too."""
    definition = flow["properties"]["definition"]
    yield from definition["triggers"].items()
    yield from inner(definition["actions"])


def inner(actions: Json) -> Iterator[tuple[str, Json]]:
    """Actions and what is in them."""
    for name, action in actions.items():
        yield name, action
        yield from inner(action.get("actions", {}))
        yield from inner(action.get("else", {}).get("actions", {}))


def calls(flow: Json) -> list[tuple[str, Json, Json]]:
    """The steps that use our connector: name, step, operation."""
    found = []
    for name, step in steps(flow):
        host = step.get("inputs", {}).get("host", {}) if isinstance(step.get("inputs"), dict) else {}
        if host.get("apiId") == OURS:
            operation = operation_of(CONNECTOR, host["operationId"])
            assert operation is not None, f"{name}: no operation {host['operationId']}"
            found.append((name, step, operation))
    return found


def texts(value: object) -> Iterator[str]:
    """Every text anywhere in a step."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for child in value.values():
            yield from texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child)


def answer_of(operation: Json) -> Json:
    """What a step gives to those after it: the notification of a trigger, the answer of an action."""
    if "x-ms-trigger" in operation:
        [path] = [path for path, _, one in operations(CONNECTOR) if one is operation]
        return resolved(CONNECTOR, CONNECTOR["paths"][path]["x-ms-notification-content"]["schema"])
    good = next(status for status in operation["responses"] if status.startswith("2"))
    return resolved(CONNECTOR, operation["responses"][good]["schema"])


def test_there_are_three_and_they_use_the_connector() -> None:
    """Hot lead, nightly run, form submission: each calls the service at least once."""
    assert set(FLOWS) == {"hot-lead-to-teams-and-task.json", "nightly-run.json", "record-form-submission.json"}
    assert all(calls(flow) for flow in FLOWS.values())


@EVERY
def test_operations_are_used_as_what_they_are(flow: Json) -> None:
    """Triggers are webhooks at the start; everything else is an ordinary call."""
    triggers = flow["properties"]["definition"]["triggers"]
    for name, step, operation in calls(flow):
        kind = "OpenApiConnectionWebhook" if "x-ms-trigger" in operation else "OpenApiConnection"
        assert step["type"] == kind, name
        assert (name in triggers) is ("x-ms-trigger" in operation)


@EVERY
def test_every_parameter_exists_and_none_that_is_needed_is_missing(flow: Json) -> None:
    """Names, choices and types of plain values are the contract's; the platform itself fills in the callback."""
    for name, step, operation in calls(flow):
        known: dict[str, Any] = {}
        needed: set[str] = set()
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "body":
                known[parameter["name"]] = parameter
                needed |= {parameter["name"]} if parameter.get("required") and "default" not in parameter else set()
                continue
            schema = resolved(CONNECTOR, parameter["schema"])
            known |= {f"body/{key}": resolved(CONNECTOR, value) for key, value in schema["properties"].items()}
            needed |= {
                f"body/{key}"
                for key in schema.get("required", [])
                if not schema["properties"][key].get("x-ms-notification-url")
            }
        given = step["inputs"]["parameters"]
        assert needed <= set(given) <= set(known), name
        for key, value in given.items():
            described = known[key]
            if isinstance(value, str) and "@" in value:
                continue  # an expression
            types = {"string": str, "integer": int, "boolean": bool, "object": dict}
            assert isinstance(value, types[described["type"]]), (name, key)
            assert value in described.get("enum", [value])


@EVERY
def test_every_field_that_is_read_is_answered(flow: Json) -> None:
    """What expressions take from our trigger, and from our actions, stands in the contract."""
    by_name = {name: answer_of(operation) for name, _, operation in calls(flow)}
    triggers = flow["properties"]["definition"]["triggers"]
    told = next((by_name[name] for name in triggers if name in by_name), None)
    read = 0
    for _, step in steps(flow):
        for text in texts(step):
            for field in re.findall(r"triggerBody\(\)\?\['([^']+)'\]", text):
                assert told is not None
                assert at_path(CONNECTOR, told, field), field
                read += 1
            for name, field in re.findall(r"body\('([^']+)'\)\?\['([^']+)'\]", text):
                if name in by_name:
                    assert at_path(CONNECTOR, by_name[name], field), field
                    read += 1
    assert read or told is None


@EVERY
def test_a_definition_holds_together(flow: Json) -> None:
    """What runs after what, what is read of which step, parameters and connections all exist; nothing is a secret."""
    definition = flow["properties"]["definition"]
    names = [name for name, _ in steps(flow)]
    assert len(names) == len(set(names))
    connections = flow["properties"]["connectionReferences"]
    for name, step in steps(flow):
        assert set(step.get("runAfter", {})) <= set(names), name
        host = step["inputs"].get("host") if isinstance(step.get("inputs"), dict) else None
        if host:
            assert host["connectionName"] in connections
            assert step["inputs"]["authentication"] == "@parameters('$authentication')"
        for text in texts(step):
            assert set(re.findall(r"(?:outputs|body)\('([^']+)'\)", text)) <= set(names)
            assert set(re.findall(r"parameters\('([^']+)'\)", text)) <= set(definition["parameters"])
            assert text.count("(") == text.count(")")
            assert text.count("{") == text.count("}")
            assert "sig=" not in text
            assert "lck_" not in text
