"""A PostgreSQL server that goes, comes back, waits, refuses: what is said, what is stored, who has the worker role."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.pipeline.jobs import NewJob
from connector.store import ServerLimits, SqlStore, engines, open_store, sessionlock, upgrade
from connector.store.tables import meta
from tests.servers import postgresql

LATER = sessionlock.ASK_S + 1


@pytest.fixture(scope="module")
def own_server() -> Iterator[str]:
    """A server that tests of this file may stop."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as server:
        yield server


@pytest.fixture
def own_url(own_server: str, tmp_path: Path) -> str:
    """An upgraded database on it."""
    name = f"connector_{uuid4().hex}"
    engine = sa.create_engine(own_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
        # What is acknowledged outlives a crash, unlike with the quick settings of the other tests.
        connection.execute(sa.text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
    engine.dispose()
    found = sa.make_url(own_server).set(database=name).render_as_string(hide_password=False)
    upgrade(found, tmp_path)
    return found


@pytest.fixture
def store(own_url: str, tmp_path: Path) -> Iterator[SqlStore]:
    """A store on it."""
    opened = open_store(own_url, tmp_path)
    yield opened
    opened.close()


def lock_of(store: SqlStore) -> sessionlock.SessionLock:
    """The lock of the worker role."""
    lock = store._worker
    assert isinstance(lock, sessionlock.SessionLock)
    return lock


def is_seen_working(url: str, folder: Path) -> bool:
    """Whether another process finds that somebody works."""
    other = open_store(url, folder)
    try:
        with other.worker_lock(alone=True) as held:
            return not held
    finally:
        other.close()


def test_a_server_that_stops_and_starts_loses_nothing_and_lies_about_nothing(
    store: SqlStore, own_url: str, own_server: str, tmp_path: Path
) -> None:
    """What was acknowledged is there; while it is down every step says so; the role is taken again."""
    folder = postgresql.binaries()
    assert folder is not None
    lock, now = lock_of(store), [0.0]
    lock.clock = lambda: now[0]
    with store.worker_lock() as held:
        assert held
        assert store.queue.put([NewJob("before", "inbox", {})]) == 1
        postgresql.stop(folder, own_server)
        try:
            now[0] += LATER
            for step in (
                store.check,
                lambda: store.queue.put([NewJob("meanwhile", "inbox", {})]),
                store.keep_role,
                lambda: store.queue.claim(["inbox"], 1, worker="w"),
            ):
                with pytest.raises(StoreError, match="cannot be reached") as caught:
                    step()
                assert caught.value.retryable
        finally:
            postgresql.start(folder, own_server)
        assert not is_seen_working(own_url, tmp_path)
        store.keep_role()
        assert is_seen_working(own_url, tmp_path)
        store.check()
        assert store.queue.put([NewJob("after", "inbox", {})]) == 1
        assert {one.job_id for one in store.queue.claim(["inbox"], 9, worker="w")} == {"before", "after"}
    assert not is_seen_working(own_url, tmp_path)


def test_the_role_is_looked_at_now_and_then_and_kept_as_long_as_it_lives(
    store: SqlStore, own_url: str, tmp_path: Path
) -> None:
    """Asking costs nothing until its time has come, and a session that lives is not begun anew."""
    lock, now, asked = lock_of(store), [0.0], list[str]()
    lock.clock = lambda: now[0]
    sa.event.listen(lock._engine, "before_cursor_execute", lambda *seen: asked.append(str(seen[2])))
    store.keep_role()  # who has no role keeps none
    with store.worker_lock() as held:
        assert held
        asked.clear()
        store.keep_role()
        assert asked == []
        now[0] += LATER
        store.keep_role()
        store.keep_role()
        assert len(asked) == 1
        assert is_seen_working(own_url, tmp_path)


def test_a_role_that_another_takes_meanwhile_is_asked_for_again(store: SqlStore, own_url: str, tmp_path: Path) -> None:
    """Whoever copies the database is not disturbed; when it is over the worker has its role again."""
    lock, now = lock_of(store), [0.0]
    lock.clock = lambda: now[0]
    other = open_store(own_url, tmp_path)
    try:
        with store.worker_lock():
            break_sessions(own_url)
            with lock_of(other).hold(barring=True) as barred:
                assert barred
                now[0] += LATER
                store.keep_role()
            assert not is_seen_working(own_url, tmp_path)
            store.keep_role()  # at once: it had none
            assert is_seen_working(own_url, tmp_path)
    finally:
        other.close()


def break_sessions(url: str) -> None:
    """End every session of the worker role."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE application_name = 'connector worker role' AND datname = current_database()"
        )
    engine.dispose()


def test_a_deadlock_is_one_ones_failure_and_can_be_repeated(store: SqlStore) -> None:
    """The server undoes one of two that wait for each other; it is told so, and nothing of it is stored."""
    met, faults = threading.Barrier(2), list[StoreError]()
    with store._database.write() as connection:
        connection.execute(sa.insert(meta), [{"key": key, "value": {"by": "nobody"}} for key in "ab"])

    def change(first: str, second: str) -> None:
        try:
            with store._database.write() as connection:
                for key in (first, second):
                    connection.execute(sa.update(meta).where(meta.c.key == key).values(value={"by": first}))
                    if key == first:
                        met.wait(30)
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=change, args=order) for order in ("ab", "ba")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (fault,) = faults
    assert ("undid this step" in fault.message, fault.retryable, fault.remedy) == (True, True, "Run it again.")
    with store._database.read() as connection:
        values = connection.scalars(sa.select(meta.c.value).where(meta.c.key.in_(["a", "b"]))).all()
    assert values[0] == values[1] != {"by": "nobody"}


def test_a_serialization_failure_can_be_repeated(store: SqlStore) -> None:
    """Somebody changed the row that this step was about to change: it is undone, and told so."""
    database = store._database
    with database.write() as connection:
        connection.execute(sa.insert(meta), [{"key": "a", "value": {}}])
    database._writer = database._writer.execution_options(isolation_level="SERIALIZABLE")

    def change_twice() -> None:
        with database.write() as connection:
            connection.execute(sa.select(meta)).all()
            with database._bulk_writer.begin() as other:
                other.execute(sa.update(meta).values(value={"by": "other"}))
            connection.execute(sa.update(meta).values(value={"by": "me"}))

    with pytest.raises(StoreError, match="undid this step because another one was in its way") as caught:
        change_twice()
    assert caught.value.retryable
    with database.read() as connection:
        assert connection.scalar(sa.select(meta.c.value)) == {"by": "other"}


def test_whether_a_server_is_ready_is_soon_known(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock that somebody holds is waited for a moment only, and by no other step that shortly."""
    monkeypatch.setattr(engines, "HASTY_S", 0.02)
    database = store._database
    with database.write() as connection:
        connection.execute(sa.text("LOCK TABLE meta IN EXCLUSIVE MODE"))
        with pytest.raises(StoreError, match="is held by another process for too long") as caught:
            store.check()
    assert caught.value.retryable
    store.check()
    for _ in range(3):
        with database.write() as connection:
            assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "0"


def test_a_statement_has_an_end(own_url: str, tmp_path: Path) -> None:
    """One that takes longer than it may is broken off; upgrades have no such limit, nor has 0."""
    for limits, shown in ((ServerLimits(statement_s=45), "45s"), (ServerLimits(statement_s=0), "0"), (None, "2min")):
        store = open_store(own_url, tmp_path, limits=limits)
        try:
            with store._database.read() as connection:
                assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == shown
            with (
                pytest.raises(StoreError, match=r"longer than it may.*CONNECTOR_DATABASE_STATEMENT_S") as caught,
                store._database.write() as connection,
            ):
                connection.exec_driver_sql("SET LOCAL statement_timeout = 20")  # of this alone: all else may take time
                connection.exec_driver_sql("SELECT pg_sleep(30)")
            assert caught.value.retryable
            store.check()  # the connection is as good as before
        finally:
            store.close()


def test_no_more_connections_than_allowed(own_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes too many waits for one, and is told when that takes too long; idle ones beyond the setting close."""
    monkeypatch.setattr("connector.store.engines.BUSY_TIMEOUT_S", 0.01)
    store = open_store(own_url, tmp_path, limits=ServerLimits(connections=2, idle=1))
    try:
        with store._database.read(), store._database.read(), pytest.raises(StoreError, match="held"):
            store.check()
        store.check()
        assert store._database._engine.pool.checkedin() == 1  # type: ignore[attr-defined]  # a QueuePool has it
    finally:
        store.close()


def test_a_standby_is_named_and_left(store: SqlStore, own_url: str) -> None:
    """A server that was made read-only is left: the next step has a new connection, which may find the primary."""
    engine = sa.create_engine(own_url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    name = sa.make_url(own_url).database
    with engine.connect() as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    store.close()
    with pytest.raises(StoreError, match=r"takes no writes.*target_session_attrs=read-write") as caught:
        store.check()
    assert caught.value.retryable
    with engine.connect() as connection:
        connection.exec_driver_sql("SET default_transaction_read_only = off")
        connection.exec_driver_sql(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    store.check()  # on the old connection it would be refused for ever


def test_what_the_url_says_of_a_connection_wins(own_url: str, tmp_path: Path) -> None:
    """Our own defaults are for what it leaves open."""
    store = open_store(f"{own_url}&connect_timeout=3&keepalives_idle=7", tmp_path, limits=ServerLimits(connect_s=5))
    try:
        query = store._database._engine.url.query
        assert (query["connect_timeout"], query["keepalives_idle"], query["tcp_user_timeout"]) == ("3", "7", "30000")
    finally:
        store.close()


def test_a_database_or_a_server_that_is_not_there_is_told(own_server: str, tmp_path: Path) -> None:
    """In the driver's words, which tell one from the other."""
    none = sa.make_url(own_server).set(database="none").render_as_string(hide_password=False)
    with pytest.raises(StoreError, match=r'cannot be reached: .*"none" does not exist'):
        open_store(none, tmp_path)
    with pytest.raises(StoreError, match=r"cannot be reached: .*refused") as caught:
        open_store("postgresql://ana:secret@127.0.0.1:1/leads", tmp_path)
    assert "secret" not in str(caught.value)
