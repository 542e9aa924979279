"""The secret of the Dataverse hook: one, or two while one replaces the other, compared without telling how near.

Dataverse signs nothing and repeats what was sent before: whoever knows the secret is believed. What is posted then is
a hint at most.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping

HEADER = "x-connector-secret"
QUERY = ("code", HEADER)  # a webhook key, and what an administrator may call a query string's part
_MOST = 8  # of one request


class HookSecrets:
    """Secrets, kept as digests. Safe to use from several threads."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._digests = tuple(_digest(secret) for secret in secrets)

    def __bool__(self) -> bool:
        """Whether there is one at all: without, nobody is let in."""
        return bool(self._digests)

    def open_for(self, presented: Iterable[str]) -> bool:
        """Tell whether one of these is a secret, in a time that depends on neither."""
        found = False
        for text in list(presented)[:_MOST]:
            digest = _digest(text)
            for known in self._digests:
                found |= hmac.compare_digest(digest, known)
        return found


def presented_by(header: str | None, query: Mapping[str, list[str]]) -> list[str]:
    """What a request presents: its header where it has one, else what stands in its address."""
    return [header] if header is not None else [value for name in QUERY for value in query.get(name, ())]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
