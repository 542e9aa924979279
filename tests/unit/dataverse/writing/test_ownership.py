"""Owners in writes: bound by reference to what they are, asked once, whatever else stands in the write."""

from __future__ import annotations

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.batchprobe import column_to_probe
from connector.dataverse.writing.ownership import OwnerSets
from connector.errors import OutsideError
from tests.unit.dataverse.support import Script, refuse

TEAM, USER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"


def test_an_owner_is_bound_to_what_it_is(session: DataverseSession, script: Script) -> None:
    """A team is found, a user is who is no team; each is asked once."""
    script.on("GET", "teams", {"teamid": TEAM}, refuse(404, "0x80040217"))
    owners = OwnerSets(session)
    for _ in range(2):
        assert owners.bound({"_ownerid_value": TEAM, "statuscode": 1}) == {
            "statuscode": 1,
            "ownerid@odata.bind": f"/teams({TEAM})",
        }
        assert owners.bound({"_ownerid_value": USER}) == {"ownerid@odata.bind": f"/systemusers({USER})"}
    assert len(script.sent) == 2


def test_without_an_owner_nothing_is_asked(session: DataverseSession) -> None:
    """All other values go as they are."""
    assert OwnerSets(session).bound({"lc_fit": 4}) == {"lc_fit": 4}


def test_who_may_not_ask_is_told(session: DataverseSession, script: Script) -> None:
    """A refusal is no answer to what an owner is."""
    script.on("GET", "teams", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError):
        OwnerSets(session).set_of(TEAM)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ownerid@odata.bind": "x", "lc_fit": 1, "statuscode": 2}, "lc_fit"),
        ({"ownerid@odata.bind": "x"}, "statuscode"),
    ],
)
def test_batches_are_probed_with_a_column(values: dict[str, int | str], expected: str) -> None:
    """A binding is no column that a row has."""
    assert column_to_probe(values) == expected
