"""A single condition as a compiled question: its outcome, what is unknown, and when the answer next changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast

from connector.scoring.compiler.build import Build, JudgeModel
from connector.scoring.compiler.identity import is_timed
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import Condition
from connector.scoring.score import Facts, Outcome, Score, UnknownFact

Answer = tuple[Outcome, tuple[UnknownFact, ...], datetime | None]
Question = Callable[[Facts, Mapping[str, Score], datetime], Answer]


def compile_question(
    condition: Condition,
    types: FactTypes = UNTYPED,
    titles: TitleReader | None = None,
    judge_model: JudgeModel | None = None,
) -> Question:
    """Compile a condition; `judge_model` gives the meaning of a test of a model's score.

    The question takes facts, the scores by model and the moment (aware UTC). It answers with the outcome, the facts
    that make it unknown, and the first later moment at which the outcome changes with no new data and the same scores.
    Raises DocumentError for rules that no document can hold.
    """
    build = Build(types, titles, judge_model)
    build.collect([condition])
    build.open()
    variable = build.evaluate(condition)
    code, name = build.code, build.constants.name
    if is_timed(condition):
        later = build.later([condition], variable)
        code.line(f"best = SEEK({later.name}, {later.arguments}, now, best, {later.anchors})")
    with code.block(f"if {variable}:"):
        code.line(f"return {name(Outcome.TRUE)}, (), {build.NEXT}")
    with code.block(f"if {variable} is False:"):
        code.line(f"return {name(Outcome.FALSE)}, (), {build.NEXT}")
    build.blame(condition)
    code.line(f"return {name(Outcome.UNKNOWN)}, UNKNOWN[u], {build.NEXT}")
    return cast("Question", build.finish("facts, scores, now")[1])
