"""The rows that are written beside a lead, made of a decision: the history of its scores, its predictive score.

Pure functions, and the jobs that rows become. Names are our own; which columns they are is known to who writes them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from connector.pipeline.jobs import RELATED_ROW, NewJob
from connector.pipeline.rulebook import LiveModel
from connector.pipeline.values import Dossier, Json, NewScore, RelatedRow, RowKind, StoredScore, Table
from connector.scoring.rules import Model

PRIORITY = -10  # after everything that somebody waits for
TASK_PRIORITY = 0

_OURS = UUID("6f1b1f0e-4c0b-5a8e-9d57-0f2f6a3c1d84")
_LETTERS = ("A", "B", "C", "D")
_LOWEST, _HIGHEST = 0, 100
_LONGEST_NAME = 100


def related_rows(
    dossier: Dossier, scores: Iterable[NewScore], models: Mapping[str, LiveModel], decision_id: str, now: datetime
) -> tuple[RelatedRow, ...]:
    """The rows that a decision's scores of a lead bring, given those before."""
    lead_id = dossier.lead.lead_id
    rows: list[RelatedRow] = []
    for new in scores:
        live, previous = models[new.model], dossier.scores.get(new.model)
        if live.model.write.history and _is_change(new, previous):
            rows.append(_history_row(lead_id, new, live.model, previous, decision_id, now))
        if live.model.write.predictive_score and _is_news(new, previous):
            rows.append(_predictive_row(lead_id, new, live.model, previous, now))
    return tuple(rows)


def job_of_row(row: RelatedRow) -> NewJob:
    """The job that writes a row. Rows of one kind about one lead are written in the order of their decisions."""
    payload: dict[str, Json] = {
        "kind": row.kind.value,
        "row_id": row.row_id,
        "lead_id": row.lead_id,
        "values": dict(row.values),
        "links": [list(link) for link in row.links],
        "table": row.table,
        "updates": row.updates,
    }
    content = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
    priority = TASK_PRIORITY if row.kind is RowKind.TASK else PRIORITY
    return NewJob(
        f"row:{row.row_id}:{content}", RELATED_ROW, payload, key_of_rows(row.lead_id, row.kind), None, priority
    )


def key_of_rows(lead_id: str, kind: RowKind) -> str:
    """What the rows of a kind about a lead are ordered, and found, by."""
    return f"{lead_id}:{kind.value}"


def row_of_payload(payload: Mapping[str, Json]) -> RelatedRow:
    """The row that a job writes. Raises KeyError or ValueError for a payload of another shape."""
    values, links = payload["values"], payload["links"]
    if not isinstance(values, dict) or not isinstance(links, list):
        raise ValueError("not the payload of a row")  # noqa: TRY004 - what is stored is wrong, no argument of ours
    return RelatedRow(
        kind=RowKind(str(payload["kind"])),
        row_id=str(payload["row_id"]),
        lead_id=str(payload["lead_id"]),
        values=values,
        links=tuple(_link(link) for link in links),
        table=str(payload["table"]),
        updates=payload["updates"] is True,
    )


def _link(link: Json) -> tuple[str, str, str]:
    if not isinstance(link, list):
        raise ValueError("not a link of a row")  # noqa: TRY004 - what is stored is wrong, no argument of ours
    name, table, row_id = link
    return str(name), str(table), str(row_id)


def _is_change(new: NewScore, previous: StoredScore | None) -> bool:
    """Tell whether score or grade is another than before; a lead without a score had none before either."""
    return (new.score, new.grade) != _pair(previous)


def _is_news(new: NewScore, previous: StoredScore | None) -> bool:
    """Tell whether the predictive score has to be written: a new version brings it to leads that have none yet."""
    if _is_change(new, previous):
        return True
    return new.score is not None and (previous is None or previous.version != new.version)


def _pair(previous: StoredScore | None) -> tuple[int | None, str | None]:
    return (None, None) if previous is None else (previous.score, previous.grade)


def _history_row(
    lead_id: str, new: NewScore, model: Model, previous: StoredScore | None, decision_id: str, now: datetime
) -> RelatedRow:
    old, _ = _pair(previous)
    values: dict[str, Json] = {
        "name": _shortened(f"{new.model} {'none' if new.score is None else new.score} {new.grade or ''}".strip()),
        "model": new.model,
        "version": new.version,
        "score": new.score,
        "grade": new.grade,
        "previous_score": old,
        "reasons": "\n".join(new.reasons) or None,
        "scored_on": _stamp(now),
    }
    row_id = _row_id("history", decision_id, new.model, now.isoformat())
    links = (("lead_id", Table.LEAD.value, lead_id),)
    return RelatedRow(RowKind.HISTORY, row_id, lead_id, values, links, model.write.history or "")


def _predictive_row(
    lead_id: str, new: NewScore, model: Model, previous: StoredScore | None, now: datetime
) -> RelatedRow:
    """The one row that sellers see of a lead: 0 to 100, A to D, with its trend; empty where the lead has no score."""
    moment = now if previous is None or _is_change(new, previous) else previous.changed_at
    values: dict[str, Json] = {
        "name": _shortened(f"{new.model} {new.version}"),
        "entity_id": lead_id,
        "entity_type": Table.LEAD.value,
        "score": None if new.score is None else min(max(new.score, _LOWEST), _HIGHEST),
        "grade": _letter(new.grade, model),
        "score_trend": _trend(new, previous),
        "score_reasons": "\n".join(new.reasons) or None,
        "scored_on": _stamp(moment),
    }
    return RelatedRow(RowKind.PREDICTIVE, predictive_row_id(lead_id), lead_id, values, updates=True)


def predictive_row_id(lead_id: str) -> str:
    """The id of our predictive score of a lead."""
    return _row_id("predictive", lead_id)


def task_row(
    lead_id: str, rule: tuple[str, int], subject: str, description: str, due_at: datetime | None
) -> RelatedRow:
    """The follow-up task of a mark; its id follows from lead, qualification and version, so that there is one ever."""
    values: dict[str, Json] = {
        "subject": subject,
        "description": description or None,
        "due_at": None if due_at is None else _stamp(due_at),
    }
    return RelatedRow(RowKind.TASK, task_id(lead_id, rule), lead_id, values, (("lead_id", Table.LEAD.value, lead_id),))


def task_id(lead_id: str, rule: tuple[str, int]) -> str:
    """The id of the task of a mark."""
    return _row_id("task", lead_id, rule[0], str(rule[1]))


def _letter(grade: str | None, model: Model) -> str | None:
    """A to D: by its own letter where all grades of the model have one, else by its rank among them."""
    names = [each.name for each in model.grades]
    if grade is None or grade not in names:
        return None
    if all(name.upper() in _LETTERS for name in names):
        return grade.upper()
    return _LETTERS[min(names.index(grade), len(_LETTERS) - 1)]


def _trend(new: NewScore, previous: StoredScore | None) -> str:
    if new.score is None or previous is None or previous.score is None:
        return "unknown"
    if new.score == previous.score:
        return "steady"
    return "improving" if new.score > previous.score else "declining"


def _row_id(*parts: str) -> str:
    return str(uuid5(_OURS, "\0".join(parts)))


def _shortened(text: str) -> str:
    return text[:_LONGEST_NAME]


def _stamp(moment: datetime) -> str:
    """A moment as Dataverse stores it: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def jobs_of_rows(rows: Sequence[RelatedRow]) -> list[NewJob]:
    """The jobs that write some rows."""
    return [job_of_row(row) for row in rows]
