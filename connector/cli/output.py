"""How commands print: JSON for programs, rich tables for people, readable without colour and in 80 columns."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def console() -> Console:
    """The console on standard output: at most 100 columns, 80 where nothing is known."""
    probe = Console()
    width = min(probe.width, 100) if sys.stdout.isatty() else 80
    return Console(width=width, highlight=False, soft_wrap=False)


def print_json(value: object) -> None:
    """Print a value as JSON, times as ISO 8601."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    return str(value)


def table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
) -> Table:
    """A table with a title; the columns in `right` are numbers, those in `whole` are never cut or wrapped (ids).

    Cells stand as they are: nothing in them is markup.
    """
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    result = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False, box=None)
    for index, column in enumerate(columns):
        result.add_column(
            column,
            justify="right" if index in right else "left",
            header_style="underline",
            min_width=max((len(row[index]) for row in cells), default=0) if index in whole else None,
            overflow="fold",
        )
    for row in cells:
        result.add_row(*map(Text, row))
    return result


def heading(out: Console, text: str) -> None:
    """Print a heading."""
    paragraph(out, text, style="bold")


def paragraph(out: Console, text: str, *, indent: int = 0, bullet: str = "", style: str = "") -> None:
    """Print text wrapped at the console's width, as it stands: nothing in it is markup. No trailing blanks."""
    blank = " " * (indent + len(bullet))
    wrapped = textwrap.wrap(
        text,
        width=out.width,
        initial_indent=" " * indent + bullet,
        subsequent_indent=blank,
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in wrapped:
        out.print(line, markup=False, style=style or None, soft_wrap=True)


def link(out: Console, address: str) -> None:
    """Print an address on a line of its own, never wrapped or cut."""
    out.print(address, soft_wrap=True, markup=False)


def when(moment: object) -> str:
    """A time for people: UTC, to the minute."""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if isinstance(moment, datetime) else ""
