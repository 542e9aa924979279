"""What is read as JSON and what is refused, whichever way is the quick one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.dataverse.http.answers import parse_json


def nested(depth: int) -> Any:
    """Lists in lists."""
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


@pytest.mark.parametrize(
    "text",
    [
        '{"value":[{"a":1.10,"b":-0,"c":"12345678901234567890123"}]}',
        "[12345678901234567890]",
        "[-1234567890123456789]",
        "[0.1234567890123456789012345]",
        '["\\ud800"]',
        "\ufeff[1]",
    ],
)
def test_what_is_json_is_read_as_the_standard_library_reads_it(text: str) -> None:
    """Long numbers as far as a column holds them, long digits in texts and behind the point, a byte order mark."""
    assert parse_json(text.encode()) == json.loads(text.removeprefix("\ufeff"))


@pytest.mark.parametrize(
    "text", ["[123456789012345678901]", "[-12345678901234567890]", "[1e999]", "[-1e400]", "[NaN]", "[-Infinity]"]
)
def test_numbers_that_no_column_holds_are_refused(text: str) -> None:
    """Those with too many digits too, and what is no number."""
    with pytest.raises(ValueError, match=r"out of range|NaN|Infinity"):
        parse_json(text.encode())


@pytest.mark.parametrize("around", ["{}", '{{"value":{}}}', '{{"value":[{{"a":{}}}]}}', '{{"value":[{}]}}'])
@pytest.mark.parametrize("deep", [65, 100, 5_000])
def test_endless_nesting_is_refused_wherever_it_is(around: str, deep: int) -> None:
    """At the top, in what should be the rows, in a row, in place of a row."""
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(around.format("[" * deep + "]" * deep).encode())


def test_entries_that_are_no_rows_do_not_hide_what_is_nested() -> None:
    """However many flat entries a list has."""
    data = {"value": [*range(10_000), nested(100)]}
    with pytest.raises(ValueError, match="nested too deeply"):
        parse_json(json.dumps(data).encode())


def test_many_rows_with_something_nested_are_read() -> None:
    """Columns may hold lists and objects; brackets in texts are none."""
    rows = [{"a": nested(number % 50), "b": "{[" * number, "c": {}} for number in range(300)]
    assert parse_json(json.dumps({"value": rows}).encode()) == {"value": rows}


@pytest.mark.parametrize("body", [b"\xff", b'{"a":', b"[1]x", b"[01]", b'["\x01"]'])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    """Damaged text, cut text, text behind the end."""
    with pytest.raises(ValueError, match=r"(?s).+"):
        parse_json(body)
