"""Reading changes: delta, window, and what happens where a server does not do what it should."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.changes import ChangePage, Reading, read_changes
from connector.dataverse.reading.tokens import DeltaToken, Token, WindowToken
from connector.dataverse.reading.windows import next_read_to
from connector.errors import OutsideError
from connector.pipeline.values import Table
from tests.unit.dataverse.org import LEAD_1, LEAD_2, LEAD_3, deletion, lead, page
from tests.unit.dataverse.support import NOW, ROOT, Answer, Script, refuse

SELECT = frozenset({"leadid", "statecode"})
LINK = ROOT + "leads?$select=leadid&$deltatoken=919042%2108%2f22%2f2017%2008%3a10%3a44"
DELTA = DeltaToken(LINK, SELECT)


def reading(*, tracks: bool = True) -> Reading:
    """What is read of the lead table."""
    info = TableInfo(Table.LEAD, "leads", "leadid", tracks_changes=tracks, guards_updates=True, columns={})
    return Reading(info, SELECT, 2, open_filter="statecode eq 0")


def read(session: DataverseSession, token: Token | None, *, tracks: bool = True) -> list[ChangePage]:
    """Every page of a pull."""
    return list(read_changes(session, reading(tracks=tracks), token))


def ids(pages: list[ChangePage]) -> list[str]:
    """The leads of pages, in order."""
    return [row["leadid"] for found in pages for row in found.rows]


def test_the_first_pull_reads_everything_and_gets_a_link(session: DataverseSession, script: Script) -> None:
    """Only `$select` goes along with change tracking, on every page the same Prefer; the token is on the last."""
    script.on("GET", "leads", page(lead(LEAD_1), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken", page(lead(LEAD_2), delta_link="leads?$deltatoken=1%21x"))
    found = read(session, None)
    assert ids(found) == [LEAD_1, LEAD_2]
    assert [part.token for part in found] == [None, DeltaToken(ROOT + "leads?$deltatoken=1%21x", SELECT)]
    assert all(part.is_full for part in found)
    assert script.urls()[0] == "leads?$select=leadid,statecode"
    assert {request.headers["Prefer"] for request in script.sent} == {"odata.track-changes,odata.maxpagesize=2"}


def test_a_delta_has_changes_and_deletions(session: DataverseSession, script: Script) -> None:
    """The link is followed as it was given; deletions are told by id, bare or in an address."""
    answer = page(
        lead(LEAD_1), deletion(LEAD_2.upper()), deletion(f"leads({LEAD_3})"), delta_link="leads?$deltatoken=2"
    )
    script.on("GET", "deltatoken", answer)
    (found,) = read(session, DELTA)
    assert ids([found]) == [LEAD_1]
    assert found.deleted == (LEAD_2, LEAD_3)
    assert found.token == DeltaToken(ROOT + "leads?$deltatoken=2", SELECT)
    assert not found.is_full
    sent = script.sent[0].url or ""
    assert sent.lower() == LINK.lower()


def test_no_changes_still_move_the_link(session: DataverseSession, script: Script) -> None:
    """An empty delta has a new token."""
    script.on("GET", "deltatoken", page(delta_link="leads?$deltatoken=3"))
    (found,) = read(session, DELTA)
    assert found.rows == []
    assert found.token == DeltaToken(ROOT + "leads?$deltatoken=3", SELECT)


@pytest.mark.parametrize(
    "answer",
    [
        refuse(400, "0x80044352", "Version stamp associated with the client has expired."),
        refuse(500, "0x80044352"),
        refuse(404, ""),
        refuse(410, ""),
        refuse(400, "0x80040203"),
        (410, {}, ""),
    ],
)
def test_an_expired_link_is_a_full_read(
    session: DataverseSession, script: Script, caplog: pytest.LogCaptureFixture, answer: Answer
) -> None:
    """Whatever status it comes with, everything is read again, and it is said."""
    script.on("GET", "$select=leadid,statecode", page(lead(LEAD_1), delta_link="leads?$deltatoken=9"))
    script.on("GET", "deltatoken=919042", answer)
    with caplog.at_level(logging.WARNING):
        (found,) = read(session, DELTA)
    assert found.is_full
    assert found.token == DeltaToken(ROOT + "leads?$deltatoken=9", SELECT)
    assert "expired" in caplog.text


def test_a_link_that_expires_between_pages_is_a_full_read(session: DataverseSession, script: Script) -> None:
    """What was given before stays, since reading a row twice is harmless."""
    script.on("GET", "$select=leadid,statecode", page(lead(LEAD_1), lead(LEAD_2), delta_link="leads?$deltatoken=9"))
    script.on("GET", "deltatoken=919042", page(lead(LEAD_1), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken=2", refuse(410, "0x80044352"))
    found = read(session, DELTA)
    assert ids(found) == [LEAD_1, LEAD_1, LEAD_2]
    assert [part.is_full for part in found] == [False, True]


@pytest.mark.parametrize("status", [403, 500])
def test_other_faults_of_a_link_are_raised(session: DataverseSession, script: Script, status: int) -> None:
    """A lost privilege is not an expired token."""
    script.on("GET", "deltatoken", refuse(status, "0x80040220"))
    with pytest.raises(OutsideError) as caught:
        read(session, DELTA)
    assert caught.value.status == status


def test_a_full_read_that_fails_is_raised(session: DataverseSession, script: Script) -> None:
    """A refusal of the full read is not taken for an expired token: there is no circle."""
    script.on("GET", "leads", refuse(400, "0x80041103"))
    with pytest.raises(OutsideError):
        read(session, DELTA)
    assert len(script.sent) == 2


def test_a_link_of_another_environment_is_not_followed(session: DataverseSession, script: Script) -> None:
    """A token that was stored for another address means a full read."""
    script.on("GET", "leads", page(delta_link="leads?$deltatoken=9"))
    found = read(session, DeltaToken("https://other.crm4.dynamics.com/x?$deltatoken=1", SELECT))
    assert [part.is_full for part in found] == [True]
    assert len(script.sent) == 1


def test_other_columns_are_a_full_read(session: DataverseSession, script: Script) -> None:
    """A link brings the columns that it was made for: more of them need a new one, fewer do not."""
    script.on("GET", "leads", page(delta_link="leads?$deltatoken=9"))
    assert [part.is_full for part in read(session, DeltaToken(LINK, frozenset({"leadid"})))] == [True]
    assert [part.is_full for part in read(session, DeltaToken(LINK, SELECT | {"more"}))] == [False]


def test_a_forgotten_link_becomes_a_window(
    session: DataverseSession, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    """The rows are kept, reading goes on by time from before the read began, and it is said loudly."""
    script.on("GET", "leads", page(lead(LEAD_1)))
    with caplog.at_level(logging.WARNING):
        (found,) = read(session, None)
    assert found.is_full
    assert found.token == WindowToken(NOW - timedelta(minutes=10), SELECT, instead=True, reconciled_at=NOW)
    assert "gave no link" in caplog.text
    (after,) = read(session, found.token)
    assert "modifiedon ge 2026-11-20T08:45:00Z" in script.urls()[1]
    assert isinstance(after.token, WindowToken)
    assert after.token.instead
    assert not after.is_full


def test_a_forgotten_link_without_a_clock_is_raised(session: DataverseSession, script: Script) -> None:
    """Without any mark to go on from, the read is not taken for complete."""
    script.on("GET", "leads", (200, {}, '{"value": []}'))
    with pytest.raises(OutsideError, match="neither a delta link nor its time"):
        read(session, None)


def test_tracking_that_is_off_after_all_becomes_a_window(session: DataverseSession, script: Script) -> None:
    """The server's word counts, not the metadata's."""
    script.on("GET", "$filter=statecode eq 0", page(lead(LEAD_1)))
    script.on("GET", "leads?$select=leadid,statecode", refuse(400, "0x80072491"))
    script.on("GET", "$filter=statecode eq 0", page(lead(LEAD_1)))
    (found,) = read(session, None)
    assert ids([found]) == [LEAD_1]
    assert isinstance(found.token, WindowToken)
    assert found.token.instead  # the next pull goes on from there, and does not read everything again


@pytest.mark.parametrize("status", [400, 405, 501])
def test_tracking_that_is_refused_without_a_code_becomes_a_window(
    session: DataverseSession, script: Script, status: int
) -> None:
    """Errors of the framework have no code; reading without change tracking shows whether that was it."""
    script.on("GET", "$filter=statecode eq 0", page(lead(LEAD_1)))
    script.on("GET", "leads?$select=leadid,statecode", refuse(status, ""))
    (found,) = read(session, None)
    assert ids([found]) == [LEAD_1]


def test_what_is_refused_with_tracking_and_without_is_raised(session: DataverseSession, script: Script) -> None:
    """Nothing that is wrong with the question itself is hidden, and it is asked twice at most."""
    script.on("GET", "leads", refuse(400, "0x80040203"))
    with pytest.raises(OutsideError, match="0x80040203"):
        read(session, None)
    assert len(script.sent) == 2


def test_a_refusal_between_pages_is_no_want_of_tracking(session: DataverseSession, script: Script) -> None:
    """Once a page has come, tracking works: what is refused later is raised."""
    script.on("GET", "leads?$select", page(lead(LEAD_1), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken=2", refuse(400, ""))
    with pytest.raises(OutsideError, match="HTTP 400"):
        read(session, None)


def test_of_a_row_and_its_deletion_the_later_holds(session: DataverseSession, script: Script) -> None:
    """A row that was changed and then deleted is gone; one that was deleted and created again is there."""
    entries = (lead(LEAD_1), deletion(LEAD_1), deletion(LEAD_2), lead(LEAD_2.upper()))
    script.on("GET", "deltatoken", page(*entries, delta_link="leads?$deltatoken=2"))
    (found,) = read(session, DELTA)
    assert ids([found]) == [LEAD_2.upper()]
    assert LEAD_1 in found.deleted


def test_a_deletion_that_names_no_row_is_a_full_read(session: DataverseSession, script: Script) -> None:
    """A lead that is gone is never kept because it was not understood which one is meant."""
    script.on("GET", "$select=leadid,statecode", page(lead(LEAD_1), delta_link="leads?$deltatoken=9"))
    script.on("GET", "deltatoken=919042", page({"reason": "deleted"}, delta_link="leads?$deltatoken=8"))
    (found,) = read(session, DELTA)
    assert found.is_full
    assert found.token == DeltaToken(ROOT + "leads?$deltatoken=9", SELECT)


def test_a_missing_read_privilege_is_raised(session: DataverseSession, script: Script) -> None:
    """Without organization-level Read nothing is silently left out."""
    script.on("GET", "leads", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError, match="organization-level Read"):
        read(session, None)


def test_the_first_window_reads_what_is_open(session: DataverseSession, script: Script) -> None:
    """In a unique order, with the account along, and with kinds of lookups, but without change tracking."""
    script.on("GET", "leads", page(lead(LEAD_1, modifiedon="2026-11-20T08:59:00Z"), next_link="leads?$skiptoken=2"))
    script.on("GET", "skiptoken", page(lead(LEAD_2, modifiedon="2026-11-20T08:58:00Z")))
    found = read(session, None, tracks=False)
    assert ids(found) == [LEAD_1, LEAD_2]
    assert [part.is_full for part in found] == [True, True]
    read_to = datetime(2026, 11, 20, 8, 59, tzinfo=UTC)
    assert [part.token for part in found] == [None, WindowToken(read_to, SELECT, reconciled_at=NOW)]
    assert script.urls()[0] == (
        "leads?$select=leadid,modifiedon,statecode&$filter=statecode eq 0&$orderby=modifiedon asc,leadid asc"
    )
    assert script.sent[0].headers["Prefer"].startswith("odata.maxpagesize=2,odata.include-annotations=")
    assert script.sent[0].headers["Prefer"] == script.sent[1].headers["Prefer"]


def test_a_window_goes_on_with_an_overlap_and_without_a_state(session: DataverseSession, script: Script) -> None:
    """Leads that were closed since are seen, and nothing in a transaction under way is missed."""
    script.on("GET", "leads", page(lead(LEAD_1, statecode=1)))
    token = WindowToken(datetime(2026, 11, 20, 8, 30, tzinfo=UTC), SELECT)
    (found,) = read(session, token, tracks=False)
    assert "$filter=modifiedon ge 2026-11-20T08:25:00Z&" in script.urls()[0]
    assert not found.is_full
    assert ids([found]) == [LEAD_1]


def test_a_table_may_change_its_kind(session: DataverseSession, script: Script) -> None:
    """Where change tracking was switched on since, a window's token is followed by a full read with a link."""
    script.on("GET", "leads", page(delta_link="leads?$deltatoken=9"))
    (found,) = read(session, WindowToken(NOW, SELECT))
    assert found.is_full
    assert isinstance(found.token, DeltaToken)


def test_an_empty_table_without_a_clock_has_no_token(session: DataverseSession, script: Script) -> None:
    """Nothing is known of its time, so that it is read again."""
    script.on("GET", "leads", (200, {}, '{"value": []}'))
    (found,) = read(session, None, tracks=False)
    assert found.token is None


M = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("newest", "began", "previous", "expected"),
    [
        (None, None, None, None),
        (NOW, None, None, NOW),
        (None, None, NOW, NOW),
        (NOW - 3 * M, NOW, None, NOW - 3 * M),
        (NOW - 30 * M, NOW, None, NOW - 10 * M),
        (NOW - 30 * M, NOW, NOW - 2 * M, NOW - 2 * M),
        (NOW + 999 * M, NOW, None, NOW),
        (None, NOW, NOW + 999 * M, NOW),
        (None, NOW, None, NOW - 10 * M),
    ],
)
def test_a_window_ends_where_the_server_says(
    newest: datetime | None, began: datetime | None, previous: datetime | None, expected: datetime | None
) -> None:
    """Never past the server's clock, never far behind it, never back."""
    assert next_read_to(newest, began, previous) == expected
