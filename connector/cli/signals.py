"""Signals that end a command: heard by a thread of their own, so that none is lost."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)
END = b"\0"  # no signal has this number
AT_ONCE = 2  # so many signals end it at once
ENDS_S = 3.0  # so long it may take from there: what waits for an answer that does not come would take minutes
STOPPED = 3  # the exit code
REACTS_S = 0.05  # a main thread that a second signal did not interrupt within this waits: it gets another one


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that what is under way ends in order; a second one ends it at once.

    A thread of its own hears of them through a socket that the interpreter writes to when they come. A handler in
    Python would run only when the main thread goes on, which may be never: a signal that comes while it begins to
    wait, or to another thread, does not wake it. Nor could a handler set the event, whose lock may be held by what it
    interrupted. What does not end then is ended as a crash would: nothing is lost by that.
    """
    inlet, outlet = socket.socketpair()
    hearing = _Hearing(outlet)
    passing = threading.Thread(target=hearing.pass_on, name="signals", daemon=True)
    inlet.setblocking(False)
    with inlet, outlet:
        passing.start()
        try:
            # First the socket: a signal that only the handler heard would be lost.
            wakeup = signal.set_wakeup_fd(inlet.fileno(), warn_on_full_buffer=False)
            before = {number: signal.signal(number, hearing.on_signal) for number in SIGNALS}
            try:
                yield hearing.stop
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(wakeup)
        finally:
            inlet.send(END)
            passing.join()


class _Hearing:
    """What is known of the signals that came: by the thread that is told of them, and by the main thread's handler."""

    def __init__(self, outlet: socket.socket) -> None:
        self.stop = threading.Event()
        self._outlet = outlet
        self._is_ours = False  # the event was set for a signal, not by whoever ended before one came
        self._came = self._heard = 0  # how many the thread was told of, and how often the handler ran
        self._interrupted = threading.Event()

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Interrupt the main thread where it has been told often enough; runs in it."""
        del number, frame
        self._heard += 1
        if max(self._heard, self._came) >= AT_ONCE or (self.stop.is_set() and not self._is_ours):
            self._interrupted.set()
            raise KeyboardInterrupt

    def pass_on(self) -> None:
        """Set the event for the first signal, and see that the second one interrupts; runs in a thread of its own."""
        try:
            while (told := self._outlet.recv(1)) not in {END, b""}:
                self._came += 1
                self._is_ours = self._is_ours or not self.stop.is_set()
                self.stop.set()
                if self._came == AT_ONCE:
                    if not self._interrupted.wait(REACTS_S):
                        signal.pthread_kill(threading.main_thread().ident or 0, told[0])
                    self._outlet.settimeout(ENDS_S)
        except TimeoutError:
            with suppress(OSError):  # its reader may have gone
                os.write(sys.stderr.fileno(), b"Stopped at once: what was under way is settled by the next run.\n")
            os._exit(STOPPED)
        except OSError:
            return  # the end was interrupted, and the socket is closed
