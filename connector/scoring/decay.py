"""Points that fade with age, as exact tables: at which age, to the microsecond, the rounded points change.

Every decay becomes a table before anything is scored, so that scoring only looks ages up and the next change of the
points is known exactly. Points are rounded half away from zero; a step holds for age < its bound.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import timedelta
from decimal import Context, Decimal
from functools import lru_cache

from connector.scoring.rules import Decay, HalfLife, Steps

_MICROSECOND = timedelta(microseconds=1)
_PRECISE = Context(prec=60)
_NO_AGE = timedelta(0)


@dataclass(frozen=True, slots=True)
class DecayTable:
    """`values[i]` points hold up to, and not at, age `bounds[i]`; the last value holds from there on.

    Neighbouring values differ. `fades` says that they only approach zero, so that a sum of them never grows with age.
    """

    bounds: tuple[timedelta, ...]
    values: tuple[int, ...]
    fades: bool

    def points_at(self, age: timedelta) -> int:
        """The rounded points at an age of zero or more."""
        return self.values[bisect_right(self.bounds, age)]

    @property
    def largest(self) -> int:
        """The value of greatest magnitude; the positive one of two that are equal."""
        return max(self.values, key=lambda value: (abs(value), value))


@lru_cache(maxsize=512)
def decay_table(points: int | None, decay: Decay) -> DecayTable:
    """The table of a decay; `points` is what age zero is worth, and is not read for steps."""
    if isinstance(decay, Steps):
        return _table([bound for bound, _ in decay.steps], [*(value for _, value in decay.steps), 0])
    whole = points or 0
    size = abs(whole)
    fall = _half_life_fall if isinstance(decay, HalfLife) else _linear_fall
    period = decay.period // _MICROSECOND
    falls = [fall(size, value, period) * _MICROSECOND for value in range(size, 0, -1)]
    values = list(range(size, -1, -1))
    return _table(falls, values if whole > 0 else [-value for value in values])


def bounded_table(table: DecayTable, cap: int | None, *, is_negative: bool) -> DecayTable:
    """The table of one occurrence after a group's cap, which bounds from below where points are negative."""
    if cap is None:
        return table
    bound = max if is_negative else min
    return _table(list(table.bounds), [bound(value, cap) for value in table.values])


def _table(bounds: list[timedelta], values: list[int]) -> DecayTable:
    """A table without empty steps and equal neighbours; `values` has one entry more than the rising `bounds`."""
    kept_bounds: list[timedelta] = []
    kept_values: list[int] = []
    start = _NO_AGE
    for end, value in zip([*bounds, timedelta.max], values, strict=True):
        if end <= start:
            continue
        if not kept_values or kept_values[-1] != value:
            if kept_values:
                kept_bounds.append(start)
            kept_values.append(value)
        start = end
    sizes = [abs(value) for value in kept_values]
    fades = sizes == sorted(sizes, reverse=True) and (min(kept_values) >= 0 or max(kept_values) <= 0)
    return DecayTable(tuple(kept_bounds), tuple(kept_values), fades)


def _half_life_fall(size: int, value: int, period: int) -> int:
    """The first microsecond of age at which size * 2^(-age / period) < value - 1/2, so that it rounds below value.

    That is the first age > period * log2(ratio), with ratio = size / (value - 1/2). The logarithm is a whole number
    for a power of two and irrational otherwise, so 60 digits always tell on which side of a microsecond it lies.
    """
    above, below = 2 * size, 2 * value - 1
    quotient, rest = divmod(above, below)
    if not rest and not quotient & (quotient - 1):
        return period * (quotient.bit_length() - 1) + 1
    logarithm = _PRECISE.divide(_PRECISE.subtract(_ln(above), _ln(below)), _ln(2))
    return int(_PRECISE.multiply(logarithm, Decimal(period))) + 1


def _linear_fall(size: int, value: int, period: int) -> int:
    """The first microsecond of age at which size * (1 - age / period) < value - 1/2."""
    return period * (2 * size - 2 * value + 1) // (2 * size) + 1


@lru_cache(maxsize=32_768)
def _ln(number: int) -> Decimal:
    return _PRECISE.ln(Decimal(number))
