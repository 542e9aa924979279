"""The command line as such: what it lists, what it documents, and which exit code an ending gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from connector import cli
from connector.cli import COMMANDS, root, run
from connector.errors import ConnectorError, OutsideError, RefusedError

DOCUMENTED = re.compile(r"Exit codes: 0 \S+")


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name), command


ALL = dict(leaves(root))


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_command_documents_its_exit_codes(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` of every command says what it does and which exit codes it has, in 80 columns."""
    assert run([*words, "--help"]) == 0
    out = capsys.readouterr().out
    assert DOCUMENTED.search(" ".join(out.split()))
    assert max(len(line) for line in out.splitlines()) <= 80


@pytest.mark.parametrize("words", [(), ("jobs",), ("jobs", "list"), ("interactions", "sources", "list")], ids=" ".join)
def test_h_is_help_everywhere(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """What people type first is answered like `--help`, at every depth."""
    said = []
    for option in ("-h", "--help"):
        assert run([*words, option]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_listing_and_answer_takes_json(words: tuple[str, ...]) -> None:
    """Every command has --json but those that only serve, or print JSON anyway."""
    options = {option for parameter in ALL[words].params for option in parameter.opts}
    silent = {("sandbox",), ("serve",), ("worker",), ("openapi",), ("cards", "example")}
    silent |= {(group, "schema") for group in ("models", "qualification", "alerts")}
    assert ("--json" in options) is (words not in silent)


def test_the_list_of_commands_is_the_commands_own_words() -> None:
    """`--help` lists every file of commands, without importing it, and each says more when it is asked."""
    files = {path.stem for path in Path(cli.__file__).parent.glob("*.py")}
    shared = {
        "__init__",
        "context",
        "demo_report",
        "documents",
        "files",
        "measuring",
        "output",
        "report",
        "signals",
        "stay",
        "streams",
        "tables",
        "webhooks",
    }
    assert set(COMMANDS) == files - shared
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        assert command is not None
        assert command.name == name
        assert command.help


def test_help_imports_no_command(capsys: pytest.CaptureFixture[str]) -> None:
    """The list is printed from the table: every command is in it with its words."""
    assert run(["--help"]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert all(f"{name} {words}" in out for name, words in COMMANDS.items())


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        (ConnectorError("The thing is wrong.", remedy="Mend it."), 2, "Error: The thing is wrong. Mend it."),
        (RefusedError("Not now."), 1, "Error: Not now."),
        (OutsideError("Nobody is there."), 3, "Error: Nobody is there."),
        (click.UsageError("No such option."), 2, "No such option."),
        (click.exceptions.Exit(1), 1, ""),
        (click.exceptions.Exit(0), 0, ""),
        (KeyboardInterrupt(), 3, "Stopped."),
        (ValueError("jane@marker.example"), 3, "something unexpected happened (ValueError)"),
        (None, 0, ""),
    ],
)
def test_each_ending_has_its_code_and_its_words(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ending: BaseException | None,
    code: int,
    said: str,
) -> None:
    """Expected errors end with their own code and text; unexpected ones name only their kind."""

    def end() -> None:
        if ending is not None:
            raise ending

    monkeypatch.setattr(root, "get_command", lambda _context, _name: click.Command("end", callback=end))
    assert run(["end"]) == code
    captured = capsys.readouterr()
    assert said in captured.err
    assert "marker.example" not in captured.err + captured.out
    assert "Traceback" not in captured.err


def test_debugging_lets_an_unexpected_error_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """With CONNECTOR_LOG_LEVEL=debug the error itself is seen, with its place."""

    def end() -> None:
        raise ValueError("here")

    monkeypatch.setenv("CONNECTOR_LOG_LEVEL", "debug")
    monkeypatch.setattr(root, "get_command", lambda _context, _name: click.Command("end", callback=end))
    with pytest.raises(ValueError, match="here"):
        run(["end"])
