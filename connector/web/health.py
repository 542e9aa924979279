"""Whether the process lives, and whether it can work: open to everybody, so that load balancers can ask."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from connector.errors import ConnectorError
from connector.web.problems import RETRY_AFTER_S, ProblemError
from connector.web.service import Service


def routes(service: Service) -> Blueprint:
    """Return the routes of health and readiness."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def live() -> Response:
        """Answer as long as the process can; nothing outside is asked."""
        return jsonify(status="ok")

    @blueprint.get("/readyz")
    def ready() -> Response:
        """Ask each dependency; 503 when one cannot be used."""
        try:
            asked = service.readiness()
        except ConnectorError as error:
            asked = [("service", False, type(error).__name__)]
        checks = [{"name": name, "ok": ok, "detail": detail} for name, ok, detail in asked]
        failing = [name for name, ok, _ in asked if not ok]
        if failing:
            raise ProblemError(
                503,
                "not_ready",
                f"Not ready: {', '.join(failing)}.",
                remedy="See `checks`; `connector doctor` says more.",
                headers={"Retry-After": str(RETRY_AFTER_S)},
                extra={"checks": checks},
            )
        return jsonify(status="ready", checks=checks)

    return blueprint
