"""Text that either database can keep: PostgreSQL knows no U+0000, and no encoding has lone surrogates.

Each becomes U+FFFD, the sign for a character that could not be kept, so that a person sees that something stood there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# As they are written in JSON that is ASCII alone; so are characters beyond U+FFFF, which are then looked at in vain.
_SUSPICIOUS = re.compile(r"\\u(?:0000|d[89a-f])")
_INSTEAD = "\ufffd"


def storable(text: str) -> str:
    """The text with U+FFFD for every U+0000 and every lone surrogate."""
    return _UNSTORABLE.sub(_INSTEAD, text)


def storable_json(value: Any) -> Any:
    """JSON-shaped data whose texts and names can be kept."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {storable(name): storable_json(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    return value


def is_suspicious(text: str) -> bool:
    """Whether JSON in ASCII may hold what cannot be kept."""
    return _SUSPICIOUS.search(text) is not None


def dump_json(value: Any) -> str:
    """JSON as it is stored. Raises ValueError for NaN and infinity."""
    text = _dump(value)
    return _dump(storable_json(value)) if is_suspicious(text) else text


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), allow_nan=False)
