"""What commands share: settings from the environment, a service that is closed at the end, signals that stop it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from connector.bootstrap import Service
from connector.pipeline.audit import acting
from connector.settings import Settings, load_settings
from connector.telemetry import logs, tracing

SIGNALS = (signal.SIGINT, signal.SIGTERM)
END = b"\0"  # no signal has this number
AT_ONCE = 2  # so many signals end it at once
REACTS_S = 0.05  # a main thread that a second signal did not interrupt within this waits: it gets another one


@contextmanager
def service(
    *, need_dataverse: bool = False, stop: threading.Event | None = None, lasting: bool = False
) -> Iterator[Service]:
    """Open the service that the environment describes. Raises SettingsError with every fault at once.

    `lasting`: this process serves or works until it is ended, so that machines may read its log.
    """
    settings = load_settings(os.environ, need_dataverse=need_dataverse)
    with observed(settings, lasting=lasting), acting(operator()), Service(settings, stop=stop) as opened:
        yield opened


@contextmanager
def observed(settings: Settings, *, lasting: bool = False) -> Iterator[None]:
    """Log, and trace where that is asked for. Raises SettingsError where spans cannot be sent as asked."""
    logs.set_up(settings.log_format, settings.log_level, lasting=lasting)
    tracing.start(settings.traces)
    try:
        yield
    finally:
        tracing.shut_down()


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set, so that what is under way ends in order; a second one ends it at once.

    A thread of its own hears of them through a socket that the interpreter writes to when they come. A handler in
    Python would run only when the main thread goes on, which may be never: a signal that comes while it begins to
    wait, or to another thread, does not wake it. Nor could a handler set the event, whose lock may be held by what it
    interrupted.
    """
    stop = threading.Event()
    ours = False  # the event was set for a signal, not by whoever ended before one came
    came = heard = 0  # how many the thread was told of, and how often the main thread's handler ran
    interrupted = threading.Event()
    inlet, outlet = socket.socketpair()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        nonlocal heard
        heard += 1
        if max(heard, came) >= AT_ONCE or (stop.is_set() and not ours):
            interrupted.set()
            raise KeyboardInterrupt

    def pass_on() -> None:
        nonlocal ours, came
        with suppress(OSError):  # the end was interrupted, and the socket is closed
            while (told := outlet.recv(1)) not in {END, b""}:
                came += 1
                ours = ours or not stop.is_set()
                stop.set()
                if came == AT_ONCE and not interrupted.wait(REACTS_S):
                    signal.pthread_kill(threading.main_thread().ident or 0, told[0])

    passing = threading.Thread(target=pass_on, name="signals", daemon=True)
    inlet.setblocking(False)
    with inlet, outlet:
        passing.start()
        try:
            # First the socket: a signal that only the handler heard would be lost.
            wakeup = signal.set_wakeup_fd(inlet.fileno(), warn_on_full_buffer=False)
            before = {number: signal.signal(number, on_signal) for number in SIGNALS}
            try:
                yield stop
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)
                signal.set_wakeup_fd(wakeup)
        finally:
            inlet.send(END)
            passing.join()


def operator() -> str:
    """Who is at the command line, for the history of documents and runs."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "command line"
