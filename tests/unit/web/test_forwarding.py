"""What proxies tell of a request, and who is believed in it."""

from __future__ import annotations

from typing import cast

import pytest
from flask import Flask, request

from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.service import Service
from tests.integration.web.test_serving import EmptyService

PROXY = "10.0.0.9"
FORWARDED = {
    "X-Forwarded-For": "203.0.113.66, 198.51.100.7",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "Forwarded": "for=203.0.113.66;host=evil.example",
}


def application(proxies: int, seen: list[tuple[str | None, str, str]]) -> Flask:
    """An application that notes how each request looks to it."""
    app = create_app(cast("Service", EmptyService()), Security(), public_url="https://leads.example", proxies=proxies)
    app.before_request(lambda: seen.append((request.remote_addr, request.host, request.scheme)))
    return app


@pytest.mark.parametrize(
    ("proxies", "caller"), [(0, PROXY), (1, "198.51.100.7"), (2, "203.0.113.66"), (3, PROXY)], ids=str
)
def test_what_was_forwarded_is_believed_only_where_it_is_told(proxies: int, caller: str) -> None:
    """Without proxies the connection's own address counts; with n the nth entry from the end."""
    seen: list[tuple[str | None, str, str]] = []
    client = application(proxies, seen).test_client()
    assert client.get("/healthz", headers=FORWARDED, environ_base={"REMOTE_ADDR": PROXY}).status_code == 200
    assert seen == [(caller, "localhost", "http")]


@pytest.mark.parametrize("proxies", [0, 1])
def test_no_header_decides_where_clients_are_sent(proxies: int) -> None:
    """Host, scheme, port and prefix are never taken from what was forwarded; nothing of it is in an answer."""
    client = application(proxies, []).test_client()
    answer = client.get("/api/v1/runs", headers=FORWARDED | {"Host": "evil.example"})
    assert answer.status_code == 401
    assert "evil" not in answer.get_data(as_text=True) + str(answer.headers)
