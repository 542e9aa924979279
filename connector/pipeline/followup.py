"""The follow-up task of a mark: its text filled with what is known of the lead, its account and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from connector.pipeline.judge import Evaluation
from connector.pipeline.related import task_row
from connector.pipeline.rulebook import LiveCriteria
from connector.pipeline.values import Columns, Dossier, RelatedRow
from connector.scoring.facttypes import FactTypes
from connector.scoring.templates import fill
from connector.scoring.usage import column_of


def follow_up(
    live: LiveCriteria, dossier: Dossier, evaluation: Evaluation, types: FactTypes, now: datetime
) -> RelatedRow | None:
    """The task that a mark brings; None where the document asks for none. A value that is missing leaves nothing."""
    task = live.criteria.actions.follow_up_task
    if task is None:
        return None
    known = _Known(live, dossier, evaluation, types)
    due_at = None if task.due_in is None else now + task.due_in
    subject = " ".join(fill(task.subject, known.text).split()) or f"Qualified: {live.criteria.name}"
    rule = (live.criteria.name, live.document.version)
    return task_row(dossier.lead.lead_id, rule, subject, fill(task.description, known.text), due_at)


class _Known:
    """What the names of a text stand for."""

    def __init__(self, live: LiveCriteria, dossier: Dossier, evaluation: Evaluation, types: FactTypes) -> None:
        self._live, self._dossier, self._evaluation, self._types = live, dossier, evaluation, types

    def text(self, name: str) -> str:
        """The value of a name as people read it."""
        head, _, rest = name.partition(".")
        match head:
            case "lead":
                return self._column(name, self._dossier.lead.columns)
            case "account":
                account = self._dossier.account
                return "" if account is None else self._column(name, account.columns)
            case "score" | "grade":
                score = self._evaluation.scores.get(rest)
                value = None if score is None else getattr(score, head)
                return "" if value is None else str(value)
        verdict = self._evaluation.verdicts[self._live.criteria.name]
        return {"name": self._live.criteria.name, "reason": verdict.reason}.get(rest, "")

    def _column(self, name: str, columns: Columns) -> str:
        fact = column_of(name, self._types)
        value = columns.get(fact.partition(".")[2])
        known = self._types.types.get(fact)
        options: Mapping[int, tuple[str, ...]] = {} if known is None else known.options
        if isinstance(value, int) and not isinstance(value, bool) and value in options:
            return options[value][0]
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return f"{Decimal(str(value)).normalize():f}"
        return "" if value is None else str(value)
