"""The worker role of a database: one process works on it, from whatever data folder; the others read and ask.

For an SQLite file it is an `flock` beside it. The system that gives the role takes it back when a process ends,
however it ends.
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

    def take(self) -> bool:
        """Take the role unless somebody else has it."""
        ...

    def is_firm(self) -> bool:
        """Tell whether the role that was taken is still had; one that was lost is taken again if it is free."""
        ...


class WorkerLock(ABC):
    """The lock of one database; `place` is what a person calls the database."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._grip: Grip | None = None

    @property
    def held(self) -> bool:
        """Whether this object took the role and did not give it back."""
        return self._grip is not None

    @contextmanager
    def hold(self, *, wait_s: float = 0.0) -> Iterator[bool]:
        """Take the role, waiting for it up to `wait_s`; yield whether it was had. Raises StoreError."""
        with self._opened() as grip:
            if not _take(grip, wait_s):
                yield False
                return
            self._grip = grip
            try:
                yield True
            finally:
                self._grip = None

    def confirm(self) -> bool:
        """Tell whether this object holds the role. Raises StoreError when it did and somebody else has it now."""
        if self._grip is None:
            return False
        if self._grip.is_firm():
            return True
        fault = StoreError(
            f"{self.place} has another worker now: the connection that this one's role hung on broke off.",
            remedy="This one goes on when the other ends; stop one of the two.",
        )
        fault.retryable = True
        raise fault

    def is_elsewhere(self) -> bool:
        """Tell whether somebody else holds the role at this moment. Raises StoreError."""
        if self._grip is not None:
            return False
        with self._opened() as grip:
            return not grip.take()

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

    def take(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def is_firm(self) -> bool:
        return True


def _take(grip: Grip, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while not grip.take():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_POLL_S)
    return True
