"""The schema: every revision leads to ours, openers do not get in each other's way, a newer one is refused."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.schema import CreateIndex, CreateTable

from connector.errors import StoreError
from connector.store import migrate, open_store, upgrade
from connector.store.migrate import HEAD, MIGRATIONS, REVISIONS, upgrade_database
from connector.store.tables import metadata
from connector.store.whereabouts import database_url
from tests.contract.store.material import absorb, due_ids, lead
from tests.integration.store.conftest import Starter, said, tell


def schema(engine: sa.Engine) -> dict[str, str]:
    """Every table and index of an SQLite database as it was made, blanks, brackets and the order of columns aside."""
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                "AND name <> 'alembic_version'"
            )
        )
        return {
            row.name: ",".join(sorted(part.strip() for part in re.sub(r"[\s()]+", " ", row.sql).split(",")))
            for row in rows
        }


def test_the_revisions_are_those_of_the_files() -> None:
    """The list in the code, which spares loading alembic at every start, is the chain of the files."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    files = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(files)) == REVISIONS


@pytest.mark.parametrize("start", [None, *REVISIONS])
def test_every_revision_leads_to_ours(data_dir: Path, start: str | None) -> None:
    """From an empty file and from every earlier revision the schema becomes what `tables` says."""
    url = database_url(None, data_dir)
    if start is not None:
        assert upgrade_database(url, to=start) == start
    assert upgrade(url.render_as_string(), data_dir) == HEAD
    engine, model = sa.create_engine(url), sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    try:
        metadata.create_all(model)
        assert schema(engine) == schema(model)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, metadata) == []
    finally:
        engine.dispose()
        model.dispose()


@pytest.mark.parametrize("start", REVISIONS)
def test_what_was_stored_survives_the_upgrade(data_dir: Path, start: str) -> None:
    """Rows that a store of an earlier revision holds are there afterwards."""
    upgrade_database(database_url(None, data_dir), to=start)
    with sqlite3.connect(data_dir / "connector.db") as raw:
        raw.execute(
            "INSERT INTO run (run_id, kind, status, requested_at, requested_by, summary, error) "
            "VALUES ('r1', 'sync', 'succeeded', '2026-01-01 00:00:00.000000', 'cli', '{}', '')"
        )
    raw.close()
    store = open_store(None, data_dir)
    try:
        assert [run.run_id for run in store.runs()] == ["r1"]
    finally:
        store.close()


def test_upgrading_twice_changes_nothing(data_dir: Path) -> None:
    """An upgrade of what is up to date is a look at it; an earlier target never takes anything back."""
    url = database_url(None, data_dir)
    assert upgrade(url.render_as_string(), data_dir) == HEAD
    assert upgrade_database(url, to=REVISIONS[0]) == HEAD


def test_a_newer_schema_is_refused_and_left_alone(data_dir: Path) -> None:
    """A revision that this program does not know was written by a newer one: nothing is opened or changed."""
    open_store(None, data_dir).close()
    with sqlite3.connect(data_dir / "connector.db") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    for attempt in (
        lambda: open_store(None, data_dir),
        lambda: upgrade(f"sqlite:///{data_dir}/connector.db", data_dir),
    ):
        with pytest.raises(StoreError, match=r"newer version.*9999.*Install that version"):
            attempt()


def test_without_upgrading_an_old_schema_is_refused(data_dir: Path) -> None:
    """Who opens without upgrading is told the command; the database stays as it is."""
    with pytest.raises(StoreError, match=r"connector\.db is not there.*connector db upgrade"):
        open_store(None, data_dir, upgrade=False)
    data_dir.mkdir(exist_ok=True)
    (data_dir / "connector.db").touch()
    with pytest.raises(StoreError, match=r"schema of no version.*connector db upgrade"):
        open_store(None, data_dir, upgrade=False)
    open_store(None, data_dir).close()
    open_store(None, data_dir, upgrade=False).close()


def test_a_failed_upgrade_leaves_the_database_as_it_was(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration is one transaction: what breaks in its middle never happened."""
    url = database_url(None, data_dir)
    real = migrate._run

    def break_off(connection: sa.Connection, to: str) -> None:
        real(connection, to)
        raise LookupError

    monkeypatch.setattr(migrate, "_run", break_off)
    with pytest.raises(LookupError):
        upgrade_database(url)
    engine = sa.create_engine(url)
    assert schema(engine) == {}
    engine.dispose()


def test_a_migration_that_breaks_references_is_refused(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign keys are not watched while tables are rebuilt, so they are counted before the commit."""
    real = migrate._run

    def orphan(connection: sa.Connection, to: str) -> None:
        real(connection, to)
        connection.exec_driver_sql(
            "INSERT INTO score VALUES ('nobody', 'm', 1, 1, NULL, 1.0, 1, '[]', '[]', '[]', '2026', '2026')"
        )

    monkeypatch.setattr(migrate, "_run", orphan)
    with pytest.raises(StoreError, match="rows point to rows that are not there"):
        upgrade_database(database_url(None, data_dir))


def test_processes_that_open_at_once_do_not_get_in_each_others_way(data_dir: Path, process: Starter) -> None:
    """One of them makes the file and its tables, the others find them."""
    data_dir.mkdir()
    children = [process("say('ready'); wait()\nopen_store(None, data_dir).check(); say('open')") for _ in range(4)]
    for child in children:
        assert said(child) == "ready"
    for child in children:
        tell(child)
    assert [said(child) for child in children] == ["open"] * 4
    store = open_store(None, data_dir)
    try:
        absorb(store, lead())
        assert due_ids(store) == ["lead-1"]
    finally:
        store.close()


def test_a_folder_with_a_percent_sign_is_no_obstacle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alembic reads `%` in a path as the beginning of a placeholder, unless it is doubled."""
    linked = tmp_path / "100% migrations"
    linked.symlink_to(MIGRATIONS)
    monkeypatch.setattr(migrate, "MIGRATIONS", linked)
    assert upgrade(f"sqlite:///{tmp_path}/leads.db", tmp_path) == HEAD


def test_every_table_can_be_made_on_postgresql() -> None:
    """The same tables, with PostgreSQL's own types, and the indexes that hold only a few rows."""
    dialect = sa.make_url("postgresql://").get_dialect()()
    statements = [str(CreateTable(table).compile(dialect=dialect)) for table in metadata.sorted_tables]
    statements += [
        str(CreateIndex(index).compile(dialect=dialect)) for table in metadata.sorted_tables for index in table.indexes
    ]
    text = "\n".join(statements)
    assert "seq BIGSERIAL NOT NULL" in text
    assert "next_change_at TIMESTAMP WITH TIME ZONE" in text
    assert "ON lead (lead_id) WHERE due" in text
