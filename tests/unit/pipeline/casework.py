"""Leads under decision, without a store: live documents from texts, dossiers from a few words, what is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from connector.pipeline.decide import decide
from connector.pipeline.events import Case, Context
from connector.pipeline.judge import judge
from connector.pipeline.ports import DocumentKind, DocumentStatus, StoredDocument
from connector.pipeline.rulebook import Rulebook, RuleStore, load_rulebook
from connector.pipeline.values import (
    AccountRow,
    Crossing,
    Decision,
    Dossier,
    Environment,
    Interaction,
    Json,
    LeadRow,
    Mark,
    StoredScore,
)
from tests.unit.pipeline.world import CARDS, ENVIRONMENT, LEAD_COLUMNS, NEW, START, A

EARLIER = START - timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Live:
    """Live documents: fulfils what a rulebook asks of a document store."""

    documents: tuple[StoredDocument, ...]

    def live(self, kind: DocumentKind) -> Sequence[StoredDocument]:
        """The live ones of a kind."""
        return [one for one in self.documents if one.kind is kind]

    def versions(self) -> frozenset[tuple[DocumentKind, str, int]]:
        """Which these are."""
        return frozenset((one.kind, one.name, one.version) for one in self.documents)

    def key_kinds(self) -> frozenset[str]:
        """Nothing was imported."""
        return frozenset()


def live(*bodies: str, versions: Mapping[str, int] | None = None, pending: Sequence[str] = ()) -> RuleStore:
    """Documents by their texts; `versions` by name (1 else), `pending` are the names without a baseline."""
    documents = []
    for body in bodies:
        kind, name = body.partition("\n")[0].split(": ") if not body.startswith("titles") else ("titles", "titles")
        documents.append(
            StoredDocument(
                kind=DocumentKind(kind),
                name=name,
                version=(versions or {}).get(name, 1),
                status=DocumentStatus.LIVE,
                body=body,
                digest=name,
                updated_at=START,
                updated_by="test",
                baseline_pending=name in pending,
            )
        )
    return cast("RuleStore", Live(tuple(documents)))


def rulebook(
    *bodies: str,
    environment: Environment = ENVIRONMENT,
    versions: Mapping[str, int] | None = None,
    pending: Sequence[str] = (),
) -> Rulebook:
    """The rulebook of documents."""
    return load_rulebook(live(*bodies, versions=versions, pending=pending), environment)


def dossier(
    *,
    account: Mapping[str, Json] | None = None,
    clicks: Sequence[timedelta] = (),
    scores: Mapping[str, tuple[int | None, str | None]] | None = None,
    score_version: int = 1,
    marks: Sequence[str] = (),
    crossings: Sequence[Crossing] = (),
    status: int = NEW,
    ready: bool | None = None,
    rollups: Mapping[str, int] | None = None,
    rollups_change_at: datetime | None = None,
    holds: Mapping[str, Json] | None = None,
    **columns: Json,
) -> Dossier:
    """A lead; `clicks` are e-mail clicks so long ago, `scores` the stored ones, `holds` further columns."""
    facts: dict[str, Json] = dict.fromkeys(sorted(LEAD_COLUMNS))
    facts |= {"fullname": "Pat Ng", "statuscode": status, "msdyncrm_salesready": ready, **(holds or {}), **columns}
    return Dossier(
        lead=LeadRow(A, 'W/"7"', facts, "acc" if account is not None else None, True, status, ready, False),
        account=AccountRow("acc", account) if account is not None else None,
        interactions=tuple(
            Interaction(str(number), A, "email_click", START - ago) for number, ago in enumerate(clicks)
        ),
        rollups=rollups or {},
        rollups_change_at=rollups_change_at,
        scores={
            name: StoredScore(name, score_version, score, grade, EARLIER)
            for name, (score, grade) in (scores or {}).items()
        },
        crossings={(one.rule, one.rule_version): one for one in crossings},
        marks=tuple(Mark(name, 1, EARLIER) for name in marks),
        suppressed=False,
        due_rev=4,
    )


def case(
    book: Rulebook, seen: Dossier, *, now: datetime = START, announce_baseline: bool = False, run: str = "run-1"
) -> Case:
    """One lead under decision."""
    return Case(seen, judge(seen, book, now), book, Context(run, now, announce_baseline, CARDS))


def decided(book: Rulebook, seen: Dossier, *, now: datetime = START, announce_baseline: bool = False) -> Decision:
    """What is decided of a lead."""
    return decide(case(book, seen, now=now, announce_baseline=announce_baseline))
