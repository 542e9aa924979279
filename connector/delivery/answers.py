"""What the answer of a workflow or a flow means for a delivery: pure functions of status, headers and body.

Nothing is sent here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from connector.delivery.guard import mask_text
from connector.pipeline.values import Delivered, DeliveryOutcome, RetryLater, Undeliverable

ANSWER_SHOWN = 500
LONGEST_RETRY_AFTER_S = 86_400.0

_RETRIED = frozenset({408, 425, 429})
_PAUSING = frozenset({401, 403, 404, 410})
_GONE = frozenset({404, 410})
# Codes in the body of a refusal that say that the workflow is off or gone, whatever the HTTP status is.
_GONE_CODES = frozenset(
    {"workflowtriggerisnotenabled", "workflownotfound", "workflowdisabled", "workflowtriggernotfound"},
)


@dataclass(frozen=True, slots=True)
class Place:
    """What kind of address answered, and by status what a person does where it refuses for good; 404 must be there."""

    name: str
    hints: Mapping[int, str]


CHANNEL = Place(
    "channel",
    {
        401: "The signature of the URL is no longer valid: copy the URL again from the workflow.",
        403: "The workflow refuses callers without a sign-in: let anyone trigger it, or copy its URL again.",
        404: "The workflow is gone or switched off: switch it on, or give the channel another URL.",
        410: "The workflow is gone: give the channel another URL.",
    },
)


def judge(
    status: int, headers: Mapping[str, str], answer: bytes, now: datetime | None = None, *, place: Place = CHANNEL
) -> DeliveryOutcome:
    """Say what an HTTP answer means for the delivery; `now` is for a Retry-After that is a date.

    2xx is taken; 408, 425, 429 and 5xx ask for another try; 401, 403, 404, 410, or a body that says that the workflow
    is off, make the place unusable, and all but the first two say that it is gone; everything else, redirects
    included, is final.
    """
    if 200 <= status < 300:  # noqa: PLR2004 - the 2xx class: workflows answer 202, with a response action 200
        return Delivered(status)
    if status in _RETRIED or status >= 500:  # noqa: PLR2004 - the 5xx class
        return RetryLater(
            f"The {place.name} answered {status}.", status, retry_after_s(headers.get("Retry-After"), now)
        )
    shown, is_off = _shown(answer), _code(answer) in _GONE_CODES
    if status in _PAUSING or is_off:
        hint = place.hints.get(status, place.hints[404])
        return Undeliverable(
            f"The {place.name} answered {status}. {hint}", status, shown, pauses=True, gone=is_off or status in _GONE
        )
    if 300 <= status < 400:  # noqa: PLR2004 - the 3xx class
        return Undeliverable(f"The {place.name} answered {status}, a redirect, which is never followed.", status, shown)
    return Undeliverable(f"The {place.name} refused the message with {status}.", status, shown)


def retry_after_s(value: str | None, now: datetime | None = None) -> float | None:
    """Read a Retry-After header, seconds or a date, as seconds from now, 0 to 24 hours; None when unreadable."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER_S)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((at - (now or datetime.now(UTC))).total_seconds(), 0.0), LONGEST_RETRY_AFTER_S)


def _shown(answer: bytes) -> str:
    """Return the beginning of an answer for people, without URLs and signatures."""
    text = mask_text(answer.decode("utf-8", "replace"))
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return text[:ANSWER_SHOWN]


def _code(answer: bytes) -> str:
    """Return the error code of a Logic Apps answer, `{"error": {"code": ...}}`, in small letters."""
    try:
        body = json.loads(answer)
    except (ValueError, RecursionError):
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code.lower() if isinstance(code, str) else ""
