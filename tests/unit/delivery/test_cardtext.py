"""Text from outside made harmless."""

from __future__ import annotations

import unicodedata

import pytest

from connector.delivery.cardtext import clean, cut, escape, foldable, plain

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
ZWSP = "\u200b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\nlines\tand\x00null  ", "two lines and null"),
        ("a\u2028b\u00a0c", "a b c"),
        ("over\u202eride\u2066", "override"),
        ("bro\ud800ken", "bro\ufffdken"),
        ("u\u0308ber", "über"),
        ("\ufeffzero\u200bwidth", "zerowidth"),
        ("e" + "\u0301" * 50, "é" + "\u0301" * 8),
        ("\u0301start", "start"),
        ("", ""),
    ],
)
def test_clean_makes_one_line_of_shown_characters(text: str, expected: str) -> None:
    """Control, override and broken characters go, white space becomes one space, towers of marks are cut."""
    assert clean(text, 60) == expected


def test_clean_bounds_its_work_and_its_result() -> None:
    """A 10 MB name gives a text of the limit, ending in an ellipsis."""
    result = clean("x" * 10_000_000, 120)
    assert len(result) == 120
    assert result.endswith("…")


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("abc def", 5, "abc…"),
        ("ab" + FAMILY + "cd", 5, "ab…"),
        ("ab" + FAMILY + "cd", 8, "ab" + FAMILY + "…"),
        ("ab\U0001f44d\U0001f3fdcd", 4, "ab…"),
        ("a\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7z", 5, "a\U0001f1e9\U0001f1ea…"),
        ("a\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7z", 3, "a…"),
        ("ab\u0915\u094d\u0937x", 4, "ab…"),
        ("\u1112\u1161\u11ab\u1100", 3, "…"),
        ("x" * 9, 0, "…"),
    ],
)
def test_cut_never_splits_what_people_see_as_one(text: str, limit: int, expected: str) -> None:
    """Emoji families, skin tones, flags, conjuncts and syllables stay whole or go whole."""
    assert cut(text, limit) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[x](javascript:alert(1))", "\\[x\\](javascript:alert(1))"),
        ("**bold** _it_ `code` ~~no~~", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\` \\~\\~no\\~\\~"),
        ("back\\slash", "back\\\\slash"),
        ("<at>Everyone</at>", f"<{ZWSP}at>Everyone<{ZWSP}/at>"),
        ("<script>", f"<{ZWSP}script>"),
        ("&lt;at&gt; &#60;", f"&{ZWSP}lt;at&{ZWSP}gt; &{ZWSP}#60;"),
        ("AT&T; R&D", f"AT&{ZWSP}T; R&D"),
        (
            "https://evil.example www.evil.example",
            f"https:{ZWSP}/{ZWSP}/evil.{ZWSP}example www{ZWSP}.{ZWSP}evil.{ZWSP}example",
        ),
        ("evil.com, a@evil.co.uk, //evil.com", f"evil.{ZWSP}com, a@evil.{ZWSP}co.{ZWSP}uk, /{ZWSP}/evil.{ZWSP}com"),
        ("v2.5, 3.14, e.g. this. And that", "v2.5, 3.14, e.g. this. And that"),
        ("# heading", "\\# heading"),
        ("> quote", "\\> quote"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("12) item", "12\\) item"),
        ("---", "\\---"),
        ("-3 degrees, +44 20", "-3 degrees, +44 20"),
        ("2.5 million", "2.5 million"),
        ("3 > 2, a < b", "3 > 2, a < b"),
        ("Zoë O'Hara-Müller (EMEA)", "Zoë O'Hara-Müller (EMEA)"),
    ],
)
def test_escape_shows_markup_as_it_was_written(text: str, expected: str) -> None:
    """No Markdown, tag, entity or bare link of a lead's text comes to life; ordinary names stay as they are."""
    assert escape(text) == expected


@pytest.mark.parametrize("text", ["n" * 40, "e\u0301" * 20, "\U0001f1e9\U0001f1ea" * 12, "short words only", ""])
def test_long_words_can_fold_and_stay_the_same(text: str) -> None:
    """An invisible place to fold every few characters, never inside one as people see it; other text is untouched."""
    folded = foldable(text)
    assert folded.replace(ZWSP, "") == text
    assert max(map(len, folded.split(ZWSP))) <= 14 or " " in text
    assert all(not unicodedata.combining(part[0]) for part in folded.split(ZWSP) if part)
    assert (ZWSP in folded) == (len(text) > 20)


def test_right_to_left_text_is_kept_to_itself() -> None:
    """A right-to-left name is isolated, so that it cannot reorder the text around it."""
    assert escape("نور الهدى") == "\u2068نور الهدى\u2069"
    assert escape("plain") == "plain"


def test_plain_leaves_markdown_characters_alone() -> None:
    """Where no Markdown is read no backslash is shown."""
    assert plain("a_b [c]") == "a_b [c]"
    assert plain("<at>") == f"<{ZWSP}at>"
