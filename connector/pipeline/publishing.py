"""Documents on their way to life: linted, their examples run, checked against what is live, then drafted or published.

Publication asks more than a draft does: no lint error, purpose and lawful basis, every example true.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.errors import Fault, RefusedError
from connector.pipeline.cardtemplates import CheckCard
from connector.pipeline.clashes import (
    column_clashes,
    mark_clashes,
    opt_out_clash,
    ready_clash,
    unknown_channels,
    unknown_models,
    unknown_qualification,
)
from connector.pipeline.drafts import Draft, Parsed, parse_all, read_documents
from connector.pipeline.fitting import fit_findings
from connector.pipeline.handover import (
    NOTHING_KNOWN,
    Handover,
    find_owner,
    flow_faults,
    readiness,
    rival_faults,
    rivals,
)
from connector.pipeline.linting import untrue_examples
from connector.pipeline.ownership import Candidate, OwnerNameStore, owner_key
from connector.pipeline.ports import DocumentKind, DocumentStore
from connector.pipeline.rulebook import live_titles, models_of, title_reader, write_columns
from connector.pipeline.sources.checking import check_source
from connector.pipeline.sources.ports import FindTable
from connector.pipeline.stopping import left_waiting
from connector.scoring.document import parse_alert, parse_criteria, parse_model, required_to_publish
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import Finding, lint_alert, lint_criteria, lint_model
from connector.scoring.rules import Alert, Criteria, Model

__all__ = [
    "Applied",
    "Desk",
    "Draft",
    "Parsed",
    "apply_documents",
    "check",
    "finding_dict",
    "parse_all",
    "read_documents",
]

ORDER = (
    DocumentKind.TITLES,
    DocumentKind.SOURCE,
    DocumentKind.MODEL,
    DocumentKind.QUALIFICATION,
    DocumentKind.ALERT,
    DocumentKind.CARD,
)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a document: drafted, published, unchanged or refused, with what was found in it.

    `replaced` are the documents of other names that were stopped for it.
    """

    kind: DocumentKind
    name: str
    outcome: str
    version: int = 0
    findings: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()
    replaced: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it was not taken."""
        return self.outcome == "refused"

    @property
    def doubted(self) -> bool:
        """Whether it was refused for what lint says of it."""
        return self.refused and _stops(self.findings)

    def lines(self) -> list[str]:
        """What was stopped for it and what was found, one line each."""
        stopped = [f"stopped: {name}, which it replaces" for name in self.replaced]
        found = [
            f"{finding.severity}: {f'line {finding.line}: ' if finding.line else ''}{finding.message} {finding.fix}"
            for finding in self.findings
        ]
        return stopped + [str(fault) for fault in self.faults] + found

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "kind": str(self.kind),
            "name": self.name,
            "outcome": self.outcome,
            "version": self.version or None,
            "replaced": list(self.replaced),
            "faults": [{"path": f.path, "line": f.line, "message": f.message, "remedy": f.remedy} for f in self.faults],
            "findings": [finding_dict(finding) for finding in self.findings],
        }


def finding_dict(finding: Finding) -> dict[str, object]:
    """A lint finding for JSON."""
    return {
        "code": finding.code,
        "severity": finding.severity,
        "group": finding.group,
        "line": finding.line,
        "message": finding.message,
        "fix": finding.fix,
    }


class PublishingStore(DocumentStore, OwnerNameStore, Protocol):
    """Documents, and whom their owners mean."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What publication needs: the store, the types of columns, who asks, when, and the channels that exist.

    `find_table` describes a table of the environment, for mappings; None where there is no environment. `check_card`
    says what keeps a card from being used. `handover` is what is known around qualifications. `opt_out` are the lead
    columns that settings name as those by which people opt out.
    """

    store: PublishingStore
    types: FactTypes
    by: str
    now: datetime
    channels: frozenset[str] | None = None
    find_table: FindTable | None = None
    check_card: CheckCard | None = None
    handover: Handover = NOTHING_KNOWN
    opt_out: frozenset[str] = frozenset()


def apply_documents(desk: Desk, drafts: Sequence[Draft], *, publish: bool, replace: bool = False) -> list[Applied]:
    """Store drafts, or publish those that pass: titles and sources, then models, qualification, alerts.

    Raises DocumentError, with nothing stored, when one does not parse.
    """
    parsed = parse_all(drafts, desk.types)
    ordered = sorted(parsed.drafts, key=lambda draft: (ORDER.index(draft.kind), draft.name))
    return [
        _publish(desk, draft, parsed, replace=replace) if publish else _draft(desk, draft, parsed) for draft in ordered
    ]


def _draft(desk: Desk, draft: Draft, parsed: Parsed) -> Applied:
    desk.store.save_draft(draft.kind, draft.name, draft.body, draft.digest, by=desk.by, now=desk.now)
    known = _live(desk)
    # As if those that were handed in together were published.
    known = Known({**known.models, **parsed.models}, known.criteria | parsed.criteria.keys())
    findings, faults = check(desk, draft, parsed, known)
    return Applied(draft.kind, draft.name, "drafted", findings=findings, faults=faults)


def _publish(desk: Desk, draft: Draft, parsed: Parsed, *, replace: bool) -> Applied:
    live = next((known for known in desk.store.live(draft.kind) if known.name == draft.name), None)
    if live is not None and live.digest == draft.digest:
        return Applied(draft.kind, draft.name, "unchanged", live.version)
    findings, faults = check(desk, draft, parsed, _live(desk))
    standing = _rivals(desk, draft, parsed)
    if standing and not replace:
        faults = (*faults, *rival_faults(parsed.criteria[draft.name], standing))
    if faults or _stops(findings):
        return Applied(draft.kind, draft.name, "refused", findings=findings, faults=faults)
    _keep_owner(desk, draft, parsed)
    try:
        published = desk.store.publish(
            draft.kind,
            draft.name,
            draft.body,
            draft.digest,
            by=desk.by,
            now=desk.now,
            replace=replace,
            instead_of=standing,
        )
    except RefusedError as error:
        fault = Fault("", None, error.message, error.remedy)
        return Applied(draft.kind, draft.name, "refused", findings=findings, faults=(fault,))
    # Alerts that are handed in too come later.
    others = [one for one in _live_alerts(desk) if one.name not in parsed.alerts] if standing else []
    findings = (*findings, *left_waiting(draft.name, others, standing))
    return Applied(draft.kind, draft.name, "published", published.version, findings, replaced=tuple(standing))


@dataclass(frozen=True, slots=True)
class Known:
    """What a document may name: models, and the names of criteria."""

    models: Mapping[str, Model]
    criteria: frozenset[str]


def _live(desk: Desk) -> Known:
    models = {known.name: parse_model(known.body, desk.types) for known in desk.store.live(DocumentKind.MODEL)}
    return Known(models, frozenset(known.name for known in desk.store.live(DocumentKind.QUALIFICATION)))


def check(desk: Desk, draft: Draft, parsed: Parsed, known: Known) -> tuple[tuple[Finding, ...], tuple[Fault, ...]]:
    """What lint finds in a document, and what else stands in the way of its publication beside what is known."""
    models = known.models
    if draft.kind is DocumentKind.MODEL:
        return _check_model(desk, parsed.models[draft.name], parsed, models)
    if draft.kind is DocumentKind.QUALIFICATION:
        criteria = parsed.criteria[draft.name]
        return _check_criteria(desk, criteria, parsed, models)
    if draft.kind is DocumentKind.ALERT:
        alert = parsed.alerts[draft.name]
        faults = [*unknown_models(models_of(alert), models), *unknown_channels(alert.channels, desk.channels)]
        return tuple(lint_alert(alert, models, desk.types)), (*faults, *unknown_qualification(alert, known.criteria))
    if draft.kind is DocumentKind.SOURCE:
        return check_source(parsed.sources[draft.name], draft.body, desk.find_table)
    if draft.kind is DocumentKind.CARD and desk.check_card is not None:
        return (), tuple(desk.check_card(parsed.cards[draft.name]))
    return (), ()


def _check_criteria(
    desk: Desk, criteria: Criteria, parsed: Parsed, models: Mapping[str, Model]
) -> tuple[tuple[Finding, ...], tuple[Fault, ...]]:
    faults = [*unknown_models(models_of(criteria), models), *ready_clash(criteria, models)]
    faults += opt_out_clash({str(criteria.actions.sales_ready)}, desk.opt_out)
    if criteria.actions.card:
        faults += unknown_channels(criteria.actions.card.channels, desk.channels)
    faults += flow_faults(criteria, desk.handover.flows)
    owner = find_owner(criteria, desk.handover.find_owners)
    faults += [owner] if isinstance(owner, Fault) else []
    alerts = [*parsed.alerts.values(), *_live_alerts(desk)]
    findings = lint_criteria(criteria, models, desk.types)
    if not (faults or _stops(findings)):
        findings += readiness(criteria, alerts, models, desk.handover)
    return tuple(findings), tuple(faults)


def _stops(findings: Sequence[Finding]) -> bool:
    """Whether one of these keeps a document from publication."""
    return any(finding.severity == "error" for finding in findings)


def _live_alerts(desk: Desk) -> list[Alert]:
    return [parse_alert(one.body, desk.types) for one in desk.store.live(DocumentKind.ALERT)]


def _rivals(desk: Desk, draft: Draft, parsed: Parsed) -> list[str]:
    """The live criteria that this draft would stand beside for the same audience."""
    if draft.kind is not DocumentKind.QUALIFICATION:
        return []
    live = desk.store.live(draft.kind)
    return rivals(parsed.criteria[draft.name], {one.name: parse_criteria(one.body, desk.types) for one in live})


def _keep_owner(desk: Desk, draft: Draft, parsed: Parsed) -> None:
    """Keep whom the draft's owner means: who is called so later is another question."""
    criteria = parsed.criteria.get(draft.name) if draft.kind is DocumentKind.QUALIFICATION else None
    found = None if criteria is None else find_owner(criteria, desk.handover.find_owners)
    if criteria is not None and criteria.actions.owner is not None and isinstance(found, Candidate):
        desk.store.remember_owner(owner_key(criteria.actions.owner), found, now=desk.now)


def _check_model(
    desk: Desk, model: Model, parsed: Parsed, models: Mapping[str, Model]
) -> tuple[tuple[Finding, ...], tuple[Fault, ...]]:
    reader = title_reader(parsed.titles or live_titles(desk.store))
    untrue = untrue_examples(model, desk.types, desk.now, reader)
    faults = [*required_to_publish(model), *untrue, *column_clashes(model, models)]
    faults += opt_out_clash(write_columns(model), desk.opt_out)
    live = desk.store.live(DocumentKind.QUALIFICATION)
    faults += mark_clashes(model, [parse_criteria(one.body, desk.types) for one in live])
    findings = lint_model(model, desk.types)
    if not (faults or _stops(findings)):
        findings += fit_findings(model, desk.handover.environment())
    return tuple(findings), tuple(faults)
