"""The live documents, parsed and compiled against an environment: what the steps judge leads by.

Nothing is stored or sent here; a document that no longer fits the environment is an error that names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol

from connector.errors import DocumentError, Fault
from connector.pipeline.colleagues import ALWAYS_COUNTED, counts_of
from connector.pipeline.fitting import unfit_columns
from connector.pipeline.marks import ready_column, status_marks, status_option
from connector.pipeline.ownership import OwnerNameStore, owner_key
from connector.pipeline.ports import DocumentKind, DocumentStore, MirrorStore, StoredDocument
from connector.pipeline.sources.document import parse_source
from connector.pipeline.sources.mapping import SourceMapping
from connector.pipeline.targets import grade_names, option_of, written
from connector.pipeline.values import ColumnNeeds, Environment, StatusOption
from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.derived import is_rollup, source_column
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.document.titles import parse_titles
from connector.scoring.explain import Explainer
from connector.scoring.facttypes import FactTypes
from connector.scoring.qualification import CompiledCondition, compile_condition
from connector.scoring.rules import (
    ANY_MODEL,
    AccountWakes,
    Alert,
    Criteria,
    IsQualified,
    Model,
    OwnerAction,
)
from connector.scoring.titles import CompanyTitles, Title, read_title
from connector.scoring.usage import facts_used, models_named

TitleReader = Callable[[str], Title]
MOST_TITLES = 20_000  # that are kept read: the people of an account are looked at for each of them
Versions = frozenset[tuple[DocumentKind, str, int]]


@dataclass(frozen=True, slots=True)
class LiveModel:
    """A live scoring model.

    `grade_values` are the options that its grades are written as where the column is a choice; `explanation_length` is
    what the column of explanations holds, None where nobody knows.
    """

    document: StoredDocument
    model: Model
    scorer: Scorer
    explainer: Explainer
    grade_values: Mapping[str, int] = field(default_factory=dict)
    explanation_length: int | None = None


@dataclass(frozen=True, slots=True)
class LiveCriteria:
    """A live qualification document with its mark resolved against the environment.

    `status` and `ready_column` are what the mark writes, None where it writes none. `marks` are the values of every
    option that the document names: a lead that has one of them bears the mark already. `owner_id` is who owns a lead
    from its mark on, None where that stays as it is.
    """

    document: StoredDocument
    criteria: Criteria
    when: CompiledCondition
    audience: CompiledCondition | None
    models: frozenset[str]
    status: StatusOption | None
    ready_column: str | None
    marks: frozenset[int]
    owner_id: str | None = None


@dataclass(frozen=True, slots=True)
class LiveAlert:
    """A live alert: a published document, or a stored subscription made into one.

    `alert.name` is the rule in identities and memories (a subscription's is `subscription:<id>`), `version` its
    version there: another one begins with memories of its own. `destinations` are where its events go:
    `teams:<channel>`, `subscription:<id>`.

    A new one sets its baseline by itself, with no lead made due for it. What it compares with is the last stored score
    by the same version of the model, so that a lead which is above already is no event; marks are events only when they
    are set. Of an account without a memory it takes the state at `since` (a document's first completed run, a
    subscription's creation). `baseline_pending` says that no run has completed with a document yet: of accounts it then
    remembers and announces nothing. A subscription leaves that False and `document` None.
    """

    alert: Alert
    where: CompiledCondition | None
    version: int
    destinations: tuple[str, ...]
    since: datetime | None = None
    baseline_pending: bool = False
    document: StoredDocument | None = None


@dataclass(frozen=True, slots=True)
class LiveSource:
    """A live source of interactions."""

    document: StoredDocument
    mapping: SourceMapping


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Every live document, compiled; `environment` is what they were resolved against, `versions` what they are.

    `key_kinds` is by what interactions find their lead: those of live sources, and of exports that were imported.
    """

    environment: Environment
    versions: Versions
    models: Mapping[str, LiveModel]
    criteria: tuple[LiveCriteria, ...]
    alerts: tuple[LiveAlert, ...]
    facts: frozenset[str]
    sources: tuple[LiveSource, ...] = ()
    key_kinds: frozenset[str] = frozenset()
    read_title: TitleReader = read_title

    @property
    def uses_rollups(self) -> bool:
        """Whether a document asks for roll-ups of the account."""
        return any(is_rollup(fact) for fact in self.facts)

    @property
    def counts(self) -> tuple[str, ...]:
        """The counts over the people of an account that documents ask for, beside those that are always made."""
        return tuple(sorted(fact for fact in self.facts - ALWAYS_COUNTED if is_rollup(fact)))

    @property
    def title_column(self) -> str | None:
        """The lead column that such counts read titles from; None where none does."""
        reads = any(count.reads_titles for count in counts_of(self.counts))
        source = source_column("title.seniority", self.environment.types) if reads else None
        return source.partition(".")[2] if source else None

    def account_alerts(self) -> list[tuple[LiveAlert, AccountWakes]]:
        """The alerts that listen to accounts, with what they listen to."""
        return [(live, live.alert.on) for live in self.alerts if isinstance(live.alert.on, AccountWakes)]

    def baseline_documents(self) -> list[StoredDocument]:
        """The documents that no run has completed with."""
        documents = [live.document for live in self.models.values()] + [live.document for live in self.criteria]
        documents += [live.document for live in self.alerts if live.document is not None]
        return [document for document in documents if document.baseline_pending]


class RuleStore(DocumentStore, OwnerNameStore, Protocol):
    """Documents, who their owners are, and what imported exports need."""

    def key_kinds(self) -> frozenset[str]:
        """The kinds of keys that the rows of imported exports find leads by."""
        ...


def load_rulebook(store: RuleStore, environment: Environment) -> Rulebook:
    """Parse and compile every live document. Raises DocumentError naming each that no longer fits."""
    faults: list[Fault] = []
    versions = live_versions(store)  # looked at first: whatever is published from here on is noticed
    reader = title_reader(live_titles(store))
    models: dict[str, LiveModel] = {}
    criteria: list[LiveCriteria] = []
    alerts: list[LiveAlert] = []
    sources: list[LiveSource] = []
    for document in store.live(DocumentKind.SOURCE):
        with _naming(document, faults):
            sources.append(LiveSource(document, parse_source(document.body)))
    for document in store.live(DocumentKind.MODEL):
        with _naming(document, faults):
            models[document.name] = compile_live(document, environment.types, reader)
            faults += _unfit_columns(document, models[document.name].model, environment)
    for document in store.live(DocumentKind.QUALIFICATION):
        with _naming(document, faults):
            criteria.append(_criteria(document, environment, models, reader, store))
    for document in store.live(DocumentKind.ALERT):
        with _naming(document, faults):
            alerts.append(_alert(document, environment, models, reader))
    if faults:
        raise DocumentError("The live documents do not fit this environment:", faults=faults)
    used = [facts_used(live.model, environment.types) for live in models.values()]
    used += [facts_used(live.criteria, environment.types) for live in criteria]
    used += [facts_used(live.alert, environment.types) for live in alerts]
    kinds = store.key_kinds().union(*(live.mapping.rows.key_kinds for live in sources))
    return Rulebook(
        environment,
        versions,
        models,
        tuple(criteria),
        tuple(alerts),
        frozenset().union(*used),
        tuple(sources),
        kinds,
        lru_cache(MOST_TITLES)(reader),
    )


def note_counts(store: MirrorStore, rulebook: Rulebook) -> None:
    """Tell the store what is counted over the leads of accounts, so that it knows whom a change affects."""
    store.use_rollups(on=rulebook.uses_rollups, counts=rulebook.counts, title=rulebook.title_column)


def live_versions(store: DocumentStore) -> Versions:
    """Which version of which document that judges leads is live now; how cards look is no such."""
    return frozenset(version for version in store.versions() if version[0] is not DocumentKind.CARD)


def compile_live(document: StoredDocument, types: FactTypes, reader: TitleReader) -> LiveModel:
    """Compile one stored model. Raises DocumentError."""
    model = parse_model(document.body, types)
    rating = types.types.get(f"lead.{model.write.grade}")
    options = {} if rating is None else {name: option_of(name, rating) for name in grade_names(model)}
    told = types.types.get(f"lead.{model.write.explanation}")
    return LiveModel(
        document,
        model,
        compile_model(model, types, reader),
        Explainer(model, types, reader),
        {name: value for name, value in options.items() if value is not None},
        None if told is None else told.max_length,
    )


def live_titles(store: DocumentStore) -> CompanyTitles | None:
    """The company's own title table, if one is live."""
    documents = store.live(DocumentKind.TITLES)
    return parse_titles(documents[0].body) if documents else None


def title_reader(company: CompanyTitles | None) -> TitleReader:
    """Read job titles, the company's own table first."""
    return partial(read_title, company=company)


def column_needs(rulebook: Rulebook, cards: ColumnNeeds) -> ColumnNeeds:
    """The columns to read: of conditions, of cards, what we write (to write only what differs), what finds a lead.

    A fact that is no column of this environment is left out: it stays unknown, and lint names it.
    """
    lead, account = set(cards.lead), set(cards.account)
    for fact in rulebook.facts:
        table, _, column = fact.partition(".")
        (lead if table == "lead" else account).add(column)
    lead &= rulebook.environment.lead_columns
    own = {column for live in rulebook.models.values() for column in write_columns(live.model)}
    own |= {live.ready_column for live in rulebook.criteria if live.ready_column}
    if any(live.status is not None for live in rulebook.criteria):
        own.add(rulebook.environment.status_column)
    if any(live.owner_id is not None for live in rulebook.criteria):
        own.add(rulebook.environment.owner_column)
    environment = rulebook.environment
    keys = {column for kind in rulebook.key_kinds for column in environment.person_columns.get(kind, ())}
    return ColumnNeeds(
        frozenset(lead | own),
        frozenset(account & environment.account_columns),
        frozenset(own - lead),
        frozenset(keys & environment.lead_columns),
    )


def write_columns(model: Model) -> list[str]:
    """The lead columns that a model is written to."""
    return [column for _, column in written(model)]


def models_of(document: Criteria | Alert) -> frozenset[str]:
    """Every model that a qualification or an alert asks for, in any of its conditions."""
    if isinstance(document, Criteria):
        audience = models_named(document.audience) if document.audience is not None else frozenset()
        return models_named(document) | audience
    on = document.on
    own = frozenset() if isinstance(on, IsQualified | AccountWakes) else frozenset({on.model}) - {ANY_MODEL}
    return own | (models_named(document.where) if document.where is not None else frozenset())


@contextmanager
def _naming(document: StoredDocument, faults: list[Fault]) -> Iterator[None]:
    """Collect a document's faults under its name."""
    name = f"{document.kind} {document.name!r}"
    try:
        yield
    except DocumentError as error:
        found = error.faults or (Fault("", None, error.message, error.remedy),)
        faults += [Fault(f"{name} {fault.path}".strip(), fault.line, fault.message, fault.remedy) for fault in found]


def _unfit_columns(document: StoredDocument, model: Model, environment: Environment) -> list[Fault]:
    """Columns that a model is to be written to and that are missing, take no updates or not what is written."""
    path = f"model {document.name!r} write"
    return [Fault(path, None, unfit.message, unfit.remedy) for unfit in unfit_columns(model, environment)]


def _criteria(
    document: StoredDocument,
    environment: Environment,
    models: Mapping[str, LiveModel],
    reader: TitleReader,
    owners: OwnerNameStore,
) -> LiveCriteria:
    criteria = parse_criteria(document.body, environment.types)
    named = models_of(criteria)
    _require_live(named, models)
    known = {name: live.model for name, live in models.items()}
    audience = criteria.audience
    return LiveCriteria(
        document,
        criteria,
        compile_condition(criteria.when, environment.types, reader, models=known),
        compile_condition(audience, environment.types, reader, models=known) if audience is not None else None,
        named,
        status_option(criteria.actions.status_reason, environment),
        ready_column(criteria.actions.sales_ready, environment, known.values()),
        status_marks(criteria.actions.status_reason, environment),
        _owner_id(criteria.actions.owner, owners),
    )


def _owner_id(action: OwnerAction | None, owners: OwnerNameStore) -> str | None:
    if action is None:
        return None
    known = owners.known_owner(owner_key(action))
    if known is None:
        raise DocumentError(
            f"who {action.user or action.team!r} is was never looked up.", remedy="Stop it, and publish it again."
        )
    return known.owner_id


def _alert(
    document: StoredDocument, environment: Environment, models: Mapping[str, LiveModel], reader: TitleReader
) -> LiveAlert:
    alert = parse_alert(document.body, environment.types)
    _require_live(models_of(alert), models)
    known = {name: live.model for name, live in models.items()}
    where = compile_condition(alert.where, environment.types, reader, models=known) if alert.where is not None else None
    return LiveAlert(
        alert,
        where,
        document.version,
        tuple(f"teams:{channel}" for channel in dict.fromkeys(alert.channels)),
        since=document.baseline_at,
        baseline_pending=document.baseline_pending,
        document=document,
    )


def _require_live(named: Iterable[str], models: Mapping[str, LiveModel]) -> None:
    gone = sorted(set(named) - set(models))
    if gone:
        raise DocumentError(
            f"it names {', '.join(gone)}, which is not live.", remedy="Publish that model, or stop this."
        )
