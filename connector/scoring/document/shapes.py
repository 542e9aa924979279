"""The structure of the documents as pydantic models: which keys, which plain types. Conditions are built elsewhere.

Pydantic's errors become faults in our words, with the nearest known key for an unknown one.
"""

from __future__ import annotations

import typing
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails

from connector.scoring.document.faults import Faults
from connector.scoring.document.reader import Path, Source

MOST_POINTS = 10_000
MOST_GROUPS = 2_000
MOST_GRADES = 200
MOST_CATEGORIES = 200
_MOST_TOTAL = 1_000_000_000

ConditionData = Annotated[Any, WithJsonSchema({"x-defined-as": "condition"})]
DecayData = Annotated[Any, WithJsonSchema({"x-defined-as": "decay"})]
DurationData = Annotated[Any, WithJsonSchema({"x-defined-as": "duration"})]
TimeData = Annotated[Any, WithJsonSchema({"type": ["string", "null"]})]
_NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9-]*$"
Name = Annotated[str, Field(pattern=_NAME_PATTERN, max_length=100)]
Label = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=5000)]
Column = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=128)]
# The logical name of a company's own table: a row is created in it, so that it must never be one of the standard ones.
TABLE_PATTERN = r"^[a-z][a-z0-9]{1,7}_[a-z0-9_]+$"
OwnTable = Annotated[str, Field(pattern=TABLE_PATTERN, max_length=100)]
Points = Annotated[int, Field(ge=-MOST_POINTS, le=MOST_POINTS)]
Total = Annotated[int, Field(ge=-_MOST_TOTAL, le=_MOST_TOTAL)]
Limit = Annotated[int, Field(ge=1, le=100_000)]
TimeOfDay = Annotated[str, Field(pattern=r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$")]


class Shape(BaseModel):
    """A mapping of a document: no unknown keys, no silent conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WriteShape(Shape):
    """Lead columns that a model is written to, and rows that are written beside the lead."""

    score: Column | None = None
    grade: Column | None = None
    scored_on: Column | None = None
    explanation: Column | None = None
    history: OwnTable | None = None
    predictive_score: bool = False


class CategoryShape(Shape):
    """What is common to the groups of a category."""

    cap: Total


class GroupShape(Shape):
    """Points for a condition."""

    name: Label
    points: Points | None = None
    when: ConditionData
    each: bool = False
    cap: Total | None = None
    category: Label | None = None
    decay: DecayData = None


class GradeShape(Shape):
    """A label from a score upwards."""

    name: Label
    from_score: Total | None = Field(default=None, alias="from")


class ExampleShape(Shape):
    """Facts of a lead and what the model must say of them."""

    expect: dict[str, Any]
    lead: dict[str, Any]
    account: Annotated[dict[str, Any] | None, WithJsonSchema({"type": ["object", "null"]})] = None
    interactions: list[dict[str, Any]] = []
    tracking: bool = True
    now: TimeData = None


class ModelShape(Shape):
    """A scoring model."""

    model: Name
    dimension: Label | None = None
    description: Text = ""
    purpose: Text = ""
    lawful_basis: Text = ""
    audience: ConditionData = None
    exclude: ConditionData = None
    write: WriteShape | None = None
    floor: Total | None = None
    cap: Total | None = None
    categories: dict[str, CategoryShape] = Field(default={}, max_length=MOST_CATEGORIES)
    groups: list[GroupShape] = Field(min_length=1, max_length=MOST_GROUPS)
    grades: list[GradeShape] = Field(default=[], max_length=MOST_GRADES)
    examples: list[ExampleShape] = []


class TaskShape(Shape):
    """A task for the lead's owner."""

    subject: Label
    description: Annotated[str, Field(max_length=2000)] = ""
    due_in: DurationData = None


class StatusShape(Shape):
    """An option of Status Reason by its value."""

    value: int


class CardShape(Shape):
    """A card to channels."""

    channels: list[Label] = Field(min_length=1)


class OwnerShape(Shape):
    """Who owns a qualified lead."""

    user: Label | None = None
    team: Label | None = None


class ActionsShape(Shape):
    """What is done to a qualified lead."""

    status_reason: list[Label] | Label | StatusShape | None = None
    sales_ready: bool | Column = False
    card: CardShape | None = None
    follow_up_task: TaskShape | None = None
    owner: OwnerShape | None = None
    flow: list[Label] | Label | None = None


class MatrixShape(Shape):
    """Two models read together."""

    fit: Name
    engagement: Name


class QualificationShape(Shape):
    """When a lead is qualified, and what is then done."""

    qualification: Name
    description: Text = ""
    audience: ConditionData = None
    when: ConditionData
    matrix: MatrixShape | None = None
    actions: ActionsShape = ActionsShape()


class TriggerShape(Shape):
    """What an alert listens to."""

    model: Name | None = None
    crosses: Total | None = None
    grade: Label | None = None
    goes_cold: Literal[True] | None = None
    below: Total | None = None
    qualified: Name | None = None
    account: Literal["wakes_up"] | None = None
    people: Annotated[int, Field(ge=1, le=1000)] | None = None
    within: DurationData = None


class BudgetShape(Shape):
    """How many cards at most."""

    per_hour: Limit | None = None
    per_day: Limit | None = None
    per_owner_per_hour: Limit | None = None
    per_owner_per_day: Limit | None = None


class QuietShape(Shape):
    """When no card is to come."""

    begins: TimeOfDay | None = Field(default=None, alias="from")
    ends: TimeOfDay | None = Field(default=None, alias="to")
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(default=[], max_length=6)
    zone: Annotated[str, Field(min_length=1, max_length=60)] | None = None


class AlertShape(Shape):
    """Whom to tell, and when."""

    alert: Name
    description: Text = ""
    on: TriggerShape
    where: ConditionData = None
    channels: list[Label] = Field(min_length=1)
    mention_owner: bool = False
    rearm_below: Total | None = None
    leave: Total | None = None
    rearm_after: DurationData = None
    announce_baseline: bool = False
    budget: BudgetShape | None = None
    quiet: QuietShape | None = None


ShapeType = TypeVar("ShapeType", bound=Shape)

_REMEDIES = {
    "string_type": ("must be text", "Put it in quotes."),
    "int_type": ("must be a whole number", ""),
    "bool_type": ("must be true or false", ""),
    "list_type": ("must be a list", ""),
    "dict_type": ("must be a mapping", ""),
    "model_type": ("must be a mapping", ""),
    "too_short": ("must have at least one entry", ""),
}


def validate(shape: type[ShapeType], source: Source, faults: Faults) -> ShapeType | None:
    """The document in its shape; None after faults, which are all noted."""
    try:
        return shape.model_validate(source.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _note(shape, detail, source, faults)
    return None


def _note(shape: type[Shape], detail: ErrorDetails, source: Source, faults: Faults) -> None:
    path = _document_path(detail["loc"], source)
    key = str(detail["loc"][-1])
    choice = next((step for step in detail["loc"] if step in _CHOICES), None)
    if choice is not None and choice != key:  # one of several forms, each of which would say what it lacks
        faults.add(path[: path.index(choice) + 1], f"`{choice}`: {_CHOICES[choice]}.")
    elif detail["type"] == "extra_forbidden":
        faults.unknown_name(path, "a key that is known here", key, _keys_at(shape, detail["loc"][:-1]))
    elif detail["type"] == "missing":
        faults.add(path, f"`{key}` is missing.")
    elif detail["type"] == "string_pattern_mismatch":
        faults.add(path, f"`{detail['input']}` is not a name.", _name_remedy(str(detail.get("ctx", {}).get("pattern"))))
    else:
        wrong, remedy = _REMEDIES.get(detail["type"], (detail["msg"][:1].lower() + detail["msg"][1:], ""))
        faults.add(path, f"`{_last_key(path)}`: {wrong}.", remedy)


def _name_remedy(pattern: str) -> str:
    if pattern == TABLE_PATTERN:
        return "Use the name of a table of your own: a publisher's prefix and a name, as in `lc_scorehistory`."
    return "Use letters, digits and hyphens." if pattern == _NAME_PATTERN else "Use letters, digits and underscores."


def _last_key(path: Path) -> str:
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _document_path(loc: tuple[int | str, ...], source: Source) -> Path:
    """A location of pydantic as a path; the names of a union's branches, which stand in no document, are left out."""
    path: Path = ()
    for index, step in enumerate(loc):
        if (*path, step) in source.lines or index == len(loc) - 1:
            path = (*path, step)
    return path


# Keys that take one of several forms, and what to say when the value has none of them.
_CHOICES: dict[int | str, str] = {
    "status_reason": "must be a list of labels, or `{value: 823270000}`",
    "sales_ready": "must be true, false or the name of a column",
    "flow": "must be the name of a flow, or a list of names",
}


def _keys_at(shape: type[Shape], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that a mapping at `loc` may have."""
    here: type[Shape] | None = shape
    for step in loc:
        field = here.model_fields.get(str(step)) if here else None
        if field is not None:
            here = next(iter(_shapes_in(field.annotation)), None)
    return [field.alias or name for name, field in here.model_fields.items()] if here else []


def _shapes_in(annotation: Any) -> list[type[Shape]]:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return [annotation]
    return [shape for argument in typing.get_args(annotation) for shape in _shapes_in(argument)]
