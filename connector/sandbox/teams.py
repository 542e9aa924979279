"""A stand-in for Teams Workflows: one URL a channel, cards kept, runs that fail after the 202. No Teams account."""

from __future__ import annotations

import json
import re
import secrets
import threading
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote

from connector.sandbox.cards import unsupported
from connector.sandbox.clock import Clock
from connector.sandbox.server import Request, Response
from connector.sandbox.service import json_response
from connector.sandbox.throttle import Throttle

PATH = re.compile(r"/powerautomate/automations/direct/workflows/([0-9a-f]{32})/triggers/manual/paths/invoke")
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MAX_MESSAGE = 28 * 1024
MAX_URL = 16_384
NEWEST_VERSION = (1, 5)


class Card(NamedTuple):
    """One message that a channel received: the whole body as sent, and when."""

    channel: str
    body: dict[str, Any]
    at: datetime


class FailedRun(NamedTuple):
    """A message that was answered with 202 and then failed inside the flow, so that nobody saw a card."""

    channel: str
    reason: str
    at: datetime


@dataclass(slots=True)
class Channel:
    """One channel's workflow. `state` is enabled, disabled or deleted."""

    name: str
    workflow: str = field(default_factory=lambda: secrets.token_hex(16))
    signature: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    state: str = "enabled"

    def address(self, origin: str) -> str:
        """The URL that a person copies out of the workflow."""
        path = f"/powerautomate/automations/direct/workflows/{self.workflow}/triggers/manual/paths/invoke"
        return f"{origin}{path}?api-version=1&sp={quote('/triggers/manual/run', safe='')}&sv=1.0&sig={self.signature}"


def workflow_problem(status: int, code: str, message: str) -> Response:
    """An error in the shape of the flow service."""
    return json_response(status, {"error": {"code": code, "message": message}})


class TeamsService:
    """The channels. `cards` are those that were posted, `failed_runs` those that were taken and then failed.

    `throttle` refuses what comes too fast; `off_status` is that of a workflow which is off or gone.
    """

    name = "teams"

    def __init__(self, channels: tuple[str, ...], clock: Clock) -> None:
        self.origin = ""
        self.channels = {name: Channel(name) for name in channels}
        self.cards: list[Card] = []
        self.failed_runs: list[FailedRun] = []
        self.success_status: int = HTTPStatus.ACCEPTED  # some flows answer 200
        self.off_status: int = HTTPStatus.NOT_FOUND  # 400 is told of too
        self.throttle = Throttle()
        self._clock = clock
        self._lock = threading.Lock()

    def setting(self) -> str:
        """CONNECTOR_TEAMS_CHANNELS for these channels."""
        return " ".join(f"{channel.name}={channel.address(self.origin)}" for channel in self.channels.values())

    def disable(self, channel: str, *, deleted: bool = False) -> None:
        """Turn a channel's workflow off, or delete it."""
        self.channels[channel].state = "deleted" if deleted else "disabled"

    def enable(self, channel: str) -> None:
        """Turn a channel's workflow on again."""
        self.channels[channel].state = "enabled"

    def kind(self, request: Request) -> str:
        """Card for a post to a workflow, else other."""
        return "card" if PATH.fullmatch(request.path) else "other"

    def problem(self, status: int, code: str, message: str) -> Response:
        """An error as the flow service words it."""
        return workflow_problem(status, code or HTTPStatus(status).phrase.replace(" ", ""), message or "Not now.")

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        match = PATH.fullmatch(request.path)
        channel = next((each for each in self.channels.values() if match and each.workflow == match[1]), None)
        refusal = refuse_call(request, channel, self.throttle, self.off_status)
        if refusal is not None or channel is None:
            return refusal or workflow_problem(HTTPStatus.NOT_FOUND, "WorkflowNotFound", "The workflow was not found.")
        try:
            body = json.loads(request.body)
        except ValueError:
            return workflow_problem(
                HTTPStatus.BAD_REQUEST, "InvalidRequestContent", "The request content is not valid."
            )
        reason = fault_of(body, len(request.body))
        with self._lock:
            if reason:
                self.failed_runs.append(FailedRun(channel.name, reason, self._clock()))
            else:
                self.cards.append(Card(channel.name, body, self._clock()))
        return Response(self.success_status)


def refuse_call(
    request: Request, channel: Channel | None, throttle: Throttle, off_status: int = HTTPStatus.NOT_FOUND
) -> Response | None:
    """What the flow service answers before a flow runs at all; None where it runs."""
    if channel is None or channel.state == "deleted":
        return workflow_problem(off_status, "WorkflowNotFound", "The workflow could not be found.")
    refusal = _refuse_address(request, channel)
    if refusal is not None:
        return refusal
    if channel.state == "disabled":
        return workflow_problem(
            off_status, "WorkflowTriggerIsNotEnabled", "Could not execute workflow: its state is 'Disabled'."
        )
    wait_s = throttle.wait_s(channel.workflow)
    if wait_s is None:
        return None
    response = workflow_problem(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests", "Rate limit is exceeded.")
    if throttle.retry_after:
        response.headers.append(("Retry-After", str(wait_s)))
    return response


def _refuse_address(request: Request, channel: Channel) -> Response | None:
    """What is wrong with the address or the method."""
    if len(request.path) + len(request.query) > MAX_URL:
        return workflow_problem(HTTPStatus.REQUEST_URI_TOO_LONG, "UriTooLong", "The URL is too long.")
    options = parse_qs(request.query)
    if "api-version" not in options:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        return workflow_problem(HTTPStatus.BAD_REQUEST, "MissingApiVersionParameter", message)
    if options.get("sig") != [channel.signature] or options.get("sp") != ["/triggers/manual/run"]:
        return workflow_problem(
            HTTPStatus.UNAUTHORIZED, "DirectApiAuthorizationRequired", "The authentication credentials are not valid."
        )
    if request.method != "POST":
        return workflow_problem(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "Only POST starts this workflow.")
    return None


def fault_of(body: Any, size: int) -> str:
    """Why the run would fail after its 202; empty when the card is posted."""
    if size > MAX_MESSAGE:
        return "request entity too large"
    attachments = body.get("attachments") if isinstance(body, dict) else None
    if body.get("type") != "message" if isinstance(body, dict) else True:
        return "the body is not of type message"
    if not isinstance(attachments, list) or not attachments:
        return "attachments is null or empty"
    return next((fault for each in attachments if (fault := _attachment_fault(each))), "")


def _attachment_fault(attachment: Any) -> str:
    if not isinstance(attachment, dict) or attachment.get("contentType") != CARD_TYPE:
        return "an attachment is not an adaptive card"
    card = attachment.get("content")
    if not isinstance(card, dict) or card.get("type") != "AdaptiveCard":
        return "the card is not of type AdaptiveCard"
    version = re.fullmatch(r"(\d+)\.(\d+)", str(card.get("version")))
    if not version or (int(version[1]), int(version[2])) > NEWEST_VERSION:
        return f"InvalidBotAdaptiveCard: version {card.get('version')} is not supported"
    if not isinstance(card.get("body"), list):
        return "InvalidBotAdaptiveCard: the card has no body"
    unknown = unsupported(card)
    return f"InvalidBotAdaptiveCard: {', '.join(unknown)} is not supported" if unknown else ""
