"""The engines that the contract of the store is run on, each test with an empty database of its own.

SQLite, and a PostgreSQL that the tests start themselves from the machine's binaries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.store import SqlStore, open_store, upgrade
from tests.servers import postgresql

Opener = Callable[[], SqlStore]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL server for this test process."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str | None:
    """The database to use: None is the SQLite file of the data folder."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture
def bare_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A PostgreSQL database that nobody else uses, with nothing in it."""
    name = f"connector_{uuid4().hex}"
    server = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    found = sa.make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    yield found
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def postgresql_url(tmp_path: Path, bare_postgresql_url: str) -> str:
    """An upgraded PostgreSQL database that nobody else uses."""
    upgrade(bare_postgresql_url, tmp_path)
    return bare_postgresql_url


@pytest.fixture
def reopen(url: str | None, tmp_path: Path) -> Iterator[Opener]:
    """Opens the same database once more, as another process would."""
    opened: list[SqlStore] = []

    def open_again() -> SqlStore:
        opened.append(open_store(url, tmp_path / "data"))
        return opened[-1]

    yield open_again
    for one in opened:
        one.close()


@pytest.fixture
def store(reopen: Opener) -> SqlStore:
    """An empty store."""
    return reopen()
