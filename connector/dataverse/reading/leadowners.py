"""Who owns leads: users with their object ids in Entra ID, and teams. Only reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import Row, address, any_of, bare_id, chunks, guid, pages
from connector.pipeline.owners import Owner


class OwnerDirectory:
    """Fulfils `Directory` over one session."""

    def __init__(self, session: DataverseSession) -> None:
        self._session = session

    def read_owners(self, owner_ids: Sequence[str], *, now: datetime) -> Sequence[Owner]:
        """Read these users, and the teams that the others are; those that do not exist are absent. See the port."""
        wanted = _guids(owner_ids)
        users = [
            Owner(key, _text(row.get(columns.FULL_NAME)), _id(row.get(columns.USER_ENTRA_ID)), now)
            for key, row in self._rows(
                columns.USERS, columns.USER_KEY, (columns.FULL_NAME, columns.USER_ENTRA_ID), wanted
            )
        ]
        rest = sorted(set(wanted) - {one.owner_id for one in users})
        teams = [
            Owner(key, _text(row.get(columns.TEAM_NAME)), None, now)
            for key, row in self._rows(columns.TEAMS, columns.TEAM_KEY, (columns.TEAM_NAME,), rest)
        ]
        return [*users, *teams]

    def _rows(self, entity_set: str, key: str, more: Sequence[str], ids: Sequence[str]) -> Iterator[tuple[str, Row]]:
        for part in chunks(ids):
            query = address(entity_set, select=[key, *more], filter_=any_of(key, part))
            for page in pages(self._session, query, prefer=(), doing="reading the owners of leads"):
                yield from ((bare_id(str(row.get(key))), row) for row in page.rows)


def _guids(values: Iterable[str]) -> list[str]:
    found = set()
    for value in values:
        try:
            found.add(guid(value))
        except ValueError:
            continue  # whatever stands there, nobody has that id
    return sorted(found)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _id(value: object) -> str | None:
    return bare_id(value) if isinstance(value, str) and value else None
