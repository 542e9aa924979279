"""What must stand nowhere in the package."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import connector.dataverse

SOURCES = sorted(Path(connector.dataverse.__file__).parent.rglob("*.py"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in SOURCES}


def strings(text: str) -> list[str]:
    """Every string constant of a module, docstrings included."""
    tree = ast.parse(text)
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]


@pytest.mark.parametrize("name", TEXTS)
def test_there_is_no_wildcard_guard(name: str) -> None:
    """No code can send `If-Match: *`: the wildcard stands in no string, and the header in one place only."""
    found = strings(TEXTS[name])
    assert "*" not in {text.strip() for text in found}
    assert found.count("If-Match") == (1 if name == "session.py" else 0)
    assert not re.search(r"If-Match[\"']?\s*[:,]\s*[\"']\*", TEXTS[name])


def test_msal_has_one_user() -> None:
    """Only `auth` imports MSAL."""
    assert [name for name, text in TEXTS.items() if re.search(r"^(import|from) msal", text, re.MULTILINE)] == [
        "auth.py"
    ]


def test_bulk_updates_are_not_used() -> None:
    """They carry no etag and roll back together."""
    assert not [name for name, text in TEXTS.items() if "UpdateMultiple" in text]


def test_no_module_knows_the_sandbox_or_the_settings() -> None:
    """The adapter gets what it needs as arguments."""
    known = re.compile(r"connector\.(sandbox|settings|store|web|delivery)|os\.environ")
    assert not [name for name, text in TEXTS.items() if known.search(text)]
