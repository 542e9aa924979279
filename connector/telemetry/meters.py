"""Meters of this process: counters and histograms that the steps themselves feed. How they are served is the web's.

Labels are kinds, never a name that a person gave. In several processes of one server the values are kept in the folder
that PROMETHEUS_MULTIPROC_DIR names, and summed when they are asked for.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

REGISTRY = CollectorRegistry(auto_describe=True)

_MINUTES = (1, 2.5, 5, 10, 30, 60, 150, 300, 600, 1800, 3600, 10_800)

SCORING = Histogram(
    "connector_scoring_seconds",
    "How long it took to score a portion of leads and to decide about them.",
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
DECIDED = Counter("connector_leads_decided", "Decisions about leads.", registry=REGISTRY)
WRITES = Counter(
    "connector_writes", "Decisions that were settled, by what came of the write.", ("result",), registry=REGISTRY
)
RUNS = Histogram(
    "connector_run_seconds",
    "How long runs took that ended here.",
    ("kind", "state"),
    registry=REGISTRY,
    buckets=_MINUTES,
)
ATTEMPTS = Counter(
    "connector_delivery_attempts",
    "Attempts to deliver, by kind of destination and outcome.",
    ("destination", "outcome"),
    registry=REGISTRY,
)
DELIVERY_DELAY = Histogram(
    "connector_delivery_delay_seconds",
    "From the decision that announces something until its destination took it.",
    ("destination",),
    registry=REGISTRY,
    buckets=_MINUTES,
)
HINT_DELAY = Histogram(
    "connector_hint_delay_seconds",
    "From a change in Dataverse that a webhook told until what it brings was decided and written.",
    registry=REGISTRY,
    buckets=_MINUTES,
)
DATAVERSE = Histogram(
    "connector_dataverse_request_seconds",
    "How long requests to Dataverse took.",
    ("method",),
    registry=REGISTRY,
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
