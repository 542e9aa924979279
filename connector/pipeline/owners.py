"""Who owns leads, for budgets and mentions: values, ports, and how they are brought when somebody needs them."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from connector.errors import OutsideError

OWNER_AGE = timedelta(days=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Owner:
    """A user or a team that owns leads. `entra_id` is the user's object id in Entra ID: by it Teams knows people.

    One of whom nothing could be read has neither name nor object id.
    """

    owner_id: str
    name: str | None
    entra_id: str | None
    read_at: datetime


class OwnerStore(Protocol):
    """The owners that were read lately."""

    def owners(self, owner_ids: Collection[str]) -> Mapping[str, Owner]:
        """Those of these owners that are kept."""
        ...

    def keep_owners(self, owners: Sequence[Owner]) -> None:
        """Keep owners as read, instead of what was kept of them."""
        ...


class Directory(Protocol):
    """Where owners are read."""

    def read_owners(self, owner_ids: Sequence[str], *, now: datetime) -> Sequence[Owner]:
        """Read these users and teams; those that do not exist are absent. Raises OutsideError."""
        ...


def bring_owners(
    store: OwnerStore, directory: Directory | None, owner_ids: Collection[str], *, now: datetime
) -> Mapping[str, Owner]:
    """These owners as kept for a day at most, else read now.

    Where they cannot be read, what is known of them stays: no card waits for a name. Who is found nowhere, or may not
    be read, is asked for again after a day; after a fault that passes, at the next card.
    """
    kept = dict(store.owners(owner_ids)) if owner_ids else {}
    old = sorted(one for one in owner_ids if one not in kept or now - kept[one].read_at >= OWNER_AGE)
    if not old or directory is None:
        return kept
    try:
        read = {one.owner_id: one for one in directory.read_owners(old, now=now)}
    except OutsideError as error:
        _log.warning("the owners of leads cannot be read: %s", error.message)
        if error.retryable:
            return kept
        read = {}
    names = {one: kept[one].name if one in kept else None for one in old}
    ids = {one: kept[one].entra_id if one in kept else None for one in old}
    fresh = [read.get(one) or Owner(one, names[one], ids[one], now) for one in old]
    store.keep_owners(fresh)
    return kept | {one.owner_id: one for one in fresh}
