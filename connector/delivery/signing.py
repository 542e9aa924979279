"""Signatures of callbacks by Standard Webhooks: the headers that prove who sent a body, and when.

A fresh timestamp for every try, the same id for every try of one event. Nothing is sent here.
"""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

from standardwebhooks import Webhook

SECRET_PREFIX = "whsec_"  # noqa: S105 - how the specification marks a secret, no secret itself  # nosec B105
_SECRET_BYTES = 32


def new_secret() -> str:
    """Return a new random secret in the form of the specification."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signed_headers(event_id: str, at: datetime, body: bytes, secret: str | None) -> dict[str, str]:
    """Return `webhook-id`, `webhook-timestamp` and, where there is a secret, `webhook-signature`.

    `at` is aware, when the attempt is made; the library would take any other zone's hours for those of UTC.
    """
    moment = at.astimezone(UTC)
    headers = {"webhook-id": event_id, "webhook-timestamp": str(int(moment.timestamp()))}
    if secret is not None:
        headers["webhook-signature"] = Webhook(secret).sign(event_id, moment, body.decode())
    return headers
