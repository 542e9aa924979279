"""What commands share: settings from the environment, a service that is closed at the end, signals that stop it."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from connector.bootstrap import Service
from connector.pipeline.audit import acting
from connector.settings import Settings, load_settings
from connector.telemetry import logs, tracing

SIGNALS = (signal.SIGINT, signal.SIGTERM)
END = b"\0"  # no signal has this number


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
    heard = 0
    inlet, outlet = socket.socketpair()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        nonlocal heard
        heard += 1
        if heard > 1 or (stop.is_set() and not ours):
            raise KeyboardInterrupt

    def pass_on() -> None:
        nonlocal ours
        while outlet.recv(1) != END:
            ours = ours or not stop.is_set()
            stop.set()

    passing = threading.Thread(target=pass_on, name="signals", daemon=True)
    inlet.setblocking(False)
    with inlet, outlet:
        passing.start()
        before = {number: signal.signal(number, on_signal) for number in SIGNALS}
        wakeup = signal.set_wakeup_fd(inlet.fileno(), warn_on_full_buffer=False)
        try:
            yield stop
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            inlet.send(END)
            passing.join()


def operator() -> str:
    """Who is at the command line, for the history of documents and runs."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "command line"
