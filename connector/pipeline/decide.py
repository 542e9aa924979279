"""The decision about one lead: which values to write, which mark to set, what to announce.

Pure functions of (dossier, evaluation, rulebook, context). Nothing is stored, written or sent here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from connector.pipeline.announce import MOST_REASONS
from connector.pipeline.events import Case, account_news, announcements
from connector.pipeline.followup import follow_up
from connector.pipeline.identity import identity
from connector.pipeline.judge import Evaluation
from connector.pipeline.marks import status_label
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.related import related_rows
from connector.pipeline.rulebook import LiveCriteria, LiveModel, Rulebook
from connector.pipeline.values import Decision, Dossier, Json, Mark, NewScore, StoredScore
from connector.scoring.qualification import Verdict
from connector.scoring.score import Outcome


def decide(case: Case) -> Decision:
    """Decide what is to be done about a lead, given what the models say of it now."""
    dossier, evaluation, rulebook, context = case.dossier, case.evaluation, case.rulebook, case.context
    scores = tuple(
        _new_score(live, evaluation, dossier.scores.get(name)) for name, live in sorted(rulebook.models.items())
    )
    values = _score_values(dossier, scores, rulebook, context.now)
    qualified = _newly_qualified(case)
    for live in qualified:
        values |= _mark_values(live, rulebook)
    tasks = [follow_up(live, dossier, evaluation, rulebook.environment.types, context.now) for live in qualified]
    crossings, events = announcements(case, scores, qualified)
    news = account_news(case)
    values = {column: value for column, value in values.items() if dossier.lead.columns.get(column) != value}
    status = values.get(rulebook.environment.status_column)
    decision_id = identity("decision", context.run_id, dossier.lead.lead_id, dossier.lead.etag, str(dossier.due_rev))
    return Decision(
        decision_id=decision_id,
        lead_id=dossier.lead.lead_id,
        etag=dossier.lead.etag,
        values=values,
        scores=scores,
        crossings=crossings,
        marks=tuple(Mark(live.criteria.name, live.document.version, context.now) for live in qualified),
        events=events,
        next_change_at=min(filter(None, (evaluation.next_change_at, news.next_look_at)), default=None),
        due_rev=dossier.due_rev,
        run_id=context.run_id,
        decided_at=context.now,
        status_reason=status if isinstance(status, int) else None,
        marked_ready=True if rulebook.environment.sales_ready_column in values else None,
        related=(*filter(None, tasks), *related_rows(dossier, scores, rulebook.models, decision_id, context.now)),
        qualified=tuple(_memory(live, evaluation.verdicts[live.criteria.name], case) for live in qualified),
        accounts=news.memories,
        account_events=news.events,
    )


def _newly_qualified(case: Case) -> list[LiveCriteria]:
    """The criteria that a lead meets and whose mark it does not bear."""
    verdicts = case.evaluation.verdicts
    return [
        live
        for live in case.rulebook.criteria
        if live.criteria.name in verdicts
        and verdicts[live.criteria.name].outcome is Outcome.TRUE
        and not bears_mark(case.dossier, live, case.rulebook)
    ]


def bears_mark(dossier: Dossier, live: LiveCriteria, rulebook: Rulebook) -> bool:
    """Tell whether a lead bears this qualification's mark: in its columns, whoever set it, or in our memory."""
    return (
        dossier.lead.status_reason in live.marks
        or (live.ready_column is not None and _is_ready(dossier, live.ready_column, rulebook))
        or any(mark.qualification == live.criteria.name for mark in dossier.marks)
    )


def _is_ready(dossier: Dossier, column: str, rulebook: Rulebook) -> bool:
    """Tell whether the column says sales-ready; the lead's guard speaks of the standard one only."""
    is_standard = column == rulebook.environment.sales_ready_column
    return dossier.lead.columns.get(column) is True or (is_standard and dossier.lead.marked_ready is True)


def _memory(live: LiveCriteria, verdict: Verdict, case: Case) -> QualificationDecision:
    """What is remembered of a mark: why it was set, by which documents, on which scores."""
    models, scores = case.rulebook.models, case.evaluation.scores
    return QualificationDecision(
        seq=0,
        lead_id=case.dossier.lead.lead_id,
        qualification=live.criteria.name,
        version=live.document.version,
        reason=verdict.reason,
        models=tuple(
            (name, models[name].document.version, scores[name].score, scores[name].grade)
            for name in sorted(live.models or models)
        ),
        at=case.context.now,
        status_reason=None if live.status is None else live.status.value,
        actions=live.criteria.actions.asked,
        status_label=status_label(live.criteria.actions.status_reason, live.status),
    )


def _new_score(live: LiveModel, evaluation: Evaluation, previous: StoredScore | None) -> NewScore:
    score = evaluation.scores[live.model.name]
    return NewScore(
        model=live.model.name,
        version=live.document.version,
        score=score.score,
        grade=score.grade,
        coverage=score.coverage,
        reachable=score.reachable,
        changed=previous is None or (previous.score, previous.grade) != (score.score, score.grade),
        unknown=tuple((unknown.fact, str(unknown.cause)) for unknown in score.unknown),
        groups=tuple((group.name, group.points, str(group.outcome)) for group in score.groups),
        reasons=tuple(evaluation.explanations[live.model.name].reasons(MOST_REASONS)),
    )


def _score_values(dossier: Dossier, scores: Iterable[NewScore], rulebook: Rulebook, now: datetime) -> dict[str, Json]:
    """What the score columns should hold.

    A model that does not apply to a lead clears only what it wrote before, and never what another model of the
    same column says. Time and explanation are written together with a score or grade that differs, never alone.
    """
    cleared: dict[str, Json] = {}
    written: dict[str, Json] = {}
    beside: list[tuple[LiveModel, NewScore, datetime]] = []
    for new in scores:
        live = rulebook.models[new.model]
        columns = live.model.write
        previous = dossier.scores.get(new.model)
        pairs = [(columns.score, new.score), (columns.grade, _grade_value(live, new.grade))]
        wanted: dict[str, Json] = {column: value for column, value in pairs if column}
        if new.score is not None:
            written |= wanted
        elif previous is not None and previous.score is not None:
            cleared |= wanted
        else:
            continue
        beside.append((live, new, now if new.changed or previous is None else previous.changed_at))
    values = {**cleared, **written}
    differing = {column for column, value in values.items() if dossier.lead.columns.get(column) != value}
    stamps: dict[str, datetime] = {}
    for live, new, moment in beside:
        columns = live.model.write
        if not differing & {columns.score, columns.grade}:
            continue
        if columns.scored_on:
            stamps[columns.scored_on] = max(moment, stamps.get(columns.scored_on, moment))
        if columns.explanation:
            values[columns.explanation] = shortened("; ".join(new.reasons), live.explanation_length) or None
    return {**values, **{column: _stamp(moment) for column, moment in stamps.items()}}


def _grade_value(live: LiveModel, grade: str | None) -> Json:
    """What a grade is written as: the option of its name where the column is a choice, else its name."""
    return live.grade_values.get(grade, grade) if grade is not None else None


def shortened(text: str, longest: int | None) -> str:
    """A text cut to what its column holds, in UTF-16 units as text columns count."""
    units = text.encode("utf-16-le", "surrogatepass")
    if longest is None or len(units) <= 2 * longest:
        return text
    return units[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "\N{HORIZONTAL ELLIPSIS}"


def _stamp(moment: datetime) -> str:
    """A moment as Dataverse stores it: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _mark_values(live: LiveCriteria, rulebook: Rulebook) -> dict[str, Json]:
    """What the mark writes; `decide` asks for it only where the lead does not bear it."""
    values: dict[str, Json] = {}
    if live.status is not None:
        values[rulebook.environment.status_column] = live.status.value
    if live.ready_column is not None:
        values[live.ready_column] = True
    if live.owner_id is not None:
        values[rulebook.environment.owner_column] = live.owner_id
    return values
