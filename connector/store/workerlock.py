"""The lock of the worker role: one process works on a data folder, the others go on reading and asking.

An `flock` on a file: the operating system releases it when the process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connector.errors import StoreError

LOCK_FILE = "worker.lock"
_POLL_S = 0.05


class WorkerLock:
    """The lock file of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / LOCK_FILE
        self._held = False

    @property
    def held(self) -> bool:
        """Whether this object holds the role now."""
        return self._held

    @contextmanager
    def hold(self, *, wait_s: float = 0.0) -> Iterator[bool]:
        """Take the role, waiting for it up to `wait_s`; yield whether it was had. Raises StoreError."""
        with _opened(self.path) as file:
            if not _take(file, wait_s):
                yield False
                return
            self._held = True
            try:
                yield True
            finally:
                self._held = False

    def is_elsewhere(self) -> bool:
        """Tell whether somebody else holds the role at this moment. Raises StoreError."""
        if self._held:
            return False
        with _opened(self.path) as file:
            return not _take(file, 0.0)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreError(
            f"The lock file {path} cannot be opened: {error.strerror}.",
            remedy="Give the user that runs the service write permission on the data folder.",
        ) from error
    try:
        yield file
    finally:
        os.close(file)  # which releases the lock


def _take(file: int, wait_s: float) -> bool:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_S)
        else:
            return True
