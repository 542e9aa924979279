"""The outbox as an administrator sees it: what was sent, what waits, and what is to be sent again."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, g, jsonify, request

from connector.pipeline.values import DeliveryStatus
from connector.web.leads import as_time
from connector.web.paging import Pages
from connector.web.problems import ProblemError
from connector.web.service import DeliveryService

_PLAIN = ("delivery_id", "event_id", "destination", "kind", "status", "lead_id", "reason")
_STATES = tuple(status.value for status in DeliveryStatus)


def routes(service: DeliveryService, root: str) -> Blueprint:
    """Return the routes of deliveries; `root` is the public address."""
    blueprint = Blueprint("deliveries", __name__)
    pages = Pages("deliveries", str, root)

    @blueprint.get("/deliveries")
    def listed() -> Response:
        """List deliveries, the newest first."""
        asked, status = pages.asked(), request.args.get("status")
        if status not in {None, *_STATES}:
            raise ProblemError(
                400, "malformed", "There is no such state of a delivery.", remedy=f"Use {', '.join(_STATES)}."
            )
        before = None if asked.after is None else str(asked.after)
        found = service.deliveries(status=status, limit=asked.limit + 1, before=before)
        return jsonify(pages.cut(found, asked, lambda one: str(one["delivery_id"]), delivery_json))

    @blueprint.get("/deliveries/<delivery_id>")
    def show(delivery_id: str) -> Response:
        """Show one delivery with every attempt."""
        return jsonify(_whole(service.delivery(delivery_id)))

    @blueprint.post("/deliveries/<delivery_id>/replay")
    def replay(delivery_id: str) -> Response:
        """Queue a delivery again that waits for a person."""
        return jsonify(_whole(service.replay(delivery_id, g.caller.name)))

    return blueprint


def delivery_json(one: Mapping[str, object]) -> dict[str, object]:
    """Write a delivery as openapi.yaml describes it."""
    attempts = one["attempts"]
    return {
        **{name: one[name] for name in _PLAIN},
        "attempts": len(attempts) if isinstance(attempts, list) else attempts,
        "created_at": as_time(one["created_at"]),
        "next_attempt_at": as_time(one["next_attempt_at"]),
    }


def _whole(one: Mapping[str, object]) -> dict[str, object]:
    attempts = one["attempts"]
    return {**delivery_json(one), "log": [_attempt(each) for each in attempts] if isinstance(attempts, list) else []}


def _attempt(one: Mapping[str, object]) -> dict[str, object]:
    return {
        "number": one["number"],
        "begun_at": as_time(one["begun_at"]),
        "ended_at": as_time(one["ended_at"]),
        "outcome": one["outcome"],
        "status": one["status"],
        "reason": one["reason"],
    }
