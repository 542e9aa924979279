"""The family of a date: its place in the calendar, and its age, which windows and days_since_created look at.

The moment of scoring is open, so calendar and age are independent. A date without a time stands for its whole UTC
day, as in `operators`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from connector.scoring.lint.families import FactFamily, Family, Judge, Surroundings
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


class DateFamily(Family[FactTest]):
    """Tests on a date; those on `days_fact` (days since that date) are decided with them."""

    def __init__(self, around: Surroundings, *, days_fact: str | None = None) -> None:
        super().__init__()
        self._sides = (_Calendar(around, days_fact), _Age(around, days_fact))

    def forget(self) -> None:
        """Both sides know every test, so that they agree on when the date is empty."""
        for side in self._sides:
            side.number(self.atoms[-1])

    def decide(self, wants: Mapping[int, int]) -> int:
        """Whether there is a date, of any place in the calendar with any age, or none."""
        calendar, age = (side.split(wants) for side in self._sides)
        around = self._sides[0].around
        worlds = around.value if calendar.has_value and age.has_value else 0
        return worlds | self._sides[0].worlds_beyond(calendar.beyond & age.beyond)


class _Side(FactFamily):
    """One side of a date; tests of the other side are open here."""

    def __init__(self, around: Surroundings, days_fact: str | None) -> None:
        super().__init__(around)
        self.days_fact = days_fact

    def is_age(self, atom: FactTest) -> bool:
        """Whether a test looks at the age."""
        return atom.fact == self.days_fact or atom.operator is Operator.IN_LAST


class _Calendar(_Side):
    """A date's place in the calendar, in seconds."""

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        moments: set[Fraction] = set()
        for operand in (operand for atom in self.atoms if not self.is_age(atom) for operand in atom.operands):
            start = moment(operand)
            if start is not None:
                moments |= {start, start + DAY} if is_whole_day(operand) else {start}
        return stretches(moments)

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        return undecided if self.is_age(atom) else _judging_calendar(atom)


class _Age(_Side):
    """How long ago a date was, in seconds; below zero for one to come."""

    def values(self) -> Iterable[Hashable]:
        """One value of each piece that the tests tell apart."""
        ages = {Fraction(0)}
        for atom in self.atoms:
            if atom.fact == self.days_fact:
                ages |= {(day.__floor__() + step) * DAY for day in numbers_of(atom) or () for step in (0, 1)}
            elif atom.operator is Operator.IN_LAST:
                ages |= {seconds(window) for window in atom.operands if isinstance(window, timedelta)}
        return stretches(ages)

    def judge(self, atom: FactTest) -> Judge:
        """The truth of a test on such a value."""
        if not self.is_age(atom):
            return undecided
        return _judging_days(atom) if atom.fact == self.days_fact else _judging_window(atom)


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
