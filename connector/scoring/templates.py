"""Text with places for values, `{{ dotted.name }}`: which names it has, and the text with the values put in.

No loop, no filter, no expression: a name is looked up or left empty, and what is put in is never read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable

# What a text may name beside columns of the lead and the account.
OF_QUALIFICATION = ("qualification.name", "qualification.reason")
OF_MODELS = ("score", "grade")  # `score.<model>`, `grade.<model>`

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_][A-Za-z0-9_-]*)+)\s*\}\}", re.ASCII)
_OPENING = re.compile(r"\{\{[^{}]{0,200}(?:\}\})?")


def names_in(text: str) -> tuple[str, ...]:
    """The names that a text has places for, each once, in their order."""
    return tuple(dict.fromkeys(_PLACE.findall(text)))


def faulty_places(text: str) -> tuple[str, ...]:
    """What begins as a place and is none, as it is written."""
    return tuple(_OPENING.findall(_PLACE.sub("", text)))


def fill(text: str, value_of: Callable[[str], str]) -> str:
    """The text with the value of each name in its place."""
    return _PLACE.sub(lambda found: value_of(found[1]), text)
