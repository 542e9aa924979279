"""Groups that are met together: the same conditions twice, and conditions that contain others.

Stacking groups (5 points for a month, 5 more for a week) is a legitimate technique, so all of this is advice: one
finding for each narrower group.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from connector.scoring.derived import source_column
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.formula import wanted_in
from connector.scoring.lint.phrases import at_line
from connector.scoring.lint.study import Study
from connector.scoring.lint.worth import best_points
from connector.scoring.rules import FactTest, Group, InteractionTest, Operator

MOST_PROOFS = 8_000  # of conditions with choices in them; plain lists are compared however many there are
_NAMED = 3
_LIMITS = frozenset({Operator.GREATER_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST})


def overlaps(study: Study) -> list[Finding]:
    """Duplicate, opposite and subsumed groups of a model."""
    comparer = _Comparer(study)
    found: list[Finding] = []
    for index, studied in enumerate(study.groups):
        if studied.is_impossible or index in study.outside:
            continue
        wider = [other for other in range(len(study.groups)) if other != index and comparer.implies(index, other)]
        same = [other for other in wider if comparer.implies(other, index)]
        earlier = [study.groups[other].group for other in same if other < index]
        if earlier:
            found.append(_same(studied.group, earlier[0]))
            continue
        around = [study.groups[other].group for other in wider if other not in same]
        helped = [group for group in around if best_points(group) * best_points(studied.group) > 0]
        if helped:
            found.append(_subsumed(studied.group, helped))
    return found


@dataclass
class _Comparer:
    """Which group's condition being true implies another's, with proof."""

    study: Study
    _proofs_left: int = MOST_PROOFS
    _known: dict[tuple[int, int], bool] = field(default_factory=dict)
    _topics: list[frozenset[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._topics = [self._with_neighbours(studied.families) for studied in self.study.groups]

    def implies(self, index: int, other: int) -> bool:
        """Whether it is proved that whoever meets the one meets the other."""
        key = index, other
        if key not in self._known:
            self._known[key] = self._prove(index, other)
        return self._known[key]

    def _prove(self, index: int, other: int) -> bool:
        narrow, wide = self.study.groups[index], self.study.groups[other]
        topics = self._topics[index]
        if wide.is_impossible or other in self.study.always:
            return False
        if wide.is_plain and not wide.families <= topics:
            return False
        if narrow.held is not None and wide.is_plain:
            return all(self.study.prover.rules_out(narrow.held, wanted) for wanted in wanted_in(wide.not_true))
        if not wide.families & topics or self._proofs_left == 0:
            return False
        self._proofs_left -= 1
        return self.study.prover.refutes(narrow.formula, wide.not_true)

    def _with_neighbours(self, families: frozenset[str]) -> frozenset[str]:
        """The families with those that they say something of: an account fact that there is an account."""
        neighbours = {source_column(fact, self.study.types) or "lead.has_account" for fact in _facts(families)}
        if any(family.startswith("account.") for family in families):
            neighbours.add("lead.has_account")
        return families | neighbours


def _facts(families: frozenset[str]) -> Iterator[str]:
    return (family for family in families if " " not in family)


def _same(group: Group, earlier: Group) -> Finding:
    where = (group.place, earlier.place)
    both = f"Group '{group.name}' has the same conditions as '{earlier.name}'{at_line(earlier.place)}"
    if (group.points, group.each, group.decay) == (earlier.points, earlier.each, earlier.decay):
        fix = "Delete one of the two; if both are meant, make it one group with the points of both."
        return finding("duplicate-group", group.name, where, f"{both} and the same points, so they count twice.", fix)
    if best_points(group) * best_points(earlier) < 0:
        fix = "Make it one group with the points that remain."
        return finding("opposite-groups", group.name, where, f"{both}, and their points work against each other.", fix)
    fix = "Make it one group with the points of both."
    return finding("subsumed-group", group.name, where, f"{both}: whoever gets the one gets the other too.", fix)


def _subsumed(group: Group, around: list[Group]) -> Finding:
    names = ", ".join(f"'{other.name}'{at_line(other.place)}" for other in around[:_NAMED])
    more = f" and {len(around) - _NAMED} more" if len(around) > _NAMED else ""
    total = best_points(group) + sum(map(best_points, around))
    return finding(
        "subsumed-group",
        group.name,
        (group.place, *(other.place for other in around)),
        f"Whoever gets the points of group '{group.name}' ({best_points(group):+}) also gets those of {names}{more}:"
        f" {total:+} together.",
        _subsumed_fix(group, around[0]),
    )


def _subsumed_fix(group: Group, other: Group) -> str:
    one, two = group.when, other.when
    leave = "If the points are meant to add up, leave it so;"
    if isinstance(one, InteractionTest) and isinstance(two, InteractionTest) and one.at_least == two.at_least:
        return f"{leave} one group with `decay: {{steps: ...}}` says the same in fewer lines."
    if isinstance(one, FactTest) and isinstance(two, FactTest) and two.operator in _LIMITS:
        return f"{leave} else give '{other.name}' a limit on its other side, so that the two do not overlap."
    return f"{leave} else add `not` with the conditions of '{group.name}' to '{other.name}'."
