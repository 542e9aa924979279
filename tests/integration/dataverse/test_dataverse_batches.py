"""The Dataverse adapter writes batches to the sandbox over real HTTPS: guards, faults in the middle, the fallback."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.dataverse.writing.leadwriter import LeadWriter, WriteWay
from connector.errors import OutsideError
from connector.pipeline.ports import Change
from connector.pipeline.values import Applied, ColumnNeeds, Refused, Stale, WriteResult
from connector.sandbox import Sandbox, start_sandbox

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset(), frozenset({"lc_engagement"}))
COUNT = 20


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A small environment."""
    with start_sandbox(leads=60, closed=2, accounts=3) as running:
        yield running
        assert running.calls.crashes == []


@contextmanager
def connected(sandbox: Sandbox, writer: LeadWriter) -> Iterator[Dataverse]:
    """The adapter with this writer; no pause is made."""
    settings = sandbox.settings
    bundle = Path(settings["CONNECTOR_CA_BUNDLE"])
    secret = ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
    tokens = SignIn(secret, authority=settings["CONNECTOR_AUTHORITY"], resource=sandbox.url, ca_bundle=bundle)
    with DataverseSession(sandbox.url, tokens, ca_bundle=bundle, sleep=lambda _: None) as session:
        yield Dataverse(session, writer=writer)


@pytest.fixture
def writer() -> LeadWriter:
    """Batches."""
    return LeadWriter(WriteWay.BATCH)


@pytest.fixture
def dataverse(sandbox: Sandbox, writer: LeadWriter) -> Iterator[Dataverse]:
    """The adapter, its metadata read and its batches known to work."""
    with connected(sandbox, writer) as opened:
        spare = changes(sandbox, opened)[-2:]
        list(opened.write_many(spare, stop=lambda: False))
        assert writer.batches is True
        sandbox.calls.clear()
        yield opened


def changes(sandbox: Sandbox, dataverse: Dataverse) -> list[Change]:
    """A change for each open lead without a score, as it is now."""
    ids = [row["leadid"] for row in sandbox.leads() if row["statecode"] == 0 and row["lc_engagement"] is None]
    rows = dataverse.read_leads(ids, NEEDS)
    return [Change(lead, rows[lead].etag, {"lc_engagement": 70}) for lead in ids]


def write(dataverse: Dataverse, some: list[Change]) -> list[WriteResult | OutsideError]:
    """Write them; the outcomes in their order."""
    told = dict(dataverse.write_many(some, stop=lambda: False))
    assert sorted(told) == list(range(len(some)))
    return [told[place] for place in range(len(some))]


def scores(sandbox: Sandbox, some: list[Change]) -> list[object]:
    """What stands there."""
    return [sandbox.lead(change.lead_id)["lc_engagement"] for change in some]


def test_a_batch_is_one_request_and_every_part_is_guarded(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """Each lead is written once, and the etags told are those of the rows."""
    some = changes(sandbox, dataverse)[:COUNT]
    sandbox.calls.clear()
    told = write(dataverse, some)
    assert sandbox.calls.count("dataverse", "batch") == 1
    assert sandbox.calls.count("dataverse", "write") == 0
    rows = dataverse.read_leads([change.lead_id for change in some], NEEDS)
    assert told == [Applied(rows[change.lead_id].etag) for change in some]
    assert scores(sandbox, some) == [70] * COUNT


def test_leads_that_changed_while_the_batch_was_under_way_are_left_alone(
    sandbox: Sandbox, dataverse: Dataverse
) -> None:
    """Edited and closed by others between the parts: stale, untouched; the other parts are written."""
    some = changes(sandbox, dataverse)[:COUNT]
    edited, closed = some[3].lead_id, some[COUNT - 1].lead_id
    sandbox.before_write(edited, lambda: sandbox.update_lead(edited, {"telephone1": "+44 20 7946 0000"}))
    sandbox.before_write(closed, lambda: sandbox.update_lead(closed, {"statecode": 2, "statuscode": 4}))
    told = write(dataverse, some)
    assert [place for place, one in enumerate(told) if one == Stale()] == [3, COUNT - 1]
    assert [value is None for value in scores(sandbox, some)] == [place in {3, COUNT - 1} for place in range(COUNT)]


def test_each_parts_refusal_is_its_own(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """A Status Reason of another state and a lead that is gone, among others."""
    some = changes(sandbox, dataverse)[:COUNT]
    some[1] = Change(some[1].lead_id, some[1].etag, {"statuscode": 3})
    sandbox.delete_lead(some[2].lead_id)
    told = write(dataverse, some)
    assert isinstance(told[1], Refused)
    assert (told[1].reason, "0x80048408" in told[1].message) == ("rejected", True)
    assert told[2] in {Refused("deleted"), Stale()}
    assert sum(isinstance(one, Applied) for one in told) == COUNT - 2


@pytest.mark.parametrize("fault", ["truncated", "reset", "no_answer"])
def test_a_connection_that_breaks_in_a_batch_writes_each_lead_once(
    sandbox: Sandbox, dataverse: Dataverse, fault: str
) -> None:
    """All was written and no answer came: every part of the repeat says that it may be our own."""
    some = changes(sandbox, dataverse)[:COUNT]
    getattr(sandbox.faults, fault)(when="$batch")
    before = {lead: row.etag for lead, row in dataverse.read_leads([one.lead_id for one in some], NEEDS).items()}
    assert write(dataverse, some) == [Stale(answer_lost=True)] * COUNT
    assert scores(sandbox, some) == [70] * COUNT
    after = {lead: row.etag for lead, row in dataverse.read_leads([one.lead_id for one in some], NEEDS).items()}
    assert all(before[lead] != after[lead] for lead in before)


def test_a_batch_whose_answer_never_comes_is_found_out_lead_by_lead(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """A gateway that gives up on every batch: two tries, then each alone, which is told as perhaps our own."""
    some = changes(sandbox, dataverse)[:COUNT]
    sandbox.faults.status(504, times=None, when="$batch", handled=True)
    assert write(dataverse, some) == [Stale(answer_lost=True)] * COUNT
    assert sandbox.calls.count("dataverse", "batch") == 2
    assert scores(sandbox, some) == [70] * COUNT


def test_a_busy_server_is_waited_for(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """A 429 has done nothing, so that the repeat applies."""
    some = changes(sandbox, dataverse)[:COUNT]
    sandbox.faults.status(429, code="0x80072322", retry_after=2, when="$batch", times=3)
    assert all(isinstance(one, Applied) for one in write(dataverse, some))


def test_a_token_that_expires_costs_one_more(sandbox: Sandbox, dataverse: Dataverse) -> None:
    """And no lead."""
    some = changes(sandbox, dataverse)[:COUNT]
    sandbox.faults.expired_access_token(when="$batch")
    assert all(isinstance(one, Applied) for one in write(dataverse, some))


@pytest.mark.parametrize("status", [400, 403, 404, 413, 501])
def test_an_environment_that_refuses_batches_is_written_to_one_by_one(
    sandbox: Sandbox, writer: LeadWriter, status: int
) -> None:
    """From the first question on, or at any later batch: every lead is written, none twice."""
    sandbox.faults.status(status, times=None, when="$batch")
    with connected(sandbox, writer) as opened:
        some = changes(sandbox, opened)[:COUNT]
        assert all(isinstance(one, Applied) for one in write(opened, some))
    assert writer.batches is False
    assert sandbox.calls.count("dataverse", "batch") == 1
    assert sandbox.calls.count("dataverse", "write") == COUNT
    assert scores(sandbox, some) == [70] * COUNT


def test_a_web_page_instead_of_an_answer_turns_batches_off(
    sandbox: Sandbox, dataverse: Dataverse, writer: LeadWriter
) -> None:
    """Something on the way began to answer: alone, the leads are written."""
    some = changes(sandbox, dataverse)[:COUNT]
    sandbox.faults.html(when="$batch", times=None)
    assert all(isinstance(one, Applied) for one in write(dataverse, some))
    assert writer.batches is False


def test_the_question_changes_nothing(sandbox: Sandbox, writer: LeadWriter) -> None:
    """Asked before anything is written, with a lead of the batch: that row stays at its version."""
    with connected(sandbox, writer) as opened:
        some = changes(sandbox, opened)[:2]
        told = write(opened, some)
    assert all(isinstance(one, Applied) for one in told)  # with the etags from before the question
    assert sandbox.calls.count("dataverse", "batch") == 2


def test_many_threads_write_batches_through_one_session(sandbox: Sandbox, writer: LeadWriter) -> None:
    """Some of them turned away at first; the environment is asked once, every lead written once."""
    sandbox.faults.status(429, retry_after=1, times=4, when="$batch")
    with connected(sandbox, writer) as opened:
        some = changes(sandbox, opened)
        with ThreadPoolExecutor(6) as pool:
            told = list(pool.map(lambda start: write(opened, some[start : start + 5]), range(0, len(some), 5)))
    assert all(isinstance(one, Applied) for share in told for one in share)
    assert scores(sandbox, some) == [70] * len(some)
    assert not any("cookie" in call.headers for call in sandbox.calls.all())
