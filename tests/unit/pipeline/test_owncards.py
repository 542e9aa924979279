"""The live cards of a company: found by the kind of event, parsed once a version, and never in the way."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import cast

import pytest

from connector.pipeline.owncards import OwnCards
from connector.pipeline.ports import DocumentKind, DocumentStatus, DocumentStore, StoredDocument
from connector.pipeline.verdicts import rule_of
from tests.unit.pipeline.world import START

BODY = "type: AdaptiveCard\nbody: [{type: TextBlock, text: x}]\n"


def document(name: str, version: int = 1, body: str = BODY) -> StoredDocument:
    """A live card document."""
    return StoredDocument(DocumentKind.CARD, name, version, DocumentStatus.LIVE, body, "d", START, "test")


@dataclass
class Live:
    """A store with live documents."""

    documents: list[StoredDocument] = field(default_factory=list)

    def live(self, kind: DocumentKind) -> list[StoredDocument]:
        """All of them."""
        assert kind is DocumentKind.CARD
        return self.documents


def test_the_live_card_of_a_kind_is_given_from_its_publication_to_its_stop() -> None:
    """A new version is another card at once; a kind without one has none."""
    store = Live([document("digest")])
    own = OwnCards(cast("DocumentStore", store))
    first = own("digest")
    assert first is not None
    assert first is own("digest")
    assert own("score_crossed") is None
    store.documents = [document("digest", 2, BODY.replace("x", "y"))]
    second = own("digest")
    assert second is not None
    assert second.card != first.card
    store.documents = []
    assert own("digest") is None


def test_a_card_that_an_older_version_stored_and_nobody_can_read_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """The built-in card is sent, and the log says once which document it is."""
    own = OwnCards(cast("DocumentStore", Live([document("digest", body="[")])))
    with caplog.at_level(logging.WARNING):
        assert own("digest") is None
        assert own("digest") is None
    assert [record.message for record in caplog.records if "'digest' cannot be read" in record.message] != []
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        ({"alert": "hot", "qualification": {"name": "ready"}}, "alert:hot"),
        ({"alert": None, "qualification": {"name": "ready"}}, "qualification:ready"),
        ({"qualification": "ready"}, ""),
        ({}, ""),
    ],
)
def test_an_event_s_rule_is_its_alert_else_its_qualification(payload: dict[str, object], rule: str) -> None:
    """Digests and failed runs have none."""
    assert rule_of(payload) == rule  # type: ignore[arg-type]  # JSON, invariant
