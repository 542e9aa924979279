"""The scripts that register the service: what they ask for, that they may be repeated, and what they refuse."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
import responses

from connector.dataverse import columns
from connector.dataverse.setup import registering
from connector.web.contract import load_contract
from connector.web.roles import ROLES, ROUTES, Role

FOLDER = Path(__file__).resolve().parents[3] / "infra" / "setup"
URL = "https://org.crm4.dynamics.com"
API = f"{URL}/api/data/v9.2/"
ROOT_UNIT, ROLE_ID, USER = "11111111-0000-4000-8000-000000000001", "22222222-0000-4000-8000-000000000002", "u-1"
CLIENT = "33333333-0000-4000-8000-000000000003"


def load(name: str) -> Iterator[ModuleType]:
    """A script as a module."""
    spec = importlib.util.spec_from_file_location(f"setup_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def register() -> Iterator[Any]:
    """The script of the registration."""
    yield from load("register")


@pytest.fixture
def security_role() -> Iterator[Any]:
    """The script of the security role."""
    yield from load("security_role")


class Graph:
    """As much of Microsoft Graph as a registration takes."""

    def __init__(self) -> None:
        self.apps: list[dict[str, Any]] = []
        self.principals: list[dict[str, Any]] = []
        self.assigned: list[dict[str, Any]] = []
        self.changes: list[str] = []

    def __call__(  # noqa: PLR0911 - an answer for each question
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Answer."""
        if method != "GET":
            self.changes.append(f"{method} {path}")
        asked = unquote(path)
        match method, asked.partition("?")[0].split("/")[1:]:
            case "GET", ["applications"]:
                return {"value": [one for one in self.apps if f"eq '{one['displayName']}'" in asked]}
            case "POST", ["applications"]:
                assert body is not None
                self.apps.append({"id": "object-1", "appId": CLIENT, **body})
                return dict(self.apps[-1])
            case "PATCH", ["applications", _]:
                self.apps[0] |= body or {}
                return {}
            case "GET", ["servicePrincipals"]:
                return {"value": [one for one in self.principals if f"'{one['appId']}'" in asked]}
            case "POST", ["servicePrincipals"]:
                self.principals.append({"id": "principal-1", **(body or {})})
                return self.principals[-1]
            case "GET", ["servicePrincipals", who, "appRoleAssignments"]:
                return {"value": [one for one in self.assigned if one["principalId"] == who]}
            case "POST", ["servicePrincipals", _, "appRoleAssignedTo"]:
                self.assigned.append(dict(body or {}))
                return {}
        raise AssertionError(path)


def test_roles_and_scopes_are_those_of_the_code(register: Any) -> None:
    """Every role once, with an id of its own, described as in the contract; dangerous scopes need an administrator."""
    assert [one["value"] for one in register.ROLES] == list(ROLES)
    assert len({one["id"] for one in register.ROLES} | {register.scope(one)["id"] for one in register.ROLES}) == 12
    scopes = load_contract()["securityDefinitions"]["entra"]["scopes"]
    assert {one["value"]: one["description"] for one in register.ROLES} == scopes
    assert {one["value"] for one in register.ROLES if register.scope(one)["type"] == "Admin"} == {
        "Privacy.Manage",
        "Admin",
    }
    assert register.TIMERS_ROLE == ROUTES["runs.start"] == ROUTES["tasks.start"] == Role.SCORE_WRITE


def test_nothing_is_changed_without_a_yes(register: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it would do, names every role, and ends with 1."""
    graph = Graph()
    assert register.main(["--timers", "timers-1"], ask=graph) == 1
    assert graph.changes == []
    said = capsys.readouterr().out
    assert all(role in said for role in ROLES)
    assert "add --yes" in said


def test_a_registration_is_made_once(register: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Made, completed, and given to the timers with the one role that they need; the second time nothing is missing."""
    graph = Graph()
    assert register.main(["--timers", "timers-1", "--yes"], ask=graph) == 0
    [app] = graph.apps
    assert app["identifierUris"] == [f"api://{CLIENT}"]
    assert {one["value"] for one in app["appRoles"]} == set(ROLES)
    assert {one["value"] for one in app["api"]["oauth2PermissionScopes"]} == set(ROLES)
    assert app["api"]["requestedAccessTokenVersion"] == 2
    role = next(one["id"] for one in app["appRoles"] if one["value"] == "Score.Write")
    assert graph.assigned == [{"principalId": "timers-1", "resourceId": "principal-1", "appRoleId": role}]
    before = list(graph.changes)
    assert register.main(["--timers", "timers-1", "--yes"], ask=graph) == 0
    assert graph.changes == before
    assert f"API_CLIENT_ID): {CLIENT}" in capsys.readouterr().out


def test_what_others_added_stays(register: Any) -> None:
    """Roles, scopes and addresses that are there keep their ids, ours that are missing come beside them."""
    graph = Graph()
    theirs = {"id": "r-1", "value": "Theirs"}
    ours = {"id": "r-2", "value": "Score.Write"}
    graph.apps = [
        {"id": "o", "appId": CLIENT, "displayName": "lead-connector", "identifierUris": ["api://theirs"],
         "appRoles": [theirs, ours], "api": {"requestedAccessTokenVersion": 1, "oauth2PermissionScopes": [theirs]}}
    ]  # fmt: skip
    assert register.main(["--yes", "--timers", "timers-1"], ask=graph) == 0
    [app] = graph.apps
    assert app["appRoles"][:2] == [theirs, ours]
    assert len(app["appRoles"]) == 1 + len(ROLES)
    assert theirs in app["api"]["oauth2PermissionScopes"]
    assert app["api"]["requestedAccessTokenVersion"] == 1
    assert graph.assigned[0]["appRoleId"] == "r-2"


def test_two_of_a_name_and_no_azure_cli_are_told(
    register: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is guessed about; exit code 3."""
    graph = Graph()
    graph.apps = [{"id": str(n), "appId": str(n), "displayName": "lead-connector"} for n in range(2)]
    assert register.main(["--yes"], ask=graph) == 3
    assert graph.changes == []
    monkeypatch.setenv("PATH", "/nonexistent")
    assert register.main(["--yes"]) == 3
    assert "az login" in capsys.readouterr().err


def test_the_command_line_tool_is_called_with_a_list(
    register: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Method, address and body arrive as they are; what it says on a failure is passed on."""
    tool = tmp_path / "az"
    tool.write_text(
        f'#!/bin/sh\nfor word in "$@"; do echo "$word" >> {tmp_path}/words; done\necho \'{{"value": [1]}}\'\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert register.ask_graph("POST", "/applications", {"displayName": "it's $HOME"}) == {"value": [1]}
    words = (tmp_path / "words").read_text().splitlines()
    assert json.loads(words[-1]) == {"displayName": "it's $HOME"}
    tool.write_text("#!/bin/sh\necho 'Insufficient privileges' >&2\nexit 1\n")
    with pytest.raises(register.SetupError, match="Insufficient privileges"):
        register.ask_graph("GET", "/applications")


@pytest.mark.parametrize("is_there", [True, False])
def test_the_image_is_built_once_for_a_commit(tmp_path: Path, *, is_there: bool) -> None:
    """It is named by the digest that the registry tells; one that the registry has is not built again."""
    log, pushed = tmp_path / "log", tmp_path / "pushed"
    tools = {
        "az": f'case "$*" in *"repository show"*) [ -e {pushed} ] && echo sha256:abc || exit 1 ;; esac',
        "docker": f"touch {pushed}",
        "azd": "true",
    }
    for name, body in tools.items():
        tool = tmp_path / name
        tool.write_text(f'#!/bin/sh\necho "{name} $*" >> {log}\n{body}\n')
        tool.chmod(0o755)
    if is_there:
        pushed.touch()
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "AZURE_CONTAINER_REGISTRY_ENDPOINT": "crx.azurecr.io",
               "PYTHON_IMAGE": "python@sha256:1", "IMAGE_TAG": "abc"}  # fmt: skip
    done = subprocess.run([FOLDER / "image.sh"], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = log.read_text()
    assert said.splitlines()[-1] == "azd env set SERVICE_IMAGE crx.azurecr.io/leads@sha256:abc"
    assert ("docker buildx build" in said) is not is_there
    del environ["PYTHON_IMAGE"]
    refused = subprocess.run([FOLDER / "image.sh"], env=environ, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "azd env set PYTHON_IMAGE" in refused.stderr


# --- the security role ---


def test_features_hold_what_the_doctor_asks_for(security_role: Any) -> None:
    """Each privilege that the code names stands under the feature that takes it."""
    features = {name: set(one.privileges) for name, one in security_role.FEATURES.items()}
    assert features["tasks"] == set(columns.ACTIVITY_PRIVILEGES)
    assert features["assign"] == {columns.ASSIGN_LEAD}
    assert {*registering.READ, *registering.CREATE, *registering.DELETE} <= features["webhooks"]
    source = "".join(path.read_text("utf-8") for path in (FOLDER.parents[1] / "connector").rglob("*.py")
                     if "sandbox" not in path.parts)  # fmt: skip
    named = set(re.findall(r"\bprv[A-Z]\w+", source))
    asked_for_elsewhere = {
        "prvBypassCustomBusinessLogic",
        "prvBypassCustomPlugins",
        "prvActOnBehalfOfAnotherUser",
        "prvMerge",
    }
    assert named - asked_for_elsewhere <= set().union(*features.values())
    assert features["predictive"] == {
        f"prv{verb}{columns.PREDICTIVE_SCORE_TABLE}" for verb in ("Create", "Read", "Write")
    }


def test_no_more_is_given_than_a_feature_takes(security_role: Any) -> None:
    """Scoring deletes, creates, assigns and shares nothing, and writes nothing but leads."""
    score = set(security_role.wanted(["score"]))
    assert {name for name in score if not name.startswith("prvRead")} == {"prvWriteLead"}
    every = {
        name for one in ("score", "activities", "tasks", "assign", "predictive") for name in security_role.wanted([one])
    }
    assert not any(name.startswith(("prvDelete", "prvShare")) for name in every)
    assert security_role.wanted(["history", "tasks"], ["lc_ScoreHistory"])[:2] == [
        "prvCreatelc_ScoreHistory",
        "prvAppendlc_ScoreHistory",
    ]
    with pytest.raises(security_role.SetupError, match="--table"):
        security_role.wanted(["sources"])


def test_the_page_has_the_table(security_role: Any) -> None:
    """What people read is what the script gives."""
    text = (FOLDER / "security-role.md").read_text(encoding="utf-8")
    shown = text.partition("<!-- features -->\n")[2].partition("<!-- end of features -->")[0]
    assert shown == security_role.page()


def body_of(request: Any) -> dict[str, Any]:
    """What was posted."""
    found: dict[str, Any] = json.loads(request.body)
    return found


def privileges(security_role: Any, *, without: str = "") -> None:
    """The environment knows every privilege but one."""
    names = [name for name in security_role.wanted(["score"]) if name != without]
    rows = [{"privilegeid": f"p-{name}", "name": name} for name in names]
    responses.get(f"{API}privileges", json={"value": rows})
    responses.get(f"{API}businessunits", json={"value": [{"businessunitid": ROOT_UNIT}]})


@responses.activate
def test_the_role_is_made_and_handed_over(security_role: Any) -> None:
    """Each privilege for the whole organization, in one call; the application user is made and gets that role."""
    privileges(security_role)
    responses.get(f"{API}roles", json={"value": []})
    responses.post(f"{API}roles", json={"roleid": ROLE_ID}, status=201)
    responses.post(f"{API}roles({ROLE_ID})/Microsoft.Dynamics.CRM.AddPrivilegesRole", status=204)
    responses.get(f"{API}systemusers", json={"value": []})
    responses.post(f"{API}systemusers", json={"systemuserid": USER}, status=201)
    responses.post(f"{API}systemusers({USER})/systemuserroles_association/$ref", status=204)
    assert security_role.main(["--url", URL, "--app", CLIENT, "--yes"], token=lambda _: "secret-token") == 0
    sent = {
        str(call.request.url).removeprefix(API): call.request
        for call in responses.calls
        if call.request.method == "POST"
    }
    given = body_of(sent[f"roles({ROLE_ID})/Microsoft.Dynamics.CRM.AddPrivilegesRole"])["Privileges"]
    assert {one["PrivilegeId"] for one in given} == {f"p-{name}" for name in security_role.wanted(["score"])}
    assert {(one["Depth"], one["BusinessUnitId"]) for one in given} == {("Global", ROOT_UNIT)}
    assert body_of(sent["systemusers"])["applicationid"] == CLIENT
    handed = body_of(sent[f"systemusers({USER})/systemuserroles_association/$ref"])
    assert handed == {"@odata.id": f"{API}roles({ROLE_ID})"}
    assert all(call.request.headers["Authorization"] == "Bearer secret-token" for call in responses.calls)


@responses.activate
def test_what_is_there_is_left_and_what_is_beyond_is_named(
    security_role: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """A complete role is not touched; a privilege that no feature takes is said, not taken away."""
    privileges(security_role)
    held = [{"name": name} for name in [*security_role.wanted(["score"]), "prvDeleteLead"]]
    responses.get(f"{API}roles", json={"value": [{"roleid": ROLE_ID, "roleprivileges_association": held}]})
    user = {"systemuserid": USER, "systemuserroles_association": [{"roleid": ROLE_ID}]}
    responses.get(f"{API}systemusers", json={"value": [user]})
    assert security_role.main(["--url", URL, "--app", CLIENT, "--yes"], token=lambda _: "t") == 0
    assert {call.request.method for call in responses.calls} == {"GET"}
    said = capsys.readouterr().out
    assert "prvdeletelead" in said
    assert "Nothing is missing" in said


@responses.activate
def test_the_role_is_not_touched_without_a_yes(security_role: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Only reads; exit code 1."""
    privileges(security_role)
    responses.get(f"{API}roles", json={"value": []})
    responses.get(f"{API}systemusers", json={"value": []})
    assert security_role.main(["--url", URL, "--app", CLIENT], token=lambda _: "t") == 1
    assert {call.request.method for call in responses.calls} == {"GET"}
    assert "prvWriteLead" in capsys.readouterr().out


@responses.activate
def test_what_stands_in_the_way_is_told(security_role: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A privilege that is not there, a refusal, a redirect that is not followed; and never the token."""
    privileges(security_role, without="prvReadTeam")
    assert security_role.main(["--url", URL], token=lambda _: "secret-token") == 3
    assert "prvReadTeam" in capsys.readouterr().err
    responses.reset()
    responses.get(f"{API}businessunits", status=403, json={"error": {"message": "prvReadBusinessUnit is missing"}})
    assert security_role.main(["--url", URL], token=lambda _: "secret-token") == 3
    responses.replace(responses.GET, f"{API}businessunits", status=302, headers={"Location": "https://evil.example"})
    assert security_role.main(["--url", URL], token=lambda _: "secret-token") == 3
    said = capsys.readouterr().err
    assert "403: prvReadBusinessUnit is missing" in said
    assert "302" in said
    assert "secret-token" not in said
    with pytest.raises(SystemExit):
        security_role.main(["--url", "http://org.crm4.dynamics.com"], token=lambda _: "t")
