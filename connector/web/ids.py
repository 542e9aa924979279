"""Ids as clients write them, brought into the form in which they are stored."""

from __future__ import annotations

import uuid

from connector.errors import MissingFactError


def guid_of_lead(text: str) -> str:
    """The id of a lead in lower case; MissingFactError for what can be none, as for one that is not known."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise MissingFactError("There is no such lead.", remedy="Use the unique identifier of the lead.") from None
