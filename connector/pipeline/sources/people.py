"""The values by which people are found, each in one spelling. Addresses are kept as hashes alone. Pure functions."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Collection

from connector.pipeline.sources.mapping import Key, KeyKind
from connector.pipeline.values import Columns

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+")
_IN_BRACKETS = re.compile(r"<([^<>]*)>\s*$")


def key_of(kind: KeyKind, value: object) -> Key | None:
    """The key that a column's value is; None for one that is empty or no id, no address."""
    if not isinstance(value, str):
        return None
    if kind is KeyKind.EMAIL:
        address = normal_address(value)
        return Key(kind, address_hash(address)) if address else None
    found = normal_id(value)
    return Key(kind, found) if found else None


def normal_id(text: str) -> str | None:
    """A GUID in lower case with hyphens, whatever braces or case it came in; None for anything else."""
    if _GUID.fullmatch(text):  # as nearly all come
        return text
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        return None


def normal_address(text: str) -> str | None:
    """An e-mail address as it is compared: NFC, lower case, without a display name; None for anything else.

    Nothing is guessed: dots and what follows a plus sign stay, since only the owner of a domain knows what they mean.
    """
    bracketed = _IN_BRACKETS.search(text)
    bare = unicodedata.normalize("NFC", bracketed.group(1) if bracketed else text).strip()
    if bare[:7].lower() == "mailto:":
        bare = bare[7:]
    folded = unicodedata.normalize("NFC", bare.casefold())
    return folded if _ADDRESS.fullmatch(folded) else None


def address_hash(address: str) -> str:
    """How an address is kept: enough to find it again, not to write to it."""
    return hashlib.sha256(f"address:{address}".encode(errors="replace")).hexdigest()


def keys_in(columns: Columns, names: Collection[str], lead_id: str) -> set[Key]:
    """The keys of a lead that these columns of its row hold: ids are contacts', but for its own; the rest addresses."""
    found: set[Key] = set()
    for name in names:
        value = columns.get(name)
        if not isinstance(value, str):
            continue
        contact = normal_id(value)
        key = Key(KeyKind.CONTACT, contact) if contact else key_of(KeyKind.EMAIL, value)
        if key is not None and contact != lead_id:
            found.add(key)
    return found
