"""Which characters are replaced before they are stored, and that nothing else is."""

from __future__ import annotations

import json

import pytest

from connector.store.storable import dump_json, storable, storable_json


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a\x00", "a\ufffd"),
        ("\ud83d", "\ufffd"),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\x01\x7f\ufffe\U0010ffff", "\x01\x7f\ufffe\U0010ffff"),
        ("\\u0000 \\ud800", "\\u0000 \\ud800"),
    ],
    ids=ascii,
)
def test_a_character_for_a_character(sent: str, kept: str) -> None:
    """Each that cannot be kept becomes one U+FFFD; escapes that somebody typed are text like any other."""
    assert storable(sent) == kept
    assert json.loads(dump_json({sent: [sent]})) == {kept: [kept]}


def test_what_is_no_text_is_left_alone() -> None:
    """Numbers, truths, nothing and the shape stay."""
    value = {"a": [1, 1.5, True, None, {"b": "c"}]}
    assert storable_json(value) == value
    assert dump_json(value) == '{"a":[1,1.5,true,null,{"b":"c"}]}'


def test_a_number_that_json_does_not_know_is_refused() -> None:
    """NaN and infinity are mistakes of ours, not data."""
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json({"score": float("nan")})
