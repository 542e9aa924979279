"""What a mark sets: the Status Reason by label or value, the sales-ready column, resolved against an environment.

Whether a lead bears a mark is looked at in `decide`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from connector.errors import DocumentError
from connector.pipeline.fitting import unfit_column
from connector.pipeline.targets import Use, written
from connector.pipeline.values import Environment, StatusOption
from connector.scoring.rules import Model, StatusReason


def status_option(reason: StatusReason | None, environment: Environment) -> StatusOption | None:
    """The option of the Status Reason that a mark sets: by value, else by the first label found in any language.

    Every environment has an option for open leads; where none could be read, a value is taken as it is given.
    """
    if reason is None:
        return None
    options = environment.status_options
    if not options:
        if reason.value is not None:
            return StatusOption(reason.value, ())
        raise DocumentError(
            "the options of the Status Reason cannot be read in this environment, so that no label can be found.",
            remedy="Write the option's value, as Power Apps shows it: `status_reason: {value: 823270000}`.",
        )
    if reason.value is not None:
        found = next((option for option in options if option.value == reason.value), None)
        if found is None:
            raise DocumentError(
                f"the Status Reason has no option {reason.value} in the open state.",
                remedy=f"Name one of {', '.join(str(option.value) for option in options)}.",
            )
        return found
    for wanted in reason.labels:
        for option in options:
            if _folded(wanted) in {_folded(label) for label in option.labels}:
                return option
    labels = ", ".join(repr(label) for label in reason.labels)
    raise DocumentError(
        f"the Status Reason has none of the labels {labels} in the open state.",
        remedy="Add the option to the Status Reason of the lead, or name one that exists.",
    )


def status_marks(reason: StatusReason | None, environment: Environment) -> frozenset[int]:
    """The values of all options that a document names, by value or by label."""
    if reason is None:
        return frozenset()
    labels = {_folded(label) for label in reason.labels}
    return frozenset(
        option.value
        for option in environment.status_options
        if option.value == reason.value or labels & {_folded(label) for label in option.labels}
    ) | (frozenset() if reason.value is None else {reason.value})


def status_label(reason: StatusReason | None, option: StatusOption | None) -> str | None:
    """A Status Reason as its author calls it, else by its first label; None where none is set."""
    if reason is None or option is None:
        return None
    known = {_folded(label) for label in option.labels}
    return next((label for label in reason.labels if _folded(label) in known), next(iter(option.labels), None))


def _folded(label: str) -> str:
    """A label as labels are compared: without outer blanks, composed, in one case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", label).casefold()).strip()


def ready_column(wanted: bool | str, environment: Environment, models: Iterable[Model]) -> str | None:
    """The column that says sales-ready: the standard one, or the one that is named; none of these models writes it."""
    column = environment.sales_ready_column if wanted is True else wanted or None
    if wanted is True and column is None:
        raise DocumentError(
            "the lead table has no standard sales-ready column.", remedy="Name your own: `sales_ready: your_column`."
        )
    if column is None:
        return None
    if unfit := unfit_column(Use.SALES_READY, column, environment):
        raise DocumentError(unfit.message, remedy=unfit.remedy)
    if writers := sorted(model.name for model in models if column in {target for _, target in written(model)}):
        raise DocumentError(
            f"the column {column!r} is written by the model {writers[0]!r} too.", remedy="Give one of them another."
        )
    return str(column)
