"""A small reader of our own Bicep: what a file declares, uses and hands on. Plain resources only; no compiler."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

INFRA = Path(__file__).resolve().parents[3] / "infra"
MAIN = INFRA / "main.bicep"
MODULES = sorted((INFRA / "modules").glob("*.bicep"))

_DECLARED = re.compile(r"(?m)^(param|var|resource|module|output) (\w+)")
_MODULE = re.compile(r"(?m)^module (\w+) '([^']+)'")
_NAME = re.compile(r"(?<![\w.'])([a-zA-Z_]\w*)(?!\w)")
_KEY = re.compile(r"(?m)(^\s*|[{,]\s*)\w+\s*:")
_LOOP = re.compile(r"for (?:\((\w+), (\w+)\)|(\w+)) in")
WORDS = frozenset({
    "param", "var", "resource", "module", "output", "existing", "if", "for", "in", "true", "false", "null", "object",
    "string", "int", "bool", "array", "targetScope",
})  # fmt: skip
FUNCTIONS = frozenset({
    "concat", "contains", "empty", "environment", "guid", "items", "json", "replace", "startsWith", "string",
    "subscription", "subscriptionResourceId", "toLower", "union", "uniqueString",
})  # fmt: skip


@dataclass(frozen=True)
class Source:
    """One file: its text without comments, and its code, where of strings only what stands in ${} is left."""

    path: Path
    text: str
    code: str

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a file."""
        whole = path.read_text(encoding="utf-8")
        text = "\n".join(_uncommented(line) for line in whole.splitlines())
        return cls(path, text, _code(text))

    def declared(self, kind: str) -> dict[str, str]:
        """What is declared of a kind, by name, with its text up to the next declaration."""
        found = list(_DECLARED.finditer(self.text))
        ends = [each.start() for each in found[1:]] + [len(self.text)]
        return {
            each[2]: self.text[each.start() : end] for each, end in zip(found, ends, strict=True) if each[1] == kind
        }

    def secure(self) -> set[str]:
        """The parameters that are marked as secret."""
        return set(re.findall(r"@secure\(\)\nparam (\w+)", self.text))

    def symbols(self) -> set[str]:
        """Everything that may be named."""
        loops = {name for groups in _LOOP.findall(self.text) for name in groups if name}
        return {name for kind in ("param", "var", "resource", "module") for name in self.declared(kind)} | loops

    def used(self) -> set[str]:
        """Every name that is read."""
        code = re.sub(r"(?m)^(param|output) (\w+) \w+", "", self.code)
        code = re.sub(r"(?m)^(var|resource|module) (\w+)", "", code)
        code = _KEY.sub(r"\1", re.sub(r"(?m)^@\w+\(.*\)$", "", code))
        return set(_NAME.findall(code)) - WORDS

    def modules(self) -> dict[str, Path]:
        """The modules that it deploys."""
        return {name: self.path.parent / path for name, path in _MODULE.findall(self.text)}

    def handed(self, module: str) -> dict[str, str]:
        """What is handed to a module, by parameter."""
        body = self.declared("module")[module]
        params = _block(body, body.index("params:") + len("params:"))
        return dict(_entries(params))


def _uncommented(line: str) -> str:
    """Cut a comment off; `//` in a string stays."""
    quoted = False
    for at, sign in enumerate(line):
        if sign == "'" and line[at - 1 : at] != "\\":
            quoted = not quoted
        elif not quoted and line.startswith("//", at):
            return line[:at]
    return line


def _code(text: str) -> str:
    """Leave of strings only what stands in ${}, in which there may be strings again."""
    kept: list[str] = []
    inside: list[int] = []  # of each string that is open: how many braces are open in its hole, 0 outside of holes
    at = 0
    while at < len(text):
        sign = text[at]
        in_string = bool(inside) and inside[-1] == 0
        if in_string and sign == "\\":
            at += 1
        elif in_string and text.startswith("${", at):
            inside[-1] = 1
            at += 1
            kept.append(" ")
        elif in_string and sign == "'":
            inside.pop()
            kept.append(" ")
        elif not in_string and sign == "'":
            inside.append(0)
            kept.append(" ")
        elif not in_string:
            if inside:
                inside[-1] += {"{": 1, "}": -1}.get(sign, 0)
            kept.append(" " if inside and inside[-1] == 0 else sign)
        at += 1
    return "".join(kept)


def _block(text: str, start: int) -> str:
    """The inside of the braces that begin after `start`."""
    begin, depth = text.index("{", start), 0
    for at in range(begin, len(text)):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if depth == 0:
            return text[begin + 1 : at]
    raise ValueError("a brace is not closed")


def _entries(block: str) -> list[tuple[str, str]]:
    """The entries of an object, one level deep."""
    parts: list[str] = []
    depth, quoted, begin = 0, False, 0
    for at, sign in enumerate(block):
        if sign == "'" and block[at - 1] != "\\":
            quoted = not quoted
        if not quoted:
            depth += {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}.get(sign, 0)
            if depth == 0 and sign in ",\n":
                parts.append(block[begin:at])
                begin = at + 1
    parts.append(block[begin:])
    return [(name.strip(), value.strip()) for name, _, value in (part.partition(":") for part in parts) if value]
