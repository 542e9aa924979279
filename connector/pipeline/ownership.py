"""Who a qualification assigns leads to: looked up once, when the document is published, and kept by its name.

How users and teams are read stands with the adapter; who owns leads now, for budgets and mentions, in `owners`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from connector.errors import Fault
from connector.scoring.rules import OwnerAction

USER, TEAM = "user", "team"
PATH = "actions.owner"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user or a team of the environment; `bar` says why it cannot own leads, empty where it can."""

    owner_id: str
    name: str
    bar: str = ""


FindOwners = Callable[[OwnerAction], Sequence[Candidate]]
Key = tuple[str, str]


class OwnerNameStore(Protocol):
    """Which user or team a name meant when it was published."""

    def remember_owner(self, key: Key, found: Candidate, *, now: datetime) -> None:
        """Keep who a name means from now on."""
        ...

    def known_owner(self, key: Key) -> Candidate | None:
        """Who a name meant at the last publication; None for one that was never looked up."""
        ...


def owner_key(action: OwnerAction) -> Key:
    """By what an owner is kept: its kind, and its name as names are compared."""
    return (USER, action.user.strip().casefold()) if action.user else (TEAM, (action.team or "").strip().casefold())


def bare_owner(action: OwnerAction) -> str | None:
    """The id where the document names one instead of a name."""
    try:
        return str(UUID(action.user or action.team or ""))
    except ValueError:
        return None


def look_up(action: OwnerAction, find: FindOwners | None) -> Candidate | Fault:
    """Who a document means, or why nobody: none or several of that name, or one that cannot own leads.

    `find` None: there is no environment to ask. Raises OutsideError.
    """
    kind, name = (USER, action.user) if action.user else (TEAM, action.team)
    if find is None:
        bare = bare_owner(action)
        if bare is not None:
            return Candidate(bare, bare)
        said = f"who the {kind} {name!r} is cannot be looked up without an environment."
        return Fault(PATH, None, said, "Set CONNECTOR_DATAVERSE_URL, or write the id.")
    found = list(find(action))
    if not found:
        by = "id, user name or e-mail address" if kind == USER else "id or name"
        return Fault(PATH, None, f"the environment has no {kind} {name!r}.", f"Name one by its {by}.")
    if len(found) > 1:
        ids = ", ".join(one.owner_id for one in found)
        return Fault(PATH, None, f"{len(found)} {kind}s are called {name!r}.", f"Write the id of one: {ids}.")
    (one,) = found
    return Fault(PATH, None, f"the {kind} {name!r} {one.bar}.", "Name another.") if one.bar else one
