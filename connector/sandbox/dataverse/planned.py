"""Answers to FetchXML, SQL and $apply: plans are run and their rows brought into the Web API's shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from connector.sandbox.dataverse.errors import bad_query
from connector.sandbox.dataverse.preferences import FORMATTED, TOTAL, Preferences
from connector.sandbox.dataverse.query.apply import read_apply
from connector.sandbox.dataverse.query.fetchxml import Fetch, read_fetch
from connector.sandbox.dataverse.query.options import PLANNED, Query
from connector.sandbox.dataverse.query.plans import Combined, Output, Plan
from connector.sandbox.dataverse.query.sql import read_sql
from connector.sandbox.dataverse.rendering import Rendering, format_value
from connector.sandbox.dataverse.schema import Column, Table
from connector.sandbox.dataverse.store import Store

MAX_COUNT = 5000
COOKIE, MORE = "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie", "@Microsoft.Dynamics.CRM.morerecords"
Document = dict[str, Any]


class Planned:
    """Runs the queries that say everything in one option."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def page(self, table: Table, options: dict[str, str], preferences: Preferences) -> Document:
        """The rows of a query, with what stands around them. Raises ODataError."""
        name = min(PLANNED & set(options))
        others = sorted(set(options) - {name, "tag"})
        if others:
            raise bad_query(f"The query parameter {others[0]} is not supported together with {name}.")
        if preferences.track_changes:
            raise bad_query(f"The {name} query parameter isn't supported when Change Tracking is enabled.")
        if name == "fetchXml":
            return self._fetch(read_fetch(self._store.tables, options[name], table), preferences)
        if name == "sql":
            statement = read_sql(self._store.tables, options[name], table)
            top = MAX_COUNT if statement.top is None else statement.top
            rows = self._shown(statement.plan, preferences)
            return {"value": rows[statement.offset : statement.offset + top]}
        return {"value": self._shown(read_apply(self._store, table, options[name], self._clock()), preferences)}

    def _fetch(self, fetch: Fetch, preferences: Preferences) -> Document:
        plan = fetch.plan
        if plan.grouped or plan.distinct:
            everything: Sequence[Any] = self._shown(plan, preferences)
        else:
            everything = plan.rows(self._store)
        start = (fetch.page - 1) * fetch.count
        rows = everything[: fetch.top] if fetch.top is not None else everything[start : start + fetch.count]
        more = fetch.top is None and len(everything) > start + fetch.count
        page: Document = {}
        if preferences.annotations:
            page[MORE] = more
        if preferences.annotations and more and not (plan.grouped or plan.distinct):
            first, last = (each[""][plan.table.key] for each in (rows[0], rows[-1]))
            page[COOKIE] = fetch.cookie(first, last)
        if fetch.counted and preferences.wants(TOTAL):
            page |= {
                f"@{TOTAL}": min(len(everything), MAX_COUNT),
                f"@{TOTAL}limitexceeded": len(everything) > MAX_COUNT,
            }
        shown = rows if plan.grouped or plan.distinct else self._whole(fetch, rows, preferences)
        return page | {"value": list(shown)}

    def _whole(self, fetch: Fetch, rows: Sequence[Combined], preferences: Preferences) -> list[Document]:
        """Rows of the table in their usual shape, with the values of linked rows beside theirs."""
        own = [each for each in fetch.plan.outputs if _is_own(each)]
        select: tuple[Column, ...] | None = tuple(each.source.column for each in own if each.source is not None)
        query = Query(select=None if fetch.whole else select)
        documents = Rendering(self._store, preferences).rows(
            fetch.plan.table, query, [row for each in rows if (row := each[""])]
        )
        for document, combined in zip(documents, rows, strict=True):
            for each in fetch.plan.outputs:
                if not _is_own(each):
                    self._add(document, each, combined, preferences)
        return documents

    def _shown(self, plan: Plan, preferences: Preferences) -> list[Document]:
        outputs = {each.name: each for each in plan.outputs}
        shown = []
        for answer in plan.answers(self._store):
            document: Document = {}
            for name, value in answer.items():
                document[name] = value
                text = self._text(outputs[name], value, {}) if preferences.wants(FORMATTED) else None
                if text is not None:
                    document[f"{name}@{FORMATTED}"] = text
            shown.append(document)
        return shown

    def _add(self, document: Document, output: Output, combined: Combined, preferences: Preferences) -> None:
        if output.source is None:
            return
        value = output.source.get(combined)
        if value is None:
            return  # a linked row that is not there, or a null in it: the key is left out
        document[output.name] = value
        text = self._text(output, value, combined[output.source.alias] or {}) if preferences.wants(FORMATTED) else None
        if text is not None:
            document[f"{output.name}@{FORMATTED}"] = text

    def _text(self, output: Output, value: Any, row: Any) -> str | None:
        if output.source is None or output.aggregate or value is None:
            return f"{value:,}" if output.aggregate and isinstance(value, int | float) else None
        return format_value(self._store, output.source.column, row or {output.source.column.field: value}, value)


def _is_own(output: Output) -> bool:
    """Tell whether an output is a column of the table itself under its own name."""
    source = output.source
    return source is not None and not source.alias and not output.aggregate and output.name == source.column.field
