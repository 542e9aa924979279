"""YAML or JSON text to plain data that knows the line of every value. Knows nothing of models or rules.

Scalars follow the YAML 1.2 core schema: `on`, `yes`, `NO` and dates stay text. Limits keep a hostile document harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import yaml

from connector.errors import DocumentError, Fault

Path = tuple[str | int, ...]
Plain = str | int | Decimal | bool | list["Plain"] | dict[str, "Plain"] | None

MAX_CHARACTERS = 2_000_000
MAX_VALUES = 200_000
MAX_DEPTH = 60
MAX_DIGITS = 30

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAGS = frozenset({"!", "tag:yaml.org,2002:str"})
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FRACTION = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_HALF = re.compile("[\ud800-\udfff]")
_SURROGATES = re.compile(
    r"(?<!\\)(?P<before>(\\\\)*)\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True, slots=True)
class Source:
    """A document as plain data, the line of each path, and the text of each scalar that is not text as written."""

    data: dict[str, Plain]
    lines: Mapping[Path, int]
    texts: Mapping[Path, str]

    def line(self, path: Path) -> int:
        """The line of the value at `path`, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass(slots=True)
class _Node:
    """One value of the document; `entries` of a mapping are (key, key's line, value)."""

    line: int
    kind: str
    text: str = ""
    is_plain: bool = False
    tag: str | None = None
    items: list[_Node] = field(default_factory=list)
    entries: list[tuple[_Node, _Node]] = field(default_factory=list)


def format_path(path: Path) -> str:
    """Write a path as people read it: `groups[2].when.all[0]`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def read_source(text: str) -> Source:
    """Read one YAML or JSON document whose outermost value is a mapping.

    Raises DocumentError with every fault of reading (duplicate keys, numbers out of range); a text that cannot be
    parsed at all has one.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refusal(Fault("", None, f"the document is longer than {MAX_CHARACTERS:,} characters.", "Split it."))
    half = _HALF.search(text)
    if half:
        line = text.count("\n", 0, half.start()) + 1
        raise _refusal(Fault("", line, "this holds half a character, such as a cut emoji.", "Save the file as UTF-8."))
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("{"):
        text = _as_yaml(text)
    node = _Composer(text).document()
    reading = _Reading()
    data = reading.plain(node, (), 0)
    if not reading.faults and not isinstance(data, dict):
        reading.faults.append(
            Fault("", node.line, "the document must be a mapping.", "Start with a key such as `model: my-model`.")
        )
    if reading.faults or not isinstance(data, dict):
        raise _refusal(*reading.faults)
    return Source(data, reading.lines, reading.texts)


def _as_yaml(text: str) -> str:
    """JSON as YAML reads it: a tab is only white space there, and two escapes may stand for one character."""
    return _SURROGATES.sub(_joined, text.replace("\t", " "))


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair["high"], 16), int(pair["low"], 16)
    return pair["before"] + chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def _refusal(*faults: Fault) -> DocumentError:
    return DocumentError("The document cannot be read.", faults=faults)


class _Composer:
    """Events of the YAML parser to nodes, without recursion of the parser's own."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, _Node] = {}

    def document(self) -> _Node:
        """The only document of the stream."""
        try:
            next(self._events)  # the start of the stream
            start = next(self._events)
            if isinstance(start, yaml.StreamEndEvent):
                raise _refusal(Fault("", 1, "the document is empty."))
            node = self._node(next(self._events), 0)
            next(self._events)  # the end of the document
            more = next(self._events)
            if not isinstance(more, yaml.StreamEndEvent):
                raise _refusal(Fault("", _line(more), "there is a second document.", "Write one document a file."))
        except yaml.MarkedYAMLError as error:
            raise _refusal(self._syntax_fault(error)) from error
        except yaml.YAMLError as error:
            raise _refusal(Fault("", None, f"this is not readable text: {_first_line(error)}.")) from error
        return node

    def _syntax_fault(self, error: yaml.MarkedYAMLError) -> Fault:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        message = ", ".join(part for part in (error.context, error.problem) if part)
        shown = self._lines[line - 1] if line and line <= len(self._lines) else ""
        remedy = "Indent with spaces: a tab is not allowed there." if "\t" in shown else ""
        return Fault("", line, f"this is neither YAML nor JSON: {message}.", remedy)

    def _node(self, event: yaml.Event, depth: int) -> _Node:
        line = _line(event)
        if depth > MAX_DEPTH:
            raise _refusal(Fault("", line, f"values are nested more than {MAX_DEPTH} deep."))
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event, line)
        if isinstance(event, yaml.ScalarEvent):
            node = _Node(
                line, "scalar", event.value, is_plain=bool(event.implicit[0]) and event.tag is None, tag=event.tag
            )
        elif isinstance(event, yaml.SequenceStartEvent):
            node = _Node(line, "list", tag=event.tag)
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                node.items.append(self._node(item, depth + 1))
        else:
            node = _Node(line, "mapping", tag=getattr(event, "tag", None))
            while not isinstance(key := next(self._events), yaml.MappingEndEvent):
                key_node = self._node(key, depth + 1)
                node.entries.append((key_node, self._node(next(self._events), depth + 1)))
        if anchor := getattr(event, "anchor", None):
            self._anchors[anchor] = node
        return node

    def _aliased(self, event: yaml.AliasEvent, line: int) -> _Node:
        known = self._anchors.get(event.anchor or "")
        if known is None:
            raise _refusal(Fault("", line, f"`*{event.anchor}` refers to nothing above it, or to itself."))
        return known


class _Reading:
    """Nodes to plain data; collects lines and faults on the way."""

    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}
        self.texts: dict[Path, str] = {}
        self.faults: list[Fault] = []
        self._count = 0

    def plain(self, node: _Node, path: Path, depth: int) -> Plain:
        """The value of a node."""
        self._count += 1
        if self._count > MAX_VALUES or depth > MAX_DEPTH:  # only aliases can get here
            raise _refusal(Fault("", node.line, f"the document unfolds to more than {MAX_VALUES:,} values."))
        self.lines.setdefault(path, node.line)
        if node.kind == "mapping":
            return self._mapping(node, path, depth)
        if node.kind == "list":
            return [self.plain(item, (*path, index), depth + 1) for index, item in enumerate(node.items)]
        return self._scalar(node, path)

    def _mapping(self, node: _Node, path: Path, depth: int) -> dict[str, Plain]:
        mapping: dict[str, Plain] = {}
        for key_node, value in node.entries:
            if key_node.kind != "scalar":
                self._fault(path, key_node.line, "a key must be a word, not a list or a mapping.")
                continue
            key = key_node.text
            if key in mapping:
                first = self.lines[*path, key]
                self._fault((*path, key), key_node.line, f"`{key}` stands here twice (first on line {first}).")
                continue
            self.lines[*path, key] = key_node.line
            mapping[key] = self.plain(value, (*path, key), depth + 1)
        return mapping

    def _scalar(self, node: _Node, path: Path) -> Plain:
        if node.tag is not None and node.tag not in _TEXT_TAGS:
            self._fault(path, node.line, f"the tag `{node.tag}` is not allowed.", "Write the value without a tag.")
            return None
        text = node.text
        if not node.is_plain:
            return text
        value = self._resolved(text, path, node.line)
        if not isinstance(value, str):
            self.texts[path] = text
        return value

    def _resolved(self, text: str, path: Path, line: int) -> Plain:
        if text in _NULLS:
            return None
        if text in _BOOLEANS:
            return _BOOLEANS[text]
        if _ENDLESS.fullmatch(text):
            self._fault(path, line, "infinity and NaN are not numbers that can be compared.")
            return None
        if _OCTAL.fullmatch(text) or _HEXADECIMAL.fullmatch(text):
            return self._bounded(Decimal(int(text, 0)), path, line)
        if _FRACTION.fullmatch(text):
            return self._bounded(Decimal(text), path, line, is_whole=bool(_WHOLE.fullmatch(text)))
        return text

    def _bounded(self, number: Decimal, path: Path, line: int, *, is_whole: bool = True) -> int | Decimal | None:
        digits = len(number.as_tuple().digits)
        if digits > MAX_DIGITS or abs(number.adjusted()) > MAX_DIGITS:
            self._fault(path, line, f"the number has more than {MAX_DIGITS} digits.", "Put it in quotes if it is text.")
            return None
        return int(number) if is_whole else number

    def _fault(self, path: Path, line: int, message: str, remedy: str = "") -> None:
        self.faults.append(Fault(format_path(path), line, message, remedy))


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
