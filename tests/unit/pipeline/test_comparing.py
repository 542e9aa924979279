"""What another version would change: grades and qualification by the live criteria, other models as they stand."""

from __future__ import annotations

import pytest

from connector.errors import DocumentError, MissingFactError
from connector.pipeline.comparing import diff_model
from connector.pipeline.ports import DocumentKind
from connector.scoring.diff import Diff
from tests.unit.pipeline.world import ALERT, QUALIFICATION, TYPES, World, heat_model, lead_id

FIT = heat_model("fit", fact="lead.need", write="{score: lc_other}").replace("lead.need", "lead.heat")
BOTH = """qualification: both
when: {all: [{model: engagement, at_least: 50}, {model: fit, at_least: 50}]}
audience: {fact: lead.address1_country, equals: GB}
actions: {sales_ready: true}
"""


def compare(world: World, text: str) -> Diff:
    """What publication of a document would change now."""
    return diff_model(world.store, TYPES, text, world.clock())


def leads(world: World, *heats: int, country: str = "GB") -> None:
    """Leads of a country with these heats, mirrored and scored."""
    for number, heat in enumerate(heats, start=1):
        world.dataverse.put(lead_id(number), heat=heat, address1_country=country)
    world.sync()


def test_the_same_document_changes_nothing(world: World) -> None:
    """Compared with itself a model leaves every lead as it is, qualified ones too."""
    world.publish(heat_model(), QUALIFICATION)
    leads(world, 10, 50, 90)
    same = compare(world, heat_model())
    assert (same.leads, same.unchanged, same.becomes_qualified, same.stops_qualified) == (3, 3, 0, 0)


def test_grades_and_qualification_are_counted_by_the_live_criteria(world: World) -> None:
    """Half the points: the hot one cools down and would no longer be qualified; the criteria are the live ones."""
    world.publish(heat_model(), QUALIFICATION)
    leads(world, 10, 50, 90)
    result = compare(world, heat_model().replace("points: 10", "points: 5"))
    assert result.transitions == {("Hot", "Warm"): 1, ("Warm", "Cold"): 1}
    assert (result.becomes_qualified, result.stops_qualified) == (0, 1)
    more = compare(world, heat_model().replace("points: 10", "points: 20"))
    assert (more.becomes_qualified, more.stops_qualified) == (1, 0)


def test_without_criteria_about_the_model_qualification_is_not_compared(world: World) -> None:
    """Where no live criteria name the model nobody is said to be, or not to be, qualified."""
    world.publish(heat_model(), FIT, QUALIFICATION)
    leads(world, 90)
    result = compare(world, FIT.replace("points: 10", "points: 5"))
    assert (result.becomes_qualified, result.stops_qualified) == (0, 0)
    assert result.sample[0].before.qualified is None


def test_other_models_count_as_they_stand_and_the_audience_holds(world: World) -> None:
    """Criteria on two models judge the new version together with the other's live score, within their audience."""
    world.publish(heat_model(), FIT, BOTH)
    world.dataverse.put(lead_id(1), heat=60, address1_country="GB")
    world.dataverse.put(lead_id(2), heat=60, address1_country="IE")
    world.sync()
    halved = FIT.replace("points: 10", "points: 5")
    assert compare(world, halved).stops_qualified == 1
    assert compare(world, heat_model().replace("points: 10", "points: 20")).becomes_qualified == 0


def test_criteria_follow_the_grades_of_the_new_version(world: World) -> None:
    """A grade that criteria name is read by the order of the version that gives it."""
    by_grade = QUALIFICATION.replace("at_least: 80", "grade: Hot")
    world.publish(heat_model(), by_grade)
    leads(world, 60, 90)
    assert compare(world, heat_model().replace("{name: Hot, from: 70}", "{name: Hot, from: 60}")).becomes_qualified == 1


def test_a_model_that_is_not_live_has_nothing_to_compare_with(world: World) -> None:
    """Drafts and unknown models are named with the live ones; a faulty document has its faults."""
    world.publish(heat_model())
    with pytest.raises(MissingFactError, match=r"'fit' is not live.*Live: engagement"):
        compare(world, FIT)
    with pytest.raises(DocumentError, match="groups"):
        compare(world, "model: engagement")


def test_asking_stores_nothing(world: World) -> None:
    """A comparison leaves documents, scores and due marks as they are."""
    world.publish(heat_model(), ALERT)
    leads(world, 90)
    before = world.score(lead_id(1))
    compare(world, heat_model().replace("points: 10", "points: 1"))
    assert world.score(lead_id(1)) == before
    assert world.store.count_due() == 0
    assert [document.version for document in world.store.documents(DocumentKind.MODEL)] == [1]


def test_criteria_that_name_the_model_in_their_audience_alone_are_compared(world: World) -> None:
    """Whoever enters or leaves the audience by the other version becomes qualified, or stops being it."""
    criteria = "qualification: q\nwhen: {model: fit, at_least: 10}\naudience: {model: engagement, grade: Warm}\n"
    world.publish(heat_model(), FIT, criteria + "actions: {sales_ready: true}\n")
    leads(world, 20, 50, 90)
    more = compare(world, heat_model().replace("points: 10", "points: 20"))
    less = compare(world, heat_model().replace("points: 10", "points: 5"))
    assert (more.becomes_qualified, more.stops_qualified) == (1, 0)
    assert (less.becomes_qualified, less.stops_qualified) == (0, 1)


def test_a_column_that_is_not_mirrored_yet_is_named_and_no_change_is_made_of_it(world: World) -> None:
    """Leads that hang on it are counted apart, and nowhere else; once it is live and read the forecast is whole."""
    world.publish(heat_model(), QUALIFICATION)
    leads(world, 10, 50, 90)
    for number in (1, 2, 3):
        world.dataverse.put(lead_id(number), need="high")
    text = heat_model().replace("{fact: lead.heat, at_least: 50}", "{fact: lead.need, equals: high}")
    text = text.replace(
        "points: 10, when: {fact: lead.heat, at_least: 90}", "points: 5, when: {fact: lead.heat, at_least: 90}"
    )
    result = compare(world, text)
    assert (result.leads, result.unjudged, result.unread) == (3, 3, {"lead.need": 3})
    assert (result.unchanged, result.rescored, result.transitions, result.sample) == (0, 0, {}, ())
    world.publish(text)
    world.sync()
    after = compare(world, text)
    assert (after.unjudged, after.unread, after.unchanged) == (0, {}, 3)
