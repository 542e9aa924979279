"""The body that flows get: what the contract says, for every kind of event, whatever the payload lacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.delivery.notifications import build_notification, encode
from connector.pipeline.values import Json
from connector.web.contract import load_contract

DEFINITIONS = load_contract()["definitions"]
KINDS = {
    "score_crossed": "LeadNotification",
    "grade_changed": "LeadNotification",
    "lead_qualified": "LeadNotification",
    "account_woke": "AccountNotification",
    "run_failed": "AttentionNotification",
    "lead_needs_data": "AttentionNotification",
}
TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "integer": int, "array": list}
SCORE: Json = {"model": "m", "dimension": "d", "score": 7, "grade": "Hot", "previous": 1, "previous_grade": "Cold"}
PAYLOAD: dict[str, Json] = {
    "event_id": "evt_1",
    "at": "2026-11-21T09:00:00+00:00",
    "rule": "score of m crossed 5",
    "lead": {"id": "1", "name": "Zoë Beispiel", "company": "Beispiel GmbH", "title": "CFO", "country": "DE"},
    "owner": {"id": "u-1", "name": "Pat Ng", "entra_id": None, "mention": False},
    "account": {"id": "a-1", "name": "Beispiel GmbH"},
    "scores": [SCORE],
    "reasons": ["Clicked"],
    "missing": [],
    "summary": "Good.",
    "qualification": {"name": "ready", "version": 1, "reason": "Met.", "status_reason": "Marketing Qualified"},
    "awakening": {"account_id": "a-1", "people": 3, "within_days": 30},
    "run": {"id": "run_1", "kind": "sync", "error": "why"},
}


def faults(value: dict[str, Any], name: str) -> list[str]:
    """Where a notification is not what the contract says of it."""
    properties = DEFINITIONS[name]["properties"]
    found = sorted(set(value) ^ set(properties))
    for key, schema in properties.items():
        told = value.get(key)
        if told is None:
            found += [] if schema.get("x-nullable") else [f"{key} is null"]
        elif not isinstance(told, TYPES[schema["type"]]):
            found.append(f"{key} is {type(told).__name__}")
    return found


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_a_notification_is_what_the_contract_says(kind: str, name: str) -> None:
    """Every field of the schema is there and no other, with its type."""
    told = build_notification({**PAYLOAD, "kind": kind}, "https://org.example/main.aspx")
    assert faults(told, name) == []
    assert (told["id"], told["score"], told["owner_name"], told["lead_name"]) == ("evt_1", 7, "Pat Ng", "Zoë Beispiel")
    assert set(DEFINITIONS["NotifiedScore"]["properties"]) == set(told["scores"][0])  # type: ignore[index, arg-type]  # JSON


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_what_a_payload_lacks_is_null(kind: str, name: str) -> None:
    """A run that failed has no lead, a lead may have no account: the fields stay, so that no flow breaks on them."""
    bare: dict[str, Json] = {"event_id": "evt_1", "kind": kind, "at": "2026-11-21T09:00:00+00:00", "lead": None}
    assert faults(build_notification(bare, None), name) == []


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, [None, {"model": 1}], {"id": ["x"]}, "half \ud800"])
def test_any_payload_makes_json(odd: Json) -> None:
    """Whatever is stored, a body comes of it that reads back."""
    told = build_notification({**dict.fromkeys(PAYLOAD, odd), "kind": "account_woke"}, None)
    assert isinstance(json.loads(encode(told)), dict)
