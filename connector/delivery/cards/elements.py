"""The few elements that our cards are made of, all of Adaptive Cards 1.2, and the message around a card.

What they say is decided elsewhere; texts are handed in escaped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from connector.delivery.cardtext import escape, foldable
from connector.pipeline.values import Json

Element = dict[str, Json]

MAX_BYTES = 20_000  # Teams takes about 28 KB for the whole message; the flow wraps it before it gets there
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION = "1.4"  # newer ones were not shown by workflows; elements stay at 1.2, which telephones show too
CONTENT_TYPE = "application/vnd.microsoft.card.adaptive"


def text(words: str, **style: Json) -> Element:
    """One paragraph."""
    return {"type": "TextBlock", "text": words, "wrap": True, **style}


def container(items: Sequence[Element], **style: Json) -> Element:
    """Elements that belong together."""
    return {"type": "Container", "items": [*items], **style}


def columns(*parts: tuple[str, Sequence[Element]], **style: Json) -> Element:
    """Columns side by side, each with its width (`stretch` or `auto`) and its elements; at most three."""
    made: list[Json] = [{"type": "Column", "width": width, "items": [*items]} for width, items in parts]
    return {"type": "ColumnSet", "columns": made, **style}


def fact(words: str) -> str:
    """Cleaned text for a fact, where renderers break lines at spaces alone."""
    return escape(foldable(words))


def facts(rows: Sequence[tuple[str, str]], **style: Json) -> Element:
    """Titles and values in two columns."""
    return {"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in rows], **style}


def open_url(title: str, url: str) -> Element:
    """The only kind of action that a workflow's card can have."""
    return {"type": "Action.OpenUrl", "title": title, "url": url}


def mention(name: str, entra_id: str) -> Element:
    """Who is meant by `<at>name</at>` in a text: the two have to be the same to the letter."""
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": entra_id, "name": name}}


def card(
    body: Sequence[Element],
    actions: Sequence[Element],
    *,
    fallback: str,
    mentions: Sequence[Element] = (),
) -> Element:
    """A whole card over the full width of the channel."""
    teams: dict[str, Json] = {"width": "Full"}
    if mentions:
        teams["entities"] = [*mentions]
    return {
        "type": "AdaptiveCard",
        "$schema": SCHEMA,
        "version": VERSION,
        "fallbackText": fallback,
        "msteams": teams,
        "body": [*body],
        **({"actions": [*actions]} if actions else {}),
    }


def message(content: Element) -> dict[str, Json]:
    """The message that a workflow's template reads: it loops over the attachments."""
    attachment: dict[str, Json] = {"contentType": CONTENT_TYPE, "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attachment]}


def encode(made: Mapping[str, Json]) -> bytes:
    """Return the bytes that are sent; characters stand for themselves, so that the size is what it looks like."""
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
