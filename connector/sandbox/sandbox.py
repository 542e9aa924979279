"""The whole stand-in: starts the servers on loopback ports, loads the sample data, and hands out every knob."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from connector.sandbox import tls
from connector.sandbox.calls import CallLog
from connector.sandbox.clock import Clock, wire
from connector.sandbox.data import Data
from connector.sandbox.dataverse.pointers import Pointers
from connector.sandbox.dataverse.schema import stable_id
from connector.sandbox.dataverse.service import DataverseService
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables import standard_tables
from connector.sandbox.entra.directory import Directory
from connector.sandbox.entra.identity import IdentityService
from connector.sandbox.entra.keys import KeyRing
from connector.sandbox.entra.service import EntraService
from connector.sandbox.faults import Faults
from connector.sandbox.flows import FlowsService
from connector.sandbox.sample.activities import History
from connector.sandbox.sample.applications import sample_applications
from connector.sandbox.sample.companies import companies
from connector.sandbox.sample.events import EventsScript, events_script
from connector.sandbox.sample.interactions import sample_interactions
from connector.sandbox.sample.leads import Campaign
from connector.sandbox.sample.messages import load_messages
from connector.sandbox.sample.scale import Crowd
from connector.sandbox.sample.surroundings import Surroundings, load_surroundings
from connector.sandbox.server import Request, Response, Server
from connector.sandbox.service import Front, Service
from connector.sandbox.teams import TeamsService

CHANNELS = ("sales-uk", "sales-dach")
APP_USER, SYSTEM_IDENTITY, USER_IDENTITY = "Lead Connector", "Lead Connector (system)", "Lead Connector (assigned)"


class Sandbox:
    """A running sandbox; also a context manager. Made by `start_sandbox`.

    `settings` are the CONNECTOR_* variables by which a client reaches it. `faults`, `calls`, `teams`, `flows`,
    `data`, `clock`, `entra` and `dataverse` are its parts, with their own knobs.
    """

    def __init__(
        self,
        *,
        seed: int,
        leads: int,
        closed: int,
        accounts: int,
        host: str,
        name: str,
        port: int,
        in_a_row: bool,
        now: datetime | None,
        change_tracking: bool,
        page_size: int,
    ) -> None:
        self.seed = seed
        self.clock = Clock(now)
        self.faults = Faults()
        self.calls = CallLog()
        self.certificate_password = secrets.token_urlsafe(16)
        self._closing = contextlib.ExitStack()
        try:
            self._folder = Path(tempfile.mkdtemp(prefix="lead-connector-sandbox-"))
            self._closing.callback(shutil.rmtree, self._folder)
            servers = self._listen(host, name, port, in_a_row=in_a_row)
            self._assemble(servers, name, change_tracking=change_tracking, page_size=page_size)
            self._load(leads, closed, accounts)
        except BaseException:
            self._closing.close()
            raise
        self.settings = self._settings()

    def close(self) -> None:
        """Stop the servers and their threads, free the sockets, remove the temporary files."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- putting it together ---------------------------------------------------------------------------------------

    def _listen(self, host: str, name: str, port: int, *, in_a_row: bool) -> dict[str, Server]:
        context = tls.server_context(self._folder, name)
        servers: dict[str, Server] = {}
        for place, each in enumerate(("dataverse", "entra", "teams", "flows", "identity")):
            secure = None if each == "identity" else context  # the identity endpoint of App Service is plain HTTP
            wanted = port + place if in_a_row else port if each == "dataverse" else 0
            server = Server(host=host, port=wanted, tls=secure)
            self._closing.callback(server.close)
            servers[each] = server
        return servers

    def _assemble(self, servers: Mapping[str, Server], name: str, *, change_tracking: bool, page_size: int) -> None:
        origins = {each: f"https://{name}:{server.port}" for each, server in servers.items()}
        self._name = name
        self.url = origins["dataverse"]
        self.tenant_id = stable_id("tenant")
        self.api_client_id = stable_id("api")
        self.api_audience = f"api://{self.api_client_id}"
        self.application, system, assigned = sample_applications()
        applications = {each.client_id: each for each in (self.application, system, assigned)}
        resources = {self.url: 1, self.api_audience: 1, self.api_client_id: 2}
        self.directory = Directory(self.tenant_id, origins["entra"], KeyRing(), applications, resources)
        store = Store(standard_tables(change_tracking=change_tracking), self.clock)
        users = {APP_USER: self.application, SYSTEM_IDENTITY: system, USER_IDENTITY: assigned}
        self._known: Surroundings = load_surroundings(
            store, application_users={name: (each.client_id, each.object_id) for name, each in users.items()}
        )
        load_messages(store)
        self._pointers = Pointers(store)
        self.entra = EntraService(self.directory)
        self.identity = IdentityService(self.directory, system_client_id=system.client_id)
        self.identity_client_id = assigned.client_id
        self.dataverse = DataverseService(
            store, self.directory, origin=self.url, faults=self.faults, clock=self.clock, page_size=page_size
        )
        self.teams = TeamsService(CHANNELS, self.clock)
        self.flows = FlowsService(self.clock)
        self.teams.origin, self.flows.origin = origins["teams"], origins["flows"]
        self.data = Data(store, self.dataverse.tables.writing, self._known.sellers[0])
        services: dict[str, Service] = {
            "dataverse": self.dataverse, "entra": self.entra, "teams": self.teams, "flows": self.flows,
            "identity": self.identity,
        }  # fmt: skip
        self._closing.callback(self.dataverse.close)
        self.dataverse.on_part = self._note_part
        self._open(services, servers)
        port = servers["identity"].port
        self.identity_environment = {
            "IDENTITY_ENDPOINT": f"http://127.0.0.1:{port}/msi/token", "IDENTITY_HEADER": self.identity.header,
        }  # fmt: skip

    def _open(self, services: Mapping[str, Service], servers: Mapping[str, Server]) -> None:
        for name, service in services.items():
            front = Front(service, faults=self.faults, calls=self.calls)
            self._closing.callback(front.close)  # before its server, so that nobody waits out a latency
            servers[name].start(front)

    def _note_part(self, request: Request, response: Response) -> None:
        """Record an operation of a batch as a call of its own, to a service of its own: "dataverse.part"."""
        self.calls.note("dataverse.part", self.dataverse.kind(request), request, response.status)

    def _load(self, leads: int, closed: int, accounts: int) -> None:
        now, store = self.clock(), self.data.store
        created = wire(now.replace(year=now.year - 1, day=1))
        store.load("account", companies(self.seed, accounts, self._known, created))
        campaign = Campaign(self.seed, now, self._known, list(store.rows["account"].by_id.values()))
        store.load("lead", campaign.leads(leads, closed))
        store.load("contact", campaign.contacts)
        history = History(self.seed, now, self._known)
        history.tell(store.rows["lead"].by_id.values())
        for table, rows in history.rows.items():
            store.load(table, rows)
        self._pointers.load()

    def fill(self, *, leads: int, accounts: int = 0) -> None:
        """Lay that many generated leads and accounts under the sample: rows that are computed, not kept.

        A million leads take about a second and some megabytes. Once for a sandbox, before clients read.
        """
        Crowd(self.data.store, self.seed, self.clock(), self._known).fill(leads, accounts)

    def _settings(self) -> dict[str, str]:
        (secret,) = self.application.secrets
        return {
            "CONNECTOR_DATAVERSE_URL": self.url,
            "CONNECTOR_AUTHORITY": f"{self.directory.origin}/{self.tenant_id}",
            "CONNECTOR_CLIENT_ID": self.application.client_id,
            "CONNECTOR_CLIENT_SECRET": secret,
            "CONNECTOR_CA_BUNDLE": str(tls.write_ca(self._folder)),
            "CONNECTOR_ALLOWED_HOSTS": self._name,
            "CONNECTOR_TEAMS_CHANNELS": self.teams.setting(),
            "CONNECTOR_APP_ID": self._known.app,
            "CONNECTOR_LEAD_MANAGEMENT": "on",
        }

    # --- sign-in ---------------------------------------------------------------------------------------------------

    @property
    def certificate_pfx(self) -> Path:
        """A PFX for sign-in by certificate, made and registered with the application on first use."""
        path = self._folder / "app.pfx"
        if not path.exists():
            client = tls.client_certificate()
            path.touch(mode=0o600)
            path.write_bytes(client.pfx(self.certificate_password))
            self.application.certificates.append(client.certificate)
        return path

    def mint_token(
        self,
        *,
        roles: tuple[str, ...] = (),
        scp: str | None = None,
        version: int = 2,
        audience: str | None = None,
        client_id: str | None = None,
        object_id: str | None = None,
        expires_in_s: int = 3600,
        extra: Mapping[str, object] | None = None,
    ) -> str:
        """An access token, by default for the connector's own API: its client id for v2, `api_audience` for v1.

        `scp` makes it a user's token; `extra` adds or overrides claims.
        """
        default = self.api_client_id if version > 1 else self.api_audience
        return self.directory.token(
            audience=audience or default,
            client_id=client_id or self.application.client_id,
            object_id=object_id or (self.application.object_id if scp is None else str(uuid.uuid4())),
            version=version,
            roles=tuple(roles),
            scp=scp,
            expires_in_s=expires_in_s,
            extra=extra,
        )

    def remove_application_user(self) -> None:
        """Take the application user out of the environment: its tokens stay valid and no longer help."""
        for user in list(self.data.rows("systemuser")):
            if user.get("applicationid") == self.application.client_id:
                self.data.store.delete("systemuser", user["systemuserid"])

    # --- leads -----------------------------------------------------------------------------------------------------

    def lead(self, lead_id: str) -> dict[str, Any]:
        """A copy of a lead with every column. Raises KeyError."""
        found = self.data.row("lead", lead_id)
        if found is None:
            raise KeyError(lead_id)
        return found

    def leads(self) -> list[dict[str, Any]]:
        """Copies of all leads, in the order of their ids."""
        return list(self.data.rows("lead"))

    def update_lead(self, lead_id: str, changes: Mapping[str, Any]) -> None:
        """Change a lead as another user."""
        self.data.update("lead", lead_id, changes)

    def delete_lead(self, lead_id: str) -> None:
        """Delete a lead as another user."""
        self.data.delete("lead", lead_id)

    def add_lead(self, values: Mapping[str, Any]) -> str:
        """Add a lead as another user; return its id."""
        return self.data.add("lead", values)

    def merge(self, survivor: str, merged: str) -> None:
        """Merge one lead into another as another user."""
        self.data.merge(survivor, merged)

    def before_write(self, lead_id: str, action: Callable[[], None]) -> None:
        """Let something happen once, just before the server handles the next PATCH of that lead."""
        self.dataverse.tables.ambush.lay(lead_id, lambda _body: action())

    def same_before_write(self, lead_id: str) -> None:
        """Let another user write the very values of the next PATCH of that lead, just before the server handles it."""
        self.dataverse.tables.ambush.lay(lead_id, lambda body: self.update_lead(lead_id, body))

    # --- the story -------------------------------------------------------------------------------------------------

    def sample_interactions(self) -> Iterator[dict[str, Any]]:
        """What people did so far: {"id", "lead_id", "type", "at", "properties"}."""
        return sample_interactions(self.data.rows("lead"), seed=self.seed, now=self.clock())

    def events_script(self) -> EventsScript:
        """What happens next; `play` lets it happen. Its interactions are for the caller to hand in."""
        return events_script(self.leads(), seed=self.seed, now=self.clock())

    def play(self, script: EventsScript) -> None:
        """Make the changes of a script as other users, and lie in wait for the writes that it disturbs."""
        for lead_id, changes in script.updates:
            self.update_lead(lead_id, changes)
        for values in script.new_leads:
            self.add_lead(values)
        self.update_lead(script.opted_out, {"msdyn_gdproptout": True})
        self.update_lead(script.disqualified, {"statecode": 2, "statuscode": 6})
        self.before_write(script.closed, lambda: self.update_lead(script.closed, {"statecode": 2, "statuscode": 4}))
        self.before_write(script.edited, lambda: self.update_lead(script.edited, {"telephone1": "+44 20 7946 0123"}))
        self.same_before_write(script.anticipated)
