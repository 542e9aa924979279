"""Owners of leads are read by id: users first, the rest as teams."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.leadowners import OwnerDirectory
from connector.errors import OutsideError
from connector.pipeline.owners import Owner
from tests.unit.dataverse.org import ACCOUNT_1, ACCOUNT_2, CONTACT_1, page
from tests.unit.dataverse.support import Script, refuse

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ENTRA = "0D6F2B1C-5A4E-4C43-9D1B-2B7E6E0C9A11"


def test_users_and_teams_are_read(session: DataverseSession, script: Script) -> None:
    """A user has a name and an object id, a team a name; who is neither is absent; an id that is none is left out."""
    user = {"systemuserid": ACCOUNT_1.upper(), "fullname": "Anna Ortiz", "azureactivedirectoryobjectid": ENTRA}
    script.on("GET", "systemusers", page(user))
    script.on("GET", "teams", page({"teamid": ACCOUNT_2, "name": "Nordic team"}))
    found = OwnerDirectory(session).read_owners([ACCOUNT_1, ACCOUNT_2, CONTACT_1, "nobody"], now=NOW)
    assert list(found) == [
        Owner(ACCOUNT_1, "Anna Ortiz", ENTRA.lower(), NOW),
        Owner(ACCOUNT_2, "Nordic team", None, NOW),
    ]
    users, teams = script.urls()
    assert users.startswith("systemusers?$select=azureactivedirectoryobjectid,fullname,systemuserid&$filter=")
    assert ACCOUNT_1 not in teams


def test_what_is_empty_is_none(session: DataverseSession, script: Script) -> None:
    """A user without a name or an object id has none, and where all are users no team is asked for."""
    script.on(
        "GET", "systemusers", page({"systemuserid": ACCOUNT_1, "fullname": "", "azureactivedirectoryobjectid": None})
    )
    assert list(OwnerDirectory(session).read_owners([ACCOUNT_1], now=NOW)) == [Owner(ACCOUNT_1, None, None, NOW)]
    assert len(script.urls()) == 1


def test_a_refusal_is_told(session: DataverseSession, script: Script) -> None:
    """Whoever may not read users hears it; what to do about it is decided elsewhere."""
    script.on("GET", "systemusers", refuse(403, "0x80040220", "no"))
    with pytest.raises(OutsideError):
        OwnerDirectory(session).read_owners([ACCOUNT_1], now=NOW)
