"""What must stand nowhere in the package."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import connector.dataverse

SOURCES = sorted(Path(connector.dataverse.__file__).parent.glob("*.py"))


def strings(path: Path) -> list[str]:
    """Every string constant of a module, docstrings included."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_there_is_no_wildcard_guard(path: Path) -> None:
    """No code can send `If-Match: *`: the wildcard stands in no string, and the header in one place only."""
    assert "*" not in {text.strip() for text in strings(path)}
    headers = [text for text in strings(path) if text == "If-Match"]
    assert len(headers) == (1 if path.name == "session.py" else 0)
    assert not re.search(r"If-Match[\"']?\s*[:,]\s*[\"']\*", path.read_text(encoding="utf-8"))


def test_msal_has_one_user() -> None:
    """Only `auth` imports MSAL."""
    users = [
        path.name
        for path in SOURCES
        if re.search(r"^\s*(import|from) msal", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert users == ["auth.py"]


def test_bulk_updates_are_not_used() -> None:
    """They carry no etag and roll back together."""
    assert not [path.name for path in SOURCES if "UpdateMultiple" in path.read_text(encoding="utf-8")]


def test_no_module_knows_the_sandbox_or_the_settings() -> None:
    """The adapter gets what it needs as arguments."""
    for path in SOURCES:
        assert not re.search(r"connector\.(sandbox|settings|store|web|delivery)", path.read_text(encoding="utf-8")), (
            path.name
        )
        assert "os.environ" not in path.read_text(encoding="utf-8")
