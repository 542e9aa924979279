"""Fixtures of the tests of the Dataverse adapter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.http.session import DataverseSession

from .support import ORG, FakeTime, FakeTokens, Script


@pytest.fixture
def time() -> FakeTime:
    """A clock that only sleeping moves."""
    return FakeTime()


@pytest.fixture
def tokens() -> FakeTokens:
    """Tokens with numbers."""
    return FakeTokens()


@pytest.fixture
def script() -> Iterator[Script]:
    """Scripted answers instead of the network."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Script(mock)


@pytest.fixture
def session(time: FakeTime, tokens: FakeTokens) -> Iterator[DataverseSession]:
    """A session with the org, without jitter."""
    with DataverseSession(
        ORG,
        tokens,
        policy=RetryPolicy(attempts=4),
        clock=time.clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        jitter=lambda: 0.0,
    ) as opened:
        yield opened
