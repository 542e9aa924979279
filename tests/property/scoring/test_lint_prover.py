"""The linter's proofs against brute force over small worlds, and against random facts of any shape."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.scoring.lint.clashes import smallest_core
from connector.scoring.lint.kleene import FALSE, NOT_FALSE, NOT_TRUE, TRUE
from connector.scoring.lint.prover import Prover
from connector.scoring.rules import All, Condition
from tests.property.scoring import strategies
from tests.property.scoring.interpreter import Interpreter
from tests.property.scoring.lint_scenes import SCENES, Scene

OFTEN = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
EVER = settings(OFTEN, max_examples=1200)
TARGETS: dict[int, set[bool | None]] = {TRUE: {True}, FALSE: {False}, NOT_TRUE: {False, None}, NOT_FALSE: {True, None}}

every_scene = pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
complete_scenes = pytest.mark.parametrize(
    "scene", [pytest.param(scene, id=name) for name, scene in SCENES.items() if scene.is_complete]
)


def refuted(scene: Scene, *wishes: tuple[Condition, int]) -> bool:
    """Whether the prover refutes that these conditions have these truth values together."""
    prover = Prover(scene.types)
    return prover.refutes(*(prover.formula(condition, target) for condition, target in wishes))


@every_scene
@OFTEN
@given(data=st.data())
def test_nothing_possible_is_called_impossible(scene: Scene, data: st.DataObject) -> None:
    """What some lead brings about is never refuted, for any of the four targets."""
    condition = data.draw(scene.conditions())
    truths = {truth for (truth,) in scene.truths(condition)}
    for target, wanted in TARGETS.items():
        if truths & wanted:
            assert not refuted(scene, (condition, target))


@complete_scenes
@OFTEN
@given(data=st.data())
def test_everything_impossible_is_found(scene: Scene, data: st.DataObject) -> None:
    """Over worlds that can be listed, what no lead brings about is refuted."""
    condition = data.draw(scene.conditions())
    truths = {truth for (truth,) in scene.truths(condition)}
    for target, wanted in TARGETS.items():
        if not truths & wanted:
            assert refuted(scene, (condition, target))


@every_scene
@OFTEN
@given(data=st.data())
def test_implication_holds_of_every_lead(scene: Scene, data: st.DataObject) -> None:
    """Where one condition is proved to imply another, no lead meets the first alone."""
    one, other = data.draw(scene.conditions()), data.draw(scene.conditions())
    truths = scene.truths(one, other)
    if any(first and not second for first, second in truths):
        assert not refuted(scene, (one, TRUE), (other, NOT_TRUE))
    if (True, True) in truths:
        assert not refuted(scene, (one, TRUE), (other, TRUE))


@every_scene
@OFTEN
@given(data=st.data())
def test_core_is_impossible_and_has_nothing_to_spare(scene: Scene, data: st.DataObject) -> None:
    """The tests that are named clash by themselves, and no smaller set of them does."""
    some = data.draw(st.lists(scene.tests, min_size=2, max_size=5))
    prover = Prover(scene.types)
    formula = prover.formula(All(tuple(some)))
    if not prover.refutes(formula):
        return
    core = smallest_core(prover, formula)
    assert prover.refutes(*core)
    for fewer in combinations(core, len(core) - 1):
        assert not prover.refutes(*fewer)


@EVER
@given(condition=strategies.conditions(), leads=st.lists(strategies.facts(), min_size=1, max_size=4))
def test_no_lead_of_any_shape_contradicts_a_proof(condition: Condition, leads: list[dict[str, Any]]) -> None:
    """A truth value that a random lead brings about is never refuted."""
    prover = Prover(strategies.TYPES)
    for lead in leads:
        truth = Interpreter(lead, strategies.NOW, strategies.TYPES, strategies.read_title).truth(condition)
        for target, wanted in TARGETS.items():
            if truth in wanted:
                assert not prover.refutes(prover.formula(condition, target))
