"""The part of Adaptive Cards that we send: elements of 1.2 that Teams shows on telephones too, links that open a page.

Stricter than the official schema: no inputs, no actions that need a bot, no pictures inside a link. Says what is wrong
and where; mends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

from connector.delivery.cards.elements import SCHEMA
from connector.pipeline.values import Json

MOST_COLUMNS = 3
_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4")
_PIXELS = re.compile(r"\d{1,4}px")

Check = Callable[[Json], str]  # what is wrong with a value; empty: nothing
Found = Iterator[tuple[str, str]]  # (where, what)


def _one_of(*values: str) -> Check:
    """A word of a list, in any case, as the schema has it."""
    known = {value.lower() for value in values}

    def check(value: Json) -> str:
        fits = isinstance(value, str) and value.lower() in known
        return "" if fits else f"is none of {', '.join(values)}"

    return check


def _is_text(value: Json) -> str:
    return "" if isinstance(value, str) and value.strip() else "is no text, or an empty one"


def _is_id(value: Json) -> str:
    return "" if isinstance(value, str) else "is no text"


def _is_bool(value: Json) -> str:
    return "" if isinstance(value, bool) else "is neither true nor false"


def _is_count(value: Json) -> str:
    fits = isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100  # noqa: PLR2004 - lines
    return "" if fits else "is no number from 1 to 100"


def _is_width(value: Json) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100:  # noqa: PLR2004 - a weight
        return ""
    named = isinstance(value, str) and (value.lower() in {"auto", "stretch"} or _PIXELS.fullmatch(value))
    return "" if named else "is neither auto, stretch, a weight nor a width such as 80px"


def is_web_address(value: Json) -> str:
    """What keeps a value from being an https address; empty: nothing."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        return "is no https address"
    text = str(value)
    return "" if text.isascii() and text.isprintable() and not set(text) & set(' "<>\\^`{|}') else "is no https address"


_SPACING = _one_of("default", "none", "small", "medium", "large", "extraLarge", "padding")
_ALIGNMENT = _one_of("left", "center", "right")
_STYLE = _one_of("default", "emphasis", "good", "attention", "warning", "accent")
_COLOR = _one_of("default", "dark", "light", "accent", "good", "warning", "attention")
_VERTICAL = _one_of("top", "center", "bottom")
_ANY: Mapping[str, Check] = {"id": _is_id, "spacing": _SPACING, "separator": _is_bool, "isVisible": _is_bool}
_HEIGHT = {"height": _one_of("auto", "stretch")}

# Properties of each element beside those that hold others; the first of a pair must be there.
ELEMENTS: Mapping[str, tuple[frozenset[str], Mapping[str, Check]]] = {
    "TextBlock": (
        frozenset({"text"}),
        {
            **_ANY,
            **_HEIGHT,
            "text": _is_text,
            "color": _COLOR,
            "fontType": _one_of("default", "monospace"),
            "horizontalAlignment": _ALIGNMENT,
            "isSubtle": _is_bool,
            "maxLines": _is_count,
            "size": _one_of("default", "small", "medium", "large", "extraLarge"),
            "weight": _one_of("default", "lighter", "bolder"),
            "wrap": _is_bool,
        },
    ),
    "Image": (
        frozenset({"url", "altText"}),
        {
            **_ANY,
            "url": is_web_address,
            "altText": _is_text,
            "horizontalAlignment": _ALIGNMENT,
            "size": _one_of("auto", "stretch", "small", "medium", "large"),
            "style": _one_of("default", "person"),
        },
    ),
    "FactSet": (frozenset({"facts"}), {**_ANY, **_HEIGHT}),
    "Container": (
        frozenset({"items"}),
        {**_ANY, **_HEIGHT, "style": _STYLE, "bleed": _is_bool, "verticalContentAlignment": _VERTICAL},
    ),
    "ColumnSet": (
        frozenset({"columns"}),
        {**_ANY, **_HEIGHT, "style": _STYLE, "bleed": _is_bool, "horizontalAlignment": _ALIGNMENT},
    ),
    "Column": (
        frozenset({"items"}),
        {**_ANY, "style": _STYLE, "bleed": _is_bool, "verticalContentAlignment": _VERTICAL, "width": _is_width},
    ),
    "ActionSet": (frozenset({"actions"}), {**_ANY, "horizontalAlignment": _ALIGNMENT}),
}
_LINKING = frozenset({"Container", "ColumnSet", "Column", "Image"})  # those that may be clicked on as a whole
_ACTION: Mapping[str, Check] = {"type": _is_text, "id": _is_id, "title": _is_text, "url": is_web_address}
_CARD = frozenset({"type", "$schema", "version", "fallbackText", "msteams", "body", "actions"})


def card_faults(card: Json) -> list[tuple[str, str]]:
    """Return (where, what) for everything in a card that is not sent; empty: it is fine."""
    return [*_card(card)]


def _card(card: Json) -> Found:
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        yield "", "is no card: its type is not AdaptiveCard"
        return
    for name in card.keys() - _CARD:
        yield name, "is no property of a card that workflows show"
    if card.get("$schema", SCHEMA) != SCHEMA:
        yield "$schema", f"is not {SCHEMA}"
    if card.get("version") not in _VERSIONS:
        yield "version", "is not a version from 1.0 to 1.4, which is what workflows show"
    if what := _is_text(card.get("fallbackText", "-")):
        yield "fallbackText", what
    yield from _teams(card.get("msteams", {}))
    if not card.get("body"):
        yield "body", "is empty"
    yield from _elements(card.get("body", []), "body")
    yield from _actions(card.get("actions", []), "actions")


def _teams(told: Json) -> Found:
    """What only Teams reads: the width, and who is mentioned."""
    if not isinstance(told, dict):
        yield "msteams", "is no object"
        return
    for name in told.keys() - {"width", "entities"}:
        yield f"msteams.{name}", "is not used"
    if told.get("width", "Full") != "Full":
        yield "msteams.width", "is not Full"
    entities = told.get("entities", [])
    for number, entity in enumerate(entities if isinstance(entities, list) else [None]):
        if not _is_mention(entity):
            yield f"msteams.entities[{number}]", "is no mention"


def _is_mention(entity: Json) -> bool:
    if not isinstance(entity, dict) or entity.get("type") != "mention":
        return False
    who = entity.get("mentioned")
    return isinstance(who, dict) and bool(who.get("id")) and entity.get("text") == f"<at>{who.get('name')}</at>"


def _elements(elements: Json, where: str) -> Found:
    if not isinstance(elements, list):
        yield where, "is no list"
        return
    for number, element in enumerate(elements):
        yield from _element(element, f"{where}[{number}]")


def _element(element: Json, where: str, *, among: frozenset[str] = frozenset(ELEMENTS) - {"Column"}) -> Found:
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or not isinstance(kind, str) or kind not in among:
        yield where, f"is of the type {kind!r}; what is shown everywhere is {', '.join(sorted(among))}"
        return
    needed, checks = ELEMENTS[kind]
    for name in sorted(needed - element.keys()):
        yield f"{where}.{name}", "is missing"
    for name, value in element.items():
        yield from _property(kind, name, value, f"{where}.{name}", checks)


def _property(kind: str, name: str, value: Json, where: str, checks: Mapping[str, Check]) -> Found:
    if name in checks:
        if what := checks[name](value):
            yield where, what
    elif name == "selectAction" and kind in _LINKING:
        yield from _action(value, where)
    elif name == "items" and kind in {"Container", "Column"}:
        yield from _elements(value, where)
    elif name == "columns" and kind == "ColumnSet":
        yield from _columns(value, where)
    elif name == "facts" and kind == "FactSet":
        yield from _facts(value, where)
    elif name == "actions" and kind == "ActionSet":
        yield from _actions(value, where)
    elif name != "type":
        yield where, f"is no property of {kind} that is shown everywhere"


def _columns(columns: Json, where: str) -> Found:
    if not isinstance(columns, list) or not 1 <= len(columns) <= MOST_COLUMNS:
        yield where, f"is no list of 1 to {MOST_COLUMNS} columns: more do not fit on a telephone"
        return
    for number, column in enumerate(columns):
        # A column's type may be left out.
        whole = {"type": "Column", **column} if isinstance(column, dict) else column
        yield from _element(whole, f"{where}[{number}]", among=frozenset({"Column"}))


def _facts(facts: Json, where: str) -> Found:
    if not isinstance(facts, list) or not facts:
        yield where, "is no list of facts, or an empty one"
        return
    for number, fact in enumerate(facts):
        fits = isinstance(fact, dict) and fact.keys() == {"title", "value"}
        if not fits or not isinstance(fact, dict) or any(_is_text(value) for value in fact.values()):
            yield f"{where}[{number}]", "is no fact with a title and a value"


def _actions(actions: Json, where: str) -> Found:
    if not isinstance(actions, list):
        yield where, "is no list"
        return
    for number, action in enumerate(actions):
        yield from _action(action, f"{where}[{number}]", titled=True)


def _action(action: Json, where: str, *, titled: bool = False) -> Found:
    if not isinstance(action, dict) or action.get("type") != "Action.OpenUrl":
        yield where, "is no Action.OpenUrl: behind a workflow no other action does anything"
        return
    for name in {"url", *(["title"] if titled else [])} - action.keys():
        yield f"{where}.{name}", "is missing"
    for name, value in action.items():
        check = _ACTION.get(name)
        what = check(value) if check else "is no property of Action.OpenUrl that is shown everywhere"
        if what:
            yield f"{where}.{name}", what
