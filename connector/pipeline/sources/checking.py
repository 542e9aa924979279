"""What stands in the way of a mapping's publication: tables and columns that do not exist or are of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator

from connector.errors import ConnectorError, Fault
from connector.pipeline.sources.mapping import KeyKind, Role, SourceMapping
from connector.pipeline.sources.ports import FindTable, TableOutline
from connector.scoring.document.faults import suggest
from connector.scoring.document.reader import Path, Plain, format_path, read_source
from connector.scoring.facttypes import Kind
from connector.scoring.lint import Finding

UNCHECKED, NO_DELIVERIES = "unchecked-source", "no-deliveries"
MODIFIED_ON = "modifiedon"
_TIMES = frozenset({Kind.DATETIME, Kind.DATE})


def check_source(
    mapping: SourceMapping, body: str, find_table: FindTable | None
) -> tuple[tuple[Finding, ...], tuple[Fault, ...]]:
    """What is to be said of a mapping, and what refuses it; columns are checked where the environment can be asked."""
    findings = list(_doubts(mapping))
    if find_table is None:
        findings.append(_unchecked(mapping, "there is no environment to ask"))
        return tuple(findings), ()
    places = _Places(body)
    try:
        outline = find_table(mapping.rows.table)
    except ConnectorError as error:
        findings.append(_unchecked(mapping, error.message))
        return tuple(findings), ()
    if outline is None:
        where = places.of(mapping.rows.table)
        missing = f"the environment has no table {mapping.rows.table!r} that can be read."
        return tuple(findings), (Fault(where[0], where[1], missing, "Write its logical name, such as `email`."),)
    return tuple(findings), tuple(_faults(mapping, outline, places))


def _doubts(mapping: SourceMapping) -> Iterator[Finding]:
    about = mapping.rows.about
    roles = {about.role, *about.roles.values()}
    if mapping.rules.needs_delivery and Role.DELIVERY not in roles:
        yield Finding(
            NO_DELIVERIES,
            "warning",
            None,
            None,
            f"The source '{mapping.name}' takes clicks without a delivery for a machine's and reads no deliveries.",
            "Remove `needs_delivery`, or map the rows that say that a message was delivered.",
        )


def _unchecked(mapping: SourceMapping, why: str) -> Finding:
    return Finding(
        UNCHECKED,
        "warning",
        None,
        None,
        f"The table and columns of the source '{mapping.name}' were not checked: {why}.",
        "A sync names what is missing.",
    )


class _Places:
    """Where a value stands in a document, by the value."""

    def __init__(self, body: str) -> None:
        self._source = read_source(body)
        self._paths: dict[str, Path] = {}
        self._walk(self._source.data, ())

    def of(self, text: str) -> tuple[str, int | None]:
        """Path and line of the first place where a text stands as value or, in a condition, as key."""
        path = self._paths.get(text)
        return (format_path(path), self._source.line(path)) if path is not None else ("", None)

    def _walk(self, data: Plain, path: Path) -> None:
        if isinstance(data, str):
            self._paths.setdefault(data, path)
        elif isinstance(data, list):
            for index, item in enumerate(data):
                self._walk(item, (*path, index))
        elif isinstance(data, dict):
            for key, item in data.items():
                if path == ("where",):
                    self._paths.setdefault(key, (*path, key))
                self._walk(item, (*path, key))


def _faults(mapping: SourceMapping, outline: TableOutline, places: _Places) -> Iterator[Fault]:
    rows, known = mapping.rows, outline.columns
    for column in sorted(rows.columns - known.keys()):
        path, line = places.of(column)
        near = f"_{column}_value"
        remedy = f"Did you mean `{near}`?" if near in known else suggest(column, known)
        yield Fault(path, line, f"the table {outline.table} has no column {column!r} that can be read.", remedy)
    for column in rows.at:
        kind = known.get(column)
        if kind is not None and kind not in _TIMES:
            path, line = places.of(column)
            remedy = f"Its times are {', '.join(sorted(name for name, one in known.items() if one in _TIMES))}."
            yield Fault(path, line, f"the column {column!r} holds no time.", remedy)
    for person in rows.people:
        wanted = Kind.TEXT if person.kind is KeyKind.EMAIL else Kind.ID
        kind = known.get(person.column)
        if kind is not None and kind is not wanted:
            path, line = places.of(person.column)
            word = "an address" if person.kind is KeyKind.EMAIL else f"the id of a {person.kind}"
            yield Fault(path, line, f"the column {person.column!r} cannot hold {word}.", "Name a lookup, or a text.")
    if not outline.tracks_changes and MODIFIED_ON not in known:
        path, line = places.of(outline.table)
        said = f"the table {outline.table} neither tracks changes nor has `{MODIFIED_ON}`, so changes cannot be read."
        yield Fault(path, line, said, "Turn on change tracking for the table.")
