"""`connector db`: the database."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from connector.cli.context import service
from connector.cli.output import console, digits, json_option, print_json
from connector.cli.tables import table


@click.group("db")
def command() -> None:
    """The database. Embedded stores upgrade themselves when they are opened."""


@command.command("upgrade")
@json_option
def upgrade(*, as_json: bool) -> None:
    """Bring the database's schema up to date.

    Exit codes: 0 done; 2 settings; 3 the store cannot be used.
    """
    with service() as opened:
        revision = opened.upgrade_database()
    if as_json:
        print_json({"revision": revision})
    else:
        click.echo(f"The database is up to date (revision {revision}).")


@command.command("copy")
@click.option("--to", required=True, metavar="URL", help="The other database, which has to be empty.")
@json_option
def copy(*, to: str, as_json: bool) -> None:
    """Copy the whole database into another one, such as SQLite into PostgreSQL.

    Every process that uses it has to be stopped first. The other database has to be empty; it gets its tables if it
    has none. All arrives, compared by counts and checksums, or nothing. The settings stay as they are: set
    CONNECTOR_DATABASE_URL to the other database afterwards.

    --to - reads the URL from standard input, so that a password stands in no list of processes.

    Exit codes: 0 done; 1 refused (somebody works, not empty, another schema); 2 settings; 3 a database failed.
    """
    url = sys.stdin.readline().strip() if to == "-" else to
    if not url:
        raise click.UsageError("There is no URL on standard input.")
    with service() as opened:
        copied = opened.copy_database(url)
    rows = sum(one.rows for one in copied.tables)
    if as_json:
        tables = [{"table": one.name, "rows": one.rows, "checksum": one.checksum} for one in copied.tables]
        print_json({"to": copied.place, "revision": copied.revision, "rows": rows, "tables": tables})
        return
    lines = [(one.name, one.rows, digits(one.checksum)) for one in copied.tables]
    table(console(), "Copied and compared", ["table", "rows", "checksum"], lines, right=[1], whole=[2])
    click.echo(f"{copied.place} now holds all {rows} rows (revision {copied.revision}).")
    click.echo("Next: set CONNECTOR_DATABASE_URL to it wherever this service runs, then start it again.")


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(*, file: Path, as_json: bool) -> None:
    """Copy the SQLite database to a new FILE, while others go on using it.

    The copy is of one moment, checked, and readable by you alone: it holds personal data. A file that exists is never
    written over. For PostgreSQL use pg_dump.

    Exit codes: 0 done; 1 refused (the file exists, the database is on a server); 2 settings; 3 it failed.
    """
    with service() as opened:
        made = opened.back_up_database(file)
    if as_json:
        print_json({"file": str(made.file), "bytes": made.size, "revision": made.revision})
    else:
        click.echo(f"Backed up to {made.file} ({made.size} bytes, revision {made.revision or 'none'}), and checked.")
