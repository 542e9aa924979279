"""What makes a lead or an account another one: a hash of what the models, the cards and the guards look at.

The etag, the time of change and the columns that live models write are left out: our own writes come back as changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection
from json.encoder import encode_basestring_ascii
from typing import Any

from connector.pipeline.values import Columns, Json
from connector.store.storable import is_suspicious, storable, storable_json

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, sort_keys=True).encode


def facts_writer(names: Collection[str], own: Collection[str] = ()) -> Callable[[Columns], tuple[str, str]]:
    """How the needed columns of a row are stored: a function that gives their text, and the part that is looked at.

    Each value is written once for both, and most are text, which is written without the encoder's detours. Raises
    ValueError for what is no JSON.
    """
    every = [(name, f"{_encode(name)}:") for name in sorted(names)]
    watched = [(name, head) for name, head in every if name not in own]
    others = [(name, head) for name, head in every if name in own]
    empty = [(name, f"{head}null") for name, head in every]
    text_of = encode_basestring_ascii

    def write(columns: Columns) -> tuple[str, str]:
        get = columns.get
        parts = [
            head + (text_of(value) if type(value) is str else _plain(value))
            for name, head in watched
            if (value := get(name)) is not None
        ]
        looked_at = f"{{{','.join(parts)}}}"
        parts += [text for name, text in empty if get(name, 0) is None]
        parts += [head + _plain(value) for name, head in others if (value := get(name)) is not None]
        text = f"{{{','.join(parts)}}}"
        if "\\u" in text and is_suspicious(text):
            return _write_slowly({name: columns[name] for name, _ in every if name in columns}, own)
        return text, looked_at

    return write


def needed(columns: Columns, names: Collection[str]) -> dict[str, Json]:
    """The needed columns of a row, as they are stored, and nothing else (data minimisation)."""
    return {name: storable_json(columns[name]) for name in columns if name in names}


def lead_fingerprint(
    facts: Columns,
    own: Collection[str],
    *,
    account_id: str | None,
    status_reason: int | None,
    marked_ready: bool | None,
    tracking: bool,
) -> str:
    """The fingerprint of a mirrored lead; mirrored leads are open and have not opted out."""
    return lead_digest(_seen(facts, own), account_id, status_reason, marked_ready, tracking)


def lead_digest(
    seen: str, account_id: str | None, status_reason: int | None, marked_ready: bool | None, tracking: bool
) -> str:
    """The fingerprint of a mirrored lead whose facts that are looked at are written already."""
    # Unmistakable: the object ends before the account begins, and what follows that holds no `|`.
    return _digest(f"{seen}{account_id or ''}|{status_reason}|{marked_ready}|{tracking}")


def account_fingerprint(facts: Columns) -> str:
    """The fingerprint of an account."""
    return account_digest(_seen(facts, ()))


def account_digest(seen: str) -> str:
    """The fingerprint of an account whose facts are written already."""
    return _digest(seen)


def lead_hash(lead_id: str) -> str:
    """How the list of people who are left out names a lead: the id itself is not kept."""
    return hashlib.sha256(storable(lead_id).encode()).hexdigest()


def _plain(value: Any) -> str:
    """A value that is seldom text as JSON."""
    if type(value) is int:
        return repr(value)
    if type(value) is bool:
        return "true" if value else "false"
    return _encode(value)


def _write_slowly(facts: Columns, own: Collection[str]) -> tuple[str, str]:
    """As `facts_writer`, of texts that cannot be kept as they are."""
    kept = storable_json(facts)
    return _encode(kept), _seen(kept, own)


def _seen(facts: Columns, own: Collection[str]) -> str:
    """What is looked at, as text. An empty column and one that was not sent mean the same; so does any order."""
    return _encode({name: value for name, value in facts.items() if value is not None and name not in own})


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
