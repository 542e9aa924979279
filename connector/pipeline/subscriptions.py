"""Subscriptions of flows: who wants to be called where, about what. How events are found and sent is not in here.

A callback URL and a handle are secrets: neither is shown, nor in any `repr`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PREFIX = "subscription:"


@dataclass(frozen=True, slots=True)
class Callback:
    """Where a subscription's events are posted to, and the secret that they are signed with."""

    url: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
