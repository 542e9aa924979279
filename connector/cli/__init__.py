"""The command line: `connector`, one file a noun.

Exit codes: 0 done, 1 refused or findings, 2 wrong use, 3 the outside world failed.
"""

from __future__ import annotations

import logging
import os
import sys

import click

from connector import __version__
from connector.errors import ConnectorError

HELP = """Lead scoring and qualification for Dynamics 365 / Dataverse.

Exit codes: 0 done; 1 refused, or findings; 2 wrong use (settings, documents, arguments); 3 the outside world failed.
"""


class Commands(click.Group):
    """The root group: commands are imported when they are asked for, so that `--help` is quick."""

    modules = {  # noqa: RUF012 - a table, never changed
        "alerts": "connector.cli.alerts",
        "apply": "connector.cli.apply",
        "db": "connector.cli.db",
        "deliveries": "connector.cli.deliveries",
        "demo": "connector.cli.demo",
        "doctor": "connector.cli.doctor",
        "explain": "connector.cli.explain",
        "interactions": "connector.cli.interactions",
        "keys": "connector.cli.keys",
        "models": "connector.cli.models",
        "openapi": "connector.cli.openapi",
        "qualification": "connector.cli.qualification",
        "runs": "connector.cli.runs",
        "score": "connector.cli.score",
        "serve": "connector.cli.serve",
        "sync": "connector.cli.sync",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, by name."""
        del ctx
        return sorted(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command's file."""
        del ctx
        if cmd_name not in self.modules:
            return None
        module = __import__(self.modules[cmd_name], fromlist=["command"])
        command = module.command
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands, help=HELP)
@click.version_option(__version__, prog_name="connector")
def root() -> None:
    """Choose a command."""


def main() -> None:
    """Run a command; every expected error is one clear text on standard error and its exit code."""
    try:
        root.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(3)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except ConnectorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)
        sys.exit(3)
    except Exception as error:
        if logging.getLogger("connector").isEnabledFor(logging.DEBUG):
            raise
        click.echo(
            f"Error: something unexpected happened ({type(error).__name__}). Nothing half done is lost: run it again. "
            "CONNECTOR_LOG_LEVEL=debug shows where; please report it.",
            err=True,
        )
        sys.exit(3)


if __name__ == "__main__":
    main()
