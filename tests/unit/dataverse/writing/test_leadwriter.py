"""Which way leads are written, and falling back to single updates where an environment's batches are not reliable."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from requests import PreparedRequest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.writing.batchwriting import LeadTable, Outcome
from connector.dataverse.writing.leadwriter import BATCH_SIZE, LeadWriter, WriteWay
from connector.errors import OutsideError
from connector.pipeline.ports import Change
from connector.pipeline.values import Applied, Stale, Unchanged
from tests.unit.dataverse.multipart import KIND, applied, joined, part, read_request, refused
from tests.unit.dataverse.support import Answer, Script, refuse

ROW = {"@odata.etag": 'W/"41"', "lc_engagement": 3}
WORKS = (200, KIND, joined([refused(412)]))
NEVER = lambda: False  # noqa: E731 - a word for it


def lead(number: int) -> str:
    """A lead's id."""
    return f"11111111-0000-0000-0000-{number:012d}"


def changes(count: int) -> list[Change]:
    """A change for each of so many leads."""
    return [Change(lead(number), f'W/"{number + 1}"', {"lc_engagement": 70}) for number in range(count)]


def batch(*statuses: int) -> Answer:
    """An answer with these statuses."""
    return 200, KIND, joined([part(204) if status == 204 else refused(status) for status in statuses])


@pytest.fixture
def table(session: DataverseSession, script: Script) -> LeadTable:
    """Where leads are written; single updates apply."""
    script.on("GET", "leads(", ROW)
    script.on("PATCH", "leads(", (204, {}, ""))
    return LeadTable(session, "leads", "leadid")


def write(writer: LeadWriter, table: LeadTable, some: Sequence[Change]) -> list[Outcome]:
    """Write, and give the outcomes in the order of the changes."""
    return [outcome for _, outcome in sorted(writer.write_many(table, some, stop=NEVER), key=lambda pair: pair[0])]


def batches(script: Script) -> list[int]:
    """How many parts each batch had, the question of the environment first."""
    return [len(parts_of(request)) for request in script.sent if request.method == "POST"]


def parts_of(request: PreparedRequest) -> list[str]:
    """The request lines of a batch."""
    assert isinstance(request.body, bytes)
    return [one.request_line for one in read_request(str(request.headers["Content-Type"]), request.body)]


def singles(script: Script) -> list[str]:
    """The leads that were written alone."""
    found = (re.search(r"leads\((.*)\)\?\$select=leadid", url) for url in script.urls())
    return [one[1] for one in found if one]


# --- how many at once ---


@pytest.mark.parametrize(
    ("way", "count", "parallel", "share"),
    [
        (WriteWay.AUTO, 0, 8, 1),
        (WriteWay.AUTO, 8, 8, 1),
        (WriteWay.AUTO, 9, 8, 2),
        (WriteWay.AUTO, 500, 40, 13),
        (WriteWay.AUTO, 20_000, 40, BATCH_SIZE),
        (WriteWay.BATCH, 3, 8, BATCH_SIZE),
        (WriteWay.SINGLE, 20_000, 40, 1),
    ],
)
def test_a_share_fills_the_threads_before_the_batches(way: WriteWay, count: int, parallel: int, share: int) -> None:
    """Every thread has something to do, then batches grow to their size; as it was told, where it was."""
    assert LeadWriter(way).share(count, parallel=parallel) == share


@pytest.mark.parametrize("size", [0, 1001])
def test_a_batch_has_a_size_that_dataverse_takes(size: int) -> None:
    """From one to a thousand."""
    with pytest.raises(ValueError, match="batch_size"):
        LeadWriter(batch_size=size)


# --- asking first ---


def test_the_environment_is_asked_once(table: LeadTable, script: Script) -> None:
    """Before the first batch; then it is known."""
    script.on("POST", "$batch", WORKS, batch(204, 204))
    writer = LeadWriter()
    known = [writer.batches]
    for _ in range(2):
        assert write(writer, table, changes(2)) == [Applied(None)] * 2
        known.append(writer.batches)
    assert known == [None, True, True]
    assert batches(script) == [1, 2, 2]
    assert singles(script) == []


def test_threads_that_begin_together_ask_once(table: LeadTable, script: Script) -> None:
    """The others wait for the answer."""
    script.on("POST", "$batch", WORKS, batch(204, 204))
    writer = LeadWriter()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(writer, table, changes(2)), range(4)))
    assert sorted(batches(script)) == [1, 2, 2, 2, 2]


@pytest.mark.parametrize("told", [batch(204), refuse(501), refuse(400)])
def test_unguarded_or_refused_batches_are_never_used(
    table: LeadTable, script: Script, caplog: pytest.LogCaptureFixture, told: Answer
) -> None:
    """Even where batches are asked for: every update goes alone, under its guard, and the log says why, once."""
    script.on("POST", "$batch", told)
    writer = LeadWriter(WriteWay.BATCH)
    with caplog.at_level(logging.WARNING):
        assert write(writer, table, changes(3)) == [Applied(None)] * 3
        assert write(writer, table, changes(3)) == [Applied(None)] * 3
    assert (writer.batches, writer.share(500, parallel=8)) == (False, 1)
    assert batches(script) == [1]
    assert singles(script) == [lead(0), lead(1), lead(2)] * 2
    assert all(request.headers["If-Match"].startswith('W/"') for request in script.sent if request.method == "PATCH")
    assert [record.message for record in caplog.records if "one by one" in record.message]
    assert sum("one by one" in record.message for record in caplog.records) == 1


def test_what_could_not_be_found_out_is_asked_again_but_not_for_ever(table: LeadTable, script: Script) -> None:
    """The lead was gone: those changes go alone, the next ones ask again, three times at most."""
    script.on("POST", "$batch", batch(404))
    writer = LeadWriter()
    for known in (None, None, False, False):
        assert write(writer, table, changes(2)) == [Applied(None)] * 2
        assert writer.batches is known
    assert batches(script) == [1, 1, 1]


def test_a_later_answer_counts(table: LeadTable, script: Script) -> None:
    """Not found out at first, found out then."""
    script.on("POST", "$batch", batch(404), WORKS, batch(204, 204))
    writer = LeadWriter()
    write(writer, table, changes(2))
    write(writer, table, changes(2))
    assert (writer.batches, batches(script)) == (True, [1, 1, 2])


def test_single_updates_ask_nothing(table: LeadTable, script: Script) -> None:
    """Where they are set, and where there is one change only."""
    write(LeadWriter(WriteWay.SINGLE), table, changes(2))
    write(LeadWriter(), table, changes(1))
    write(LeadWriter(), table, [Change(lead(1), 'W/"1"', {}), Change(lead(2), 'W/"1"', {})])
    assert {request.method for request in script.sent} == {"PATCH"}
    assert len(script.sent) == 3


# --- writing ---


def test_more_changes_than_a_batch_takes_go_in_several(table: LeadTable, script: Script) -> None:
    """Each place is told of once."""
    script.on("POST", "$batch", WORKS, batch(204, 412), batch(204, 204), batch(204))
    found = write(LeadWriter(batch_size=2), table, changes(5))
    assert found == [Applied(None), Stale(), Applied(None), Applied(None), Applied(None)]
    assert batches(script) == [1, 2, 2, 1]


def test_what_a_batch_left_open_is_written_alone(table: LeadTable, script: Script) -> None:
    """A part that met a busy server; nothing else is sent again."""
    script.on("POST", "$batch", WORKS, batch(204, 503, 412))
    assert write(LeadWriter(), table, changes(3)) == [Applied(None), Applied(None), Stale()]
    assert singles(script) == [lead(1)]


def test_a_batch_that_stops_at_an_error_is_the_last(table: LeadTable, script: Script) -> None:
    """An environment without continue-on-error: the rest alone, and batches no more."""
    stopped = (412, KIND, joined([part(204, content_id=1), refused(412, content_id=2)]))
    script.on("POST", "$batch", WORKS, stopped)
    writer = LeadWriter()
    assert write(writer, table, changes(4)) == [Applied(None), Stale(), Applied(None), Applied(None)]
    assert singles(script) == [lead(2), lead(3)]
    assert writer.batches is False


def test_a_batch_without_an_answer_may_have_been_written(table: LeadTable, script: Script) -> None:
    """Its parts go alone; a 412 may be our own first try."""
    script.on("POST", "$batch", WORKS, refuse(504))
    script.on("PATCH", lead(0), refuse(412))
    writer = LeadWriter()
    assert write(writer, table, changes(2)) == [Stale(answer_lost=True), Applied(None)]
    assert writer.batches is True


def test_nothing_but_conflicts_is_doubted_once(table: LeadTable, script: Script) -> None:
    """An environment that refuses every etag in a part: one update alone shows it, and the others follow alone."""
    script.on("POST", "$batch", WORKS, batch(412, 412, 412))
    writer = LeadWriter()
    assert write(writer, table, changes(3)) == [Applied(None)] * 3
    assert singles(script) == [lead(0), lead(1), lead(2)]
    assert writer.batches is False


def test_conflicts_that_are_true_are_believed(table: LeadTable, script: Script) -> None:
    """The one alone meets 412 as well: everybody was edited."""
    script.on("POST", "$batch", WORKS, batch(412, 412), batch(204, 204), batch(412, 412))
    script.on("PATCH", "leads(", refuse(412))
    writer = LeadWriter()
    assert write(writer, table, changes(2)) == [Stale(), Stale()]
    write(writer, table, changes(2))
    assert write(writer, table, changes(2)) == [Stale(), Stale()]
    assert (writer.batches, singles(script)) == (True, [lead(0)])


def test_a_stop_is_heard_between_two_requests(table: LeadTable, script: Script) -> None:
    """What is answered is told; what was not sent is not."""
    script.on("POST", "$batch", WORKS, batch(204, 503), batch(204, 204))
    asked: Iterator[bool] = iter([False, False, True, True])
    writer = LeadWriter(batch_size=2)
    assert list(writer.write_many(table, changes(4), stop=lambda: next(asked))) == [(0, Applied(None))]
    assert singles(script) == []
    assert list(writer.write_many(table, changes(4), stop=lambda: True)) == []
    writer = LeadWriter(WriteWay.SINGLE)
    assert list(writer.write_many(table, changes(4), stop=lambda: True)) == []


def test_a_mistake_sends_nothing(table: LeadTable, script: Script) -> None:
    """One change without an etag among many, in whatever way they are written."""
    for way in WriteWay:
        with pytest.raises(ValueError, match="etag"):
            write(LeadWriter(way), table, [*changes(2), Change(lead(9), "*", {"lc_engagement": 1})])
    assert script.sent == []


def test_an_error_of_one_lead_is_its_own(table: LeadTable, script: Script) -> None:
    """Alone, too, it comes as a value beside the others' results."""
    script.on("PATCH", lead(0), refuse(500, "0x80040216"))
    first, second = write(LeadWriter(WriteWay.SINGLE), table, changes(2))
    assert isinstance(first, OutsideError)
    assert second == Applied(None)


def test_a_change_without_values_is_unchanged(table: LeadTable, script: Script) -> None:
    """Among others in a batch."""
    script.on("POST", "$batch", WORKS, (200, KIND, joined([applied(lead(0))])))
    assert write(LeadWriter(), table, [*changes(1), Change(lead(1), 'W/"1"', {})]) == [Applied('W/"8"'), Unchanged()]
