"""What commands and the API ask for, over everything below."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from connector.bootstrap.running import CARDS
from connector.bootstrap.subscribing import Subscribing
from connector.checkup import (
    check_destinations,
    check_digests,
    check_documents,
    check_switch,
    expectations,
    send_test_card,
)
from connector.dataverse import columns
from connector.dataverse.setup.doctor import Check, examine
from connector.errors import ConnectorError
from connector.lakehouse import open_export
from connector.pipeline.comparing import diff_model
from connector.pipeline.measures import Backlog, Census, Measures
from connector.pipeline.ports import Run
from connector.pipeline.readiness import (
    SCHEMA,
    STORE,
    Dependency,
    dataverse_reached,
    destinations_used,
    disk_free,
    unusable,
    usable,
    worker_seen,
)
from connector.pipeline.rulebook import load_rulebook
from connector.pipeline.sources.importing import import_export
from connector.pipeline.sources.mapping import ExportMapping
from connector.pipeline.sources.ports import ImportTally
from connector.pipeline.values import Interaction
from connector.pipeline.views import best_leads, count_grades, explain_lead, grades_of, lead_entry, live_columns
from connector.scoring.diff import Diff
from connector.store import Backup, Copied, back_up, copy_database, upgrade
from connector.usage import check_usage

LOOKED_AT = 5  # the newest runs, of which one has ended for sure where any has


class Service(Subscribing):
    """Everything that commands and the API ask for, over the adapters that the settings name.

    May be used by several threads. Setting `stop` ends runs, waits and the worker at their next step, for good.
    """

    def import_export(self, path: Path, export: ExportMapping, *, again: bool = False) -> ImportTally:
        """Import what an export on disk holds and was not imported before, or with `again` all of it.

        Raises DocumentError where its layout is another one than the mapping's.
        """
        tables = open_export(path, export.tables)
        return import_export(self.store, export, tables, clock=self.clock, again=again, check_stop=self._check_stop)

    def add_interactions(self, interactions: Sequence[Interaction]) -> int:
        """Store interactions, each once by its id; return how many were new."""
        return self.store.add_interactions(interactions, now=self.clock())

    def run(self, run_id: str) -> Run:
        """One run."""
        return self.store.run(run_id)

    def runs(self, limit: int = 20, before: str | None = None) -> Sequence[Run]:
        """Runs, newest first; those before the run `before` where it is given."""
        return self.store.runs(limit, before)

    def places(self, scores: Sequence[Mapping[str, object]]) -> list[dict[str, Any]]:
        """The places of a lead with these stored scores in the matrices of live qualifications."""
        return self.scorebook().matrices.places(grades_of(scores))

    def readiness(self) -> list[Dependency]:
        """Each dependency. Nothing outside is asked: what is known of it from the last time is told."""
        try:
            self.store.check()
        except ConnectorError as error:
            return [unusable(STORE, str(error))]
        try:
            self.store.check_schema()
        except ConnectorError as error:
            return [usable(STORE), unusable(SCHEMA, str(error))]
        counted = self.store.measure(now=self.clock())
        found = [
            usable(STORE),
            usable(SCHEMA),
            worker_seen(counted.worker_seen_at, counted.at),
            dataverse_reached(self.store.runs(LOOKED_AT), counted.pulled),
            destinations_used(counted.paused_destinations),
        ]
        with suppress(OSError):  # a folder that cannot be looked at is one that is not used
            found.append(disk_free(shutil.disk_usage(self.settings.data_dir).free))
        return found

    def backlog(self) -> Backlog:
        """The jobs that wait for a worker. Raises StoreError."""
        return self.store.backlog()

    def measures(self) -> Measures:
        """What the installation measures of itself. Raises StoreError."""
        counted = self.store.measure(now=self.clock())
        answers = self._session.answers() if self._session else {}
        budget = self.settings.request_budget
        return replace(counted, requests_a_day=self.settings.daily_requests, window_budget=budget, answers=answers)

    def census(self) -> Census:
        """What only whole tables tell. Raises StoreError."""
        return self.store.census()

    def upgrade_database(self) -> str:
        """Bring the database's schema to this version's; return its revision. Raises StoreError."""
        return upgrade(self._database_url(), self.settings.data_dir, limits=self._server_limits())

    def copy_database(self, to: str) -> Copied:
        """Copy the whole database into another, empty one; see `connector.store.copying`."""
        return copy_database(self._database_url(), self.settings.data_dir, to, limits=self._server_limits())

    def back_up_database(self, file: Path) -> Backup:
        """Copy the SQLite database to a new file while it is in use; see `connector.store.backup`."""
        return back_up(self._database_url(), self.settings.data_dir, file)

    def lead(self, lead_id: str) -> dict[str, Any]:
        """Who a mirrored lead is."""
        return lead_entry(self.store, CARDS, lead_id, self.clock())

    def ranking(self, most: int) -> list[dict[str, Any]]:
        """The best leads, with reasons."""
        return best_leads(self.store, CARDS, self.scorebook().matrices, most)

    def grades(self) -> Mapping[str, Mapping[str, int]]:
        """Scored leads by live model and grade, the best grade first."""
        return self._typed(partial(count_grades, self.store))

    def written_columns(self) -> frozenset[str]:
        """The lead columns that the live models are written to."""
        return self._typed(partial(live_columns, self.store))

    def explain(self, lead_id: str, model: str | None = None) -> dict[str, Any]:
        """Why a mirrored lead has its scores, and where it stands."""
        fixed = columns.CONSENT_FACTS | {f"lead.{column}" for column in self._opt_out()}
        return explain_lead(self.store, self.scorebook(), lead_id, model, self.clock(), fixed=fixed)

    def diff(self, text: str) -> Diff:
        """What publication of a model document would change."""
        return self._typed(lambda types: diff_model(self.store, types, text, self.clock()))

    def doctor(self, *, cards_to: Sequence[str] = ()) -> list[Check]:
        """Check the environment against what the live documents need; send a test card to each of these channels."""
        expected = self._typed(lambda types: expectations(self.store, types, self._opt_out()))
        checks = [*examine(self.session, expected, clock=self.clock), check_switch(on=self.lead_management)]
        checks += check_documents(lambda: load_rulebook(self.store, self.dataverse.environment()))
        checks.append(self._check_webhook())
        checks += check_destinations(self.store.troubled_destinations())
        checks += check_digests(self.digests(CARDS).never_told(self.clock()))
        checks.append(check_usage(self.session.limiter, self.settings.daily_requests))
        environment = self.settings.dataverse_url
        checks += [send_test_card(self.courier, name, self.clock(), environment) for name in cards_to]
        return checks
