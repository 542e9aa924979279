"""The application for a WSGI server that runs processes of its own, such as gunicorn in a container.

It answers requests alone: runs, events and deliveries are done by `connector worker`, which is started beside it.
"""

from __future__ import annotations

import atexit
import os

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
    service = Service(load_settings(os.environ, need_dataverse=True))
    atexit.register(service.close)
    settings = service.settings
    app = create_app(service, security_from(settings), limits=Limits.of(settings), public_url=settings.public_url)
    service.store.note_keys(described(settings.api_keys), now=service.clock())
    return app
