"""What is known of a lead: its stored scores."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import Blueprint, Response, jsonify

from connector.errors import MissingFactError
from connector.web.runs import time_json
from connector.web.service import Service

_PLAIN = ("model", "version", "score", "grade", "coverage", "reachable")
_TIMES = ("scored_at", "changed_at", "next_change_at")


def routes(service: Service) -> Blueprint:
    """Return the routes of leads."""
    blueprint = Blueprint("leads", __name__)

    @blueprint.get("/leads/<lead_id>/scores")
    def scores(lead_id: str) -> Response:
        """Show every stored score of a lead; 404 where there is none, which is not a score of 0."""
        plain_id = _guid(lead_id)
        stored = service.lead_scores(plain_id) if plain_id else ()
        if not plain_id or not stored:
            raise MissingFactError(
                "There is no score of this lead.",
                remedy="Check the id; closed and opted-out leads are never scored, new ones with the next run.",
            )
        return jsonify(lead_id=plain_id, scores=[score_json(score) for score in stored], matrix=service.places(stored))

    return blueprint


def score_json(score: Mapping[str, object]) -> dict[str, object]:
    """Write a stored score as openapi.yaml describes it."""
    return {
        **{key: score.get(key) for key in _PLAIN},
        **{key: _time(score.get(key)) for key in _TIMES},
        "groups": _named(score.get("groups"), ("name", "points", "outcome")),
        "unknown": _named(score.get("unknown"), ("fact", "cause")),
        "reasons": list(_sequence(score.get("reasons"))),
    }


def _named(rows: object, keys: tuple[str, ...]) -> list[dict[str, object]]:
    """Give the parts of each row their names, whether it is a tuple or a mapping already."""
    return [
        {key: row.get(key) for key in keys}
        if isinstance(row, Mapping)
        else dict(zip(keys, _sequence(row), strict=True))
        for row in _sequence(rows)
    ]


def _sequence(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def _time(value: object) -> str | None:
    return time_json(value) if isinstance(value, datetime) else value if isinstance(value, str) else None


def _guid(text: str) -> str | None:
    """Bring a GUID into the plain form in which ids are stored; None for anything else."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None
