"""What commands share: settings from the environment, and a service that is closed at the end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from connector.bootstrap import Service
from connector.pipeline.audit import acting
from connector.settings import Settings, load_settings
from connector.telemetry import logs, tracing


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


def operator() -> str:
    """Who is at the command line, for the history of documents and runs."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "command line"
