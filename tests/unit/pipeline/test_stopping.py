"""Who misses a document that was stopped is told, in an order in which they can be stopped too."""

from __future__ import annotations

from connector.pipeline.ports import DocumentKind
from connector.pipeline.stopping import left_lacking, users_of
from tests.unit.pipeline.world import ALERT, QUALIFICATION, QUALIFIED_ALERT, TYPES, World, heat_model

OTHER = "{score: lc_other, grade: lc_othergrade}"


def lacking(world: World, kind: DocumentKind, name: str) -> str:
    """What is said when a document is stopped."""
    return left_lacking(kind, name, users_of(world.store, TYPES, kind, name))


def test_every_user_of_a_model_is_named(world: World) -> None:
    """Those of its users too, and the commands that stop them in an order that leaves none behind."""
    world.publish(heat_model(), heat_model("other", write=OTHER), QUALIFICATION, QUALIFIED_ALERT, ALERT)
    said = lacking(world, DocumentKind.MODEL, "engagement")
    assert said.startswith(
        "The model 'engagement' is still used by what is live: alert 'hot', alert 'marked', qualification "
        "'sales-ready'. Until it is live again no run can begin: publish it, or stop those too "
    )
    order = "connector alerts stop hot, connector alerts stop marked, connector qualification stop sales-ready"
    assert order in said
    assert lacking(world, DocumentKind.MODEL, "other") == ""
    assert lacking(world, DocumentKind.ALERT, "hot") == ""


def test_an_alert_that_waits_for_a_qualification_misses_it(world: World) -> None:
    """Alerts that wait for another, or for scores, do not."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT, ALERT)
    said = lacking(world, DocumentKind.QUALIFICATION, "sales-ready")
    assert "used by what is live: alert 'marked'. Until it is live again those tell nothing" in said


def test_a_model_in_use_is_replaced_in_one_step(world: World) -> None:
    """Nothing is without it for a moment."""
    world.publish(heat_model(), QUALIFICATION, QUALIFIED_ALERT)
    (replaced,) = world.publish(heat_model(extra="description: New"))
    assert (replaced.outcome, replaced.version) == ("published", 2)
