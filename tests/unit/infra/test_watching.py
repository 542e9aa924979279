"""Metrics, objectives and alert rules speak of the same things: each metric is told, each rule names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from prometheus_client import CollectorRegistry

from connector.pipeline.measures import Census
from connector.telemetry.logs import Happening
from connector.web.metrics import RequestMeter, StoreCollector, everything
from tests.unit.web.test_metrics import CENSUS, MEASURES

ROOT = Path(__file__).resolve().parents[3]
METRICS = (ROOT / "docs/operations/metrics.md").read_text(encoding="utf-8")
OBJECTIVES = (ROOT / "docs/operations/slo.md").read_text(encoding="utf-8")
RULES = yaml.safe_load((ROOT / "infra/alerts/prometheus-rules.yaml").read_text(encoding="utf-8"))
NAME = re.compile(r"\bconnector_[a-z_]+")
COMMANDS = re.compile(r"`?connector ([a-z]+)")


def families() -> dict[str, str]:
    """Every metric that can be shown, as it is written: counters with `_total`; and its kind."""
    requests = CollectorRegistry()
    RequestMeter(requests)
    shown = everything(requests, StoreCollector(lambda: MEASURES, lambda: CENSUS, lambda: 0.0)).collect()
    return {f"{one.name}_total" if one.type == "counter" else one.name: one.type for one in shown}


def usable() -> set[str]:
    """The names that an expression may use."""
    parts = ("_bucket", "_count", "_sum")
    return {f"{name}{part}" for name, kind in families().items() for part in (parts if kind == "histogram" else ("",))}


def rules() -> list[dict[str, object]]:
    """Every alert rule."""
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def test_every_metric_is_told_and_none_that_is_not_there() -> None:
    """The tables of docs/operations/metrics.md have a row for each, and no other."""
    told = re.findall(r"(?m)^\| `(connector_\w+)` \|", METRICS)
    assert sorted(told) == sorted(families())


def test_the_labels_that_are_told_are_those_that_are_shown() -> None:
    """For what the store counts; a label that is not told could hold anything."""
    told = dict(re.findall(r"(?m)^\| `(connector_\w+)` \| ([^|]*)\|", METRICS))
    shown = StoreCollector(lambda: MEASURES, lambda: CENSUS, lambda: 0.0).collect()
    for family in shown:
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels}
        assert labels == set(re.findall(r"`(\w+)`", told[name])), name


def test_names_keep_the_conventions() -> None:
    """Units in the name, counters with `_total`, nothing that looks like the part of a histogram; each is told."""
    for name, kind in families().items():
        assert re.fullmatch(r"connector_[a-z]+(_[a-z]+)*", name)
        assert not name.endswith(("_count", "_sum", "_bucket", "_ms", "_minutes"))
        assert name.endswith("_total") is (kind == "counter")
        if kind == "histogram":
            assert name.endswith("_seconds")


def test_rules_and_objectives_name_metrics_that_there_are() -> None:
    """An alert on a metric that was renamed would never fire."""
    known = usable()
    for rule in rules():
        found = set(NAME.findall(str(rule["expr"])))
        assert found, rule["alert"]
        assert found <= known, rule["alert"]
    assert set(NAME.findall(OBJECTIVES)) <= known | set(families())


def test_every_objective_has_its_alert_and_every_alert_says_what_to_do() -> None:
    """What docs/operations/slo.md names is there; nothing fires without being told of."""
    alerts = {str(rule["alert"]) for rule in rules()}
    told = set(re.findall(r"`([A-Z]\w+)`", OBJECTIVES)) - {"CONNECTOR_TEAMS_RATE"}
    assert told == alerts
    for rule in rules():
        notes = rule["annotations"]
        assert isinstance(notes, dict)
        assert notes["summary"]
        assert notes["remedy"]
        assert rule["labels"] in ({"severity": "critical"}, {"severity": "warning"})


def test_bounds_of_objectives_are_buckets() -> None:
    """A share is exact only at the bound of a bucket."""
    requests = CollectorRegistry()
    RequestMeter(requests)("GET", "/healthz", 200, 0.1)
    store = StoreCollector(lambda: MEASURES, Census, lambda: 0.0)
    bounds: dict[str, set[str]] = {}
    from connector.telemetry import meters

    meters.DELIVERY_DELAY.labels("teams").observe(1)
    for family in everything(requests, store).collect():
        for sample in family.samples:
            if "le" in sample.labels:
                bounds.setdefault(sample.name, set()).add(sample.labels["le"])
    asked = re.findall(r'(connector_\w+_bucket)\{[^}]*le="([^"]+)"', OBJECTIVES)
    assert len(asked) == 3
    for name, bound in asked:
        assert bound in bounds[name], name


def test_the_rules_of_azure_look_for_events_that_are_logged() -> None:
    """Whatever a query compares `event` with is one of the fixed names."""
    asked = set(re.findall(r'line\.event\) == "(\w+)"', (ROOT / "infra/modules/alerts.bicep").read_text()))
    assert asked
    assert asked <= {one.value for one in Happening}
    assert {one.value for one in Happening} <= set(re.findall(r"`(\w+)`", METRICS))
