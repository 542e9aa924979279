"""The doctor's checks of what a mark does beside the lead's columns: tasks for owners, and leads given to others.

Asked only where a live qualification wants it. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.checks import Check, failed, passed, warned
from connector.dataverse.setup.privileges import depths_of
from connector.errors import OutsideError

_WHOLE_ORGANIZATION = frozenset({"Global", "3"})
_OF_TASKS = (
    "Give the application user's security role organization-level Create, Read, Write, Append and Assign on Activity, "
    "and Append To on Lead."
)
_OF_OWNERS = "Give the application user's security role organization-level Assign on Lead."


def check_handover(session: DataverseSession, user: str | None, *, tasks: bool, assigns: bool) -> Iterator[Check]:
    """Ask for the privileges that follow-up tasks and owners take."""
    if tasks:
        yield _check(session, user, "follow-up tasks: privileges", columns.ACTIVITY_PRIVILEGES, _OF_TASKS)
    if assigns:
        yield _check(session, user, "lead assign", (columns.ASSIGN_LEAD,), _OF_OWNERS)


def _check(session: DataverseSession, user: str | None, name: str, wanted: Sequence[str], remedy: str) -> Check:
    try:
        depths = {each: None if user is None else depths_of(session, user, each) for each in wanted}
    except OutsideError as error:
        return warned(name, f"not checked: the question was not answered (HTTP {error.status or 'none'})", remedy)
    lost = [each for each, held in depths.items() if held is not None and not held]
    if lost:
        return failed(name, f"missing: {', '.join(lost)}", remedy)
    if None in depths.values():
        return warned(name, "not checked: the environment does not tell our privileges by name", remedy)
    narrow = [each for each, held in depths.items() if held and held.isdisjoint(_WHOLE_ORGANIZATION)]
    if narrow:
        return warned(name, f"not on all rows: {', '.join(narrow)}", remedy)
    return passed(name, ", ".join(wanted))
