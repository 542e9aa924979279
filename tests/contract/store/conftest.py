"""The engines that the contract of the store is run on, each test with an empty database of its own.

SQLite always; PostgreSQL where its driver is installed and `CONNECTOR_TEST_POSTGRESQL` names a server to make
databases on (a URL of a user who may). Another way to get a server is another body of `postgresql_url`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from connector.store import SqlStore, open_store, upgrade

Opener = Callable[[], SqlStore]

SERVER = os.environ.get("CONNECTOR_TEST_POSTGRESQL", "") if find_spec("psycopg") else ""
ENGINES = ("sqlite", "postgresql") if SERVER else ("sqlite",)


@pytest.fixture(params=ENGINES)
def url(request: pytest.FixtureRequest) -> str | None:
    """The database to use: None is the SQLite file of the data folder."""
    if request.param == "sqlite":
        return None
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture
def postgresql_url(tmp_path: Path) -> Iterator[str]:
    """An upgraded PostgreSQL database that nobody else uses."""
    name = f"connector_{uuid4().hex}"
    server = sa.create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    found = sa.make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    upgrade(found, tmp_path)
    yield found
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


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
