"""The cards that are about no lead: a run that failed, a test, and whatever a later version announces."""

from __future__ import annotations

from connector.delivery.cards import elements
from connector.delivery.cards.elements import Element
from connector.delivery.cards.lead import footer
from connector.delivery.cards.words import HEADLINES, Words, mapping
from connector.delivery.cardtext import escape, plain

_TOLD = {
    "run_failed": "Leads may wait for their scores until a run succeeds.",
    "test": "This channel takes the cards of the lead connector. Nothing is to be done.",
}


def notice_card(words: Words, note: str = "") -> Element:
    """Build a card that says one thing."""
    rows = [(title, elements.fact(value)) for title, value in _rows(words) if value]
    told = words.text(words.payload.get("message"), 400) or _TOLD.get(words.kind(), "")
    body = [
        elements.text(escape(_headline(words)), size="Large", weight="Bolder"),
        *([elements.text(escape(told))] if told else []),
        *([elements.facts(rows, spacing="Medium")] if rows else []),
        footer(words, note),
    ]
    return elements.card(body, [], fallback=_fallback(words, told))


def run_words(words: Words, key: str, limit: int = 80) -> str:
    """A part of what the payload says of a run."""
    return words.text(mapping(words.payload.get("run")).get(key), limit)


def _headline(words: Words) -> str:
    return HEADLINES.get(words.kind()) or words.headline()


def _rows(words: Words) -> list[tuple[str, str]]:
    run_id = run_words(words, "id")
    return [
        ("Run", run_id),
        ("Kind", run_words(words, "kind")),
        ("Why", run_words(words, "error", 400)),
        ("What to do", f"connector runs show {run_id}" if run_id else ""),
        ("Channel", words.text(words.payload.get("channel"), 80)),
        ("Environment", words.text(words.payload.get("environment"), 120)),
    ]


def _fallback(words: Words, told: str) -> str:
    said = run_words(words, "error", 400) or told
    return plain(_headline(words)) + (f": {plain(said)}" if said else "")
