"""What stands in the way of a document beside those that are live: a column written twice, a name that nobody knows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from connector.errors import Fault
from connector.pipeline.fitting import ANOTHER, opted_out
from connector.pipeline.rulebook import write_columns
from connector.scoring.rules import Alert, Criteria, IsQualified, Model


def column_clashes(model: Model, models: Mapping[str, Model]) -> list[Fault]:
    """Columns that this model would write and that are written already; only the time may be shared."""
    columns = write_columns(model)
    taken = {column: f"twice by {model.name!r} itself" for column in columns if columns.count(column) > 1}
    for other in models.values():
        if other.name == model.name:
            continue
        shared = model.write.scored_on if model.write.scored_on == other.write.scored_on else None
        taken |= {column: f"by the live model {other.name!r}" for column in write_columns(other) if column != shared}
    clashes = [
        Fault("write", None, f"the column {column!r} is written {taken[column]}.", "Name a column of its own.")
        for column in dict.fromkeys(columns)
        if column in taken
    ]
    return clashes + _second_predictive_scores(model, models)


def _second_predictive_scores(model: Model, models: Mapping[str, Model]) -> list[Fault]:
    """A lead has one predictive score, so that one model gives it."""
    givers = sorted(
        other.name for other in models.values() if other.write.predictive_score and other.name != model.name
    )
    if not (model.write.predictive_score and givers):
        return []
    said = f"the predictive score of leads is written by the live model {givers[0]!r}."
    return [Fault("write.predictive_score", None, said, "Leave it to one model: stop that one, or set false here.")]


def ready_clash(criteria: Criteria, models: Mapping[str, Model]) -> list[Fault]:
    """The column that says sales-ready is no model's."""
    ready = criteria.actions.sales_ready
    return [
        Fault(
            "actions.sales_ready",
            None,
            f"the column {ready!r} is written by the live model {name!r}.",
            "Name another.",
        )
        for name, model in sorted(models.items())
        if ready in write_columns(model)
    ]


def mark_clashes(model: Model, live: Collection[Criteria]) -> list[Fault]:
    """The column by which a live qualification marks leads is no model's."""
    columns = write_columns(model)
    return [
        Fault("write", None, f"the live qualification {one.name!r} marks leads in the column {ready!r}.", ANOTHER)
        for one in live
        if (ready := one.actions.sales_ready) in columns
    ]


def opt_out_clash(columns: Collection[str], opt_out: Collection[str]) -> list[Fault]:
    """The columns by which people opt out, as settings name them, are nobody's to write."""
    return [Fault("", None, opted_out(column), ANOTHER) for column in sorted({*columns} & {*opt_out})]


def unknown_models(named: frozenset[str], models: Mapping[str, Model]) -> list[Fault]:
    """Models that a document names and that are not live."""
    known = f"; live are {', '.join(sorted(models))}" if models else ""
    return [
        Fault("", None, f"it names the model {name!r}, which is not live.", f"Publish that first{known}.")
        for name in sorted(named - set(models))
    ]


def unknown_channels(channels: Sequence[str], configured: Collection[str] | None) -> list[Fault]:
    """Channels that no setting names, where the settings are known (None: they are not)."""
    if configured is None:
        return []
    return [
        Fault("channels", None, f"the channel {name!r} is not configured.", "Add name=url to CONNECTOR_TEAMS_CHANNELS.")
        for name in channels
        if name not in configured
    ]


def unknown_qualification(alert: Alert, live: Collection[str]) -> list[Fault]:
    """The qualification that an alert waits for, where it is not live."""
    if not isinstance(alert.on, IsQualified) or alert.on.qualification in live:
        return []
    return [Fault("on", None, f"the qualification {alert.on.qualification!r} is not live.", "Publish that first.")]
