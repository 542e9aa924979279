"""Metrics for Prometheus: what the store counts, asked for when they are scraped, and how long requests took.

They are served at an address of their own, without a sign-in: they hold numbers by kind, route, model and grade alone.
"""

from __future__ import annotations

import logging
import os
import platform
import threading
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from connector import __version__
from connector.errors import ConnectorError
from connector.pipeline.measures import Census, Measures, Waiting
from connector.telemetry import meters
from connector.web.headers import SECURITY_HEADERS

PATH = "/metrics"
FRESH_S = 10.0  # so often the store is counted at most
REST = 100  # what goes through whole tables is asked for so rarely that it takes a hundredth of the time ...
LONGEST_REST_S = 3_600.0  # ... but once an hour
SEVERAL = "PROMETHEUS_MULTIPROC_DIR"
_RUNS = frozenset({"sync", "full_sync"})
_SUCCEEDED = "succeeded"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_log = logging.getLogger(__name__)


class RequestMeter:
    """How long requests took, by route (the rule, never the path), method and status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "connector_http_request_seconds",
            "How long requests to the API took.",
            ("method", "route", "status"),
            registry=registry,
            buckets=_BUCKETS,
        )

    def __call__(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._seconds.labels(method, route, str(status)).observe(seconds)


class StoreCollector(Collector):
    """Counts when it is asked, at most every `FRESH_S`; where it cannot, it says only that."""

    def __init__(
        self, measure: Callable[[], Measures], census: Callable[[], Census], clock: Callable[[], float]
    ) -> None:
        """Take who counts what waits, and who goes through whole tables; `clock` is monotonic seconds."""
        self._measure = measure
        self._census = census
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, Measures | None] | None = None
        self._found = Census()
        self._census_at: float | None = None  # the next one

    def describe(self) -> Iterable[Metric]:
        """Nothing: the store is not asked before somebody scrapes."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        with self._lock:
            now = self._clock()
            if self._kept is None or now - self._kept[0] >= FRESH_S:
                self._kept = (now, self._counted())
            measures, census = self._kept[1], self._found
        build = GaugeMetricFamily("connector_build_info", "What runs here; always 1.", labels=("version", "python"))
        build.add_metric((__version__, platform.python_version()), 1)
        yield build
        yield GaugeMetricFamily("connector_store_up", "Whether the store can be read.", value=measures is not None)
        if measures is not None:
            yield from families(measures, census)

    def _counted(self) -> Measures | None:
        try:
            measures = self._measure()
            began = self._clock()
            if self._census_at is None or began >= self._census_at:
                self._found = self._census()
                ended = self._clock()
                self._census_at = ended + min(max((ended - began) * REST, FRESH_S), LONGEST_REST_S)
        except ConnectorError as error:
            _log.warning("metrics cannot be counted: %s", error)
            return None
        return measures


def families(measures: Measures, census: Census) -> Iterator[Metric]:
    """Show what was counted as families of metrics."""
    now = measures.at
    fresh = [run.started_at for run in measures.runs if run.kind in _RUNS and run.state == _SUCCEEDED]
    if fresh:
        lag_s = (now - max(fresh)).total_seconds()
        text = "How old what is known may be: since the beginning of the last run that succeeded."
        yield GaugeMetricFamily("connector_freshness_lag_seconds", text, value=lag_s)
    text = "How long ago a table was last read to its end."
    tables = GaugeMetricFamily("connector_table_freshness_lag_seconds", text, labels=("table",))
    for table, at in measures.pulled.items():
        tables.add_metric((table,), (now - at).total_seconds())
    yield tables
    if measures.worker_seen_at is not None:
        text = "When a worker last showed that it lives."
        yield GaugeMetricFamily(
            "connector_worker_seen_timestamp_seconds", text, value=measures.worker_seen_at.timestamp()
        )
    yield from _runs(measures)
    labels = ("kind", "state")
    dead = [Waiting(kind, "dead", number, None) for kind, number in census.dead_jobs.items()]
    yield from _waiting(
        "connector_jobs", "connector_job", "Jobs that are not done", labels, [*measures.jobs, *dead], measures
    )
    text = "Deliveries that have not arrived"
    yield from _waiting(
        "connector_deliveries", "connector_delivery", text, ("destination", "state"), measures.deliveries, measures
    )
    leads = GaugeMetricFamily("connector_scored_leads", "Scored leads by grade.", labels=("model", "grade"))
    for model, grades in census.grades.items():
        for grade, number in grades.items():
            leads.add_metric((model, grade), number)
    yield leads
    yield GaugeMetricFamily("connector_due_leads", "Leads that wait to be scored.", value=measures.due_leads)
    text = "Destinations that are not used for now."
    yield GaugeMetricFamily("connector_paused_destinations", text, value=measures.paused_destinations)
    yield from _dataverse(measures)


def _runs(measures: Measures) -> Iterator[Metric]:
    labels = ("kind", "state")
    lasted = GaugeMetricFamily(
        "connector_run_duration_seconds", "How long the newest run of a kind took.", labels=labels
    )
    ended = GaugeMetricFamily("connector_run_finished_timestamp_seconds", "When it ended.", labels=labels)
    for run in measures.runs:
        lasted.add_metric((run.kind, run.state), (run.finished_at - run.started_at).total_seconds())
        ended.add_metric((run.kind, run.state), run.finished_at.timestamp())
    yield from (lasted, ended)


def _waiting(
    name: str, single: str, text: str, labels: tuple[str, str], counted: Iterable[Waiting], measures: Measures
) -> Iterator[Metric]:
    number = GaugeMetricFamily(name, f"{text}.", labels=labels)
    age = GaugeMetricFamily(f"{single}_oldest_age_seconds", f"{text}: the age of the oldest.", labels=labels)
    for one in counted:
        number.add_metric((one.kind, one.state), one.number)
        if one.since is not None:
            age.add_metric((one.kind, one.state), (measures.at - one.since).total_seconds())
    yield from (number, age)


def _dataverse(measures: Measures) -> Iterator[Metric]:
    answers = CounterMetricFamily(
        "connector_dataverse_requests", "Requests of this process to Dataverse, by status.", labels=("status",)
    )
    for status, number in sorted(measures.answers.items()):
        answers.add_metric((str(status),), number)
    yield answers
    text = "Requests of all processes to Dataverse today (UTC)."
    yield GaugeMetricFamily("connector_dataverse_requests_today", text, value=measures.requests_today)
    if measures.requests_a_day is not None:
        left = max(0, measures.requests_a_day - measures.requests_today)
        text = "What is left of CONNECTOR_DAILY_REQUESTS today."
        yield GaugeMetricFamily("connector_dataverse_requests_left", text, value=left)
    if measures.window_budget is not None:
        left = max(0, measures.window_budget - measures.window_requests)
        text = "What is left of CONNECTOR_REQUEST_BUDGET in these five minutes, over all processes."
        yield GaugeMetricFamily("connector_dataverse_window_requests_left", text, value=left)


class _Meters(Collector):
    """The meters that the steps of this process feed, and those of its requests."""

    def __init__(self, *registries: CollectorRegistry) -> None:
        self._registries = registries

    def describe(self) -> Iterable[Metric]:
        """Nothing: names are not checked against each other's."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give every family."""
        for registry in self._registries:
            yield from registry.collect()


def everything(requests: CollectorRegistry, store: Collector) -> CollectorRegistry:
    """What is served: what the store counts, and the meters of requests and steps.

    Those are of all processes of a server where PROMETHEUS_MULTIPROC_DIR names a folder that they share.
    """
    registry = CollectorRegistry()
    if os.environ.get(SEVERAL):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it registers itself; its types are not told
    else:
        registry.register(_Meters(requests, meters.REGISTRY))
    registry.register(store)
    return registry


def metrics_app(registry: CollectorRegistry) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """A WSGI application that answers `GET /metrics` and nothing else."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] == "GET"
        body = generate_latest(registry) if found else b"Not found.\n"
        kind = CONTENT_TYPE_LATEST if found else "text/plain; charset=utf-8"
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), *SECURITY_HEADERS.items()]
        start_response("200 OK" if found else "404 Not Found", headers)
        return [body]

    return app
