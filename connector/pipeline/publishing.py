"""Documents on their way to life: read from a folder, parsed, linted, their examples run, then drafted or published.

Publication asks more than a draft does: no lint error, purpose and lawful basis, every example true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from connector.errors import DocumentError, Fault, RefusedError
from connector.pipeline.ports import DocumentKind, DocumentStore
from connector.pipeline.rulebook import live_titles, title_reader
from connector.scoring.compiler import compile_model
from connector.scoring.document import (
    parse_alert,
    parse_criteria,
    parse_model,
    required_to_publish,
)
from connector.scoring.document.titles import parse_titles
from connector.scoring.examples import failing_examples
from connector.scoring.facttypes import FactTypes
from connector.scoring.lint import Finding, lint_alert, lint_criteria, lint_model
from connector.scoring.rules import Alert, Criteria, IsQualified, Model
from connector.scoring.titles import CompanyTitles
from connector.scoring.usage import models_named

FOLDERS = {
    "models": DocumentKind.MODEL,
    "qualification": DocumentKind.QUALIFICATION,
    "alerts": DocumentKind.ALERT,
}
KEYS = {"model": DocumentKind.MODEL, "qualification": DocumentKind.QUALIFICATION, "alert": DocumentKind.ALERT}
TITLES_FILE = "titles.yaml"
SUFFIXES = (".yaml", ".yml", ".json")
ORDER = (DocumentKind.TITLES, DocumentKind.MODEL, DocumentKind.QUALIFICATION, DocumentKind.ALERT)


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as its author wrote it."""

    kind: DocumentKind
    name: str
    body: str

    @property
    def digest(self) -> str:
        """The text's identity, whatever its line ends and trailing blanks."""
        lines = [line.rstrip() for line in self.body.strip().splitlines()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a document: drafted, published, unchanged or refused, with what was found in it."""

    kind: DocumentKind
    name: str
    outcome: str
    version: int = 0
    findings: tuple[Finding, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether it was not taken."""
        return self.outcome == "refused"

    def lines(self) -> list[str]:
        """What was found, one line each."""
        found = [
            f"{finding.severity}: {f'line {finding.line}: ' if finding.line else ''}{finding.message} {finding.fix}"
            for finding in self.findings
        ]
        return [str(fault) for fault in self.faults] + found

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "kind": str(self.kind),
            "name": self.name,
            "outcome": self.outcome,
            "version": self.version or None,
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


@dataclass(frozen=True, slots=True)
class Parsed:
    """Documents that parse, by kind and name."""

    drafts: tuple[Draft, ...] = ()
    models: Mapping[str, Model] = field(default_factory=dict)
    criteria: Mapping[str, Criteria] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    titles: CompanyTitles | None = None


def read_documents(path: Path, kind: DocumentKind | None = None) -> list[Draft]:
    """Read one file, or the folders models/, qualification/, alerts/ and titles.yaml of a folder.

    With `kind` a folder may also hold the files of that kind itself. The name of a draft is filled in when it is
    parsed. Raises DocumentError where nothing is found.
    """
    if path.is_file():
        return [_read(path, kind or _kind_of_file(path))]
    places = [(path / folder, of) for folder, of in FOLDERS.items()] + ([(path, kind)] if kind else [])
    drafts = [
        _read(file, of)
        for folder, of in places
        for file in sorted(folder.glob("*"))
        if file.suffix in SUFFIXES and file.name != TITLES_FILE
    ]
    if (path / TITLES_FILE).is_file():
        drafts.append(_read(path / TITLES_FILE, DocumentKind.TITLES))
    if not drafts:
        raise DocumentError(
            f"{path} holds no documents.", remedy="Put them into models/, qualification/ and alerts/, ending in .yaml."
        )
    return drafts


def parse_all(drafts: Sequence[Draft], types: FactTypes) -> Parsed:
    """Parse every draft. Raises DocumentError with every fault of every one, so that nothing is half stored."""
    faults: list[Fault] = []
    named: list[Draft] = []
    models: dict[str, Model] = {}
    criteria: dict[str, Criteria] = {}
    alerts: dict[str, Alert] = {}
    titles: CompanyTitles | None = None
    for draft in drafts:
        try:
            if draft.kind is DocumentKind.MODEL:
                model = parse_model(draft.body, types)
                models[model.name] = model
                name = model.name
            elif draft.kind is DocumentKind.QUALIFICATION:
                qualification = parse_criteria(draft.body, types)
                criteria[qualification.name] = qualification
                name = qualification.name
            elif draft.kind is DocumentKind.ALERT:
                alert = parse_alert(draft.body, types)
                alerts[alert.name] = alert
                name = alert.name
            else:
                titles = parse_titles(draft.body)
                name = "titles"
        except DocumentError as error:
            found = error.faults or (Fault("", None, error.message, error.remedy),)
            faults += [Fault(f"{draft.name} {f.path}".strip(), f.line, f.message, f.remedy) for f in found]
            continue
        if any(other.kind is draft.kind and other.name == name for other in named):
            faults.append(Fault(draft.name, None, f"the {draft.kind} {name!r} stands in two files.", "Rename one."))
        named.append(Draft(draft.kind, name, draft.body))
    if faults:
        raise DocumentError("Some documents cannot be read; nothing was stored:", faults=faults)
    return Parsed(tuple(named), models, criteria, alerts, titles)


@dataclass(frozen=True, slots=True)
class Desk:
    """What publication needs: the store, the types of columns, who asks, when, and the channels that exist."""

    store: DocumentStore
    types: FactTypes
    by: str
    now: datetime
    channels: frozenset[str] | None = None


def apply_documents(desk: Desk, drafts: Sequence[Draft], *, publish: bool, replace: bool = False) -> list[Applied]:
    """Store drafts, or publish those that pass: titles, then models, qualification, alerts.

    Raises DocumentError, with nothing stored, when one does not parse.
    """
    parsed = parse_all(drafts, desk.types)
    ordered = sorted(parsed.drafts, key=lambda draft: (ORDER.index(draft.kind), draft.name))
    return [
        _publish(desk, draft, parsed, replace=replace) if publish else _draft(desk, draft, parsed) for draft in ordered
    ]


def _draft(desk: Desk, draft: Draft, parsed: Parsed) -> Applied:
    desk.store.save_draft(draft.kind, draft.name, draft.body, draft.digest, by=desk.by, now=desk.now)
    findings, faults = check(desk, draft, parsed)
    return Applied(draft.kind, draft.name, "drafted", findings=findings, faults=faults)


def _publish(desk: Desk, draft: Draft, parsed: Parsed, *, replace: bool) -> Applied:
    live = next((known for known in desk.store.live(draft.kind) if known.name == draft.name), None)
    if live is not None and live.digest == draft.digest:
        return Applied(draft.kind, draft.name, "unchanged", live.version)
    findings, faults = check(desk, draft, parsed)
    if faults or any(finding.severity == "error" for finding in findings):
        return Applied(draft.kind, draft.name, "refused", findings=findings, faults=faults)
    try:
        published = desk.store.publish(
            draft.kind, draft.name, draft.body, draft.digest, by=desk.by, now=desk.now, replace=replace
        )
    except RefusedError as error:
        fault = Fault("", None, error.message, error.remedy)
        return Applied(draft.kind, draft.name, "refused", findings=findings, faults=(fault,))
    return Applied(draft.kind, draft.name, "published", published.version, findings)


def check(desk: Desk, draft: Draft, parsed: Parsed) -> tuple[tuple[Finding, ...], tuple[Fault, ...]]:
    """What lint finds in a document, and what else stands in the way of its publication."""
    if draft.kind is DocumentKind.MODEL:
        model = parsed.models[draft.name]
        reader = title_reader(parsed.titles or live_titles(desk.store))
        scorer = compile_model(model, desk.types, reader)
        faults = [*required_to_publish(model), *failing_examples(scorer, desk.now)]
        return tuple(lint_model(model, desk.types)), tuple(faults)
    models = _known_models(desk, parsed)
    if draft.kind is DocumentKind.QUALIFICATION:
        criteria = parsed.criteria[draft.name]
        findings = tuple(lint_criteria(criteria, models, desk.types))
        return findings, _unknown_models(models_named(criteria), models) + _unknown_channels(
            desk, criteria.actions.card.channels if criteria.actions.card else ()
        )
    if draft.kind is DocumentKind.ALERT:
        alert = parsed.alerts[draft.name]
        named = frozenset() if isinstance(alert.on, IsQualified) else frozenset({alert.on.model})
        faults_found = _unknown_models(named, models) + _unknown_channels(desk, alert.channels)
        return tuple(lint_alert(alert, models, desk.types)), faults_found + _unknown_qualification(desk, alert)
    return (), ()


def _known_models(desk: Desk, parsed: Parsed) -> dict[str, Model]:
    """The models that are live now; those of this call that passed are live by the time they are asked for."""
    live = {known.name: parse_model(known.body, desk.types) for known in desk.store.live(DocumentKind.MODEL)}
    return live | {name: model for name, model in parsed.models.items() if name in live}


def _unknown_models(named: frozenset[str], models: Mapping[str, Model]) -> tuple[Fault, ...]:
    return tuple(
        Fault("", None, f"it names the model {name!r}, which is not live.", f"Publish that first{_known(models)}.")
        for name in sorted(named - set(models))
    )


def _known(models: Mapping[str, Model]) -> str:
    return f"; live are {', '.join(sorted(models))}" if models else ""


def _unknown_channels(desk: Desk, channels: Sequence[str]) -> tuple[Fault, ...]:
    """Channels that no setting names, where the settings are known."""
    if desk.channels is None:
        return ()
    return tuple(
        Fault("channels", None, f"the channel {name!r} is not configured.", "Add name=url to CONNECTOR_TEAMS_CHANNELS.")
        for name in channels
        if name not in desk.channels
    )


def _unknown_qualification(desk: Desk, alert: Alert) -> tuple[Fault, ...]:
    if not isinstance(alert.on, IsQualified):
        return ()
    live = {known.name for known in desk.store.live(DocumentKind.QUALIFICATION)}
    if alert.on.qualification in live:
        return ()
    return (Fault("on", None, f"the qualification {alert.on.qualification!r} is not live.", "Publish that first."),)


def _read(path: Path, kind: DocumentKind) -> Draft:
    try:
        return Draft(kind, path.name, path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(
            f"{path} cannot be read ({type(error).__name__}).", remedy="Save it as UTF-8 text."
        ) from error


def _kind_of_file(path: Path) -> DocumentKind:
    """The kind of a single file, by the first key at the left margin that names one; a model otherwise."""
    if path.name == TITLES_FILE:
        return DocumentKind.TITLES
    for line in path.read_text(encoding="utf-8-sig", errors="replace").splitlines():
        key = line.lstrip('{ "').partition(":")[0].strip('" ')
        if key in KEYS:
            return KEYS[key]
        if key == "titles":
            return DocumentKind.TITLES
    return DocumentKind.MODEL
