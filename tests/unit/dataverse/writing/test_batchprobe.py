"""Finding out whether etags guard the parts of a batch, without changing anything."""

from __future__ import annotations

from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.batchprobe import column_to_probe, probe
from connector.dataverse.writing.batchwriting import LeadTable
from tests.unit.dataverse.multipart import KIND, applied, joined, part, read_request, refused
from tests.unit.dataverse.org import LEAD_1
from tests.unit.dataverse.support import Answer, Script, refuse

ROW = {"@odata.etag": 'W/"41"', "lc_engagement": None, "leadid": LEAD_1}


@pytest.fixture
def table(session: DataverseSession) -> LeadTable:
    """Where leads are written."""
    return LeadTable(session, "leads", "leadid")


def answer(*parts: str) -> Answer:
    """A batch's answer."""
    return 200, KIND, joined(parts)


def test_a_part_that_must_fail_and_does_shows_the_guard(table: LeadTable, script: Script) -> None:
    """An outdated etag, and the value that stands there already."""
    script.on("GET", LEAD_1, ROW)
    script.on("POST", "$batch", answer(refused(412, "0x80060882")))
    assert probe(table, LEAD_1, "lc_engagement").works is True
    read, sent = script.sent
    assert f"leads({LEAD_1})?$select=lc_engagement" in str(read.url)
    assert isinstance(sent.body, bytes)
    (one,) = read_request(str(sent.headers["Content-Type"]), sent.body)
    assert (one.headers["If-Match"], one.values) == ('W/"40"', {"lc_engagement": None})


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (answer(part(204)), "overlooks"),
        (answer(applied(LEAD_1)), "overlooks"),
        (answer(), "leaves the part out"),
        (refuse(400, "0x80060888"), "HTTP 400"),
        (refuse(501), "HTTP 501"),
        (refuse(404, "0x8006088a"), "HTTP 404"),
        ((200, {"Content-Type": "text/html"}, "<html>"), "web page"),
        ((200, {"Content-Type": "application/json"}, "{}"), "no answer to a batch"),
    ],
)
def test_an_environment_that_cannot_be_relied_on_says_why(
    table: LeadTable, script: Script, told: Answer, reason: str
) -> None:
    """It writes all the same, leaves parts out, or takes no batches."""
    script.on("GET", LEAD_1, ROW)
    script.on("POST", "$batch", told)
    verdict = probe(table, LEAD_1, "lc_engagement")
    assert verdict.works is False
    assert reason in verdict.reason


@pytest.mark.parametrize(
    "told",
    [
        answer(refused(404, "0x80040217")),
        answer(refused(403, "0x80040220")),
        answer(refused(400, "0x8004022e")),
        answer(refused(503)),
        refuse(503),
        refuse(429),
        refuse(401),
        (200, KIND, joined([part(412)], closed=False)),
    ],
)
def test_what_may_be_passing_or_that_leads_own_affair_tells_nothing(
    table: LeadTable, script: Script, told: Answer
) -> None:
    """Gone, closed, not ours, busy, broken off: ask again another time."""
    script.on("GET", LEAD_1, ROW)
    script.on("POST", "$batch", told)
    assert probe(table, LEAD_1, "lc_engagement").works is None


@pytest.mark.parametrize(
    "row", [refuse(404, "0x80040217"), refuse(503), {"lc_engagement": 1}, {"@odata.etag": 'W/"1"'}, refuse(401)]
)
def test_without_the_row_nothing_is_sent(table: LeadTable, script: Script, row: Any) -> None:
    """No row, no etag, no such column: nothing could be written back that is the same."""
    script.on("GET", LEAD_1, row)
    assert probe(table, LEAD_1, "lc_engagement").works is None
    assert not script.urls("$batch")


def test_a_score_is_asked_with_rather_than_the_mark() -> None:
    """Flows and people watch the Status Reason."""
    assert column_to_probe({"statuscode": 1, "msdyncrm_salesready": True, "lc_z": 1, "lc_a": 2}) == "lc_a"
    assert column_to_probe({"statuscode": 1}) == "statuscode"
