"""What an environment lacks: the checks that ask it, one after another, each with what to do.

They change nothing. A failed check does not stop the others, save those that cannot be asked without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from connector.dataverse import columns
from connector.dataverse.http.answers import Reply
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_table
from connector.dataverse.reading.query import address, find_guid
from connector.dataverse.setup.batchcheck import check_batches
from connector.dataverse.setup.checks import (
    Check,
    CheckStatus,
    Expectations,
    check_lead,
    check_table,
    failed,
    passed,
    warned,
)
from connector.dataverse.setup.handovercheck import check_handover
from connector.dataverse.setup.privileges import depths_of
from connector.dataverse.setup.readcheck import ROLE, check_read, check_sources
from connector.dataverse.setup.relatedcheck import check_related
from connector.errors import OutsideError
from connector.pipeline.values import Table

__all__ = ["Check", "CheckStatus", "Expectations", "examine"]

_SKEW_S = 120.0
_REFUSED_QUERY = frozenset({400, 404, 405, 501})
_WHOLE_ORGANIZATION = frozenset({"Global", "3"})


def examine(
    session: DataverseSession,
    expected: Expectations | None = None,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Check]:
    """Check an environment from the sign-in on. Yields findings; raises nothing that the environment causes."""
    expected = expected or Expectations()
    try:
        session.sign_in()
    except OutsideError as error:
        yield _from_error("sign-in", error)
        return
    yield passed("sign-in", "a token was given")
    try:
        before = clock()
        who = session.get("WhoAmI", doing="asking who we are")
        after = clock()
    except OutsideError as error:
        yield _from_error("who am I", error)
        return
    user = find_guid(str(who.data.get("UserId", "")))
    yield passed("who am I", f"user {user or 'unknown'}, organization {who.data.get('OrganizationId', 'unknown')}")
    yield _check_clock(who, before, after)
    for table in (Table.LEAD, Table.ACCOUNT):
        yield from _check_table(session, table, expected)
    yield _check_contacts(session)
    yield _check_write_privilege(session, user)
    yield from _check_apps(session)
    yield from check_sources(session, expected.sources)
    yield from check_related(session, user, histories=expected.histories, predictive=expected.predictive)
    yield from check_handover(session, user, tasks=expected.tasks, assigns=expected.assigns)


def _check_clock(reply: Reply, before: datetime, after: datetime) -> Check:
    """Compare our clock with the server's, allowing for the time that the answer took."""
    name = "clock"
    if reply.date is None:
        return warned(name, "the server does not tell its time", "Make sure that this machine's clock is set (NTP).")
    behind, ahead = (reply.date - after).total_seconds(), (before - reply.date).total_seconds()
    skew = max(behind, ahead, 0.0)
    if skew <= _SKEW_S:
        return passed(name, f"within {_SKEW_S:.0f} s of the server's")
    way = "behind" if behind > ahead else "ahead of"
    return warned(
        name,
        f"{skew:.0f} s {way} the server's",
        "Set this machine's clock (NTP): windows and decay are computed by it, and certificates are checked by it.",
    )


def _check_table(session: DataverseSession, table: Table, expected: Expectations) -> Iterator[Check]:
    name = f"{table} table"
    try:
        info = read_table(session, table)
    except OutsideError as error:
        yield _from_error(name, error)
        return
    yield passed(name, f"set {info.entity_set}, key {info.key}")
    yield check_read(session, info)
    yield from check_table(info, expected)
    if table is Table.LEAD:
        yield from check_lead(info, expected)
        yield check_batches(session, info, expected)


def _check_contacts(session: DataverseSession) -> Check:
    """Read one contact: leads may be linked to an account through their contact only."""
    query = address(columns.CONTACT_SET, select=[columns.CONTACT_KEY])
    try:
        session.get(query, doing="reading contacts", prefer=["odata.maxpagesize=1"])
    except OutsideError as error:
        return warned(
            "contact read",
            f"{error.message} Leads that are linked to an account by their contact only count as without one.",
            ROLE.format(right="Read", table="contact"),
        )
    return passed("contact read", "contacts can be read")


def _check_write_privilege(session: DataverseSession, user: str | None) -> Check:
    """Ask for the privilege to write leads; where that cannot be asked, say so."""
    name, remedy = "lead write", ROLE.format(right="Write", table="lead")
    try:
        depths = None if user is None else depths_of(session, user, "prvWriteLead")
    except OutsideError as error:
        return warned(name, f"not checked: the question was not answered (HTTP {error.status or 'none'})", remedy)
    if depths is None:
        return warned(name, "not checked: the environment does not tell our privileges by name", remedy)
    if not depths:
        return failed(name, "the application user has no Write on leads", remedy)
    if depths.isdisjoint(_WHOLE_ORGANIZATION):
        return warned(name, f"Write on leads only at depth {', '.join(sorted(depths))}", remedy)
    return passed(name, "Write on all leads")


def _check_apps(session: DataverseSession) -> Iterator[Check]:
    """See which other scorers are there: their marks are respected, and they may write the Status Reason too."""
    for name, tables in (
        ("Customer Insights - Journeys", columns.JOURNEYS_TABLES),
        ("Sales predictive scoring", (columns.PREDICTIVE_SCORE_TABLE,)),
    ):
        try:
            found = [table for table in tables if _exists(session, table)]
        except OutsideError as error:
            yield warned(name, f"could not be asked: {error.message}", error.remedy)
            continue
        yield passed(name, f"present ({', '.join(found)}): what it marks is respected" if found else "not installed")


def _exists(session: DataverseSession, table: str) -> bool:
    """Tell whether an environment has a table."""
    try:
        session.get(
            f"EntityDefinitions(LogicalName='{table}')?$select=LogicalName", doing=f"looking for the table {table}"
        )
    except OutsideError as error:
        if error.status in _REFUSED_QUERY:
            return False
        raise
    return True


def _from_error(name: str, error: OutsideError) -> Check:
    return failed(name, error.message, error.remedy)
