"""The worker role of a database, from whatever data folder; whoever has it not reads and asks.

For an SQLite file it is an `flock` beside it, and one process has it; on a server workers share it. The system that
gives the role takes it back when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from connector.errors import StoreError

_POLL_S = 0.05


class Grip(Protocol):
    """What a role hangs on: an open file, or a session of a server."""

    def take(self, *, alone: bool, barring: bool = False) -> bool:
        """Take the role unless somebody else has it in a way that excludes that. `barring`: nobody shares it then."""
        ...

    def keep(self) -> None:
        """Take the role again where what it hung on broke off."""
        ...


class WorkerLock(ABC):
    """The lock of one database; `place` is what a person calls the database. `is_for_one`: nobody shares the role."""

    is_for_one = True

    def __init__(self, place: str) -> None:
        self.place = place
        self._grip: Grip | None = None

    @property
    def held(self) -> bool:
        """Whether this object took the role and did not give it back."""
        return self._grip is not None

    @contextmanager
    def hold(self, *, wait_s: float = 0.0, alone: bool = False, barring: bool = False) -> Iterator[bool]:
        """Take the role, waiting for it up to `wait_s`; yield whether it was had. Raises StoreError.

        With `alone` only while nobody has it; once it is had others may come where it is shared, but with `barring`.
        """
        with self._opened() as grip:
            if not _take(grip, wait_s, alone=alone or barring, barring=barring):
                yield False
                return
            before, self._grip = self._grip, grip
            try:
                yield True
            finally:
                self._grip = before

    def keep(self) -> None:
        """Take the role again, if it was had, where what it hung on broke off. Raises StoreError: not yet."""
        if self._grip is not None:
            self._grip.keep()

    @abstractmethod
    def _opened(self) -> AbstractContextManager[Grip]:
        """Open what the role hangs on; closing it gives the role back."""


class FileLock(WorkerLock):
    """The role of an SQLite file, by whatever name it was opened."""

    def __init__(self, place: str, database: Path) -> None:
        super().__init__(place)
        found = database.resolve()
        self.path = found.with_name(f"{found.name}.worker.lock")

    @contextmanager
    def _opened(self) -> Iterator[Grip]:
        try:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(
                f"The lock file {self.path} cannot be opened: {error.strerror}.",
                remedy="Give the user that runs the service write permission on its folder.",
            ) from error
        try:
            yield _OpenFile(file)
        finally:
            os.close(file)  # which releases the lock


class _OpenFile:
    def __init__(self, file: int) -> None:
        self._file = file

    def take(self, *, alone: bool, barring: bool = False) -> bool:  # noqa: ARG002 - a file's role is never shared
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def keep(self) -> None:
        """A file that is open stays locked."""


def _take(grip: Grip, wait_s: float, *, alone: bool, barring: bool) -> bool:
    deadline = time.monotonic() + wait_s
    while not grip.take(alone=alone, barring=barring):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True
