"""What people ask about mirrored leads: why a score is what it is, who is best, how many of which grade."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import MissingFactError
from connector.pipeline.places import Matrices, load_matrices
from connector.pipeline.ports import DocumentKind
from connector.pipeline.scorebook import load_scorebook
from connector.pipeline.views import best_leads, count_grades, explain_lead, lead_entry, live_columns
from tests.unit.pipeline.world import CARDS, TYPES, A, B, World, heat_model, lead_id

MATRIX = """\
qualification: ready
when: {model: engagement, at_least: 95}
matrix: {fit: fit, engagement: engagement}
actions: {sales_ready: true}
"""
NO_MATRICES = Matrices((), {})
OTHER = heat_model("other", fact="account.numberofemployees", write="{score: lc_other}").partition("grades:")[0]


@pytest.fixture
def seen(world: World) -> World:
    """Two leads, one with an account, and two models, one of them without grades."""
    world.publish(heat_model(), OTHER)
    world.dataverse.put_account("acc", name="Harbour Mills", numberofemployees=35)
    world.dataverse.put(A, heat=65, account="acc", companyname="Harbour", fullname="Pat Ng")
    world.dataverse.put(B, heat=85, companyname="Mills & Co", fullname=None)
    world.sync()
    return world


def explained(world: World, lead: str, model: str | None) -> dict[str, Any]:
    """What the live models say of a lead, with nothing that is no way to a grade."""
    return explain_lead(world.store, load_scorebook(world.store, TYPES), lead, model, world.clock(), fixed=frozenset())


def test_a_score_is_explained_with_the_way_to_the_next_grade(seen: World) -> None:
    """Every live model, or the one that is asked for; the answer, the smallest change, the forecast."""
    told = explained(seen, A, None)["models"]
    assert [(one["model"], one["score"]) for one in told] == [("engagement", 60), ("other", 30)]
    (one,) = explained(seen, A, "engagement")["models"]
    assert one["explanation"][0].startswith("+10 From")
    assert len(one["next_grade"]) == 1
    assert "Hot" in one["next_grade"][0]
    assert one["forecast"]
    (top,) = explained(seen, B, "engagement")["models"]
    assert top["next_grade"] == []
    assert one["rank"] == ["1 of 2 scored leads has a higher score, and none has a lower one."]
    assert top["rank"] == ["Among the top 50 % of 2 scored leads (0 have a higher score)."]


def test_the_place_in_the_matrix_is_told(world: World) -> None:
    """By the grades of both models, whichever model was asked for; a lead that one does not grade stands nowhere."""
    world.publish(heat_model(), heat_model("fit", write="{score: lc_other}"), MATRIX)
    world.dataverse.put(A, heat=65)
    world.dataverse.put(B)
    world.sync()
    place = {"qualification": "ready", "place": "B2", "fit": "fit", "engagement": "engagement"}
    found = explained(world, A, "fit")
    assert ([one["model"] for one in found["models"]], found["matrix"]) == (["fit"], [place])
    (first, *_) = best_leads(world.store, CARDS, load_matrices(world.store, TYPES), 1)
    assert first["matrix"] == [place]


def test_a_lead_or_a_model_that_is_not_there_is_named(seen: World) -> None:
    """The error says which models are live, or how a lead gets into the mirror."""
    with pytest.raises(MissingFactError, match=r"No live model is named 'gone'\. Live: engagement, other\."):
        explained(seen, A, "gone")
    with pytest.raises(MissingFactError, match="is not in the mirror"):
        explained(seen, lead_id(9), None)
    for name in ("engagement", "other"):
        seen.store.stop(DocumentKind.MODEL, name, by="test", now=seen.clock())
    with pytest.raises(MissingFactError, match=r"No model is live\. Live: none\."):
        explained(seen, A, None)


def test_grades_are_counted_best_first_with_the_empty_ones(seen: World) -> None:
    """Each live model's grades in its order; a model without grades under the empty name."""
    counts = count_grades(seen.store, TYPES)
    assert {name: list(grades.items()) for name, grades in counts.items()} == {
        "engagement": [("Hot", 1), ("Warm", 1), ("Cold", 0)],
        "other": [("", 2)],
    }


def test_the_live_models_columns_are_known(seen: World) -> None:
    """Those of all live models, and of no stopped one."""
    assert live_columns(seen.store, TYPES) == {"lc_score", "lc_grade", "lc_scoredon", "lc_other"}
    seen.store.stop(DocumentKind.MODEL, "engagement", by="test", now=seen.clock())
    assert live_columns(seen.store, TYPES) == {"lc_other"}


def test_the_best_leads_stand_first_with_reasons_and_unknowns(seen: World) -> None:
    """By the sum of their scores; each unknown fact once, the account's name before the lead's company."""
    first, second = best_leads(seen.store, CARDS, load_matrices(seen.store, TYPES), 2)
    assert [(one["lead_id"], one["total"]) for one in (first, second)] == [(A, 90), (B, 80)]
    assert (first["name"], first["company"]) == ("Pat Ng", "Harbour Mills")
    assert (second["name"], second["company"]) == ("(no name)", "Mills & Co")
    assert second["unknown"] == ["account.numberofemployees"]
    assert first["unknown"] == []
    assert len(first["reasons"]) == 6
    assert [one["lead_id"] for one in best_leads(seen.store, CARDS, NO_MATRICES, 1)] == [A]


def test_reasons_stand_in_the_order_of_their_points(world: World) -> None:
    """Whichever model gave them, thousands with their comma."""
    strong = heat_model("strong", write="{score: lc_other}").replace(
        "{name: From 10, points: 10", "{name: Big, points: 1500"
    )
    world.publish(heat_model(), strong)
    world.dataverse.put(A, heat=15)
    world.sync()
    (one,) = best_leads(world.store, CARDS, NO_MATRICES, 5)
    assert [reason.split(" ")[0] for reason in one["reasons"]] == ["+1,500", "+10"]


def test_a_lead_is_named(seen: World) -> None:
    """Name and company, as a list shows them."""
    assert lead_entry(seen.store, CARDS, A, seen.clock()) == {
        "lead_id": A,
        "name": "Pat Ng",
        "company": "Harbour Mills",
    }
    assert lead_entry(seen.store, CARDS, B, seen.clock())["company"] == "Mills & Co"
