"""Tables with interactions: described, read by link or by time, contacts' addresses looked up once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from connector.dataverse.activities import InteractionRows
from connector.dataverse.session import DataverseSession
from connector.errors import MissingFactError, OutsideError
from connector.scoring.facttypes import Kind

from .org import CONTACT_1, CONTACT_2, LEAD_1, attribute, page
from .support import ORG, FakeTime, FakeTokens, Script, refuse

CALL = "44444444-0000-0000-0000-000000000001"
COLUMNS = [
    attribute("activityid", "Uniqueidentifier", writable=False),
    attribute("regardingobjectid", "Lookup"),
    attribute("actualend", "DateTime"),
    attribute("createdon", "DateTime", writable=False),
    attribute("modifiedon", "DateTime", writable=False),
    attribute("subject", "String"),
]
WANTED = frozenset({"_regardingobjectid_value", "actualend"})
ROW = {"activityid": CALL.upper(), "_regardingobjectid_value": LEAD_1, "actualend": "2026-11-20T08:00:00Z"}


@pytest.fixture
def script() -> Iterator[Script]:
    """Answers to requests."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Script(mock)


@pytest.fixture
def rows(script: Script) -> Iterator[InteractionRows]:
    """The adapter."""
    time = FakeTime()
    with DataverseSession(ORG, FakeTokens(), sleep=time.sleep, clock=time.clock, monotonic=time.monotonic) as session:
        yield InteractionRows(session, page_size=100)


def describe(script: Script, table: str = "phonecall", *, tracks: bool = True, columns: Any = COLUMNS) -> None:
    """Answer the questions for a table's metadata."""
    path = f"EntityDefinitions(LogicalName='{table}')"
    script.on("GET", f"{path}/Attributes?", {"value": columns})
    definition = {"LogicalName": table, "EntitySetName": f"{table}s", "PrimaryIdAttribute": "activityid"}
    script.on("GET", f"{path}?$select", {**definition, "ChangeTrackingEnabled": tracks})


def test_a_table_is_described_by_two_requests(script: Script, rows: InteractionRows) -> None:
    """Its key, whether it tracks changes, and the kind of each column as rows name it."""
    describe(script)
    outline = rows.find("phonecall")
    assert outline is not None
    assert (outline.key, outline.tracks_changes) == ("activityid", True)
    assert outline.columns["_regardingobjectid_value"] is Kind.ID
    assert outline.columns["actualend"] is Kind.DATETIME
    assert len(script.sent) == 2


def test_a_table_that_does_not_exist_is_none(script: Script, rows: InteractionRows) -> None:
    """What can be no table's name is not even asked for; another refusal is raised."""
    script.on("GET", "LogicalName='nothing'", refuse(404, "0x80060888"))
    assert rows.find("nothing") is None
    assert rows.find("phonecall')/x?y=('") is None
    assert len(script.sent) == 1
    script.on("GET", "LogicalName='secret'", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError):
        rows.find("secret")


def test_only_what_is_mapped_is_selected(script: Script, rows: InteractionRows) -> None:
    """And the key, by which a row is known; the link of the last page is the token."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW, delta_link="phonecalls?$deltatoken=1"))
    (only,) = rows.read("phonecall", WANTED, None, since=None)
    assert only.full
    assert only.rows[0][0] == CALL
    assert script.urls("phonecalls")[-1] == "phonecalls?$select=_regardingobjectid_value,activityid,actualend"
    script.on("GET", "$deltatoken=1", page(delta_link="phonecalls?$deltatoken=2"))
    (second,) = rows.read("phonecall", WANTED, only.token, since=None)
    assert (second.full, list(second.rows)) == (False, [])


def test_a_table_without_change_tracking_is_read_by_time(script: Script, rows: InteractionRows) -> None:
    """Only as far back as anything is wanted."""
    describe(script, tracks=False)
    script.on("GET", "phonecalls?$select", page(ROW))
    pages = list(rows.read("phonecall", WANTED, None, since=datetime(2026, 1, 1, tzinfo=UTC)))
    assert [row_id for one in pages for row_id, _ in one.rows] == [CALL]
    assert pages[-1].token
    assert any("createdon ge 2026-01-01T00:00:00Z" in url for url in script.urls("phonecalls"))


def test_columns_that_do_not_exist_are_named(script: Script, rows: InteractionRows) -> None:
    """Before a row is read; so is a table."""
    describe(script)
    with pytest.raises(MissingFactError, match="no column other in the table phonecall"):
        next(rows.read("phonecall", WANTED | {"other"}, None, since=None))
    script.on("GET", "LogicalName='nothing'", refuse(404))
    with pytest.raises(MissingFactError, match="no table nothing"):
        next(rows.read("nothing", WANTED, None, since=None))


CONTACTS = [attribute("contactid", "Uniqueidentifier"), attribute("emailaddress1", "String")]


def test_contacts_addresses_are_looked_up_once(script: Script, rows: InteractionRows) -> None:
    """Only the columns that there are; contacts without one, or that are gone, have none."""
    describe(script, "contact", columns=CONTACTS)
    script.on("GET", "contacts?$select", page({"contactid": CONTACT_1.upper(), "emailaddress1": "jo@example.com"}))
    assert rows.addresses([CONTACT_1, CONTACT_2]) == {CONTACT_1: ("jo@example.com",)}
    assert rows.addresses([CONTACT_2, CONTACT_1]) == {CONTACT_1: ("jo@example.com",)}
    (asked,) = script.urls("contacts?")
    assert asked.startswith("contacts?$select=contactid,emailaddress1&$filter=Microsoft.Dynamics.CRM.In(")


def test_contacts_that_cannot_be_read_have_no_addresses(script: Script, rows: InteractionRows) -> None:
    """A missing privilege is a warning; anything else is raised."""
    describe(script, "contact", columns=CONTACTS)
    script.on("GET", "contacts?$select", refuse(403, "0x80040220"))
    assert rows.addresses([CONTACT_1]) == {}
    script.on("GET", "contacts?$select", refuse(400, "0x80060888"))
    with pytest.raises(OutsideError):
        rows.addresses([CONTACT_2])


def test_a_contact_table_without_addresses_is_not_read(script: Script, rows: InteractionRows) -> None:
    """Nor one that cannot be described."""
    script.on("GET", "LogicalName='contact'", refuse(404))
    assert rows.addresses([CONTACT_1]) == {}
    assert script.urls("contacts?") == []
