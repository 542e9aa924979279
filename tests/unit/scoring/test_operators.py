"""The meaning of each operator on each kind of value."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from connector.scoring.facttypes import Kind
from connector.scoring.operators import (
    as_moment,
    as_number,
    as_options,
    compile_pattern,
    fold,
    is_blank,
    normalise,
    predicate,
    searchable,
)
from connector.scoring.rules import FactTest, Operator

D = Decimal
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def judge(
    operator: Operator, operands: Any, value: Any, *, kind: Kind | None = None, case: bool = False
) -> bool | None:
    """What a test says of a value."""
    some = operands if isinstance(operands, tuple) else (operands,)
    return predicate(FactTest("lead.x", operator, some, case), kind)(value)


@pytest.mark.parametrize(
    ("left", "right"),
    [("Straße", "STRASSE"), ("Cafe\u0301", "CAFÉ"), ("\u0390", "\u03aa\u0301"), ("abc", "ABC"), ("\ufb01", "fi")],
)
def test_text_that_differs_in_case_or_form_is_equal(left: str, right: str) -> None:
    """Case folding and canonical form make equal what reads the same."""
    assert fold(left) == fold(right)


def test_normal_form_keeps_case() -> None:
    """The form for case-sensitive tests is NFC only."""
    assert normalise("Cafe\u0301") == "Café"
    assert normalise("ABC") == "ABC"


@pytest.mark.parametrize(("value", "blank"), [(None, True), ("", True), (" \t\u00a0", True), ("a", False), (0, False)])
def test_what_is_empty(value: Any, blank: bool) -> None:
    """Null and text of white space are empty; zero and false are not."""
    assert is_blank(value) is blank
    assert judge(Operator.IS_EMPTY, (), value) is blank
    assert judge(Operator.IS_NOT_EMPTY, (), value) is not blank


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (0.1, D("0.1")),
        (D("2.50"), D("2.5")),
        (True, None),
        ("5", None),
        (float("nan"), None),
        (float("inf"), None),
        (D("NaN"), None),
        (None, None),
    ],
)
def test_numbers_take_their_shortest_decimal_form(value: Any, number: Any) -> None:
    """A float counts as the decimal that it is written as; what is no finite number is none."""
    assert as_number(value) == number


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-31T12:00:00Z", NOON),
        ("2026-01-31T14:00:00+02:00", NOON),
        ("2026-01-31T12:00:00", NOON),
        (NOON, NOON),
        (NOON.replace(tzinfo=None), NOON),
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        (date(2026, 1, 31), datetime(2026, 1, 31, tzinfo=UTC)),
        ("soon", None),
        (5, None),
        (None, None),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), None),
    ],
)
def test_moments_are_utc(value: Any, moment: datetime | None) -> None:
    """Times become UTC, a date its midnight, a time without offset is UTC; the rest is none."""
    assert as_moment(value) == moment


@pytest.mark.parametrize(
    ("value", "options"),
    [
        ("1,2", {1, 2}),
        ("1, 2", {1, 2}),
        (3, {3}),
        ([1, 2], {1, 2}),
        ("x", None),
        (True, None),
        ({}, None),
        ([None], None),
    ],
)
def test_multiple_choices_are_sets(value: Any, options: Any) -> None:
    """The chosen options come as text, a list or one number."""
    assert as_options(value) == options


@pytest.mark.parametrize(
    ("operator", "operands", "value", "verdict"),
    [
        (Operator.EQUALS, "gb", "GB", True),
        (Operator.EQUALS, "gb", "GB ", False),
        (Operator.EQUALS, "gb", 5, None),
        (Operator.EQUALS, "gb", None, None),
        (Operator.EQUALS, "gb", " ", None),
        (Operator.NOT_EQUALS, "gb", "IE", True),
        (Operator.NOT_EQUALS, "gb", None, None),
        (Operator.EQUALS, True, True, True),
        (Operator.EQUALS, True, 1, None),
        (Operator.EQUALS, D(1), True, None),
        (Operator.EQUALS, D("0.1"), 0.1, True),
        (Operator.EQUALS, D(2), 2.0, True),
        (Operator.EQUALS, D(5), "5", None),
        (Operator.EQUALS, NOON, "2026-01-31T13:00:00+01:00", True),
        (Operator.EQUALS, date(2026, 1, 31), "2026-01-31T23:59:59Z", True),
        (Operator.EQUALS, date(2026, 1, 31), "2026-02-01T00:00:00Z", False),
        (Operator.EQUALS, NOON, "noon", None),
        (Operator.IS_ANY_OF, ("a", D(1)), "A", True),
        (Operator.IS_ANY_OF, ("a", D(1)), 1, True),
        (Operator.IS_ANY_OF, ("a", D(1)), True, None),
        (Operator.IS_NONE_OF, ("a", "b"), "c", True),
        (Operator.IS_NONE_OF, ("a", "b"), 5, None),
        (Operator.CONTAINS, "EN", "agent", True),
        (Operator.CONTAINS, "x", "agent", False),
        (Operator.CONTAINS, "x", 5, None),
        (Operator.BEGINS_WITH, "AG", "agent", True),
        (Operator.BEGINS_WITH, "x", 5, None),
        (Operator.ENDS_WITH, "NT", "agent", True),
        (Operator.ENDS_WITH, "x", 5, None),
        (Operator.MATCHES, "g.n", "AGENT", True),
        (Operator.MATCHES, "^g", "agent", False),
        (Operator.MATCHES, "5", 5, None),
        (Operator.CONTAINS, D(5), "5", None),
        (Operator.GREATER_THAN, D(5), 5, False),
        (Operator.GREATER_THAN, D("0.1"), 0.1, False),
        (Operator.AT_LEAST, D("0.1"), 0.1, True),
        (Operator.LESS_THAN, D(5), 4.9, True),
        (Operator.AT_MOST, D(5), 5.0, True),
        (Operator.AT_MOST, D(5), "5", None),
        (Operator.AT_MOST, D(5), float("nan"), None),
        (Operator.BETWEEN, (D(1), D(3)), 1, True),
        (Operator.BETWEEN, (D(1), D(3)), 3, True),
        (Operator.BETWEEN, (D(1), D(3)), 3.1, False),
        (Operator.BETWEEN, (D(1), D(3)), 0.9, False),
        (Operator.BEFORE, date(2026, 1, 31), "2026-01-30", True),
        (Operator.BEFORE, date(2026, 1, 31), "2026-01-31T00:00:00Z", False),
        (Operator.AFTER, date(2026, 1, 31), "2026-01-31T23:00:00Z", False),
        (Operator.AFTER, date(2026, 1, 31), "2026-02-01", True),
        (Operator.AFTER, NOON, "2026-01-31T12:00:01Z", True),
        (Operator.BEFORE, NOON, 5, None),
        (Operator.BETWEEN, (date(2026, 1, 1), date(2026, 1, 31)), "2026-01-31T23:59:59Z", True),
    ],
)  # fmt: skip
def test_operators(operator: Operator, operands: Any, value: Any, verdict: bool | None) -> None:
    """Each operator is true, false, or unknown where the value is empty or of another type."""
    assert judge(operator, operands, value) is verdict


@pytest.mark.parametrize(
    ("operator", "operand", "value", "verdict"),
    [
        (Operator.EQUALS, "gb", "GB", False),
        (Operator.EQUALS, "Café", "Cafe\u0301", True),
        (Operator.CONTAINS, "EN", "agent", False),
        (Operator.BEGINS_WITH, "ag", "agent", True),
        (Operator.ENDS_WITH, "NT", "agent", False),
        (Operator.MATCHES, "G", "agent", False),
    ],
)
def test_case_counts_when_told(operator: Operator, operand: str, value: str, verdict: bool) -> None:
    """With `case_sensitive` case counts, canonical form still does not."""
    assert judge(operator, operand, value, case=True) is verdict


@pytest.mark.parametrize(
    ("operator", "operands", "value", "verdict"),
    [
        (Operator.EQUALS, D(1), "1", True),
        (Operator.EQUALS, D(1), "1,2", False),
        (Operator.NOT_EQUALS, D(1), "1,2", True),
        (Operator.CONTAINS, D(2), "1,2", True),
        (Operator.CONTAINS, D(3), "1,2", False),
        (Operator.IS_ANY_OF, (D(2), D(9)), "1,2", True),
        (Operator.IS_NONE_OF, (D(3), D(9)), "1,2", True),
        (Operator.IS_NONE_OF, (D(2),), "1,2", False),
        (Operator.IS_ANY_OF, (D(2),), "one", None),
        (Operator.IS_ANY_OF, (D(2),), None, None),
    ],
)
def test_operators_on_multiple_choices(operator: Operator, operands: Any, value: Any, verdict: bool | None) -> None:
    """`equals` means this option alone, `contains` and `is_any_of` that it is among the chosen."""
    assert judge(operator, operands, value, kind=Kind.MULTI_CHOICE) is verdict


def test_patterns_are_compiled_once() -> None:
    """The same pattern is the same object, and patterns are searched for in canonical form."""
    pattern = compile_pattern("cafe\u0301", case_sensitive=False)
    assert pattern is compile_pattern("cafe\u0301", case_sensitive=False)
    assert pattern.search("ein CAFÉ") is not None


def test_patterns_take_half_characters() -> None:
    """A cut emoji in a text, or in a pattern, counts as one replacement character to a pattern and never raises."""
    assert judge(Operator.MATCHES, "ceo .$", "CEO \ud83d") is True
    assert judge(Operator.MATCHES, "ceo$", "CEO \ud83d", case=True) is False
    assert judge(Operator.MATCHES, "x\udc00", "x\ud83d") is True
    assert searchable("Cafe\u0301 \ud83d\ude00") == "Café \ufffd\ufffd"
    assert searchable("\U0001f600") == "\U0001f600"


@pytest.mark.parametrize(
    ("value", "verdict"), [("gb", True), ("2026-01-31", True), ("2026-02-01", False), ("x", False), (5, None)]
)
def test_texts_and_dates_may_stand_in_one_list(value: object, verdict: bool | None) -> None:
    """A text that is a day equals the day, whether or not texts stand beside it."""
    assert judge(Operator.IS_ANY_OF, ("GB", date(2026, 1, 31)), value) is verdict
    expected = None if verdict is None else not verdict
    assert judge(Operator.IS_NONE_OF, ("GB", date(2026, 1, 31)), value) is expected
