"""All that differs between SQLite and PostgreSQL: how to connect, begin, lock and upsert.

Nothing outside this module asks which database it is; the repositories write SQL that both understand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine

from connector.errors import StoreError
from connector.store import whereabouts
from connector.store.faults import explained
from connector.store.serverlinks import ServerLimits, lone_engine, pool_settings, server_engine, watch
from connector.store.sessionlock import SessionLock
from connector.store.storable import dump_json
from connector.store.workerlock import FileLock, WorkerLock

BUSY_TIMEOUT_S = 30.0
HASTY_S = 5.0  # who asks whether we are ready gives up soon, and asks again while we still wait
POOL_SIZE = 8

_WRITES = "connector_writes"
_BULK = "connector_bulk"
_HASTY = "connector_hasty"
# Rows of a pull come in the order of no index: with SQLite's own 2 MB of pages and a checkpoint every 4 MB each page of
# an index is read and written again and again. In KiB, and in pages of the log.
_SQLITE_MODES = {
    True: ("synchronous = NORMAL", "cache_size = -131072", "wal_autocheckpoint = 65536"),
    False: ("synchronous = FULL", "cache_size = -2000", "wal_autocheckpoint = 1000"),
}
_UPGRADE_LOCK = 0x1EAD  # any number, the same in every process
_KEY_LOCKS = 0x1EAF  # likewise: the first half of the numbers that `lock_numbers` locks
JOBS_CHANNEL = "connector_jobs"


def make_engine(url: URL, *, foreign_keys: bool = True, limits: ServerLimits | None = None) -> Engine:
    """An engine for either database. `foreign_keys` False is for migrations, which rebuild tables."""
    settings: dict[str, Any] = {"json_serializer": dump_json, "pool_timeout": BUSY_TIMEOUT_S}
    if whereabouts.file_of(url) is None:
        bounds = limits or ServerLimits()
        try:
            server = server_engine(url, bounds, pool_pre_ping=True, **settings, **pool_settings(bounds))
        except ImportError as error:
            raise StoreError(
                "The driver for PostgreSQL is not installed.", remedy="Install it: pip install 'psycopg[binary]>=3.2'."
            ) from error
        event.listen(server, "begin", _begin_on_server)
        watch(server, bounds)
        return server
    engine = sa.create_engine(
        url, poolclass=sa.pool.QueuePool, pool_size=POOL_SIZE, max_overflow=2 * POOL_SIZE, **settings
    )
    event.listen(engine, "connect", partial(_set_up_sqlite, foreign_keys=foreign_keys))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def reader(engine: Engine) -> Engine:
    """The engine for reading: every query of a transaction sees the same moment, and nobody waits for it."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine


def writer(engine: Engine) -> Engine:
    """The engine for writing: on SQLite a transaction takes the write lock when it begins, not half way."""
    return engine.execution_options(**{_WRITES: True})


def whole_reader(engine: Engine) -> Engine:
    """The engine for reading all of a database while nobody writes it: one moment, to be followed by `lock_whole`."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return writer(engine)


def bulk_writer(engine: Engine) -> Engine:
    """The engine for writing what can be read again: a loss of power may undo the last such transactions.

    They go to the disk with the next transaction of `writer`, which is then safe with all that came before it.
    """
    return engine.execution_options(**{_WRITES: True, _BULK: True})


def hasty_writer(engine: Engine) -> Engine:
    """The engine for writing where somebody waits for the answer: it waits for no lock longer than `HASTY_S`."""
    return engine.execution_options(**{_WRITES: True, _HASTY: True})


def worker_lock(url: URL, limits: ServerLimits | None = None) -> WorkerLock:
    """The lock of the worker role: one for each database, whoever opens it from wherever."""
    path = whereabouts.file_of(url)
    if path is not None:
        return FileLock(whereabouts.place_of(url), path)
    return SessionLock(whereabouts.place_of(url), lone_engine(url, limits or ServerLimits()))


def use_wal(engine: Engine, place: str) -> None:
    """Turn an SQLite file to write-ahead logging, which it remembers. The caller sees to it that nobody else does."""
    with explained(place):
        raw = engine.raw_connection()
        try:
            cursor = raw.cursor()
            if cursor.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode = WAL")
            cursor.close()
        finally:
            raw.close()


def lock_for_upgrade(connection: Connection) -> None:
    """Keep other processes from upgrading until the transaction ends; SQLite's own write lock does it there."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))


def lock_numbers(connection: Connection, numbers: Sequence[int]) -> None:
    """Lock numbers, which stand for something, until the transaction ends; an SQLite transaction is alone anyway."""
    if numbers and connection.dialect.name == "postgresql":
        every = sa.func.unnest(sa.cast(list(numbers), sa.ARRAY(sa.Integer))).column_valued("number")
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.cast(_KEY_LOCKS, sa.Integer), every)))


def lock_whole(connection: Connection, tables: Iterable[sa.Table]) -> None:
    """Keep everybody from writing these tables until the transaction, just begun, ends; it may take its time.

    An SQLite transaction that writes has done so by beginning.
    """
    if connection.dialect.name == "postgresql":
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


def last_number(connection: Connection, column: sa.Column[Any]) -> int:
    """The last number that a counted column gave out, whether or not its row is still there; 0: none."""
    if connection.dialect.name == "sqlite":
        found = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return int(connection.execute(found, {"name": column.table.name}).scalar() or 0)
    sequence = sa.cast(sa.func.pg_get_serial_sequence(column.table.name, column.name), postgresql.REGCLASS)
    return connection.scalar(sa.select(sa.func.pg_sequence_last_value(sequence))) or 0


def count_from(connection: Connection, column: sa.Column[Any], last: int) -> None:
    """Let a counted column go on after this number. The column's table is as it was filled, by explicit numbers."""
    if last == 0:
        return
    if connection.dialect.name == "sqlite":
        names = {"name": column.table.name, "last": last}
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), names)
        connection.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), names)
        return
    sequence = sa.func.pg_get_serial_sequence(column.table.name, column.name)
    connection.execute(sa.select(sa.func.setval(sequence, last)))


def database_now(connection: Connection) -> datetime:
    """The time of the machine that the database is on, aware UTC: for SQLite it is this one."""
    if connection.dialect.name == "postgresql":
        now: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)
    return datetime.now(UTC)


def announce_jobs(connection: Connection, kinds: Iterable[str]) -> None:
    """Tell every process that listens of jobs of these kinds, once this is committed. SQLite tells nobody."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_notify(JOBS_CHANNEL, " ".join(sorted(kinds)))))


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, object]],
    *,
    keep: Iterable[str] = (),
    rising: str | None = None,
) -> None:
    """Insert rows, or update those whose primary key is there, but for the columns in `keep`.

    A row whose `rising` column is further than the new one's stays as it is, whoever wrote it meanwhile.
    """
    if not rows:
        return
    statement = _upsert(connection.dialect.name, table, tuple(rows[0]), frozenset(keep), rising)
    connection.execute(statement, _values(rows))


def insert_new(
    connection: Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, object]],
    *,
    unique: Sequence[str] | None = None,
) -> None:
    """Insert the rows that are not there yet, by primary key or by the columns in `unique`."""
    if not rows:
        return
    keys = unique or [column.name for column in table.primary_key]
    connection.execute(_insert_new(connection.dialect.name, table, tuple(keys), counted=False), _values(rows))


def insert_counted(
    connection: Connection, table: sa.Table, rows: Sequence[Mapping[str, object]], *, unique: Sequence[str]
) -> int:
    """As `insert_new`; return how many were inserted."""
    if not rows:
        return 0
    statement = _insert_new(connection.dialect.name, table, tuple(unique), counted=True)
    return len(connection.execute(statement, _values(rows)).all())


# Statements are made once: to make one takes longer than to carry it out.
@lru_cache(maxsize=256)
def _upsert(
    dialect: str, table: sa.Table, names: tuple[str, ...], keep: frozenset[str], rising: str | None
) -> sa.Executable:
    insert = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    changes = {name: insert.excluded[name] for name in names if name not in {*keys, *keep}}
    where = None if rising is None else table.c[rising] <= insert.excluded[rising]
    return insert.on_conflict_do_update(index_elements=keys, set_=changes, where=where)


@lru_cache(maxsize=256)
def _insert_new(dialect: str, table: sa.Table, unique: tuple[str, ...], *, counted: bool) -> sa.Executable:
    statement = _insert(dialect, table).on_conflict_do_nothing(index_elements=list(unique))
    return statement.returning(table.c[unique[0]]) if counted else statement


def _values(rows: Sequence[Mapping[str, object]]) -> Any:
    """What a statement is carried out with: for a single row many are not prepared for."""
    return rows[0] if len(rows) == 1 else list(rows)


def _insert(dialect: str, table: sa.Table) -> sqlite.Insert | postgresql.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def _set_up_sqlite(connection: Any, _record: object, *, foreign_keys: bool) -> None:
    # The driver is kept from beginning transactions by itself: `_begin_sqlite` does, with the right kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT_S * 1000)}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    is_bulk, is_hasty = options.get(_BULK, False), options.get(_HASTY, False)
    if options.get(_WRITES, False) and connection.info.get(_BULK, False) is not is_bulk:
        for mode in _SQLITE_MODES[is_bulk]:
            connection.exec_driver_sql(f"PRAGMA {mode}")
        connection.info[_BULK] = is_bulk
    if connection.info.get(_HASTY, False) is not is_hasty:
        wait_s = HASTY_S if is_hasty else BUSY_TIMEOUT_S
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(wait_s * 1000)}")
        connection.info[_HASTY] = is_hasty
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get(_WRITES, False) else "BEGIN")


def _begin_on_server(connection: Connection) -> None:
    """On a server, do not wait for the disk at the end of a bulk transaction, nor for long in a hasty one."""
    options = connection.get_execution_options()
    if options.get(_BULK, False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
    if options.get(_HASTY, False):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(HASTY_S * 1000)}")
