"""The Prefer header: what a client would like, and what of it was honoured."""

from __future__ import annotations

import fnmatch
import functools
import re
from dataclasses import dataclass

_PREFERENCE = re.compile(r'([\w.\-]+)\s*(?:=\s*("[^"]*"|[^,;]*))?')
FORMATTED = "OData.Community.Display.V1.FormattedValue"
LOOKUP_TABLE = "Microsoft.Dynamics.CRM.lookuplogicalname"
NAVIGATION = "Microsoft.Dynamics.CRM.associatednavigationproperty"
TOTAL = "Microsoft.Dynamics.CRM.totalrecordcount"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a request prefers. `annotations` are patterns of annotation names."""

    page_size: int | None = None
    annotations: tuple[str, ...] = ()
    representation: bool = False
    track_changes: bool = False
    continue_on_error: bool = False
    honoured: tuple[str, ...] = ()

    def wants(self, annotation: str) -> bool:
        """Tell whether an annotation was asked for."""
        return any(fnmatch.fnmatchcase(annotation, pattern) for pattern in self.annotations)


@functools.lru_cache(maxsize=512)
def read(header: str, *, maximum: int) -> Preferences:
    """The preferences of a header; a page size above the maximum, and what we do not know, is ignored."""
    found = {name.lower(): value.strip().strip('"') for name, value in _PREFERENCE.findall(header)}
    size = found.get("odata.maxpagesize", "")
    page_size = int(size) if size.isdigit() and 0 < int(size) <= maximum else None
    annotations = tuple(each.strip() for each in found.get("odata.include-annotations", "").split(",") if each.strip())
    honoured = []
    if page_size is not None:
        honoured.append(f"odata.maxpagesize={page_size}")
    if annotations:
        honoured.append(f'odata.include-annotations="{",".join(annotations)}"')
    if found.get("return") == "representation":
        honoured.append("return=representation")
    honoured += [name for name in ("odata.track-changes", "odata.continue-on-error") if name in found]
    return Preferences(
        page_size,
        annotations,
        found.get("return") == "representation",
        "odata.track-changes" in found,
        "odata.continue-on-error" in found,
        tuple(honoured),
    )
