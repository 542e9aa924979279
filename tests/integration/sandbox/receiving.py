"""A receiver of webhooks on loopback, and the registration of a webhook as a client does it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from connector.sandbox.server import Request, Response, Server

from .support import API, Client


class Receiver:
    """Keeps what arrives; answers with the statuses given, one after the other, then with 200."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.statuses: list[int] = []
        self._lock = threading.Lock()
        self._server = Server(host="127.0.0.1", tls=tls)
        self.url = f"http{'s' if tls else ''}://localhost:{self._server.port}/hooks/dataverse"
        self._server.start(self._answer)

    def _answer(self, request: Request) -> Response:
        with self._lock:
            self.requests.append(request)
            return Response(self.statuses.pop(0) if self.statuses else 200)

    def close(self) -> None:
        """Stop."""
        self._server.close()

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What arrived, as JSON."""
        return [json.loads(each.body) for each in self.requests]


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """A receiver that is closed in the end."""
    made = Receiver(tls)
    try:
        yield made
    finally:
        made.close()


def register(client: Client, url: str, *messages: str, table: str = "lead", **step: Any) -> dict[str, str]:
    """Register a webhook with a step for each message; the ids by message, that of the endpoint as "endpoint"."""
    authentication = {
        "authtype": step.pop("authtype", 5),
        "authvalue": step.pop("authvalue", settings("x-secret", "s")),
    }
    body = {"name": "lc", "contract": 8, "url": url, **authentication, "messageformat": 2, "connectionmode": 1}
    created = client.ask("POST", f"{API}/serviceendpoints", body)
    assert created.status == 204, created.body
    ids = {"endpoint": _id(created.headers["OData-EntityId"])}
    for message in messages:
        ids[message] = add_step(client, ids["endpoint"], message, table, **step)
    return ids


def add_step(client: Client, endpoint: str, message: str, table: str = "lead", **step: Any) -> str:
    """Register one step of an endpoint."""
    answer = post_step(client, endpoint, message, table, **step)
    assert answer.status == 204, answer.body
    return _id(answer.headers["OData-EntityId"])


def post_step(client: Client, endpoint: str, message: str, table: str = "lead", **step: Any) -> Any:
    """Ask for a step; the answer."""
    found = client.get("sdkmessages", select="sdkmessageid", filter=f"name eq '{message}'").value[0]["sdkmessageid"]
    wanted = f"primaryobjecttypecode eq '{table}' and sdkmessageid/name eq '{message}'"
    of_table = client.get("sdkmessagefilters", select="sdkmessagefilterid", filter=wanted).value[0]
    body = {
        "name": f"lc {message}", "mode": 1, "stage": 40, "rank": 1, "supporteddeployment": 0, "asyncautodelete": True,
        "sdkmessageid@odata.bind": f"/sdkmessages({found})",
        "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({of_table['sdkmessagefilterid']})",
        "eventhandler_serviceendpoint@odata.bind": f"/serviceendpoints({endpoint})",
    }  # fmt: skip
    if message == "Update":
        body["filteringattributes"] = "jobtitle,statecode,parentaccountid"
    return client.ask("POST", f"{API}/sdkmessageprocessingsteps", body | step)


def settings(name: str, value: str) -> str:
    """An authentication value of one pair."""
    return f'<settings><setting name="{name}" value="{value}"/></settings>'


def pairs(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Keys and values of a collection of parameters or attributes."""
    return {each["key"]: each["value"] for each in found}


def _id(address: str) -> str:
    return address.rpartition("(")[2].rstrip(")")
