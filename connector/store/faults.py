"""What a database's error means to a person: one sentence that names the thing, and what to do.

Nothing is caught here but what the drivers raise; a violated constraint is a fault of ours and passes through.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import exc

from connector.errors import StoreError

_LONGEST_REASON = 300


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
_NOT_TAKEN = _Meaning(
    "The disk that holds {place} takes no more of it: nothing of this step was stored.",
    "Raise the quota or the limit on file sizes (ulimit -f) of the user that runs the service, or look at the disk and "
    "the system's log.",
)
_STANDBY = _Meaning(
    "{place} takes no writes: it is a standby, or was set read-only.",
    "Name the primary; with several hosts in CONNECTOR_DATABASE_URL add target_session_attrs=read-write.",
    retryable=True,
)
_TOO_LONG = _Meaning(
    "{place} broke off a step that took longer than it may, or that an administrator cancelled.",
    "Try again; if it stays so, look for what blocks it (pg_stat_activity), or raise CONNECTOR_DATABASE_STATEMENT_S.",
    retryable=True,
)
_NO_TABLES = _Meaning("{place} does not hold the tables that are needed.", "Run: connector db upgrade.")
_UNREACHABLE = _Meaning(
    "{place} cannot be reached.",
    "See that the server runs, and that CONNECTOR_DATABASE_URL names it and its user rightly.",
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
    "SQLITE_IOERR_WRITE": _NOT_TAKEN,
}
# By the beginning of PostgreSQL's SQLSTATE.
_SQLSTATE = {
    "53100": _FULL,
    "25006": _STANDBY,
    "28": _DENIED,
    "42501": _DENIED,
    "42P01": _NO_TABLES,
    "40": _CONFLICT,
    "55P03": _BUSY,
    "57014": _TOO_LONG,
    "57P": _UNREACHABLE,
    "53300": _UNREACHABLE,
    "08": _UNREACHABLE,
    "3D000": _CANNOT_OPEN,
}


def explain(error: exc.SQLAlchemyError | sqlite3.Error, place: str) -> StoreError:
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
    except (exc.DBAPIError, exc.TimeoutError, sqlite3.Error) as error:
        raise explain(error, place) from error


def was_undone(error: StoreError) -> bool:
    """Tell whether the server undid a whole step because another one was in its way: then it can be done again."""
    cause = getattr(error.__cause__, "orig", None)
    return str(getattr(cause, "sqlstate", None) or "").startswith("40")


def _meaning(error: exc.SQLAlchemyError | sqlite3.Error) -> _Meaning | None:
    if isinstance(error, exc.TimeoutError):
        return _BUSY
    cause = getattr(error, "orig", None) or error
    if str(cause).startswith("no such table"):
        return _NO_TABLES
    for known, code in (
        (_SQLITE, getattr(cause, "sqlite_errorname", None)),
        (_SQLSTATE, getattr(cause, "sqlstate", None)),
    ):
        if code:
            return _longest(known, code)
    # psycopg gives no SQLSTATE when there was no server to give one, or when it refused to let us in.
    if getattr(error, "connection_invalidated", False):
        return _UNREACHABLE
    is_psycopgs = type(cause).__module__.partition(".")[0] == "psycopg"
    return _unreachable(str(cause)) if is_psycopgs and isinstance(error, exc.OperationalError) else None


def _unreachable(text: str) -> _Meaning:
    """With the driver's own words, which name the host and the user at most: a wrong password stands there alone."""
    why = " ".join(text.split())[:_LONGEST_REASON].rstrip(".").replace("{", "{{").replace("}", "}}")
    return replace(_UNREACHABLE, message=f"{_UNREACHABLE.message.rstrip('.')}: {why}.")


def _longest(meanings: dict[str, _Meaning], code: str) -> _Meaning | None:
    fitting = [known for known in meanings if code.startswith(known)]
    return meanings[max(fitting, key=len)] if fitting else None
