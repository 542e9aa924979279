"""Text with places for values: names are found, filled once, and nothing else has a meaning."""

from __future__ import annotations

import pytest

from connector.scoring.templates import faulty_places, fill, names_in


def test_names_are_found_once_in_their_order() -> None:
    """Blanks inside the braces do not matter."""
    assert names_in("Call {{lead.fullname}} of {{ account.name }}, {{  lead.fullname }}") == (
        "lead.fullname",
        "account.name",
    )


def test_values_are_put_in_and_never_read_again() -> None:
    """A value that looks like a place stays as it is."""
    assert fill("a {{ lead.x }} b", {"lead.x": "{{ lead.y }}"}.__getitem__) == "a {{ lead.y }} b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ lead.x | upper }}", ("{{ lead.x | upper }}",)),
        ("{{ name }}", ("{{ name }}",)),
        ("{{ lead.x }} {{ 1+1 }}", ("{{ 1+1 }}",)),
        ("{{ lead.x", ("{{ lead.x",)),
        ("{% if %} {lead.x} }}", ()),
        ("{{ score.icp-fit }}", ()),
    ],
)
def test_what_is_no_place_is_told(text: str, expected: tuple[str, ...]) -> None:
    """Filters, expressions, plain names and open braces are faults; single braces are text."""
    assert faulty_places(text) == expected
