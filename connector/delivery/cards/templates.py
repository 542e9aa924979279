"""A company's own card for a kind of event: an Adaptive Card with `{{ dotted.name }}` in its texts and addresses.

Substitution and nothing more: no conditions, no loops. A paragraph, fact or button that says nothing once the names
are filled in is left out, so that a lead without a company leaves no gap.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from connector.delivery.cards import elements
from connector.delivery.cards.building import fitted, links_of
from connector.delivery.cards.elements import Element
from connector.delivery.cards.lead import mentionable, mentions_of
from connector.delivery.cards.names import MENTION, is_link, named
from connector.delivery.cards.room import Room
from connector.delivery.cards.subset import card_faults
from connector.delivery.cards.words import Payload, Words
from connector.delivery.cardtext import escape, plain
from connector.delivery.records import RecordLinks
from connector.pipeline.cardtemplates import CardTemplate
from connector.pipeline.values import Json

NAME = re.compile(r"\{\{\s*([A-Za-z0-9_.]*)\s*\}\}")

_MENTIONED = "<at>"  # beside the names: what stands for the owner where they are mentioned

Fill = Callable[[str], str]


class _Nothing:
    """What is left of an element that says nothing."""


_NOTHING = _Nothing()


def rendered(
    template: CardTemplate, payload: Payload, records: RecordLinks | None, answers: tuple[str, str] | None
) -> dict[str, Json] | None:
    """The message that a template makes of an event; None where that cannot be sent."""
    links = links_of(payload, records, answers)

    def build(room: Room) -> Element:
        words = Words(payload, room)
        return filled_card(template, words, named(words, links, records))

    card = fitted(build)
    return elements.message(card) if card is not None and not card_faults(card) else None


def filled_card(template: CardTemplate, words: Words, values: Mapping[str, str]) -> Element:
    """The template with its names filled in, and what every card of ours has."""
    mentions = mentions_of(words)
    told = {**values, _MENTIONED: f"<at>{mentionable(words.owner())}</at>" if mentions else ""}
    content = _filled(template.card, "", told)
    card: Element = content if isinstance(content, dict) else {}
    teams: dict[str, Json] = {"width": "Full"}
    if mentions and _mentions_owner(template):
        teams["entities"] = [*mentions]
    card["msteams"] = teams
    card.setdefault("$schema", elements.SCHEMA)
    card.setdefault("version", elements.VERSION)
    if not card.get("fallbackText"):
        card["fallbackText"] = plain(words.headline())
    return card


def is_address(where: str) -> bool:
    """Tell whether a place of a card holds an address."""
    return where.endswith(".url")


def _mentions_owner(template: CardTemplate) -> bool:
    return any(MENTION in NAME.findall(text) for _, text in template.texts())


def _filled(value: Json, where: str, values: Mapping[str, str]) -> Json | _Nothing:
    """A part of the template with names filled in; what then says nothing is nothing, an empty list too."""
    if isinstance(value, str):
        return _filled_text(value, where, values)
    if isinstance(value, list):
        parts = [_filled(part, where, values) for part in value]
        kept: list[Json] = [part for part in parts if not isinstance(part, _Nothing)]
        return kept if kept or not value else _NOTHING
    if isinstance(value, dict):
        return _filled_mapping(value, where, values)
    return value


def _filled_mapping(value: dict[str, Json], where: str, values: Mapping[str, str]) -> Json | _Nothing:
    filled: dict[str, Json] = {}
    for name, part in value.items():
        done = _filled(part, f"{where}.{name}", values)
        if not isinstance(done, _Nothing):
            filled[name] = done
        elif name in _ESSENTIAL and where:
            return _NOTHING
    return filled


_ESSENTIAL = frozenset({"text", "value", "url", "items", "columns", "facts", "actions"})


def _filled_text(text: str, where: str, values: Mapping[str, str]) -> str | _Nothing:
    names = NAME.findall(text)
    if not names:
        return text
    if not any(values.get(name) for name in names):
        return _NOTHING
    made_safe = _made_safe(where)
    return NAME.sub(lambda match: _value(match[1], values, made_safe), text).strip()


def _value(name: str, values: Mapping[str, str], made_safe: Fill) -> str:
    value = values.get(name, "")
    if is_link(name):
        return value
    if name == MENTION and values.get(_MENTIONED):
        return values[_MENTIONED]
    return made_safe(value)


def _made_safe(where: str) -> Fill:
    if is_address(where):
        return lambda value: quote(value, safe="")
    if where.endswith(".value"):
        return elements.fact
    return plain if where.endswith((".fallbackText", ".altText")) else escape
