"""Two versions of a model over the same leads: counts, reasons, segments, and a sample free of the leads' order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

from connector.scoring.compiler import Scorer, compile_model
from connector.scoring.diff import MOST_SEGMENTS, OTHER_SEGMENTS, Reason, diff
from connector.scoring.document import parse_model
from connector.scoring.score import Facts, Score, Standing

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MINUS = "\N{MINUS SIGN}"
GRADES = "grades: [{name: Hot, from: 20}, {name: Warm, from: 10}, {name: Cold}]\n"


def compiled(*groups: str, more: str = GRADES) -> Scorer:
    """A scorer of a model with these groups."""
    return compile_model(parse_model("model: m\n" + more + "groups:\n" + "".join(f"  - {group}\n" for group in groups)))


def points(name: str, given: int, column: str) -> str:
    """A group that gives points where a column is 1."""
    return f"{{name: {name}, points: {given}, when: {{fact: lead.{column}, equals: 1}}}}"


OLD = compiled(points("A", 10, "a"), points("B", 5, "b"), points("Gone", 3, "c"))
NEW = compiled(points("A", 20, "a"), points("B", 5, "b"), points("New", 12, "d"), more=GRADES + "cap: 30\n")


def lead(**columns: int) -> Facts:
    """Facts with these columns, the others 0."""
    return {"lead": {"a": 0, "b": 0, "c": 0, "d": 0, **columns}}


LEADS: list[tuple[str, Facts]] = [
    ("one", lead(a=1, b=1, d=1)),
    ("two", lead(b=1)),
    ("three", lead(c=1)),
    ("four", lead(d=1)),
    ("five", lead(a=1)),
    ("six", lead()),
]


def is_hot(score: Score, facts: Facts) -> bool:
    """A lead is qualified when it is Hot."""
    return score.grade == "Hot"


def test_counts_tell_what_changes() -> None:
    """Transitions, changed scores, unchanged leads, the mean change and qualification are counted."""
    seen = diff(OLD, NEW, LEADS, NOW, old_qualifies=is_hot, new_qualifies=is_hot)
    assert seen.leads == 6
    assert seen.unchanged == 2
    assert seen.rescored == 1
    assert len(diff(OLD, NEW, LEADS, NOW, sample=0).sentences) == 3
    assert seen.transitions == {("Warm", "Hot"): 2, ("Cold", "Warm"): 1}
    assert (seen.becomes_qualified, seen.stops_qualified) == (2, 0)
    assert seen.mean_change == (15 + 0 - 3 + 12 + 10 + 0) / 6
    assert seen.by_segment == {}
    assert seen.sentences[:4] == [
        "6 leads: 2 unchanged, 1 change score only.",
        "Warm to Hot: 2",
        "Cold to Warm: 1",
        "2 would be qualified, 0 would no longer be qualified.",
    ]


def test_samples_have_reasons() -> None:
    """Each lead of the sample says which groups and bounds changed, and their points sum to the change of score."""
    sample = {change.lead_id: change for change in diff(OLD, NEW, LEADS, NOW).sample}
    assert set(sample) == {"one", "three", "four", "five"}
    assert sample["one"].reasons == (
        Reason("New", None, 12),
        Reason("A", 10, 20),
        Reason("capped at 30", None, -7, is_bound=True),
    )
    assert sample["one"].sentence == (
        "15 Warm becomes 30 Hot: new group 'New': +12; 'A' gives +20 instead of +10; "
        f"capped at 30: {MINUS}7 instead of 0"
    )
    assert sample["three"].sentence == f"3 Cold becomes 0 Cold: group 'Gone' is gone: {MINUS}3"
    for change in sample.values():
        assert change.after.score is not None
        assert change.before.score is not None
        assert sum(reason.points for reason in change.reasons) == change.after.score - change.before.score


def test_bounds_that_go_are_reasons() -> None:
    """A cap that no longer holds is a reason of its own."""
    (change,) = diff(NEW, compiled(points("A", 20, "a"), points("New", 12, "d")), [("x", lead(a=1, d=1))], NOW).sample
    assert change.reasons == (Reason("capped at 30", -2, None, is_bound=True),)
    assert change.sentence == f"30 Hot becomes 32 Hot: capped at 30: 0 instead of {MINUS}2"


def test_groups_of_one_name_are_paired_in_order() -> None:
    """Groups that share a name are compared first with first and second with second."""
    old = compiled(points("Same", 1, "a"), points("Same", 2, "b"))
    new = compiled(points("Same", 1, "a"), points("Same", 7, "b"))
    (change,) = diff(old, new, [("x", lead(a=1, b=1))], NOW).sample
    assert change.reasons == (Reason("Same", 2, 7),)


def test_leads_that_stop_being_qualified_come_first() -> None:
    """The sample shows changed qualification before changed grades before changed scores."""
    new = compiled(points("A", 8, "a"), points("B", 6, "b"), points("Gone", 3, "c"))
    leads = [("score", lead(b=1)), ("grade", lead(a=1)), ("verdict", lead(a=1, b=1, c=1))]
    seen = diff(
        OLD,
        new,
        leads,
        NOW,
        old_qualifies=lambda score, _: (score.score or 0) >= 18,
        new_qualifies=lambda score, _: (score.score or 0) >= 19,
    )
    assert [change.lead_id for change in seen.sample] == ["verdict", "grade", "score"]
    assert (seen.becomes_qualified, seen.stops_qualified) == (0, 1)
    assert seen.sample[0].sentence.startswith("18 Warm becomes 17 Warm, would no longer be qualified: ")
    assert "0 would be qualified, 1 would no longer be qualified." in seen.sentences


def test_becoming_qualified_is_said() -> None:
    """A lead of the sample that would be qualified says so, with its facts at hand for the criteria."""
    seen = diff(
        OLD,
        OLD,
        [("x", lead(b=1))],
        NOW,
        old_qualifies=lambda *_: False,
        new_qualifies=lambda _, facts: bool(facts["lead"]["b"]),
    )
    assert seen.sample[0].sentence == "5 Cold becomes 5 Cold, would be qualified"
    assert (seen.unchanged, seen.rescored, seen.transitions) == (0, 0, {})


def test_criteria_of_one_side_are_not_compared() -> None:
    """With criteria on one side only nobody becomes or stops being qualified."""
    seen = diff(OLD, OLD, LEADS, NOW, new_qualifies=is_hot)
    assert (seen.becomes_qualified, seen.unchanged) == (0, 6)
    assert seen.sample == ()
    assert seen.mean_change == 0.0


def test_models_without_grades_compare_scores() -> None:
    """Without grades a lead is scored or not, and a lead that enters or leaves the audience is a transition."""
    old = compiled(points("A", 1, "a"), more="")
    new = compiled(points("A", 2, "a"), more="audience: {fact: lead.b, equals: 1}\n")
    seen = diff(old, new, [("in", lead(a=1, b=1)), ("out", lead(a=1))], NOW)
    assert seen.transitions == {("scored", "not scored"): 1}
    assert (seen.rescored, seen.mean_change) == (1, 1.0)
    assert [change.sentence for change in seen.sample] == [
        "1 becomes not scored (outside audience)",
        "1 becomes 2: 'A' gives +2 instead of +1",
    ]
    assert seen.sample[0].after.standing is Standing.OUTSIDE_AUDIENCE


def test_another_reason_for_no_score_is_a_change() -> None:
    """A lead that is not scored for another reason than before is a changed lead, and no score changes."""
    old = compiled(points("A", 1, "a"), more="audience: {fact: lead.b, equals: 1}\n")
    new = compiled(points("A", 1, "a"), more="exclude: {fact: lead.c, equals: 1}\n")
    seen = diff(old, new, [("x", lead(c=1))], NOW)
    assert (seen.unchanged, seen.rescored, seen.transitions, seen.mean_change) == (0, 1, {}, 0.0)
    assert seen.sample[0].sentence == "Not scored (outside audience) becomes not scored (excluded)"


def test_transitions_are_counted_by_segment() -> None:
    """Counts are broken down by what the caller names, and too many segments end in one."""
    seen = diff(OLD, NEW, LEADS, NOW, segment=lambda lead_id, facts: f"{len(lead_id)} letters")
    assert seen.by_segment == {
        "3 letters": {("Warm", "Hot"): 1},
        "4 letters": {("Cold", "Warm"): 1, ("Warm", "Hot"): 1},
    }
    many = ((f"lead {n}", lead(a=1)) for n in range(MOST_SEGMENTS + 5))
    crowded = diff(OLD, NEW, many, NOW, segment=lambda lead_id, _: lead_id).by_segment
    assert len(crowded) == MOST_SEGMENTS + 1
    assert crowded[OTHER_SEGMENTS] == {("Warm", "Hot"): 5}


def test_the_sample_does_not_depend_on_order() -> None:
    """However the leads come, the same ten are shown, and no more than asked for."""
    leads = [(f"lead {n}", lead(a=1, b=n % 2)) for n in range(300)]
    shuffled = random.Random(7).sample(leads, len(leads))
    first, second = (diff(OLD, NEW, some, NOW) for some in (leads, shuffled))
    assert first == second
    assert len(first.sample) == 10
    assert diff(OLD, NEW, leads, NOW, sample=3).sample == first.sample[:3]
    assert diff(OLD, NEW, leads, NOW, sample=0).sample == ()


def test_leads_are_streamed() -> None:
    """Leads are taken one at a time, and none is kept."""
    held: list[Facts] = []

    def stream() -> Iterator[tuple[str, Facts]]:
        for n in range(50):
            facts = lead(a=1)
            held.append(facts)
            yield str(n), facts

    seen = diff(OLD, NEW, stream(), NOW, sample=2)
    assert (seen.leads, len(seen.sample)) == (50, 2)
    assert not any(isinstance(value, dict) for change in seen.sample for value in vars_of(change))


def vars_of(change: object) -> list[object]:
    """The values of a frozen value's fields."""
    return [getattr(change, name) for name in change.__slots__]  # type: ignore[attr-defined]  # a slotted dataclass
