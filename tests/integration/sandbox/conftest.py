"""A sandbox for each test that changes one, and one for all tests that only read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connector.sandbox import Sandbox, start_sandbox

from .support import Client, client_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _own_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine's own bundle must not win over the sandbox's CA."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small sandbox whose clock stands still; it must not have failed by itself."""
    with start_sandbox(leads=60, closed=5, accounts=12, now=NOW) as running:
        yield running
        assert running.calls.crashes == []


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    """A client of `sandbox`."""
    with client_of(sandbox) as connected:
        yield connected


@pytest.fixture(scope="module")
def campaign() -> Iterator[Sandbox]:
    """The whole sample, for tests that only read."""
    with start_sandbox(now=NOW) as running:
        yield running
        assert running.calls.crashes == []


@pytest.fixture
def reader(campaign: Sandbox) -> Iterator[Client]:
    """A client of `campaign`."""
    with client_of(campaign) as connected:
        yield connected
