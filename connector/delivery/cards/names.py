"""The names that a template can use, and what they stand for in one event. Values are words, not yet escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.delivery.cards.digest import counts, lead_standing, lead_url, leads_of
from connector.delivery.cards.lead import Links
from connector.delivery.cards.notice import run_words
from connector.delivery.cards.words import Payload, Words, is_number
from connector.delivery.records import RecordLinks

MENTION = "owner.mention"
LINKS = "link."
MOST_SCORES, MOST_REASONS, MOST_MISSING, MOST_COUNTS, MOST_LEADS = 4, 3, 4, 8, 10


def named(words: Words, links: Links, records: RecordLinks | None) -> dict[str, str]:
    """Every name with its value in this event; what the event does not say is empty."""
    values = dict(_about(words))
    values |= dict(_numbered("reasons", words.reasons(), MOST_REASONS))
    values |= dict(_numbered("missing", words.missing(), MOST_MISSING))
    for number in range(1, MOST_SCORES + 1):
        values |= {f"scores.{number}.{name}": said for name, said in _score(words, number).items()}
    values |= {f"score.{name}": said for name, said in _score(words, 1).items()}
    for key, name in (("by_rule", "rule"), ("by_grade", "grade")):
        values |= dict(_counted(words, key, name))
    for number in range(1, MOST_LEADS + 1):
        values |= {f"leads.{number}.{name}": said for name, said in _lead(words, number, records).items()}
    values |= {
        "link.record": links.record or "",
        "link.account": links.account or "",
        "link.leads": links.leads or "",
        "link.good": links.good or "",
        "link.not_good": links.not_good or "",
    }
    return values


def is_link(name: str) -> bool:
    """Tell whether a name stands for an address."""
    return name.startswith(LINKS) or (name.startswith("leads.") and name.endswith(".link"))


def _about(words: Words) -> Iterator[tuple[str, str]]:
    owner, total = words.owner(), words.payload.get("total")
    yield from {
        "event_id": words.event_id(),
        "kind": words.kind(),
        "headline": words.headline(),
        "alert": words.text(words.payload.get("alert"), 80),
        "rule": words.text(words.payload.get("rule"), 200),
        "at": words.time(),
        "summary": words.summary(),
        "last_touch": words.last_touch(),
        "place": words.place(),
        "message": words.text(words.payload.get("message"), 400),
        "channel": words.text(words.payload.get("channel"), 80),
        "from": words.time("from"),
        "to": words.time("to"),
        "total": str(total) if is_number(total) else "",
        "lead.id": words.text(words.lead.get("id"), 80),
        "lead.name": words.text(words.lead.get("name"), 120),
        "lead.company": words.company(),
        "lead.title": words.title(),
        "lead.country": words.country(),
        "owner.name": owner,
        MENTION: owner,
        "qualification.name": words.qualification("name"),
        "qualification.status_reason": words.qualification("status_reason"),
        "qualification.reason": words.qualification("reason", 300),
        "run.id": run_words(words, "id"),
        "run.kind": run_words(words, "kind"),
        "run.error": run_words(words, "error", 400),
    }.items()


def _score(words: Words, number: int) -> dict[str, str]:
    scores = words.scores()
    score: Payload = scores[number - 1] if number <= len(scores) else {}
    there = bool(score)
    return {
        "label": words.score_label(score) if there else "",
        "value": words.score_value(score) if there else "",
        "change": words.change(score),
        "trend": words.trend(score),
        "grade": words.text(score.get("grade"), 60),
        "previous_grade": words.text(score.get("previous_grade"), 60),
        "line": words.verdict(score) if there else "",
    }


def _numbered(name: str, said: Sequence[str], most: int) -> Iterator[tuple[str, str]]:
    for number in range(1, most + 1):
        yield f"{name}.{number}", said[number - 1] if number <= len(said) else ""


def _counted(words: Words, key: str, name: str) -> Iterator[tuple[str, str]]:
    rows = counts(words, key, name)[: words.room.counts]
    for number in range(1, MOST_COUNTS + 1):
        said, count = rows[number - 1] if number <= len(rows) else ("", "")
        yield f"{key}.{number}.{name}", said
        yield f"{key}.{number}.count", count


def _lead(words: Words, number: int, records: RecordLinks | None) -> dict[str, str]:
    leads = leads_of(words)
    lead: Payload = leads[number - 1] if number <= len(leads) else {}
    return {
        "name": words.text(lead.get("name"), 80),
        "company": words.text(lead.get("company"), 80),
        "rule": words.text(lead.get("rule"), 120),
        "standing": lead_standing(words, lead),
        "link": lead_url(lead.get("id"), records) or "",
    }
