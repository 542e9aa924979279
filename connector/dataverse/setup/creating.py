"""Parts of an environment's metadata created once, whatever becomes of the answers, and how their bodies are written.

A creation is never repeated blindly: whether its answer was lost or it was refused as taken, the environment is asked
whether the part is there. What is created is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connector.dataverse.http.session import DataverseSession
from connector.errors import OutsideError

Wait = Callable[[float], object]
Looks = tuple[float, ...]

STRONG = {"Consistency": "Strong"}
CRM = "Microsoft.Dynamics.CRM."
ATTEMPTS = 4
LOOKS_S: Looks = (0.4, 0.8, 1.6, 3.2, 6.4)  # metadata may lag behind a creation, or the creation behind its lost answer
BUSY_S = 10.0
_LONGEST_WISH_S = 300.0
# Another change of metadata is under way, or the name is taken (with hidden remains of a deleted column, too).
BUSY = "0x80071151"
TAKEN = frozenset({"0x80047013", "0x80044363"})
_NOT_FOUND = 404
_TOO_MANY = 429


def create_once(post: Callable[[], object], is_there: Callable[[Looks], bool], *, wait: Wait) -> bool:
    """Create something; False where it was there already, or the answer was lost and it is. Raises OutsideError.

    `is_there` looks for it, again after each of the pauses that it is given.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            post()
        except OutsideError as error:
            if error.code not in TAKEN and not passes(error):
                raise
            lost = error.code not in {BUSY, *TAKEN} and error.status != _TOO_MANY
            if is_there(LOOKS_S if lost else ()):
                return False
            if error.code in TAKEN or attempt == ATTEMPTS:
                raise
            wait(pause_s(error))
        else:
            break
    return True


def require_seen(is_there: Callable[[Looks], bool], what: str) -> None:
    """See that what was accepted is there. Raises OutsideError where it does not show."""
    if not is_there(LOOKS_S):
        raise OutsideError(
            f"Dataverse accepted {what} and does not show it yet.",
            remedy="Run this again in some minutes: what is there is not created twice.",
        )


def look_for(session: DataverseSession, address: str, *, doing: str, wait: Wait, looks: Looks) -> bool:
    """Tell whether an address of the metadata exists; asked again after each pause in `looks`. Raises OutsideError."""
    for pause in (*looks, None):
        try:
            session.get(f"{address}?$select=LogicalName", doing=doing, headers=STRONG)
        except OutsideError as error:
            if error.status != _NOT_FOUND:
                raise
        else:
            return True
        if pause is not None:
            wait(pause)
    return False


def passes(error: OutsideError) -> bool:
    """Tell whether a fault passes by itself, within a time that we wait."""
    return (error.retryable or error.code == BUSY) and (error.retry_after_s or 0.0) <= _LONGEST_WISH_S


def pause_s(error: OutsideError) -> float:
    """How long to wait after such a fault, in seconds."""
    return error.retry_after_s if error.retry_after_s is not None else BUSY_S


def typed(name: str) -> dict[str, Any]:
    """Write the type of a column."""
    return {
        "@odata.type": f"{CRM}{name}AttributeMetadata",
        "AttributeType": name,
        "AttributeTypeName": {"Value": f"{name}Type"},
    }


def label(text: str, language: int) -> dict[str, Any]:
    """Write a label in one language."""
    localized = {"@odata.type": f"{CRM}LocalizedLabel", "Label": text, "LanguageCode": language}
    return {"@odata.type": f"{CRM}Label", "LocalizedLabels": [localized]}


def optional() -> dict[str, Any]:
    """Write that a column may be empty."""
    return {"Value": "None", "CanBeChanged": True, "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"}
