"""What a payload says, in words for people: cleaned and cut, never escaped, whatever shape the payload has.

Cards and templates are both made of these words. Missing and misshapen parts are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeGuard

from connector.delivery.cards.room import Room
from connector.delivery.cardtext import clean, isolated
from connector.pipeline.values import Json

Payload = Mapping[str, Json]

HEADLINES = {
    "score_crossed": "Score crossed a threshold",
    "grade_entered": "New grade",
    "grade_changed": "Grade changed",
    "lead_qualified": "Lead qualified",
    "account_woke": "Account woke up",
    "lead_went_cold": "Lead went cold",
    "lead_needs_data": "Lead needs data",
    "run_failed": "A run failed",
    "digest": "Digest",
    "weekly_summary": "Weekly summary",
    "test": "Test card",
}
_UP, _DOWN, _LEVEL = "▲", "▼", "●"  # with words beside them: nobody has to know what they mean
_SHORTEST = 12
_LARGEST = 10**15


class Words:
    """Reads one payload with so much room."""

    def __init__(self, payload: Payload, room: Room) -> None:
        self.payload = payload
        self.room = room
        self.lead = mapping(payload.get("lead"))
        self.account = mapping(payload.get("account"))
        self.now = moment(payload.get("at"))

    def text(self, value: Json, limit: int) -> str:
        """A payload's text within its limit; numbers as text, everything else as nothing."""
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return ""
        return clean(str(value), max(int(limit * self.room.share), _SHORTEST))

    def kind(self) -> str:
        """The event's kind."""
        return self.text(self.payload.get("kind"), 60)

    def event_id(self) -> str:
        """The id that support asks for, whole: a part of it would find nothing."""
        value = self.payload.get("event_id")
        return clean(value, 100) if isinstance(value, str) else ""

    def headline(self) -> str:
        """Which alert, and what happened: `hot-leads: score of engagement crossed 70`."""
        alert, rule = self.text(self.payload.get("alert"), 80), self.text(self.payload.get("rule"), 200)
        what = rule or HEADLINES.get(self.kind(), "Lead alert")
        return f"{isolated(alert)}: {isolated(what)}" if alert else capitalised(what)

    def name(self) -> str:
        """The lead's name."""
        return self.text(self.lead.get("name"), 120) or "Lead without a name"

    def company(self) -> str:
        """The account's name, else the company that the lead typed."""
        return self.text(self.account.get("name"), 120) or self.text(self.lead.get("company"), 120)

    def title(self) -> str:
        """The lead's job title."""
        return self.text(self.lead.get("title"), 120)

    def country(self) -> str:
        """The lead's country."""
        return self.text(self.lead.get("country"), 60)

    def owner(self) -> str:
        """Whose lead it is."""
        owner = self.lead.get("owner") or self.payload.get("owner")
        return self.text(mapping(owner).get("name") if isinstance(owner, Mapping) else owner, 80)

    def owner_id(self) -> str:
        """The owner's object id in Entra ID, where they are to be mentioned."""
        owner = mapping(self.payload.get("owner"))
        wanted = bool(self.owner()) and owner.get("mention", True) is True
        return self.text(owner.get("entra_id"), 100) if wanted else ""

    def summary(self) -> str:
        """Fit and intent in a sentence."""
        return self.text(self.payload.get("summary"), 300)

    def scores(self) -> list[Payload]:
        """The scores, the one that the event is about first."""
        return [score for score in items(self.payload.get("scores")) if isinstance(score, Mapping)]

    def score_label(self, score: Payload) -> str:
        """Name a score by its dimension, by its model where two share one."""
        dimensions = [other.get("dimension") for other in self.scores()]
        dimension = score.get("dimension")
        chosen = dimension if dimension and dimensions.count(dimension) == 1 else score.get("model")
        return capitalised(self.text(chosen, 60)) or "Score"

    def score_value(self, score: Payload) -> str:
        """The score, or that there is none."""
        value = score.get("score")
        return str(value) if is_number(value) else "not scored"

    def change(self, score: Payload) -> str:
        """The difference to the score before, with its sign; empty where there was none."""
        value, before = score.get("score"), score.get("previous")
        return f"{difference(value, before):+}" if is_number(value) and is_number(before) else ""

    def grade(self, score: Payload) -> str:
        """The grade in words, with the one before where it is another: `Hot (was Warm)`."""
        grade, before = self.text(score.get("grade"), 60), self.text(score.get("previous_grade"), 60)
        return f"{isolated(grade)} (was {isolated(before)})" if grade and before and before != grade else grade

    def trend(self, score: Payload) -> str:
        """Where the score comes from, with an arrow and in words: `▲ up 31 since 20 Nov`."""
        value, before = score.get("score"), score.get("previous")
        if not is_number(value):
            return ""
        if not is_number(before):
            return "first score"
        change, since = difference(value, before), self._since(score.get("previous_at"))
        if not change:
            return f"{_LEVEL} unchanged{since}"
        return f"{_UP} up {change}{since}" if change > 0 else f"{_DOWN} down {-change}{since}"

    def _since(self, value: Json) -> str:
        """` since 20 Nov`, to the minute where it was on the day of the event."""
        at = moment(value)
        if at is None:
            return ""
        if self.now and at.date() == self.now.date():
            return f" since {at:%H:%M} UTC"
        same_year = self.now is not None and at.year == self.now.year
        return f" since {at.day} {at:%b}" if same_year else f" since {at.day} {at:%b %Y}"

    def verdict(self, score: Payload) -> str:
        """Score, change and grade in one line, for notifications: `72 (+31), Hot (was Warm)`."""
        if not is_number(score.get("score")):
            return "not scored"
        change = self.change(score)
        told = {"": "first score", "+0": "unchanged"}.get(change, change)
        grade = self.grade(score)
        return f"{self.score_value(score)} ({told})" + (f", {isolated(grade)}" if grade else "")

    def reasons(self) -> list[str]:
        """The strongest reasons."""
        found = [said for value in items(self.payload.get("reasons")) if (said := self.text(value, 200))]
        return found[: self.room.reasons]

    def missing(self) -> list[str]:
        """What is not known of the lead; what there is no room for is counted."""
        found = [said for value in items(self.payload.get("missing")) if (said := self.text(value, 160))]
        shown = found[: self.room.missing]
        return shown + ([f"and {len(found) - len(shown)} more"] if shown and len(found) > len(shown) else [])

    def last_touch(self) -> str:
        """What the lead did last, and how long before the event: `Email click, 2 days ago`."""
        touch = mapping(self.payload.get("last_touch"))
        kind, at = self.text(touch.get("type"), 60), moment(touch.get("at"))
        if not kind:
            return ""
        age = ago(at, self.now) if at and self.now else ""
        said = capitalised(kind.replace("_", " "))
        return f"{isolated(said)}, {age}" if age else said

    def place(self) -> str:
        """The lead's place in the matrix of fit and engagement."""
        return self.text(mapping(next(iter(items(self.payload.get("matrix"))), None)).get("place"), 20)

    def qualification(self, key: str, limit: int = 80) -> str:
        """A part of what the qualification says."""
        return self.text(mapping(self.payload.get("qualification")).get(key), limit)

    def time(self, key: str = "at") -> str:
        """A time of the payload, for people."""
        at = moment(self.payload.get(key))
        return f"{at:%d %b %Y %H:%M} UTC" if at else ""


def capitalised(words: str) -> str:
    """Text with a capital letter at its beginning, the rest as it is."""
    return words[:1].upper() + words[1:]


def mapping(value: Json) -> Payload:
    """A mapping, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Json) -> Sequence[Json]:
    """A list, or an empty one."""
    return value if isinstance(value, list | tuple) else ()


def is_number(value: Json) -> TypeGuard[int | float]:
    """Tell whether a value is a number that a score can be; true and false are none, nor is what is endless."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def difference(value: float, before: float) -> int | float:
    """The change from one score to another, without the dust of fractions."""
    found = round(value - before, 3)
    return int(found) if found == int(found) else found


def moment(value: Json) -> datetime | None:
    """An ISO time with a zone as UTC; None for anything else."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def ago(at: datetime, now: datetime) -> str:
    """How long before `now` something was, in the largest unit that fits."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    for size, unit in ((60 * 24 * 365, "year"), (60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return ""
