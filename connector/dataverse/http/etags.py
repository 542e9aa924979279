"""Etags as guards: what may stand in If-Match of an update, and an etag that a row can never have again.

Only equality has meaning for a guard; no request is made here.
"""

from __future__ import annotations

import re

_LARGEST = 2**63 - 1
_NUMBERED = re.compile(r'(W/)?"([0-9]{1,19})"')


def checked_etag(etag: str) -> str:
    """Give an etag that names one version of a row; ValueError for an empty one or the wildcard."""
    opaque = etag.removeprefix("W/")
    if len(opaque) < len('"x"') or opaque[0] != '"' or opaque[-1] != '"' or not (etag.isascii() and etag.isprintable()):
        raise ValueError("An update needs the etag of the row as it was read.")
    return etag


def outdated(etag: str) -> str:
    """Give an etag that a row with `etag` does not have and cannot get: versions only grow.

    That of the version before; of one that has no number, or none before it, the largest number there is.
    """
    found = _NUMBERED.fullmatch(etag)
    number = int(found[2]) if found else 0
    return f'W/"{number - 1 if number else _LARGEST}"'
