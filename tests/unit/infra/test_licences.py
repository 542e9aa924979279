"""Which licences may be shipped."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "infra" / "release" / "licences.py"


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("licences", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only AND MIT", False),
        ("MIT AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("(MIT OR GPL-3.0-only) AND GPL-3.0-only", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("LicenseRef-Something", False),
    ],
)
def test_an_expression_is_read_by_its_logic(licences: ModuleType, expression: str, allowed: bool) -> None:
    """Of OR one has to be allowed, of AND all; GPL and AGPL never are."""
    assert licences.may_ship(expression) is allowed


@pytest.mark.parametrize("text", ["", "MIT OR", "MIT Apache-2.0", "(MIT", "MIT)", "MIT / Apache", "AND MIT"])
def test_what_is_no_expression_is_refused(licences: ModuleType, text: str) -> None:
    """Words that cannot be read are no licence."""
    with pytest.raises(ValueError):
        licences.may_ship(text)


def part(*said: dict[str, Any]) -> dict[str, Any]:
    """A part that says this of itself."""
    return {"name": "thing", "version": "1", "licenses": list(said)}


@pytest.mark.parametrize(
    ("component", "fault"),
    [
        (part({"license": {"id": "MIT"}}), ""),
        (part({"expression": "MIT OR GPL-3.0-only"}), ""),
        (part({"license": {"id": "MPL-2.0"}}, {"license": {"name": "License :: Whatever"}}), ""),
        (part({"license": {"name": "License :: OSI Approved :: BSD License"}}), ""),
        (part({"license": {"name": "Some words of our own"}}), "nobody knows"),
        (part({"license": {"id": "MIT"}}, {"license": {"id": "GPL-3.0-only"}}), "GPL-3.0-only is not among"),
        (part(), "no licence"),
    ],
)
def test_each_part_is_judged_by_what_it_says(licences: ModuleType, component: dict[str, Any], fault: str) -> None:
    """An exact word goes before a classifier; nothing said, and unknown words, are faults."""
    assert fault in licences.verdict(component)
    assert bool(fault) == bool(licences.verdict(component))


def test_the_exit_code_tells(licences: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0 with a table where all may be shipped; 1 with the part's name where one may not, or nothing is listed."""
    listed = tmp_path / "sbom.json"
    listed.write_text(json.dumps({"components": [part({"license": {"id": "MIT"}})]}))
    assert licences.main([str(listed)]) == 0
    assert "| thing | 1 | MIT |" in capsys.readouterr().out
    listed.write_text(json.dumps({"components": [part()]}))
    assert licences.main([str(listed)]) == 1
    assert "thing: it says no licence." in capsys.readouterr().err
    listed.write_text("{}")
    assert licences.main([str(listed)]) == 1


def test_a_part_that_says_nothing_is_known_by_its_own_text(licences: ModuleType) -> None:
    """Such parts are named one by one; what they say for themselves goes before."""
    assert licences.verdict({"name": "protobuf", "version": "1"}) == ""
    assert "GPL" in licences.verdict({"name": "protobuf", "licenses": [{"license": {"id": "GPL-3.0-only"}}]})
