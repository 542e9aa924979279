"""What each answer to a guarded write means."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.writer import write_lead
from connector.errors import OutsideError, SignInError
from connector.pipeline.values import Applied, Json, Refused, Stale, Unchanged, WriteResult
from tests.unit.dataverse.org import LEAD_1
from tests.unit.dataverse.support import Answer, Script, refuse

ETAG = 'W/"7"'


def write(session: DataverseSession, etag: str = ETAG, **values: Json) -> WriteResult:
    """Write one lead."""
    return write_lead(session, "leads", "leadid", LEAD_1, etag, values or {"lc_engagement": 70})


def test_an_update_is_guarded_and_brings_the_new_etag(session: DataverseSession, script: Script) -> None:
    """Only the given columns, the etag in If-Match, and the row's key back."""
    script.on("PATCH", "leads", {"@odata.etag": 'W/"8"', "leadid": LEAD_1})
    assert write(session, jobtitle="Größe O'Neill", lc_engagement=70, done=None) == Applied('W/"8"')
    sent = script.sent[0]
    assert script.urls() == [f"leads({LEAD_1})?$select=leadid"]
    assert sent.headers["If-Match"] == ETAG
    assert sent.headers["Prefer"] == "return=representation"
    assert json.loads(sent.body or b"") == {"jobtitle": "Größe O'Neill", "lc_engagement": 70, "done": None}


@pytest.mark.parametrize(
    ("answer", "etag"),
    [((204, {}, ""), None), ((204, {"ETag": 'W/"9"'}, ""), 'W/"9"'), ((200, {}, '{"leadid": "x"}'), None)],
)
def test_a_server_may_keep_the_new_etag(
    session: DataverseSession, script: Script, answer: Answer, etag: str | None
) -> None:
    """An update without a representation is applied all the same."""
    script.on("PATCH", "leads", answer)
    assert write(session) == Applied(etag)


@pytest.mark.parametrize("etag", ["", "*", 'W/"*', "1"])
def test_there_is_no_write_without_a_real_etag(session: DataverseSession, script: Script, etag: str) -> None:
    """An empty etag and the wildcard are refused before anything is sent."""
    with pytest.raises(ValueError, match="etag"):
        write(session, etag)
    assert script.sent == []


@pytest.mark.parametrize("name", ["statecode", "@odata.etag", "parentaccountid@odata.bind", "Name", "a b", ""])
def test_only_plain_columns_are_written(session: DataverseSession, script: Script, name: str) -> None:
    """The state, annotations and binds never are."""
    with pytest.raises(ValueError, match="not columns"):
        write_lead(session, "leads", "leadid", LEAD_1, ETAG, {name: 1})
    assert script.sent == []


def test_a_status_reason_is_written_alone(session: DataverseSession, script: Script) -> None:
    """The Status Reason goes without a state."""
    script.on("PATCH", "leads", (204, {}, ""))
    write(session, statuscode=823270000)
    assert json.loads(script.sent[0].body or b"") == {"statuscode": 823270000}


def test_nothing_to_write_is_no_request(session: DataverseSession, script: Script) -> None:
    """Without values the row is as it should be."""
    assert write_lead(session, "leads", "leadid", LEAD_1, ETAG, {}) == Unchanged()
    assert script.sent == []


@pytest.mark.parametrize("code", ["0x80060882", "", "0x80040217"])
def test_a_changed_row_is_stale(session: DataverseSession, script: Script, code: str) -> None:
    """412 decides, whatever the code, which may be empty."""
    script.on("PATCH", "leads", refuse(412, code))
    assert write(session) == Stale()


def test_a_conflict_after_a_lost_answer_says_so(session: DataverseSession, script: Script) -> None:
    """The change may then be our own first try."""
    script.on("PATCH", "leads", refuse(504), refuse(412, "0x80060882"))
    assert write(session) == Stale(answer_lost=True)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (refuse(412, "0x80040237"), "rejected"),
        (refuse(412, "0x80060892"), "rejected"),
        (refuse(412, "0x80040333"), "rejected"),
        (refuse(500, "0x80040333"), "rejected"),
        (refuse(412, "-2147220685"), "rejected"),
        (refuse(400, "-2147220946"), "closed"),
        (refuse(404, "0x80040217"), "deleted"),
        (refuse(404, ""), "deleted"),
        (refuse(400, "0x8004022e"), "closed"),
        (refuse(403, "0x80040519"), "closed"),
        (refuse(400, "0x80048408"), "rejected"),
        (refuse(400, "0x80044331"), "rejected"),
        (refuse(400, ""), "rejected"),
        (refuse(400, "0x80040265"), "rejected"),
        (refuse(500, "0x80040265"), "rejected"),
    ],
)
def test_a_row_that_cannot_be_written_is_refused(
    session: DataverseSession, script: Script, answer: Answer, reason: str
) -> None:
    """Duplicates, deleted, closed and rejected rows are values, each sent once."""
    script.on("PATCH", "leads", answer)
    result = write(session)
    assert isinstance(result, Refused)
    assert result.reason == reason
    assert len(script.sent) == 1


def test_a_refusal_tells_code_and_request_but_no_data(session: DataverseSession, script: Script) -> None:
    """What a plug-in says stays there; the names of the columns are told."""
    script.on("PATCH", "leads", refuse(400, "0x80040265", "Erika Beispiel is on the list"))
    result = write(session)
    assert isinstance(result, Refused)
    assert "0x80040265" in result.message
    assert "req-1" in result.message
    assert "lc_engagement" in result.message
    assert "Erika" not in result.message


@pytest.mark.parametrize("code", ["0x80040220", "0x80040231", "0x80048405", "0x80048306", "-2147220960"])
def test_a_lead_that_may_not_be_written_is_refused_with_the_remedy(
    session: DataverseSession, script: Script, code: str
) -> None:
    """The right may be missing for one lead only, so that the others go on; it says so, and what to give the role."""
    script.on("PATCH", "leads", refuse(403, code, "Principal user is missing prvWriteLead privilege"))
    result = write(session)
    assert isinstance(result, Refused)
    assert result.reason == "forbidden"
    assert result.message.startswith("The application user may not write this lead. ")
    assert "prvWriteLead" in result.message
    assert "organization-level" in result.message
    assert "Write on Lead" in result.message
    assert "Columns: lc_engagement." in result.message
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (refuse(400, "0x8006088d"), "optimistic concurrency"),
        (refuse(400, "0x80041103"), "connector doctor"),
        (refuse(400, "0x80048d19"), "connector doctor"),
        (refuse(404, "0x8006088a"), "CONNECTOR_DATAVERSE_URL"),
        (refuse(500, "0x80040216"), "Microsoft support"),
        (refuse(503), "Microsoft support"),
        ((404, {"Content-Type": "text/html"}, "<html>"), "CONNECTOR_DATAVERSE_URL"),
        ((403, {}, "blocked by firewall"), "proxy or firewall"),
        ((200, {"Content-Type": "text/html"}, "<html>"), "CONNECTOR_DATAVERSE_URL"),
    ],
)
def test_what_is_not_the_rows_fault_is_raised(
    session: DataverseSession, script: Script, answer: Answer, remedy: str
) -> None:
    """A missing column, another server in between: no lead is dropped for that."""
    script.on("PATCH", "leads", answer)
    with pytest.raises(OutsideError) as caught:
        write(session)
    assert remedy in str(caught.value)


def test_a_missing_application_user_is_a_sign_in_error(session: DataverseSession, script: Script) -> None:
    """Nobody to write as."""
    script.on("PATCH", "leads", refuse(403, "0x80072560"))
    with pytest.raises(SignInError):
        write(session)


@pytest.mark.parametrize("body", ["", '{"@odata.etag": "W/'])
def test_an_unclear_success_is_asked_again(session: DataverseSession, script: Script, body: Any) -> None:
    """A 200 whose body broke off is no proof: the guard finds out, and the caller reads the row."""
    script.on("PATCH", "leads", (200, {}, body), refuse(412, "0x80060882"))
    assert write(session) == Stale(answer_lost=True)
