"""The values of the doctor, and the checks that need nothing but what was read of the tables. No network in here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.dataverse import columns
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.rows import OPT_OUT_REMEDY, unfit_opt_out
from connector.dataverse.setup.provisioning import WIDEN, Wanted, narrow
from connector.dataverse.setup.tableplans import WantedTable
from connector.pipeline.targets import misfit
from connector.pipeline.values import ColumnNeeds, StatusOption, Table


class CheckStatus(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor."""

    name: str
    status: CheckStatus
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LiveTable:
    """A table that live sources map, with the columns that they read; `used_by` names the sources."""

    name: str
    columns: frozenset[str]
    used_by: str


_NOTHING = ColumnNeeds(frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the published documents need of an environment.

    `writes` are the columns that are written, `wanted` says of what is known more closely what is written to it. Each
    entry of `status_reasons` is an option's value, or the labels that a document tries in order. `opt_out` are
    the configured opt-out columns; `sales_ready` says that the standard sales-ready column is written. `histories` are
    tables that take the history of scores, `predictive` says that the sellers' predictive score is written. `sources`
    are the tables that interactions are read from. `tasks` says that follow-up tasks are made, `assigns` that leads are
    given to others.
    """

    needs: ColumnNeeds = _NOTHING
    writes: frozenset[str] = frozenset()
    wanted: Sequence[Wanted] = ()
    status_reasons: Sequence[Sequence[str] | int] = ()
    sales_ready: bool = False
    opt_out: Sequence[str] = ()
    histories: Sequence[WantedTable] = ()
    predictive: bool = False
    sources: Sequence[LiveTable] = ()
    tasks: bool = False
    assigns: bool = False


def passed(name: str, detail: str) -> Check:
    """A check that found nothing wrong."""
    return Check(name, CheckStatus.OK, detail)


def warned(name: str, detail: str, remedy: str) -> Check:
    """A check that found something to know about."""
    return Check(name, CheckStatus.WARNING, detail, remedy)


def failed(name: str, detail: str, remedy: str) -> Check:
    """A check that found what a run would fail on."""
    return Check(name, CheckStatus.FAILURE, detail, remedy)


def check_table(info: TableInfo, expected: Expectations) -> Iterator[Check]:
    """Check one table: change tracking, guarded updates (of leads), and the columns that are read."""
    name = f"{info.table} change tracking"
    if info.tracks_changes:
        yield passed(name, "on")
    else:
        yield warned(
            name,
            "off: changes are read by time, and deleted rows are noticed later (CONNECTOR_RECONCILE_H)",
            f"Turn on change tracking in the {info.table} table's settings (it cannot be turned off again).",
        )
    wanted = expected.needs.account if info.table is Table.ACCOUNT else expected.needs.lead | expected.needs.own
    missing = sorted(wanted - info.columns.keys())
    name = f"{info.table} columns"
    if missing:
        yield failed(name, f"missing: {', '.join(missing)}", "Add the columns, or correct the models that name them.")
    else:
        yield passed(name, f"{len(wanted)} needed, all there; {len(info.columns)} in the table")


def check_lead(info: TableInfo, expected: Expectations) -> Iterator[Check]:
    """Check what writing to leads needs: the guard, the columns, the Status Reasons, the sales-ready column."""
    yield _check_guard(info)
    yield _check_writes(info, expected)
    yield from _check_ranges(info, expected.wanted)
    for reason in expected.status_reasons:
        yield _check_reason(info.status_options, reason)
    ready = info.columns.get(columns.SALES_READY)
    if ready is not None and ready.writable:
        yield passed("sales-ready column", columns.SALES_READY)
    elif expected.sales_ready:
        yield failed(
            "sales-ready column",
            f"{columns.SALES_READY} does not exist or cannot be written",
            "Name a yes/no column of your own in `sales_ready:`, or install Customer Insights - Journeys.",
        )
    else:
        yield passed("sales-ready column", f"{columns.SALES_READY} is not there, and nothing asks for it")
    yield _check_opt_out(info, expected.opt_out)


def _check_guard(info: TableInfo) -> Check:
    name = "guarded updates"
    if info.guards_updates:
        return passed(name, "the lead table supports optimistic concurrency")
    if info.guards_updates is None:
        return warned(name, "the environment does not say whether leads support them", "Watch the first write.")
    return failed(
        name,
        "the lead table does not support optimistic concurrency",
        "Turn it on for the lead table; nothing is written without that guard.",
    )


def _check_writes(info: TableInfo, expected: Expectations) -> Check:
    """See that every column that is written is there, takes updates, and takes what is written to it."""
    name = "columns to write"
    writes = expected.writes | {wanted.name for wanted in expected.wanted}
    missing = sorted(writes - info.columns.keys())
    fixed = sorted(column for column in writes & info.columns.keys() if not info.columns[column].writable)
    unfit = [
        f"{wanted.name} {said}"
        for wanted in expected.wanted
        if wanted.name in info.columns
        and (said := misfit(wanted.use, info.columns[wanted.name].type, length=wanted.length, grades=wanted.grades))
    ]
    unfit += [f"{wanted.name} is no column of your own" for wanted in expected.wanted if wanted.foreign]
    if not (missing or fixed or unfit):
        return passed(name, ", ".join(sorted(writes)) or "none asked for")
    parts = [f"missing: {', '.join(missing)}"] if missing else []
    parts += [f"cannot be updated: {', '.join(fixed)}"] if fixed else []
    return failed(
        name,
        "; ".join([*parts, *dict.fromkeys(unfit)]),
        "Run: connector provision columns, or name another column: in `write:` of the models (`sales_ready:` of a "
        "qualification).",
    )


def _check_ranges(info: TableInfo, wanted: Sequence[Wanted]) -> Iterator[Check]:
    """Name the columns that take fewer scores than their models can give."""
    for each in wanted:
        if said := narrow(each, info.columns):
            yield warned(f"range of {each.name}", said, WIDEN)


def _check_reason(options: Sequence[StatusOption], reason: Sequence[str] | int) -> Check:
    """Find a Status Reason of the open state by its value or by any of its labels, in any language."""
    if isinstance(reason, int):
        name, found = f"Status Reason {reason}", [option for option in options if option.value == reason]
    else:
        name = f"Status Reason {' or '.join(reason)}"
        wanted = [label.casefold() for label in reason]
        found = [
            option for label in wanted for option in options if label in {known.casefold() for known in option.labels}
        ]
    if found:
        return passed(name, f"value {found[0].value} ({', '.join(found[0].labels) or 'no label'})")
    if not options and isinstance(reason, int):
        return warned(
            name,
            "written as it is given: the environment does not tell which options there are",
            "Make sure in Power Apps that the lead's Status Reason has this value, for the state Open.",
        )
    if not options:
        return failed(
            name,
            "no label can be found: the environment does not tell which options there are",
            "Write the option's value, as Power Apps shows it: `status_reason: {value: 823270000}`.",
        )
    known = "; ".join(f"{option.value} {'/'.join(option.labels)}" for option in options)
    return failed(
        name,
        f"no such option for open leads; there are: {known}",
        "Add it to the lead's Status Reason (state Open), or name one of these, by label or as {value: n}.",
    )


def _check_opt_out(info: TableInfo, configured: Sequence[str]) -> Check:
    name = "opt-out columns"
    if unfit := unfit_opt_out(info, configured):
        return failed(name, unfit, OPT_OUT_REMEDY)
    there = [column for column in (columns.OPTED_OUT, *configured) if column in info.columns]
    if there:
        return passed(name, ", ".join(there))
    return warned(
        name,
        f"{columns.OPTED_OUT} does not exist and none is configured",
        "Configure the yes/no column that says that a person must not be profiled, if you have one.",
    )
