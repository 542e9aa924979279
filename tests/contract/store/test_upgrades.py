"""Every revision leads to ours on both databases, with what was stored; a newer one is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from connector.errors import StoreError
from connector.store import open_store, upgrade
from connector.store.migrate import HEAD, REVISIONS, upgrade_database
from connector.store.tables import metadata, qualification_decision, score_change
from connector.store.whereabouts import database_url

AT = "2026-01-01 00:00:00.000000"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> sa.URL:
    """A database without any table."""
    if request.param == "sqlite":
        (tmp_path / "data").mkdir()
        return database_url(None, tmp_path / "data")
    return database_url(request.getfixturevalue("bare_postgresql_url"), tmp_path)


def insert(url: sa.URL, table: str, **values: object) -> None:
    """Store a row as an earlier program did: what it had to fill, and these values."""
    engine = sa.create_engine(url)
    usual: dict[type[Any], object] = {
        sa.DateTime: AT, sa.Boolean: True, sa.Integer: 1, sa.Float: 1.0, sa.JSON: "{}"
    }  # fmt: skip
    row: dict[str, object] = {}
    for column in sa.inspect(engine).get_columns(table):
        if not column["nullable"] and not column.get("autoincrement") and column["name"] != "seq":
            kinds = [value for kind, value in usual.items() if isinstance(column["type"], kind)]
            row[column["name"]] = kinds[0] if kinds else ""
    row |= values
    names = ", ".join(row)
    with engine.begin() as connection:
        statement = f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"
        connection.execute(sa.text(statement), row)
    engine.dispose()


@pytest.mark.parametrize("start", REVISIONS)
def test_every_revision_leads_to_ours_with_what_it_holds(empty: sa.URL, tmp_path: Path, start: str) -> None:
    """The schema becomes what `tables` says; a run is there afterwards."""
    text = empty.render_as_string(hide_password=False)
    assert upgrade_database(empty, to=start) == start
    insert(empty, "run", run_id="r1", kind="sync", status="succeeded", requested_by="cli", summary="{}", error="")
    assert upgrade(text, tmp_path / "data") == HEAD
    engine = sa.create_engine(empty)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    store = open_store(text, tmp_path / "data")
    try:
        assert [run.run_id for run in store.runs()] == ["r1"]
    finally:
        store.close()


def test_scores_marks_and_jobs_of_an_earlier_program_go_on(empty: sa.URL, tmp_path: Path) -> None:
    """A score is the first of its history, a mark a decision of its qualification; a job that waited is done."""
    upgrade_database(empty, to="0005")
    insert(empty, "lead", lead_id="lead-1")
    texts = {"groups": "[]", "unknown": "[]", "reasons": '["why"]'}
    insert(empty, "score", lead_id="lead-1", model="fit", version=2, score=5, grade="A", **texts)
    insert(empty, "mark", lead_id="lead-1", qualification="ready", version=3)
    insert(empty, "job", job_id="j1", kind="k", status="ready", payload="{}", attempts=0, fence=0, rank=0)
    text = empty.render_as_string(hide_password=False)
    assert upgrade(text, tmp_path / "data") == HEAD
    after = open_store(text, tmp_path / "data")
    try:
        with after._database.read() as connection:
            changes = connection.execute(sa.select(score_change)).all()
            decided = connection.execute(sa.select(qualification_decision)).all()
        assert [(one.lead_id, one.model, one.version, one.score, one.grade) for one in changes] == [
            ("lead-1", "fit", 2, 5, "A")
        ]
        assert [(one.lead_id, one.qualification, one.version) for one in decided] == [("lead-1", "ready", 3)]
        assert [one.job_id for one in after.queue.claim(["k"], 5, worker="w")] == ["j1"]
    finally:
        after.close()


def test_a_newer_schema_is_refused(empty: sa.URL, tmp_path: Path) -> None:
    """A revision that this program does not know was written by a newer one: nothing is opened or changed."""
    text = empty.render_as_string(hide_password=False)
    upgrade(text, tmp_path / "data")
    engine = sa.create_engine(empty)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for attempt in (lambda: open_store(text, tmp_path / "data"), lambda: upgrade(text, tmp_path / "data")):
        with pytest.raises(StoreError, match=r"newer version.*9999.*Install that version"):
            attempt()
