"""A small client on the standard library: what the sandbox is asked with here. Not the connector's own client."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from connector.sandbox import Sandbox

API = "/api/data/v9.2"


@dataclass(frozen=True)
class Answer:
    """One answer; `json` is the parsed body, None where it is none."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON, None where there is none."""
        return json.loads(self.body) if self.body else None

    @property
    def code(self) -> str:
        """Dataverse's error code."""
        found: str = self.json["error"]["code"]
        return found

    @property
    def message(self) -> str:
        """Dataverse's error message."""
        found: str = self.json["error"]["message"]
        return found

    @property
    def value(self) -> list[dict[str, Any]]:
        """The rows of a page."""
        found: list[dict[str, Any]] = self.json["value"]
        return found


class Client:
    """One connection that stays open, and a token."""

    def __init__(self, sandbox: Sandbox, origin: str | None = None, token: str | None = None) -> None:
        self.sandbox = sandbox
        parts = urlsplit(origin or sandbox.url)
        self._connection: http.client.HTTPConnection
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=sandbox.settings["CONNECTOR_CA_BUNDLE"])
            self._connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=20, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        self.token = token if token is not None else sandbox.mint_token(audience=sandbox.url, version=1)

    def ask(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Send one request; a body that is not bytes is sent as JSON."""
        sent = {"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        self._connection.request(method, target, body, {**sent, **(headers or {})})
        response = self._connection.getresponse()
        return Answer(response.status, dict(response.getheaders()), response.read())

    def get(self, path: str, prefer: str = "", **options: str) -> Answer:
        """GET a path below the API with options (`select=...` for `$select=...`)."""
        return self.get_with({"Prefer": prefer} if prefer else {}, path, **options)

    def get_with(self, headers: Mapping[str, str], path: str, **options: str) -> Answer:
        """As `get`, with headers."""
        query = "&".join(f"${name}={quote(value)}" for name, value in options.items())
        target = f"{API}/{path}" + (("&" if "?" in path else "?") + query if query else "")
        return self.ask("GET", target, headers=headers)

    def follow(self, link: str, prefer: str = "") -> Answer:
        """GET a whole URL of this server."""
        parts = urlsplit(link)
        assert f"{parts.scheme}://{parts.netloc}" == self.sandbox.url
        return self.ask("GET", f"{parts.path}?{parts.query}", headers={"Prefer": prefer} if prefer else {})

    def pages(self, first: Answer, prefer: str = "") -> Iterator[Answer]:
        """A page and all that follow."""
        page = first
        yield page
        while "@odata.nextLink" in page.json:
            page = self.follow(page.json["@odata.nextLink"], prefer)
            assert page.status == 200, page.body
            yield page

    def patch(self, lead_id: str, body: Any, **headers: str) -> Answer:
        """PATCH a lead; header names with underscores (`If_Match`)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("PATCH", f"{API}/leads({lead_id})", body, named)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def client_of(sandbox: Sandbox, origin: str | None = None, token: str | None = None) -> Iterator[Client]:
    """A client that is closed in the end."""
    client = Client(sandbox, origin, token)
    try:
        yield client
    finally:
        client.close()
