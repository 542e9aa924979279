"""Metrics: what is counted shows under stable names, what cannot be counted says so, and nothing else is served."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from connector import __version__
from connector.errors import StoreError
from connector.pipeline.measures import Census, LastRun, Measures, Waiting
from connector.telemetry import meters
from connector.web.headers import SECURITY_HEADERS
from connector.web.metrics import RequestMeter, StoreCollector, everything, metrics_app

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MEASURES = Measures(
    at=NOW,
    jobs=[Waiting("run", "queued", 2, NOW - timedelta(minutes=3))],
    deliveries=[Waiting("teams", "queued", 4, NOW - timedelta(seconds=9)), Waiting("teams", "dead", 7, None)],
    runs=[
        LastRun("sync", "succeeded", NOW - timedelta(minutes=10), NOW - timedelta(minutes=9)),
        LastRun("refresh", "succeeded", NOW - timedelta(minutes=1), NOW),
        LastRun("sync", "failed", NOW - timedelta(minutes=2), NOW),
    ],
    pulled={"lead": NOW - timedelta(minutes=4)},
    due_leads=5,
    paused_destinations=1,
    requests_today=900,
    requests_a_day=1000,
    window_requests=250,
    window_budget=6000,
    answers={200: 40, 429: 2},
    worker_seen_at=NOW - timedelta(seconds=5),
)
CENSUS = Census(grades={"engagement": {"Hot": 3, "": 1}}, dead_jobs={"run": 1})


def scraped(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What Prometheus would read."""
    text = Client(metrics_app(registry)).get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def shown(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What is scraped but what runs here."""
    return {key: value for key, value in scraped(registry).items() if key[0] != "connector_build_info"}


def test_everything_that_is_measured_is_shown() -> None:
    """Lag, runs, jobs, deliveries, grades, requests: each under its name and labels."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(lambda: MEASURES, lambda: CENSUS, lambda: 0.0))
    found = scraped(registry)
    expected: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {
        ("connector_store_up", ()): 1,
        ("connector_freshness_lag_seconds", ()): 600,
        ("connector_run_duration_seconds", (("kind", "sync"), ("state", "succeeded"))): 60,
        ("connector_run_finished_timestamp_seconds", (("kind", "sync"), ("state", "failed"))): NOW.timestamp(),
        ("connector_jobs", (("kind", "run"), ("state", "queued"))): 2,
        ("connector_job_oldest_age_seconds", (("kind", "run"), ("state", "queued"))): 180,
        ("connector_deliveries", (("destination", "teams"), ("state", "dead"))): 7,
        ("connector_delivery_oldest_age_seconds", (("destination", "teams"), ("state", "queued"))): 9,
        ("connector_scored_leads", (("grade", "Hot"), ("model", "engagement"))): 3,
        ("connector_due_leads", ()): 5,
        ("connector_paused_destinations", ()): 1,
        ("connector_dataverse_requests_total", (("status", "429"),)): 2,
        ("connector_dataverse_requests_today", ()): 900,
        ("connector_dataverse_requests_left", ()): 100,
        ("connector_dataverse_window_requests_left", ()): 5750,
        ("connector_table_freshness_lag_seconds", (("table", "lead"),)): 240,
        ("connector_worker_seen_timestamp_seconds", ()): NOW.timestamp() - 5,
        ("connector_jobs", (("kind", "run"), ("state", "dead"))): 1,
        ("connector_build_info", (("python", platform.python_version()), ("version", __version__))): 1,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert ("connector_job_oldest_age_seconds", (("kind", "run"), ("state", "dead"))) not in found


def test_what_is_not_known_is_not_shown() -> None:
    """Without a run there is no lag, without an entitlement nothing left of it."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(lambda: Measures(NOW), Census, lambda: 0.0))
    names = {name for name, _ in scraped(registry)}
    assert "connector_freshness_lag_seconds" not in names
    assert "connector_dataverse_requests_left" not in names
    assert "connector_due_leads" in names


def test_a_store_that_cannot_be_read_is_down_and_is_asked_again_later() -> None:
    """It says 0 and nothing old; within ten seconds the store is asked once."""
    asked: list[float] = []
    now = [0.0]

    def measure() -> Measures:
        asked.append(now[0])
        if now[0] < 10:
            raise StoreError("The store is locked.")
        return MEASURES

    registry = CollectorRegistry()
    registry.register(StoreCollector(measure, Census, lambda: now[0]))
    assert asked == []
    assert shown(registry) == {("connector_store_up", ()): 0}
    now[0] = 9.9
    assert shown(registry) == {("connector_store_up", ()): 0}
    now[0] = 10.0
    assert scraped(registry)["connector_store_up", ()] == 1
    assert asked == [0.0, 10.0]


def test_requests_are_counted_by_route() -> None:
    """Method, route and status; how long they took falls into buckets."""
    registry = CollectorRegistry()
    meter = RequestMeter(registry)
    meter("GET", "/api/v1/runs/<run_id>", 200, 0.004)
    meter("GET", "/api/v1/runs/<run_id>", 200, 0.2)
    labels = (("method", "GET"), ("route", "/api/v1/runs/<run_id>"), ("status", "200"))
    found = scraped(registry)
    assert found["connector_http_request_seconds_count", labels] == 2
    bucket = tuple(sorted((*labels, ("le", "0.005"))))
    assert found["connector_http_request_seconds_bucket", bucket] == 1


def test_nothing_but_the_metrics_is_served() -> None:
    """Other paths and methods are 404, and every answer bears the security headers."""
    client = Client(metrics_app(CollectorRegistry()))
    for method, path, status in (
        ("GET", "/metrics", 200), ("GET", "/", 404), ("GET", "/metrics/", 404), ("POST", "/metrics", 404),
    ):  # fmt: skip
        answer = client.open(path, method=method)
        assert answer.status_code == status
        assert answer.headers["X-Content-Type-Options"] == SECURITY_HEADERS["X-Content-Type-Options"]


def test_what_goes_through_whole_tables_rests_a_hundred_times_as_long_as_it_took() -> None:
    """The cost of being watched stays a hundredth, however large the tables are; what was found is shown meanwhile."""
    now, taken = [0.0], [0.05]
    asked: list[float] = []

    def census() -> Census:
        asked.append(now[0])
        now[0] += taken[0]
        return CENSUS

    registry = CollectorRegistry()
    registry.register(StoreCollector(lambda: MEASURES, census, lambda: now[0]))
    for at in (0.0, 11.0, 22.0, 33.0):
        now[0] = at
        assert scraped(registry)["connector_scored_leads", (("grade", "Hot"), ("model", "engagement"))] == 3
        taken[0] = 0.2  # from the second on: 20 seconds of rest
    assert asked == [0.0, 11.0, 33.0]


def test_the_meters_of_steps_and_requests_are_served_with_what_the_store_counts() -> None:
    """One address tells all three."""
    requests = CollectorRegistry()
    RequestMeter(requests)("GET", "/healthz", 200, 0.001)
    meters.WRITES.labels("applied").inc()
    found = scraped(everything(requests, StoreCollector(lambda: MEASURES, lambda: CENSUS, lambda: 0.0)))
    assert found["connector_writes_total", (("result", "applied"),)] >= 1
    assert found["connector_store_up", ()] == 1
    labels = (("method", "GET"), ("route", "/healthz"), ("status", "200"))
    assert found["connector_http_request_seconds_count", labels] == 1


def test_the_meters_of_several_processes_are_summed(tmp_path: Path) -> None:
    """Two processes that share a folder count together, and either tells the sum."""
    code = """
import sys
from prometheus_client import CollectorRegistry, generate_latest
from connector.pipeline.measures import Census, Measures
from connector.telemetry import meters
from connector.web.metrics import RequestMeter, StoreCollector, everything
from datetime import UTC, datetime
meters.DECIDED.inc(3)
RequestMeter(CollectorRegistry())("GET", "/healthz", 200, 0.001)
store = StoreCollector(lambda: Measures(datetime.now(UTC)), Census, lambda: 0.0)
print(generate_latest(everything(CollectorRegistry(), store)).decode())
"""
    environ = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for total in (3.0, 6.0):
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True, timeout=60
        )
        assert f"connector_leads_decided_total {total}" in done.stdout
        assert "connector_due_leads 0.0" in done.stdout
    assert 'connector_http_request_seconds_count{method="GET",route="/healthz",status="200"} 2.0' in done.stdout
