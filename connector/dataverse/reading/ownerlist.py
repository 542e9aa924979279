"""Who may own a lead: people who can sign in, and teams, by name. For lists that people choose from."""

from __future__ import annotations

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import find_guid
from connector.pipeline.choices import Choice

MOST = 500


def list_owners(session: DataverseSession) -> list[Choice]:
    """The first users, then the first teams, in the order of their names. Raises OutsideError.

    Users that are disabled or belong to an application own nothing that a person would look for.
    """
    people = f"{columns.USER_DISABLED} eq false and {columns.USER_APPLICATION} eq null"
    return [
        *_read(session, columns.USERS, columns.USER_KEY, columns.FULL_NAME, people),
        *_read(session, columns.TEAMS, columns.TEAM_KEY, columns.TEAM_NAME, f"{columns.TEAM_KIND} eq 0"),
    ]


def _read(session: DataverseSession, table: str, key: str, name: str, where: str) -> list[Choice]:
    link = f"{table}?$select={key},{name}&$filter={where}&$orderby={name}&$top={MOST}"
    rows = session.get(link.replace(" ", "%20"), doing=f"reading {table}").data.get("value", [])
    found = ((find_guid(str(row.get(key))), row.get(name)) for row in rows if isinstance(row, dict))
    return [Choice(value, str(title or value)) for value, title in found if value]
