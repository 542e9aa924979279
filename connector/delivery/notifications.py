"""The body that a flow gets for an event: a pure function from the event's payload, flat, so that flows pick by name.

Every name in here stands in the notification schemas of openapi.yaml. No network and no store.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeGuard

from connector.pipeline.values import Json

Payload = Mapping[str, Json]


def build_notification(payload: Payload, record_url: str | None) -> dict[str, Json]:
    """Return the notification of one event: id, type, time, then lead, score, reasons and the link to the record.

    The first score of the payload, which is that of the model that the event is about, stands there flat too. What
    the payload does not say is null.
    """
    lead, account = _mapping(payload.get("lead")), _mapping(payload.get("account"))
    scores = [_score(score) for score in _list(payload.get("scores")) if isinstance(score, Mapping)]
    first: Payload = scores[0] if scores else {}
    owner, qualification = _mapping(payload.get("owner")), _mapping(payload.get("qualification"))
    return {
        "id": payload.get("event_id"),
        "type": payload.get("kind"),
        "time": payload.get("at"),
        "rule": payload.get("rule"),
        "summary": payload.get("summary"),
        "link": record_url,
        "lead_id": lead.get("id"),
        "lead_name": lead.get("name"),
        "company": lead.get("company"),
        "job_title": lead.get("title"),
        "country": lead.get("country"),
        "owner_id": owner.get("id"),
        "owner_name": owner.get("name"),
        "account_id": account.get("id"),
        "account_name": account.get("name"),
        "model": first.get("model"),
        "score": first.get("score"),
        "previous_score": first.get("previous_score"),
        "grade": first.get("grade"),
        "previous_grade": first.get("previous_grade"),
        "qualification": qualification.get("name"),
        "status_reason": qualification.get("status_reason"),
        **_further(payload),
        "reasons": [*_texts(payload.get("reasons"))],
        "missing": [*_texts(payload.get("missing"))],
        "scores": [*scores],
    }


def _further(payload: Payload) -> dict[str, Json]:
    """What only some kinds of events have to say."""
    if payload.get("kind") == "account_woke":
        awakening = _mapping(payload.get("awakening"))
        return {"people": awakening.get("people"), "within_days": awakening.get("within_days")}
    if payload.get("kind") in {"run_failed", "lead_needs_data"}:
        run = _mapping(payload.get("run"))
        return {"run_id": run.get("id"), "run_kind": run.get("kind"), "failure": run.get("error")}
    return {}


def encode(notification: Mapping[str, Json]) -> bytes:
    """Return the bytes that are sent and signed."""
    return json.dumps(notification, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _score(score: Payload) -> dict[str, Json]:
    return {
        "model": score.get("model"),
        "dimension": score.get("dimension"),
        "score": score.get("score"),
        "grade": score.get("grade"),
        "previous_score": score.get("previous"),
        "previous_grade": score.get("previous_grade"),
    }


def _texts(value: Json) -> list[str]:
    return [text for text in _list(value) if isinstance(text, str)]


def _mapping(value: Json) -> Payload:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> list[Json]:
    return list(value) if _is_list(value) else []


def _is_list(value: Json) -> TypeGuard[list[Json]]:
    return isinstance(value, list | tuple)
