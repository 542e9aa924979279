"""`openapi.yaml` against the code and against the rules by which connectors are certified."""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from connector.dataverse.hookevents import CORRELATION_HEADER, ENTITY_HEADER, MESSAGE_HEADER, ORGANIZATION_HEADER
from connector.pipeline.hints import Taken
from connector.pipeline.ports import DocumentStatus, RunStatus
from connector.pipeline.qualifying import Came, Met
from connector.pipeline.values import DeliveryStatus
from connector.pipeline.verdicts import Answer
from connector.scoring.score import Outcome, Standing
from connector.web.app import VERDICTS, create_app
from connector.web.auth import KEY_HEADER, Security
from connector.web.contract import connector_definition, load_contract
from connector.web.hooksecrets import HEADER, QUERY
from connector.web.limits import Limits
from connector.web.models import LONGEST_DOCUMENT
from connector.web.paging import DEFAULT_LIMIT, MOST
from connector.web.roles import ROLES, ROUTES, Door, Role
from connector.web.service import Service
from tests.contract.openapi.certification import faults
from tests.contract.openapi.walking import operations

ROOT = Path(__file__).resolve().parents[3]
CONTRACT = load_contract()
CONNECTOR = connector_definition()
BOTH = pytest.mark.parametrize("document", [CONTRACT, CONNECTOR], ids=["contract", "connector"])


def code_routes() -> dict[tuple[str, str], str]:
    """Every route of the code as (path, verb) → endpoint; HEAD goes with GET."""
    # No route is called, so that nothing stands behind them.
    app = create_app(cast("Service", object()), Security())
    return {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower()): rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
        if not rule.rule.startswith(VERDICTS)  # pages for people, which no client calls
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
    for path, verb, operation in operations(CONTRACT):
        for limit in (one for one in operation.get("parameters", []) if one["name"] == "limit"):
            assert (limit["maximum"], limit["default"]) == (MOST, DEFAULT_LIMIT), (path, verb)
    assert definitions["LintRequest"]["properties"]["document"]["maxLength"] == LONGEST_DOCUMENT
    assert definitions["QualifyResult"]["properties"]["outcome"]["enum"] == [came.value for came in Came]
    assert definitions["CriteriaVerdict"]["properties"]["outcome"]["enum"] == [met.value for met in Met]
    assert definitions["Delivery"]["properties"]["status"]["enum"] == [status.value for status in DeliveryStatus]
    assert definitions["ModelHead"]["properties"]["status"]["enum"] == [status.value for status in DocumentStatus]
    assert definitions["Verdict"]["properties"]["answer"]["enum"] == [answer.value for answer in Answer]
    standings = definitions["ModelAnswer"]["properties"]["standing"]["enum"]
    assert standings == [standing.value for standing in Standing if standing is not Standing.SCORED]


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
def test_the_rules_of_certification_are_kept(document: dict[str, Any]) -> None:
    """Not one rule that can be measured here is broken; each break is named with its place."""
    assert faults(document) == []


@BOTH
def test_the_platforms_own_schema_takes_it(document: dict[str, Any]) -> None:
    """The document passes the schema that the connectors' repository uses."""
    folder = os.environ.get("CONNECTOR_SCHEMAS")
    if not folder:
        pytest.skip("CONNECTOR_SCHEMAS does not name the folder of the vendors' schemas")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
    schema = json.loads(Path(folder, "paconn", "apiDefinition.swagger.schema.strict.json").read_text(encoding="utf-8"))
    broken = [
        f"{list(error.path)}: {error.message[:200]}"
        for error in jsonschema.Draft4Validator(schema).iter_errors(document)
    ]
    assert broken == []
