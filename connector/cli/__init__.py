"""The command line: `connector`, one file a noun.

Exit codes: 0 done, 1 refused or findings, 2 wrong use, 3 the outside world failed.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

import click

from connector import __version__
from connector.cli.streams import guard
from connector.errors import ConnectorError, OutsideError

LAST_S = 1.0  # for threads that are about to end when the command has

HELP = """Lead scoring and qualification for Dynamics 365 / Dataverse.

Exit codes: 0 done; 1 refused, or findings; 2 wrong use (settings, documents, arguments); 3 the outside world failed.
"""

# What `connector --help` says of each command; `connector.cli.<name>` holds it.
COMMANDS = {
    "alerts": "Alerts: when a card is sent, and where.",
    "apply": "Load all documents of a folder, as drafts or published.",
    "cards": "Cards of your own, one for each kind of event.",
    "audit": "The log of changes: who, what, when.",
    "db": "The database.",
    "deliveries": "Cards and callbacks on their way.",
    "demo": "Run the main job on the embedded sandbox; needs nothing.",
    "doctor": "Check an environment: each line ok or what to do.",
    "explain": "Explain the scores of a lead.",
    "interactions": "Interactions of leads: clicks, forms, visits.",
    "jobs": "Jobs: what waits, is under way, or failed for good.",
    "keys": "API keys.",
    "models": "Scoring models: what gives points, and how many.",
    "openapi": "Print the definition for a custom connector.",
    "provision": "Create in Dataverse what scores are written to.",
    "qualification": "Qualification criteria: when a lead is marked, and how.",
    "runs": "Runs of the main job.",
    "sandbox": "A stand-in for Dataverse, Entra ID and Teams, for others to use.",
    "score": "Score one lead's facts by a model file; needs nothing.",
    "serve": "Serve the API and work until Ctrl-C.",
    "subscriptions": "Flows that are called when something happens.",
    "sync": "Pull, score, qualify, write back and deliver.",
    "worker": "Do the jobs that wait, without the API.",
}


class Commands(click.Group):
    """The root group: a command is imported when it is asked for, so that every start is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, by name."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's file."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"connector.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="connector")
def root() -> None:
    """Choose a command."""


def main() -> None:
    """Run the command that the process was started with, and end it with its exit code."""
    try:
        guard()
        code = run(sys.argv[1:])
        sys.stdout.flush()
    except OutsideError as error:
        click.echo(f"Error: {error}", err=True)
        code = error.exit_code
    _hear_no_more()
    _wait_for_no_answer(code)
    sys.exit(code)


def _hear_no_more() -> None:
    """Ignore Ctrl-C and SIGTERM: the command has said how it ended, and a signal would kill the interpreter wordlessly.

    That takes a second at most; the interpreter leaves signals that are ignored as they are while it ends.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _wait_for_no_answer(code: int) -> None:
    """End the process where threads hang: the interpreter would wait for them, and they for an answer, for minutes.

    What they were to do was given back, and what they would still say of it is void. That a thread is a daemon tells
    nothing: a pool's threads are waited for all the same.
    """
    until = time.monotonic() + LAST_S
    left = [one for one in threading.enumerate() if one is not threading.main_thread()]
    for thread in left:
        thread.join(max(until - time.monotonic(), 0.0))
    if any(thread.is_alive() for thread in left):
        logging.shutdown()
        for stream in (sys.stdout, sys.stderr):
            with suppress(AttributeError, OSError, ValueError):  # None where it was closed
                stream.flush()
        os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; every expected error is one clear text on standard error."""
    try:
        # Without standalone mode click returns the code of an `Exit`, and otherwise what the command returned.
        code = root.main(list(arguments), prog_name="connector", standalone_mode=False)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return 3
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ConnectorError as error:
        click.echo(f"Error: {error}", err=True)
        return error.exit_code
    except Exception as error:
        if os.environ.get("CONNECTOR_LOG_LEVEL", "").strip() == "debug":
            raise
        click.echo(
            f"Error: something unexpected happened ({type(error).__name__}). Nothing half done is lost: run it again. "
            "CONNECTOR_LOG_LEVEL=debug shows where; please report it.",
            err=True,
        )
        return 3
    return code if isinstance(code, int) else 0
