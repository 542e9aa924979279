"""A copy of an SQLite database while it is in use, checked before it gets its name. Restoring is copying it back.

A server has tools of its own.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from connector.errors import RefusedError, StoreError
from connector.store import engines, whereabouts
from connector.store.faults import explained


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: where it is, how large, of which schema (None: of no version)."""

    file: Path
    size: int
    revision: str | None


def back_up(url: str | None, data_dir: Path, file: Path) -> Backup:
    """Copy the SQLite database of `url`, else the data folder's, to a new file that this user alone can read.

    It is of one moment; others go on writing meanwhile. Whatever its schema, it is not upgraded. Raises RefusedError
    for a server, or where the file exists; StoreError.
    """
    source = whereabouts.database_url(url, data_dir)
    path, place = whereabouts.file_of(source), whereabouts.place_of(source)
    if path is None:
        raise RefusedError(f"{place} is on a server, which has tools of its own.", remedy="Use pg_dump.")
    if not path.exists():
        raise StoreError(f"{place} is not there.", remedy="Set CONNECTOR_DATA_DIR or CONNECTOR_DATABASE_URL.")
    target = file.absolute()
    with _new_file(target) as part:
        _copy(path, part, place)
        revision = _checked(part, place)
        size = _to_disk(part)
        part.replace(target)
    _folder_to_disk(target.parent)
    return Backup(target, size, revision)


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """Reserve a name that nobody has; yields the file to fill, and leaves nothing where that fails."""
    part = target.with_name(f"{target.name}.part")
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        raise RefusedError(
            f"{target} exists already, and nothing is written over.", remedy="Name another file."
        ) from None
    except OSError as error:
        raise StoreError(
            f"The backup {target} cannot be written: {error.strerror}.",
            remedy="Name a file in a folder that exists and that you may write.",
        ) from error
    try:
        part.unlink(missing_ok=True)  # of a backup that was killed
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        yield part
    except BaseException as error:
        for name in (part, part.with_name(f"{part.name}-wal"), part.with_name(f"{part.name}-shm"), target):
            with suppress(OSError):
                name.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise StoreError(
                f"The backup {target} cannot be written: {error.strerror}.",
                remedy="Free space on its disk, or name a file elsewhere.",
            ) from error
        raise


def _copy(path: Path, part: Path, place: str) -> None:
    address = f"file:{quote(str(path))}?mode=rw"
    with explained(place), closing(sqlite3.connect(address, uri=True, timeout=engines.BUSY_TIMEOUT_S)) as source:
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # an error in here is one of the source
        with explained(f"The backup {part}"), closing(sqlite3.connect(part)) as copy:
            # All pages in one step: a single moment. In small steps every write from elsewhere begins it anew.
            source.backup(copy, pages=-1)


def _checked(part: Path, place: str) -> str | None:
    """Open the copy, look through all of it, and return its revision."""
    with explained(f"The backup {part}"), closing(sqlite3.connect(part)) as copy:
        found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(1)")]
        if found != ["ok"]:
            raise StoreError(
                f"{place} is damaged: its copy fails the check of its integrity ({found[0].splitlines()[-1]}).",
                remedy="Keep this file, restore an earlier backup, and look at the disk.",
            )
        if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
            return None
        row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def _to_disk(part: Path) -> int:
    with part.open("rb") as file:
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size


def _folder_to_disk(folder: Path) -> None:
    """The name too: without it a loss of power may take the file away again."""
    found = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(found)
    finally:
        os.close(found)
