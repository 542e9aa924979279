"""Questions about qualifications, over a service: previews, thresholds, and the lists that people act on.

What is not mirrored is read from the environment now and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

from connector.bootstrap.running import CARDS
from connector.bootstrap.service import Service
from connector.dataverse import columns
from connector.dataverse.reading.closed import read_deeds, read_disqualified, read_outcomes, read_standing
from connector.dataverse.setup.privileges import our_user
from connector.errors import ConnectorError, MissingFactError
from connector.pipeline.arrivals import arrivals_at, by_lead, period, precision_at, rise, threshold_for
from connector.pipeline.judge import facts_of
from connector.pipeline.ports import DocumentKind, StoredDocument
from connector.pipeline.preview import Asked, Preview, preview
from connector.pipeline.prospects import Judge
from connector.pipeline.qualifications import QualificationDecision, Remembered
from connector.pipeline.rulebook import column_needs, compile_live, live_titles, load_rulebook, models_of, title_reader
from connector.pipeline.values import AccountRow, Dossier, LeadRow
from connector.pipeline.workload import Risen, latest_marks, neglected, risen
from connector.scoring.audiences import same_audience
from connector.scoring.document import parse_criteria
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Criteria
from connector.scoring.score import Outcome

PAGE = 500
OUTCOMES_OF = timedelta(days=365)


def preview_qualification(service: Service, text: str) -> dict[str, Any]:
    """What a qualification document would do. Raises DocumentError; MissingFactError for a model that is not live."""

    def look(types: FactTypes) -> dict[str, Any]:
        criteria = parse_criteria(text, types)
        reader = title_reader(live_titles(service.store))
        models = {one.name: compile_live(one, types, reader) for one in service.store.live(DocumentKind.MODEL)}
        gone = sorted(models_of(criteria) - models.keys())
        if gone:
            raise MissingFactError(
                f"It names the model {gone[0]!r}, which is not live.", remedy=f"Live: {', '.join(models) or 'none'}."
            )
        document, live = _standing(service, criteria, types)
        asked = Asked(
            Judge(criteria, models, types, reader),
            None if live is None else Judge(live, models, types, reader),
            CARDS,
            None,
            columns.SALES_READY,
        )
        found = preview(service.store, service.store, asked, service.clock())
        return _told(service, criteria, document, found)

    return service._typed(look)  # noqa: SLF001 - a part of the composition root


def _standing(service: Service, criteria: Criteria, types: FactTypes) -> tuple[StoredDocument | None, Criteria | None]:
    """The live criteria that this document would take the place of: of the same name, else of the same audience."""
    live = [(one, parse_criteria(one.body, types)) for one in service.store.live(DocumentKind.QUALIFICATION)]
    for document, one in live:
        if one.name == criteria.name:
            return document, one
    return next(((doc, one) for doc, one in live if same_audience(one.audience, criteria.audience)), (None, None))


def _told(service: Service, criteria: Criteria, live: StoredDocument | None, found: Preview) -> dict[str, Any]:
    names = {one: owner.name for one, owner in service.store.owners(list(found.owners)).items()}
    during = found.during
    weekly = found.weekly
    return {
        "qualification": criteria.name,
        "leads": found.leads,
        "outside_audience": found.outside,
        "qualify": found.qualify,
        "already_marked": found.marked,
        "would_be_marked": found.would_be_marked,
        "share": round(found.would_be_marked / found.leads, 4) if found.leads else None,
        "cannot_be_judged": found.unjudged,
        "unknown": dict(found.unknown.most_common()),
        "by_country": dict(found.countries.most_common()),
        "by_owner": [
            {"owner": owner or None, "name": names.get(owner), "leads": count}
            for owner, count in found.owners.most_common()
        ],
        "weekly": {
            "leads": None if weekly is None else round(weekly, 1),
            "arrivals": found.arrivals,
            "from": None if during is None else during.begins,
            "to": None if during is None else during.ends,
        },
        "against": None
        if live is None
        else {"qualification": live.name, "version": live.version, "gained": found.gained, "lost": found.lost},
        "sample": found.sample,
    }


def suggest_threshold(service: Service, model: str, per_week: float) -> dict[str, Any]:
    """The threshold of a live model that lets so many leads a week through, with how such leads ended before."""
    document = next((one for one in service.store.live(DocumentKind.MODEL) if one.name == model), None)
    if document is None:
        names = ", ".join(one.name for one in service.store.live(DocumentKind.MODEL)) or "none"
        raise MissingFactError(f"No live model is named {model!r}.", remedy=f"Live: {names}.")
    now = service.clock()
    during = period([document.baseline_at], now)
    rises = [rise(steps, during) for _, steps in by_lead(service.store.score_steps([model]))]
    arrivals = arrivals_at(rises)
    mark = threshold_for(per_week, arrivals, during.weeks) if during.says_something and arrivals else None
    counts = service.store.score_counts(model)
    told: dict[str, Any] = {
        "model": model,
        "per_week": per_week,
        "from": during.begins,
        "to": during.ends,
        "threshold": mark,
        "weekly": None if mark is None else round(arrivals[mark] / during.weeks, 1),
        "standing_there": None if mark is None else sum(leads for score, leads in counts.items() if score >= mark),
        "by_rank": _by_rank(counts, per_week),
        "precision": None,
        "outcomes": {"known": 0, "qualified": 0, "why_not": ""},
    }
    wanted = mark if mark is not None else told["by_rank"]
    outcomes, why_not = _outcomes(service)
    last = {one.lead_id: one.score for one in service.store.last_scores(model)}
    if wanted is not None:
        ends = precision_at(wanted, last, outcomes)
        told["precision"] = None if ends.share is None else round(ends.share, 3)
        told["outcomes"] = {"known": ends.qualified + ends.disqualified, "qualified": ends.qualified}
        told["outcomes"]["why_not"] = why_not
    return told


def _by_rank(counts: Mapping[int, int], leads: float) -> int | None:
    """The score that so many of today's leads have at least: what is left where no past tells a rate."""
    total, found = 0, None
    for score in sorted(counts, reverse=True):
        total += counts[score]
        if total > leads:
            break
        found = score
    return found


def _outcomes(service: Service) -> tuple[Mapping[str, bool], str]:
    """How leads of the last year ended, as the environment tells now; or why nobody knows."""
    if service.settings.dataverse_url is None:
        return {}, "no environment is configured"
    try:
        return read_outcomes(service.session, service.clock() - OUTCOMES_OF), ""
    except ConnectorError as error:
        return {}, str(error)


def decisions(service: Service, *, days: float | None = None) -> Iterator[QualificationDecision]:
    """Every qualification decision in its order, or those of the last days."""
    since, cursor = None if days is None else service.clock() - timedelta(days=days), 0
    while found := service.store.qualified(since=since, after_seq=cursor, limit=PAGE):
        yield from found
        cursor = found[-1].seq


def list_neglected(service: Service, days: float, most: int) -> list[dict[str, Any]]:
    """Marks that nobody worked for so many days, oldest first. Raises OutsideError where that cannot be asked."""
    marks = latest_marks(decisions(service), service.clock() - timedelta(days=days))
    if not marks:
        return []
    ids = [one.lead_id for one in marks]
    standing = read_standing(service.session, ids)
    still = [one.lead_id for one in marks if one.lead_id in standing and standing[one.lead_id].is_open]
    deeds = read_deeds(service.session, still, min(one.at for one in marks)) if still else []
    found = neglected(marks, standing, deeds, our_user(service.session))
    return [{**decision_dict(one), **_who(service, one.lead_id)} for one in islice(found, most)]


def list_risen(service: Service, days: float, most: int) -> list[dict[str, Any]]:
    """Leads that were disqualified in the last days and would score higher now, the greatest rise first.

    They are read and scored now; nothing of them is kept. People who opted out are not looked at.
    """
    now = service.clock()
    rulebook = load_rulebook(service.store, service.dataverse.environment())
    needs = column_needs(rulebook, CARDS.needs())
    ids = read_disqualified(service.session, now - timedelta(days=days))
    kept = service.store.remembered(ids)
    scored = [one for one in ids if one in kept and kept[one].scores]
    rows = {key: row for key, row in service.dataverse.read_leads(scored, needs).items() if not row.opted_out}
    linked = sorted({row.account_id for row in rows.values() if row.account_id})
    accounts = service.dataverse.read_accounts(linked, needs) if linked else {}
    told: list[dict[str, Any]] = []
    for lead_id, row in sorted(rows.items()):
        dossier = _dossier(row, accounts.get(row.account_id or ""), kept[lead_id])
        facts = facts_of(dossier)
        scores = {name: live.scorer.score(facts, now) for name, live in rulebook.models.items()}
        meets = [
            live.criteria.name
            for live in rulebook.criteria
            if (live.audience is None or live.audience(facts, scores, now) is Outcome.TRUE)
            and live.when(facts, scores, now) is Outcome.TRUE
        ]
        before = {name: score.score for name, score in kept[lead_id].scores.items()}
        rose = risen(lead_id, before, {name: (one.score, one.grade) for name, one in scores.items()}, meets)
        told += [_shown(row, one) for one in rose]
    return sorted(told, key=lambda one: (one["before"] - one["now"], one["lead"], one["model"]))[:most]


def _shown(row: LeadRow, one: Risen) -> dict[str, Any]:
    return {
        "lead": one.lead_id,
        "name": row.columns.get(CARDS.name),
        "company": row.columns.get(CARDS.company),
        "model": one.model,
        "before": one.before,
        "now": one.now,
        "grade": one.grade,
        "meets": list(one.meets),
    }


def _dossier(row: LeadRow, account: AccountRow | None, kept: Remembered) -> Dossier:
    return Dossier(
        lead=row,
        account=account,
        interactions=kept.interactions,
        rollups={},
        rollups_change_at=None,
        scores=kept.scores,
        crossings={},
        marks=kept.marks,
        suppressed=False,
        due_rev=0,
    )


def history(service: Service, wanted: str | None, most: int) -> list[dict[str, Any]]:
    """Decisions about a lead (by its id), by a qualification (by its name), or all, the newest first."""
    if wanted is not None and (found := service.store.qualifications_of(wanted.lower())):
        return [decision_dict(one) for one in list(found)[::-1][:most]]
    listed = [one for one in decisions(service) if wanted is None or one.qualification == wanted]
    return [decision_dict(one) for one in listed[::-1][:most]]


def decision_dict(one: QualificationDecision) -> dict[str, Any]:
    """A decision for JSON."""
    return {
        "seq": one.seq,
        "lead": one.lead_id,
        "qualification": one.qualification,
        "version": one.version,
        "at": one.at,
        "reason": one.reason,
        "status_reason": one.status_label or one.status_reason,
        "actions": list(one.actions),
        "models": [
            {"model": model, "version": version, "score": score, "grade": grade}
            for model, version, score, grade in one.models
        ],
    }


def _who(service: Service, lead_id: str) -> dict[str, Any]:
    """Who a lead is, as far as it is mirrored."""
    try:
        found = service.store.dossier(lead_id, now=service.clock()).lead.columns
    except MissingFactError:
        return {"name": None, "company": None, "owner": None}
    return {"name": found.get(CARDS.name), "company": found.get(CARDS.company), "owner": found.get(CARDS.owner)}


def readable_text(service: Service, name_or_file: str, read: Sequence[str]) -> str:
    """The text of a file that was read, else of the draft of that name, else of the newest version."""
    if read:
        return read[0]
    try:
        return service.store.draft(DocumentKind.QUALIFICATION, name_or_file).body
    except MissingFactError:
        return service.store.document(DocumentKind.QUALIFICATION, name_or_file).body
