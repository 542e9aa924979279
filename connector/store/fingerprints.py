"""What makes a lead or an account another one: a hash of what the models, the cards and the guards look at.

The etag, the time of change and the columns that live models write are left out: our own writes come back as changes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence

from connector.pipeline.values import Columns, Json
from connector.store.storable import is_suspicious, storable, storable_json

# For every row of a pull: an encoder that is made once takes less time than `json.dumps`.
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, sort_keys=True).encode


def stored_facts(columns: Columns, names: Sequence[str]) -> tuple[Columns, str]:
    """The needed columns of a row, and the text that they are stored as. Raises ValueError for what is no JSON."""
    facts = {name: columns[name] for name in names if name in columns}
    text = _encode(facts)
    if "\\u" in text and is_suspicious(text):
        facts = storable_json(facts)
        text = _encode(facts)
    return facts, text


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
    # Unmistakable: the object ends before the account begins, and what follows that holds no `|`.
    return _digest(f"{_seen(facts, own)}{account_id or ''}|{status_reason}|{marked_ready}|{tracking}")


def account_fingerprint(facts: Columns) -> str:
    """The fingerprint of an account."""
    return _digest(_seen(facts, ()))


def lead_hash(lead_id: str) -> str:
    """How the list of people who are left out names a lead: the id itself is not kept."""
    return hashlib.sha256(storable(lead_id).encode()).hexdigest()


def _seen(facts: Columns, own: Collection[str]) -> str:
    """What is looked at, as text. An empty column and one that was not sent mean the same; so does any order."""
    return _encode({name: value for name, value in facts.items() if value is not None and name not in own})


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()
