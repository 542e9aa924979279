"""A backup of an SQLite file: made while others write, checked, never over something, and good to restore from."""

from __future__ import annotations

import resource
import sqlite3
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from connector.errors import RefusedError, StoreError
from connector.pipeline.jobs import NewJob
from connector.store import SqlStore, back_up, backup, open_store
from connector.store.migrate import HEAD, REVISIONS, upgrade_database
from connector.store.whereabouts import database_url
from tests.integration.store.conftest import Starter, said

WRITES = """
from connector.pipeline.jobs import NewJob
store = open_store(None, data_dir)
for number in range(1_000_000):
    # A pair in one transaction: a copy that holds one of them alone is not of one moment.
    store.queue.put([NewJob(f"a-{number}", "inbox", {"text": "x" * 2_000}), NewJob(f"b-{number}", "inbox", {})])
    if number == 20:
        say("writing")
"""


def job_ids(file: Path) -> set[str]:
    """The jobs in a database file."""
    with closing(sqlite3.connect(file)) as raw:
        return {row[0] for row in raw.execute("SELECT job_id FROM job")}


def wait_for_more(writer: subprocess.Popen[str], file: Path, *, than: set[str]) -> None:
    """Wait until somebody has written more jobs than these: five backups may be done between two of its steps."""
    never = threading.Event()
    for _ in range(3_000):
        if job_ids(file) > than:
            return
        assert writer.poll() is None
        never.wait(0.01)
    raise AssertionError("never: it goes on")


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_backup_is_of_one_moment_while_another_process_writes(
    data_dir: Path, tmp_path: Path, process: Starter
) -> None:
    """It opens, passes the check of its integrity, and holds whole transactions alone; the writer goes on."""
    writer = process(WRITES)
    assert said(writer) == "writing"
    for number in range(5):
        if number == 4:
            wait_for_more(writer, data_dir / "connector.db", than=job_ids(tmp_path / "backup-0.db"))
        file = tmp_path / f"backup-{number}.db"
        made = back_up(None, data_dir, file)
        assert (made.file, made.size, made.revision) == (file, file.stat().st_size, HEAD)
        with closing(sqlite3.connect(file)) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        ids = job_ids(file)
        assert {one[2:] for one in ids if one.startswith("a-")} == {one[2:] for one in ids if one.startswith("b-")}
        assert len(ids) > 40
    assert writer.poll() is None
    assert job_ids(tmp_path / "backup-0.db") < job_ids(tmp_path / "backup-4.db")


def test_what_is_in_the_log_alone_is_in_the_backup(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """The last commits stand beside the file until they are moved into it; the backup is one file, for us alone."""
    store.queue.put([NewJob("last", "inbox", {})])
    back_up(None, data_dir, tmp_path / "backup.db")
    assert stat.S_IMODE((tmp_path / "backup.db").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.db"]
    assert job_ids(tmp_path / "backup.db") == {"last"}


def test_a_backup_is_good_to_work_with(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """Put in the place of the file it is opened as any other, with its log, its counters and its jobs."""
    store.queue.put([NewJob("kept", "inbox", {})])
    (tmp_path / "restored").mkdir()
    back_up(None, data_dir, tmp_path / "restored" / "connector.db")
    restored = open_store(None, tmp_path / "restored")
    try:
        restored.check()
        assert [lease.job_id for lease in restored.queue.claim(["inbox"], 5, worker="w")] == ["kept"]
        with restored._database.read() as connection:
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    finally:
        restored.close()


def test_nothing_is_written_over(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """Not a file of somebody's, not an earlier backup, and least of all the database itself."""
    store.check()
    (tmp_path / "letter").write_text("dear all", encoding="utf-8")
    for file in (tmp_path / "letter", data_dir / "connector.db"):
        before = file.read_bytes()
        with pytest.raises(RefusedError, match="exists already") as caught:
            back_up(None, data_dir, file)
        assert caught.value.exit_code == 1
        assert file.read_bytes() == before
    assert not list(tmp_path.rglob("*.part"))


def test_an_older_schema_is_backed_up_as_it_is(data_dir: Path, tmp_path: Path) -> None:
    """A backup before an upgrade is no upgrade; a file of nobody's is of no revision."""
    data_dir.mkdir()
    upgrade_database(database_url(None, data_dir), to=REVISIONS[0])
    assert back_up(None, data_dir, tmp_path / "old.db").revision == REVISIONS[0]
    with closing(sqlite3.connect(tmp_path / "empty.db")) as raw, raw:
        raw.execute("CREATE TABLE t (x)")
    made = back_up(f"sqlite:///{tmp_path}/empty.db", data_dir, tmp_path / "other.db")
    assert made.revision is None


def test_what_a_killed_backup_left_is_in_nobodys_way(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """The unfinished file is begun anew, under a name that is free."""
    store.check()
    (tmp_path / "backup.db.part").write_bytes(b"half")
    back_up(None, data_dir, tmp_path / "backup.db")
    assert job_ids(tmp_path / "backup.db") == set()
    assert not (tmp_path / "backup.db.part").exists()


def test_a_full_disk_leaves_no_backup(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """What cannot be written whole is not there at all, and the message says what to do."""
    store.queue.put([NewJob(str(number), "inbox", {"text": "x" * 3_000}) for number in range(200)])
    file = tmp_path / "backup.db"
    with files_up_to(100_000), pytest.raises(StoreError, match=r"backup.*takes no more.*Raise the quota"):
        back_up(None, data_dir, file)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    assert back_up(None, data_dir, file).size > 600_000


def test_a_damaged_database_is_not_taken_for_a_backup(store: SqlStore, data_dir: Path, tmp_path: Path) -> None:
    """The copy of a broken page is broken: it is said, and nothing keeps the name of a backup."""
    store.queue.put([NewJob(str(number), "inbox", {"text": "x" * 3_000}) for number in range(200)])
    store.close()
    file = data_dir / "connector.db"
    with closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(file.read_bytes())
    whole[300_000:320_000] = b"\xff" * 20_000
    file.write_bytes(whole)
    with pytest.raises(StoreError, match=r"is damaged"):
        back_up(None, data_dir, tmp_path / "backup.db")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []


def test_a_server_has_tools_of_its_own(data_dir: Path, tmp_path: Path) -> None:
    """It is refused, naming one, without asking the server."""
    with pytest.raises(RefusedError, match="pg_dump"):
        back_up("postgresql://nobody@127.0.0.1:1/none", data_dir, tmp_path / "backup.db")


def test_what_is_not_there_is_not_made(data_dir: Path, tmp_path: Path) -> None:
    """Neither the database nor a backup of nothing, nor a folder for it."""
    with pytest.raises(StoreError, match=r"connector\.db is not there"):
        back_up(None, data_dir, tmp_path / "backup.db")
    open_store(None, data_dir).close()
    with pytest.raises(StoreError, match=r"cannot be written: No such file or directory.*folder that exists"):
        back_up(None, data_dir, tmp_path / "none" / "backup.db")
    assert not (tmp_path / "none").exists()
    assert not (tmp_path / "backup.db").exists()


def test_a_disk_that_fails_at_the_end_leaves_no_backup(
    store: SqlStore, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was not seen to reach the disk is none."""

    def fail(_: Path) -> int:
        raise OSError(5, "Input/output error")

    store.check()
    monkeypatch.setattr(backup, "_to_disk", fail)
    with pytest.raises(StoreError, match="cannot be written: Input/output error"):
        back_up(None, data_dir, tmp_path / "backup.db")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
