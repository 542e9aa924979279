"""Subscriptions as alerts: each listens as an alert document would, so that crossings and baselines mean the same.

A subscription on a model that is not live listens to nothing until it is. Nothing is stored or sent here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Protocol

from connector.pipeline.announce import CardColumns
from connector.pipeline.rulebook import LiveAlert, LiveModel, Rulebook
from connector.pipeline.subscriptions import About, Subscription, TriggerName
from connector.scoring.operators import fold
from connector.scoring.qualification import CompiledCondition, compile_condition
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Alert,
    All,
    Crosses,
    FactTest,
    GradeChanges,
    IsQualified,
    Model,
    ModelTest,
    NeedsData,
    Operator,
    Trigger,
)
from connector.scoring.usage import leaves

AWAKE_FOR = timedelta(days=30)


class Subscriptions(Protocol):
    """What is asked of the store."""

    def subscription_ids(self) -> Collection[str]:
        """The ids of those that go on."""
        ...

    def subscriptions(self) -> Iterable[Subscription]:
        """Those that go on."""
        ...


@dataclass(slots=True)
class Subscribers:
    """A rulebook with the subscriptions that there are at the moment. For one thread at a time."""

    store: Subscriptions
    rulebook: Rulebook
    cards: CardColumns
    _known: Collection[str] = frozenset()
    _heard: Rulebook | None = field(default=None)

    def heard(self) -> Rulebook:
        """The rulebook with an alert for each subscription that goes on; looked up anew at every call."""
        known = self.store.subscription_ids()
        if self._heard is None or known != self._known:
            alerts = live_alerts(self.store.subscriptions() if known else (), self.rulebook, self.cards)
            self._heard = replace(self.rulebook, alerts=(*self.rulebook.alerts, *alerts))
            self._known = known
        return self._heard


def live_alerts(subscriptions: Iterable[Subscription], rulebook: Rulebook, cards: CardColumns) -> tuple[LiveAlert, ...]:
    """What these subscriptions listen to, by the live documents."""
    marks = {name: _marks(live.model, rulebook) for name, live in rulebook.models.items()}
    alerts = []
    for one in subscriptions:
        on = _trigger(one, rulebook.models, marks)
        if on is not None:
            where = _where(one.filters.owner, one.filters.country, cards.owner, cards.country)
            name = one.destination
            # A flow names no lower bound: each rise to its threshold is a crossing.
            bound = on.threshold if isinstance(on, Crosses) else None
            alert = Alert(name, on, (), rearm_below=bound)
            alerts.append(LiveAlert(alert, where, 1, (name,), since=one.created_at))
    return tuple(alerts)


def _trigger(
    one: Subscription, models: Mapping[str, LiveModel], marks: Mapping[str, tuple[int, ...]]
) -> Trigger | None:
    """What a subscription listens to; None where that is nothing that decisions bring."""
    asked = one.filters
    on: Trigger | None = None
    if asked.model not in {ANY_MODEL, *models}:
        return None
    match one.trigger:
        case TriggerName.SCORE_CROSSED if asked.minimum is not None:
            on = Crosses(asked.model, asked.minimum)
        case TriggerName.GRADE_CHANGED:
            on = GradeChanges(asked.model, asked.grade)
        case TriggerName.LEAD_QUALIFIED:
            on = IsQualified(asked.qualification)
        case TriggerName.ACCOUNT_WOKE:
            on = AccountWakes(asked.minimum or 1, AWAKE_FOR)
        case TriggerName.ATTENTION if asked.about is not About.RUN_FAILED:
            wanted = marks if asked.minimum is None else dict.fromkeys(models, (asked.minimum,))
            on = NeedsData(asked.model, wanted)
    return on


def _marks(model: Model, rulebook: Rulebook) -> tuple[int, ...]:
    """The scores of a model at which leads are qualified; where no criteria ask for one, that of its best grade."""
    tests = [test for live in rulebook.criteria for test in leaves(live.criteria.when) if isinstance(test, ModelTest)]
    found = {mark for test in tests if test.model == model.name for mark in _mark(test, model)}
    best = [grade.from_score for grade in model.grades[:1] if grade.from_score is not None]
    return tuple(sorted(found or best))


def _mark(test: ModelTest, model: Model) -> Iterator[int]:
    if test.at_least is not None:
        yield test.at_least
    for grade in model.grades:
        if test.grade is not None and fold(grade.name) == fold(test.grade) and grade.from_score is not None:
            yield grade.from_score


@lru_cache(maxsize=1_024)
def _where(owner: str | None, country: str | None, owner_column: str, country_column: str) -> CompiledCondition | None:
    """The filter on owner and country; columns that cards show, so that nothing more is read for it."""
    pairs = [(owner_column, owner), (country_column, country)]
    tests = tuple(FactTest(f"lead.{column}", Operator.EQUALS, (value,)) for column, value in pairs if value is not None)
    return compile_condition(All(tests)) if tests else None
