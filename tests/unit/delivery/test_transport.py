"""How a callback is posted to, where no server is needed to see it."""

from __future__ import annotations

import pytest
import requests

from connector.delivery.transport import open_session, post_verbatim


def test_plain_http_never_leaves() -> None:
    """Even if a caller forgot the guard, a session for callbacks does not post to http."""
    with open_session() as session, pytest.raises(requests.exceptions.InvalidSchema):
        post_verbatim(session, "http://127.0.0.1:9/x", b"{}", verify=True, timeout_s=(1.0, 1.0))


def test_a_proxys_connections_send_urls_as_they_are_too() -> None:
    """Behind a proxy the same kind of connection is used as without one."""
    with open_session() as session:
        adapter = session.get_adapter("https://flows.example/x")
        assert isinstance(adapter, requests.adapters.HTTPAdapter)
        direct = adapter.poolmanager.pool_classes_by_scheme["https"]
        proxied = adapter.proxy_manager_for("http://proxy.example:3128").pool_classes_by_scheme["https"]
        assert direct is proxied
        assert direct.ConnectionCls.__name__ == "_VerbatimConnection"
        assert adapter.max_retries.total == 0
