"""The tables of live sources: one line each, and a missing privilege is told before a run meets it."""

from __future__ import annotations

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.setup.checks import CheckStatus, LiveTable
from connector.dataverse.setup.readcheck import check_sources, live_tables
from tests.unit.dataverse.org import attribute, page
from tests.unit.dataverse.reading.test_activities import describe
from tests.unit.dataverse.support import Script, refuse

CALLS = LiveTable("phonecall", frozenset({"actualend"}), "calls, more-calls")
MAILS = LiveTable("email", frozenset({"subject"}), "mails")


def lines(session: DataverseSession, *tables: LiveTable) -> dict[str, tuple[CheckStatus, str]]:
    """Status and detail by name."""
    return {one.name: (one.status, one.detail) for one in check_sources(session, tables)}


def test_sources_of_one_table_are_one_line() -> None:
    """With the columns of both."""
    mapped = {"b": ("email", frozenset({"x"})), "a": ("email", frozenset({"y"})), "c": ("task", frozenset[str]())}
    assert live_tables(mapped) == [
        LiveTable("email", frozenset({"x", "y"}), "a, b"),
        LiveTable("task", frozenset(), "c"),
    ]


def test_a_table_that_can_be_read_is_ok(session: DataverseSession, script: Script) -> None:
    """Asked as a run asks: with change tracking, which only the right on the whole organization allows."""
    describe(script)
    script.on("GET", "phonecalls?", page())
    (check,) = check_sources(session, [CALLS])
    assert (check.name, check.status) == ("source table phonecall", CheckStatus.OK)
    (asked,) = (request for request in script.sent if "phonecalls?" in str(request.url))
    assert "odata.track-changes" in str(asked.headers["Prefer"])
    assert "odata.maxpagesize=1" in str(asked.headers["Prefer"])


def test_without_change_tracking_the_right_is_proved_in_part(session: DataverseSession, script: Script) -> None:
    """Rows came; whether all would is told by nobody."""
    describe(script, tracks=False)
    script.on("GET", "phonecalls?", page())
    status, detail = lines(session, CALLS)["source table phonecall"]
    assert status is CheckStatus.WARNING
    assert "cannot be told" in detail


def test_each_table_that_fails_is_named(session: DataverseSession, script: Script) -> None:
    """One fault does not hide another: a right that is missing, a column, a table, an outage of the metadata."""
    describe(script)
    script.on("GET", "phonecalls?", refuse(403, "0x80040220", "Principal lacks prvReadActivity"))
    describe(script, "email", columns=[attribute("activityid", "Uniqueidentifier")])
    script.on("GET", "LogicalName='task'", refuse(404, "0x80060888"))
    script.on("GET", "LogicalName='letter'", refuse(403, "0x80040220"))
    others = [LiveTable(name, frozenset(), "others") for name in ("task", "letter")]
    found = lines(session, CALLS, MAILS, *others)
    assert {status for status, _ in found.values()} == {CheckStatus.FAILURE}
    assert "prvReadActivity" in found["source table phonecall"][1]
    assert found["source table email"][1] == "lacks subject, which mails read"
    assert found["source table task"][1] == "there is no such table, which others read"
    assert "source table letter" in found
