"""Runs of the main job: start one, look at one, list the newest."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from typing import Literal

from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict

from connector.pipeline.runs import Run, RunStatus, progress_of
from connector.web.bodies import read
from connector.web.limits import Limits
from connector.web.paging import Pages
from connector.web.problems import ProblemError
from connector.web.service import Service

POLL_S = 5
_KEY = re.compile(r"[\x21-\x7e]{1,128}")
_UNFINISHED = frozenset({RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.INTERRUPTED})  # one waits to be resumed


class RunRequest(BaseModel):
    """What a client may say of a run that it asks for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["sync", "full_sync", "refresh"] = "sync"


def routes(service: Service, limits: Limits, root: str, prefix: str) -> Blueprint:
    """Return the routes of runs; `root` is the public address, below which they stand at `prefix`."""
    blueprint = Blueprint("runs", __name__)
    pages = Pages("runs", str, root)

    @blueprint.post("/runs")
    def start() -> Response:
        """Queue a run and say where to follow it."""
        key = idempotency_key()
        asked = read(request, RunRequest, limits, optional=True)
        run = _started(service, asked.kind, key)
        answer = jsonify(run_json(run))
        answer.status_code = HTTPStatus.ACCEPTED
        answer.headers["Location"] = f"{root}{prefix}/runs/{run.run_id}"
        answer.headers["Retry-After"] = str(POLL_S)
        return answer

    @blueprint.get("/runs")
    def recent() -> Response:
        """List runs, the newest first."""
        asked = pages.asked()
        found = service.runs(asked.limit + 1, None if asked.after is None else str(asked.after))
        return jsonify(pages.cut(found, asked, lambda run: run.run_id, run_json))

    @blueprint.get("/runs/<run_id>")
    def show(run_id: str) -> Response:
        """Show one run; Retry-After says when to look again at one that goes on."""
        return _answer(service.run(run_id))

    @blueprint.post("/runs/<run_id>/cancel")
    def cancel(run_id: str) -> Response:
        """Cancel a run, or ask it to end at its next step."""
        return _answer(service.cancel_run(run_id))

    return blueprint


def _started(service: Service, kind: str, key: str | None) -> Run:
    """The run that a call started, or started earlier with the same key. Raises ProblemError."""
    if not service.lead_management:
        raise ProblemError(
            409,
            "lead_management_off",
            "Lead management is off: scoring profiles people, so nothing is scored until it is switched on.",
            remedy="Set CONNECTOR_LEAD_MANAGEMENT=on and restart.",
        )
    run = service.start_run(kind, g.caller.name, key)
    if run.kind != kind:
        raise ProblemError(
            409,
            "idempotency_key_reused",
            f"This Idempotency-Key has started a run of the kind {run.kind}.",
            remedy="Use a new key for another request.",
        )
    return run


def _answer(run: Run) -> Response:
    """A run, with the time after which to look again where it goes on."""
    answer = jsonify(run_json(run))
    if run.status in _UNFINISHED:
        answer.headers["Retry-After"] = str(POLL_S)
    return answer


def run_json(run: Run) -> dict[str, object]:
    """Write a run as openapi.yaml describes it."""
    return {
        "run_id": run.run_id,
        "kind": run.kind,
        "status": run.status.value,
        "requested_at": time_json(run.requested_at),
        "requested_by": run.requested_by,
        "started_at": time_json(run.started_at),
        "finished_at": time_json(run.finished_at),
        "progress": _progress_json(run),
        "summary": dict(run.summary),
        "error": run.error,
    }


def _progress_json(run: Run) -> dict[str, object] | None:
    progress = progress_of(run)
    return None if progress is None else {**asdict(progress), "eta": time_json(progress.eta)}


def time_json(at: datetime | None) -> str | None:
    """Write a time with its offset."""
    return at.isoformat() if at else None


def idempotency_key() -> str | None:
    """Return the caller's key as a digest: one caller cannot meet another's run, and its length is known.

    Raises ProblemError 400.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise ProblemError(
            400, "malformed", "The Idempotency-Key cannot be used.", remedy="Send 1 to 128 visible ASCII characters."
        )
    return hashlib.sha256(f"{g.caller.name}\n{key}".encode()).hexdigest()
