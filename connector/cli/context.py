"""What commands share: settings from the environment, a service that is closed at the end, signals that stop it."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from types import FrameType

from connector.bootstrap import Service
from connector.pipeline.audit import acting
from connector.settings import Settings, load_settings
from connector.telemetry import logs, tracing

SIGNALS = (signal.SIGINT, signal.SIGTERM)


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

    A thread of its own sets it: in a signal's handler the lock of the event may be held by what was interrupted.
    """
    stop = threading.Event()
    came: SimpleQueue[bool] = SimpleQueue()  # may be put into by a handler, whatever was interrupted
    asked = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        del number, frame
        nonlocal asked
        if asked or stop.is_set():
            raise KeyboardInterrupt
        asked = True
        came.put(True)

    def pass_on() -> None:
        while came.get():
            stop.set()

    passing = threading.Thread(target=pass_on, name="signals", daemon=True)
    passing.start()
    before = {number: signal.signal(number, on_signal) for number in SIGNALS}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        came.put(False)
        passing.join()


def operator() -> str:
    """Who is at the command line, for the history of documents and runs."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "command line"
