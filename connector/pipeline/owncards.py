"""The live card documents, parsed once a version: what a sender asks for each card."""

from __future__ import annotations

import logging
import threading

from connector.errors import DocumentError
from connector.pipeline.cardtemplates import CardTemplate, parse_card
from connector.pipeline.ports import DocumentKind, DocumentStore

_log = logging.getLogger(__name__)


class OwnCards:
    """Gives the live card of a kind of event; safe to use from several threads.

    Every call looks which are live, so that all workers on one database send the same from the publication on.
    """

    def __init__(self, store: DocumentStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, int], CardTemplate | None] = {}

    def __call__(self, kind: str) -> CardTemplate | None:
        """The card of this kind; None without one, or where it cannot be read. Raises StoreError."""
        live = {document.name: document for document in self._store.live(DocumentKind.CARD)}
        document = live.get(kind)
        if document is None:
            return None
        key = (document.name, document.version)
        with self._lock:
            if key not in self._kept:
                self._kept = {kept: card for kept, card in self._kept.items() if kept[0] != kind}
                self._kept[key] = _read(document.name, document.body)
            return self._kept[key]


def _read(name: str, body: str) -> CardTemplate | None:
    try:
        return parse_card(body, name)
    except DocumentError as error:
        _log.warning("the card document %r cannot be read: %s", name, error.message)
        return None
