"""Tokens: what is stored is what is read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.dataverse.reading.tokens import DeltaToken, Token, WindowToken, read_token, write_token

SELECT = frozenset({"leadid", "jobtitle"})
LINK = "https://org.crm4.dynamics.com/api/data/v9.2/leads?$select=a&$deltatoken=919042%2108%2f22%2f2017%2008%3a10%3a44"


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        (DeltaToken(LINK, SELECT), "delta:"),
        (WindowToken(datetime(2026, 11, 20, 9, 0, 0, 5, tzinfo=UTC), SELECT), "window:"),
        (WindowToken(datetime(2026, 11, 20, tzinfo=UTC), SELECT, instead=True), "window:"),
    ],
)
def test_a_token_comes_back_as_it_was(token: Token, kind: str) -> None:
    """Kind, columns and link or moment survive storage, the link byte for byte."""
    text = write_token(token)
    assert text.startswith(kind)
    assert read_token(text) == token


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        'other:{"select": "a"}',
        "delta:",
        "delta:{}",
        "window:[]",
        "other:{}",
        'window:{"select": "a", "read_to": "soon"}',
        "x",
    ],
)  # fmt: skip
def test_what_cannot_be_understood_is_no_token(text: str | None) -> None:
    """A damaged token means that everything is read again."""
    assert read_token(text) is None
