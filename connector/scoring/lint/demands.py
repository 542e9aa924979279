"""What contains, begins_with, ends_with and simple regexes demand of one and the same text, and whether that clashes.

Only clashes that are certain are found; a regex that is more than plain text between anchors demands nothing here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations

from connector.scoring.lint import spelling
from connector.scoring.operators import fold, normalise
from connector.scoring.rules import Operator


def affix_holds(operator: Operator, needle: str, text: str) -> bool:
    """Whether contains, begins_with or ends_with holds between two texts that are folded alike."""
    match operator:
        case Operator.CONTAINS:
            return needle in text
        case Operator.BEGINS_WITH:
            return text.startswith(needle)
        case _:
            return text.endswith(needle)


@dataclass(slots=True)
class _Parts:
    """Parts that a text must have and must not have, all folded or all exact."""

    musts: list[tuple[Operator, str]] = field(default_factory=list)
    must_nots: list[tuple[Operator, str]] = field(default_factory=list)

    def clash(self) -> bool:
        if any(_exclude(*left, *right) for left, right in combinations(self.musts, 2)):
            return True
        return any(_implies(*must, *must_not) for must in self.musts for must_not in self.must_nots)


@dataclass(slots=True)
class Demands:
    """The demands on one text, collected one by one."""

    max_length: int | None
    _folded: _Parts = field(default_factory=_Parts)
    _exact: _Parts = field(default_factory=_Parts)

    def add(self, operator: Operator, needle: str, *, exactly: bool, wanted: bool) -> None:
        """Add that a pattern must be found (`wanted`) or must not be, with case that matters (`exactly`) or not."""
        if operator is Operator.MATCHES:
            self._add_regex(needle, exactly=exactly, wanted=wanted)
        elif exactly:
            self._add_exact(operator, normalise(needle), wanted=wanted)
        else:
            (self._folded.musts if wanted else self._folded.must_nots).append((operator, fold(needle)))

    def clash(self) -> bool:
        """Whether no text can meet all the demands; False also where that is not certain."""
        if self.max_length is not None:
            needles = [needle for _, needle in (*self._folded.musts, *self._exact.musts)]
            if max(map(spelling.shortest_length, needles), default=0) > self.max_length:
                return True
        return self._folded.clash() or self._exact.clash()

    def _add_exact(self, operator: Operator, part: str, *, wanted: bool) -> None:
        if not wanted:
            self._exact.must_nots.append((operator, part))
            return
        self._exact.musts.append((operator, part))
        if spelling.survives_folding(part):
            self._folded.musts.append((operator, fold(part)))

    def _add_regex(self, pattern: str, *, exactly: bool, wanted: bool) -> None:
        parts = spelling.literal_parts(pattern)
        if parts is None:
            return
        starts, plain, ends = parts
        anchored = [operator for at, operator in ((starts, Operator.BEGINS_WITH), (ends, Operator.ENDS_WITH)) if at]
        if wanted:
            for operator in anchored or [Operator.CONTAINS]:
                if exactly:
                    self._add_exact(operator, plain, wanted=True)
                elif spelling.survives_folding(plain):
                    self._folded.musts.append((operator, fold(plain)))
        elif starts and ends:
            return  # that a text is not the plain text itself forbids no part of it
        elif exactly:
            self._add_exact((anchored or [Operator.CONTAINS])[0], plain, wanted=False)
        elif not spelling.may_join_neighbours(fold(plain)):
            self._folded.must_nots.append(((anchored or [Operator.CONTAINS])[0], fold(plain)))


def _exclude(one: Operator, left: str, other: Operator, right: str) -> bool:
    """Whether no text has both parts: two beginnings, or two ends, neither of which goes on from the other."""
    if one is not other or one is Operator.CONTAINS:
        return False
    return not (affix_holds(one, left, right) or affix_holds(one, right, left))


def _implies(one: Operator, has: str, other: Operator, part: str) -> bool:
    """Whether a text with the first part has the second as well."""
    return (other is Operator.CONTAINS and part in has) or (one is other and affix_holds(one, part, has))
