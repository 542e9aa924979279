"""Servers that are signed in to by a password that is asked for at each connection, whoever connects."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.pipeline.jobs import NewJob
from connector.store import ServerLimits, copy_database, open_store, upgrade


class Provider:
    """Gives the password of the moment, and keeps for which URL."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.asked: list[str] = []

    def __call__(self, url: str) -> str:
        """The password."""
        self.asked.append(url)
        return self.word


@pytest.fixture
def administer(postgresql_server: str) -> Iterator[Callable[[str], None]]:
    """Run a statement as the server's administrator."""
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)

    def run(statement: str) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    yield run
    engine.dispose()


@pytest.fixture
def url(postgresql_server: str, administer: Callable[[str], None]) -> Iterator[str]:
    """A database of a role that the server lets in by its password alone: the URL holds none."""
    name = f"entra_{uuid4().hex}"
    administer(f"CREATE ROLE {name} LOGIN PASSWORD 'first-token'")
    administer(f"CREATE DATABASE {name} OWNER {name}")
    engine = sa.create_engine(postgresql_server)
    with engine.connect() as connection:
        rules = Path(str(connection.scalar(sa.text("SHOW hba_file"))))
    engine.dispose()
    before = rules.read_text(encoding="utf-8")
    rules.write_text(f"local all {name} password\n{before}", encoding="utf-8")
    administer("SELECT pg_reload_conf()")
    yield sa.make_url(postgresql_server).set(database=name, username=name).render_as_string(hide_password=False)
    administer(f"DROP DATABASE {name} WITH (FORCE)")
    administer(f"DROP ROLE {name}")
    rules.write_text(before, encoding="utf-8")


def refused(url: str, folder: Path, limits: ServerLimits | None) -> None:
    """See that the server does not let in."""
    with pytest.raises(StoreError):
        open_store(url, folder, limits=limits)


def test_every_connection_signs_in_with_the_password_of_the_moment(
    url: str, tmp_path: Path, administer: Callable[[str], None]
) -> None:
    """Upgrade, store, role, turn and notices sign in; once the token is another, connections are made with that one."""
    tokens = Provider("first-token")
    limits = ServerLimits(password=tokens)
    refused(url, tmp_path, None)
    upgrade(url, tmp_path, limits=limits)
    store = open_store(url, tmp_path, limits=limits)
    try:
        woken = threading.Event()
        with store.worker_lock() as held, store.turn(lambda: None), store.queue.listen(lambda _: woken.set()):
            assert held
            assert woken.wait(20)  # the listener has its session
        name = sa.make_url(url).username
        administer(f"ALTER ROLE {name} PASSWORD 'second-token'")
        store.check()  # on a connection that is open already
        administer(f"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE usename = '{name}'")
        tokens.word = "second-token"
        before = len(tokens.asked)
        store.check()
        assert len(tokens.asked) > before
        with store.worker_lock() as held:
            assert held
    finally:
        store.close()
    assert {sa.make_url(one).set(query={}) for one in tokens.asked} == {sa.make_url(url).set(query={})}
    refused(url, tmp_path, ServerLimits(password=Provider("first-token")))


def test_a_copy_signs_in_to_the_server_that_it_goes_to(url: str, tmp_path: Path) -> None:
    """From a file to a server without a password in its URL, tables included."""
    store = open_store(None, tmp_path)
    store.queue.put([NewJob("a", "x", {})])
    store.close()
    copied = copy_database(None, tmp_path, url, limits=ServerLimits(password=Provider("first-token")))
    assert {one.name: one.rows for one in copied.tables}["job"] == 1


def test_a_password_in_the_url_is_the_one_that_counts(url: str, tmp_path: Path) -> None:
    """Nobody is asked for another."""
    tokens = Provider("wrong")
    whole = sa.make_url(url).set(password="first-token").render_as_string(hide_password=False)
    upgrade(whole, tmp_path, limits=ServerLimits(password=tokens))
    assert tokens.asked == []


def test_who_gives_the_password_may_refuse(url: str, tmp_path: Path) -> None:
    """What it raises arrives as it is, and a password stands in no repr."""

    def refuse(_: str) -> Any:
        raise StoreError("No token for the database: nobody is there.", remedy="Ask again.")

    with pytest.raises(StoreError, match=r"No token for the database.*Ask again"):
        open_store(url, tmp_path, limits=ServerLimits(password=refuse))
    assert "password" not in repr(ServerLimits(password=refuse))
