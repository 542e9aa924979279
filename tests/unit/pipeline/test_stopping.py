"""What live documents need is not stopped under them, unless somebody wants that."""

from __future__ import annotations

import pytest

from connector.errors import MissingFactError, RefusedError
from connector.pipeline.ports import DocumentKind, DocumentStatus, StoredDocument
from connector.pipeline.stopping import stop_document
from tests.unit.pipeline.world import ALERT, QUALIFICATION, QUALIFIED_ALERT, TYPES, World, heat_model

OTHER = "{score: lc_other, grade: lc_othergrade}"


def stop(world: World, kind: DocumentKind, name: str) -> StoredDocument:
    """Stop a document as a person would."""
    return stop_document(world.store, TYPES, kind, name, by="test", now=world.clock())


def test_a_model_is_not_stopped_under_what_is_live(world: World) -> None:
    """The refusal names every user, those of its users too, and the commands that stop them in an order that works."""
    world.publish(heat_model(), heat_model("other", write=OTHER), QUALIFICATION, QUALIFIED_ALERT, ALERT)
    with pytest.raises(RefusedError) as refused:
        stop(world, DocumentKind.MODEL, "engagement")
    assert refused.value.message == (
        "The model 'engagement' is used by what is live: alert 'hot', alert 'marked', qualification 'sales-ready'."
    )
    order = "connector alerts stop hot, connector alerts stop marked, connector qualification stop sales-ready"
    assert order in refused.value.remedy
    assert "--replace" in refused.value.remedy
    for kind, name in (
        (DocumentKind.MODEL, "other"),
        (DocumentKind.ALERT, "hot"),
        (DocumentKind.ALERT, "marked"),
        (DocumentKind.QUALIFICATION, "sales-ready"),
        (DocumentKind.MODEL, "engagement"),
    ):
        assert stop(world, kind, name).status is DocumentStatus.STOPPED


def test_a_qualification_is_not_stopped_under_an_alert_that_waits_for_it(world: World) -> None:
    """Alerts that wait for another, or for scores, do not keep it."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT, ALERT)
    with pytest.raises(RefusedError, match=r"'sales-ready' is used by what is live: alert 'marked'\..*tell nothing"):
        stop(world, DocumentKind.QUALIFICATION, "sales-ready")
    assert [one.name for one in world.store.live(DocumentKind.QUALIFICATION)] == ["sales-ready"]


def test_what_is_not_live_cannot_be_stopped_whoever_names_it(world: World) -> None:
    """Where it was stopped under its users, stopping it again says what is live."""
    world.publish(heat_model(), QUALIFICATION)
    world.store.stop(DocumentKind.MODEL, "engagement", by="test", now=world.clock())
    with pytest.raises(MissingFactError, match="No model 'engagement' is live"):
        stop(world, DocumentKind.MODEL, "engagement")


def test_a_model_in_use_is_replaced_in_one_step(world: World) -> None:
    """Nothing is without it for a moment, so that nothing stands in the way."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT)
    (replaced,) = world.publish(heat_model(extra="description: New"))
    assert (replaced.outcome, replaced.version) == ("published", 2)
