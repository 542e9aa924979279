"""What makes a lead or an account another one: a hash of what the models, the cards and the guards look at.

The etag, the time of change and the columns that live models write are left out: our own writes come back as changes.
"""

from __future__ import annotations

import hashlib
import json.encoder
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from typing import Any

from connector.pipeline.values import Columns, Json
from connector.store.storable import is_suspicious, storable, storable_json

_ENCODER = json.JSONEncoder(separators=(",", ":"), allow_nan=False, sort_keys=True)
_encode = _ENCODER.encode


def _chunked() -> Callable[[object, int], Iterable[str]]:
    """How the encoder writes, without what it prepares anew for each value."""
    make: Any = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        return lambda value, _: (_encode(value),)
    own = _ENCODER
    chunks: Callable[[object, int], Iterable[str]] = make(
        None, own.default, json.encoder.encode_basestring_ascii, None, ":", ",", True, False, False
    )
    return chunks


_chunks = _chunked()


def facts_writer(names: Collection[str], own: Collection[str] = ()) -> Callable[[Columns], tuple[str, str]]:
    """How the needed columns of a row are stored: a function that gives their text, and the part that is looked at.

    Each value is written once for both. Raises ValueError for what is no JSON.
    """
    every = sorted(names)
    watched = [name for name in every if name not in own]
    others = [name for name in every if name in own]

    def write(columns: Columns) -> tuple[str, str]:
        get = columns.get
        seen = {name: value for name in watched if (value := get(name)) is not None}
        text = _write(seen)
        rest = tuple([name for name in every if name not in seen and name in columns])
        if not rest:
            return text, text
        is_empty = others == [name for name in others if get(name) is None]
        further = _empty(rest) if is_empty else _write({name: get(name) for name in rest})
        return (f"{text[:-1]},{further[1:]}" if seen else further), text

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


def _write(facts: Columns) -> str:
    """JSON as it is stored, names in their order."""
    text = "".join(_chunks(facts, 0))
    return _encode(storable_json(facts)) if "\\u" in text and is_suspicious(text) else text


@lru_cache(maxsize=4096)
def _empty(names: tuple[str, ...]) -> str:
    """Columns with nothing in them: rows have few combinations."""
    return _write(dict.fromkeys(names))


def _seen(facts: Columns, own: Collection[str]) -> str:
    """What is looked at, as text. An empty column and one that was not sent mean the same; so does any order."""
    return _encode({name: value for name, value in facts.items() if value is not None and name not in own})


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
