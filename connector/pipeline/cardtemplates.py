"""Card documents: a company's own card for a kind of event, read with the line of every part.

The document is the Adaptive Card itself; the kind stands in its key `card`, else in the file's name. What a card may
hold is asked elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from difflib import get_close_matches
from typing import Protocol

from connector.errors import DocumentError, Fault
from connector.pipeline.values import Json
from connector.scoring.document.reader import Plain, Source, format_path, read_source

KIND = "card"
# Every kind of event that a channel can get a card for.
EVENT_KINDS = (
    "score_crossed",
    "grade_entered",
    "lead_qualified",
    "account_woke",
    "lead_went_cold",
    "lead_needs_data",
    "run_failed",
    "digest",
    "weekly_summary",
    "test",
)


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """A card for a kind of event; `lines` are those of its parts, by their path such as `body[0].text`."""

    kind: str
    card: dict[str, Json]
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """The document's name: there is one for each kind of event."""
        return self.kind

    def line(self, where: str) -> int | None:
        """The line of a part, or of the nearest thing around it that is known."""
        while where and where not in self.lines:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return self.lines.get(where)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text of the card with its path, in order."""
        return _texts(self.card, "")


class CheckCard(Protocol):
    """Says what keeps a template from being used."""

    def __call__(self, template: CardTemplate) -> Sequence[Fault]:
        """Return every fault; none: it can be published."""
        ...


def parse_card(text: str, file_name: str = "") -> CardTemplate:
    """Read a card document of YAML or JSON. Raises DocumentError with every fault of reading."""
    source = read_source(text)
    named = source.data.get(KIND)
    kind = named if isinstance(named, str) else file_name.rpartition("/")[2].partition(".")[0]
    if kind not in EVENT_KINDS:
        near = get_close_matches(kind, EVENT_KINDS, n=1)
        remedy = f"Did you mean {near[0]}?" if near else f"Name the file after one of: {', '.join(EVENT_KINDS)}."
        message = f"{kind or 'nothing'!r} is no kind of event that a card is sent for."
        raise DocumentError("The card cannot be read.", faults=[Fault(KIND, _line(source, KIND), message, remedy)])
    card: dict[str, Json] = {
        name: str(value) if name == "version" and value is not None else _json(value)
        for name, value in source.data.items()
        if name != KIND
    }
    return CardTemplate(kind, card, {format_path(path): line for path, line in source.lines.items()})


def _line(source: Source, name: str) -> int | None:
    return source.lines.get((name,))


def _json(value: Plain) -> Json:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_json(part) for part in value]
    if isinstance(value, dict):
        return {name: _json(part) for name, part in value.items()}
    return value


def _texts(value: Json, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, f"{where}[{number}]")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _texts(part, f"{where}.{name}" if where else name)
