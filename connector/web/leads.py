"""What is known of a lead: its stored scores, one of them, why they are as they are, and how they changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify

from connector.errors import MissingFactError
from connector.web.ids import guid_of_lead
from connector.web.paging import Pages, asked_name
from connector.web.service import LeadService

_PLAIN = ("model", "version", "score", "grade", "coverage", "reachable")
_TIMES = ("scored_at", "changed_at", "next_change_at")
_UNSCORED = "Check the id; closed and opted-out leads are never scored, new ones with the next run."


def routes(service: LeadService, root: str) -> Blueprint:
    """Return the routes of leads; `root` is the public address."""
    blueprint = Blueprint("leads", __name__)
    changes = Pages("history", int, root)

    @blueprint.get("/leads/<lead_id>/scores")
    def scores(lead_id: str) -> Response:
        """Show every stored score of a lead; 404 where there is none, which is not a score of 0."""
        found = guid_of_lead(lead_id)
        stored = service.lead_scores(found)
        if not stored:
            raise MissingFactError("There is no score of this lead.", remedy=_UNSCORED)
        return jsonify(lead_id=found, scores=[score_json(score) for score in stored], matrix=service.places(stored))

    @blueprint.get("/leads/<lead_id>/scores/<model>")
    def score(lead_id: str, model: str) -> Response:
        """Show the stored score of a lead by one model."""
        found = guid_of_lead(lead_id)
        for stored in service.lead_scores(found):
            if stored["model"] == model:
                return jsonify(score_json(stored))
        raise MissingFactError("There is no score of this lead by this model.", remedy=_UNSCORED)

    @blueprint.get("/leads/<lead_id>/explanation")
    def explanation(lead_id: str) -> Response:
        """Say why a lead has its scores, what is unknown, what would change the grade and how it goes on."""
        found = guid_of_lead(lead_id)
        told = service.explain(found, asked_name("model"))
        return jsonify(lead_id=found, models=told["models"], matrix=told["matrix"])

    @blueprint.get("/leads/<lead_id>/history")
    def history(lead_id: str) -> Response:
        """List how the scores of a lead changed, the newest change first."""
        found, asked = guid_of_lead(lead_id), changes.asked()
        before = asked.after if isinstance(asked.after, int) else None
        rows = service.score_history(found, asked.limit + 1, before, asked_name("model"))
        return jsonify(changes.cut(rows, asked, _place, _change_json))

    return blueprint


def score_json(score: Mapping[str, object]) -> dict[str, object]:
    """Write a stored score as openapi.yaml describes it."""
    return {
        **{key: score.get(key) for key in _PLAIN},
        **{key: as_time(score.get(key)) for key in _TIMES},
        "groups": _named(score.get("groups"), ("name", "points", "outcome")),
        "unknown": _named(score.get("unknown"), ("fact", "cause")),
        "reasons": list(_sequence(score.get("reasons"))),
    }


def as_time(value: object) -> str | None:
    """Write a time with its offset."""
    return (
        value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value if isinstance(value, str) else None
    )


def _place(change: Mapping[str, object]) -> int:
    return int(str(change["seq"]))


def _change_json(change: Mapping[str, object]) -> dict[str, object]:
    names = ("model", "version", "score", "grade", "reasons")
    return {**{name: change[name] for name in names}, "at": as_time(change["at"])}


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
