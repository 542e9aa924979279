"""Users and teams by what a document calls them: an id, a user name, an e-mail address, the name of a team.

Whoever is found but cannot own leads is told with the reason. Only reads.
"""

from __future__ import annotations

from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import address, bare_id, literal
from connector.errors import OutsideError
from connector.pipeline.ownership import Candidate, bare_owner
from connector.scoring.rules import OwnerAction

_NOT_FOUND = 404
_MOST = 3
_ACCESS_TEAM = 1  # owner teams, security groups and office groups may own rows; access teams may not


def find_owners(session: DataverseSession, action: OwnerAction) -> list[Candidate]:
    """Find whom a document means; several where a name is not unique. Raises OutsideError."""
    bare = bare_owner(action)
    if action.user:
        select = [columns.USER_KEY, columns.FULL_NAME, columns.USER_DISABLED]
        name = literal(action.user.strip())
        where = f"{columns.USER_NAME} eq {name} or {columns.USER_EMAIL} eq {name}"
        return [_user(row) for row in _read(session, columns.USERS, bare, select, where)]
    select = [columns.TEAM_KEY, columns.TEAM_NAME, columns.TEAM_KIND]
    where = f"{columns.TEAM_NAME} eq {literal((action.team or '').strip())}"
    return [_team(row) for row in _read(session, columns.TEAMS, bare, select, where)]


def _read(
    session: DataverseSession, entity_set: str, bare: str | None, select: list[str], where: str
) -> list[dict[str, Any]]:
    """Read the row of an id, or those that a filter finds."""
    doing = f"looking in {entity_set}"
    if bare is not None:
        try:
            return [dict(session.get(f"{entity_set}({bare})?$select={','.join(select)}", doing=doing).data)]
        except OutsideError as error:
            if error.status == _NOT_FOUND:
                return []
            raise
    query = f"{address(entity_set, select=select, filter_=where)}&$top={_MOST}"
    rows = session.get(query, doing=doing).data.get("value")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _user(row: dict[str, Any]) -> Candidate:
    bar = "is disabled" if row.get(columns.USER_DISABLED) is True else ""
    return Candidate(bare_id(str(row.get(columns.USER_KEY))), str(row.get(columns.FULL_NAME) or ""), bar)


def _team(row: dict[str, Any]) -> Candidate:
    bar = "is an access team, which owns no rows" if row.get(columns.TEAM_KIND) == _ACCESS_TEAM else ""
    return Candidate(bare_id(str(row.get(columns.TEAM_KEY))), str(row.get(columns.TEAM_NAME) or ""), bar)
