"""Ports for what has to be told where it is to listen: free now, and no other test's meanwhile."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

HOST = "127.0.0.1"
# Below those that systems give to whoever asks for any port, and to connections that are made.
FIRST, END = 20_000, 32_000


@contextmanager
def reserved(count: int = 1) -> Iterator[int]:
    """The first of some free ports in a row; until the context ends no other test process is given one of them here.

    A UDP socket of the same number tells the others so: it keeps nobody from listening for TCP.
    """
    for first in range(FIRST, END, count):
        with ExitStack() as marks:
            try:
                for port in range(first, first + count):
                    marks.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).bind((HOST, port))
                    socket.create_server((HOST, port)).close()
            except OSError:
                continue
            yield first
            return
    raise AssertionError
