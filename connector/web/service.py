"""What the routes ask for: a protocol that the composition root fulfils. No Flask in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from connector.pipeline.hints import Hint, Taken
from connector.pipeline.ports import Run
from connector.pipeline.values import Interaction


class Service(Protocol):
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

    def start_run(self, kind: str, by: str, idempotency_key: str | None) -> Run:
        """Queue a run (`sync` or `full_sync`); the same key, or a queued run of the kind, gives the one that exists."""
        ...

    def run(self, run_id: str) -> Run:
        """One run; MissingFactError when unknown."""
        ...

    def runs(self, limit: int) -> Sequence[Run]:
        """The newest runs first."""
        ...

    def places(self, scores: Sequence[Mapping[str, object]]) -> Sequence[Mapping[str, object]]:
        """The places of a lead with these stored scores in the matrices of live qualifications."""
        ...

    def lead_scores(self, lead_id: str) -> Sequence[Mapping[str, object]]:
        """Every stored score of a lead as `ScoreStore.lead_scores` gives them; empty when there is none."""
        ...

    def add_interactions(self, interactions: list[Interaction]) -> int:
        """Store what is new (by id); return how many were new."""
        ...

    def readiness(self) -> Sequence[tuple[str, bool, str]]:
        """Each dependency: name, whether it can be used now, and a detail for the log."""
        ...
