"""Tables for people: a line is a row in a pipe; on a terminal that is too narrow cells wrap, or fields are stacked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = 2  # columns between two cells
WRAPPED = 16  # columns that a cell needs at least to be wrapped in


def table(
    out: Console,
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    right: Sequence[int] = (),
    whole: Sequence[int] = (),
    is_narrow: bool = False,
) -> None:
    """Print a table; nothing of a cell is lost, however narrow a terminal is, and no line ends in blanks.

    The columns in `right` are numbers, those in `whole` never wrap (ids, times). A pipe has no width, so that a line is
    a row there, unless `is_narrow` is asked for. Cells stand as they are: nothing in them is markup.
    """
    cells = [[_plain(cell) for cell in row] for row in rows]
    if title:
        _line(out, title, "bold")
    if not cells:
        _line(out, "None.")
        return
    natural = [max(cell_len(row[index]) for row in [columns, *cells]) for index in range(len(columns))]
    limit = out.width if is_narrow or out.file.isatty() else None
    widths = _fitting(natural, limit, {*right, *whole})
    if widths is None:
        _stack(out, columns, cells)
        return
    if any(columns):
        _row(out, [[name] for name in columns], widths, right, style="underline")
    for row in cells:
        wrapped = [_wrapped(out, cell, width) for cell, width in zip(row, widths, strict=True)]
        _row(out, wrapped, widths, right)


def _plain(cell: object) -> str:
    """A cell's text on one line; what stands before its first word stays."""
    return "" if cell is None else Text(" ".join(str(cell).splitlines())).plain


def _fitting(natural: Sequence[int], limit: int | None, fixed: set[int]) -> list[int] | None:
    """The widths that fit, with the widest column that may wrap made narrower; None where that is too narrow."""
    widths = list(natural)
    over = 0 if limit is None else sum(widths) + GAP * (len(widths) - 1) - limit
    if over <= 0:
        return widths
    widest = max((index for index in range(len(widths)) if index not in fixed), key=widths.__getitem__, default=None)
    if widest is None or widths[widest] - over < WRAPPED:
        return None
    widths[widest] -= over
    return widths


def _wrapped(out: Console, cell: str, width: int) -> list[str]:
    if cell_len(cell) <= width:
        return [cell]
    return [line.plain.rstrip() for line in Text(cell).wrap(out, width, overflow="fold")]


def _row(
    out: Console, cells: Sequence[Sequence[str]], widths: Sequence[int], right: Sequence[int], *, style: str = ""
) -> None:
    for parts in zip_longest(*cells, fillvalue=""):
        line = Text()
        for index, (part, width) in enumerate(zip(parts, widths, strict=True)):
            blank = " " * (width - cell_len(part))
            line.append(blank if index in right else "").append(part, style=style)
            line.append(("" if index in right else blank) + " " * GAP)
        line.rstrip()
        out.print(line, soft_wrap=True)


def _stack(out: Console, columns: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Print each row as lines of name and value, an empty line between rows; what is empty is left out."""
    indent = max(map(cell_len, columns)) + GAP
    for number, row in enumerate(cells):
        if number:
            out.print()
        for name, cell in zip(columns, row, strict=True):
            if cell:
                _line(out, name + " " * (indent - cell_len(name)) + cell)


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(Text(text, style=style), soft_wrap=True)
