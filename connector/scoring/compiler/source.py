"""Python source under construction, and the constants that it names. Knows nothing of rules.

Text from documents never becomes source: it is a constant, bound to a name of ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class Writer:
    """Lines of one function, indented by blocks."""

    def __init__(self, depth: int = 0) -> None:
        self._lines: list[str] = []
        self._depth = depth

    def line(self, text: str) -> None:
        """Add one line at the present depth."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Add a header; what is written inside stands below it. An empty block becomes `pass`."""
        self.line(header)
        self._depth += 1
        before = len(self._lines)
        yield
        if len(self._lines) == before:
            self.line("pass")
        self._depth -= 1

    def text(self) -> str:
        """The source so far."""
        return "".join(f"{line}\n" for line in self._lines)


class Constants:
    """The namespace of generated code: values by names such as `K12`."""

    def __init__(self, given: dict[str, object]) -> None:
        self.namespace: dict[str, object] = dict(given)
        self._names: dict[tuple[type, object], str] = {}

    def name(self, value: object, prefix: str = "K") -> str:
        """A new name for a value."""
        name = f"{prefix}{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def shared(self, value: str | int | frozenset[object]) -> str:
        """The one name of a hashable value."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = self.name(value)
        return self._names[key]
