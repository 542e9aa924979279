"""What the routes ask for: a protocol that the composition root fulfils. No Flask in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from connector.pipeline.choices import Choice
from connector.pipeline.hints import Hint, Taken
from connector.pipeline.jobs import Task
from connector.pipeline.measures import Backlog
from connector.pipeline.ports import Run, StoredDocument
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.qualifying import Qualified
from connector.pipeline.readiness import Dependency
from connector.pipeline.subscriptions import Filters, Subscribed, TriggerName
from connector.pipeline.values import Interaction
from connector.pipeline.verdicts import Answer, BallotBox, RecordedVerdict
from connector.scoring.lint import Finding
from connector.scoring.score import Facts


class LeadService(Protocol):
    """What is known of leads. Ids are GUIDs in lower case."""

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """The places of a lead with these stored scores in the matrices of live qualifications."""
        ...

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead as `ScoreStore.lead_scores` gives them; empty when there is none."""
        ...

    def explain(self, lead_id: str, model: str | None = None) -> Mapping[str, object]:
        """Why a mirrored lead has its scores now: `models` and `matrix`. Raises MissingFactError."""
        ...

    def score_history(
        self, lead_id: str, most: int = 100, before: int | None = None, model: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """The changes of a lead's scores as `ScoreStore.score_history` gives them, newest first."""
        ...


class JudgingService(Protocol):
    """What is judged when somebody asks."""

    def score_now(self, lead_id: str, model: str | None = None) -> Mapping[str, object]:
        """What the live models, or one, say of a mirrored lead: `scored_at`, `scores`, `matrix`."""
        ...

    def test_model(
        self, name: str, facts: Facts, at: datetime | None = None, *, draft: bool = False
    ) -> Mapping[str, object]:
        """What a live model, or its draft, says of these facts at a moment (None: now)."""
        ...

    def qualify_now(self, lead_id: str, qualification: str | None, by: str) -> Qualified:
        """Read a lead again, decide and write it as a run would. Raises BusyError, MissingFactError, RefusedError."""
        ...


class InteractionService(Protocol):
    """Where interactions are stored."""

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Store what is new (by id); return how many were new."""
        ...


class ModelService(Protocol):
    """The scoring models."""

    def models(self) -> Sequence[StoredDocument]:
        """Every model by name: its live version, else its newest."""
        ...

    def model(self, name: str) -> StoredDocument:
        """One of them. Raises MissingFactError."""
        ...

    def lint(self, text: str) -> Sequence[Finding]:
        """What the linter says of a document, its faults included."""
        ...


class DeliveryService(Protocol):
    """The outbox, as `DeliveryStore` gives it."""

    def deliveries(self, *, status: str | None, limit: int, before: str | None) -> Sequence[Mapping[str, object]]:
        """Deliveries, newest first; those that are older than the delivery `before`."""
        ...

    def delivery(self, delivery_id: str) -> Mapping[str, object]:
        """One delivery with every attempt. Raises MissingFactError."""
        ...

    def replay(self, delivery_id: str, by: str) -> Mapping[str, object]:
        """Queue a delivery again that is dead, held or uncertain. Raises MissingFactError, RefusedError."""
        ...


class QualificationService(Protocol):
    """Who was qualified, and what people say of that."""

    def qualified_since(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Decisions that qualified a lead, in the order in which they were settled."""
        ...

    def last_qualified(self) -> int:
        """The count of the latest of them."""
        ...

    def record_verdict(self, event_id: str, answer: Answer, by: str) -> RecordedVerdict:
        """Keep what a caller says of an announced lead. Raises MissingFactError."""
        ...


class ChoiceService(Protocol):
    """What people choose from."""

    def choices(self, of: str, model: str | None = None) -> Sequence[Choice]:
        """The list of that name: models, grades (of a model), qualifications, owners, countries."""
        ...


class SubscriptionService(Protocol):
    """Flows that want to be called."""

    def subscribe(self, trigger: TriggerName, filters: Filters, callback: str, by: str, request_id: str) -> Subscribed:
        """Store what a flow asks for. Raises DocumentError with every fault, BusyError where there are too many."""
        ...

    def unsubscribe(self, key: str, by: str, request_id: str) -> None:
        """End the subscription that a key is for, if there is one."""
        ...


class Service(
    LeadService,
    JudgingService,
    InteractionService,
    ModelService,
    DeliveryService,
    QualificationService,
    ChoiceService,
    SubscriptionService,
    BallotBox,
    Protocol,
):
    """The running installation. Every method may be called from several threads and may raise ConnectorError."""

    @property
    def lead_management(self) -> bool:
        """Whether scoring and qualifying people is switched on."""
        ...

    @property
    def environment_host(self) -> str | None:
        """The host of the environment that is worked on; None without one."""
        ...

    def take_hint(self, hint: Hint) -> Taken:
        """Store durably what a hint asks for, before returning; or say why nothing is to be done."""
        ...

    def start_task(self, task: Task, idempotency_key: str | None) -> str:
        """Queue what a timer would do now, once for each key; return the id of its job."""
        ...

    def backlog(self) -> Backlog:
        """The jobs that wait for a worker."""
        ...

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Queue a run (sync, full_sync, refresh); the same key, or a queued one of the kind, gives the one there is."""
        ...

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        ...

    def cancel_run(self, run_id: str) -> Run:
        """Cancel a run that waits, or ask one under way to end. Raises MissingFactError, RefusedError."""
        ...

    def runs(self, limit: int, before: str | None) -> Sequence[Run]:
        """The newest runs first; those before the run `before` where it is given."""
        ...

    def readiness(self) -> Sequence[Dependency]:
        """Each dependency."""
        ...
