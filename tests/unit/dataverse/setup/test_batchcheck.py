"""The doctor's line about batches."""

from __future__ import annotations

from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_table
from connector.dataverse.setup.batchcheck import check_batches
from connector.dataverse.setup.checks import Check, CheckStatus, Expectations
from connector.pipeline.values import Table
from tests.unit.dataverse import org
from tests.unit.dataverse.multipart import KIND, joined, part, read_request, refused
from tests.unit.dataverse.support import Answer, Script, refuse

EXPECTED = Expectations(writes=frozenset({"lc_engagement", "statuscode", "lc_nowhere", "fullname"}))


@pytest.fixture
def environment(script: Script) -> Script:
    """One open lead."""
    org.describe(script)
    script.on("GET", "leads?", {"value": [{"leadid": org.LEAD_1}]})
    script.on("GET", f"leads({org.LEAD_1})", {"@odata.etag": 'W/"41"', "lc_engagement": 7})
    return script


def check(session: DataverseSession, expected: Expectations = EXPECTED) -> Check:
    """The line."""
    return check_batches(session, read_table(session, Table.LEAD), expected)


def test_guarded_parts_are_ok(session: DataverseSession, environment: Script) -> None:
    """Asked with a score column that is there, by the value that it has."""
    environment.on("POST", "$batch", (200, KIND, joined([refused(412)])))
    line = check(session)
    assert (line.name, line.status) == ("guarded batches", CheckStatus.OK)
    sent = environment.sent[-1]
    assert isinstance(sent.body, bytes)
    (one,) = read_request(str(sent.headers["Content-Type"]), sent.body)
    assert one.values == {"lc_engagement": 7}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, KIND, joined([part(204)])), "overlooks the etags"),
        (refuse(501), "HTTP 501"),
    ],
)
def test_unguarded_or_refused_is_a_warning(
    session: DataverseSession, environment: Script, answer: Answer, words: str
) -> None:
    """Updates go one by one then, which is no failure."""
    environment.on("POST", "$batch", answer)
    line = check(session)
    assert line.status is CheckStatus.WARNING
    assert words in line.detail
    assert "one by one" in line.detail


@pytest.mark.parametrize("answer", [refuse(503), (200, KIND, joined([refused(403, "0x80040220")]))])
def test_what_could_not_be_found_out_is_other_lines_affair(
    session: DataverseSession, environment: Script, answer: Answer
) -> None:
    """A busy server, a lead that may not be written: a run asks again."""
    environment.on("POST", "$batch", answer)
    line = check(session)
    assert (line.status, "a run asks again" in line.detail) == (CheckStatus.OK, True)


@pytest.mark.parametrize("answer", [{"value": []}, {"value": [{"leadid": None}]}, {"value": [7]}, {}])
def test_without_an_open_lead_it_is_not_tried(session: DataverseSession, environment: Script, answer: Any) -> None:
    """Nothing to ask with."""
    environment.on("GET", "leads?", answer)
    line = check(session)
    assert (line.status, "no open lead" in line.detail) == (CheckStatus.OK, True)


def test_without_a_column_to_write_it_is_not_tried(session: DataverseSession, environment: Script) -> None:
    """No document is live, or its columns are missing."""
    assert "no document" in check(session, Expectations(writes=frozenset({"lc_nowhere"}))).detail
    assert not environment.urls("leads")


def test_leads_that_cannot_be_read_are_another_lines_affair(session: DataverseSession, environment: Script) -> None:
    """Which says what is missing; one fault is told once."""
    environment.on("GET", "leads?", refuse(403, "0x80040220"))
    line = check(session)
    assert (line.status, "cannot be read" in line.detail) == (CheckStatus.OK, True)
