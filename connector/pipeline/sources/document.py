"""Mapping documents to values: every fault at once, with path, line and the nearest known name.

A `source` maps a table of the environment, an `export` the tables of a lakehouse. Whether the columns exist is asked
elsewhere, where the tables are known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from connector.pipeline.sources.machine import AGENTS
from connector.pipeline.sources.mapping import (
    WAIT,
    ExportMapping,
    KeyKind,
    MachineRules,
    MessageColumns,
    PersonColumn,
    Role,
    RowMapping,
    SourceMapping,
    Typing,
)
from connector.pipeline.sources.shapes import ExportShape, SourceShape
from connector.scoring.document.conditions import Conditions
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Plain, Source, read_source
from connector.scoring.document.shapes import validate
from connector.scoring.facttypes import UNTYPED
from connector.scoring.rules import FactTest, InteractionTest

_COLUMN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_LONGEST_COLUMN = 128
_LEAD_FORMS = "Write `{lead: _regardingobjectid_value}`, `{contact: column}` or `{email: column}`, or a list of them."
_TYPE_FORMS = "Write a text, or `{column: responsecode, values: {1: interested}}`."
_COLUMN_FORMS = "Write a column's name, or a list of them."


SHARED = ("lead", "at", "key", "version", "history", "wait")


def parse_source(text: str) -> SourceMapping:
    """Read a source document. Raises DocumentError with every fault."""
    source = read_source(text)
    faults = Faults(source)
    shape = validate(SourceShape, source, faults)
    builder = _Builder(source, faults)
    rows = builder.rows(source.data, (), str(source.data.get("table", "")))
    rules = builder.rules()
    if shape is None or faults:
        raise faults.error("source document")
    return SourceMapping(shape.source, rows, rules, shape.description)


def parse_export(text: str) -> ExportMapping:
    """Read an export document. Raises DocumentError with every fault."""
    source = read_source(text)
    faults = Faults(source)
    shape = validate(ExportShape, source, faults)
    builder = _Builder(source, faults)
    listed = source.data.get("tables")
    tables = {
        name: builder.rows(data, ("tables", name), name)
        for name, data in (listed.items() if isinstance(listed, dict) else ())
        if isinstance(data, dict)
    }
    rules = builder.rules()
    if shape is None or faults:
        raise faults.error("export document")
    return ExportMapping(shape.export, tables, rules, shape.description)


class _Builder:
    """Builds the parts that take several forms; every fault is noted, and what is returned after one is a stand-in."""

    def __init__(self, source: Source, faults: Faults) -> None:
        self._source = source
        self._faults = faults
        self._operands = Operands(source, faults)

    def rows(self, data: Mapping[str, Plain], path: Path, table: str) -> RowMapping:
        """What one table's rows become."""
        values, places = dict(data), {key: (*path, key) for key in data}
        for key in SHARED:
            if path and values.get(key) is None and self._source.data.get(key) is not None:
                values[key], places[key] = self._source.data[key], (key,)
        for key in ("lead", "at", "type"):
            if path and values.get(key) is None:
                self._faults.add(path, f"`{key}` is missing.")

        def place(key: str) -> Path:
            return places.get(key, (*path, key))

        return RowMapping(
            table=table,
            people=self._people(values.get("lead"), place("lead")),
            at=self._columns(values.get("at"), place("at")),
            type=self._type(values.get("type"), place("type")),
            properties=_texts(values.get("properties")),
            where=self._where(values.get("where"), place("where")),
            key=self._columns(values.get("key"), place("key")),
            beside=str(values.get("beside") or ""),
            version=str(values.get("version") or ""),
            history=self._duration(values.get("history"), place("history")),
            wait=WAIT if (wait := self._duration(values.get("wait"), place("wait"))) is None else wait,
            about=self._message(values.get("message"), place("message")),
        )

    def rules(self) -> MachineRules:
        """The thresholds; those that the document does not name are the usual ones."""
        data = self._source.data.get("machine")
        if not isinstance(data, dict):
            return MachineRules(agents=AGENTS)
        usual = MachineRules()
        agents = data.get("agents")
        own = tuple(str(agent).casefold() for agent in agents) if isinstance(agents, list) else ()
        links, second = data.get("burst_links"), data.get("same_second")
        return MachineRules(
            burst_links=links if isinstance(links, int) else usual.burst_links,
            burst_within=self._duration(data.get("burst_within"), ("machine", "burst_within")) or usual.burst_within,
            same_second=second if isinstance(second, int) else usual.same_second,
            too_soon=self._or_usual(data, "too_soon", usual.too_soon),
            needs_delivery=data.get("needs_delivery") is True,
            agents=(*AGENTS, *own),
        )

    def _or_usual(self, data: Mapping[str, Plain], key: str, usual: timedelta) -> timedelta:
        """A duration that may be nothing: `0s` switches a rule off."""
        found = self._duration(data.get(key), ("machine", key))
        return usual if found is None else found

    def _people(self, data: Plain, path: Path) -> tuple[PersonColumn, ...]:
        if data is None:
            return ()
        items = data if isinstance(data, list) else [data]
        found: list[PersonColumn] = []
        for index, item in enumerate(items):
            at = (*path, index) if isinstance(data, list) else path
            if not isinstance(item, dict) or len(item) != 1:
                self._faults.add(at, "this must say one way to find the lead.", _LEAD_FORMS)
                continue
            ((kind, column),) = item.items()
            if kind not in tuple(KeyKind):
                self._faults.unknown_name((*at, kind), "a way to find the lead", kind, KeyKind)
            elif self._is_column(column, (*at, kind)):
                found.append(PersonColumn(KeyKind(kind), str(column)))
        if not items:
            self._faults.add(path, "`lead` is empty.", _LEAD_FORMS)
        return tuple(found)

    def _columns(self, data: Plain, path: Path) -> tuple[str, ...]:
        if data is None:
            return ()
        if isinstance(data, list):
            if not data:
                self._faults.add(path, "the list is empty.", _COLUMN_FORMS)
            return tuple(str(item) for i, item in enumerate(data) if self._is_column(item, (*path, i)))
        return (str(data),) if self._is_column(data, path) else ()

    def _is_column(self, data: Plain, path: Path) -> bool:
        if isinstance(data, str) and len(data) <= _LONGEST_COLUMN and _COLUMN.fullmatch(data):
            return True
        self._faults.add(path, "this must be a column's name.", _COLUMN_FORMS)
        return False

    def _type(self, data: Plain, path: Path) -> Typing:
        if data is None:
            return Typing()
        if isinstance(data, str) and data.strip():
            return Typing(fixed=data.strip())
        if not isinstance(data, dict):
            self._faults.add(path, "this says no type.", _TYPE_FORMS)
            return Typing()
        for key in data:
            if key not in {"column", "values", "otherwise"}:
                self._faults.unknown_name((*path, key), "a key of `type`", key, ("column", "values", "otherwise"))
        if "column" not in data:
            self._faults.add(path, "`column` is missing.", _TYPE_FORMS)
            return Typing()
        column = data["column"]
        return Typing(
            column=str(column) if self._is_column(column, (*path, "column")) else "",
            values=self._value_map(data.get("values"), (*path, "values")),
            otherwise=self._word(data.get("otherwise"), (*path, "otherwise")),
        )

    def _value_map(self, data: Plain, path: Path) -> dict[str, str]:
        if not isinstance(data, dict) or not data:
            self._faults.add(path, "this maps the column's values to types.", "Write `{1: interested, 2: declined}`.")
            return {}
        words = {str(value).casefold(): self._word(word, (*path, value)) for value, word in data.items()}
        return {value: word for value, word in words.items() if word is not None}

    def _word(self, data: Plain, path: Path) -> str | None:
        if data is None or (isinstance(data, str) and data.strip()):
            return data.strip() if isinstance(data, str) else None
        self._faults.add(path, "this must be text.", "Put it in quotes.")
        return None

    def _where(self, data: Plain, path: Path) -> tuple[FactTest, ...]:
        """Tests of columns, in the words that models test an interaction's properties with."""
        if data is None:
            return ()
        conditions = Conditions(self._source, self._faults, UNTYPED, reads_models=False)
        built = conditions.build({"interaction": "row", "where": data}, path[:-1])
        return built.where if isinstance(built, InteractionTest) else ()

    def _message(self, data: Plain, path: Path) -> MessageColumns:
        if not isinstance(data, dict):
            return MessageColumns()
        role, column, roles = self._role(data.get("role"), (*path, "role"))
        return MessageColumns(
            message=self._columns(data.get("id"), (*path, "id")),
            role=role,
            role_column=column,
            roles=roles,
            link=self._columns(data.get("link"), (*path, "link")),
            agent=str(data.get("agent") or ""),
            machine=data.get("machine") is True,
            reason=str(data.get("reason") or ""),
        )

    def _role(self, data: Plain, path: Path) -> tuple[Role | None, str, dict[str, Role]]:
        """A role for every row, or by the values of a column."""
        if data is None:
            return None, "", {}
        if not isinstance(data, dict):
            return self._one_role(data, path), "", {}
        column, values = data.get("column"), data.get("values")
        if not self._is_column(column, (*path, "column")) or not isinstance(values, dict):
            self._faults.add(path, "this says no role.", "Write `click`, or `{column: x, values: {1: delivery}}`.")
            return None, "", {}
        roles = {
            str(value).casefold(): self._one_role(role, (*path, "values", value)) for value, role in values.items()
        }
        return None, str(column), {value: role for value, role in roles.items() if role is not None}

    def _one_role(self, data: Plain, path: Path) -> Role | None:
        if isinstance(data, str) and data in tuple(Role):
            return Role(data)
        self._faults.unknown_name(path, "a role in a message", str(data), Role)
        return None

    def _duration(self, data: Plain, path: Path) -> timedelta | None:
        found = self._operands.duration(data, path) if data is not None else None
        return found if isinstance(found, timedelta) else None


def _texts(data: Plain) -> dict[str, str]:
    """What the shape has checked already."""
    return {name: str(column) for name, column in data.items()} if isinstance(data, dict) else {}
