"""The card that a Teams channel gets for an event: a pure function from the event's payload to the message's body.

Adaptive Card, declared 1.4 and made of 1.2 elements (what Teams shows on phones too); sent as the one attachment of a
message, which is the form that the Workflows templates read. No network and no store in here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from connector.delivery.cardtext import clean, escape, plain
from connector.pipeline.values import Json

MAX_BYTES = 20_000  # Teams takes about 28 KB for the whole message; the flow wraps it before it gets there
MAX_FACTS = 6
MAX_SCORES = 4
MAX_REASONS = 3
MAX_MISSING = 5
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_TYPE = "application/vnd.microsoft.card.adaptive"
_HEADLINES = {
    "score_crossed": "Score crossed a threshold",
    "grade_entered": "New grade",
    "lead_qualified": "Lead qualified",
}

Payload = Mapping[str, Json]


def build_message(payload: Payload, record_url: str | None) -> dict[str, Json]:
    """Return the message for one event, at most 20 KB as UTF-8 JSON.

    `record_url` becomes the button; without one the card has none. Missing and empty parts of the payload are left
    out. Text from the payload is cut and escaped; a card too large all the same is built again with shorter texts.
    """
    message: dict[str, Json] = {}
    for share in (1.0, 0.5, 0.25, 0.1):
        message = _message(_Card(payload, record_url, share).build())
        if len(encode(message)) <= MAX_BYTES:
            break
    return message


def encode(message: Mapping[str, Json]) -> bytes:
    """Return the bytes that are sent; characters stand for themselves, so that the size is what it looks like."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _message(card: dict[str, Json]) -> dict[str, Json]:
    attachment: dict[str, Json] = {"contentType": _TYPE, "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


class _Card:
    """One card under construction; `share` scales every text's length limit."""

    def __init__(self, payload: Payload, record_url: str | None, share: float) -> None:
        self._payload = payload
        self._lead = _mapping(payload.get("lead"))
        self._record_url = record_url
        self._share = share

    def build(self) -> dict[str, Json]:
        body: list[Json] = [
            _text(self._headline(), size="Small", weight="Bolder"),
            _text(self._title(escape), size="Large", weight="Bolder"),
        ]
        if summary := self._clean(self._payload.get("summary"), 300):
            body.append(_text(escape(summary)))
        if facts := self._facts():
            body.append({"type": "FactSet", "facts": [{"title": title, "value": value} for title, value in facts]})
        body += self._reasons()
        body += self._missing()
        body.append(_text(self._footer(), size="Small", isSubtle=True, separator=True))
        actions: list[Json] = []
        if self._record_url:
            actions.append({"type": "Action.OpenUrl", "title": "Open the lead", "url": self._record_url})
        return {
            "type": "AdaptiveCard",
            "$schema": _SCHEMA,
            "version": "1.4",
            "fallbackText": self._fallback(),
            "msteams": {"width": "Full"},
            "body": body,
            **({"actions": actions} if actions else {}),
        }

    def _clean(self, value: Json, limit: int) -> str:
        """Return a payload's text within its limit; numbers as text, everything else as nothing."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return ""
        return clean(str(value), max(int(limit * self._share), 12))

    def _headline(self) -> str:
        alert = self._clean(self._payload.get("alert"), 80)
        what = _HEADLINES.get(str(self._payload.get("kind")), "Lead alert")
        rule = escape(self._clean(self._payload.get("rule"), 200)) or what
        return f"{escape(alert)}: {rule}" if alert else rule

    def _title(self, made_safe: Callable[[str], str]) -> str:
        name = self._clean(self._lead.get("name"), 120) or "Lead without a name"
        account = _mapping(self._payload.get("account"))
        company = self._clean(account.get("name"), 120) or self._clean(self._lead.get("company"), 120)
        return f"{made_safe(name)} · {made_safe(company)}" if company else made_safe(name)

    def _facts(self) -> list[tuple[str, str]]:
        """Scores first, then what tells people who should act; at most six, which Teams shows without a scroll."""
        facts = [(escape(self._label(score)), escape(self._verdict(score))) for score in self._scores()]
        qualification = _mapping(self._payload.get("qualification"))
        place = _mapping(next(iter(_list(self._payload.get("matrix"))), None))
        rows = (
            ("Fit and engagement", place.get("place"), 20),
            ("Qualified as", qualification.get("name"), 80),
            ("Status", qualification.get("status_reason"), 80),
            ("Job title", self._lead.get("title"), 120),
            ("Owner", self._lead.get("owner"), 80),
            ("Country", self._lead.get("country"), 80),
        )
        facts += [(title, escape(text)) for title, value, limit in rows if (text := self._clean(value, limit))]
        return facts[:MAX_FACTS]

    def _scores(self) -> list[Payload]:
        scores: list[Payload] = [score for score in _list(self._payload.get("scores")) if isinstance(score, Mapping)]
        return scores[:MAX_SCORES]

    def _label(self, score: Payload) -> str:
        """Name a score by its dimension, by its model where two share one."""
        dimensions = [other.get("dimension") for other in self._scores()]
        dimension = score.get("dimension")
        chosen = dimension if dimension and dimensions.count(dimension) == 1 else score.get("model")
        text = self._clean(chosen, 60) or "Score"
        return text[:1].upper() + text[1:]

    def _verdict(self, score: Payload) -> str:
        """Say score, change and grade in words, such as `72 (+31), Hot (was Warm)`."""
        text = _change(score.get("score"), score.get("previous"))
        grade, before = self._clean(score.get("grade"), 60), self._clean(score.get("previous_grade"), 60)
        if grade:
            text += f", {grade}" + (f" (was {before})" if before and before != grade else "")
        return text

    def _reasons(self) -> list[Json]:
        reasons = [text for value in _list(self._payload.get("reasons")) if (text := self._clean(value, 200))]
        if not reasons:
            return []
        lines: list[Json] = [_text("Why", weight="Bolder", spacing="Medium")]
        return lines + [_text(f"• {escape(text)}", spacing="Small") for text in reasons[:MAX_REASONS]]

    def _missing(self) -> list[Json]:
        missing = [text for value in _list(self._payload.get("missing")) if (text := self._clean(value, 100))]
        if not missing:
            return []
        more = f" and {len(missing) - MAX_MISSING} more" if len(missing) > MAX_MISSING else ""
        listed = ", ".join(escape(text) for text in missing[:MAX_MISSING])
        return [_text(f"Not known yet: {listed}{more}", spacing="Medium")]

    def _footer(self) -> str:
        event = escape(self._clean(self._payload.get("event_id"), 100)) or "without id"
        at = _time(self._payload.get("at"))
        return f"Event {event} · {at}" if at else f"Event {event}"

    def _fallback(self) -> str:
        """Say the same in one plain sentence, for notifications and for clients that cannot show the card."""
        verdicts = "; ".join(f"{self._label(score)} {self._verdict(score)}" for score in self._scores())
        text = self._title(plain) + (f": {plain(verdicts)}" if verdicts else "")
        return f"{text} {self._record_url}" if self._record_url else text


def _text(text: str, **style: Json) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True, **style}


def _change(score: Json, previous: Json) -> str:
    if not _is_number(score):
        return "not scored"
    if not _is_number(previous):
        return f"{score} (first score)"
    difference = score - previous
    return f"{score} ({difference:+})" if difference else f"{score} (unchanged)"


def _is_number(value: Json) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mapping(value: Json) -> Payload:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> Sequence[Json]:
    return value if isinstance(value, list | tuple) else ()


def _time(value: Json) -> str:
    """Write an ISO time for people; anything else is left out."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return ""
    return f"{at.astimezone(UTC):%d %b %Y %H:%M} UTC" if at and at.tzinfo else ""
