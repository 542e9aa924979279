"""The card about many leads: a digest of held alerts, and the weekly summary."""

from __future__ import annotations

from collections.abc import Sequence

from connector.delivery.cards import elements
from connector.delivery.cards.elements import Element
from connector.delivery.cards.lead import Links, footer
from connector.delivery.cards.words import HEADLINES, Payload, Words, is_number, items, mapping
from connector.delivery.cardtext import escape, plain
from connector.delivery.records import RecordLinks
from connector.pipeline.values import Json

KINDS = frozenset({"digest", "weekly_summary"})


def digest_card(words: Words, links: Links, records: RecordLinks | None, note: str = "") -> Element:
    """Build the card of a digest; each of its leads opens that lead."""
    body = [
        elements.text(escape(_headline(words)), size="Small", weight="Bolder", color="Accent"),
        elements.text(escape(_total(words)), size="Large", weight="Bolder", spacing="Small"),
        *_period(words),
        *_counts(words),
        *_leads(words, records),
        footer(words, note),
    ]
    actions = [elements.open_url("Open the list", links.leads)] if links.leads else []
    return elements.card(body, actions, fallback=_fallback(words, links))


def counts(words: Words, key: str, name: str) -> list[tuple[str, str]]:
    """The names and numbers of a list of counts, those with a number."""
    rows = [mapping(one) for one in items(words.payload.get(key))]
    found = [(words.text(row.get(name), 120), row.get("count")) for row in rows]
    return [(said, str(count)) for said, count in found if said and is_number(count)]


def leads_of(words: Words) -> Sequence[Payload]:
    """The leads that there is room for."""
    found = [one for one in items(words.payload.get("leads")) if isinstance(one, dict)]
    return found[: words.room.leads]


def lead_standing(words: Words, lead: Payload) -> str:
    """A lead's score and grade in one line: `72, Hot`."""
    score = str(lead["score"]) if is_number(lead.get("score")) else ""
    return ", ".join(said for said in (score, words.text(lead.get("grade"), 60)) if said)


def _headline(words: Words) -> str:
    what = HEADLINES.get(words.kind(), HEADLINES["digest"])
    channel = words.text(words.payload.get("channel"), 80)
    return f"{what} for {channel}" if channel else what


def _total(words: Words) -> str:
    total = words.payload.get("total")
    if not is_number(total):
        return "Alerts that waited"
    return f"{total} alert" if total == 1 else f"{total} alerts"


def _period(words: Words) -> list[Element]:
    since, until = words.time("from"), words.time("to")
    said = f"{since} to {until}" if since and until else since or until
    return [elements.text(said, isSubtle=True, spacing="None")] if said else []


def _counts(words: Words) -> list[Element]:
    """How many by alert, and by grade."""
    made: list[Element] = []
    most = words.room.counts
    if rules := counts(words, "by_rule", "rule")[:most]:
        made.append(elements.text("By alert", weight="Bolder", spacing="Medium"))
        made.append(elements.facts([(elements.fact(name), count) for name, count in rules], spacing="Small"))
    if grades := counts(words, "by_grade", "grade")[:most]:
        said = " · ".join(f"{escape(name)} {count}" for name, count in grades)
        made.append(elements.text(f"By grade: {said}", spacing="Small"))
    return made


def _leads(words: Words, records: RecordLinks | None) -> list[Element]:
    """The best leads, a row each that opens the lead; how many there are beyond them."""
    shown = leads_of(words)
    if not shown:
        return []
    made = [elements.text("Top leads", weight="Bolder", spacing="Medium")]
    made += [_row(words, lead, records) for lead in shown]
    total = words.payload.get("total")
    if is_number(total) and total > len(shown):
        made.append(elements.text(f"and {total - len(shown)} more", isSubtle=True, spacing="Small"))
    return made


def _row(words: Words, lead: Payload, records: RecordLinks | None) -> Element:
    name = words.text(lead.get("name"), 80) or "Lead without a name"
    company, rule = words.text(lead.get("company"), 80), words.text(lead.get("rule"), 120)
    url = lead_url(lead.get("id"), records)
    left = [elements.text(escape(name), weight="Bolder", **({"color": "Accent"} if url else {}))]
    if below := " · ".join(escape(part) for part in (company, rule) if part):
        left.append(elements.text(below, size="Small", isSubtle=True, spacing="None"))
    right = (
        [elements.text(escape(standing), horizontalAlignment="Right")]
        if (standing := lead_standing(words, lead))
        else []
    )
    row = elements.columns(("stretch", left), *([("auto", right)] if right else []), spacing="Small", separator=True)
    return {**row, "selectAction": elements.open_url("Open the lead", url)} if url else row


def lead_url(lead_id: Json, records: RecordLinks | None) -> str | None:
    """The address of a lead of the list."""
    return records.lead(lead_id) if records and isinstance(lead_id, str) and lead_id else None


def _fallback(words: Words, links: Links) -> str:
    names = [plain(words.text(lead.get("name"), 60)) for lead in leads_of(words)[:3]]
    text = f"{plain(_headline(words))}: {_total(words)}"
    if known := ", ".join(name for name in names if name):
        text += f" ({known})"
    return f"{text} {links.leads}" if links.leads else text
