"""Laws of machine clicks: what is marked depends on the rows alone, never on the order in which they came."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.pipeline.sources.machine import Touch, judge
from connector.pipeline.sources.mapping import Evidence, Key, KeyKind, MachineRules, Role, Sighting
from connector.pipeline.values import ColumnNeeds, LeadRow, Page, Table
from connector.store import open_store

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset())

rows = st.tuples(
    st.sampled_from(list(Role)),
    st.integers(-20, 120).map(lambda tenths: tenths / 2),
    st.sampled_from(["", "a", "b", "c", "d"]),
    st.sampled_from(["", "", "", "scanner"]),
)
messages = st.lists(rows, max_size=12)
rule_sets = st.builds(
    MachineRules,
    burst_links=st.integers(0, 4),
    burst_within=st.integers(1, 15).map(lambda seconds: timedelta(seconds=seconds)),
    same_second=st.integers(0, 3),
    too_soon=st.integers(0, 6).map(lambda seconds: timedelta(seconds=seconds)),
    needs_delivery=st.booleans(),
)


def touches(message: list[tuple[Role, float, str, str]]) -> list[Touch]:
    """The rows of a message, numbered."""
    return [
        Touch(f"{number:02d}", role, START + timedelta(seconds=seconds), link, said)
        for number, (role, seconds, link, said) in enumerate(message)
    ]


@given(messages, rule_sets, st.randoms())
def test_the_order_of_rows_does_not_matter(
    message: list[tuple[Role, float, str, str]], rules: MachineRules, dice: Random
) -> None:
    """Any order of a message's rows gives the same marks."""
    known = touches(message)
    mixed = list(known)
    dice.shuffle(mixed)
    assert judge(mixed, rules) == judge(known, rules)


@given(messages, rule_sets)
def test_only_what_can_be_a_machines_is_marked(
    message: list[tuple[Role, float, str, str]], rules: MachineRules
) -> None:
    """Clicks, opens that say it themselves, and deliveries that came back; each mark has a reason."""
    known = {touch.interaction_id: touch for touch in touches(message)}
    for name, reason in judge(known.values(), rules).items():
        touch = known[name]
        assert reason
        assert touch.role is Role.CLICK or touch.said or (touch.role, reason) == (Role.DELIVERY, "returned")


@given(messages)
def test_another_click_never_makes_a_machines_click_a_persons(message: list[tuple[Role, float, str, str]]) -> None:
    """More clicks may only add marks."""
    known = touches(message)
    rules = MachineRules(needs_delivery=True)
    marked = judge(known, rules).keys()
    more = [*known, Touch("99", Role.CLICK, START + timedelta(seconds=30), "z")]
    assert marked <= judge(more, rules).keys()


@settings(max_examples=15, deadline=None)
@given(
    message=messages,
    rules=rule_sets,
    parts=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    judged_between=st.booleans(),
)
def test_however_rows_are_divided_into_imports_the_marks_are_the_same(
    message: list[tuple[Role, float, str, str]], rules: MachineRules, parts: list[int], *, judged_between: bool
) -> None:
    """The store ends with what the rules say of all rows, whether it judged between the imports or not."""
    known = touches(message)
    imports: dict[int, list[Sighting]] = {}
    for touch, part in zip(known, parts, strict=False):
        evidence = Evidence("mail", touch.role, touch.link, touch.said)
        sighting = Sighting(
            "x", touch.interaction_id, (Key(KeyKind.LEAD, LEAD),), "mail", touch.at, {}, evidence, rank="1"
        )
        imports.setdefault(part, []).append(sighting)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(None, Path(folder) / "data")
        try:
            lead = LeadRow(LEAD, 'W/"1"', {}, None, True, 1, None, opted_out=False)
            store.absorb(Page(Table.LEAD, leads=(lead,), rows_read=1), NEEDS, now=START)
            store.use_export("x", rules, keys=frozenset())
            for part in sorted(imports, reverse=True):
                store.absorb_export(imports[part], done=None, now=START)
                if judged_between:
                    store.settle_interactions(now=START, expire=False)
            store.settle_interactions(now=START, expire=False)
            found = store.dossier(LEAD, now=START).interactions
        finally:
            store.close()
    marks = {one.interaction_id.split(":")[1]: str(one.properties["machine_reason"]) for one in found if one.machine}
    assert marks == judge(known, rules)
