"""What commands share: settings from the environment, and a service that is closed at the end."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from connector.bootstrap import Service
from connector.settings import load_settings


@contextmanager
def service(*, need_dataverse: bool = False) -> Iterator[Service]:
    """Open the service that the environment describes. Raises SettingsError with every fault at once."""
    settings = load_settings(os.environ, need_dataverse=need_dataverse)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    with Service(settings) as opened:
        yield opened


def operator() -> str:
    """Who is at the command line, for the history of documents and runs."""
    return os.environ.get("USER") or os.environ.get("LOGNAME") or "command line"
