"""Who meets criteria among the mirrored leads now: all of them, or a sample that is spread over the table.

Nothing is stored, written or announced.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from connector.pipeline.handover import Share
from connector.pipeline.judge import count_colleagues, facts_of
from connector.pipeline.marks import status_marks
from connector.pipeline.rulebook import LiveModel, TitleReader, models_of
from connector.pipeline.values import Dossier, Environment
from connector.scoring.facttypes import FactTypes
from connector.scoring.qualification import CompiledCondition, Verdict, compile_condition, qualify
from connector.scoring.rules import Criteria
from connector.scoring.score import Facts, Outcome, Score

CHUNK = 500
SAMPLE, STARTS = 2_000, 20  # leads of a sample, and the places of the table at which it begins


class LeadStore(Protocol):
    """Mirrored leads."""

    def dossiers(self, limit: int, *, now: datetime, after: str = "") -> Sequence[Dossier]:
        """Dossiers of all mirrored leads in the order of their ids, ids greater than `after`."""
        ...

    def count_leads(self) -> int:
        """How many leads are mirrored."""
        ...


class Judge:
    """One qualification document, compiled to be asked of any lead, live or not.

    `models` are the live ones; those that the document names must be among them.
    """

    def __init__(
        self, criteria: Criteria, models: dict[str, LiveModel], types: FactTypes, read_title: TitleReader
    ) -> None:
        known = {name: live.model for name, live in models.items()}
        self.criteria = criteria
        self.models = models
        self._read_title = read_title
        self.when: CompiledCondition = compile_condition(criteria.when, types, read_title, models=known)
        self._audience = (
            None if criteria.audience is None else compile_condition(criteria.audience, types, read_title, models=known)
        )

    def facts(self, dossier: Dossier, now: datetime) -> Facts:
        """What is asked of a lead."""
        counted, _ = count_colleagues(dossier, self._read_title, now)
        return facts_of(dossier, counted)

    def scores(self, facts: Facts, now: datetime) -> dict[str, Score]:
        """What the live models say."""
        return {name: live.scorer.score(facts, now) for name, live in self.models.items()}

    @property
    def named(self) -> frozenset[str]:
        """The models that the document asks for."""
        return models_of(self.criteria)

    def answer(self, facts: Facts, scores: dict[str, Score], now: datetime) -> tuple[Verdict | None, Sequence[str]]:
        """The verdict, and the facts that keep it from being one; an audience that is unknown is told so too."""
        verdict = self.verdict(facts, scores, now)
        if verdict is None or verdict.outcome is not Outcome.UNKNOWN:
            return verdict, ()
        _, unknown, _ = self.when.answer(facts, scores, now)
        return verdict, [part.fact for part in unknown]

    def verdict(self, facts: Facts, scores: dict[str, Score], now: datetime) -> Verdict | None:
        """What the document says; None of a lead that is outside its audience."""
        if self._audience is not None and self._audience(facts, scores, now) is not Outcome.TRUE:
            return None
        return qualify(self.when, scores, facts, now)


def is_marked(dossier: Dossier, criteria: Criteria, environment: Environment | None, ready: str | None) -> bool:
    """Whether a lead bears a mark already, as far as that can be told: in its columns, or in our memory."""
    marks = frozenset[int]() if environment is None else status_marks(criteria.actions.status_reason, environment)
    if criteria.actions.status_reason is not None and criteria.actions.status_reason.value is not None:
        marks |= {criteria.actions.status_reason.value}
    column = criteria.actions.sales_ready if isinstance(criteria.actions.sales_ready, str) else ready
    is_ready = dossier.lead.marked_ready is True if criteria.actions.sales_ready is True else False
    return (
        dossier.lead.status_reason in marks
        or is_ready
        or (bool(criteria.actions.sales_ready) and column is not None and dossier.lead.columns.get(column) is True)
        or any(mark.qualification == criteria.name for mark in dossier.marks)
    )


def all_leads(store: LeadStore, now: datetime) -> Iterator[Dossier]:
    """Every mirrored lead."""
    after = ""
    while found := store.dossiers(CHUNK, now=now, after=after):
        yield from found
        after = found[-1].lead.lead_id


def sample(store: LeadStore, now: datetime) -> Iterator[Dossier]:
    """Every mirrored lead of a small table; of a large one some from places spread over it.

    Ids begin with hexadecimal digits, which tell nothing of a lead.
    """
    if store.count_leads() <= SAMPLE:
        yield from all_leads(store, now)
        return
    met: set[str] = set()
    for start in range(STARTS):
        after = f"{start * 256 // STARTS:02x}"
        for one in store.dossiers(SAMPLE // STARTS, now=now, after=after):
            if one.lead.lead_id not in met:
                met.add(one.lead.lead_id)
                yield one


def share_of(
    store: LeadStore, judge: Judge, now: datetime, environment: Environment | None = None, ready: str | None = None
) -> Share:
    """How many of a sample would be marked at once."""
    looked_at = marked = 0
    for dossier in sample(store, now):
        looked_at += 1
        facts = judge.facts(dossier, now)
        verdict = judge.verdict(facts, judge.scores(facts, now), now)
        if verdict is not None and verdict.outcome is Outcome.TRUE:
            marked += not is_marked(dossier, judge.criteria, environment, ready)
    return Share(marked, looked_at, store.count_leads())
