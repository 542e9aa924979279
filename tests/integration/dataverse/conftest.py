"""One certificate for all servers that stand in for an environment here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.dataverse.strange.server import certificate


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The certificate and its key."""
    return certificate(tmp_path_factory.mktemp("tls"))
