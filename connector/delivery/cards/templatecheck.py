"""Whether a company's own card can be used, whatever an event says: asked before it is published.

What a template makes of an event stands in `templates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from functools import cache

from connector.delivery.cards import elements
from connector.delivery.cards.building import links_of
from connector.delivery.cards.names import is_link, named
from connector.delivery.cards.room import Room
from connector.delivery.cards.samples import ANSWERS, RECORDS, sample
from connector.delivery.cards.subset import card_faults
from connector.delivery.cards.templates import NAME, filled_card, is_address, rendered
from connector.delivery.cards.words import Words
from connector.errors import Fault
from connector.pipeline.cardtemplates import CardTemplate

_BRACES = re.compile(r"\{\{|\}\}")
_ADDRESS = re.compile(r"https://[^/{}?#]+[/?#]")
_WIDE = "\U00011103\U00011100" * 400  # the widest characters that there are, four bytes each
_HOSTILE = "[x](javascript:alert(1)) <at>All</at> **b** \"'\\ {{ lead.name }} & &lt; https://elsewhere.example "
_ADDRESSES = "Write the name of an address alone ({{ link.record }}), or begin with https://, a host and a slash."
_READ = "docs/cards.md says what a card may hold."
_TEXTS = frozenset({"text", "title", "value", "altText", "fallbackText"})


def check_template(template: CardTemplate) -> list[Fault]:
    """Say what keeps a template from being used: unknown names, parts that are not shown, a card that can be too large.

    It is tried on an event that says everything, on one that says next to nothing, on hostile and on very long texts.
    """
    if faults := [*_name_faults(template)]:
        return faults
    words = Words(sample(template.kind), Room())
    first = filled_card(template, words, named(words, links_of(words.payload, RECORDS, ANSWERS), RECORDS))
    if found := card_faults(first):
        return [Fault(where, template.line(where), what, _READ) for where, what in found]
    for payload, what in (
        ({"event_id": "eve_1", "kind": template.kind}, "nothing is left of it where an event says next to nothing"),
        (sample(template.kind, _HOSTILE), "hostile text in it does not stay text"),
        (sample(template.kind, _WIDE), f"with long texts it is larger than {elements.MAX_BYTES:,} bytes"),
    ):
        if rendered(template, payload, RECORDS, ANSWERS) is None:
            return [Fault("", None, f"the card cannot be used: {what}.", "Make it simpler, or add a plain text.")]
    return []


@cache
def known_names() -> frozenset[str]:
    """Every name that a template may use."""
    return frozenset(named(Words({}, Room()), links_of({}, None, None), None))


def _name_faults(template: CardTemplate) -> Iterator[Fault]:
    """Names that do not exist, braces that hold none, and addresses that a name could lead elsewhere."""
    for where, text in template.texts():
        line = template.line(where)
        names = NAME.findall(text)
        for name in names:
            if name not in known_names():
                near = get_close_matches(name, known_names(), n=1)
                remedy = f"Did you mean {near[0]}?" if near else "docs/cards.md lists the names."
                yield Fault(where, line, f"{name or 'nothing'!r} is no name.", remedy)
        if _BRACES.search(NAME.sub("", text)):
            yield Fault(where, line, "braces that hold no name.", "Write {{ lead.name }}: a name, no more.")
        elif names and is_address(where):
            if not _is_safe_address(text, names):
                yield Fault(where, line, "a name can change where this leads.", _ADDRESSES)
        elif names and where.rpartition(".")[2] not in _TEXTS:
            yield Fault(where, line, "no name can stand here.", "Use names in texts.")
        elif any(is_link(name) for name in names):
            yield Fault(where, line, "an address can stand in a `url` only.", "Give the card a button that opens it.")


def _is_safe_address(text: str, names: Sequence[str]) -> bool:
    whole = NAME.fullmatch(text.strip())
    if whole:
        return is_link(whole[1])
    return _ADDRESS.match(text) is not None and not any(is_link(name) for name in names)
