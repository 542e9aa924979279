"""The doctor asks for the privileges of tasks and owners where a live qualification wants them, and nowhere else."""

from __future__ import annotations

import pytest

from connector.dataverse.columns import ACTIVITY_PRIVILEGES, ASSIGN_LEAD
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.checks import CheckStatus
from connector.dataverse.setup.handovercheck import check_handover
from tests.unit.dataverse.support import Script, refuse

USER = "22222222-2222-2222-2222-222222222222"


def held(depth: str) -> dict[str, object]:
    """A privilege at a depth; empty: not held."""
    return {"RolePrivileges": [{"Depth": depth}] if depth else []}


def test_nothing_is_asked_that_nobody_wants(session: DataverseSession, script: Script) -> None:
    """Without tasks and owners there is nothing to check."""
    assert list(check_handover(session, USER, tasks=False, assigns=False)) == []
    assert script.sent == []


@pytest.mark.parametrize(
    ("depth", "status", "said"),
    [
        ("Global", CheckStatus.OK, ASSIGN_LEAD),
        ("Local", CheckStatus.WARNING, f"not on all rows: {ASSIGN_LEAD}"),
        ("", CheckStatus.FAILURE, f"missing: {ASSIGN_LEAD}"),
    ],
)
def test_assigning_takes_its_privilege(
    session: DataverseSession, script: Script, depth: str, status: CheckStatus, said: str
) -> None:
    """Held everywhere, held in part, or not at all."""
    script.on("GET", "RetrieveUserPrivilegeByPrivilegeName", held(depth))
    (check,) = check_handover(session, USER, tasks=False, assigns=True)
    assert (check.status, check.detail) == (status, said)


def test_tasks_take_those_of_activities(session: DataverseSession, script: Script) -> None:
    """Each of them is asked for by name."""
    script.on("GET", "RetrieveUserPrivilegeByPrivilegeName", held("Global"))
    (check,) = check_handover(session, USER, tasks=True, assigns=False)
    assert check.status is CheckStatus.OK
    asked = " ".join(script.urls())
    assert all(name in asked for name in ACTIVITY_PRIVILEGES)


def test_what_is_not_told_is_not_checked(session: DataverseSession, script: Script) -> None:
    """Without a user, or without an answer, the check says so and does not fail."""
    (unknown,) = check_handover(session, None, tasks=False, assigns=True)
    assert unknown.status is CheckStatus.WARNING
    script.on("GET", "RetrieveUserPrivilegeByPrivilegeName", refuse(403, "0x80040220"))
    (refused,) = check_handover(session, USER, tasks=False, assigns=True)
    assert (refused.status, "HTTP 403" in refused.detail) == (CheckStatus.WARNING, True)
