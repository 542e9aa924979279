"""Where a database is: its URL, its file with the permissions that it needs, and how a person calls it."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from connector.errors import StoreError

DATABASE_FILE = "connector.db"


def database_url(url: str | None, data_dir: Path, *, named_by: str = "CONNECTOR_DATABASE_URL") -> URL:
    """The database that settings name: a URL, else the SQLite file of the data folder. Raises StoreError."""
    if not url:
        return URL.create("sqlite", database=str((data_dir / DATABASE_FILE).absolute()))
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError) as error:
        raise StoreError(
            f"{named_by} is not a database URL.",
            remedy="Write sqlite:////folder/file.db or postgresql://user:password@host/name.",
        ) from error
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
            raise StoreError(
                f"{named_by} names an SQLite database without a file: what it stores would be lost.",
                remedy="Name a file: sqlite:////folder/file.db.",
            )
        return parsed.set(database=str(Path(parsed.database).absolute()))
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(
        f"{named_by} names {backend}, which is not supported.",
        remedy="Use SQLite or PostgreSQL 15 or newer.",
    )


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None for a server."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def place_of(url: URL) -> str:
    """How a person calls the database: never with its password."""
    path = file_of(url)
    return f"The database {path}" if path else f"The database {url.render_as_string(hide_password=True)}"


def make_folder(folder: Path) -> None:
    """Make a folder that only this user can enter, unless it exists. Raises StoreError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The data folder {folder} cannot be made: {error.strerror}.",
            remedy="Name a folder that can be written: CONNECTOR_DATA_DIR.",
        ) from error


def make_file(path: Path) -> None:
    """Make the database's file, readable by this user alone: it holds personal data. Raises StoreError.

    SQLite gives its journals the permissions of the file.
    """
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        path.chmod(0o600)
    except OSError as error:
        raise StoreError(
            f"The database {path} cannot be written: {error.strerror}.",
            remedy="Give the user that runs the service write permission on the file and its folder.",
        ) from error
