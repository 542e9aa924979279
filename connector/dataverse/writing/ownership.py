"""How an owner is written: bound by reference, to a user or to a team, which an id alone does not tell.

What it is is asked once for each id and kept for the process.
"""

from __future__ import annotations

import threading

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import guid
from connector.errors import OutsideError
from connector.pipeline.values import Columns

_NOT_FOUND = 404


class OwnerSets:
    """Tells users from teams. May be used by several threads."""

    def __init__(self, session: DataverseSession) -> None:
        self._session = session
        self._lock = threading.Lock()
        self._known: dict[str, str] = {}

    def bound(self, values: Columns) -> Columns:
        """Values as they are sent: an owner by reference, all else as it is. Raises OutsideError."""
        owner = values.get(columns.OWNER)
        if not isinstance(owner, str):
            return values
        rest = {name: value for name, value in values.items() if name != columns.OWNER}
        return {**rest, columns.OWNER_BINDING: reference(self.set_of(owner), owner)}

    def set_of(self, owner_id: str) -> str:
        """The entity set of an owner: a team's where there is such a team, else users'. Raises OutsideError."""
        key = guid(owner_id)
        with self._lock:
            if key not in self._known:
                self._known[key] = columns.TEAMS if self._is_team(key) else columns.USERS
            return self._known[key]

    def _is_team(self, owner_id: str) -> bool:
        query = f"{columns.TEAMS}({owner_id})?$select={columns.TEAM_KEY}"
        try:
            self._session.get(query, doing="asking whether an owner is a team")
        except OutsideError as error:
            if error.status == _NOT_FOUND:
                return False
            raise
        return True


def reference(entity_set: str, row_id: str) -> str:
    """The reference of a row, as bindings are written."""
    return f"/{entity_set}({guid(row_id)})"
