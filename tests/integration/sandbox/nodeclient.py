"""Runs a node script with the npm clients of tests/clients, which are installed once into a folder that git ignores."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

CLIENTS = Path(__file__).parents[2] / "clients"
INSTALLED = Path(__file__).parents[2] / "output"
INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
TIMEOUT_S = 300
FILES = ("package.json", "package-lock.json", ".npmrc")


def folder() -> Path:
    """The folder with the installed clients; skips the test where they cannot be installed, naming the command."""
    for command in ("node", "npm"):
        if shutil.which(command) is None:
            pytest.skip(f"{command} is missing: run `make system-deps`")
    wanted = hashlib.sha256((CLIENTS / "package-lock.json").read_bytes()).hexdigest()[:12]
    target = INSTALLED / f"clients-{wanted}"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one of the test processes installs, the others wait
        if not (target / "installed").exists():
            _install(target)
            (target / "installed").touch()
        for script in CLIENTS.glob("*.mjs"):
            _copy(script, target / script.name)
    return target


def _install(target: Path) -> None:
    for name in FILES:
        shutil.copyfile(CLIENTS / name, target / name)
    try:
        done = subprocess.run(INSTALL, cwd=target, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the package registry does not answer: `{' '.join(INSTALL)}` in tests/clients")
    if done.returncode == 0:
        return
    if any(sign in done.stderr for sign in ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ENETUNREACH")):
        pytest.skip(f"the package registry cannot be reached: `{' '.join(INSTALL)}` in tests/clients")
    pytest.fail(f"`{' '.join(INSTALL)}` failed: {done.stderr[-2000:]}")


def _copy(source: Path, target: Path) -> None:
    """Copy in one step: another process may be reading."""
    if not target.exists() or target.read_bytes() != source.read_bytes():
        fresh = target.with_suffix(f".{os.getpid()}")
        shutil.copyfile(source, fresh)
        fresh.replace(target)


def run(script: str, part: str, environment: Mapping[str, str], ca: str) -> dict[str, Any]:
    """Run a part of a script; what each step gave or how it was refused, by the step's name."""
    node = shutil.which("node") or "node"
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [node, script, part],
        cwd=folder(),
        env={**known, **environment, "NODE_EXTRA_CA_CERTS": ca},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    return {each.pop("step"): each.get("value", each) for each in steps}
