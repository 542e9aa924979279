"""The family of a date: its place in the calendar, and its age, which windows and days_since_created look at.

The moment of scoring is open, so calendar and age are independent. A date without a time stands for its whole UTC
day, as in `operators`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import product

from connector.scoring.lint.families import FactFamily, Judge, Surroundings
from connector.scoring.lint.kleene import truth
from connector.scoring.lint.ordered import comparing, numbers_of, stretches, undecided
from connector.scoring.rules import FactTest, Operand, Operator

DAY = Fraction(86400)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def seconds(duration: timedelta) -> Fraction:
    """A duration in exact seconds."""
    return Fraction(duration // timedelta(microseconds=1), 1_000_000)


def moment(operand: Operand) -> Fraction | None:
    """A date (its midnight) or a time as seconds on the calendar, None where it is neither."""
    if isinstance(operand, datetime):
        return seconds((operand if operand.tzinfo else operand.replace(tzinfo=UTC)) - _EPOCH)
    if isinstance(operand, date):
        return seconds(datetime.combine(operand, time(), UTC) - _EPOCH)
    return None


def is_whole_day(operand: Operand) -> bool:
    """Whether a constant is a date without a time."""
    return isinstance(operand, date) and not isinstance(operand, datetime)


class DateFamily(FactFamily):
    """Tests on a date; those on `days_fact` (days since that date) are decided with them."""

    def __init__(self, around: Surroundings, *, days_fact: str | None = None) -> None:
        super().__init__(around)
        self.days_fact = days_fact

    def values(self) -> Iterable[Hashable]:
        """Pairs of a moment on the calendar and an age, both in seconds."""
        moments: set[Fraction] = set()
        ages = {Fraction(0)}
        for atom in self.atoms:
            if atom.fact == self.days_fact:
                ages |= {(day.__floor__() + step) * DAY for day in numbers_of(atom) or () for step in (0, 1)}
            elif atom.operator is Operator.IN_LAST:
                ages |= {seconds(window) for window in atom.operands if isinstance(window, timedelta)}
            else:
                for operand in atom.operands:
                    start = moment(operand)
                    if start is not None:
                        moments |= {start, start + DAY} if is_whole_day(operand) else {start}
        return product(stretches(moments), stretches(ages))

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        if atom.fact == self.days_fact:
            days = _judging_days(atom)
            return lambda value: days(value[1])
        if atom.operator is Operator.IN_LAST:
            window = _judging_window(atom)
            return lambda value: window(value[1])
        calendar = _judging_calendar(atom)
        return lambda value: calendar(value[0])


def _judging_days(atom: FactTest) -> Judge:
    """Days count whole, and a date to come counts as today."""
    operands = numbers_of(atom)
    if operands is None:
        return undecided
    judge = comparing(atom.operator, operands)

    return lambda age: judge(max(age // DAY, 0))


def _judging_window(atom: FactTest) -> Judge:
    (window,) = atom.operands
    if not isinstance(window, timedelta):
        return undecided
    length = seconds(window)
    return lambda age: truth(0 <= age < length)


def _judging_calendar(atom: FactTest) -> Judge:
    starts = [moment(operand) for operand in atom.operands]
    known = [start for start in starts if start is not None]
    if len(known) != len(starts):
        return undecided
    # Every constant in its own grain: against a whole day, a moment is the midnight that it follows.
    grains = [DAY if is_whole_day(operand) else None for operand in atom.operands]
    if atom.operator is Operator.IS_ANY_OF:
        return lambda at: truth(any(_in_grain(at, grain) == start for grain, start in zip(grains, known, strict=True)))
    if atom.operator is Operator.BETWEEN:
        low, high = known
        return lambda at: truth(_in_grain(at, grains[0]) >= low and _in_grain(at, grains[1]) <= high)
    judge = comparing(atom.operator, known)
    return lambda at: judge(_in_grain(at, grains[0]))


def _in_grain(at: Fraction, grain: Fraction | None) -> Fraction:
    return at if grain is None else at // grain * grain
