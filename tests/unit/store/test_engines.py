"""A driver that is not there, and the few statements that differ."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from connector.errors import StoreError
from connector.store import engines, whereabouts
from connector.store.database import chunked

DATA = Path("/var/lib/connector")
SERVER = "postgresql://ana:secret@db.example/leads"


def test_a_missing_driver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's driver is not part of the first installation: the error says how to get it."""
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"driver for PostgreSQL.*pip install"):
        engines.make_engine(whereabouts.database_url(SERVER, DATA))


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
