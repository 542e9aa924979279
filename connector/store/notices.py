"""Events that no decision brings into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from connector.pipeline.values import Event
from connector.store.database import Repository
from connector.store.events import add_events


class Notices(Repository):
    """Fulfils `NoticeStore`."""

    def announce(self, events: Sequence[Event], *, now: datetime) -> None:
        """Store events with their deliveries, each once by its id."""
        with self._database.write() as connection:
            add_events(connection, [(event, now) for event in events])
