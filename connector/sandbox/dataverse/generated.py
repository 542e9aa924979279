"""Rows that are not kept but computed: a million of them cost what their templates cost, and read fast as JSON.

A generated row is fixed by its number: a template, with the number put into some texts, a link to a generated row of
another table, and times that rise with the number. Their ids rise with it too, so that finding one is arithmetic.
"""

from __future__ import annotations

import bisect
import functools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from connector.sandbox.dataverse.schema import Row, Table

SPACE = 1 << 32
MIX, SALT, MASK = 0x9E3779B97F4A7C15, 0xD1342543DE82EF95, (1 << 64) - 1
DAY_S = 86_400
EPOCH = date(1970, 1, 1)
RECENT = 1024
TIMES = ("createdon", "modifiedon")
Selection = tuple[tuple[str, Any], ...]  # fields with their defaults, in the order in which they are sent


@dataclass(frozen=True, slots=True)
class Numbered:
    """A text with the row's number in the middle."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Linked:
    """The id of a row among others that are generated too."""

    rows: Generated


@dataclass(slots=True)
class Template:
    """What many rows share: values as they are, and those that follow from the number."""

    constants: Row
    numbered: dict[str, Numbered]
    linked: dict[str, Linked]


@dataclass(slots=True)
class Generated:
    """`count` rows of a table, with versions from `first_version` on and times from `start` on in equal steps."""

    table: Table
    count: int
    salt: int
    first_version: int
    templates: Sequence[Template]
    start: datetime
    step: timedelta
    _width: int = field(init=False)
    _salted: int = field(init=False)
    _seconds: tuple[int, int] = field(init=False)
    _encoders: dict[Selection, Encoder] = field(default_factory=dict)
    _recent: list[tuple[int, Row] | None] = field(default_factory=lambda: [None] * RECENT)

    def __post_init__(self) -> None:
        self._width = SPACE // max(1, self.count)
        self._salted = self.salt * SALT
        self._seconds = int(self.start.timestamp()), int(self.step.total_seconds())

    def row_id(self, number: int) -> str:
        """The id of a row."""
        mixed = ((number + 1) * MIX ^ self._salted) & MASK
        text = f"{mixed:016x}"
        first = number * self._width + (mixed >> 32) % self._width
        return f"{first:08x}-{text[:4]}-4{text[4:7]}-a{text[7:10]}-{text[4:]}"

    def number(self, row_id: str) -> int | None:
        """The number of the row with that id, None where there is none."""
        try:
            number = int(row_id[:8], 16) // self._width
        except ValueError:
            return None
        if number >= self.count:
            return None
        slot = self._recent[number % RECENT]
        known = self.row_id(number) if slot is None or slot[0] != number else slot[1][self.table.key]
        return number if known == row_id else None

    def recent(self, number: int) -> Row:
        """As `row`, but perhaps the same one again: a request asks for a row several times. Do not change it."""
        slot = self._recent[number % RECENT]
        if slot is None or slot[0] != number:
            slot = self._recent[number % RECENT] = (number, self.row(number))
        return slot[1]

    def first_after(self, row_id: str) -> int:
        """The number of the first row whose id is greater."""
        return bisect.bisect_right(range(self.count), row_id, key=self.row_id)

    def first_at(self, time: str) -> int:
        """The number of the first row created at that time or later."""
        return bisect.bisect_left(range(self.count), time, key=self.time)

    def time(self, number: int) -> str:
        """When a row was created and last changed."""
        start, step = self._seconds
        day, second = divmod(start + number * step, DAY_S)
        return f"{_day(day)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}Z"

    def row(self, number: int) -> Row:
        """A row; each call makes a new one."""
        template = self.templates[number % len(self.templates)]
        time = self.time(number)
        row = template.constants | {
            self.table.key: self.row_id(number), "versionnumber": self.first_version + number,
            "createdon": time, "modifiedon": time,
        }  # fmt: skip
        for name, text in template.numbered.items():
            row[name] = f"{text.before}{number}{text.after}"
        for name, linked in template.linked.items():
            row[name] = self.link(linked, number)
        return row

    @staticmethod
    def link(linked: Linked, number: int) -> str:
        """The id that a link of a row has."""
        return linked.rows.row_id((number * 2_654_435_761 + 17) % linked.rows.count)

    def forget(self, names: Sequence[str]) -> None:
        """Drop fields from every row."""
        for template in self.templates:
            for name in names:
                template.constants.pop(name, None)
                template.numbered.pop(name, None)
                template.linked.pop(name, None)
        self._encoders.clear()
        self._recent = [None] * RECENT

    def encoder(self, selection: Selection) -> Encoder:
        """What writes these fields of rows as JSON."""
        found = self._encoders.get(selection)
        if found is None:
            found = self._encoders[selection] = Encoder(self, selection)
        return found


@functools.lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """A day since 1970 as a date."""
    return (EPOCH + timedelta(days=number)).isoformat()


class Encoder:
    """Writes rows as JSON text: what a template fixes is written once, the rest is put into it."""

    def __init__(self, rows: Generated, selection: Selection) -> None:
        self._rows = rows
        self._selection = selection
        self._timed = any(name in TIMES for name, _ in selection)
        self._parts = [self._part(template, selection) for template in rows.templates]

    def _part(self, template: Template, selection: Selection) -> tuple[str, tuple[Linked, ...]]:
        """The text of a template's rows with places for what changes: id and version, number, time, links."""
        rows = self._rows
        text = '{"@odata.etag":"W/\\"%(version)s\\"","' + rows.table.key + '":"%(id)s"'
        linked: list[Linked] = []
        for name, default in selection:
            if name == rows.table.key:
                continue
            if name in TIMES:
                value = '"%(time)s"'
            elif name == "versionnumber":
                value = "%(version)s"
            elif name in template.numbered:
                numbered = template.numbered[name]
                value = f"{_escaped(numbered.before)[:-1]}%(number)s{_escaped(numbered.after)[1:]}"
            elif name in template.linked:
                value = f'"%(link{len(linked)})s"'
                linked.append(template.linked[name])
            else:
                value = _escaped(template.constants.get(name, default))
            text += f",{_escaped(name)}:{value}"
        return text + "}", tuple(linked)

    def text_of(self, row: Row) -> str:
        """A row that is no longer as it was generated."""
        shown = {name: row.get(name, default) for name, default in self._selection}
        return _text({"@odata.etag": f'W/"{row["versionnumber"]}"', **shown})

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """Rows as JSON."""
        rows, parts, timed = self._rows, self._parts, self._timed
        found: list[str] = []
        for number in numbers:
            text, linked = parts[number % len(parts)]
            values: dict[str, object] = {
                "id": rows.row_id(number), "version": rows.first_version + number, "number": number,
            }  # fmt: skip
            if timed:
                values["time"] = rows.time(number)
            for place, link in enumerate(linked):
                values[f"link{place}"] = rows.link(link, number)
            found.append(text % values)
        return found


def _escaped(value: object) -> str:
    return _text(value).replace("%", "%%")


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
