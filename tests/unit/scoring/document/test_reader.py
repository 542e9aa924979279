"""Texts to plain data with lines: the YAML 1.2 core schema, JSON, and what hostile documents try."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from connector.errors import DocumentError, Fault
from connector.scoring.document import reader
from connector.scoring.document.reader import format_path, read_source


def faults(text: str) -> tuple[Fault, ...]:
    """The faults that reading a text raises."""
    with pytest.raises(DocumentError) as caught:
        read_source(text)
    return caught.value.faults


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("NO", "NO"),
        ("off", "off"),
        ("2026-01-31", "2026-01-31"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("true", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("007", 7),
        ("-12", -12),
        ("0o17", 15),
        ("0x1F", 31),
        ("0.10", Decimal("0.10")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal(1000)),
        ("'7'", "7"),
        ('"true"', "true"),
        ("!!str 7", "7"),
        ("! 7", "7"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    """A plain scalar is what YAML 1.2's core schema says; words such as `NO` and dates stay text."""
    data = read_source(f"a: {written}\n").data
    assert data == {"a": value}
    assert type(data["a"]) is type(value)


def test_half_a_character_is_a_fault_with_its_line() -> None:
    """A lone surrogate, which no file can hold, is refused as it stands and as an escape, where it stands."""
    assert faults('model: m\ndescription: "cut \ud83d"\n')[0].line == 2
    assert "half a character" in faults("model: \udc00")[0].message
    assert faults('{"model": "\\ud83d"}')


def test_on_is_a_key() -> None:
    """The key `on` of an alert is the text, not a truth."""
    assert read_source("on: {model: m}\n").data == {"on": {"model": "m"}}


def test_keys_are_text_as_written() -> None:
    """A key that looks like a number or a truth is the text as written."""
    assert read_source("007: a\ntrue: b\n").data == {"007": "a", "true": "b"}


def test_lines_and_texts_are_known() -> None:
    """Every value knows its line, and a number the text that it was written as."""
    source = read_source("a: 1\nb:\n  - x\n  - {c: 1.50}\n")
    assert source.line(("b",)) == 2
    assert source.line(("b", 1, "c")) == 4
    assert source.line(("b", 1, "missing", "deeper")) == 4
    assert source.line(("nowhere",)) == 1
    assert source.texts["b", 1, "c"] == "1.50"
    assert ("b", 0) not in source.texts


def test_json_is_read() -> None:
    """JSON with tabs, escapes and characters beyond the first plane reads as JSON."""
    value = {"model": "m", "text": 'a "b"\\\n\t\U0001f600 \\ud83d', "list": [1, -0.5, 1e2, True, False, None]}
    text = json.dumps(value, indent="\t")
    assert read_source(text).data == json.loads(text)


def test_a_leading_byte_order_mark_is_left_out() -> None:
    """A byte order mark, as some editors write it, is no part of the first key."""
    assert read_source("\ufeffmodel: m\n").data == {"model": "m"}


def test_aliases_unfold() -> None:
    """An alias stands for the value of its anchor."""
    assert read_source("a: &x [1, {b: 2}]\nc: *x\n").data == {"a": [1, {"b": 2}], "c": [1, {"b": 2}]}


def test_a_merge_key_is_an_ordinary_key() -> None:
    """YAML 1.1's merge key does nothing, so that it is told as an unknown key later."""
    assert read_source("<<: {a: 1}\n").data == {"<<": {"a": 1}}


def test_duplicate_keys_are_told_with_both_lines() -> None:
    """A key that stands twice is a fault on its second line that names the first."""
    (fault,) = faults("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n")
    assert (fault.path, fault.line) == ("b.c", 5)
    assert "line 3" in fault.message


def test_all_faults_of_reading_are_told_at_once() -> None:
    """Numbers out of range, tags and strange keys are collected."""
    found = faults("a: .nan\nb: -.INF\nc: 1e99\nd: !!python/object:os.system x\n? [x]\n: 1\ne: " + "9" * 31 + "\n")
    assert [fault.line for fault in found] == [1, 2, 3, 4, 5, 7]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# nothing\n", 1, "empty"),
        ("- a\n", 1, "must be a mapping"),
        ("just text", 1, "must be a mapping"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: [1\nb: 2\n", 2, "neither YAML nor JSON"),
        ("a: *x\n", 1, "refers to nothing"),
        ("a: &x [*x]\n", 1, "or to itself"),
        ("a: " + "[" * 100 + "]" * 100, 1, "nested more than"),
        ("a: '\x00'", None, "not readable text"),
    ],
)
def test_what_cannot_be_read_is_one_fault(text: str, line: int | None, words: str) -> None:
    """A text that is no document has one fault, with its line where there is one."""
    (fault,) = faults(text)
    assert fault.line == line
    assert words in fault.message


def test_a_tab_is_told_with_the_remedy() -> None:
    """A tab in the indentation is told as such."""
    (fault,) = faults("a:\n\t- b\n")
    assert fault.line == 2
    assert "spaces" in fault.remedy


def test_aliases_cannot_explode() -> None:
    """A few lines that unfold to billions of values are refused quickly."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (fault,) = faults("\n".join(lines))
    assert "unfolds" in fault.message


def test_aliases_cannot_nest_without_end() -> None:
    """Aliases inside aliases do not get round the limit of depth."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 80)]
    assert "unfolds" in faults("\n".join(lines))[0].message


def test_a_huge_document_is_refused_unread() -> None:
    """A document beyond the limit is refused before it is parsed."""
    (fault,) = faults("a: " + "x" * reader.MAX_CHARACTERS)
    assert "longer than" in fault.message


def test_half_a_character_is_refused() -> None:
    """A lone surrogate in JSON is no character."""
    assert faults('{"a": "\\ud83d"}')


@pytest.mark.parametrize(
    ("path", "text"), [((), ""), (("a",), "a"), (("groups", 2, "when", "all", 0), "groups[2].when.all[0]")]
)
def test_paths_read_like_code(path: tuple[str | int, ...], text: str) -> None:
    """A path is written with dots and brackets."""
    assert format_path(path) == text
