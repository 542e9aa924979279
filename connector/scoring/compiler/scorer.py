"""A model as a compiled scorer: assembles the generated function and runs it. The parts' code is written elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import cast

from connector.scoring.compiler.build import Build
from connector.scoring.compiler.groups import GroupCode
from connector.scoring.compiler.identity import is_timed
from connector.scoring.compiler.titles import TitleReader
from connector.scoring.compiler.trace import trace_source
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.rules import Condition, Model
from connector.scoring.score import Facts, Score, Standing

ScoreFunction = Callable[[Facts, datetime], Score]


class Scorer:
    """A compiled model. `source` is the generated Python, for the curious; it holds no text of the document."""

    def __init__(self, model: Model, source: str, function: ScoreFunction) -> None:
        self.model = model
        self.source = source
        self._function = function

    def score(self, facts: Facts, now: datetime) -> Score:
        """Score one lead at a moment (aware UTC). Facts of a wrong type are unknown, never an error."""
        return self._function(facts, now)

    def score_many(self, many: Iterable[Facts], now: datetime) -> Iterator[Score]:
        """Score leads lazily, in their order, all at the same moment."""
        function = self._function
        for facts in many:
            yield function(facts, now)


def compile_model(
    model: Model, types: FactTypes = UNTYPED, titles: TitleReader | None = None, *, trace: bool = True
) -> Scorer:
    """Compile a model to plain Python.

    `types` say which facts are multiple choices and which columns derived facts read; `titles` reads a job title
    (ours by default); `trace` says whether scores carry what was seen, for their explanation. Raises DocumentError for
    rules that no document can hold.
    """
    build = Build(types, titles)
    standing = [condition for condition in (model.audience, model.exclude) if condition is not None]
    build.collect([*standing, *(group.when for group in model.groups)])
    build.open()
    _emit_standing(build, model, standing)
    _emit_groups(build, model, trace=trace)
    source, function = build.finish("facts, now")
    return Scorer(model, source, cast("ScoreFunction", function))


# --- whether the model applies at all


def _emit_standing(build: Build, model: Model, conditions: list[Condition]) -> None:
    if not conditions:
        return
    code = build.code
    name = build.constants.name
    model_name = name(model.name)
    variables = [build.evaluate(condition) for condition in conditions]
    if any(is_timed(condition) for condition in conditions):
        # The standing depends on the truth of the exclusion, not on whether it is unknown or false.
        parts = [variables[0]] if model.audience is not None else []
        parts += [f"{variables[-1]} is True"] if model.exclude is not None else []
        if model.audience is not None and model.exclude is not None:
            result = f"({parts[0]}, {parts[0]} is True and {parts[1]})"
        else:
            result = parts[0]
        later = build.later(conditions, result)
        code.line(f"best = SEEK({later.name}, {later.arguments}, now, best, {later.anchors})")
    if model.audience is not None:
        with code.block(f"if {variables[0]} is None:"):
            build.blame(model.audience)
            standing = name(Standing.AUDIENCE_UNKNOWN)
            code.line(f"return SCORE({model_name}, {standing}, None, None, 0.0, None, (), UNKNOWN[u], {build.NEXT})")
        with code.block(f"if {variables[0]} is False:"):
            standing = name(Standing.OUTSIDE_AUDIENCE)
            code.line(f"return SCORE({model_name}, {standing}, None, None, 0.0, None, (), (), {build.NEXT})")
    if model.exclude is not None:
        with code.block(f"if {variables[-1]}:"):
            standing = name(Standing.EXCLUDED)
            code.line(f"return SCORE({model_name}, {standing}, None, None, 0.0, None, (), (), {build.NEXT})")


# --- points


def _emit_groups(build: Build, model: Model, *, trace: bool) -> None:
    code = build.code
    categories = sorted({group.category for group in model.groups if group.category is not None})
    sums = ["", *(str(index) for index in range(len(categories)))]
    code.line(f"{' = '.join(f's{suffix} = e{suffix}' for suffix in sums)} = w = 0")
    groups = []
    for index, group in enumerate(model.groups):
        category = None if group.category is None else categories.index(group.category)
        part = GroupCode(build, index, model, category)
        part.emit()
        groups.append(part)
    caps = [model.category_caps.get(category) for category in categories]
    code.line(f"total = {_total(model, caps, extra=False)}")
    whole = sum(group.weight for group in groups)
    with code.block("if w:"):
        code.line(f"coverage = ({whole} - w) / {whole}")
        code.line(f"reachable = {_total(model, caps, extra=True)}")
    with code.block("else:"):
        code.line("coverage = 1.0")
        code.line("reachable = total")
    results = ", ".join(group.result for group in groups)
    constants = build.constants
    seen = f", {trace_source(build, model)}" if trace else ""
    code.line(
        f"return SCORE({constants.name(model.name)}, {constants.name(Standing.SCORED)}, total, {_grade(build, model)}, "
        f"coverage, reachable, ({results},), UNKNOWN[u], {build.NEXT}{seen})"
    )


def _total(model: Model, caps: list[int | None], *, extra: bool) -> str:
    parts = ["s + e" if extra else "s"]
    for index, cap in enumerate(caps):
        part = f"s{index} + e{index}" if extra else f"s{index}"
        parts.append(part if cap is None else f"{'min' if cap >= 0 else 'max'}({part}, {cap})")
    total = " + ".join(parts)
    if model.floor is not None:
        total = f"max({total}, {model.floor})"
    return total if model.cap is None else f"min({total}, {model.cap})"


def _grade(build: Build, model: Model) -> str:
    """The first grade, from the top, that the total reaches."""
    expression = ""
    for grade in model.grades:
        name = build.constants.name(grade.name)
        if grade.from_score is None:
            return f"({expression}{name})"
        expression += f"{name} if total >= {grade.from_score} else "
    return f"({expression}None)"
