"""The API over the real service, store and sandbox, on a real socket, with tokens of the sandbox's Entra."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from connector.bootstrap import Service
from connector.sandbox import Sandbox
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.serving import HttpServer

Call = Callable[..., tuple[int, dict[str, str], dict[str, object]]]


@pytest.fixture
def call(sandbox: Sandbox, service: Service) -> Iterator[Call]:
    """Ask the running API: method, path, token, body → status, headers, JSON."""
    settings = service.settings.model_copy(update={"api_audience": (sandbox.api_audience, sandbox.api_client_id)})
    app = create_app(service, security_from(settings))
    with HttpServer(app, "127.0.0.1", 0, threads=4) as server:

        def ask(
            method: str, path: str, token: str = "", body: object = None
        ) -> tuple[int, dict[str, str], dict[str, object]]:
            connection = http.client.HTTPConnection(server.host, server.port, timeout=10)
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            data = None if body is None else json.dumps(body)
            connection.request(method, path, data, headers | ({"Content-Type": "application/json"} if data else {}))
            answer = connection.getresponse()
            result = answer.status, dict(answer.headers), json.loads(answer.read())
            connection.close()
            return result

        yield ask


@pytest.mark.parametrize("version", [1, 2])
def test_entras_tokens_open_what_their_roles_open(sandbox: Sandbox, call: Call, version: int) -> None:
    """v1 and v2 tokens of applications and users are let in by role and scope, expired ones and none are not."""
    reader = sandbox.mint_token(roles=("Score.Read",), version=version)
    assert call("GET", "/api/v1/runs", reader)[0] == 200
    assert call("POST", "/api/v1/runs", reader)[0] == 403
    assert call("GET", "/api/v1/runs", sandbox.mint_token(scp="Score.Read", version=version))[0] == 200
    assert call("GET", "/api/v1/runs", sandbox.mint_token(scp="openid", roles=("Admin",), version=version))[0] == 403
    assert (
        call("GET", "/api/v1/runs", sandbox.mint_token(roles=("Admin",), version=version, expires_in_s=-600))[0] == 401
    )
    assert (
        call("GET", "/api/v1/runs", sandbox.mint_token(roles=("Admin",), version=version, audience=sandbox.url))[0]
        == 401
    )
    assert call("GET", "/api/v1/runs")[0] == 401


def test_a_run_is_asked_for_and_its_scores_are_read(sandbox: Sandbox, service: Service, call: Call) -> None:
    """Start, follow, read a lead's scores, record what the lead did: over HTTP, on the real store."""
    admin = sandbox.mint_token(roles=("Admin",))
    assert call("GET", "/readyz")[0] == 200
    status, headers, run = call("POST", "/api/v1/runs", admin)
    assert (status, run["status"]) == (202, "queued")
    assert call("GET", headers["Location"], admin)[2]["run_id"] == run["run_id"]

    service.sync(by="test")
    [best] = service.store.ranking(1)
    status, _, found = call("GET", f"/api/v1/leads/{str(best['lead_id']).upper()}/scores", admin)
    assert status == 200
    assert found["lead_id"] == best["lead_id"]
    scores = found["scores"]
    assert isinstance(scores, list)
    assert {"model", "score", "grade", "groups", "unknown", "reasons", "next_change_at"} <= set(scores[0])
    assert {"name", "points", "outcome"} == set(scores[0]["groups"][0])

    item = {"id": "api-1", "lead_id": best["lead_id"], "type": "email_click", "at": datetime.now(UTC).isoformat()}
    body = {"interactions": [item]}
    assert call("POST", "/api/v1/interactions", admin, body)[2] == {"received": 1, "added": 1}
    assert call("POST", "/api/v1/interactions", admin, body)[2] == {"received": 1, "added": 0}
