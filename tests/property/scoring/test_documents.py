"""Documents and rules: what is written is read back, and no text does harm."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.errors import DocumentError, Fault
from connector.scoring.document import parse_document, parse_model
from connector.scoring.document.durations import format_duration
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    Group,
    HalfLife,
    InteractionTest,
    Linear,
    Model,
    Not,
    Operator,
)
from tests.property.scoring.strategies import TYPES, models

LAWS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
LISTS = {Operator.IS_ANY_OF, Operator.IS_NONE_OF, Operator.BETWEEN}


def written(operand: Any) -> Any:
    """An operand as a document writes it."""
    if isinstance(operand, Decimal):
        return int(operand) if operand == operand.to_integral_value() else float(operand)
    if isinstance(operand, timedelta):
        return format_duration(operand)
    return operand.isoformat() if isinstance(operand, date) else operand


def operator_document(test: FactTest) -> dict[str, Any]:
    """A fact test without its fact."""
    operands = [written(operand) for operand in test.operands]
    value = True if not operands else operands if test.operator in LISTS else operands[0]
    more: dict[str, Any] = {"case_sensitive": True} if test.case_sensitive else {}
    if test.min_confidence is not None:
        more["min_confidence"] = test.min_confidence
    return {str(test.operator): value, **more}


def condition_document(condition: Condition) -> dict[str, Any]:
    """A condition as a document writes it."""
    match condition:
        case FactTest():
            return {"fact": condition.fact, **operator_document(condition)}
        case InteractionTest():
            document: dict[str, Any] = {"interaction": condition.type, "at_least": condition.at_least}
            if condition.within is not None:
                document["within"] = format_duration(condition.within)
            if condition.include_machine:
                document["include_machine"] = True
            return {**document, "where": {test.fact: operator_document(test) for test in condition.where}}
        case All():
            return {"all": [condition_document(term) for term in condition.terms]}
        case AnyOf():
            return {"any": [condition_document(term) for term in condition.terms]}
        case Not():
            return {"not": condition_document(condition.term)}
        case AtLeastOf():
            return {"at_least_of": {"n": condition.n, "of": [condition_document(term) for term in condition.terms]}}
    raise AssertionError(condition)


def group_document(group: Group) -> dict[str, Any]:
    """A group as a document writes it."""
    document: dict[str, Any] = {"name": group.name, "when": condition_document(group.when), "each": group.each}
    if isinstance(group.decay, HalfLife):
        document["decay"] = {"half_life": format_duration(group.decay.period)}
    elif isinstance(group.decay, Linear):
        document["decay"] = {"linear": format_duration(group.decay.period)}
    elif group.decay is not None:
        document["decay"] = {"steps": {format_duration(bound): points for bound, points in group.decay.steps}}
    more = {"points": group.points, "cap": group.cap, "category": group.category}
    return document | {key: value for key, value in more.items() if value is not None}


def model_document(model: Model) -> dict[str, Any]:
    """A model as a document writes it."""
    categories = {group.category for group in model.groups if group.category}
    grades = [
        {"name": g.name} if g.from_score is None else {"name": g.name, "from": g.from_score} for g in model.grades
    ]
    document: dict[str, Any] = {
        "model": model.name,
        "groups": [group_document(group) for group in model.groups],
        "grades": grades,
        "categories": {name: {"cap": model.category_caps.get(name, 99)} for name in categories},
    }
    for key, condition in (("audience", model.audience), ("exclude", model.exclude)):
        if condition is not None:
            document[key] = condition_document(condition)
    bounds = {"floor": model.floor, "cap": model.cap}
    return document | {key: bound for key, bound in bounds.items() if bound is not None}


def can_be_written(model: Model) -> bool:
    """Whether a document can say it: no dates for untyped facts, no period shorter than a second, no repeated key."""
    text = repr(model)
    untyped_dates = "'lead.text'" in text and "datetime" in text.replace("datetime.timedelta", "")
    conditions = [group.when for group in model.groups]
    conditions += [condition for condition in (model.audience, model.exclude) if condition is not None]
    repeated = any(
        len({test.fact for test in part.where}) < len(part.where)
        for condition in conditions
        for part in interactions(condition)
    )
    return not untyped_dates and "microseconds" not in text and not repeated


def interactions(condition: Condition) -> list[InteractionTest]:
    """The interaction tests of a condition."""
    match condition:
        case InteractionTest():
            return [condition]
        case Not():
            return interactions(condition.term)
        case All() | AnyOf() | AtLeastOf():
            return [test for term in condition.terms for test in interactions(term)]
    return []


@LAWS
@given(models().filter(can_be_written), st.booleans())
def test_what_is_written_is_read_back(model: Model, as_yaml: bool) -> None:
    """A model that is written as YAML or JSON is read back as the same rules."""
    document = model_document(model)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False) if as_yaml else json.dumps(document)
    read = parse_model(text, TYPES)
    assert read.groups == model.groups
    assert (read.audience, read.exclude) == (model.audience, model.exclude)
    assert (read.floor, read.cap, read.grades) == (model.floor, model.cap, model.grades)


PIECES = [
    "model",
    ":",
    "groups",
    "when",
    "fact",
    "all",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&a",
    "*a",
    "!!int",
    "'",
    '"',
    "\\",
    "|",
    ">",
    "%",
    "@",
    "#",
    "?",
    "null",
    "1e9",
    "-",
    "name",
    "points",
    "---",
    "<<",
]
WORDS = [
    "model",
    "groups",
    "when",
    "fact",
    "interaction",
    "all",
    "any",
    "not",
    "at_least_of",
    "n",
    "of",
    "equals",
    "between",
    "in_last",
    "is_any_of",
    "name",
    "points",
    "decay",
    "steps",
    "linear",
    "each",
    "cap",
    "grades",
    "from",
    "examples",
    "lead",
    "expect",
    "categories",
    "within",
    "where",
    "7d",
]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 99), st.sampled_from(["x", "7d", "lead.x", "click"]))
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=5)),
    max_leaves=25,
)


def faults_of(text: str) -> tuple[Fault, ...] | None:
    """The faults of a text; None where it is a document."""
    try:
        parse_document(text)
    except DocumentError as error:
        return error.faults
    return None


@LAWS
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from([*PIECES, " ", "\n", "  ", "- ", "\t", "\u2028", "ä"]), max_size=40).map("".join),
    )
)
def test_no_text_does_harm(text: str) -> None:
    """Any text is a document or is refused with faults, and nothing else happens."""
    faults = faults_of(text)
    assert faults is None or (faults and all(fault.message for fault in faults))


@LAWS
@given(STRUCTURES)
def test_no_structure_does_harm(data: Any) -> None:
    """Any structure of known words is a model or is refused with faults that have places."""
    document = {"model": "m", "groups": [{"name": "g", "points": 1, "when": data}, data], "audience": data}
    faults = faults_of(json.dumps(document))
    assert faults is None or (faults and all(fault.line for fault in faults))


@LAWS
@given(st.datetimes(), st.sampled_from(["before", "after"]))
def test_any_moment_is_read(moment: datetime, operator: str) -> None:
    """A time in ISO form is read as the same time in UTC."""
    condition = {"fact": "lead.x", operator: moment.isoformat() + "Z"}
    model = parse_model(json.dumps({"model": "m", "groups": [{"name": "g", "points": 1, "when": condition}]}))
    when = model.groups[0].when
    assert isinstance(when, FactTest)
    (read,) = when.operands
    assert isinstance(read, datetime)
    assert read.replace(tzinfo=None) == moment
