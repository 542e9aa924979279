"""What a database's error means to a person: one sentence that names the thing, and what to do.

Nothing is caught here but what the drivers raise; a violated constraint is a fault of ours and passes through.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import exc

from connector.errors import StoreError


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a driver's code means: `{place}` is the database. `retryable`: trying again can help."""

    message: str
    remedy: str
    retryable: bool = False


_FULL = _Meaning(
    "The disk that holds {place} is full: nothing of this step was stored.",
    "Free space on that disk, then run it again.",
)
_READ_ONLY = _Meaning(
    "{place} cannot be written.",
    "Give the user that runs the service write permission on the file and its folder.",
)
_CANNOT_OPEN = _Meaning(
    "{place} cannot be opened.",
    "See that the folder exists and belongs to the user that runs the service (CONNECTOR_DATA_DIR).",
)
_BUSY = _Meaning(
    "{place} is held by another process for too long.",
    "Try again; if it stays so, look for a second process or a backup tool on the same data folder.",
    retryable=True,
)
_DAMAGED = _Meaning(
    "{place} is damaged, or is no database of ours.",
    "Restore it from a backup, or point CONNECTOR_DATABASE_URL elsewhere.",
)
_DEVICE = _Meaning("{place} could not be read or written: the disk failed.", "Look at the disk and the system's log.")
_NO_TABLES = _Meaning("{place} does not hold the tables that are needed.", "Run: connector db upgrade.")
_UNREACHABLE = _Meaning(
    "{place} cannot be reached.",
    "See that the server runs and that CONNECTOR_DATABASE_URL names it rightly.",
    retryable=True,
)
_CONFLICT = _Meaning("{place} undid this step because another one was in its way.", "Run it again.", retryable=True)
_DENIED = _Meaning("{place} does not let this user do that.", "Grant the user its rights, or name another one.")

# By the beginning of SQLite's error name, the longest that fits.
_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _CANNOT_OPEN,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_IOERR": _DEVICE,
}
# By the beginning of PostgreSQL's SQLSTATE.
_SQLSTATE = {
    "53100": _FULL,
    "25006": _READ_ONLY,
    "28": _DENIED,
    "42501": _DENIED,
    "42P01": _NO_TABLES,
    "40": _CONFLICT,
    "55P03": _BUSY,
    "57014": _BUSY,
    "57P": _UNREACHABLE,
    "53300": _UNREACHABLE,
    "08": _UNREACHABLE,
    "3D000": _CANNOT_OPEN,
}


def explain(error: exc.SQLAlchemyError, place: str) -> StoreError:
    """Say what a database error means, naming the place and the remedy."""
    meaning = _meaning(error)
    if meaning is None:
        cause = getattr(error, "orig", None) or error
        text = str(cause).strip() or type(cause).__name__
        meaning = _Meaning(
            "{place} refused: " + text.splitlines()[0].replace("{", "{{").replace("}", "}}") + ".",
            "If it stays so, report it with this message.",
        )
    fault = StoreError(meaning.message.format(place=place), remedy=meaning.remedy)
    fault.retryable = meaning.retryable
    return fault


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Raise StoreError instead of what SQLAlchemy and the drivers raise; a violated constraint passes through."""
    try:
        yield
    except exc.IntegrityError:
        raise
    except (exc.DBAPIError, exc.TimeoutError) as error:
        raise explain(error, place) from error


def _meaning(error: exc.SQLAlchemyError) -> _Meaning | None:
    if isinstance(error, exc.TimeoutError):
        return _BUSY
    cause = getattr(error, "orig", None)
    if str(cause).startswith("no such table"):
        return _NO_TABLES
    name = getattr(cause, "sqlite_errorname", None)
    if name:
        return _longest(_SQLITE, name)
    state = getattr(cause, "sqlstate", None)
    if state:
        return _longest(_SQLSTATE, state)
    # psycopg gives no SQLSTATE when there was no server to give one.
    return _UNREACHABLE if getattr(error, "connection_invalidated", False) else None


def _longest(meanings: dict[str, _Meaning], code: str) -> _Meaning | None:
    fitting = [known for known in meanings if code.startswith(known)]
    return meanings[max(fitting, key=len)] if fitting else None
