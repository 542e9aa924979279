"""What the pipeline may rely on in a `RelatedWriter`: the same for the fake of its tests and for an environment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol
from uuid import NAMESPACE_DNS, uuid5

import pytest

from connector.dataverse.columns import PREDICTIVE_SCORE_TABLE
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.identity.auth import ClientSecret, SignIn
from connector.dataverse.setup.historytable import create_table
from connector.dataverse.setup.tableplans import PlannedTable, State, WantedTable
from connector.dataverse.writing.relatedrows import RelatedRows
from connector.errors import OutsideError
from connector.pipeline.ports import RelatedWriter
from connector.pipeline.related import predictive_row_id
from connector.pipeline.values import Json, RelatedRow, RowKind, RowLeft, RowResult, RowWritten
from connector.sandbox import Sandbox, start_sandbox
from tests.unit.pipeline.fakerows import FakeRelatedRows

HISTORY = "lc_scorehistory"
COUNT = 5


class Stage(Protocol):
    """Where rows are written, as the tests see it from outside."""

    leads: list[str]

    @property
    def writer(self) -> RelatedWriter:
        """What is tested."""
        ...

    def score(self, row: RelatedRow) -> Json:
        """The score that a row has there; None where there is no such row."""
        ...

    def give_score(self, lead: str, score: int) -> None:
        """Let another scorer give a lead its predictive score."""
        ...

    def take_over(self, row: RelatedRow, score: int) -> None:
        """Let another scorer write over a predictive score of ours."""
        ...

    def delete_lead(self, lead: str) -> None:
        """Delete a lead."""
        ...


class FakeStage:
    """The fake of the pipeline's tests."""

    def __init__(self) -> None:
        self.leads = [str(uuid5(NAMESPACE_DNS, f"lead {number}")) for number in range(COUNT)]
        self.writer = self._fake = FakeRelatedRows()

    def score(self, row: RelatedRow) -> Json:
        """As the rows have it."""
        known = self._fake.rows.get(row.row_id)
        return None if known is None else known.values["score"]

    def give_score(self, lead: str, score: int) -> None:
        """A row that is not ours."""
        self._fake.foreign.add(lead)

    def take_over(self, row: RelatedRow, score: int) -> None:
        """It is theirs now."""
        self._fake.put(row.row_id, {"score": score})
        self._fake.foreign.add(row.lead_id)

    def delete_lead(self, lead: str) -> None:
        """Gone."""
        self._fake.gone.add(lead)


class RealStage:
    """The adapter on the sandbox, with leads that no test had."""

    def __init__(self, sandbox: Sandbox, session: DataverseSession, leads: list[str]) -> None:
        self.leads = leads
        self.writer = RelatedRows(session)
        self._sandbox = sandbox

    def score(self, row: RelatedRow) -> Json:
        """As the sandbox has it."""
        table, column = (
            (HISTORY, "lc_score") if row.kind is RowKind.HISTORY else (PREDICTIVE_SCORE_TABLE, "msdyn_score")
        )
        known = self._sandbox.data.row(table, row.row_id)
        found: Json = None if known is None else known[column]
        return found

    def give_score(self, lead: str, score: int) -> None:
        """By another user, under another id."""
        values = {"msdyn_entityid": lead, "msdyn_entitytype": "lead", "msdyn_score": score}
        self._sandbox.data.add(PREDICTIVE_SCORE_TABLE, values)

    def take_over(self, row: RelatedRow, score: int) -> None:
        """By a native model."""
        values = {"msdyn_contributingpredictionids": "p-1", "msdyn_score": score}
        self._sandbox.data.update(PREDICTIVE_SCORE_TABLE, row.row_id, values)

    def delete_lead(self, lead: str) -> None:
        """Gone."""
        self._sandbox.delete_lead(lead)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """One environment with leads enough for every test."""
    with start_sandbox(leads=100, closed=0, accounts=3) as running:
        yield running
        assert running.calls.crashes == []


@pytest.fixture(scope="module")
def session(sandbox: Sandbox) -> Iterator[DataverseSession]:
    """A session with it; the history table is there."""
    settings = sandbox.settings
    bundle = Path(settings["CONNECTOR_CA_BUNDLE"])
    secret = ClientSecret(settings["CONNECTOR_CLIENT_ID"], settings["CONNECTOR_CLIENT_SECRET"])
    tokens = SignIn(secret, authority=settings["CONNECTOR_AUTHORITY"], resource=sandbox.url, ca_bundle=bundle)
    with DataverseSession(sandbox.url, tokens, ca_bundle=bundle, sleep=lambda _: None) as opened:
        planned = PlannedTable(WantedTable(HISTORY, ("heat",)), State.MISSING)
        create_table(opened, planned, solution="SandboxScores", language=1033, wait=lambda _: None)
        yield opened


@pytest.fixture(scope="module")
def taken() -> set[str]:
    """The leads that tests had."""
    return set()


@pytest.fixture(params=["fake", "real"])
def stage(request: pytest.FixtureRequest, taken: set[str]) -> Stage:
    """Both writers."""
    if request.param == "fake":
        return FakeStage()
    sandbox: Sandbox = request.getfixturevalue("sandbox")
    leads = [row["leadid"] for row in sandbox.leads() if row["leadid"] not in taken][:COUNT]
    taken.update(leads)
    return RealStage(sandbox, request.getfixturevalue("session"), leads)


def history(lead: str, score: int = 40) -> RelatedRow:
    """A row of the history."""
    values: Mapping[str, Json] = {
        "name": "heat 40",
        "model": "heat",
        "version": 1,
        "score": score,
        "grade": "Warm",
        "previous_score": None,
        "reasons": "+40 A title",
        "scored_on": "2026-11-21T09:00:00Z",
    }
    row_id = str(uuid5(NAMESPACE_DNS, f"history {lead}"))
    return RelatedRow(RowKind.HISTORY, row_id, lead, values, (("lead_id", "lead", lead),), HISTORY)


def predictive(lead: str, score: int = 40) -> RelatedRow:
    """A predictive score."""
    values: Mapping[str, Json] = {
        "name": "heat 1",
        "entity_id": lead,
        "entity_type": "lead",
        "score": score,
        "grade": "B",
        "score_trend": "improving",
        "score_reasons": "+40 A title",
        "scored_on": "2026-11-21T09:00:00Z",
    }
    return RelatedRow(RowKind.PREDICTIVE, predictive_row_id(lead), lead, values, updates=True)


def write(
    stage: Stage, rows: Sequence[RelatedRow], stop: Callable[[], bool] = lambda: False
) -> list[RowResult | OutsideError]:
    """Write rows; the results in their order, each told once."""
    told = list(stage.writer.write_rows(rows, stop=stop))
    assert len({place for place, _ in told}) == len(told)
    return [result for _, result in sorted(told, key=lambda pair: pair[0])]


def test_rows_of_several_tables_are_written_in_one_call(stage: Stage) -> None:
    """Every one stands there with what it says."""
    rows = [make(lead) for lead in stage.leads for make in (history, predictive)]
    assert write(stage, rows) == [RowWritten()] * len(rows)
    assert {stage.score(row) for row in rows} == {40}


def test_a_row_that_is_there_is_done(stage: Stage) -> None:
    """Written twice it is one row, and history is never written over."""
    first = [history(lead) for lead in stage.leads]
    assert write(stage, first) == [RowWritten()] * COUNT
    assert write(stage, [*first[:1]]) == [RowWritten()]
    assert write(stage, [history(lead, 99) for lead in stage.leads]) == [RowWritten()] * COUNT
    assert {stage.score(row) for row in first} == {40}


def test_a_row_that_is_updated_takes_the_new_values(stage: Stage) -> None:
    """Some there already and some not, in one call and alone."""
    write(stage, [predictive(lead) for lead in stage.leads[:2]])
    rows = [predictive(lead, 70) for lead in stage.leads]
    assert write(stage, rows) == [RowWritten()] * COUNT
    assert {stage.score(row) for row in rows} == {70}
    assert write(stage, [predictive(stage.leads[0], 80)]) == [RowWritten()]
    assert stage.score(rows[0]) == 80


def test_another_scorer_s_row_is_left_alone(stage: Stage) -> None:
    """One that was there before ours, and ours once it is theirs; the others are written."""
    mine = predictive(stage.leads[1])
    write(stage, [mine])
    stage.give_score(stage.leads[0], 7)
    stage.take_over(mine, 9)
    rows = [predictive(lead, 70) for lead in stage.leads]
    assert write(stage, rows) == [RowLeft("taken"), RowLeft("taken"), *[RowWritten()] * (COUNT - 2)]
    assert [stage.score(row) for row in rows[:2]] == [None, 9]
    assert write(stage, rows[:1]) == [RowLeft("taken")]


def test_a_row_about_a_deleted_lead_is_not_written(stage: Stage) -> None:
    """There is nothing to point to; the others are written."""
    stage.delete_lead(stage.leads[2])
    rows = [history(lead) for lead in stage.leads]
    results = write(stage, rows)
    assert results[2] == RowLeft("gone")
    assert results[:2] + results[3:] == [RowWritten()] * (COUNT - 1)
    assert write(stage, rows[2:3]) == [RowLeft("gone")]


def test_once_it_stops_nothing_more_is_sent(stage: Stage) -> None:
    """What was not sent is not told."""
    rows = [history(lead) for lead in stage.leads]
    assert write(stage, rows, lambda: True) == []
    assert {stage.score(row) for row in rows} == {None}
