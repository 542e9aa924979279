"""Tables: a line is a row where there is no terminal, and nothing of a cell is lost where the terminal is narrow."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from connector.cli.tables import table

ID = "0b5cd0b0-1f2e-4d3c-8a9b-000000000001"
HEADS = ["run", "status", "requested", "reason"]
REASON = "Dataverse did not answer within the time it was given, three times"
ROW = (ID, "failed", "2026-11-22 14:00 UTC", REASON)


class Terminal(io.StringIO):
    """A text that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def shown(rows: list[tuple[object, ...]], *, width: int, text: io.StringIO, **more: object) -> list[str]:
    """The lines that a table of runs prints."""
    out = Console(file=text, width=width, highlight=False, color_system=None)
    table(out, "", HEADS, rows, whole=[0, 2], **more)  # type: ignore[arg-type]  # what the tests say
    return text.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 80])
def test_without_a_terminal_a_line_is_a_row(width: int) -> None:
    """A pipe has no width: every cell is whole, and no line ends in blanks."""
    lines = shown([ROW, (ID, "ok", None, "")], width=width, text=io.StringIO())
    assert lines == [
        f"{'run':<36}  status  {'requested':<20}  reason",
        f"{ID}  failed  2026-11-22 14:00 UTC  {REASON}",
        f"{ID}  ok",
    ]


@pytest.mark.parametrize("width", [*range(20, 160, 7), 30, 40, 80])
def test_nothing_is_lost_on_a_terminal(width: int) -> None:
    """However narrow it is, every id and time is there in one piece, and every word of the reason."""
    printed = shown([ROW, ROW], width=width, text=Terminal())
    text = " ".join(" ".join(printed).split())
    assert [text.count(one) for one in (ID, "failed", "2026-11-22 14:00 UTC")] == [2, 2, 2]
    assert all(text.count(word) >= 2 for word in REASON.split())
    assert all(line == line.rstrip() for line in printed)


def test_the_widest_cell_wraps_where_that_makes_it_fit() -> None:
    """The other cells stand in the first line, whole; no line is wider than the terminal."""
    printed = shown([ROW], width=100, text=Terminal())
    assert printed[1] == f"{ID}  failed  2026-11-22 14:00 UTC  Dataverse did not answer within"
    assert printed[2].strip().startswith("the time")
    assert max(map(len, printed)) <= 100


def test_fields_are_stacked_where_wrapping_does_not_do() -> None:
    """Each field has a line of its own, with its name; rows are apart; what is empty is left out."""
    assert shown([ROW, (ID, "ok", None, "")], width=40, text=Terminal()) == [
        f"run        {ID}",
        "status     failed",
        "requested  2026-11-22 14:00 UTC",
        f"reason     {REASON}",
        "",
        f"run        {ID}",
        "status     ok",
    ]


def test_a_pipe_may_be_asked_for_as_narrow() -> None:
    """What is read as a page, such as the demo, wraps as on a terminal."""
    assert max(map(len, shown([ROW], width=100, text=io.StringIO(), is_narrow=True))) <= 100


def test_nothing_to_list_is_said() -> None:
    """A header over nothing looks like a fault."""
    assert shown([], width=80, text=io.StringIO()) == ["None."]


def test_cells_stand_as_they_are() -> None:
    """Brackets are no markup, a line end makes no second row, what is wide counts as wide; numbers stand right."""
    text = io.StringIO()
    out = Console(file=text, width=80, highlight=False)
    table(out, "Title", ["name", "n", ""], [("[bold]a[/bold]", 1, "two\nlines"), ("株式会社", 12, "x")], right=[1])
    assert text.getvalue().splitlines() == [
        "Title",
        "name             n",
        "[bold]a[/bold]   1  two lines",
        "株式会社        12  x",
    ]
