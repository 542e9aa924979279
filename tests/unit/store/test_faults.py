"""What a driver's error becomes: a sentence with the place, a remedy, and whether trying again can help."""

from __future__ import annotations

import pytest
from sqlalchemy import exc

from connector.errors import StoreError
from connector.store.faults import explain, explained

PLACE = "The database /data/connector.db"


class SqliteError(Exception):
    """As sqlite3 raises it."""

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.sqlite_errorname = name


class ServerError(Exception):
    """As psycopg raises it."""

    def __init__(self, message: str, state: str | None) -> None:
        super().__init__(message)
        self.sqlstate = state


def wrapped(cause: Exception, *, invalidated: bool = False) -> exc.OperationalError:
    """As SQLAlchemy hands it on."""
    return exc.OperationalError("SELECT 'Zoë'", {"name": "Zoë"}, cause, connection_invalidated=invalidated)


@pytest.mark.parametrize(
    ("name", "words", "retryable"),
    [
        ("SQLITE_FULL", "is full", False),
        ("SQLITE_READONLY", "cannot be written", False),
        ("SQLITE_READONLY_DIRECTORY", "cannot be written", False),
        ("SQLITE_CANTOPEN_ISDIR", "cannot be opened", False),
        ("SQLITE_BUSY_SNAPSHOT", "held by another process", True),
        ("SQLITE_LOCKED_SHAREDCACHE", "held by another process", True),
        ("SQLITE_CORRUPT_VTAB", "damaged", False),
        ("SQLITE_NOTADB", "damaged", False),
        ("SQLITE_IOERR_READ", "the disk failed", False),
        ("SQLITE_IOERR_WRITE", "takes no more of it", False),
        ("SQLITE_MISUSE", "refused: bad parameter", False),
    ],
)
def test_sqlites_names_are_understood(name: str, words: str, retryable: bool) -> None:
    """Extended codes mean what their family means; what is not known is passed on in the driver's words."""
    error = explain(wrapped(SqliteError("bad parameter", name)), PLACE)
    assert words in error.message
    assert "/data/connector.db" in error.message
    assert error.remedy
    assert error.retryable is retryable


@pytest.mark.parametrize(
    ("state", "words", "retryable"),
    [
        ("53100", "is full", False),
        ("53300", "cannot be reached", True),
        ("25006", "takes no writes", True),
        ("28P01", "does not let this user", False),
        ("42501", "does not let this user", False),
        ("42P01", "does not hold the tables", False),
        ("40001", "undid this step", True),
        ("40P01", "undid this step", True),
        ("57014", "took longer than it may", True),
        ("57P01", "cannot be reached", True),
        ("08006", "cannot be reached", True),
        ("3D000", "cannot be opened", False),
        ("22003", "refused: out of range", False),
    ],
)
def test_postgresqls_states_are_understood(state: str, words: str, retryable: bool) -> None:
    """A SQLSTATE, or its class, says what happened."""
    error = explain(wrapped(ServerError("out of range", state)), PLACE)
    assert words in error.message
    assert error.retryable is retryable


def test_no_answer_at_all_means_out_of_reach() -> None:
    """Without a state the lost connection tells; without that, the driver's first line."""
    lost = explain(wrapped(ServerError("server closed the connection", None), invalidated=True), PLACE)
    assert (lost.retryable, "cannot be reached" in lost.message) == (True, True)
    other = explain(wrapped(ServerError("first {line}\nsecond line", None)), PLACE)
    assert other.message == f"{PLACE} refused: first {{line}}."
    assert "RuntimeError" in explain(wrapped(RuntimeError()), PLACE).message


def test_a_server_that_lets_nobody_in_is_out_of_reach_in_the_drivers_words() -> None:
    """The driver gives no state when it cannot connect; its words tell a wrong password from a server that is down."""
    refused = type("OperationalError", (Exception,), {"__module__": "psycopg.errors", "sqlstate": None})
    error = explain(wrapped(refused("connection failed:\n  {nobody} listens.")), PLACE)
    assert error.message == f"{PLACE} cannot be reached: connection failed: {{nobody}} listens."
    assert error.retryable


def test_missing_tables_name_the_command() -> None:
    """A database without our tables is told from other faults by SQLite's words."""
    error = explain(wrapped(SqliteError("no such table: lead", "SQLITE_ERROR")), PLACE)
    assert "connector db upgrade" in error.remedy


def test_a_pool_that_is_exhausted_may_be_tried_again() -> None:
    """All connections are in use: that passes."""
    with pytest.raises(StoreError) as caught, explained(PLACE):
        raise exc.TimeoutError("QueuePool limit")
    assert caught.value.retryable


def test_no_statement_and_no_value_is_shown() -> None:
    """What the driver says is passed on, what was being stored is not: it is personal data."""
    with pytest.raises(StoreError) as caught, explained(PLACE):
        raise wrapped(SqliteError("bad parameter", "SQLITE_MISUSE"))
    assert "Zoë" not in str(caught.value)
    assert "SELECT" not in str(caught.value)


@pytest.mark.parametrize(
    "error", [exc.IntegrityError("INSERT", {}, Exception("UNIQUE")), ValueError("ours"), KeyError("x")]
)
def test_faults_of_ours_pass_through(error: Exception) -> None:
    """A violated constraint or a mistake in the code is no state of the world: it is raised as it is."""
    with pytest.raises(type(error)) as caught, explained(PLACE):
        raise error
    assert caught.value is error
