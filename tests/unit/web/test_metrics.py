"""Metrics: what is counted shows under stable names, what cannot be counted says so, and nothing else is served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from connector.errors import StoreError
from connector.pipeline.measures import LastRun, Measures, Waiting
from connector.web.headers import SECURITY_HEADERS
from connector.web.metrics import RequestMeter, StoreCollector, metrics_app

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MEASURES = Measures(
    at=NOW,
    jobs=[Waiting("run", "queued", 2, NOW - timedelta(minutes=3)), Waiting("run", "dead", 1, None)],
    deliveries=[Waiting("teams", "queued", 4, NOW - timedelta(seconds=9)), Waiting("teams", "delivered", 70, None)],
    runs=[
        LastRun("sync", "succeeded", NOW - timedelta(minutes=10), NOW - timedelta(minutes=9)),
        LastRun("refresh", "succeeded", NOW - timedelta(minutes=1), NOW),
        LastRun("sync", "failed", NOW - timedelta(minutes=2), NOW),
    ],
    grades={"engagement": {"Hot": 3, "": 1}},
    due_leads=5,
    paused_destinations=1,
    requests_today=900,
    requests_a_day=1000,
    answers={200: 40, 429: 2},
)


def scraped(registry: CollectorRegistry) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What Prometheus would read."""
    text = Client(metrics_app(registry)).get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_that_is_measured_is_shown() -> None:
    """Lag, runs, jobs, deliveries, grades, requests: each under its name and labels."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(lambda: MEASURES, lambda: 0.0))
    found = scraped(registry)
    expected: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {
        ("connector_store_up", ()): 1,
        ("connector_freshness_lag_seconds", ()): 600,
        ("connector_run_duration_seconds", (("kind", "sync"), ("state", "succeeded"))): 60,
        ("connector_run_finished_timestamp_seconds", (("kind", "sync"), ("state", "failed"))): NOW.timestamp(),
        ("connector_job_count", (("kind", "run"), ("state", "queued"))): 2,
        ("connector_job_oldest_age_seconds", (("kind", "run"), ("state", "queued"))): 180,
        ("connector_delivery_count", (("destination", "teams"), ("state", "delivered"))): 70,
        ("connector_delivery_oldest_age_seconds", (("destination", "teams"), ("state", "queued"))): 9,
        ("connector_scored_leads", (("grade", "Hot"), ("model", "engagement"))): 3,
        ("connector_due_leads", ()): 5,
        ("connector_paused_destinations", ()): 1,
        ("connector_dataverse_requests_total", (("status", "429"),)): 2,
        ("connector_dataverse_requests_today", ()): 900,
        ("connector_dataverse_requests_left", ()): 100,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert ("connector_job_oldest_age_seconds", (("kind", "run"), ("state", "dead"))) not in found


def test_what_is_not_known_is_not_shown() -> None:
    """Without a run there is no lag, without an entitlement nothing left of it."""
    registry = CollectorRegistry()
    registry.register(StoreCollector(lambda: Measures(NOW), lambda: 0.0))
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
    registry.register(StoreCollector(measure, lambda: now[0]))
    assert asked == []
    assert scraped(registry) == {("connector_store_up", ()): 0}
    now[0] = 9.9
    assert scraped(registry) == {("connector_store_up", ()): 0}
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
