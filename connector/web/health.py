"""Whether the process lives, and whether it can work: open to everybody, so that load balancers can ask."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from connector.errors import ConnectorError
from connector.pipeline.readiness import Dependency, unusable
from connector.web.problems import RETRY_AFTER_S, ProblemError
from connector.web.service import Service

_log = logging.getLogger(__name__)


def routes(service: Service) -> Blueprint:
    """Return the routes of health and readiness."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def live() -> Response:
        """Answer as long as the process can; nothing outside is asked."""
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def ready() -> Response:
        """Tell of each dependency; 503 where nothing can be done without it, `degraded` where something is left undone.

        Why it cannot be used is for the log: anybody may ask here.
        """
        try:
            asked = service.readiness()
        except ConnectorError as error:
            asked = [unusable("service", str(error))]
        checks = [_shown(one) for one in asked]
        failing = [one for one in asked if not one.ok and one.needed]
        for one in failing:
            _log.warning("%s is not ready: %s", one.name, one.detail)
        if failing:
            raise ProblemError(
                503,
                "not_ready",
                f"Not ready: {', '.join(one.name for one in failing)}.",
                remedy="The log of this service says why; `connector doctor` says what to do.",
                headers={"Retry-After": str(RETRY_AFTER_S)},
                extra={"checks": checks},
            )
        return jsonify(status="ready" if all(one.ok for one in asked) else "degraded", checks=checks)

    return blueprint


def _shown(one: Dependency) -> dict[str, object]:
    said = {"message": one.message, "remedy": one.remedy}
    return {"name": one.name, "ok": one.ok, **{name: text for name, text in said.items() if text}}
