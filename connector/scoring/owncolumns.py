"""Which lead columns a document may write, told by their names: a company's own, and the few that are handed in.

Whether a column exists, and what it takes, is for whoever knows the environment.
"""

from __future__ import annotations

import re

from connector.scoring.facttypes import FactTypes

# A publisher's prefix, an underscore and a name, all in lower case.
_OWN = re.compile(r"([a-z][a-z0-9]{1,7})_[a-z0-9_]+")
# What looks like a prefix and is none: families of standard columns, and the publishers of Microsoft's own solutions.
_NOT_OWN = re.compile(r"address[0-9]|revenue|(?:msdyn|mscrm)[a-z0-9]*|msevtmgt|msfp|msgdpr|mspp|msa|adx")


def publisher(name: str) -> str:
    """The prefix of the company's publisher in a logical name; empty for a name that is not the company's own."""
    found = _OWN.fullmatch(name)
    return found[1] if found and not _NOT_OWN.fullmatch(found[1]) else ""


def foreign(column: str, key: str, types: FactTypes) -> tuple[str, str] | None:
    """Why a document may not write a column as `key` says, and what to do; None where it may."""
    lower = column.lower()
    if not publisher(lower) and key not in types.writable.get(lower, ()):
        said = f"`{column}` is no column of your own: what people or other apps keep in it would be overwritten."
        return said, f"Name one that begins with your publisher's prefix, as in `lc_score`{_given(key, types)}."
    if lower != column:
        return f"`{column}` is no logical name: logical names are lower case.", f"Write `{lower}`."
    return None


def _given(key: str, types: FactTypes) -> str:
    """The standard columns that may be named as `key`, as the end of a remedy."""
    names = sorted(name for name, keys in types.writable.items() if key in keys)
    return f"; of the standard ones `{key}` takes {', '.join(f'`{name}`' for name in names)}" if names else ""
