"""Tables with interactions: described, read by link or by time, contacts' addresses looked up once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import responses

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.activities import InteractionRows
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.pictures import Picture
from connector.pipeline.sources.ports import RowPage
from connector.scoring.facttypes import Kind
from tests.unit.dataverse.metadata.test_pictures import Kept
from tests.unit.dataverse.org import CONTACT_1, CONTACT_2, LEAD_1, attribute, page
from tests.unit.dataverse.support import ORG, FakeTime, FakeTokens, Script, refuse

CALL = "44444444-0000-0000-0000-000000000001"
COLUMNS = [
    attribute("activityid", "Uniqueidentifier", writable=False),
    attribute("regardingobjectid", "Lookup"),
    attribute("actualend", "DateTime"),
    attribute("createdon", "DateTime", writable=False),
    attribute("modifiedon", "DateTime", writable=False),
    attribute("subject", "String"),
]
HOUR = timedelta(hours=1)
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


# --- what is kept of tables -----------------------------------------------------------------------------------------


@pytest.fixture
def kept() -> Kept:
    """An empty store of pictures."""
    return Kept()


@pytest.fixture
def another(script: Script, kept: Kept) -> Iterator[Callable[..., InteractionRows]]:
    """Makes the adapter of another run, or process, on the same store; `time` says how late it is."""
    time = FakeTime()
    assert script.sent == []
    with DataverseSession(ORG, FakeTokens(), sleep=time.sleep, clock=time.clock, monotonic=time.monotonic) as session:

        def make(*, after: timedelta = timedelta(0), **options: Any) -> InteractionRows:
            time.now += after
            return InteractionRows(session, pictures=kept, picture_age=HOUR, clock=time.clock, **options)

        yield make


def asked(script: Script) -> int:
    """How often metadata were asked for."""
    return len(script.urls("EntityDefinitions"))


def read(rows: InteractionRows, wanted: frozenset[str] = WANTED, token: str | None = None) -> list[RowPage]:
    """Read all pages."""
    return list(rows.read("phonecall", wanted, token, since=None))


def test_the_next_run_does_not_ask_what_a_table_is(script: Script, another: Callable[..., InteractionRows]) -> None:
    """Within the age, whatever other tables were described meanwhile; then it does."""
    describe(script)
    describe(script, "contact", columns=CONTACTS)
    script.on("GET", "phonecalls?$select", page(ROW, delta_link="phonecalls?$deltatoken=1"))
    script.on("GET", "contacts?$select", page({"contactid": CONTACT_1, "emailaddress1": "jo@example.com"}))
    read(another())
    first = another(after=HOUR / 2)
    assert first.addresses([CONTACT_1]) == {CONTACT_1: ("jo@example.com",)}
    assert asked(script) == 4
    again = another()
    read(again)
    again.addresses([CONTACT_1])
    assert asked(script) == 4
    read(another(after=HOUR / 2))
    assert asked(script) == 6
    read(another(after=-HOUR))
    assert asked(script) == 8


def test_a_table_is_described_as_it_is_now(script: Script, another: Callable[..., InteractionRows]) -> None:
    """Publication looks at what there is, and what it found serves the next run."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW))
    another().find("phonecall")
    another().find("phonecall")
    assert asked(script) == 4
    read(another())
    assert asked(script) == 4


def test_a_column_that_is_not_known_is_looked_for(script: Script, another: Callable[..., InteractionRows]) -> None:
    """It may have been created since; one that is not there is named."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW))
    read(another())
    describe(script, columns=[*COLUMNS, attribute("other", "String")])
    read(another(), WANTED | {"other"})
    assert asked(script) == 4
    with pytest.raises(MissingFactError, match="no column gone"):
        read(another(), WANTED | {"gone"})


def test_a_table_that_turns_out_to_be_another_is_looked_at_again(
    script: Script, kept: Kept, another: Callable[..., InteractionRows]
) -> None:
    """A refusal that may be due to what was kept: described afresh it is read, or what is really wrong is told."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW, delta_link="phonecalls?$deltatoken=1"))
    read(another())
    body = dict(kept.pictures[f"{ORG} interactions"].body)
    body["tables"] = {"phonecall": {**body["tables"]["phonecall"], "set": "calls_of_old"}}
    kept.remember_picture(f"{ORG} interactions", replace(kept.pictures[f"{ORG} interactions"], body=body))
    script.on("GET", "calls_of_old", refuse(404, "0x80060888", "no resource calls_of_old"))
    (only,) = read(another())
    assert [row_id for row_id, _ in only.rows] == [CALL]
    assert asked(script) == 4
    script.on("GET", "phonecalls?$select", refuse(400, "0x80060888", "no property"))
    with pytest.raises(OutsideError, match="no property"):
        read(another())
    assert asked(script) == 6


def test_what_has_nothing_to_do_with_the_table_is_told(script: Script, another: Callable[..., InteractionRows]) -> None:
    """A privilege that is missing is not mended by metadata."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW))
    read(another())
    script.on("GET", "phonecalls?$select", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError):
        read(another())
    assert asked(script) == 2


def test_a_refusal_half_way_is_told_and_looked_at_next_time(
    script: Script, another: Callable[..., InteractionRows]
) -> None:
    """What came is stored already; the run ends with it."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW, next_link="phonecalls?$skiptoken=1"))
    script.on("GET", "$skiptoken=1", page(ROW, delta_link="phonecalls?$deltatoken=1"))
    read(another())
    script.on("GET", "$skiptoken=1", refuse(400, "0x80060888", "no property"))
    with pytest.raises(OutsideError, match="no property"):
        read(another())
    assert asked(script) == 2
    script.on("GET", "$skiptoken=1", page(ROW, delta_link="phonecalls?$deltatoken=1"))
    read(another())
    assert asked(script) == 4


@pytest.mark.parametrize("body", [{}, {"format": 0, "tables": {}}, {"format": 1, "tables": {"phonecall": {}}}])
def test_what_nobody_understands_is_read_again(
    script: Script, kept: Kept, another: Callable[..., InteractionRows], body: dict[str, Any]
) -> None:
    """Another version of this program may have written it."""
    describe(script)
    script.on("GET", "phonecalls?$select", page(ROW))
    kept.remember_picture(f"{ORG} interactions", Picture("interactions", FakeTime().now, body))
    read(another())
    read(another())
    assert asked(script) == 2


def test_rows_that_are_gone_are_looked_for_now_and_then(
    script: Script, another: Callable[..., InteractionRows]
) -> None:
    """Without change tracking: the ids of all rows that may have been read, once in so long."""
    describe(script, tracks=False)
    script.on("GET", "phonecalls?$select", page(ROW))
    since = datetime(2026, 1, 1, tzinfo=UTC)
    rows = another(reconcile_every=timedelta(0))
    token = list(rows.read("phonecall", WANTED, None, since=since))[-1].token
    pages = list(rows.read("phonecall", WANTED, token, since=since))
    assert [(one.full, list(one.seen)) for one in pages] == [(False, []), (True, [CALL])]
    assert pages[-1].token
    (ids,) = [url for url in script.urls("phonecalls") if "$orderby=activityid" in url]
    assert "(createdon ge 2026-01-01T00:00:00Z or modifiedon ge 2026-01-01T00:00:00Z)" in ids
    rows = another(reconcile_every=timedelta(days=1))
    assert [one.full for one in rows.read("phonecall", WANTED, pages[-1].token, since=since)] == [False]


# --- contacts -------------------------------------------------------------------------------------------------------

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
