"""What `make` does that somebody could regret."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_clean_removes_what_was_made_and_no_data() -> None:
    """Every environment and cache goes; `.connector`, where commands without settings keep their database, stays."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")  # of the make that runs the tests
    environ = {name: value for name, value in os.environ.items() if name not in outer}
    said = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "clean"],
        cwd=ROOT, env=environ, capture_output=True, text=True, check=True, timeout=60,
    ).stdout.split()  # fmt: skip
    assert said[:2] == ["rm", "-rf"]
    assert {".venv", ".venv-checks", ".venv-shipped", ".venv-shipping", "dist"} <= set(said)
    assert ".connector" not in said
