"""Which parts of an adaptive card Teams shows when a workflow posts it. No schema of cards: only what fails there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ELEMENTS = frozenset(
    {"ActionSet", "ColumnSet", "Container", "FactSet", "Image", "ImageSet", "RichTextBlock", "Table", "TextBlock"}
)
ACTIONS = frozenset({"Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"})
SCHEMES = ("https://", "http://", "mailto:", "tel:")
NO_OBJECT = "an element that is no object"


def unsupported(card: Any) -> list[str]:
    """What in a card cannot be shown, in the order of its parts, wherever it is nested."""
    if not isinstance(card, dict):
        return [NO_OBJECT]
    return [*_elements(card.get("body", [])), *_actions(card.get("actions", []))]


def _elements(elements: Any) -> Iterator[str]:
    for element in elements if isinstance(elements, list) else [None]:
        if not isinstance(element, dict):
            yield NO_OBJECT
            continue
        if element.get("type") not in ELEMENTS:
            yield str(element.get("type"))
        yield from _elements(element.get("items", []))
        yield from _actions(element.get("actions", []))
        if "selectAction" in element:
            yield from _actions([element["selectAction"]])
        for name in ("columns", "rows", "cells"):
            yield from _parts(element, name)


def _parts(element: dict[str, Any], name: str) -> Iterator[str]:
    """Columns of a column set, rows of a table, cells of a row: parts that hold elements and are none."""
    found = element.get(name, [])
    for part in found if isinstance(found, list) else [None]:
        if not isinstance(part, dict):
            yield f"a part of {name} that is no object"
            continue
        yield from _elements(part.get("items", []))
        yield from _parts(part, "cells")


def _actions(actions: Any) -> Iterator[str]:
    for action in actions if isinstance(actions, list) else [None]:
        if not isinstance(action, dict):
            yield NO_OBJECT
        elif action.get("type") not in ACTIONS:
            yield str(action.get("type"))
        elif action["type"] == "Action.OpenUrl" and not str(action.get("url", "")).lower().startswith(SCHEMES):
            yield "Action.OpenUrl without an address"
        elif action["type"] == "Action.ShowCard":
            yield from unsupported(action.get("card"))
