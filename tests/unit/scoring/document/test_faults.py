"""Suggestions for wrong names."""

from __future__ import annotations

import pytest

from connector.scoring.document.faults import suggest


@pytest.mark.parametrize(
    ("name", "known", "sentence"),
    [
        ("jobtitel", ["jobtitle", "fullname"], "Did you mean `jobtitle`?"),
        ("HOT", ["Hot", "Cold"], "Did you mean `Hot`?"),
        ("xyz", ["b", "a"], "Known: a, b."),
        ("xyz", [], ""),
        ("xyz", [f"column{n}" for n in range(30)], ""),
    ],
)
def test_the_nearest_name_is_suggested(name: str, known: list[str], sentence: str) -> None:
    """A near name is suggested whatever its case; else a few are listed, and many are not."""
    assert suggest(name, known) == sentence
