"""The doctor's checks of the tables that rows beside leads are written to: there, fit, ours to write, ours alone.

Asked only where a live model writes such rows. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_outline
from connector.dataverse.reading.query import address, literal
from connector.dataverse.setup.checks import Check, CheckStatus, failed, passed, warned
from connector.dataverse.setup.historytable import look_at
from connector.dataverse.setup.privileges import depths_of
from connector.dataverse.setup.tableplans import State, WantedTable
from connector.errors import OutsideError
from connector.pipeline.values import Table

PREDICTIVE = "predictive score table"
OFF = "set `predictive_score: false` in the model"
_NOT_FOUND = 404
_APPEND_TO_LEAD = "prvAppendToLead"


def check_related(
    session: DataverseSession, user: str | None, *, histories: Sequence[WantedTable], predictive: bool
) -> Iterator[Check]:
    """Check the history tables that live models name, and the predictive score where one gives it."""
    for wanted in histories:
        name = f"history table {wanted.name}"
        try:
            check = _check_history(session, wanted, name)
            yield check
            if check.status is CheckStatus.OK:
                yield _check_privileges(session, user, wanted.name, name, ("Create", "Append"))
        except OutsideError as error:
            yield failed(name, error.message, error.remedy)
    if predictive:
        try:
            yield from _check_predictive(session, user)
        except OutsideError as error:
            yield failed(PREDICTIVE, error.message, error.remedy)


def _check_history(session: DataverseSession, wanted: WantedTable, name: str) -> Check:
    found = look_at(session, wanted)
    if found.state is State.PRESENT:
        return passed(name, "there, with its columns")
    if found.state is State.UNFIT:
        return failed(name, found.detail, "Name another table as `history` in the model.")
    lacks = f"lacks {', '.join(found.missing)}" if found.missing else "is not there: the rows wait"
    return failed(name, lacks, "Run: connector provision columns.")


def _check_predictive(session: DataverseSession, user: str | None) -> Iterator[Check]:
    table = columns.PREDICTIVE_SCORE_TABLE
    try:
        info = read_outline(session, table)
    except OutsideError as error:
        if error.status != _NOT_FOUND:
            raise
        yield failed(PREDICTIVE, f"there is no {table}", f"Install Dynamics 365 Sales, or {OFF}.")
        return
    missing = sorted(columns.PREDICTIVE_REQUIRED - info.columns.keys())
    if missing:
        yield failed(PREDICTIVE, f"{table} lacks {', '.join(missing)}", f"Update Dynamics 365 Sales, or {OFF}.")
        return
    if info.guards_updates is False:
        said = f"{table} does not support optimistic concurrency, and nothing is updated without that guard"
        yield failed(PREDICTIVE, said, f"Turn it on for the table, or {OFF}.")
    else:
        yield passed(PREDICTIVE, f"set {info.entity_set}")
    yield _check_privileges(session, user, table, PREDICTIVE, ("Create", "Read", "Write"))
    if columns.CONTRIBUTING_PREDICTIONS in info.columns:
        yield _check_alone(session, info.entity_set, info.key)


def _check_alone(session: DataverseSession, entity_set: str, key: str) -> Check:
    """Look for a lead's score that native models gave."""
    name = "native predictive scores"
    theirs = f"msdyn_entitytype eq {literal(Table.LEAD)} and {columns.CONTRIBUTING_PREDICTIONS} ne null"
    query = address(entity_set, select=[key], filter_=theirs)
    rows = session.get(query, doing=f"reading {entity_set}", prefer=["odata.maxpagesize=1"]).data.get("value")
    if not rows:
        return passed(name, "no lead has one")
    return warned(
        name,
        "there are leads that Sales' own predictive scoring has scored: their rows are left alone",
        f"Use one of the two: turn off predictive lead scoring in Sales, or {OFF}.",
    )


def _check_privileges(
    session: DataverseSession, user: str | None, table: str, name: str, verbs: Sequence[str]
) -> Check:
    """Ask for the privileges that writing rows of a table takes."""
    name = f"{name}: privileges"
    remedy = f"Give the application user's security role organization-level {', '.join(verbs)} on {table}"
    remedy += ", and Append To on lead." if "Append" in verbs else "."
    told = session.get(
        f"EntityDefinitions(LogicalName='{table}')?$select=LogicalName,SchemaName",
        doing=f"looking for the table {table}",
    ).data
    wanted = [f"prv{verb}{told.get('SchemaName') or table}" for verb in verbs]
    wanted += [_APPEND_TO_LEAD] if "Append" in verbs else []
    try:
        depths = [None if user is None else depths_of(session, user, each) for each in wanted]
    except OutsideError as error:
        return warned(name, f"not checked: the question was not answered (HTTP {error.status or 'none'})", remedy)
    lost = [each for each, held in zip(wanted, depths, strict=True) if held is not None and not held]
    if lost:
        return failed(name, f"missing: {', '.join(lost)}", remedy)
    if None in depths:
        return warned(name, "not checked: the environment does not tell our privileges by name", remedy)
    return passed(name, ", ".join(wanted))
