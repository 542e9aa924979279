"""Whether an environment has the lead columns that documents write, and takes what is written to them.

Asked when a document is published, and by every run. What a Status Reason may be is looked at in `marks`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from connector.pipeline.targets import MISSING, UNFIT, Use, grade_names, longest_grade, misfit, written
from connector.pipeline.values import Environment
from connector.scoring.lint import Finding, Severity
from connector.scoring.owncolumns import foreign, publisher
from connector.scoring.rules import Model

COLUMN_MISSING, COLUMN_UNFIT = "column-missing", "column-unfit"
ANOTHER = "Name another column."


@dataclass(frozen=True, slots=True)
class Unfit:
    """Why a column cannot be written, what to do, and whether it merely waits to be created."""

    message: str
    remedy: str
    can_be_created: bool = False


def unfit_column(
    use: Use, column: str, environment: Environment, *, length: int = 0, grades: Collection[str] = ()
) -> Unfit | None:
    """Why nothing can be written to a column; None where it can. `length` and `grades` are those of `misfit`."""
    if column in environment.opt_out_columns:
        return Unfit(opted_out(column), ANOTHER)
    is_standard = use is Use.SALES_READY and column == environment.sales_ready_column
    why = None if is_standard else foreign(column, use, environment.types)
    if why is not None:
        return Unfit(*why)
    if f"_{column}_value" in environment.lead_columns:
        return Unfit(f"the lead column {column!r} exists as a lookup.", UNFIT)
    if column not in environment.lead_columns:
        said = f"the lead table has no column {column!r}."
        return Unfit(said, MISSING, can_be_created=True) if publisher(column) else Unfit(said, ANOTHER)
    if column not in environment.writable_lead_columns:
        return Unfit(f"the lead column {column!r} takes no updates.", UNFIT)
    said = misfit(use, environment.types.types.get(f"lead.{column}"), length=length, grades=grades)
    return Unfit(f"the lead column {column!r} {said}.", UNFIT) if said else None


def opted_out(column: str) -> str:
    """What is said of a column by which people opt out."""
    return f"the lead column {column!r} says who opted out (CONNECTOR_OPT_OUT_COLUMN): only people set it."


def unfit_columns(model: Model, environment: Environment) -> Iterator[Unfit]:
    """Yield what keeps a model from being written."""
    for use, column in written(model):
        if column in {environment.status_column, environment.sales_ready_column}:
            yield Unfit(f"the lead column {column!r} is not for scores.", "Set it by a qualification.")
        elif unfit := unfit_column(use, column, environment, length=longest_grade(model), grades=grade_names(model)):
            yield unfit


def fit_findings(model: Model, environment: Environment | None) -> list[Finding]:
    """What to know of a model's columns before it is published: an error for what no run could ever write."""
    if environment is None:
        return []
    line = model.write.place.line or None
    return [
        column_finding(unfit, line, f"The model '{model.name}' cannot be written, and no run can begin: ")
        for unfit in unfit_columns(model, environment)
    ]


def column_finding(unfit: Unfit, line: int | None, beginning: str) -> Finding:
    """A warning of a column that is still to be created, an error about one that cannot serve."""
    code = COLUMN_MISSING if unfit.can_be_created else COLUMN_UNFIT
    severity: Severity = "warning" if unfit.can_be_created else "error"
    return Finding(code, severity, None, line, f"{beginning}{unfit.message}", unfit.remedy)
