"""The addresses by which people answer whether an announced lead was good: signed, expiring, about one card.

An address names a delivery and an answer, no person and no lead. Whoever has it may answer; that each card is answered
once is the store's to see to.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from connector.errors import ConnectorError
from connector.pipeline.verdicts import Answer

LIFETIME = timedelta(days=30)
PATH = "/verdicts/"

_PURPOSE = b"verdict links 1"
_DELIVERY = re.compile(r"dlv_([0-9a-f]{32})")
_ANSWERS = {Answer.GOOD: 1, Answer.NOT_GOOD: 2}
_ID_BYTES, _BODY_BYTES, _MAC_BYTES = 16, 21, 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{50}")  # 37 bytes


class VerdictLinkError(ConnectorError):
    """An address that answers nothing: not of our making, cut, or expired."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """What an address says: which delivery, which answer, until when."""

    delivery_id: str
    answer: Answer
    expires_at: datetime


class VerdictLinks:
    """Makes and reads the addresses below a public one; every process with the same secret reads those of all."""

    def __init__(self, public_url: str, secret: bytes) -> None:
        self._root = public_url.rstrip("/") + PATH
        self._key = hmac.new(secret, _PURPOSE, hashlib.sha256).digest()  # so that the secret may serve others too

    def pair(self, delivery_id: str, now: datetime) -> tuple[str, str] | None:
        """Return the addresses for good and for not good; None for what is no delivery of ours, such as a test."""
        found = _DELIVERY.fullmatch(delivery_id)
        if found is None:
            return None
        expires = int((now + LIFETIME).timestamp())
        good, not_good = (
            self._root + self._token(bytes.fromhex(found[1]), answer, expires)
            for answer in (Answer.GOOD, Answer.NOT_GOOD)
        )
        return good, not_good

    def read(self, token: str, now: datetime) -> Ballot:
        """Return what a token says. Raises VerdictLinkError for one that is not ours, and for one that has expired."""
        raw = _decoded(token)
        body, mac = raw[:_BODY_BYTES], raw[_BODY_BYTES:]
        if len(raw) != _BODY_BYTES + _MAC_BYTES or not hmac.compare_digest(mac, self._mac(body)):
            raise VerdictLinkError("This link is not whole, or not one of ours.", remedy="Open it from the card again.")
        expires_at = datetime.fromtimestamp(int.from_bytes(body[_ID_BYTES + 1 :], "big"), UTC)
        if now >= expires_at:
            raise VerdictLinkError(f"This link could be used until {expires_at:%d %b %Y}.")
        answer = next(answer for answer, code in _ANSWERS.items() if code == body[_ID_BYTES])
        return Ballot(f"dlv_{body[:_ID_BYTES].hex()}", answer, expires_at)

    def _token(self, delivery: bytes, answer: Answer, expires: int) -> str:
        body = delivery + bytes([_ANSWERS[answer]]) + expires.to_bytes(4, "big")
        return urlsafe_b64encode(body + self._mac(body)).rstrip(b"=").decode()

    def _mac(self, body: bytes) -> bytes:
        return hmac.new(self._key, body, hashlib.sha256).digest()[:_MAC_BYTES]


def _decoded(token: str) -> bytes:
    if not _TOKEN.fullmatch(token):
        return b""
    try:
        return urlsafe_b64decode(token + "==")
    except (ValueError, Base64Error):
        return b""
