"""All findings on one scoring model, in the order of the document."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.lint.clashes import explain_clash
from connector.scoring.lint.columns import column_findings, loop_findings, parts_of, target_findings
from connector.scoring.lint.custom import with_added_options
from connector.scoring.lint.examples import example_findings
from connector.scoring.lint.findings import Finding, finding
from connector.scoring.lint.formula import choose
from connector.scoring.lint.grades import grade_findings
from connector.scoring.lint.habits import habit_findings
from connector.scoring.lint.overlap import overlaps
from connector.scoring.lint.reach import reach_of
from connector.scoring.lint.study import Study, study
from connector.scoring.lint.thresholds import Range
from connector.scoring.lint.worth import worth_findings
from connector.scoring.rules import Model
from connector.scoring.usage import conditions_of


def lint_model(
    model: Model, types: FactTypes = UNTYPED, *, observed: Mapping[str, Collection[object]] | None = None
) -> list[Finding]:
    """Everything worth saying of a model; `observed` holds values of facts (`lead.industry`) as the data has them."""
    types = with_added_options(types, conditions_of(model))
    studied = study(model, types)
    return in_order(
        [
            *_impossible(studied),
            *_outside(studied),
            *column_findings(parts_of(model), types, observed),
            *target_findings(model, types),
            *loop_findings(model),
            *overlaps(studied),
            *worth_findings(model),
            *habit_findings(studied),
            *example_findings(model, types),
            *([] if studied.nobody_is_scored else grade_findings(reach_of(studied))),
        ]
    )


def reachable(model: Model, types: FactTypes = UNTYPED) -> Range:
    """The scores that a model can give at all: no lead is ever outside these bounds."""
    return reach_of(study(model, types))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by their line; those without one first, as they concern the whole document."""
    return sorted(findings, key=lambda found: found.line or 0)


def _impossible(studied: Study) -> Iterator[Finding]:
    for group in studied.groups:
        if group.is_impossible:
            clash = explain_clash(studied.prover, group.formula)
            name = group.group.name
            where = clash.places or (group.group.place,)
            message = f"Group '{name}' can never be true: {clash.message}."
            yield finding("impossible-group", name, where, message, clash.fix)
    if studied.nobody_is_scored:
        clash = explain_clash(studied.prover, studied.scored)
        message = f"No lead can be in the audience and not be excluded: {clash.message}."
        yield finding("impossible-audience", None, clash.places or (studied.model.place,), message, clash.fix)


def _outside(studied: Study) -> Iterator[Finding]:
    for index in sorted(studied.outside):
        group = studied.groups[index]
        clash = explain_clash(studied.prover, choose(2, (studied.scored, group.formula)))
        name = group.group.name
        message = f"Group '{name}' never gives points, because of who is scored at all: {clash.message}."
        yield finding("outside-audience", name, clash.places, message, clash.fix)
