"""`openapi.yaml` against the code and against the rules by which connectors are certified."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from connector.dataverse.hookevents import CORRELATION_HEADER, ENTITY_HEADER, MESSAGE_HEADER, ORGANIZATION_HEADER
from connector.pipeline.hints import Taken
from connector.pipeline.ports import RunStatus
from connector.scoring.score import Outcome
from connector.web.app import create_app
from connector.web.auth import KEY_HEADER, Security
from connector.web.contract import connector_definition, load_contract
from connector.web.hooksecrets import HEADER, QUERY
from connector.web.limits import Limits
from connector.web.roles import ROLES, ROUTES, Door, Role
from connector.web.runs import DEFAULT_LIMIT
from connector.web.service import Service

ROOT = Path(__file__).resolve().parents[3]
VERBS = ("get", "put", "post", "delete", "patch", "head", "options")
FORMATS = {
    "int32", "int64", "float", "double", "byte", "binary", "date", "date-time", "password", "date-no-tz", "email",
    "html", "uri", "uuid",
}  # fmt: skip
FORBIDDEN_WORDS = re.compile(r"\b(API|Connector|Power Apps|Power Automate|Logic Apps|Copilot)\b", re.IGNORECASE)

CONTRACT = load_contract()
CONNECTOR = connector_definition()
BOTH = pytest.mark.parametrize("document", [CONTRACT, CONNECTOR], ids=["contract", "connector"])


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation as (path, verb, operation)."""
    for path, item in document["paths"].items():
        for verb in VERBS:
            if verb in item:
                yield path, verb, item[verb]


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Every object anywhere in a document."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


def code_routes() -> dict[tuple[str, str], str]:
    """Every route of the code as (path, verb) → endpoint; HEAD goes with GET."""
    # No route is called, so that nothing stands behind them.
    app = create_app(cast("Service", object()), Security())
    return {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
    }


# --- the contract and the code ---------------------------------------------------------------------------------------


def test_every_route_is_in_the_contract_and_the_reverse() -> None:
    """No route is undocumented and no operation is missing."""
    assert {(path, verb) for path, verb, _ in operations(CONTRACT)} == set(code_routes())


def test_the_open_routes_are_the_same_in_both() -> None:
    """`security: []` stands exactly where the table of roles has none, and the rest names its way in and 401."""
    endpoints = code_routes()
    for path, verb, operation in operations(CONTRACT):
        role = ROUTES[endpoints[path, verb]]
        assert ("security" in operation) is not isinstance(role, Role), path
        if role is None or role is Door.CAPABILITY:
            assert operation["security"] == []
            assert "401" not in operation["responses"]
            assert ("429" in operation["responses"]) is (role is Door.CAPABILITY)
        elif isinstance(role, Door):
            assert operation["security"] == [{"hook_header": []}, {"hook_key": []}]
            assert {"401", "503"} <= set(operation["responses"])
        else:
            assert {"401", "403", "429", "503"} <= set(operation["responses"])
            assert str(role.value) in operation["responses"]["403"]["description"]


def test_names_and_limits_are_the_codes() -> None:
    """Roles, states, outcomes, the key's header and every bound are the same in contract and code."""
    definitions, limits = CONTRACT["definitions"], Limits()
    assert tuple(CONTRACT["securityDefinitions"]["entra"]["scopes"]) == ROLES
    assert CONTRACT["securityDefinitions"]["api_key"]["name"] == KEY_HEADER
    assert CONTRACT["securityDefinitions"]["hook_header"]["name"] == HEADER
    assert CONTRACT["securityDefinitions"]["hook_key"]["name"] in QUERY
    assert definitions["EventTaken"]["properties"]["status"]["enum"] == [taken.value for taken in Taken]
    posted = {each["name"] for each in CONTRACT["paths"]["/hooks/dataverse"]["post"]["parameters"]} - {"body"}
    assert posted == {ORGANIZATION_HEADER, ENTITY_HEADER, MESSAGE_HEADER, CORRELATION_HEADER}
    assert definitions["Run"]["properties"]["status"]["enum"] == [status.value for status in RunStatus]
    assert definitions["GroupScore"]["properties"]["outcome"]["enum"] == [outcome.value for outcome in Outcome]
    assert definitions["InteractionsRequest"]["properties"]["interactions"]["maxItems"] == limits.interactions
    [limit] = CONTRACT["paths"]["/api/v1/runs"]["get"]["parameters"]
    assert (limit["maximum"], limit["default"]) == (limits.runs, DEFAULT_LIMIT)


def test_path_parameters_are_those_of_the_path() -> None:
    """Every name in braces is described once, as a string, and nothing else is a path parameter."""
    for path, _verb, operation in operations(CONTRACT):
        described = [each for each in operation.get("parameters", []) if each["in"] == "path"]
        assert [each["name"] for each in described] == re.findall(r"{(\w+)}", path)
        assert all(each["type"] == "string" and each["required"] for each in described)


def test_the_wheel_ships_the_contract() -> None:
    """An installed package has the file beside its code; the checkout reads the one at the root."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"openapi.yaml": "connector/web/openapi.yaml"}
    assert yaml.safe_load((ROOT / "openapi.yaml").read_text(encoding="utf-8")) == CONTRACT


def test_the_loaded_contract_is_the_callers_own() -> None:
    """Changing what was loaded changes nothing for the next."""
    load_contract()["paths"].clear()
    connector_definition()["paths"].clear()
    assert load_contract()["paths"]
    assert connector_definition()["paths"]


def test_the_connector_has_neither_health_nor_anything_unused() -> None:
    """Flows see the API alone; what only health used is gone."""
    assert all(path.startswith("/api/") for path in CONNECTOR["paths"])
    assert {tag["name"] for tag in CONNECTOR["tags"]} == {
        tag for _, _, operation in operations(CONNECTOR) for tag in operation["tags"]
    }
    assert not {"Readiness", "DataverseEvent"} & set(CONNECTOR["definitions"])
    assert set(CONNECTOR["securityDefinitions"]) == {"api_key", "entra"}


# --- the rules of certification --------------------------------------------------------------------------------------


@BOTH
def test_references_lead_somewhere_and_everything_is_used(document: dict[str, Any]) -> None:
    """No dangling and no unused definition, and no keyword that the import screen does not take."""
    used = {item["$ref"] for item in objects(document) if "$ref" in item}
    assert used == {f"#/definitions/{name}" for name in document["definitions"]}
    assert all(set(item) == {"$ref"} for item in objects(document) if "$ref" in item)
    assert not [item for item in objects(document) if {"allOf", "oneOf", "anyOf"} & set(item)]
    assert len(json.dumps(document).encode()) < 1_000_000


@BOTH
def test_the_head_keeps_the_rules(document: dict[str, Any]) -> None:
    """Version 2.0, https, a bare host, title and description within bounds, contact and metadata."""
    info = document["info"]
    assert document["swagger"] == "2.0"
    assert document["schemes"] == ["https"]
    assert re.fullmatch(r"[a-z0-9.-]+\.[a-z]+", document["host"])
    assert document["basePath"].startswith("/")
    assert 1 <= len(info["title"]) <= 30
    assert info["title"][-1].isalnum()
    assert 30 <= len(info["description"]) <= 500
    assert not FORBIDDEN_WORDS.search(info["title"] + info["description"])
    assert {"name", "url", "email"} <= set(info["contact"])
    metadata = {item["propertyName"]: item["propertyValue"] for item in document["x-ms-connector-metadata"]}
    assert metadata["Categories"] == "Sales and CRM"
    assert {"Website", "Privacy policy"} <= set(metadata)


@BOTH
def test_every_operation_keeps_the_rules(document: dict[str, Any]) -> None:
    """Unique Pascal-case ids; a short summary; another, full sentence as description; schemas on every answer."""
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    for _path, _verb, operation in operations(document):
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", operation["operationId"])
        summary, description = operation["summary"], operation["description"]
        assert 1 <= len(summary) <= 80
        assert not set(summary) & set("/\\<>*%&?")
        assert summary[-1].isalnum()
        assert description.endswith(".")
        assert description.rstrip(".") != summary
        assert len(operation["tags"]) == 1
        assert "default" in operation["responses"]
        assert all("schema" in response and response["description"] for response in operation["responses"].values())


@BOTH
def test_every_parameter_and_property_is_described(document: dict[str, Any]) -> None:
    """Each has a title and a sentence; internal and required means a default; path values say their encoding."""
    for _path, _verb, operation in operations(document):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "body":
                assert 1 <= len(parameter["x-ms-summary"]) <= 80
                assert parameter["description"].endswith(".")
            if parameter["in"] == "path":
                assert parameter["x-ms-url-encoding"] in {"single", "double"}
            if parameter.get("x-ms-visibility") == "internal" and parameter["required"]:
                assert "default" in parameter
    for item in objects(document["definitions"]):
        if item.get("type") == "object":
            for name, schema in item.get("properties", {}).items():
                if "$ref" not in schema:
                    assert 1 <= len(schema["x-ms-summary"]) <= 80, name
                    assert schema["description"].endswith("."), name
            assert set(item.get("required", [])) <= set(item.get("properties", {}))


@BOTH
def test_nothing_is_left_without_a_value(document: dict[str, Any]) -> None:
    """No key stands alone: that is what a comma in an unquoted text makes of it."""
    assert not [item for item in objects(document) if None in item.values()]


@BOTH
def test_formats_are_known(document: dict[str, Any]) -> None:
    """Only formats that the platform knows, and no type that 2.0 does not have."""
    for item in objects(document):
        if isinstance(item.get("format"), str):
            assert item["format"] in FORMATS
        if isinstance(item.get("type"), str) and "x-ms-summary" in item:
            assert item["type"] in {"string", "integer", "number", "boolean", "array", "object"}


@BOTH
def test_the_platforms_own_schema_takes_it(document: dict[str, Any]) -> None:
    """The document passes the schema that the connectors' repository uses."""
    folder = os.environ.get("CONNECTOR_SCHEMAS")
    if not folder:
        pytest.skip("CONNECTOR_SCHEMAS does not name the folder of the vendors' schemas")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
    schema = json.loads(Path(folder, "paconn", "apiDefinition.swagger.schema.strict.json").read_text(encoding="utf-8"))
    faults = [
        f"{list(error.path)}: {error.message[:200]}"
        for error in jsonschema.Draft4Validator(schema).iter_errors(document)
    ]
    assert faults == []
