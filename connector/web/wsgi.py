"""The application for a WSGI server that runs processes of its own, such as gunicorn in a container.

It answers requests alone: runs, events and deliveries are done by `connector worker`, which is started beside it.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Mapping
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask
from prometheus_client import CollectorRegistry

from connector.bootstrap import Service
from connector.settings import load_settings
from connector.telemetry import logs, tracing
from connector.web.apikeys import described
from connector.web.app import create_app
from connector.web.auth import security_from
from connector.web.limits import Limits
from connector.web.metrics import RequestMeter, StoreCollector, everything, metrics_app


def application() -> Flask:
    """Build the application by the settings of the environment; what it opens is closed when the process ends.

    To be called in each process, after it was forked. Raises SettingsError, StoreError.
    """
    settings = load_settings(os.environ, need_dataverse=True)
    logs.set_up(settings.log_format, settings.log_level, lasting=True)
    tracing.start(settings.traces)
    service = Service(settings)
    atexit.register(service.close)
    requests = CollectorRegistry()
    app = create_app(
        service,
        security_from(settings),
        limits=Limits.of(settings),
        public_url=settings.public_url,
        proxies=settings.proxies,
        observe=RequestMeter(requests),
    )
    service.store.note_keys(described(settings.api_keys), now=service.clock())
    serve_metrics(service, requests)
    return app


def serve_metrics(service: Service, requests: CollectorRegistry) -> WSGIServer | None:
    """Serve the metrics from the first process that gets the address: it answers for all (PROMETHEUS_MULTIPROC_DIR).

    None where another has it, or nobody wants them.
    """
    address = service.settings.metrics_address
    if address is None:
        return None
    registry = everything(requests, StoreCollector(service.measures, service.census, time.monotonic))
    try:
        server = make_server(*address, metrics_app(registry), _Server, _Handler)
    except OSError:
        return None  # another process has it
    # A daemon: the process must end although nobody tells this thread so.
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: object) -> None:
        """Nothing: who scrapes is of no interest."""


def check(environ: Mapping[str, str]) -> None:
    """Open all that a process needs and close it again, so that what is wrong is told before one is begun.

    Raises SettingsError, StoreError.
    """
    settings = load_settings(environ, need_dataverse=True)
    security_from(settings)
    with Service(settings) as service:
        service.store.check()
