"""What became of each update of a batch, by what the server answered to it, to some of them, or to all at once."""

from __future__ import annotations

from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.batchwriting import LeadTable, Outcome, Sent, send_batch
from connector.errors import OutsideError, SignInError
from connector.pipeline.ports import Change
from connector.pipeline.values import Applied, Refused, Stale, Unchanged
from tests.unit.dataverse.multipart import KIND, applied, joined, part, read_request, refused
from tests.unit.dataverse.org import LEAD_1, LEAD_2, LEAD_3
from tests.unit.dataverse.support import HTTP_NOW, Answer, FakeTime, Script, refuse

LEADS = (LEAD_1, LEAD_2, LEAD_3)
ONE, TWO, THREE = (applied(lead) for lead in LEADS)


@pytest.fixture
def table(session: DataverseSession) -> LeadTable:
    """Where leads are written."""
    return LeadTable(session, "leads", "leadid")


def changes(*leads: str) -> list[Change]:
    """A change for each lead, all alike."""
    return [Change(lead, f'W/"{number}"', {"lc_engagement": 70}) for number, lead in enumerate(leads or LEADS, 7)]


def answer(*parts: str, status: int = 200, **more: Any) -> Answer:
    """A batch's answer."""
    return status, {**KIND, "Date": HTTP_NOW}, joined(parts, **more)


def outcomes(sent: Sent) -> list[Outcome]:
    """The outcomes in the order of the changes."""
    return [sent.outcomes[place] for place in sorted(sent.outcomes)]


def test_each_update_goes_with_its_own_guard_and_brings_its_new_etag(table: LeadTable, script: Script) -> None:
    """One request; a part for each, with continue-on-error for all."""
    script.on("POST", "$batch", answer(ONE, TWO, THREE))
    sent = send_batch(table, changes())
    assert outcomes(sent) == [Applied('W/"8"')] * 3
    assert (sent.alone, sent.refusal) == ({}, "")
    (request,) = script.sent
    assert request.headers["Prefer"] == "odata.continue-on-error"
    assert isinstance(request.body, bytes)
    parts = read_request(str(request.headers["Content-Type"]), request.body)
    assert [one.headers["If-Match"] for one in parts] == ['W/"7"', 'W/"8"', 'W/"9"']
    assert [one.request_line.split("(")[1][:36] for one in parts] == list(LEADS)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (part(204), Applied(None)),
        (part(204, ETag='W/"9"', OData_EntityId=f"https://org/leads({LEAD_2.upper()})"), Applied('W/"9"')),
        (refused(412, "0x80060882"), Stale()),
        (refused(412), Stale()),
        (refused(404, "0x80040217"), Refused("deleted")),
    ],
)
def test_an_answer_means_what_it_means_alone(table: LeadTable, script: Script, told: str, meant: Outcome) -> None:
    """Applied, stale, deleted; those before and behind are untouched by it."""
    script.on("POST", "$batch", answer(ONE, told, THREE))
    assert outcomes(send_batch(table, changes())) == [Applied('W/"8"'), meant, Applied('W/"8"')]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (refused(400, "0x8004022e"), "closed"),
        (refused(403, "0x80040220", "missing prvWriteLead"), "forbidden"),
        (refused(412, "0x80040333"), "rejected"),
        (refused(500, "0x80040265", "Erika Beispiel is on the list"), "rejected"),
        (refused(400, "0x80044331"), "rejected"),
    ],
)
def test_a_refused_part_is_that_leads_affair(table: LeadTable, script: Script, told: str, reason: str) -> None:
    """Closed, forbidden, duplicate, refused by a rule: a value with the reason, and no person's data."""
    script.on("POST", "$batch", answer(ONE, told, THREE))
    first, second, third = outcomes(send_batch(table, changes()))
    assert isinstance(second, Refused)
    assert second.reason == reason
    assert "Erika" not in second.message
    assert first == third == Applied('W/"8"')


@pytest.mark.parametrize("told", [refused(400, "0x80041103"), refused(404, "0x8006088a"), part(404, "<html>")])
def test_what_is_no_rows_fault_comes_as_the_error(table: LeadTable, script: Script, told: str) -> None:
    """A missing column, an address that is not known, something in between: told for that part."""
    script.on("POST", "$batch", answer(ONE, told))
    first, second = outcomes(send_batch(table, changes(LEAD_1, LEAD_2)))
    assert first == Applied('W/"8"')
    assert isinstance(second, OutsideError)


@pytest.mark.parametrize(
    ("told", "lost"),
    [
        (refused(429, "0x80072322"), False),
        (refused(401), False),
        (refused(503), True),
        (refused(500, "0x80040216"), True),
        (part(500), True),
        (part(200, '{"@odata.etag": "W/'), True),
        (part(200, "[]"), True),
        (part(302), True),
        (applied(LEAD_3), True),
        (part(204, OData_EntityId=f"https://org/leads({LEAD_3})"), True),
    ],
)
def test_what_is_not_clear_is_to_be_sent_again_alone(
    table: LeadTable, script: Script, told: str, *, lost: bool
) -> None:
    """Busy, not let in, failed on, broken off, another row's: with whether it may have been written."""
    script.on("POST", "$batch", answer(ONE, told))
    sent = send_batch(table, changes(LEAD_1, LEAD_2))
    assert (sent.outcomes, sent.alone) == ({0: Applied('W/"8"')}, {1: lost})


def test_a_part_that_asks_for_time_holds_everybody_back(table: LeadTable, script: Script, time: FakeTime) -> None:
    """The next request waits as long as one part was told to."""
    script.on("POST", "$batch", answer(ONE, refused(429, "0x80072322", Retry_After="7")))
    script.on("PATCH", LEAD_2, (204, {}, ""))
    sent = send_batch(table, changes(LEAD_1, LEAD_2))
    assert sent.alone == {1: False}
    begun = time.monotonic()
    assert table.write_alone(changes()[1]) == Applied(None)
    assert time.monotonic() - begun >= 7


def test_a_part_that_asks_for_too_much_time_is_not_sent_again(table: LeadTable, script: Script) -> None:
    """Longer than anybody waits: the error says so."""
    script.on("POST", "$batch", answer(ONE, refused(429, "0x80072322", Retry_After="86400")))
    sent = send_batch(table, changes(LEAD_1, LEAD_2))
    assert sent.alone == {}
    error = sent.outcomes[1]
    assert isinstance(error, OutsideError)
    assert error.retry_after_s == 86400


@pytest.mark.parametrize("status", [200, 400, 412])
def test_a_server_that_stops_at_an_error_leaves_the_others_open(table: LeadTable, script: Script, status: int) -> None:
    """Whatever status the whole has: numbered answers count, what is not there may have been written or not."""
    script.on("POST", "$batch", answer(applied(LEAD_1, content_id=1), refused(412, content_id=2), status=status))
    sent = send_batch(table, changes())
    assert sent.outcomes == {0: Applied('W/"8"'), 1: Stale()}
    assert sent.alone == {2: True}
    assert "stops" in sent.refusal


def test_an_error_without_its_number_is_nobodys(table: LeadTable, script: Script) -> None:
    """Alone in the answer it may be any part's: no lead is dropped for another's fault."""
    script.on("POST", "$batch", answer(refused(404, "0x80040217"), status=404))
    sent = send_batch(table, changes())
    assert (sent.outcomes, sent.alone) == ({}, {0: True, 1: True, 2: True})


def test_an_answer_that_breaks_off_is_asked_for_again_and_then_believed(table: LeadTable, script: Script) -> None:
    """The parts of the second try meet their own first one: perhaps ours."""
    script.on("POST", "$batch", answer(ONE, TWO, THREE, closed=False), answer(*[refused(412)] * 3))
    assert outcomes(send_batch(table, changes())) == [Stale(answer_lost=True)] * 3
    assert len(script.sent) == 2


@pytest.mark.parametrize(
    ("told", "requests", "refusal"),
    [
        (answer(ONE, closed=False), 2, False),
        (answer(*[ONE] * 4), 2, False),
        (refuse(503), 2, False),
        (refuse(500), 1, False),
        (refuse(412), 1, True),
        (refuse(413), 1, True),
        (refuse(400, "0x80060888"), 1, True),
        (refuse(501), 1, True),
        ((200, {"Content-Type": "text/html"}, "<html>"), 1, True),
        ((200, {"Content-Type": "application/json"}, "{}"), 1, True),
        ((204, {}, ""), 1, True),
        ((403, {}, "blocked by firewall"), 1, True),
        ((302, {"Location": "https://elsewhere.example/"}, ""), 1, True),
    ],
)
def test_a_batch_without_an_answer_leaves_all_of_it_open(
    table: LeadTable, script: Script, told: Answer, requests: int, *, refusal: bool
) -> None:
    """Tried again once where that may help; refused for good, it says why batches cannot be relied on."""
    script.on("POST", "$batch", told)
    sent = send_batch(table, changes())
    assert (sent.outcomes, sent.alone) == ({}, {0: True, 1: True, 2: True})
    assert len(script.sent) == requests
    assert bool(sent.refusal) is refusal


def test_a_busy_server_is_waited_for_as_long_as_it_says(table: LeadTable, script: Script, time: FakeTime) -> None:
    """A 429 for the whole batch has done nothing: it is tried again as often as any call."""
    busy = refuse(429, "0x80072322", **{"Retry-After": "9"})
    script.on("POST", "$batch", busy, busy, busy, answer(ONE, TWO, THREE))
    begun = time.monotonic()
    assert outcomes(send_batch(table, changes())) == [Applied('W/"8"')] * 3
    assert time.monotonic() - begun >= 27


def test_a_server_that_stays_busy_is_everybodys_error(table: LeadTable, script: Script) -> None:
    """Its parts are not sent alone: that would be more requests than it can take already."""
    script.on("POST", "$batch", refuse(429, "0x80072322", **{"Retry-After": "1"}))
    sent = send_batch(table, changes())
    assert {getattr(one, "status", None) for one in outcomes(sent)} == {429}
    assert (sent.alone, len(sent.outcomes)) == ({}, 3)


def test_a_token_that_expired_is_renewed(table: LeadTable, script: Script) -> None:
    """401 for the whole has done nothing."""
    script.on("POST", "$batch", refuse(401), answer(ONE, TWO, THREE))
    assert outcomes(send_batch(table, changes())) == [Applied('W/"8"')] * 3


def test_nobody_being_let_in_is_everybodys_error(table: LeadTable, script: Script) -> None:
    """Sending the parts alone could not help."""
    script.on("POST", "$batch", refuse(401))
    sent = send_batch(table, changes())
    assert all(isinstance(one, SignInError) for one in outcomes(sent))
    assert sent.alone == {}


def test_nothing_to_write_is_no_part(table: LeadTable, script: Script) -> None:
    """A change without values is as it should be; without any other there is no request."""
    empty = Change(LEAD_2, 'W/"1"', {})
    script.on("POST", "$batch", answer(ONE))
    assert outcomes(send_batch(table, [*changes(LEAD_1), empty])) == [Applied('W/"8"'), Unchanged()]
    assert outcomes(send_batch(table, [empty])) == [Unchanged()]
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    "change",
    [Change(LEAD_2, "*", {"a": 1}), Change(LEAD_2, 'W/"1"', {"statecode": 1}), Change("nobody", 'W/"1"', {"a": 1})],
)
def test_what_may_not_be_written_keeps_the_whole_batch_back(table: LeadTable, script: Script, change: Change) -> None:
    """A wildcard, the state, no id: a mistake of ours, and nothing is sent."""
    with pytest.raises(ValueError, match=r"\w"):
        send_batch(table, [*changes(), change])
    assert script.sent == []


@pytest.mark.parametrize(
    ("told", "lost", "meant"),
    [
        (refuse(412), False, Stale()),
        (refuse(412), True, Stale(answer_lost=True)),
        ((204, {}, ""), True, Applied(None)),
        (refuse(404, "0x80040217"), True, Refused("deleted")),
    ],
)
def test_alone_an_update_remembers_that_it_may_have_been_written(
    table: LeadTable, script: Script, told: Answer, meant: Outcome, *, lost: bool
) -> None:
    """A 412 after a batch without an answer may be our own."""
    script.on("PATCH", LEAD_1, told)
    assert table.write_alone(changes()[0], answer_lost=lost) == meant


def test_alone_an_error_is_a_value(table: LeadTable, script: Script) -> None:
    """What the outside world refuses comes back, for the caller to judge."""
    script.on("PATCH", LEAD_1, refuse(500, "0x80040216"))
    assert isinstance(table.write_alone(changes()[0]), OutsideError)


def test_what_writes_carry_goes_with_every_part(
    script: Script, table: LeadTable, session: DataverseSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tag in each part's address, the options among its headers, none of it on the batch itself."""
    from connector.dataverse.http.writeoptions import WriteOptions

    monkeypatch.setattr(session, "_write_options", WriteOptions(tag="scores", bypass=("Flows",)))
    script.on("POST", "$batch", answer(ONE, TWO, THREE))
    send_batch(table, changes())
    (request,) = script.sent
    assert isinstance(request.body, bytes)
    parts = read_request(str(request.headers["Content-Type"]), request.body)
    assert all(one.request_line.endswith("&tag=scores HTTP/1.1") for one in parts)
    assert {one.headers["MSCRM.SuppressCallbackRegistrationExpanderJob"] for one in parts} == {"true"}
    assert "MSCRM.SuppressCallbackRegistrationExpanderJob" not in request.headers
