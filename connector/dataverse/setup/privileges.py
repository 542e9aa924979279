"""Which privileges we hold: asked by name, else found among all of them. Only reads."""

from __future__ import annotations

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import find_guid
from connector.errors import OutsideError

_REFUSED_QUERY = frozenset({400, 404, 405, 501})
_DOING = "asking for our privileges"


def our_user(session: DataverseSession) -> str | None:
    """The id of the application user; None where it is not told. Raises OutsideError."""
    return find_guid(str(session.get("WhoAmI", doing="asking who we are").data.get("UserId", "")))


def depths_of(session: DataverseSession, user: str, privilege: str) -> set[str] | None:
    """Give the depths at which a user holds a privilege, empty for not at all, None where that is not told.

    Asked for by its name; a server that does not know that question is asked for all privileges. Raises OutsideError.
    """
    bound = f"systemusers({user})/Microsoft.Dynamics.CRM."
    try:
        data = session.get(
            f"{bound}RetrieveUserPrivilegeByPrivilegeName(PrivilegeName='{privilege}')", doing=_DOING
        ).data
        by_name = True
    except OutsideError as error:
        if error.status not in _REFUSED_QUERY:
            raise
        data = session.get(f"{bound}RetrieveUserPrivileges()", doing=_DOING).data
        by_name = False
    held = data.get("RolePrivileges")
    if not isinstance(held, list):
        return None
    entries = [entry for entry in held if isinstance(entry, dict)]
    if not by_name:
        if not any(entry.get("PrivilegeName") for entry in entries):
            return None
        entries = [entry for entry in entries if str(entry.get("PrivilegeName")).lower() == privilege.lower()]
    return {str(entry.get("Depth")) for entry in entries}
