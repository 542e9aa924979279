"""What the pipeline may rely on in a `Writer`: the same for the fake of its tests and for an environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from connector.dataverse.client import Dataverse
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.dataverse.writing.leadwriter import LeadWriter, WriteWay
from connector.errors import OutsideError
from connector.pipeline.ports import Change, Writer
from connector.pipeline.values import Applied, ColumnNeeds, Json, Refused, Stale, WriteResult
from connector.sandbox import Sandbox, start_sandbox
from tests.unit.pipeline.world import FakeDataverse, lead_id

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset())
COUNT = 6


class Stage(Protocol):
    """An environment with some open leads, as the tests see it from outside."""

    leads: list[str]
    score: str  # a column that may be written

    @property
    def writer(self) -> Writer:
        """What is tested."""
        ...

    def etags(self) -> Mapping[str, str]:
        """The etags as a reader gets them."""
        ...

    def value(self, lead: str) -> Json:
        """What stands in the score column."""
        ...

    def edit(self, lead: str) -> None:
        """Change a lead as somebody else."""
        ...

    def close_lead(self, lead: str) -> None:
        """Close a lead as somebody else."""
        ...

    def delete(self, lead: str) -> None:
        """Delete a lead as somebody else."""
        ...


class FakeStage:
    """The fake of the pipeline's tests."""

    score = "lc_score"

    def __init__(self) -> None:
        self.writer = self._fake = FakeDataverse()
        self._fake.batch = COUNT
        self.leads = [lead_id(number) for number in range(1, COUNT + 1)]
        for lead in self.leads:
            self._fake.put(lead, jobtitle="Director")

    def etags(self) -> Mapping[str, str]:
        """By reading."""
        return {lead: row.etag for lead, row in self._fake.read_leads(self.leads, NEEDS).items()}

    def value(self, lead: str) -> Json:
        """As the rows have it."""
        return self._fake.rows[lead].columns[self.score]

    def edit(self, lead: str) -> None:
        """Another title."""
        self._fake.put(lead, jobtitle="Vice President")

    def close_lead(self, lead: str) -> None:
        """No longer open."""
        self._fake.set(lead, is_open=False)

    def delete(self, lead: str) -> None:
        """Gone."""
        self._fake.delete(lead)


@dataclass
class RealStage:
    """The adapter on the sandbox."""

    sandbox: Sandbox
    writer: Dataverse
    leads: list[str]
    score: str = "lc_engagement"

    def etags(self) -> Mapping[str, str]:
        """By reading."""
        return {lead: row.etag for lead, row in self.writer.read_leads(self.leads, NEEDS).items()}

    def value(self, lead: str) -> Json:
        """As the sandbox has it."""
        found: Json = self.sandbox.lead(lead)[self.score]
        return found

    def edit(self, lead: str) -> None:
        """Another number."""
        self.sandbox.update_lead(lead, {"telephone1": "+44 20 7946 0000"})

    def close_lead(self, lead: str) -> None:
        """Disqualified."""
        self.sandbox.update_lead(lead, {"statecode": 2, "statuscode": 4})

    def delete(self, lead: str) -> None:
        """Gone."""
        self.sandbox.delete_lead(lead)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One environment with leads enough for every test."""
    with start_sandbox(leads=200, closed=0, accounts=3) as running:
        yield running
        assert running.calls.crashes == []


@contextmanager
def real(sandbox: Sandbox, way: WriteWay, taken: set[str]) -> Iterator[RealStage]:
    """The adapter, with leads that no test had."""
    settings = sandbox.settings
    bundle = Path(settings["CONNECTOR_CA_BUNDLE"])
    secret = ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
    tokens = SignIn(secret, authority=settings["CONNECTOR_AUTHORITY"], resource=sandbox.url, ca_bundle=bundle)
    with DataverseSession(sandbox.url, tokens, ca_bundle=bundle, sleep=lambda _: None) as session:
        free = [row["leadid"] for row in sandbox.leads() if row["leadid"] not in taken and row["statecode"] == 0]
        leads = free[:COUNT]
        taken.update(leads)
        yield RealStage(sandbox, Dataverse(session, writer=LeadWriter(way)), leads)


@pytest.fixture(scope="module")
def taken() -> set[str]:
    """The leads that tests had."""
    return set()


@pytest.fixture(params=["fake", "single", "batch"])
def stage(request: pytest.FixtureRequest, sandbox: Sandbox, taken: set[str]) -> Iterator[Stage]:
    """Every writer there is."""
    if request.param == "fake":
        yield FakeStage()
        return
    with real(sandbox, WriteWay(request.param), taken) as staged:
        yield staged


def changes(stage: Stage, score: Json = 70) -> list[Change]:
    """A change for each lead, as it is now."""
    etags = stage.etags()
    return [Change(lead, etags[lead], {stage.score: score}) for lead in stage.leads]


def write(
    stage: Stage, some: list[Change], stop: Callable[[], bool] = lambda: False
) -> dict[int, WriteResult | OutsideError]:
    """Write them; the outcomes by place, each told once."""
    told = list(stage.writer.write_many(some, stop=stop))
    assert len({place for place, _ in told}) == len(told)
    return dict(told)


def test_every_change_is_applied_and_told_with_the_new_etag(stage: Stage) -> None:
    """The values stand there, and the etags are those that a read gives."""
    told = write(stage, changes(stage))
    etags = stage.etags()
    assert told == {place: Applied(etags[lead]) for place, lead in enumerate(stage.leads)}
    assert {stage.value(lead) for lead in stage.leads} == {70}


def test_what_happened_to_one_lead_is_its_own_affair(stage: Stage) -> None:
    """Edited, closed and deleted meanwhile: stale or refused, untouched; the others are written."""
    some = changes(stage)
    before = stage.value(stage.leads[1])
    stage.edit(stage.leads[1])
    stage.close_lead(stage.leads[2])
    stage.delete(stage.leads[3])
    told = write(stage, some)
    assert told[1] == Stale()
    assert stage.value(stage.leads[1]) == before
    assert told[2] in {Stale(), Refused("closed")}
    assert told[3] in {Stale(), Refused("deleted")}
    assert {place for place, one in told.items() if isinstance(one, Applied)} == {0, 4, 5}
    assert [stage.value(stage.leads[place]) for place in (0, 4, 5)] == [70, 70, 70]


def test_a_change_that_was_made_is_stale_the_second_time(stage: Stage) -> None:
    """Its etag is that of a version that is over."""
    some = changes(stage)
    write(stage, some)
    assert write(stage, some) == dict.fromkeys(range(COUNT), Stale())


def test_alone_and_among_others_is_the_same(stage: Stage) -> None:
    """`write` says what `write_many` says."""
    first, second, *_ = changes(stage)
    stage.edit(second.lead_id)
    alone = stage.writer.write(first.lead_id, first.etag, first.values)
    assert isinstance(alone, Applied)
    assert stage.writer.write(second.lead_id, second.etag, second.values) == Stale()


def test_nothing_is_sent_once_it_is_to_stop(stage: Stage) -> None:
    """And nothing is told of."""
    before = stage.etags()
    assert write(stage, changes(stage), stop=lambda: True) == {}
    assert stage.etags() == before


def test_a_share_is_at_least_one(stage: Stage) -> None:
    """However few changes and however many threads there are."""
    assert all(stage.writer.share(count, parallel=parallel) >= 1 for count in (0, 1, 500) for parallel in (1, 40))
