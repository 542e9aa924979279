"""The events of a decision: crossings to announce, marks to announce, each once and each self-sufficient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from connector.pipeline.announce import CardColumns, event_payload
from connector.pipeline.awakenings import AccountMemory, AccountSeen, Question, look, next_look
from connector.pipeline.crossings import advance, has_cooled, is_first_look, watches
from connector.pipeline.holding import NOTHING_HELD, Holding, terms_of
from connector.pipeline.identity import identity
from connector.pipeline.judge import Evaluation, count_colleagues, facts_of
from connector.pipeline.owners import Owner
from connector.pipeline.rulebook import LiveAlert, LiveCriteria, Rulebook
from connector.pipeline.values import Crossing, Dossier, Event, Json, NewScore
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Crosses,
    EntersGrade,
    GoesCold,
    GradeChanges,
    IsQualified,
    NeedsData,
    ScoreTrigger,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision needs beside the lead: the run, its time, and whether baselines are announced."""

    run_id: str
    now: datetime
    announce_baseline: bool
    cards: CardColumns
    holding: Holding = NOTHING_HELD


@dataclass(frozen=True, slots=True)
class Case:
    """One lead under decision. `owner` is who owns it, where that is known.

    `accounts` is how the alerts on accounts that wake up, by name, see the lead's account.
    """

    dossier: Dossier
    evaluation: Evaluation
    rulebook: Rulebook
    context: Context
    owner: Owner | None = None
    accounts: Mapping[str, AccountSeen] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountNews:
    """What becomes of a lead's account: memories, events, and when to look again with no new data."""

    memories: tuple[AccountMemory, ...]
    events: tuple[Event, ...]
    next_look_at: datetime | None


def announcements(
    case: Case, scores: Sequence[NewScore], qualified: Sequence[LiveCriteria]
) -> tuple[tuple[Crossing, ...], tuple[Event, ...]]:
    """The crossings to remember and the events to send, given the new scores and the marks just set."""
    crossings: list[Crossing] = []
    events: list[Event] = []
    by_model = {new.model: new for new in scores}
    for live in case.rulebook.alerts:
        applies = case.evaluation.wheres.get(live.alert.name, True)
        on = live.alert.on
        if isinstance(on, IsQualified):
            events += _mark_events(case, live, on, qualified) if applies else []
        elif not isinstance(on, AccountWakes):
            remembered, announced = _crossings(case, live, on, by_model, applies=applies)
            crossings += remembered
            events += announced
    for criteria in qualified:
        events += _card_action(case, criteria, events)
    return tuple(crossings), tuple(events)


def owner_of(dossier: Dossier, cards: CardColumns) -> str | None:
    """Who owns a lead: the id of a user or a team, in lower case; None where the column says nothing."""
    value = dossier.lead.columns.get(cards.owner) if cards.owner else None
    return value.lower() if isinstance(value, str) and value else None


def account_news(case: Case) -> AccountNews:
    """What alerts on accounts make of the lead's account. The first lead that passes an alert's filter tells it.

    The event is the account's: whichever lead brings it, and however often, it has one id.
    """
    memories: list[AccountMemory] = []
    events: list[Event] = []
    looks: list[datetime] = []
    now = case.context.now
    for live in case.rulebook.alerts:
        seen, on = case.accounts.get(live.alert.name), live.alert.on
        if seen is None or not isinstance(on, AccountWakes):
            continue
        announces = case.context.announce_baseline or live.alert.announce_baseline
        memory, woke = look(
            seen, on, question_of(live, on), now, is_baseline=live.baseline_pending, announces=announces
        )
        if woke and not case.evaluation.wheres.get(live.alert.name, True):
            continue
        if woke:
            events.append(_account_event(case, live, on, seen, memory))
        if memory != seen.memory:
            memories.append(memory)
        again = next_look(seen, memory, now)
        looks += [] if again is None else [again]
    return AccountNews(tuple(memories), tuple(events), min(looks, default=None))


def question_of(live: LiveAlert, on: AccountWakes) -> Question:
    """What an alert on accounts asks of the store."""
    return Question(live.alert.name, str(live.version), on.within, live.since)


def _account_event(case: Case, live: LiveAlert, on: AccountWakes, seen: AccountSeen, memory: AccountMemory) -> Event:
    account_id, days = memory.account_id, on.within.days
    event_id = identity("event", account_id, f"alert:{memory.rule}", memory.rule_version, str(memory.ordinal))
    people = "1 person" if seen.people == 1 else f"{seen.people} people"
    event = _event(
        case, event_id, "account_woke", f"account woke up: {people} in {days} days", live.destinations, live=live
    )
    awakening: dict[str, Json] = {"account_id": account_id, "people": seen.people, "within_days": days}
    return replace(event, payload={**event.payload, "awakening": awakening})


def _crossings(
    case: Case, live: LiveAlert, on: ScoreTrigger, scores: Mapping[str, NewScore], *, applies: bool
) -> tuple[list[Crossing], list[Event]]:
    """What an alert on scores or grades remembers and announces; `applies` says that its filter lets the lead through.

    A crossing that the filter kept back is not remembered as announced.
    """
    crossings: list[Crossing] = []
    events: list[Event] = []
    for model, watch in watches(live, on, case.rulebook, scores, case.dossier):
        crossing, fires = advance(
            watch,
            case.context.now,
            announce_baseline=case.context.announce_baseline or live.alert.announce_baseline,
        )
        counts = applies and not (fires and isinstance(on, GoesCold) and not _cooled(case, on, model))
        if fires and counts:
            events.append(_crossing_event(case, live, on, scores[model], crossing))
        if crossing != watch.memory and (counts or not fires):
            crossings.append(crossing)
    return crossings, events


def _cooled(case: Case, on: GoesCold, model: str) -> bool:
    """Tell whether time, or what the person did since, made a lead cold that was warm by its stored score."""
    live, stored = case.rulebook.models[model], case.dossier.scores[model]
    counted, _ = count_colleagues(case.dossier, case.rulebook.read_title, stored.changed_at)
    then = live.scorer.score(facts_of(case.dossier, counted), stored.changed_at)
    return has_cooled(live, on, replace(stored, score=then.score, grade=then.grade))


def _crossing_event(case: Case, live: LiveAlert, on: ScoreTrigger, new: NewScore, crossing: Crossing) -> Event:
    lead_id, model = case.dossier.lead.lead_id, new.model
    event_id = identity("event", lead_id, f"alert:{crossing.rule}", crossing.rule_version, str(crossing.ordinal))
    match on:
        case Crosses(threshold=threshold):
            kind, words = "score_crossed", f"score of {model} crossed {threshold}"
        case EntersGrade(grade=grade):
            kind, words = "grade_entered", f"grade of {model} became {grade} or better"
        case GradeChanges():
            kind, words = "grade_changed", f"grade of {model} became {new.grade or 'none'}"
        case GoesCold():
            kind, words = "lead_went_cold", f"{model} went cold"
        case NeedsData():
            kind, words = "lead_needs_data", f"{model} hangs on facts that are not known"
    return _event(case, event_id, kind, words, live.destinations, live=live, first=model)


def _mark_events(case: Case, live: LiveAlert, on: IsQualified, qualified: Sequence[LiveCriteria]) -> list[Event]:
    """The event of an alert that listens to a qualification whose mark was just set: one for each of these."""
    is_any = on.qualification == ANY_MODEL  # each qualification has marks of its own
    return [
        _mark_event(
            case,
            criteria,
            (
                f"alert:{live.alert.name}",
                f"{live.version}.{f'{criteria.criteria.name}.' if is_any else ''}{criteria.document.version}",
            ),
            live.destinations,
            live=live,
        )
        for criteria in qualified
        if on.qualification in {criteria.criteria.name, ANY_MODEL}
        and (live.alert.announce_baseline or not _is_baseline(case, criteria))
    ]


def _card_action(case: Case, criteria: LiveCriteria, events: Sequence[Event]) -> list[Event]:
    """The card and the flows that the criteria ask for, less what an alert on the same mark serves already."""
    actions = criteria.criteria.actions
    asked = (*_teams(actions.card.channels if actions.card else ()), *(f"flow:{name}" for name in actions.flow))
    if not asked or _is_baseline(case, criteria):
        return []
    name, version = criteria.criteria.name, str(criteria.document.version)
    event = _mark_event(case, criteria, (f"qualification:{name}", version), asked)
    served = {
        destination
        for other in events
        if other.kind == event.kind and other.payload["rule"] == event.payload["rule"]
        for destination in other.destinations
    }
    rest = tuple(destination for destination in event.destinations if destination not in served)
    return [replace(event, destinations=rest)] if rest else []


def _mark_event(
    case: Case,
    criteria: LiveCriteria,
    rule: tuple[str, str],
    destinations: Sequence[str],
    *,
    live: LiveAlert | None = None,
) -> Event:
    """The event of a mark; a lead is marked once, so that its ordinal is always 1."""
    event_id = identity("event", case.dossier.lead.lead_id, *rule, "1")
    words = f"qualified by {criteria.criteria.name}"
    return _event(case, event_id, "lead_qualified", words, destinations, live=live, criteria=criteria)


def _event(
    case: Case,
    event_id: str,
    kind: str,
    words: str,
    destinations: Sequence[str],
    *,
    live: LiveAlert | None = None,
    first: str | None = None,
    criteria: LiveCriteria | None = None,
) -> Event:
    context, alert = case.context, live.alert if live is not None else None
    payload = event_payload(
        case.dossier,
        case.evaluation,
        case.rulebook,
        context.cards,
        event_id=event_id,
        kind=kind,
        rule=words,
        alert=alert.name if alert else None,
        at=context.now,
        first=first,
        qualification=criteria,
    )
    owner_id = owner_of(case.dossier, context.cards)
    payload["owner"] = _owner(owner_id, case.owner, mention=alert is not None and alert.mention_owner)
    budget, quiet = (alert.budget, alert.quiet) if alert else (None, None)
    return Event(
        event_id,
        kind,
        case.dossier.lead.lead_id,
        payload,
        tuple(destinations),
        context.now,
        owner_id=owner_id,
        terms=terms_of(destinations, context.holding, context.now, budget, quiet),
    )


def _owner(owner_id: str | None, owner: Owner | None, *, mention: bool) -> dict[str, Json] | None:
    """The lead's owner as a payload says it; a team has no object id, and cannot be mentioned."""
    if owner_id is None:
        return None
    entra_id = owner.entra_id if owner else None
    name = owner.name if owner else None
    return {"id": owner_id, "name": name, "entra_id": entra_id, "mention": mention and entra_id is not None}


def _is_baseline(case: Case, criteria: LiveCriteria) -> bool:
    """Tell whether a mark is part of a first look: a new version of the criteria or of a model that they name."""
    models = case.rulebook.models
    is_first = criteria.document.baseline_pending or any(
        is_first_look(models[name], case.dossier) for name in criteria.models
    )
    return is_first and not case.context.announce_baseline


def _teams(channels: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"teams:{channel}" for channel in dict.fromkeys(channels))
