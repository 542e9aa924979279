"""What an environment lacks: the checks that ask it, one after another, each with what to do.

They change nothing. A failed check does not stop the others, save those that cannot be asked without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from connector.dataverse import columns
from connector.dataverse.answers import Reply
from connector.dataverse.batchcheck import check_batches
from connector.dataverse.checks import Check, CheckStatus, Expectations, check_lead, check_table, failed, passed, warned
from connector.dataverse.etags import checked_etag
from connector.dataverse.metadata import TableInfo, read_table
from connector.dataverse.privileges import depths_of
from connector.dataverse.query import address, find_guid
from connector.dataverse.refusals import may_be_untracked
from connector.dataverse.relatedcheck import check_related
from connector.dataverse.session import DataverseSession
from connector.errors import OutsideError
from connector.pipeline.values import Table

__all__ = ["Check", "CheckStatus", "Expectations", "examine"]

_SKEW_S = 120.0
_REFUSED_QUERY = frozenset({400, 404, 405, 501})
_WHOLE_ORGANIZATION = frozenset({"Global", "3"})
_ROLE = "Give the application user's security role organization-level {right} on {table}."


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
    yield from check_related(session, user, histories=expected.histories, predictive=expected.predictive)


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
    yield _check_read(session, info)
    yield from check_table(info, expected)
    if table is Table.LEAD:
        yield from check_lead(info, expected)
        yield check_batches(session, info, expected)


def _check_read(session: DataverseSession, info: TableInfo) -> Check:
    """Read a page of one row; with change tracking that proves Read on the whole organization."""
    name = f"{info.table} read"
    tracked = info.tracks_changes
    try:
        try:
            rows = _read_one(session, info, tracked=tracked)
        except OutsideError as error:
            if not (tracked and may_be_untracked(error)):
                raise
            tracked = False
            rows = _read_one(session, info, tracked=tracked)
    except OutsideError as error:
        return _from_error(name, error)
    if said := _unusable(rows, info.table):
        return failed(name, said, "Check CONNECTOR_DATAVERSE_URL: is it the Web API?")
    if tracked:
        return passed(name, "changes of the whole organization can be read")
    detail = "rows can be read; whether all of them cannot be told while change tracking is off"
    if info.tracks_changes:
        detail += ", as it is when it is asked for, whatever the definition says: changes are read by time"
    return warned(name, detail, _ROLE.format(right="Read", table=info.table))


def _read_one(session: DataverseSession, info: TableInfo, *, tracked: bool) -> object:
    """Ask for one row; give what the answer lists."""
    preferences = [*(["odata.track-changes"] if tracked else []), "odata.maxpagesize=1"]
    first = address(info.entity_set, select=[info.key])
    return session.get(first, doing=f"reading {info.entity_set}", prefer=preferences).data.get("value")


def _unusable(rows: object, table: str) -> str:
    """Say what a run would stop at in these rows; empty when nothing."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return "the answer is no list of rows"
    if table != Table.LEAD:
        return ""
    try:
        for row in rows:
            checked_etag(str(row.get("@odata.etag") or ""))
    except ValueError:
        return "leads come without an etag that can guard an update"
    return ""


def _check_contacts(session: DataverseSession) -> Check:
    """Read one contact: leads may be linked to an account through their contact only."""
    query = address(columns.CONTACT_SET, select=[columns.CONTACT_KEY])
    try:
        session.get(query, doing="reading contacts", prefer=["odata.maxpagesize=1"])
    except OutsideError as error:
        return warned(
            "contact read",
            f"{error.message} Leads that are linked to an account by their contact only count as without one.",
            _ROLE.format(right="Read", table="contact"),
        )
    return passed("contact read", "contacts can be read")


def _check_write_privilege(session: DataverseSession, user: str | None) -> Check:
    """Ask for the privilege to write leads; where that cannot be asked, say so."""
    name, remedy = "lead write", _ROLE.format(right="Write", table="lead")
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
