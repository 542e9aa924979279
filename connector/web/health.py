"""Whether the process lives, and whether it can work: open to everybody, so that load balancers can ask."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, jsonify

from connector.errors import ConnectorError
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
        """Ask each dependency; 503 when one cannot be used. Why it cannot is for the log: anybody may ask here."""
        try:
            asked = service.readiness()
        except ConnectorError as error:
            asked = [("service", False, str(error))]
        checks = [{"name": name, "ok": ok, **({"note": said} if ok and said else {})} for name, ok, said in asked]
        failing = [(name, detail) for name, ok, detail in asked if not ok]
        for name, detail in failing:
            _log.warning("%s is not ready: %s", name, detail)
        if failing:
            raise ProblemError(
                503,
                "not_ready",
                f"Not ready: {', '.join(name for name, _ in failing)}.",
                remedy="The log of this service says why; `connector doctor` says what to do.",
                headers={"Retry-After": str(RETRY_AFTER_S)},
                extra={"checks": checks},
            )
        return jsonify(status="ready", checks=checks)

    return blueprint
