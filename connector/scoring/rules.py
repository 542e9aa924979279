"""The typed rule representation: the only place where a condition has a form.

What a condition *means* stands in `operators` and in the code that `compiler` generates from these values.
Everything here is frozen and knows its place in the document it came from; nothing here reads or computes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum


class Operator(StrEnum):
    """The operators of a fact test, by the key that a document writes."""

    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IS_ANY_OF = "is_any_of"
    IS_NONE_OF = "is_none_of"
    CONTAINS = "contains"
    BEGINS_WITH = "begins_with"
    ENDS_WITH = "ends_with"
    MATCHES = "matches"
    IS_EMPTY = "is_empty"
    IS_NOT_EMPTY = "is_not_empty"
    GREATER_THAN = "greater_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST = "in_last"
    NOT_IN_LAST = "not_in_last"


# A constant of a document: numbers are Decimal, times aware UTC datetimes, dates dates.
Operand = str | bool | Decimal | datetime | date | timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in its document: a path such as `groups[2].when.all[0]`, and a line from 1."""

    path: str
    line: int


NOWHERE = Place("", 0)


@dataclass(frozen=True, slots=True)
class FactTest:
    """One operator on one fact (`lead.jobtitle`, `account.revenue`, `title.seniority`).

    `operands` holds no value for is_empty and is_not_empty, two for between, any number for is_any_of and
    is_none_of, one for the rest. `min_confidence` (0-1) is for title facts.
    """

    fact: str
    operator: Operator
    operands: tuple[Operand, ...] = ()
    case_sensitive: bool = False
    min_confidence: float | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class InteractionTest:
    """At least `at_least` interactions of `type` in the window (now - within, now]; all time without a window.

    `where` holds tests on the interaction's properties; their `fact` is the bare property name.
    """

    type: str
    at_least: int = 1
    within: timedelta | None = None
    where: tuple[FactTest, ...] = ()
    include_machine: bool = False
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class ModelTest:
    """A live model's score or grade reaches a mark (qualification and alerts only).

    Exactly one of `at_least` and `grade` is given; a grade is reached by itself and by every higher one.
    """

    model: str
    at_least: int | None = None
    grade: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class All:
    """Strong Kleene conjunction."""

    terms: tuple[Condition, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Strong Kleene disjunction."""

    terms: tuple[Condition, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """Strong Kleene negation."""

    term: Condition
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class AtLeastOf:
    """True when at least `n` terms are true; false when that cannot be reached; else unknown."""

    n: int
    terms: tuple[Condition, ...]
    place: Place = field(default=NOWHERE, compare=False)


Condition = FactTest | InteractionTest | ModelTest | All | AnyOf | Not | AtLeastOf


@dataclass(frozen=True, slots=True)
class HalfLife:
    """Points halve with every `period` of age, smoothly."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Linear:
    """Points fall evenly to 0 at age `period`."""

    period: timedelta


@dataclass(frozen=True, slots=True)
class Steps:
    """(bound, points) in rising order of bound: points while age < bound, 0 past the last."""

    steps: tuple[tuple[timedelta, int], ...]


Decay = HalfLife | Linear | Steps


@dataclass(frozen=True, slots=True)
class Group:
    """Points for a condition: once, for every occurrence (`each`, one interaction test), or decaying with age.

    `cap` bounds the group (from above, or from below where points are negative). `points` is None only with Steps.
    """

    name: str
    points: int | None
    when: Condition
    each: bool = False
    cap: int | None = None
    category: str | None = None
    decay: Decay | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Grade:
    """A label from a score upwards; `from_score` is None for the last."""

    name: str
    from_score: int | None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class WriteColumns:
    """The lead columns that a model is written to, each optional; `explanation` takes the strongest reasons.

    Beside the lead: `history` is the table that takes a row for each change of score or grade; `predictive_score` says
    that the score is given to the sellers' predictive score.
    """

    score: str | None = None
    grade: str | None = None
    scored_on: str | None = None
    explanation: str | None = None
    history: str | None = None
    predictive_score: bool = False
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Example:
    """Facts (JSON-shaped: lead, account, interactions, optional now) and what the model must say of them."""

    expect: Mapping[str, object]
    facts: Mapping[str, object]
    now: datetime | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A scoring model as its document says it."""

    name: str
    groups: tuple[Group, ...]
    dimension: str = ""
    description: str = ""
    purpose: str = ""
    lawful_basis: str = ""
    audience: Condition | None = None
    exclude: Condition | None = None
    write: WriteColumns = WriteColumns()
    floor: int | None = None
    cap: int | None = None
    category_caps: Mapping[str, int] = field(default_factory=dict)
    grades: tuple[Grade, ...] = ()
    examples: tuple[Example, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class StatusReason:
    """What a qualified lead's Status Reason becomes: labels tried in order, or the option's value."""

    labels: tuple[str, ...] = ()
    value: int | None = None


@dataclass(frozen=True, slots=True)
class CardAction:
    """A card to these channels when a lead is marked."""

    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowUpTask:
    """A task for the lead's owner; `subject` and `description` are templates, `due_in` counts from the decision."""

    subject: str
    due_in: timedelta | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class OwnerAction:
    """Who owns the lead from then on: a user (by id, user name or e-mail address) or a team (by id or name)."""

    user: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True)
class Actions:
    """What is done to a lead that meets the criteria; `sales_ready` is a column name, True for the standard one."""

    status_reason: StatusReason | None = None
    sales_ready: bool | str = False
    owner: OwnerAction | None = None
    follow_up_task: FollowUpTask | None = None
    card: CardAction | None = None
    flow: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The keys of the actions that are asked for, as documents write them."""
        return tuple(each.name for each in fields(self) if getattr(self, each.name))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Two models read together: the letter is the rank of the fit grade, the number that of the engagement grade."""

    fit: str
    engagement: str
    fit_place: Place = field(default=NOWHERE, compare=False)
    engagement_place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Criteria:
    """A qualification document: when a lead is qualified and what is then done."""

    name: str
    when: Condition
    actions: Actions = Actions()
    audience: Condition | None = None
    description: str = ""
    matrix: Matrix | None = None
    place: Place = field(default=NOWHERE, compare=False)


ANY_MODEL = "any"  # instead of a model's name: whichever is live, each with crossings of its own


@dataclass(frozen=True, slots=True)
class Crosses:
    """A model's score passes a threshold upwards; `model` may be ANY_MODEL."""

    model: str
    threshold: int


@dataclass(frozen=True, slots=True)
class EntersGrade:
    """A model's grade becomes this one or a higher one; `model` may be ANY_MODEL: any that has a grade of that name."""

    model: str
    grade: str


@dataclass(frozen=True, slots=True)
class GradeChanges:
    """A model's grade becomes another one, up or down; no score counts as the lowest grade. `model` may be ANY_MODEL.

    With `grade` only where it becomes that one. For subscriptions; no alert document says it.
    """

    model: str
    grade: str | None = None


@dataclass(frozen=True, slots=True)
class NeedsData:
    """A score is below a mark and could reach it if every unknown came true; `model` may be ANY_MODEL.

    `marks` are the scores by model at which something is decided. For subscriptions; no alert document says it.
    """

    model: str
    marks: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class GoesCold:
    """A lead that was warm is so no more, by time or by what the person did; `model` may be ANY_MODEL.

    Warm is every grade but the model's lowest, or a score of at least `below` where that is given.
    """

    model: str
    below: int | None = None


@dataclass(frozen=True, slots=True)
class AccountWakes:
    """At least `people` leads of an account did something in the last `within`, after nobody had for as long."""

    people: int = 1
    within: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class IsQualified:
    """A qualification document marks a lead; any does where that is ANY_MODEL, which subscriptions alone say."""

    qualification: str


ScoreTrigger = Crosses | EntersGrade | GradeChanges | GoesCold | NeedsData
Trigger = ScoreTrigger | IsQualified | AccountWakes


@dataclass(frozen=True, slots=True)
class Budget:
    """How many cards at most, in any hour and in any 24 hours; what is over is told in a digest. None: no limit."""

    per_hour: int | None = None
    per_day: int | None = None
    per_owner_per_hour: int | None = None
    per_owner_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When no card is to come: from `begins` to before `ends` (over midnight where that is earlier), and whole `days`.

    `days` are 0 (Monday) to 6. `zone` is the name of a time zone, empty: the service's.
    """

    begins: time | None = None
    ends: time | None = None
    days: frozenset[int] = frozenset()
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert document: what it listens to, for whom, and where it goes.

    Without a re-arm a rise fires once a lead; a lead that goes cold is told at every cooling, an account at every
    awakening. `rearm_below` is where hysteresis leaves.
    """

    name: str
    on: Trigger
    channels: tuple[str, ...]
    where: Condition | None = None
    rearm_below: int | None = None
    rearm_after: timedelta | None = None
    description: str = ""
    announce_baseline: bool = False  # also on a first pull and on a new version
    mention_owner: bool = False
    budget: Budget | None = None
    quiet: QuietHours | None = None
    place: Place = field(default=NOWHERE, compare=False)
    on_place: Place = field(default=NOWHERE, compare=False)
    rearm_place: Place = field(default=NOWHERE, compare=False)
