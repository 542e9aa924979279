"""What `make` does that somebody could regret."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_clean_removes_what_was_made_and_no_data() -> None:
    """Every environment and cache goes; `.connector`, where commands without settings keep their database, stays."""
    said = subprocess.run(
        ["make", "--dry-run", "clean"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert said[:2] == ["rm", "-rf"]
    assert {".venv", ".venv-checks", ".venv-shipped", ".venv-shipping", "dist"} <= set(said)
    assert ".connector" not in said
