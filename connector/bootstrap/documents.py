"""Documents: stored, published, and typed by the environment that they are for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import TypeVar

from connector.adapters import Adapters
from connector.dataverse import columns
from connector.dataverse.reading.principals import find_owners
from connector.delivery.cards import check_template
from connector.errors import ConnectorError, DocumentError
from connector.pipeline.handover import Handover, Share
from connector.pipeline.ports import DocumentKind, StoredDocument
from connector.pipeline.prospects import Judge, share_of
from connector.pipeline.publishing import Applied, Desk, Draft, apply_documents
from connector.pipeline.rulebook import compile_live, live_titles, models_of, title_reader
from connector.pipeline.sources.ports import FindTable
from connector.pipeline.stopping import users_of
from connector.pipeline.subscriptions import TriggerName
from connector.pipeline.values import Environment
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import ANY_MODEL, Criteria

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Documents(Adapters):
    """Publishing, and the types that documents are read by."""

    def apply(self, drafts: Sequence[Draft], *, publish: bool, replace: bool, by: str) -> list[Applied]:
        """Store drafts, or publish those that pass. Raises DocumentError when one does not parse.

        What the table of standard columns refuses is asked of the environment where there is one: its columns may
        have options and lengths of their own.
        """
        channels = frozenset(self.settings.teams_channels) or None

        def attempt(types: FactTypes) -> list[Applied]:
            desk = Desk(
                self.store,
                types,
                by,
                self.clock(),
                channels,
                self._find_table(),
                check_template,
                handover=self._handover(types),
                opt_out=frozenset(self._opt_out()),
            )
            return apply_documents(desk, drafts, publish=publish, replace=replace)

        results = self._typed(attempt)
        types = self._environment_types() if any(result.doubted for result in results) else None
        if types is None:
            return results
        again = {(result.kind, result.name): result for result in attempt(types)}
        return [again[result.kind, result.name] if result.refused else result for result in results]

    def _typed(self, work: Callable[[FactTypes], T]) -> T:
        """Do work by the column types that the last run found, else the standard table's.

        Where a document does not fit them the environment is asked for those that it has now.
        """
        try:
            return work(self.store.known_types() or columns.STANDARD_TYPES)
        except DocumentError:
            types = self._environment_types()
            if types is None:
                raise
            return work(types)

    def _environment_types(self) -> FactTypes | None:
        """The types of the environment's columns; None without an environment, or where it cannot be asked now."""
        if self.settings.dataverse_url is None:
            return None
        try:
            self.dataverse.look_again()
            return self.dataverse.environment().types
        except ConnectorError as error:
            _log.warning("the environment could not be asked for its columns: %s", error)
            return None

    def _handover(self, types: FactTypes) -> Handover:
        """What is known around qualifications: flows, owners, the environment, how many leads a mark would meet."""
        flows = frozenset(self.settings.flows)
        if self.settings.dataverse_url is None:
            return Handover(flows, listens=self._listens, share=partial(self._share, types, lambda: None))
        environment = cache(self._environment)
        return Handover(
            flows,
            cache(lambda action: find_owners(self.session, action)),
            environment,
            self._listens,
            partial(self._share, types, environment),
        )

    def _listens(self, qualification: str) -> bool:
        """Tell whether a flow subscribed to the marks of a qualification, or of any."""
        return any(
            one.trigger is TriggerName.LEAD_QUALIFIED and one.filters.qualification in {qualification, ANY_MODEL}
            for one in self.store.subscriptions()
        )

    def _environment(self) -> Environment | None:
        """The environment as it is now: a column may just have been created; None where it cannot be asked."""
        try:
            self.dataverse.look_again()
            return self.dataverse.environment()
        except ConnectorError as error:
            _log.warning("the environment could not be asked whether a mark fits it: %s", error)
            return None

    def _share(
        self, types: FactTypes, environment: Callable[[], Environment | None], criteria: Criteria
    ) -> Share | None:
        """How many of the mirrored leads would be marked at once; None where the models are not live."""
        reader = title_reader(live_titles(self.store))
        live = {one.name: compile_live(one, types, reader) for one in self.store.live(DocumentKind.MODEL)}
        if models_of(criteria) - live.keys():
            return None
        judge = Judge(criteria, live, types, reader)
        return share_of(self.store, judge, self.clock(), environment(), columns.SALES_READY)

    def publish_draft(self, kind: DocumentKind, name: str, *, replace: bool, by: str) -> list[Applied]:
        """Publish a stored draft. Raises MissingFactError when there is none."""
        draft = self.store.draft(kind, name)
        return self.apply([Draft(kind, name, draft.body)], publish=True, replace=replace, by=by)

    def stop_document(self, kind: DocumentKind, name: str, *, by: str) -> tuple[StoredDocument, list[StoredDocument]]:
        """Stop a live document; return it, and the live documents that name it. Raises MissingFactError."""
        users: list[StoredDocument] = []
        with suppress(DocumentError):  # what is live may not fit any more, which is why somebody stops it
            users = self._typed(lambda types: users_of(self.store, types, kind, name))
        return self.store.stop(kind, name, by=by, now=self.clock()), users

    def _find_table(self) -> FindTable | None:
        """Who describes the tables of the environment; None without one."""
        return None if self.settings.dataverse_url is None else cache(self.interaction_tables.find)
