"""The application for a WSGI server that runs processes of its own, such as gunicorn in a container.

It answers requests alone: runs, events and deliveries are done by `connector worker`, which is started beside it.
"""

from __future__ import annotations

import atexit
import logging
import os
from collections.abc import Mapping

from flask import Flask

from connector.bootstrap import Service
from connector.settings import load_settings
from connector.web.apikeys import described
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.limits import Limits


def application() -> Flask:
    """Build the application by the settings of the environment; what it opens is closed when the process ends.

    To be called in each process, after it was forked. Raises SettingsError, StoreError.
    """
    settings = load_settings(os.environ, need_dataverse=True)
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    service = Service(settings)
    atexit.register(service.close)
    app = create_app(
        service,
        security_from(settings),
        limits=Limits.of(settings),
        public_url=settings.public_url,
        proxies=settings.proxies,
    )
    service.store.note_keys(described(settings.api_keys), now=service.clock())
    return app


def check(environ: Mapping[str, str]) -> None:
    """Open all that a process needs and close it again, so that what is wrong is told before one is begun.

    Raises SettingsError, StoreError.
    """
    settings = load_settings(environ, need_dataverse=True)
    security_from(settings)
    with Service(settings) as service:
        service.store.check()
