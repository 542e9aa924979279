"""The app registration of the service: app roles, scopes, and the role that the timers' identity needs.

Asks and changes Microsoft Graph through the Azure CLI (`az rest`), as whoever is signed in there: no secret is read,
made or printed. Only what is missing is done; what others added to the registration stays. Needs nothing but Python.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

GRAPH = "https://graph.microsoft.com/v1.0"
ROLES: Sequence[Mapping[str, str]] = json.loads((Path(__file__).parent / "app-roles.json").read_text(encoding="utf-8"))
TIMERS_ROLE = "Score.Write"
FOR_ADMINISTRATORS = frozenset({"Privacy.Manage", "Admin"})
Json = dict[str, Any]
Ask = Callable[[str, str, Json | None], Json]


class SetupError(Exception):
    """What stands in the way, and what to do."""


def ask_graph(method: str, path: str, body: Json | None = None) -> Json:
    """Call Microsoft Graph as the person that the Azure CLI is signed in as. Raises SetupError."""
    command = ["az", "rest", "--method", method, "--uri", GRAPH + path, "--output", "json"]
    if body is not None:
        command += ["--headers", "Content-Type=application/json", "--body", json.dumps(body)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - a list, no shell
    except FileNotFoundError:
        raise SetupError("The Azure CLI is not installed. Install it, then run: az login.") from None
    if done.returncode:
        raise SetupError(f"{method} {path} failed: {done.stderr.strip()[:500]}")
    answer: Json = json.loads(done.stdout) if done.stdout.strip() else {}
    return answer


def app_role(role: Mapping[str, str]) -> Json:
    """A role as Graph has it, for applications and their managed identities."""
    said = role["description"]
    return {
        "id": role["id"],
        "value": role["value"],
        "displayName": said,
        "description": said,
        "allowedMemberTypes": ["Application"],
        "isEnabled": True,
    }


def scope(role: Mapping[str, str]) -> Json:
    """The scope of the same name, for applications that people are signed in to, such as connections of flows."""
    said = role["description"]
    return {
        "id": str(uuid.uuid5(uuid.UUID(role["id"]), "scope")),
        "value": role["value"],
        "type": "Admin" if role["value"] in FOR_ADMINISTRATORS else "User",
        "isEnabled": True,
        **{f"{who}Consent{what}": said for who in ("admin", "user") for what in ("DisplayName", "Description")},
    }


def missing(app: Json) -> Json:
    """The change that makes a registration complete: empty where it is."""
    change: Json = {}
    address = f"api://{app['appId']}"
    addresses = list(app.get("identifierUris") or [])
    if address not in addresses:
        change["identifierUris"] = [*addresses, address]
    roles = list(app.get("appRoles") or [])
    known = {one["value"] for one in roles}
    if new := [app_role(role) for role in ROLES if role["value"] not in known]:
        change["appRoles"] = [*roles, *new]
    api = dict(app.get("api") or {})
    scopes = list(api.get("oauth2PermissionScopes") or [])
    known = {one["value"] for one in scopes}
    if new := [scope(role) for role in ROLES if role["value"] not in known]:
        change["api"] = {**api, "oauth2PermissionScopes": [*scopes, *new]}
    return change


def one_app(ask: Ask, name: str) -> Json | None:
    """The registration of that name; None where there is none. Raises SetupError where there are several."""
    quoted = name.replace("'", "''").replace(" ", "%20")
    found = ask("GET", f"/applications?$filter=displayName%20eq%20'{quoted}'", None).get("value", [])
    if len(found) > 1:
        raise SetupError(f"There are {len(found)} registrations called {name!r}. Choose another --name, or remove one.")
    return found[0] if found else None


def principal_of(ask: Ask, app_id: str) -> Json | None:
    """The service principal of a registration in this tenant; None where there is none yet."""
    found = ask("GET", f"/servicePrincipals?$filter=appId%20eq%20'{app_id}'", None).get("value", [])
    return found[0] if found else None


def register(ask: Ask, name: str, timers: str | None, say: Callable[[str], None], *, do: bool) -> Json | None:
    """Bring the registration to where it should be, or say what that would take; return it, None where it is not there.

    `timers` is the principal id of the timers' identity. Safe to repeat.
    """
    app = one_app(ask, name)
    if app is None:
        say(f"make the registration {name!r}, for this tenant alone, with tokens of version 2")
        if not do:
            say(f"give it the roles and scopes {', '.join(role['value'] for role in ROLES)}")
            return None
        body: Json = {"displayName": name, "signInAudience": "AzureADMyOrg", "api": {"requestedAccessTokenVersion": 2}}
        app = ask("POST", "/applications", body)
    if change := missing(app):
        say(f"add to the registration {app['appId']}: {', '.join(sorted(change))}")
        if do:
            ask("PATCH", f"/applications/{app['id']}", change)
            app |= change
    principal = principal_of(ask, app["appId"])
    if principal is None:
        say("make its service principal, to which roles are assigned")
        if do:
            principal = ask("POST", "/servicePrincipals", {"appId": app["appId"]})
    if timers:
        _assign(ask, app, principal, timers, say, do=do)
    return app


def _assign(ask: Ask, app: Json, principal: Json | None, timers: str, say: Callable[[str], None], *, do: bool) -> None:
    """Give the timers' identity its role, unless it has it."""
    role = next(
        (one["id"] for one in app.get("appRoles") or [] if one["value"] == TIMERS_ROLE),
        next(one["id"] for one in ROLES if one["value"] == TIMERS_ROLE),
    )
    held = ask("GET", f"/servicePrincipals/{timers}/appRoleAssignments", None).get("value", [])
    ours = principal["id"] if principal else None
    if any(one["appRoleId"] == role and one["resourceId"] == ours for one in held):
        return
    say(f"give the identity {timers} the app role {TIMERS_ROLE}; tokens it has already lack it, for up to a day")
    if do and ours:
        body = {"principalId": timers, "resourceId": ours, "appRoleId": role}
        ask("POST", f"/servicePrincipals/{ours}/appRoleAssignedTo", body)


def main(arguments: Sequence[str] | None = None, ask: Ask = ask_graph) -> int:
    """Exit codes: 0 done, or nothing to do; 1 something is to be done and --yes was not given; 3 Graph refused."""
    parser = argparse.ArgumentParser(prog="register.sh", description="The app registration of the service.")
    parser.add_argument("--name", default="lead-connector", help="display name of the registration")
    parser.add_argument("--timers", help="principal id of the timers' identity (azd: TIMERS_IDENTITY_PRINCIPAL_ID)")
    parser.add_argument("--yes", action="store_true", help="do it; without it nothing is changed")
    chosen = parser.parse_args(arguments)
    steps: list[str] = []

    def say(step: str) -> None:
        steps.append(step)
        print(f"{'Doing' if chosen.yes else 'Would'}: {step}")

    try:
        app = register(ask, chosen.name, chosen.timers, say, do=chosen.yes)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 3
    if app is not None:
        print(f"Client id (API_CLIENT_ID): {app['appId']}\nAudience: api://{app['appId']}")
    if steps and not chosen.yes:
        print("Nothing was changed. To do it: add --yes.")
        return 1
    if not steps:
        print("Nothing is missing.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
