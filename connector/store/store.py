"""The whole store as one object, and how it is opened: folder, file, schema, lock."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

from connector.errors import StoreError
from connector.store import engines, notes, whereabouts
from connector.store.audit import Audit
from connector.store.awakenings import Awakenings, Owners
from connector.store.budgets import Budgets
from connector.store.columntypes import ColumnTypes
from connector.store.database import Database
from connector.store.decisions import Decisions
from connector.store.deliveries import Deliveries
from connector.store.destinations import Destinations
from connector.store.digests import DigestCards
from connector.store.documents import Documents
from connector.store.interactions import Interactions
from connector.store.jobs import Jobs
from connector.store.measures import Measuring
from connector.store.migrate import HEAD, revision_in, revision_of, upgrade_database
from connector.store.mirror import Mirror
from connector.store.notices import Notices
from connector.store.partitions import Partitions
from connector.store.pictures import Pictures
from connector.store.pruning import Pruning
from connector.store.qualifications import Qualifications
from connector.store.runs import Runs
from connector.store.scores import Scores
from connector.store.serverlinks import ServerLimits
from connector.store.subscriptions import Subscriptions
from connector.store.verdicts import Verdicts
from connector.store.workerlock import WorkerLock

_ROOM = 48 * 1024


class SqlStore(
    Audit,
    Documents,
    Interactions,
    Measuring,
    Mirror,
    Decisions,
    Awakenings,
    Owners,
    DigestCards,
    Deliveries,
    Destinations,
    Runs,
    Partitions,
    Scores,
    ColumnTypes,
    Budgets,
    Pictures,
    Pruning,
    Qualifications,
    Subscriptions,
    Verdicts,
    Notices,
):
    """Fulfils `Store` of the pipeline's ports, on SQLite or PostgreSQL. Safe to use from several threads."""

    def __init__(self, database: Database, worker: WorkerLock) -> None:
        super().__init__(database, worker)
        self.queue = Jobs(database, worker)

    def worker_lock(self, *, wait_s: float = 0.0, alone: bool = False) -> AbstractContextManager[bool]:
        """Hold the worker role of this database; yields False when another process has it and does not share it.

        With `alone` also when another shares it.
        """
        return self._worker.hold(wait_s=wait_s, alone=alone)

    def keep_role(self) -> None:
        """Take the worker role again where it broke off, as it does when a server restarts. Raises StoreError."""
        self._worker.keep()

    def check(self) -> None:
        """Raise StoreError when the database cannot be read and written, or not within seconds."""
        with self._database.write_soon() as connection:
            checks = notes.read_note(connection, "checks").get("number", 0)
            # Another value each time, so that something is really written; as much as a usual step, since on a disk
            # that is all but full a page or two still fit.
            notes.write_note(connection, "checks", {"number": (checks + 1) % 1_000_000, "room": "x" * _ROOM})

    def check_schema(self) -> None:
        """Raise StoreError when the database has another schema than this program's by now."""
        with self._database.read() as connection:
            found = revision_in(connection, self._worker.place)
        if found != HEAD:
            raise StoreError(
                f"The database has the schema {found or 'of no version'} by now; this program needs {HEAD}.",
                remedy="Bring program and database to the same version: connector db upgrade.",
            )

    def close(self) -> None:
        """Give back every connection."""
        self._database.close()


def open_store(
    url: str | None, data_dir: Path, *, upgrade: bool = True, limits: ServerLimits | None = None
) -> SqlStore:
    """Open the database of `url`, else the SQLite file of the data folder, which is made if it is not there.

    SQLite is upgraded to this version's schema (unless `upgrade` is False); PostgreSQL is not, since other workers
    may use it: `connector db upgrade` does. `limits` is what is taken of a server. Raises StoreError that names the
    thing and the remedy.
    """
    whereabouts.make_folder(data_dir)
    target = whereabouts.database_url(url, data_dir)
    path = whereabouts.file_of(target)
    place = whereabouts.place_of(target)
    if path is not None:
        if not upgrade and not path.exists():
            raise StoreError(f"{place} is not there.", remedy="Run: connector db upgrade.")
        whereabouts.make_file(path)
    engine = engines.make_engine(target, limits=limits)
    with ExitStack() as on_failure:
        on_failure.callback(engine.dispose)
        revision = revision_of(engine, place)
        if revision != HEAD and path is not None and upgrade:
            upgrade_database(target, limits=limits)
            engine.dispose()  # its connection still sees the file as it was
        elif revision != HEAD:
            raise StoreError(
                f"{place} has the schema {revision or 'of no version'}; this program needs {HEAD}.",
                remedy="Back it up, then run: connector db upgrade.",
            )
        on_failure.pop_all()
    return SqlStore(Database(target, engine, limits), engines.worker_lock(target, limits))
