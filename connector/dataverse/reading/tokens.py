"""Where the next pull of a table starts: an opaque text of ours that names its kind and what was selected.

`delta:` holds the server's link, byte for byte; `window:` the server-side moment up to which rows were read. The
kind stands in the token, so that a table can change its kind.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class DeltaToken:
    """Continue with a change tracking link that was made for these columns."""

    link: str
    select: frozenset[str]


@dataclass(frozen=True, slots=True)
class WindowToken:
    """Continue with what was modified since `read_to`, minus an overlap.

    `instead` says that the table has change tracking but gave no link to continue from, so that a window serves
    until the next full read. `reconciled_at` is when, by the server's clock, all rows were last looked for.
    """

    read_to: datetime
    select: frozenset[str]
    instead: bool = False
    reconciled_at: datetime | None = None


Token = DeltaToken | WindowToken

NOT_PERMITTED = "not-permitted:"
"""Of a table that was asked for and may not be read: the next pull begins anew."""


def write_token(token: Token) -> str:
    """Write a token as the text that is stored."""
    select = ",".join(sorted(token.select))
    if isinstance(token, DeltaToken):
        return "delta:" + json.dumps({"select": select, "link": token.link})
    held = {"select": select, "read_to": token.read_to.astimezone(UTC).isoformat(), "instead": token.instead}
    if token.reconciled_at is not None:
        held["reconciled_at"] = token.reconciled_at.astimezone(UTC).isoformat()
    return "window:" + json.dumps(held)


def read_token(text: str | None) -> Token | None:
    """Read a stored token; None for none, or one that cannot be understood: everything is then read again."""
    kind, _, rest = (text or "").partition(":")
    try:
        held = json.loads(rest)
        select = frozenset(held["select"].split(","))
        if kind == "delta":
            return DeltaToken(str(held["link"]), select)
        if kind == "window":
            read_to, looked = datetime.fromisoformat(held["read_to"]), held.get("reconciled_at")
            return WindowToken(
                read_to.astimezone(UTC),
                select,
                instead=held.get("instead") is True,
                reconciled_at=datetime.fromisoformat(looked).astimezone(UTC) if looked else None,
            )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return None
