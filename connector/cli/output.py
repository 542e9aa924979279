"""How commands print: JSON for programs, sentences and tables (`tables`) for people, readable without colour."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import click
from rich.console import Console

PIPED, READABLE = 80, 100  # columns: where there is no terminal, and at most for sentences
DIGITS = 12

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")


def console() -> Console:
    """The console on standard output: as wide as the terminal, 80 columns where there is none."""
    width = Console().width if sys.stdout.isatty() else PIPED
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


def heading(out: Console, text: str) -> None:
    """Print a heading."""
    paragraph(out, text, style="bold")


def paragraph(out: Console, text: str, *, indent: int = 0, bullet: str = "", style: str = "") -> None:
    """Print text wrapped at the console's width, at most 100, as it stands: nothing in it is markup.

    No line ends in blanks.
    """
    blank = " " * (indent + len(bullet))
    wrapped = textwrap.wrap(
        text,
        width=min(out.width, READABLE),
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


def told(fields: Mapping[str, object]) -> dict[str, str]:
    """What has a value, in words: times in UTC to the second, objects as JSON, everything else as it stands."""
    said = {}
    for name, value in fields.items():
        if value is not None and value != "":
            said[name] = _in_words(value)
    return said


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return (
        json.dumps(value, ensure_ascii=False, default=_plain) if isinstance(value, dict | list | tuple) else str(value)
    )


def print_fields(fields: Mapping[str, object]) -> None:
    """Print what has a value, a line each, for grep: never wrapped."""
    for name, value in told(fields).items():
        click.echo(f"{name}: {value}")


def print_attempts(attempts: Iterable[Mapping[str, object]]) -> None:
    """Print attempts, a line each: what has a value, with its name."""
    for attempt in attempts:
        click.echo("  " + ", ".join(f"{name} {value}" for name, value in told(attempt).items()))


def plain(number: float) -> str:
    """A number without an exponent and without digits that say nothing: `1000000`, `2.5`."""
    return f"{number:f}".rstrip("0").rstrip(".")


def digits(digest: str) -> str:
    """As much of a digest as people compare."""
    return digest[:DIGITS]


def counted(count: int, thing: str, things: str = "") -> str:
    """A number with its noun: `1 finding`, `2 findings`; `things` is the plural that is not made by an s."""
    return f"{count} {thing if count == 1 else things or thing + 's'}"
