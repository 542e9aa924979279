"""The SQLite file: who may read it, how it is set up, and what is said when it cannot be used."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from connector.errors import StoreError
from connector.pipeline.precedence import Precedence
from connector.store import SqlStore, database, engines, open_store
from tests.contract.store.material import NEEDS, NOW, absorb, due_ids, lead, lead_page
from tests.integration.store.conftest import Opener, Starter, said, tell

WRITES_UNTIL_TOLD = """
store = open_store(None, data_dir)
with store._database.write():
    say("writing"); wait()
say("written"); wait()
"""


def mode(path: Path) -> int:
    """The permission bits of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def pragma(store: SqlStore, name: str) -> object:
    """A setting of the database, as a connection of the store sees it."""
    with store._database.read() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks are waited for a moment only."""
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_S", 0.05)


# --- set-up ---------------------------------------------------------------------------------------------------------


def test_the_folder_and_its_files_are_private(store: SqlStore, data_dir: Path) -> None:
    """They hold personal data: nobody else may enter the folder or read a file of it, journals included."""
    absorb(store, lead())
    assert mode(data_dir) == 0o700
    assert {path.name for path in data_dir.iterdir()} >= {"connector.db", "connector.db-wal"}
    assert {mode(path) for path in data_dir.iterdir()} == {0o600}


def test_a_file_that_was_open_to_others_is_closed_to_them(reopen: Opener, data_dir: Path) -> None:
    """A backup that was put back with wide permissions does not stay so; a folder of the user's is left alone."""
    data_dir.mkdir(mode=0o755)
    reopen().close()
    (data_dir / "connector.db").chmod(0o644)
    reopen()
    assert mode(data_dir / "connector.db") == 0o600
    assert mode(data_dir) == 0o755


def test_commits_are_on_disk_and_readers_do_not_wait(store: SqlStore) -> None:
    """Write-ahead log, full synchronisation, foreign keys watched, locks waited for."""
    assert pragma(store, "journal_mode") == "wal"
    assert pragma(store, "synchronous") == 2  # FULL
    assert pragma(store, "foreign_keys") == 1
    assert pragma(store, "busy_timeout") == 30_000


def test_only_what_can_be_read_again_is_not_waited_for(store: SqlStore) -> None:
    """Pages of a pull go to the disk with the next transaction of anything else, which is waited for as ever."""
    found = []
    for bulk in (False, True, False):
        with store._database.write(bulk=bulk) as connection:
            found.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
    assert found == [2, 1, 2]  # FULL, NORMAL, FULL


def test_a_database_named_by_url_is_used(data_dir: Path, tmp_path: Path) -> None:
    """The file of the URL, in a folder that is made for it, with its locks; the data folder holds nothing."""
    store = open_store(f"sqlite:///{tmp_path}/else where/leads.db", data_dir)
    try:
        store.check()
        with store.worker_lock() as held:
            assert held
    finally:
        store.close()
    assert {path.name for path in (tmp_path / "else where").iterdir()} == {
        "leads.db",
        "leads.db.lock",
        "leads.db.worker.lock",
    }
    assert list(data_dir.iterdir()) == []


def test_what_was_stored_is_there_after_a_restart(store: SqlStore, reopen: Opener) -> None:
    """A store that is closed and opened again has everything."""
    absorb(store, lead())
    store.close()
    assert due_ids(reopen()) == ["lead-1"]


# --- readers and writers --------------------------------------------------------------------------------------------


def test_readers_do_not_wait_for_a_long_write(store: SqlStore) -> None:
    """While a page is being stored the others read what was there before."""
    absorb(store, lead())
    with store._database.write() as connection:
        connection.execute(sa.text("UPDATE lead SET etag = 'half way'"))
        assert store.dossier("lead-1", now=NOW).lead.etag == 'W/"1"'
        assert store.count_due() == 1
        assert store.counts() == {}
    assert store.dossier("lead-1", now=NOW).lead.etag == "half way"


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    """What is committed while somebody reads does not change what the reader sees."""
    absorb(store, lead())
    with store._database.read() as connection:
        count = sa.text("SELECT count(*) FROM lead")
        assert connection.scalar(count) == 1
        absorb(store, lead("lead-2"))
        assert connection.scalar(count) == 1


def test_a_process_reads_while_another_writes(store: SqlStore, process: Starter) -> None:
    """Between processes it is the same: the reader has the old rows at once."""
    absorb(store, lead())
    child = process("""
store = open_store(None, data_dir)
with store._database.write() as connection:
    connection.exec_driver_sql("UPDATE lead SET etag = 'half way'")
    say("writing"); wait()
say("written"); wait()
""")
    assert said(child) == "writing"
    assert store.dossier("lead-1", now=NOW).lead.etag == 'W/"1"'
    tell(child)
    assert said(child) == "written"
    assert store.dossier("lead-1", now=NOW).lead.etag == "half way"


def test_an_exception_rolls_everything_back(store: SqlStore) -> None:
    """A step that fails for whatever reason leaves nothing."""

    def half() -> None:
        with store._database.write() as connection:
            connection.execute(sa.text("DELETE FROM lead"))
            raise LookupError

    absorb(store, lead())
    with pytest.raises(LookupError):
        half()
    assert due_ids(store) == ["lead-1"]


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_waits_too_long_says_so(reopen: Opener, process: Starter) -> None:
    """Another process that holds the write lock is named as the cause, and trying again can help."""
    store = reopen()
    child = process("""
store = open_store(None, data_dir)
with store._database.write():
    say("writing"); wait()
""")
    assert said(child) == "writing"
    with pytest.raises(StoreError, match=r"connector\.db is held by another process") as caught:
        absorb(store, lead())
    assert caught.value.retryable


def test_whether_it_is_ready_is_soon_known(reopen: Opener, process: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks waits for no writer's end, in another process or a thread of this one; every other step does."""
    monkeypatch.setattr(engines, "HASTY_S", 0.05)
    store = reopen()
    child = process(WRITES_UNTIL_TOLD)
    assert said(child) == "writing"
    for _ in range(2):
        with pytest.raises(StoreError, match=r"connector\.db is held by another process"):
            store.check()
    tell(child)
    assert said(child) == "written"
    with store._database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 30_000
        with ThreadPoolExecutor(1) as beside:
            fault = beside.submit(store.check).exception()
    assert "another thread" in str(fault)
    store.check()


@pytest.mark.usefixtures("impatient")
def test_the_patience_of_whoever_asks_is_its_own(
    reopen: Opener, process: Starter, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits as long as is meant for it, where other steps have given up; so it is no other step's time."""
    monkeypatch.setattr(engines, "HASTY_S", 60.0)
    store = reopen()
    child = process(WRITES_UNTIL_TOLD)
    assert said(child) == "writing"
    with ThreadPoolExecutor(1) as beside:
        asked = beside.submit(store.check)
        with closing(sqlite3.connect(data_dir / "connector.db", timeout=0.3)) as other, pytest.raises(sqlite3.Error):
            other.execute("BEGIN IMMEDIATE")  # which waited longer than other steps do
        tell(child)
        asked.result()
        with store._database.write():
            asked = beside.submit(store.check)
            with ThreadPoolExecutor(1) as third:
                fault = third.submit(absorb, store, lead()).exception()
            assert "another thread" in str(fault)
        asked.result()


@pytest.mark.usefixtures("impatient")
def test_a_thread_that_waits_too_long_says_so(store: SqlStore) -> None:
    """So does a thread of this process that writes for too long."""
    ready, go = Event(), Event()

    def write() -> None:
        with store._database.write():
            ready.set()
            go.wait()

    writer = Thread(target=write)
    writer.start()
    ready.wait()
    try:
        with pytest.raises(StoreError, match="another thread") as caught:
            store.check()
        assert caught.value.retryable
    finally:
        go.set()
        writer.join()
    store.check()


# --- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.fixture
def limited(store: SqlStore) -> Iterator[SqlStore]:
    """A store on a disk that has room for nothing more."""

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    store.close()
    event.listen(store._database._engine, "connect", limit)
    yield store
    event.remove(store._database._engine, "connect", limit)


def test_a_full_disk_is_named_and_nothing_is_half_stored(limited: SqlStore) -> None:
    """The page is refused as a whole; what was there can be read."""
    rows = [lead(f"lead-{number}", jobtitle="x" * 5_000) for number in range(50)]
    with pytest.raises(StoreError, match=r"disk that holds.*connector\.db is full.*Free space"):
        limited.absorb(lead_page(*rows, token="t"), NEEDS, now=NOW)
    assert limited.count_due() == 0
    assert limited.tokens(NEEDS) == {}


def test_a_store_that_cannot_be_written_is_named(store: SqlStore) -> None:
    """Read-only: reading goes on, writing and the check say what to do."""
    store.close()
    event.listen(store._database._engine, "connect", lambda raw, _: raw.execute("PRAGMA query_only = ON"))
    assert store.count_due() == 0
    with pytest.raises(StoreError, match=r"cannot be written.*write permission"):
        store.check()


def test_a_database_that_was_removed_is_noticed(store: SqlStore, data_dir: Path) -> None:
    """SQLite would write on into nothing: every step says instead that the file is gone."""
    (data_dir / "connector.db").unlink()
    for step in (store.check, store.count_due, lambda: absorb(store, lead())):
        with pytest.raises(StoreError, match="removed or replaced while it was in use"):
            step()


def test_a_database_that_was_replaced_is_noticed(store: SqlStore, data_dir: Path) -> None:
    """Another file under the same name is not the one that was opened."""
    file = data_dir / "connector.db"
    (data_dir / "copy").write_bytes(file.read_bytes())
    (data_dir / "copy").replace(file)
    with pytest.raises(StoreError, match="removed or replaced"):
        store.check()


def test_what_is_no_database_is_not_touched(data_dir: Path) -> None:
    """A file of somebody else's under the name is refused and left as it is."""
    data_dir.mkdir()
    (data_dir / "connector.db").write_text("these are somebody's notes, not a database " * 100)
    with pytest.raises(StoreError, match="damaged, or is no database of ours"):
        open_store(None, data_dir)
    assert (data_dir / "connector.db").read_text().startswith("these are somebody's notes")


def test_a_damaged_database_is_named(store: SqlStore, reopen: Opener, data_dir: Path) -> None:
    """Pages of rubbish are found out and the remedy is a backup."""
    absorb(store, *(lead(f"lead-{number}") for number in range(200)))
    store.close()
    file = data_dir / "connector.db"
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"damaged.*backup"):
        due_ids(reopen())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "without a file"),
        ("sqlite:///:memory:", "without a file"),
        ("sqlite:///file:x?mode=memory&uri=true", "without a file"),
        ("nonsense", "not a database URL"),
        ("mysql://u:secret@h/d", "names mysql, which is not supported"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(data_dir: Path, url: str, message: str) -> None:
    """The setting is named, the remedy too, and no password is shown."""
    with pytest.raises(StoreError, match=message) as caught:
        open_store(url, data_dir)
    assert "CONNECTOR_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert caught.value.remedy


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A data folder below a file, or a database that is a folder, is refused with the setting to change."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"data folder .*file/data cannot be made.*CONNECTOR_DATA_DIR"):
        open_store(None, tmp_path / "file" / "data")
    (tmp_path / "data" / "connector.db").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"connector\.db cannot be written"):
        open_store(None, tmp_path / "data")


def test_a_transaction_gives_way_to_who_is_answered(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins once nobody is; the one that stores for who is answered begins at once."""
    asks = Precedence(longest_s=60)
    monkeypatch.setattr(database, "PRECEDENCE", asks)
    background = Thread(target=lambda: absorb(store, lead()), daemon=True)
    with asks.answering():
        background.start()
        background.join(0.05)
        assert background.is_alive()
        with store._database.write():
            pass
    background.join(30)
    assert not background.is_alive()
