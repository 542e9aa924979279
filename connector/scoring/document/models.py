"""A model document to `rules.Model`: what no single key can say is checked here (decay, caps, categories, examples)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from connector.errors import DocumentError
from connector.scoring.carriers import carrier_of
from connector.scoring.document.conditions import Conditions
from connector.scoring.document.durations import parse_duration, parse_moment
from connector.scoring.document.faults import Faults
from connector.scoring.document.operands import Operands
from connector.scoring.document.reader import Path, Plain, Source
from connector.scoring.document.shapes import MOST_POINTS, ExampleShape, GroupShape, ModelShape, validate
from connector.scoring.facts import check_facts
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import (
    ANY_MODEL,
    Decay,
    Example,
    Grade,
    Group,
    HalfLife,
    Linear,
    Model,
    Steps,
    WriteColumns,
)

MOST_STEPS = 20
MOST_FADING = 1_000  # each point of a fading group has a moment of its own
_DECAYS = ("half_life", "linear", "steps")
_EXPECTATIONS = ("score", "grade", "at_least", "at_most", "standing")


def build_model(source: Source, types: FactTypes, faults: Faults) -> Model | None:
    """The model of a document; None after faults, which are all noted."""
    shape = validate(ModelShape, source, faults)
    return _ModelBuilder(source, types, faults).build(shape)


@dataclass(slots=True)
class _ModelBuilder:
    source: Source
    types: FactTypes
    faults: Faults

    def build(self, shape: ModelShape | None) -> Model | None:
        """The model; groups are read even where the rest of the shape is wrong, so that their faults are told too."""
        data = self.source.data
        conditions = Conditions(self.source, self.faults, self.types, reads_models=False)
        audience = conditions.build(data["audience"], ("audience",)) if data.get("audience") is not None else None
        exclude = conditions.build(data["exclude"], ("exclude",)) if data.get("exclude") is not None else None
        listed = data.get("groups")
        groups = [
            self._group(group, index, conditions)
            for index, group in enumerate(listed if isinstance(listed, list) else ())
        ]
        if shape is None:
            return None
        if shape.model == ANY_MODEL:
            self.faults.add(("model",), f"`{ANY_MODEL}` stands for every model.", "Give the model another name.")
        self._check_totals(shape)
        self._check_categories(shape)
        return Model(
            name=shape.model,
            groups=tuple(group for group in groups if group is not None),
            dimension=shape.dimension or "",
            description=shape.description,
            purpose=shape.purpose,
            lawful_basis=shape.lawful_basis,
            audience=audience,
            exclude=exclude,
            write=WriteColumns(**shape.write.model_dump(), place=self.faults.place(("write",)))
            if shape.write
            else WriteColumns(),
            floor=shape.floor,
            cap=shape.cap,
            category_caps={name: category.cap for name, category in shape.categories.items()},
            grades=self._grades(shape),
            examples=tuple(self._example(example, index) for index, example in enumerate(shape.examples)),
            place=self.faults.place(("model",)),
        )

    # --- groups

    def _group(self, data: Plain, index: int, conditions: Conditions) -> Group | None:
        """One group; its shape's own faults are noted with those of the whole model."""
        path: Path = ("groups", index)
        if not isinstance(data, dict):
            return None
        when = conditions.build(data["when"], (*path, "when")) if "when" in data else None
        decay = self._decay(data["decay"], (*path, "decay")) if data.get("decay") is not None else None
        try:
            shape = GroupShape.model_validate(data)
        except ValidationError:
            return None
        if shape.decay is None or decay is not None:
            self._check_points(shape, decay, path)
        if when is None:
            return None
        if (shape.each or shape.decay is not None) and carrier_of(when) is None:
            what = "each" if shape.each else "decay"
            self.faults.add(
                (*path, what),
                f"`{what}` needs exactly one interaction in `when`, alone or beside facts in `all`.",
                "Split the group.",
            )
        points = None if isinstance(decay, Steps) else shape.points
        place = self.faults.place(path)
        return Group(shape.name, points, when, shape.each, shape.cap, shape.category, decay, place)

    def _check_points(self, shape: GroupShape, decay: Decay | None, path: Path) -> None:
        if shape.points is None and not isinstance(decay, Steps):
            self.faults.add(path, "the group has no `points`.")
        points = (
            max((step[1] for step in decay.steps), key=lambda value: (abs(value), value))
            if isinstance(decay, Steps)
            else shape.points
        )
        if points and decay is not None and not isinstance(decay, Steps) and abs(points) > MOST_FADING:
            self.faults.add((*path, "points"), f"points that fade go up to {MOST_FADING:,}.", "Use `steps`.")
        if points and shape.cap and (shape.cap > 0) != (points > 0):
            what = f"a cap of {shape.cap} never bounds points of {points}."
            self.faults.add((*path, "cap"), what, f"Write {-shape.cap}.")

    def _check_totals(self, shape: ModelShape) -> None:
        if shape.floor is not None and shape.cap is not None and shape.floor > shape.cap:
            self.faults.add(("floor",), f"the floor {shape.floor} is above the cap {shape.cap}.")

    def _check_categories(self, shape: ModelShape) -> None:
        for index, group in enumerate(shape.groups):
            name = group.category
            if name is None or name in shape.categories:
                continue
            path: Path = ("groups", index, "category")
            if shape.categories:
                self.faults.unknown_name(path, "a category of this model", name, shape.categories)
            else:
                remedy = f"Add `categories: {{{name}: {{cap: 40}}}}` to the model."
                self.faults.add(path, f"`{name}` is not a category of this model.", remedy)

    # --- decay

    def _decay(self, data: Plain, path: Path) -> Decay | None:
        kinds = [kind for kind in _DECAYS if isinstance(data, dict) and kind in data]
        if not isinstance(data, dict) or len(kinds) != 1 or len(data) != 1:
            self.faults.add(path, "`decay` is one of `half_life`, `linear` and `steps`.", "Write `{half_life: 14d}`.")
            return None
        (kind,) = kinds
        if kind == "steps":
            return self._steps(data[kind], (*path, kind))
        period = Operands(self.source, self.faults).duration(data[kind], (*path, kind), is_positive=True)
        if not isinstance(period, timedelta):
            return None
        return HalfLife(period) if kind == "half_life" else Linear(period)

    def _steps(self, data: Plain, path: Path) -> Steps | None:
        if not isinstance(data, dict) or not 1 <= len(data) <= MOST_STEPS:
            self.faults.add(path, f"`steps` maps 1 to {MOST_STEPS} ages to points.", "Write `{7d: 10, 30d: 5}`.")
            return None
        steps: dict[timedelta, int] = {}
        for age, points in data.items():
            bound = parse_duration(age)
            if not bound:
                self.faults.add((*path, age), f"`{age}` is not an age.", "Write `7d`, `12h` or `2w`.")
            elif isinstance(points, bool) or not isinstance(points, int) or abs(points) > MOST_POINTS:
                self.faults.add((*path, age), f"points are whole numbers up to {MOST_POINTS:,}.")
            elif bound in steps:
                self.faults.add((*path, age), f"`{age}` is as long as a step before it.")
            else:
                steps[bound] = points
        return Steps(tuple(sorted(steps.items()))) if len(steps) == len(data) else None

    # --- grades and examples

    def _grades(self, shape: ModelShape) -> tuple[Grade, ...]:
        for index, grade in enumerate(shape.grades[:-1]):
            if grade.from_score is None:
                self.faults.add(
                    ("grades", index), f"only the last grade has no `from`, and `{grade.name}` is not last."
                )
        return tuple(
            Grade(grade.name, grade.from_score, self.faults.place(("grades", index)))
            for index, grade in enumerate(shape.grades)
        )

    def _example(self, shape: ExampleShape, index: int) -> Example:
        path: Path = ("examples", index)
        for key in shape.expect:
            if key not in _EXPECTATIONS:
                self.faults.unknown_name((*path, "expect", key), "a known expectation", key, _EXPECTATIONS)
        facts = _as_json(
            {
                "lead": shape.lead,
                "account": shape.account,
                "interactions": shape.interactions,
                "tracking": shape.tracking,
            }
        )
        try:
            check_facts(facts)
        except DocumentError as error:
            for fault in error.faults:
                self.faults.add(path, f"{fault.path} {fault.message}", fault.remedy)
        return Example(shape.expect, facts, self._now(shape.now, (*path, "now")), self.faults.place(path))

    def _now(self, value: Any, path: Path) -> datetime | None:
        if value is None:
            return None
        moment = parse_moment(value) if isinstance(value, str) else None
        if moment is None:
            self.faults.add(path, "`now` must be a time such as 2026-01-31T09:00:00Z.")
            return None
        return moment if isinstance(moment, datetime) else _midnight(moment)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _as_json(value: Any) -> Any:
    """Facts as JSON knows them: fractions as floats, whose shortest form is what was written."""
    if isinstance(value, Mapping):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    return float(value) if isinstance(value, Decimal) else value
