"""docs/security.md: every line of the threat model has its measure and a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from connector.errors import SettingsError
from connector.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"
BOUNDARIES = (
    "Dataverse", "Entra ID", "Teams and flows", "Callers of the API", "The hook of Dataverse",
    "Verdicts and the ends of subscriptions", "The database", "The data folder", "Logs and metrics",
    "Who writes documents, and who is at the command line", "What we are made of", "The sandbox",
)  # fmt: skip
FEWEST = 3


def sections() -> dict[str, list[tuple[str, ...]]]:
    """The lines of each boundary's table: threat, measure, test."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for part in PAGE.read_text().split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        head, *lines = re.findall(r"(?m)^\| (.+) \|$", text) or [""]
        if head == "threat | measure | test":
            found[title] = [tuple(line.split(" | ")) for line in lines]
    return found


def test_every_boundary_has_threats() -> None:
    """No boundary is left out, and each has a few lines."""
    found = sections()
    assert tuple(found) == BOUNDARIES
    assert {title: len(lines) for title, lines in found.items() if len(lines) < FEWEST} == {}


def test_every_line_names_a_test_that_is_there() -> None:
    """Each line has a threat, a measure, and one test by file and name, which exists and is a test of its own."""
    missing, seen = [], []
    for lines in sections().values():
        for line in lines:
            threat, measure, named = line
            matched = re.fullmatch(r"`([a-z0-9_/]+/test_[a-z0-9_]+\.py|test_[a-z0-9_]+\.py)::(test_[a-z0-9_]+)`", named)
            assert threat, line
            assert measure, line
            assert matched is not None, line
            file = ROOT / "tests" / matched[1]
            tree = ast.parse(file.read_text()) if file.exists() else ast.Module([], [])
            if matched[2] not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
                missing.append(named)
            seen.append(named)
    assert missing == []
    assert [named for named in set(seen) if seen.count(named) > 1] == []


def test_the_policy_says_which_versions_are_supported_and_where_the_model_is() -> None:
    """SECURITY.md tells how to report, what is supported, and leads here."""
    policy = (ROOT / "SECURITY.md").read_text()
    for wanted in ("## Reporting", "## Supported versions", "docs/security.md", "make sbom"):
        assert wanted in policy


def test_a_misspelt_setting_is_refused_with_the_nearest() -> None:
    """A name that looks like a setting and is none ends the start: what it was to guard would be off without a word."""
    with pytest.raises(SettingsError, match=r"is no setting\. Did you mean CONNECTOR_WEBHOOK_SECRET\b"):
        load_settings({"CONNECTOR_WEBHOOK_SECRETS": "x"})
