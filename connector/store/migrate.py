"""The schema's revisions: which one a database has, and how it gets to ours.

Alembic runs in this process, from the migrations that are part of the package. There is no way back: restore a backup.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from connector.errors import StoreError
from connector.store import engines, whereabouts
from connector.store.faults import explained
from connector.store.serverlinks import ServerLimits

# Oldest first. A test compares them with the files in `migrations/versions`.
REVISIONS = tuple(f"{number:04}" for number in range(1, 15))
HEAD = REVISIONS[-1]
MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic keeps the migration under way in a global.
_alembic = threading.Lock()


def upgrade(url: str | None, data_dir: Path, *, limits: ServerLimits | None = None) -> str:
    """Bring the database of `url`, else the data folder's, to this version's schema and return its revision.

    Raises StoreError; safe to run at once.
    """
    whereabouts.make_folder(data_dir)
    return upgrade_database(whereabouts.database_url(url, data_dir), limits=limits)


def upgrade_database(url: URL, *, to: str = HEAD, limits: ServerLimits | None = None) -> str:
    """Bring a database to a revision, unless it has it or a later one. A new SQLite file is made."""
    path = whereabouts.file_of(url)
    if path is not None:
        whereabouts.make_file(path)
    # An index of a large table takes as long as it takes.
    unbound = replace(limits or ServerLimits(), statement_s=0)
    engine = engines.make_engine(url, foreign_keys=False, limits=unbound)
    place = whereabouts.place_of(url)
    try:
        with _one_at_a_time(path), explained(place):
            if path is not None:
                engines.use_wal(engine, place)
            with _alembic, engines.writer(engine).begin() as connection:
                engines.lock_for_upgrade(connection)
                found = revision_in(connection, place)
                if _rank(found) < _rank(to):
                    _run(connection, to)
                    _see_that_references_hold(connection, place)
                    found = to
        return found or to
    finally:
        engine.dispose()


def revision_of(engine: Engine, place: str) -> str | None:
    """The revision that a database has; None for one without our tables. Raises StoreError when it is newer."""
    with explained(place), engines.reader(engine).begin() as connection:
        return revision_in(connection, place)


def revision_in(connection: Connection, place: str) -> str | None:
    """As `revision_of`, in a transaction of the caller's."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    if found is not None and found not in REVISIONS:
        raise StoreError(
            f"{place} was written by a newer version of this program (its schema is {found}, ours {HEAD}).",
            remedy="Install that version, or restore the backup from before the upgrade.",
        )
    return found


def _rank(revision: str | None) -> int:
    return -1 if revision is None else REVISIONS.index(revision)


def _run(connection: Connection, to: str) -> None:
    # Imported here: most starts find the schema as it should be.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _see_that_references_hold(connection: Connection, place: str) -> None:
    """SQLite does not watch foreign keys during a migration, so they are counted before it is committed."""
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone():
        raise StoreError(
            f"{place} was not upgraded: some of its rows point to rows that are not there.",
            remedy="It is as it was. Restore a backup, or report it.",
        )


@contextmanager
def _one_at_a_time(path: Path | None) -> Iterator[None]:
    """Keep other processes from preparing the same SQLite file: its journal mode cannot be changed by two."""
    if path is None:
        yield
        return
    file = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)
