"""What writes of lead data may carry besides: a tag, what they bypass, on whose behalf they are made. All off at first.

Never sent with reads, which need the application user's own organization-level rights, nor with changes of schema.
Source: Microsoft's pages on bypassing custom business logic and flows, on shared variables and on impersonation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_STEPS = 10  # an environment allows three unless it was told otherwise, and never more than ten


class Bypass(StrEnum):
    """What a write may pass by; Microsoft's own logic never."""

    CUSTOM_SYNC = "CustomSync"
    CUSTOM_ASYNC = "CustomAsync"
    CUSTOM_PLUGINS = "CustomPlugins"  # the older header: synchronous custom plug-ins and workflows only
    FLOWS = "Flows"


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """The options of every write of lead data. ValueError for what is not in their form.

    `tag` arrives in plug-ins, webhooks and flows as the shared variable `tag`, by which they know our writes.
    `caller` is the Entra object id of the user to act as.
    """

    tag: str = ""
    bypass: tuple[str, ...] = ()
    bypass_steps: tuple[str, ...] = ()
    caller: str = ""

    def __post_init__(self) -> None:
        if self.tag and not _TAG.fullmatch(self.tag):
            raise ValueError("a tag has up to 100 letters, digits, dots, hyphens and underscores")
        known = set(Bypass)
        unknown = [word for word in self.bypass if word not in known]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is none of {', '.join(Bypass)}")
        if Bypass.CUSTOM_SYNC in self.bypass and Bypass.CUSTOM_PLUGINS in self.bypass:
            raise ValueError("CustomPlugins and CustomSync bypass the same: keep CustomSync")
        if len(self.bypass_steps) > MOST_STEPS:
            raise ValueError(f"more than {MOST_STEPS} steps: no environment takes so many")
        if not all(_GUID.fullmatch(guid) for guid in (*self.bypass_steps, *([self.caller] if self.caller else ()))):
            raise ValueError("is not a GUID")

    def headers(self) -> Mapping[str, str]:
        """Give the headers that a write carries."""
        logic = [word for word in (Bypass.CUSTOM_SYNC, Bypass.CUSTOM_ASYNC) if word in self.bypass]
        every = {
            "MSCRM.BypassBusinessLogicExecution": ",".join(logic),
            "MSCRM.BypassBusinessLogicExecutionStepIds": ",".join(self.bypass_steps),
            "MSCRM.BypassCustomPluginExecution": "true" if Bypass.CUSTOM_PLUGINS in self.bypass else "",
            "MSCRM.SuppressCallbackRegistrationExpanderJob": "true" if Bypass.FLOWS in self.bypass else "",
            "CallerObjectId": self.caller,
        }
        return {name: value for name, value in every.items() if value}

    def mark(self, address: str) -> str:
        """Give the address of a write with the tag."""
        if not self.tag:
            return address
        return f"{address}{'&' if '?' in address else '?'}tag={self.tag}"
