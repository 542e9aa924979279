"""The hook: what Dataverse posts when rows change. Acknowledged once it is stored; what is not stored never is.

Dataverse looks at the status alone, and tries again (once) only on 502, 503 and 504. A lost event is no lost change:
the next run reads it.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request

from connector.dataverse.hookevents import ORGANIZATION_HEADER, HookBodyError, read_event
from connector.pipeline.hints import Taken
from connector.web.bodies import read_posted
from connector.web.limits import Limits
from connector.web.problems import ProblemError
from connector.web.service import Service


def routes(service: Service, limits: Limits) -> Blueprint:
    """Return the routes of hooks; who may post was looked at before."""
    blueprint = Blueprint("hooks", __name__)

    @blueprint.post("/dataverse")
    def dataverse() -> Response:
        """Store which rows are to be read again: 202; 200 where there is nothing to look at."""
        _check_organization(request.headers.get(ORGANIZATION_HEADER), service.environment_host)
        if not service.lead_management:
            raise ProblemError(
                409,
                "lead_management_off",
                "Lead management is off: scoring profiles people, so nothing is taken until it is switched on.",
                remedy="Set CONNECTOR_LEAD_MANAGEMENT=on and restart; the first run then reads all that has changed.",
            )
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            hint = read_event(read_posted(request, limits), headers)
        except HookBodyError as error:
            raise ProblemError(
                400, "malformed", error.message, remedy="Only Dataverse posts here, registered as a webhook."
            ) from error
        taken = service.take_hint(hint)
        answer = jsonify(status=taken.value)
        answer.status_code = HTTPStatus.ACCEPTED if taken is Taken.QUEUED else HTTPStatus.OK
        return answer

    return blueprint


def _check_organization(told: str | None, host: str | None) -> None:
    """Refuse what another environment posts: a copy of production keeps its webhooks. Nothing told, nothing wrong."""
    if told and host and _plain(told) != _plain(host):
        raise ProblemError(
            403,
            "other_environment",
            "This comes from another environment than the one that this service works on.",
            remedy="Remove the webhook there (provision webhooks --remove), or correct CONNECTOR_DATAVERSE_URL.",
        )


def _plain(host: str) -> str:
    """A host as it is compared: `org.api.crm4...` and `org.crm4...` are the same environment."""
    name = host.strip().lower().removeprefix("https://").partition("/")[0].partition(":")[0].rstrip(".")
    first, _, rest = name.partition(".")
    return f"{first}.{rest.removeprefix('api.')}"
