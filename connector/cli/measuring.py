"""Metrics beside a command that stays: a server of their own, at the address that the settings name."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from prometheus_client import CollectorRegistry

from connector.bootstrap import Service
from connector.settings import Settings
from connector.web.metrics import PATH, StoreCollector, everything, metrics_app
from connector.web.serving import BindError, HttpServer


def metrics_of(service: Service, requests: CollectorRegistry | None = None) -> CollectorRegistry:
    """All that there is to be told; `requests` are the meters of an API."""
    return everything(requests or CollectorRegistry(), StoreCollector(service.measures, service.census, time.monotonic))


@contextmanager
def measured(settings: Settings, registry: CollectorRegistry) -> Iterator[str]:
    """Serve the metrics meanwhile; yields where, empty where not.

    Raises BindError where the address that was asked for is taken. Where nobody asked for one, a second service of
    this machine does without.
    """
    if settings.metrics_address is None:
        yield ""
        return
    metrics = HttpServer(metrics_app(registry), *settings.metrics_address, threads=1)
    try:
        metrics.start()
    except BindError as error:
        if "metrics_bind" in settings.model_fields_set:
            raise BindError(error.message, remedy="Choose another CONNECTOR_METRICS_BIND, or `off`.") from error
        click.echo(f"No metrics: {error.message} Set CONNECTOR_METRICS_BIND to another address.", err=True)
        yield ""
        return
    try:
        yield f"http://{metrics.host}:{metrics.port}{PATH}"
    finally:
        metrics.stop()
