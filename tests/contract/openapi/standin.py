"""A service that answers every operation, so that answers can be held against the contract without a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connector.errors import BusyError, DocumentError, Fault, MissingFactError, OutsideError, RefusedError
from connector.pipeline.choices import Choice
from connector.pipeline.hints import Hint, Taken
from connector.pipeline.jobs import Task
from connector.pipeline.linting import lint_text
from connector.pipeline.measures import Backlog
from connector.pipeline.ports import DocumentKind, DocumentStatus, Run, RunStatus, StoredDocument
from connector.pipeline.qualifications import QualificationDecision
from connector.pipeline.qualifying import Came, CriteriaVerdict, Met, Qualified
from connector.pipeline.readiness import Dependency, destinations_used, unusable, usable
from connector.pipeline.subscriptions import Filters, Subscribed, Subscription, TriggerName
from connector.pipeline.values import Interaction
from connector.pipeline.verdicts import Answer, Question, RecordedVerdict, Verdict
from connector.scoring.facttypes import UNTYPED
from connector.scoring.lint import Finding
from connector.scoring.score import Facts

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
MODEL = """\
model: b
description: What it is about
groups:
  - {name: Heat, points: 5, when: {fact: lead.heat, at_least: 1}}
grades: [{name: Hot, from: 5}, {name: Cold}]
"""
ANSWER: Mapping[str, object] = {
    "model": "engagement", "version": 3, "score": -7, "grade": "Cold", "coverage": 0.5, "reachable": 90,
    "next_change_at": "2026-11-22T09:00:00Z", "groups": [{"name": "Clicked", "points": 10, "outcome": "true"}],
    "unknown": [{"fact": "account.revenue", "cause": "no_account"}], "explanation": ["+10 Clicked."],
}  # fmt: skip
LEFT_OUT: Mapping[str, object] = {
    **ANSWER, "score": None, "grade": None, "reachable": None, "next_change_at": None, "standing": "excluded",
}  # fmt: skip
DELIVERY: Mapping[str, object] = {
    "delivery_id": "dlv_1", "event_id": "evt_1", "destination": "teams:sales", "kind": "score_crossed",
    "status": "dead", "attempts": 2, "next_attempt_at": None, "created_at": AT, "lead_id": LEAD, "reason": "no answer",
}  # fmt: skip


@dataclass
class FakeService:
    """A service with runs in every state and a lead that is scored by one model and left out by another."""

    lead_management: bool = True
    error: Exception | None = None
    ready: bool = True
    taken: list[Interaction] = field(default_factory=list)
    environment_host: str | None = "org.crm4.dynamics.com"
    fate: Taken = Taken.QUEUED
    came: Came | None = Came.APPLIED

    def question(self, token: str) -> Question:
        """Know of no link: its page is no part of the contract."""
        raise MissingFactError(f"No card has the link {len(token)}.")

    def cast(self, token: str) -> RecordedVerdict:
        """Likewise."""
        raise MissingFactError(f"No card has the link {len(token)}.")

    def take_hint(self, hint: Hint) -> Taken:
        """Say what the test wants."""
        if self.error:
            raise self.error
        return self.fate

    def start_task(self, task: Task, idempotency_key: str | None) -> str:
        """Give a job."""
        if self.error:
            raise self.error
        return f"timer:{task}:{idempotency_key or 'new'}"

    def backlog(self) -> Backlog:
        """Some wait."""
        if self.error:
            raise self.error
        return Backlog(3, 1, 4.5)

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Give a new run."""
        return Run("run-queued", kind, RunStatus.QUEUED, AT, None, None, by, None, {}, "")

    def cancel_run(self, run_id: str) -> Run:
        """Find one that goes on."""
        run = self.run(run_id)
        if run.status not in {RunStatus.QUEUED, RunStatus.RUNNING}:
            raise RefusedError("It has ended already.")
        return run

    def run(self, run_id: str) -> Run:
        """Find one."""
        for run in self.runs(len(RunStatus)):
            if run.run_id == run_id:
                return run
        raise MissingFactError("There is no such run.")

    def runs(self, limit: int, before: str | None = None) -> Sequence[Run]:
        """Give one of each state, again and again."""
        if self.error:
            raise self.error
        queued = self.start_run("sync", "key:x", None)
        summary: dict[str, object] = {"pulled": 9, "grades": {"m": {"Hot": 1}}}
        ended = replace(queued, started_at=AT, finished_at=AT, progress=(9, 9), summary=summary, error="why")
        others = [status for status in RunStatus if status is not RunStatus.QUEUED]
        states = [queued, *(replace(ended, run_id=f"run-{status}", status=status) for status in others)]
        return (states * limit)[:limit]

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """One place, whatever the scores are."""
        return [{"qualification": "sales-ready", "place": "A2", "fit": "icp-fit", "engagement": "engagement"}]

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Give two scores of the one lead."""
        scored: dict[str, object] = {
            "model": "engagement", "version": 3, "score": -7, "grade": "Cold", "coverage": 0.5, "reachable": 90,
            "groups": [("Clicked", 10, "true"), ("Form", 0, "unknown")], "unknown": [("account.revenue", "no_account")],
            "reasons": ["Clicked 3 times"], "scored_at": AT, "changed_at": AT, "next_change_at": AT,
        }  # fmt: skip
        left_out = scored | {"model": "fit", "score": None, "grade": None, "reachable": None, "next_change_at": None}
        return [scored, left_out] if lead_id == LEAD else []

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Take all."""
        self.taken += interactions
        return len(interactions)

    def readiness(self) -> Sequence[Dependency]:
        """Say what the test wants."""
        return [usable("store") if self.ready else unusable("store", "locked"), destinations_used(1)]

    def explain(self, lead_id: str, model: str | None = None) -> Mapping[str, object]:
        """Explain by two models, of which one does not apply."""
        self._known(lead_id, model)
        more = {"next_grade": ["One click more."], "forecast": ["It falls."], "rank": ["Among the top 10 %."]}
        left_out = {**LEFT_OUT, "next_grade": [], "forecast": [], "rank": []}
        return {"models": [{**ANSWER, **more}, left_out], "matrix": self.places([])}

    def score_history(
        self, lead_id: str, most: int = 100, before: int | None = None, model: str | None = None
    ) -> Sequence[Mapping[str, object]]:
        """Give as many as are asked for."""
        change = {"model": "fit", "version": 1, "score": 7, "grade": "Hot", "reasons": ["Clicked"], "at": AT}
        changes = [{**change, "seq": number} for number in range(before or 1_000, 0, -1)]
        return [{**changes[0], "score": None, "grade": None}, *changes[1:]][:most]

    def score_now(self, lead_id: str, model: str | None = None) -> Mapping[str, object]:
        """Score by two models."""
        self._known(lead_id, model)
        return {"scored_at": AT, "scores": [ANSWER, LEFT_OUT], "matrix": self.places([])}

    def test_model(
        self, name: str, facts: Facts, at: datetime | None = None, *, draft: bool = False
    ) -> Mapping[str, object]:
        """Answer as a live model does."""
        self._known(LEAD, name)
        return ANSWER

    def qualify_now(self, lead_id: str, qualification: str | None, by: str) -> Qualified:
        """Say what the test wants, of a lead that is known."""
        self._known(lead_id, None)
        if self.came is None:
            raise BusyError("A run is reading.", retry_after_s=3.5)
        said = [CriteriaVerdict(f"q-{met}", met, "Met: 12.", marked=met is Met.MET) for met in Met]
        return Qualified(lead_id, self.came, "Why.", True, AT, tuple(said), (("fit", 7, "Hot"), ("other", None, None)))

    def qualified_since(self, *, since: datetime | None, after_seq: int, limit: int) -> Sequence[QualificationDecision]:
        """Give three in all."""
        first = QualificationDecision(
            1, LEAD, "ready", 2, "Met: 12.", (("fit", 1, 7, "Hot"), ("other", 1, None, None)), AT, 823270000,
            ("status_reason",), "Marketing Qualified",
        )  # fmt: skip
        rest = [replace(first, seq=seq, status_reason=None, status_label=None, actions=()) for seq in (2, 3)]
        return [one for one in (first, *rest) if one.seq > after_seq][:limit]

    def last_qualified(self) -> int:
        """As many as there are."""
        return 3

    def subscribe(self, trigger: TriggerName, filters: Filters, callback: str, by: str, request_id: str) -> Subscribed:
        """Take what is asked for, unless there are too many, or the callback is nobody's."""
        if self.fate is Taken.OWN_WRITE:
            raise BusyError("There are too many.")
        if "evil" in callback:
            raise DocumentError("It cannot be subscribed to.", faults=[Fault("callback_url", None, "is not called.")])
        one = Subscription("s1", trigger, filters, "host", AT, by, AT)
        return Subscribed(one, "k" * 43, "whsec_x", is_new=True)

    def unsubscribe(self, key: str, by: str, request_id: str) -> None:
        """Know none."""

    def record_verdict(self, event_id: str, answer: Answer, by: str) -> RecordedVerdict:
        """Know one event."""
        if event_id != "evt_1":
            raise MissingFactError("There is no such event.")
        verdict = Verdict(event_id, f"api:{by}", answer, "alert:hot", "score_crossed", AT)
        return RecordedVerdict(verdict, is_new=True)

    def models(self) -> Sequence[StoredDocument]:
        """Give one in each state, and one that can no longer be read."""
        stored = StoredDocument(DocumentKind.MODEL, "a", 0, DocumentStatus.DRAFT, MODEL, "d", AT, "ana")
        live = replace(stored, name="b", version=3, status=DocumentStatus.LIVE)
        return [stored, live, replace(live, name="c", status=DocumentStatus.STOPPED, body="model: [")]

    def model(self, name: str) -> StoredDocument:
        """Find one."""
        for one in self.models():
            if one.name == name:
                return one
        raise MissingFactError("There is no such model.")

    def lint(self, text: str) -> Sequence[Finding]:
        """Ask the linter."""
        return lint_text(text, UNTYPED, AT)

    def deliveries(self, *, status: str | None, limit: int, before: str | None) -> Sequence[Mapping[str, object]]:
        """Give as many as are asked for."""
        return [{**DELIVERY, "attempts": number} for number in range(limit)]

    def delivery(self, delivery_id: str) -> Mapping[str, object]:
        """Know one."""
        if delivery_id != DELIVERY["delivery_id"]:
            raise MissingFactError("There is no such delivery.")
        open_ = {"number": 1, "begun_at": AT, "ended_at": None, "outcome": None, "status": None, "reason": None}
        ended = {"ended_at": AT, "outcome": "delivered", "status": 202, "reason": "", "answer": "secret"}
        return {**DELIVERY, "next_attempt_at": AT, "attempts": [open_, {**open_, **ended}]}

    def replay(self, delivery_id: str, by: str) -> Mapping[str, object]:
        """Replay the one that is known, unless it is on its way."""
        if self.fate is Taken.OWN_WRITE:
            raise RefusedError("The delivery is sending.")
        return self.delivery(delivery_id)

    def choices(self, of: str, model: str | None = None) -> Sequence[Choice]:
        """Give one; the environment refuses to tell the owners."""
        if model == "none":
            raise MissingFactError("No live model is named 'none'.")
        if of == "owners":
            raise OutsideError("Reading users was refused.", status=403)
        return [Choice("a", "The first")]

    def _known(self, lead_id: str, model: str | None) -> None:
        if lead_id != LEAD or model == "none":
            raise MissingFactError("It is not known.")
