"""Facts from outside: what is refused, with every fault at once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import DocumentError
from connector.scoring.facts import check_facts

WHOLE: dict[str, Any] = {
    "lead": {"jobtitle": "FD", "revenue": 0.1, "number": "text"},
    "account": None,
    "interactions": [
        {"type": "click", "at": "2026-11-20T09:00:00Z", "properties": {"a": 1}, "machine": True, "id": "1"},
        {"type": "click", "at": datetime(2026, 11, 20, tzinfo=UTC), "properties": None},
    ],
    "tracking": False,
}


def paths(facts: object) -> list[str]:
    """The paths of the faults of facts."""
    with pytest.raises(DocumentError) as caught:
        check_facts(facts)
    return [fault.path for fault in caught.value.faults]


def test_good_facts_pass() -> None:
    """Facts of the design's form pass, whatever the columns hold."""
    check_facts(WHOLE)
    check_facts({"lead": {}})


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ([], ""),
        ({}, "lead"),
        ({"lead": 5}, "lead"),
        ({"lead": {}, "account": 5}, "account"),
        ({"lead": {}, "leads": 5}, "leads"),
        ({"lead": {}, "tracking": "no"}, "tracking"),
        ({"lead": {}, "interactions": {}}, "interactions"),
        ({"lead": {}, "interactions": [5]}, "interactions[0]"),
        ({"lead": {"x": float("nan")}}, "lead.x"),
        ({"lead": {}, "account": {"x": float("inf")}}, "account.x"),
        ({"lead": {"x": Decimal("NaN")}}, "lead.x"),
    ],
)
def test_wrong_shapes_are_told(facts: object, path: str) -> None:
    """A wrong shape, an unknown key and an endless number are told with their path."""
    assert paths(facts) == [path]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": ""}, "type"),
        ({"type": 5}, "type"),
        ({"at": "soon"}, "at"),
        ({"at": "2026-11-20T09:00:00"}, "at"),
        ({"at": 5}, "at"),
        ({"machine": "yes"}, "machine"),
        ({"properties": []}, "properties"),
        ({"properties": {"x": float("inf")}}, "properties.x"),
        ({"when": 5}, "when"),
    ],
)
def test_wrong_interactions_are_told(change: dict[str, Any], path: str) -> None:
    """An interaction has a type and a time with offset, and nothing strange."""
    interaction = {"type": "click", "at": "2026-11-20T09:00:00Z", **change}
    assert paths({"lead": {}, "interactions": [interaction]}) == [f"interactions[0].{path}"]


def test_all_faults_are_told_at_once() -> None:
    """No fault hides another."""
    assert len(paths({"lead": {"x": float("nan")}, "account": 5, "interactions": [{}, 5], "z": 1})) == 6
