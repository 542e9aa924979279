"""A model read by the prover, once: the formulas of its groups and which of them are proved impossible.

All checks of a model start from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from connector.scoring.facttypes import FactTypes
from connector.scoring.lint.formula import ALWAYS, Formula, choose, wanted_in
from connector.scoring.lint.kleene import NOT_TRUE
from connector.scoring.lint.prover import Held, Prover
from connector.scoring.rules import Group, Model


@dataclass(frozen=True)
class StudiedGroup:
    """A group with the formulas of its condition being true and not true; `held` where it has no choices."""

    group: Group
    formula: Formula
    not_true: Formula
    families: frozenset[str]
    is_impossible: bool
    held: Held | None

    @property
    def is_plain(self) -> bool:
        """Whether the condition is a plain list of tests."""
        return self.held is not None


@dataclass(frozen=True)
class Study:
    """A model under the prover; `scored` holds for exactly the leads that the model scores."""

    model: Model
    types: FactTypes
    prover: Prover
    scored: Formula
    groups: tuple[StudiedGroup, ...]

    @cached_property
    def nobody_is_scored(self) -> bool:
        """Whether it is proved that no lead can be in the audience and not be excluded."""
        return self.prover.refutes(self.scored)

    @cached_property
    def outside(self) -> frozenset[int]:
        """The positions of groups that are possible, but for no lead that is scored."""
        if self.scored == ALWAYS or self.nobody_is_scored:
            return frozenset()
        return frozenset(
            index
            for index, studied in enumerate(self.groups)
            if not studied.is_impossible and self.prover.refutes(self.scored, studied.formula)
        )

    @cached_property
    def always(self) -> frozenset[int]:
        """The positions of groups whose condition is true of every lead that is scored."""
        return frozenset(
            index
            for index, studied in enumerate(self.groups)
            if not self.nobody_is_scored and self.prover.refutes(self.scored, studied.not_true)
        )

    @cached_property
    def certain(self) -> frozenset[int]:
        """The positions of groups that give every scored lead exactly their points."""
        return frozenset(
            index
            for index in self.always
            if (group := self.groups[index].group).decay is None and not group.each and group.cap is None
        )


def study(model: Model, types: FactTypes) -> Study:
    """Read a model's conditions and settle which groups are impossible."""
    prover = Prover(types)
    conditions = [
        *([prover.formula(model.audience)] if model.audience is not None else []),
        *([prover.formula(model.exclude, NOT_TRUE)] if model.exclude is not None else []),
    ]
    scored = choose(len(conditions), tuple(conditions))
    formulas = [(prover.formula(group.when), prover.formula(group.when, NOT_TRUE)) for group in model.groups]
    groups = tuple(
        _studied(group, formula, not_true, prover)
        for group, (formula, not_true) in zip(model.groups, formulas, strict=True)
    )
    return Study(model, types, prover, scored, groups)


def _studied(group: Group, formula: Formula, not_true: Formula, prover: Prover) -> StudiedGroup:
    return StudiedGroup(
        group=group,
        formula=formula,
        not_true=not_true,
        families=frozenset(wanted.family for wanted in wanted_in(formula)),
        is_impossible=prover.refutes(formula),
        held=prover.held(formula),
    )
