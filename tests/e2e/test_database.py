"""The commands of the database: copied and backed up, with the exit codes that they promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connector.pipeline.jobs import NewJob
from connector.store import open_store
from tests.e2e.conftest import Shell
from tests.servers import postgresql


@pytest.fixture
def alone(tmp_path: Path) -> Shell:
    """An installation without an environment: what is done with a database needs none."""
    return Shell({"CONNECTOR_DATA_DIR": str(tmp_path / "data")}, tmp_path)


@pytest.fixture
def server() -> Iterator[str]:
    """A PostgreSQL server with an empty database."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield url


def put_job(folder: Path, job_id: str) -> None:
    """A job in the SQLite database of a data folder."""
    with closing(open_store(None, folder)) as store:
        store.queue.put([NewJob(job_id, "timer", {"text": "Zoë"})])


def test_a_database_moves_to_a_server_and_back(alone: Shell, server: str, tmp_path: Path) -> None:
    """What was queued is listed there; a second copy is refused; the way back has the same checksums."""
    put_job(tmp_path / "data", "job-1")
    copied = alone.json("db", "copy", "--to", "-", typed=f"{server}\n")
    assert {one["table"]: one["rows"] for one in copied["tables"]}["job"] == 1
    assert copied["rows"] == sum(one["rows"] for one in copied["tables"])
    assert "job-1" in alone.run("jobs", "list", CONNECTOR_DATABASE_URL=server)[0]
    assert "is not empty" in alone.refused("db", "copy", "--to", server, code=1)
    back = alone.json("db", "copy", "--to", f"sqlite:///{tmp_path}/back.db", CONNECTOR_DATABASE_URL=server)
    assert back["tables"] == copied["tables"]
    out, _ = alone.run("db", "copy", "--to", f"sqlite:///{tmp_path}/third.db")
    assert "Next: set CONNECTOR_DATABASE_URL" in out


def test_a_copy_is_refused_while_somebody_works(alone: Shell, tmp_path: Path) -> None:
    """Exit 1, naming what to stop; nothing is copied."""
    with closing(open_store(None, tmp_path / "data")) as store, store.worker_lock() as held:
        assert held
        err = alone.refused("db", "copy", "--to", f"sqlite:///{tmp_path}/other.db", code=1)
    assert "Stop every process" in err
    assert not (tmp_path / "other.db").exists()


def test_a_copy_to_nowhere_is_refused(alone: Shell, tmp_path: Path) -> None:
    """Wrong use is 2, a server that is not there 3; a password is never shown."""
    put_job(tmp_path / "data", "job-1")
    alone.refused("db", "copy", code=2)
    assert "no URL on standard input" in alone.refused("db", "copy", "--to", "-", code=2)
    err = alone.refused("db", "copy", "--to", "postgresql://ana:secret@127.0.0.1:1/leads", code=3)
    assert "cannot be reached" in err
    assert "secret" not in err


def test_a_backup_is_made_while_a_worker_has_the_role(alone: Shell, tmp_path: Path) -> None:
    """It disturbs nobody, is never written over, and is a database to start from."""
    put_job(tmp_path / "data", "job-1")
    (tmp_path / "restored").mkdir()
    file = tmp_path / "restored" / "connector.db"
    with closing(open_store(None, tmp_path / "data")) as store, store.worker_lock() as held:
        assert held
        made = alone.json("db", "backup", str(file))
    assert made["bytes"] == file.stat().st_size
    assert "exists already" in alone.refused("db", "backup", str(file), code=1)
    assert "job-1" in alone.run("jobs", "list", CONNECTOR_DATA_DIR=str(tmp_path / "restored"))[0]
    assert "and checked" in alone.run("db", "backup", str(tmp_path / "second.db"))[0]
    assert "pg_dump" in alone.refused(
        "db", "backup", str(tmp_path / "x.db"), code=1, CONNECTOR_DATABASE_URL="postgresql://u@127.0.0.1:1/n"
    )
    assert "is not there" in alone.refused(
        "db", "backup", str(tmp_path / "x.db"), code=3, CONNECTOR_DATA_DIR=str(tmp_path / "none")
    )
