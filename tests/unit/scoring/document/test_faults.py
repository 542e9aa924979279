"""Suggestions for wrong names."""

from __future__ import annotations

import pytest

from connector.errors import DocumentError
from connector.scoring.document import parse_model
from connector.scoring.document.faults import suggest


def test_many_faults_are_told_without_a_search_for_each() -> None:
    """A document of nothing but wrong names is refused soon, and every fault is still told."""
    wrong = ", ".join(f"x{n}: 1" for n in range(5_000))
    with pytest.raises(DocumentError) as caught:
        parse_model(f"{{model: m, groups: [], {wrong}}}")
    assert len(caught.value.faults) == 5_001
    assert sum(bool(fault.remedy) for fault in caught.value.faults) < 201


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


@pytest.mark.parametrize(
    ("write", "remedy"),
    [
        ("{history: scorehistory}", "Use the name of a table of your own: a publisher's prefix and a name"),
        ("{score: Lc-Fit}", "Use letters, digits and underscores."),
    ],
)
def test_a_name_of_another_form_says_which_is_needed(write: str, remedy: str) -> None:
    """Tables of one's own have a prefix; columns have letters, digits and underscores."""
    with pytest.raises(DocumentError) as caught:
        parse_model(f"model: m\nwrite: {write}\ngroups: [{{name: g, points: 1, when: {{fact: lead.x, equals: 1}}}}]")
    (fault,) = caught.value.faults
    assert fault.remedy.startswith(remedy)
