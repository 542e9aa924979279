"""The page behind a record link (main.aspx): a row as a table, so that links in cards lead somewhere. No app."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from http import HTTPStatus

from connector.sandbox.dataverse.rendering import format_value
from connector.sandbox.dataverse.store import Store
from connector.sandbox.server import Request, Response

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;margin:2rem}}td{{padding:.2rem 1rem .2rem 0;vertical-align:top}}</style></head>
<body><h1>{title}</h1><p>A record of the sandbox: invented, and gone when it stops.</p>
<table>{rows}</table></body></html>
"""


def record_page(store: Store, request: Request) -> Response:
    """The page of the row that a record link names; 404 where there is none."""
    options = {name.lower(): value for name, value in request.options()}
    table = store.tables.get(options.get("etn", ""))
    row = store.get(table.name, options.get("id", "").strip("{}").lower()) if table else None
    if table is None or row is None or options.get("pagetype") != "entityrecord":
        return _html(HTTPStatus.NOT_FOUND, "Record not found", {})
    shown: dict[str, str] = {}
    for column in table.columns.values():
        value = row.get(column.field, column.default)
        if value is not None:
            shown[column.label or column.name] = format_value(store, column, row, value) or str(value)
    return _html(HTTPStatus.OK, f"{table.label}: {row.get(table.primary_name)}", shown)


def _html(status: int, title: str, shown: Mapping[str, str]) -> Response:
    rows = "".join(f"<tr><td>{escape(name)}</td><td>{escape(value)}</td></tr>" for name, value in shown.items())
    page = _PAGE.format(title=escape(title), rows=rows)
    return Response(status, page.encode(), [("Content-Type", "text/html; charset=utf-8")])
