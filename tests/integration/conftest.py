"""A sandbox and a service on it, as an installation has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.bootstrap import Service
from connector.dataverse.http.retry import RetryPolicy
from connector.pipeline.publishing import read_documents
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings

IMPATIENT = RetryPolicy(attempts=2, first_s=0.01, longest_s=0.01, budget_s=30)
DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment: 60 open leads, 5 closed ones, 15 accounts."""
    with start_sandbox(leads=60, closed=5, accounts=15) as started:
        yield started


@pytest.fixture
def service(sandbox: Sandbox, tmp_path: Path) -> Iterator[Service]:
    """A service on the sandbox with the sample documents live and no interactions."""
    environ = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_TEAMS_RATE": "50/s"}
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        applied = opened.apply(read_documents(DOCUMENTS), publish=True, replace=False, by="test")
        assert [line for document in applied if document.refused for line in document.lines()] == []
        yield opened
