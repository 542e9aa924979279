"""Sets of truth values and of worlds as bits: the arithmetic under the prover.

A mask is a set of truth values of one test. A world fixes what several facts share: whether an account is linked,
whether the person is tracked, whether the columns that title and e-mail facts read are filled.
"""

from __future__ import annotations

from enum import IntEnum

TRUE = 1
UNKNOWN = 2
FALSE = 4
ANYTHING = TRUE | UNKNOWN | FALSE
NOT_TRUE = UNKNOWN | FALSE
NOT_FALSE = TRUE | UNKNOWN


class Shared(IntEnum):
    """What a world fixes, each yes or no."""

    ACCOUNT = 0
    TRACKED = 1
    TITLE = 2
    EMAIL = 3


WORLDS = range(1 << len(Shared))
EVERY_WORLD = (1 << len(WORLDS)) - 1


def worlds_where(shared: Shared, *, holds: bool) -> int:
    """The set of worlds in which something holds, or does not."""
    return sum(1 << world for world in WORLDS if bool(world >> shared & 1) is holds)


def mirrored(mask: int) -> int:
    """The truth values of `not x` where those of x are `mask`."""
    return (mask & UNKNOWN) | (FALSE if mask & TRUE else 0) | (TRUE if mask & FALSE else 0)


def truth(holds: bool) -> int:
    """A known truth value as a mask."""
    return TRUE if holds else FALSE
