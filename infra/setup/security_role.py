"""The security role of the service in Dataverse: no more than what the features in use take.

Run by an administrator of the environment, whose token the Azure CLI gives; the service's own identity must not be able
to give itself rights. Adds what is missing, and names what the role has beyond it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import requests

API = "/api/data/v9.2/"
TIMEOUT_S = (10, 120)
NAMES_AT_ONCE = 15
ROLE = "Lead Connector"
TABLE = "{table}"  # in a privilege's name: the schema name of a table of yours


@dataclass(frozen=True)
class Feature:
    """What a part of the service does in Dataverse, and the privileges that it takes, all at organization level."""

    why: str
    privileges: tuple[str, ...]


FEATURES: Mapping[str, Feature] = {
    "score": Feature(
        "read leads, accounts, contacts and what tables are like; write scores and the mark",
        (
            "prvReadLead", "prvWriteLead", "prvReadAccount", "prvReadContact", "prvReadUser", "prvReadTeam",
            "prvReadEntity", "prvReadAttribute", "prvReadRelationship", "prvReadOptionSet",
        ),
    ),
    "activities": Feature("read e-mails, calls and appointments as interactions", ("prvReadActivity",)),
    "sources": Feature("read a table as interactions, by --table", (f"prvRead{TABLE}",)),
    "tasks": Feature(
        "make follow-up tasks and hand them to owners",
        (
            "prvCreateActivity", "prvReadActivity", "prvWriteActivity", "prvAppendActivity", "prvAssignActivity",
            "prvAppendToLead",
        ),
    ),
    "assign": Feature("hand leads to owners", ("prvAssignLead",)),
    "history": Feature(
        "add rows to a table of score changes, by --table",
        (f"prvCreate{TABLE}", f"prvAppend{TABLE}", "prvAppendToLead"),
    ),
    "predictive": Feature(
        "write the sellers' predictive score",
        ("prvCreatemsdyn_predictivescore", "prvReadmsdyn_predictivescore", "prvWritemsdyn_predictivescore"),
    ),
    "webhooks": Feature(
        "`connector provision webhooks`: for as long as that takes",
        (
            "prvReadServiceEndpoint", "prvCreateServiceEndpoint", "prvWriteServiceEndpoint", "prvDeleteServiceEndpoint",
            "prvReadSdkMessageProcessingStep", "prvCreateSdkMessageProcessingStep", "prvWriteSdkMessageProcessingStep",
            "prvDeleteSdkMessageProcessingStep", "prvReadSdkMessage",
        ),
    ),
    "columns": Feature(
        "`connector provision columns`: for as long as that takes",
        (
            "prvReadSolution", "prvReadPublisher", "prvReadOrganization", "prvCreateAttribute", "prvWriteAttribute",
            "prvCreateEntity", "prvCreateRelationship", "prvPublishCustomization",
        ),
    ),
}  # fmt: skip


class SetupError(Exception):
    """What stands in the way, and what to do."""


def wanted(features: Iterable[str], tables: Sequence[str] = ()) -> list[str]:
    """The privileges of these features, each once. Raises SetupError where one needs a table and none is named."""
    names: dict[str, None] = {}
    for feature in features:
        for name in FEATURES[feature].privileges:
            if TABLE in name and not tables:
                raise SetupError(f"The feature {feature} needs --table with the schema name of the table.")
            names |= dict.fromkeys(name.replace(TABLE, table) for table in (tables if TABLE in name else [""]))
    return list(names)


def page() -> str:
    """The table of features as security-role.md shows it."""
    rows = [
        f"| `{name}` | {one.why} | {', '.join(f'`{each}`' for each in one.privileges)} |"
        for name, one in FEATURES.items()
    ]
    return "\n".join(["| feature | what for | privileges |", "|---|---|---|", *rows, ""])


def azure_token(url: str) -> str:
    """A token of whoever is signed in to the Azure CLI. Raises SetupError."""
    command = ["az", "account", "get-access-token", "--resource", url, "--query", "accessToken", "--output", "tsv"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a list, no shell
    except FileNotFoundError:
        raise SetupError("The Azure CLI is not installed. Install it, then run: az login.") from None
    if done.returncode:
        raise SetupError("The Azure CLI gives no token for the environment. Run: az login.")
    return done.stdout.strip()


class Environment:
    """The Web API of one environment, as an administrator. A token goes to that address alone."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/") + API
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials of a .netrc
        self._session.headers.update({
            "Authorization": f"Bearer {token}", "Accept": "application/json", "OData-Version": "4.0",
            "OData-MaxVersion": "4.0", "Prefer": "return=representation",
        })  # fmt: skip

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Call it. Raises SetupError with the status and the code of the answer."""
        try:
            answer = self._session.request(
                method, self._url + path, json=body, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise SetupError(f"The environment cannot be reached ({type(error).__name__}).") from None
        try:
            data: dict[str, Any] = answer.json() if answer.content else {}
        except ValueError:
            data = {}
        if not answer.ok or answer.is_redirect:
            said = data.get("error", {}).get("message", "")[:300]
            raise SetupError(f"{method} {path.partition('?')[0]} was answered by {answer.status_code}: {said}")
        return data

    def rows(self, path: str) -> list[dict[str, Any]]:
        """The rows of a query."""
        found: list[dict[str, Any]] = self.ask("GET", path).get("value", [])
        return found

    def close(self) -> None:
        """Give back connections."""
        self._session.close()


def ids_of(environment: Environment, names: Sequence[str]) -> dict[str, str]:
    """The ids of privileges by name. Raises SetupError naming those that the environment does not have."""
    found: dict[str, str] = {}
    for at in range(0, len(names), NAMES_AT_ONCE):
        either = " or ".join(f"name eq '{name}'" for name in names[at : at + NAMES_AT_ONCE])
        for row in environment.rows(f"privileges?$select=privilegeid,name&$filter={either}"):
            found[str(row["name"]).lower()] = str(row["privilegeid"])
    if lost := [name for name in names if name.lower() not in found]:
        raise SetupError(
            f"The environment has no privilege {', '.join(lost)}. Is the table there, and its schema name right?"
        )
    return {name: found[name.lower()] for name in names}


def set_up(
    environment: Environment, role: str, names: Sequence[str], app: str | None, say: Callable[[str], None], *, do: bool
) -> None:
    """Bring the role, and the application user of a client id, to where they should be, or say what that would take."""
    units = environment.rows("businessunits?$select=businessunitid&$filter=_parentbusinessunitid_value eq null")
    unit = str(units[0]["businessunitid"])
    ids = ids_of(environment, names)
    quoted = role.replace("'", "''")
    roles = environment.rows(
        f"roles?$select=roleid&$filter=name eq '{quoted}' and _businessunitid_value eq {unit}"
        "&$expand=roleprivileges_association($select=name)"
    )
    held = {str(one["name"]).lower() for one in roles[0].get("roleprivileges_association", [])} if roles else set()
    if not roles:
        say(f"make the security role {role!r} in the topmost business unit")
        if do:
            bound = {"name": role, "businessunitid@odata.bind": f"/businessunits({unit})"}
            roles = [environment.ask("POST", "roles", bound)]
    if lost := [name for name in names if name.lower() not in held]:
        say(f"give it, for the whole organization: {', '.join(lost)}")
        if do:
            body = {
                "Privileges": [{"PrivilegeId": ids[name], "BusinessUnitId": unit, "Depth": "Global"} for name in lost]
            }
            environment.ask("POST", f"roles({roles[0]['roleid']})/Microsoft.Dynamics.CRM.AddPrivilegesRole", body)
    if more := sorted(held - {name.lower() for name in names}):
        print(f"Note: the role also has {', '.join(more)}, which these features do not need. Remove it in Power Apps.")
    if app:
        _hand_over(environment, app, unit, str(roles[0]["roleid"]) if roles else "", say, do=do)


def _hand_over(
    environment: Environment, app: str, unit: str, role: str, say: Callable[[str], None], *, do: bool
) -> None:
    """Give the role to the application user of a client id, which is made where there is none."""
    expand = "&$expand=systemuserroles_association($select=roleid)"
    users = environment.rows(f"systemusers?$select=systemuserid&$filter=applicationid eq {app}{expand}")
    if not users:
        say(f"make the application user of {app}")
        if do:
            body = {"applicationid": app, "businessunitid@odata.bind": f"/businessunits({unit})"}
            users = [environment.ask("POST", "systemusers", body)]
    held = {str(one["roleid"]) for one in users[0].get("systemuserroles_association", [])} if users else set()
    if not role or role not in held:
        say(f"give the role to the application user of {app}")
        if do:
            path = f"systemusers({users[0]['systemuserid']})/systemuserroles_association/$ref"
            environment.ask("POST", path, {"@odata.id": f"{environment._url}roles({role})"})  # noqa: SLF001 - one module


def main(arguments: Sequence[str] | None = None, token: Callable[[str], str] = azure_token) -> int:
    """Exit codes: 0 done, or nothing to do; 1 something is to be done and --yes was not given; 3 Dataverse refused."""
    parser = argparse.ArgumentParser(prog="security_role.py", description="The security role of the service.")
    parser.add_argument("--url", required=True, help="the environment, such as https://org.crm4.dynamics.com")
    parser.add_argument("--role", default=ROLE, help="name of the security role")
    parser.add_argument("--feature", action="append", choices=[*FEATURES], help="again for each (default: score)")
    parser.add_argument("--table", action="append", default=[], help="schema name of a table, for sources and history")
    parser.add_argument("--app", help="client id of the identity, or registration, that gets the role")
    parser.add_argument("--yes", action="store_true", help="do it; without it nothing is changed")
    chosen = parser.parse_args(arguments)
    steps: list[str] = []

    def say(step: str) -> None:
        steps.append(step)
        print(f"{'Doing' if chosen.yes else 'Would'}: {step}")

    environment = None
    if not chosen.url.startswith("https://"):
        parser.error("--url is no https address: the token must not travel in the clear.")
    try:
        names = wanted(chosen.feature or ["score"], chosen.table)
        environment = Environment(chosen.url, token(chosen.url.rstrip("/")))
        set_up(environment, chosen.role, names, chosen.app, say, do=chosen.yes)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 3
    finally:
        if environment is not None:
            environment.close()
    if steps and not chosen.yes:
        print("Nothing was changed. To do it: add --yes.")
        return 1
    if not steps:
        print("Nothing is missing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
