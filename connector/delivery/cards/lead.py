"""The card about one lead: who, how it stands and why, what is missing, and where to go."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connector.delivery.cards import elements
from connector.delivery.cards.elements import Element
from connector.delivery.cards.words import Words, capitalised
from connector.delivery.cardtext import escape, plain

MOST_COLUMNS = 3  # more stand side by side on no telephone
MOST_SCORES = 4
MOST_FACTS = 6  # what Teams shows without a scroll
_ACCOUNT_FIRST = frozenset({"account_woke"})
_MISSING_FIRST = frozenset({"lead_needs_data"})
_LONGEST_PART = 24
_MARKUP = re.compile(r"[<>\[\]()*_`~\\|&]")


@dataclass(frozen=True, slots=True)
class Links:
    """Where a card's buttons go; None: the card has no such button."""

    record: str | None = None
    account: str | None = None
    leads: str | None = None
    good: str | None = None
    not_good: str | None = None


def lead_card(words: Words, links: Links, note: str = "") -> Element:
    """Build the card of an event about a lead; `note` is a word of ours at its end."""
    mentions = mentions_of(words)
    reasons, missing = _reasons(words), _missing(words)
    body = [
        *_head(words),
        *_scores(words),
        *([elements.text(escape(summary))] if (summary := words.summary()) else []),
        *([*missing, *reasons] if words.kind() in _MISSING_FIRST else [*reasons, *missing]),
        *_facts(words, mentioned=bool(mentions)),
        footer(words, note),
    ]
    return elements.card(body, _actions(words, links), fallback=_fallback(words, links), mentions=mentions)


def _head(words: Words) -> list[Element]:
    """What happened, to whom: of an account's awakening the company stands first."""
    name, company = words.name(), words.company()
    first, rest = name, [words.title(), company, words.country()]
    if words.kind() in _ACCOUNT_FIRST and company:
        first, rest = company, [name, words.title(), words.country()]
    head = [
        elements.text(escape(words.headline()), size="Small", weight="Bolder", color="Accent"),
        elements.text(escape(first), size="Large", weight="Bolder", spacing="Small"),
    ]
    if known := [escape(part) for part in rest if part]:
        head.append(elements.text(" · ".join(known), isSubtle=True, spacing="None"))
    return head


def _scores(words: Words) -> list[Element]:
    """The scores side by side: the number, the grade in words, and where it comes from."""
    columns: list[tuple[str, list[Element]]] = []
    for score in words.scores()[:MOST_COLUMNS]:
        told = [escape(said) for said in (words.grade(score), words.trend(score)) if said]
        items = [
            elements.text(escape(words.score_label(score)), size="Small", isSubtle=True),
            elements.text(escape(words.score_value(score)), size="ExtraLarge", weight="Bolder", spacing="None"),
            *(elements.text(said, size="Small", spacing="None") for said in told),
        ]
        columns.append(("stretch", items))
    if not columns:
        return []
    return [elements.container([elements.columns(*columns)], style="emphasis", spacing="Medium")]


def _reasons(words: Words) -> list[Element]:
    reasons = words.reasons()
    if not reasons:
        return []
    lines = [elements.text(f"• {escape(reason)}", spacing="None") for reason in reasons]
    return [elements.text("Why", weight="Bolder", spacing="Medium"), *lines]


def _missing(words: Words) -> list[Element]:
    missing = words.missing()
    if not missing:
        return []
    lines = [elements.text(f"• {escape(part)}", spacing="None", isSubtle=True) for part in missing]
    return [elements.text("Not known yet", weight="Bolder", spacing="Medium"), *lines]


def _facts(words: Words, *, mentioned: bool) -> list[Element]:
    """What tells people who should act: at most six, those that nobody knows left out."""
    owner = words.owner()
    rows = [
        ("Owner", f"<at>{mentionable(owner)}</at>" if mentioned else elements.fact(owner)),
        ("Last touch", elements.fact(words.last_touch())),
        ("Fit and engagement", elements.fact(words.place())),
        ("Qualified as", elements.fact(words.qualification("name"))),
        ("Status", elements.fact(words.qualification("status_reason"))),
        *(
            (elements.fact(words.score_label(score)), elements.fact(words.verdict(score)))
            for score in words.scores()[MOST_COLUMNS:MOST_SCORES]
        ),
    ]
    known = [(title, value) for title, value in rows if value]
    return [elements.facts(known[:MOST_FACTS], spacing="Medium")] if known else []


def _actions(words: Words, links: Links) -> list[Element]:
    account = links.account if words.kind() in _ACCOUNT_FIRST else None
    offered = (
        ("Open the lead", links.record),
        ("Open the account", account),
        ("Good lead", links.good),
        ("Not a good lead", links.not_good),
    )
    return [elements.open_url(title, url) for title, url in offered if url]


def _fallback(words: Words, links: Links) -> str:
    """Say the same in one plain sentence, for notifications and for clients that cannot show the card."""
    company = words.company()
    text = plain(words.name()) + (f" · {plain(company)}" if company else "")
    scores = words.scores()[:MOST_SCORES]
    if verdicts := "; ".join(f"{words.score_label(score)} {words.verdict(score)}" for score in scores):
        text += f": {plain(verdicts)}"
    return f"{text} {links.record}" if links.record else text


def footer(words: Words, note: str = "") -> Element:
    """The event's id and time, for whoever asks us about this card."""
    event, at = escape(words.event_id()) or "without id", words.time()
    said = [f"Event {event}", *([at] if at else []), *([escape(capitalised(note))] if note else [])]
    return elements.text(" · ".join(said), size="Small", isSubtle=True, separator=True, spacing="Medium")


def mentions_of(words: Words) -> list[Element]:
    """The mention of the owner, where the payload says who that is in Entra ID."""
    name, entra_id = mentionable(words.owner()), words.owner_id()
    return [elements.mention(name, entra_id)] if name and entra_id else []


def mentionable(name: str) -> str:
    """A name as it can stand in a mention: text and entity are compared to the letter, so that nothing is escaped.

    Empty for a name that would not fold on a telephone: that one is shown, and not mentioned.
    """
    parts = plain(_MARKUP.sub(" ", name)).split()
    return " ".join(parts) if all(len(part) <= _LONGEST_PART for part in parts) else ""
