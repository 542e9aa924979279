"""Which database settings name, what people are shown of it, and the few statements that differ."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.store import engines
from connector.store.database import chunked

DATA = Path("/var/lib/connector")
SERVER = "postgresql://ana:secret@db.example/leads"


def test_without_a_url_it_is_the_file_of_the_data_folder() -> None:
    """An empty setting means the same as none."""
    for url in (None, ""):
        found = engines.database_url(url, DATA)
        assert engines.file_of(found) == DATA / "connector.db"


def test_a_relative_file_is_made_absolute() -> None:
    """So that a change of the working folder does not change the database."""
    path = engines.file_of(engines.database_url("sqlite:///leads.db", DATA))
    assert path == Path.cwd() / "leads.db"


def test_postgresql_is_used_through_psycopg() -> None:
    """Whichever driver the URL names, or none."""
    for url in (SERVER, SERVER.replace("postgresql", "postgresql+psycopg2")):
        found = engines.database_url(url, DATA)
        assert found.drivername == "postgresql+psycopg"
        assert engines.file_of(found) is None


def test_a_password_is_never_shown() -> None:
    """People are shown the server and the database, not the secret."""
    place = engines.place_of(engines.database_url(SERVER, DATA))
    assert "db.example/leads" in place
    assert "secret" not in place


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's driver is not part of the first installation: the error says how to get it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"driver for PostgreSQL.*pip install"):
        engines.make_engine(engines.database_url(SERVER, DATA))


def test_statements_differ_in_the_upsert_alone() -> None:
    """Both databases know `ON CONFLICT`; each has its own builder of it."""
    table = sa.Table("t", sa.MetaData(), sa.Column("k", sa.Text, primary_key=True))
    for name in ("sqlite", "postgresql"):
        assert type(engines._insert(name, table)).__module__ == f"sqlalchemy.dialects.{name}.dml"


def test_chunks_hold_everything_once() -> None:
    """Every item is in one chunk, in order, and no chunk is longer than a statement takes."""
    parts = list(chunked(range(1_801)))
    assert [len(part) for part in parts] == [900, 900, 1]
    assert [item for part in parts for item in part] == list(range(1_801))
    assert list(chunked([])) == []
