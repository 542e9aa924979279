"""Events of the environment: hints that webhooks bring, and the registration of webhooks."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

from connector.bootstrap.running import CARDS, SYNC, Running
from connector.checkup import REGISTER, check_webhook, expectations
from connector.dataverse import columns
from connector.dataverse.setup.doctor import Check, CheckStatus
from connector.errors import ConnectorError, DocumentError
from connector.pipeline.gathering import Gathering
from connector.pipeline.hints import Hint, OwnWrites, Taken, is_followed, is_own, jobs_of
from connector.pipeline.jobs import NewJob
from connector.pipeline.ownwrites import own_writes
from connector.pipeline.precedence import PRECEDENCE
from connector.provision.webhooks import HookDraft, HookWish, plan_webhook

OWN_WRITES_AGE = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class Events(Running):
    """What webhooks bring, and how they are registered."""

    _kept_gathering: Gathering[NewJob] | None = None
    _kept_own_writes: tuple[datetime, OwnWrites] | None = None

    @property
    def environment_host(self) -> str | None:
        """The host of the environment that is worked on; None without one."""
        return urlsplit(self.settings.dataverse_url or "").hostname

    def take_hint(self, hint: Hint) -> Taken:
        """Store durably what a hint asks for; or say why nothing is to be done.

        Where it names no rows, a run looks for what changed.
        """
        if not is_followed(hint):
            return Taken.OTHER_TABLE
        if is_own(hint, self._own_writes()):
            return Taken.OWN_WRITE
        with PRECEDENCE.answering():
            if not hint.row_ids:
                self.start_run(SYNC, "hook:dataverse")
            elif jobs := jobs_of(hint, lambda: uuid4().hex):
                self._gathering().put(jobs)
        return Taken.QUEUED

    def _gathering(self) -> Gathering[NewJob]:
        """What stores the jobs of hints: those that come at the same moment together."""
        if self._kept_gathering is None:
            self._kept_gathering = Gathering(self._store_jobs)
        return self._kept_gathering

    def _store_jobs(self, jobs: Sequence[NewJob]) -> None:
        self.store.queue.coalesce(jobs)

    def plan_webhook(self, wish: HookWish) -> HookDraft:
        """Say what is to be registered so that Dataverse tells of what the live documents read."""
        expected = self._typed(lambda types: expectations(self.store, types, self._opt_out()))
        return plan_webhook(self, wish, expected, CARDS.needs())

    def _check_webhook(self) -> Check:
        if not self.settings.webhook_secret or not self.settings.public_url:
            said = "not used: that needs CONNECTOR_PUBLIC_URL and CONNECTOR_WEBHOOK_SECRET"
            return Check("webhooks", CheckStatus.OK, said)
        try:
            return check_webhook(self.plan_webhook(HookWish()).plan)
        except ConnectorError as error:
            return Check("webhooks", CheckStatus.WARNING, f"not looked at: {error.message}", error.remedy or REGISTER)

    def _own_writes(self) -> OwnWrites:
        """How our own writes are known, kept for a while: nothing is parsed for each event."""
        now, kept = self.clock(), self._kept_own_writes
        if kept is None or not timedelta(0) <= now - kept[0] < OWN_WRITES_AGE:
            marks, tag = frozenset({columns.STATUS_REASON, columns.SALES_READY}), self.settings.write_tag or ""
            try:
                # The environment is not asked: whoever waits for the answer has little time.
                types = self.store.known_types() or columns.STANDARD_TYPES
                own = own_writes(self.store, types, marks=marks, tag=tag)
            except DocumentError as error:
                _log.warning("our own writes cannot be told by their columns: %s", error)
                own = OwnWrites(marks=marks, tag=tag)
            kept = self._kept_own_writes = (now, own)
        return kept[1]
