"""A row by its mapping: what happened, when, and by which values the person is found. Pure; nobody is looked up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from connector.pipeline.sources.machine import AGENTS, CLAIMED, SCANNER, is_scanner
from connector.pipeline.sources.mapping import (
    Evidence,
    Key,
    KeyKind,
    MachineRules,
    MessageColumns,
    PersonColumn,
    Role,
    RowMapping,
    Sighting,
    Typing,
)
from connector.pipeline.sources.people import key_of
from connector.pipeline.values import Interaction, Json
from connector.scoring.operators import Predicate, predicate

# No interaction: whoever it is of must not be followed, so that nothing is known of what they did.
TRACKING_REFUSED = "tracking_refused"
# The addresses of the contact that a column names, where they were looked up.
ADDRESSES = "@connector.addresses"
KIND_OF_LOOKUP = "@Microsoft.Dynamics.CRM.lookuplogicalname"
_VERSION_DIGITS = 20


class Skipped(StrEnum):
    """Why a row is no interaction; `other` is what the mapping leaves out on purpose."""

    OTHER = "other"
    TOO_OLD = "too_old"
    NO_TIME = "no_time"
    NO_PERSON = "no_person"
    NO_ID = "no_id"


class RowReader:
    """Reads the rows of one table by a mapping; made once, used for every row.

    `within` is the table's name where a source has several. `ranked` rows may come again in any order.
    """

    def __init__(
        self,
        source: str,
        mapping: RowMapping,
        rules: MachineRules,
        *,
        now: datetime,
        ranked: bool,
        within: str = "",
    ) -> None:
        self._source = source
        self._within = f"{within}:" if within else ""
        self._mapping = mapping
        self._rules = rules
        self._ranked = ranked
        self._since = now - mapping.history if mapping.history is not None else None
        self._tests: list[tuple[str, Predicate]] = [(test.fact, predicate(test)) for test in mapping.where]

    def read(self, row: Mapping[str, Any], row_id: str | None = None) -> Sighting | Skipped:
        """The interaction that a row is; `row_id` is the table's own key, where it has one."""
        mapping = self._mapping
        kind = type_of(mapping.type, row)
        if kind is None or not all(test(row.get(column)) is True for column, test in self._tests):
            return Skipped.OTHER
        at = _first_time(row, mapping.at)
        if at is None:
            return Skipped.NO_TIME
        if self._since is not None and at < self._since:
            return Skipped.TOO_OLD
        keys = _keys(row, mapping.people)
        if not keys:
            return Skipped.NO_PERSON
        name = _first_text(row, mapping.key) or row_id
        if not name:
            return Skipped.NO_ID
        if mapping.beside:
            name = f"{name}/{_text(row.get(mapping.beside))}"
        properties = {
            named: value
            for named, column in mapping.properties.items()
            if (value := plain(row.get(column))) is not None
        }
        evidence = _evidence(row, mapping.about, self._rules)
        return Sighting(
            source=self._source,
            row=f"{self._within}{name}",
            keys=keys,
            type=kind,
            at=at,
            properties=properties,
            evidence=evidence,
            machine=(evidence is None and mapping.about.machine) or kind == TRACKING_REFUSED,
            rank=_rank(row.get(mapping.version), kind, at, properties) if self._ranked else "",
            wait=mapping.wait,
        )


# Types whose part in a message is known; who records them says which message by the property `message`.
ROLES = {
    "email_delivered": Role.DELIVERY,
    "email_open": Role.OPEN,
    "email_click": Role.CLICK,
    "sms_delivered": Role.DELIVERY,
    "sms_click": Role.CLICK,
}


def evidence_of(one: Interaction) -> Evidence | None:
    """What a recorded interaction tells of a message: by the properties `message`, `link` and `user_agent`."""
    role, message = ROLES.get(one.type.casefold()), one.properties.get("message")
    if role is None or not isinstance(message, str | int) or not _text(message):
        return None
    link, agent = _text(one.properties.get("link")), _text(one.properties.get("user_agent"))
    said = CLAIMED if one.machine else ""
    return evidence(_text(message), role, link=link, agent=agent, said=said, rules=MachineRules(agents=AGENTS))


def type_of(typing: Typing, row: Mapping[str, Any]) -> str | None:
    """An interaction's type by a row; None where the row is none."""
    if typing.fixed:
        return typing.fixed
    return typing.values.get(_text(row.get(typing.column)).casefold(), typing.otherwise)


def plain(value: object) -> Json:
    """A value as it is stored; None for what is empty or can be no property (binary, nested, NaN)."""
    if isinstance(value, bool | int | str):
        return value if value != "" else None
    if isinstance(value, float):
        return value if value - value == 0.0 else None
    if isinstance(value, Decimal):
        return plain(int(value)) if value == value.to_integral_value() else plain(float(value))
    if isinstance(value, datetime):
        return _aware(value).isoformat()
    return value.isoformat() if isinstance(value, date) else None


def _keys(row: Mapping[str, Any], people: Sequence[PersonColumn]) -> tuple[Key, ...]:
    """The values by which the person is found; a lookup that says that it points elsewhere is none."""
    found = [
        key
        for person in people
        if _points_to(person, row) and (key := key_of(person.kind, row.get(person.column))) is not None
    ]
    for person in people:
        addresses = row.get(f"{person.column}{ADDRESSES}") if person.kind is KeyKind.CONTACT else None
        found += [key for address in addresses or () if (key := key_of(KeyKind.EMAIL, address)) is not None]
    return tuple(dict.fromkeys(found))


def _points_to(person: PersonColumn, row: Mapping[str, Any]) -> bool:
    """Whether a lookup may point to what the mapping says: servers do not always tell."""
    told = row.get(f"{person.column}{KIND_OF_LOOKUP}")
    return told is None or person.kind is KeyKind.EMAIL or told == person.kind


def _evidence(row: Mapping[str, Any], about: MessageColumns, rules: MachineRules) -> Evidence | None:
    message = _first_text(row, about.message)
    role = about.roles.get(_text(row.get(about.role_column)).casefold()) if about.role_column else about.role
    if not message or role is None:
        return None
    link = _first_text(row, about.link)
    said = (_text(row.get(about.reason)) or CLAIMED) if about.machine else ""
    agent = _text(row.get(about.agent)) if about.agent else ""
    return evidence(message, role, link=link, agent=agent, said=said, rules=rules)


def evidence(message: str, role: Role, *, link: str, agent: str, said: str, rules: MachineRules) -> Evidence:
    """What is kept of a message's row: hashes of what names message and link, and what the browser's name tells."""
    if not said and agent and is_scanner(agent, rules.agents):
        said = SCANNER
    return Evidence(_digest(message), role, _digest(link) if link else "", said[:100])


def _rank(version: object, *content: Any) -> str:
    """Orders what was read under one name: by version, then by content, so that no order of reading matters."""
    number = version if isinstance(version, int) and not isinstance(version, bool) else _whole(version)
    digest = _digest(json.dumps(content, sort_keys=True, default=str, ensure_ascii=True))
    return f"{max(number, 0):0{_VERSION_DIGITS}d}{digest}"


def _whole(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


def _first_time(row: Mapping[str, Any], columns: Sequence[str]) -> datetime | None:
    for column in columns:
        value = row.get(column)
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                continue
        if isinstance(value, datetime):
            try:
                return _aware(value)
            except OverflowError:
                continue
        if isinstance(value, date):
            return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return None


def _aware(at: datetime) -> datetime:
    """A time as aware UTC; one without a zone is UTC, as exports write it."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _first_text(row: Mapping[str, Any], columns: Sequence[str]) -> str:
    return next((text for column in columns if (text := _text(row.get(column)))), "")


def _text(value: object) -> str:
    """A value as text: whole numbers without a fraction, whatever type an export gave them."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | Decimal) and value == int(value):
        return str(int(value))
    return str(value).strip()
