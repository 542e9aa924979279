"""What `connector provision columns` does: the columns that live and drafted documents write, planned and created.

Which exist is asked of the environment; how they are created stands in `dataverse.customizing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connector.adapters import Adapters
from connector.dataverse.columns import STANDARD_TYPES
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_table
from connector.dataverse.setup.customizing import Provisioned, carry_out
from connector.dataverse.setup.historytable import histories_of, look_at
from connector.dataverse.setup.provisioning import (
    TEXT_LENGTH,
    Obstacle,
    Plan,
    Solution,
    Wanted,
    choose,
    judge,
    obstacles_of,
    obstacles_of_tables,
    remarks_of,
    wanted_by,
)
from connector.dataverse.setup.solutions import is_solution_name, read_language, read_solutions
from connector.dataverse.setup.tableplans import WantedTable
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.ports import DocumentKind, DocumentStore, StoredDocument
from connector.pipeline.targets import Use
from connector.pipeline.values import Table
from connector.scoring.document import parse_criteria, parse_model
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Criteria, Model

_FORBIDDEN = 403


def plan_columns(adapters: Adapters, solution: str | None = None) -> Plan:
    """Say what is missing in the environment, and where it would be created.

    Raises DocumentError, StoreError, and OutsideError where the environment cannot be asked.
    """
    wanted = wanted_columns(adapters.store, STANDARD_TYPES)
    tables = wanted_tables(adapters.store, STANDARD_TYPES)
    return draw_plan(adapters.session, wanted, solution, tables)


def create_columns(adapters: Adapters, plan: Plan) -> Provisioned:
    """Create what a plan without obstacles says is missing, and publish."""
    return carry_out(adapters.session, plan, wait=adapters.stop.wait)


def draw_plan(
    session: DataverseSession, wanted: Sequence[Wanted], solution: str | None, tables: Sequence[WantedTable] = ()
) -> Plan:
    """Compare what is wanted with what is there, and find the solution when something is missing."""
    known = read_table(session, Table.LEAD).columns
    columns = tuple(judge(each, known) for each in wanted)
    histories = tuple(look_at(session, each) for each in tables)
    plan = Plan(
        columns,
        obstacles=(*obstacles_of(columns), *obstacles_of_tables(histories)),
        remarks=tuple(remarks_of(columns, known)),
        tables=histories,
    )
    missing: list[Wanted | WantedTable] = [*plan.missing, *(each.wanted for each in plan.missing_tables)]
    if not any(each.prefix for each in missing):
        return plan
    found = _find_solution(session, missing, solution)
    if isinstance(found, Obstacle):
        return replace(plan, obstacles=(*plan.obstacles, found))
    remarks = plan.remarks if found.prefix else (*plan.remarks, _UNCHECKED)
    return replace(plan, solution=found, language=read_language(session), remarks=remarks)


def wanted_columns(store: DocumentStore, types: FactTypes) -> list[Wanted]:
    """The lead columns that live and drafted documents write, by name; one entry for each use of a column."""
    found: dict[tuple[str, Use], Wanted] = {}
    documents: list[Model | Criteria] = [
        parse_model(document.body, types) for document in _documents(store, DocumentKind.MODEL)
    ]
    documents += [parse_criteria(document.body, types) for document in _documents(store, DocumentKind.QUALIFICATION)]
    for document in documents:
        for each in wanted_by(document, types):
            # A text is created with room for the grades to come.
            _merge(found, replace(each, length=max(each.length, TEXT_LENGTH)))
    return [found[key] for key in sorted(found)]


def wanted_tables(store: DocumentStore, types: FactTypes) -> list[WantedTable]:
    """The history tables that live and drafted models name, by name."""
    return histories_of(parse_model(document.body, types) for document in _documents(store, DocumentKind.MODEL))


def _documents(store: DocumentStore, kind: DocumentKind) -> Iterator[StoredDocument]:
    """The live versions and the drafts of a kind; what is stopped writes nothing."""
    yield from store.live(kind)
    for document in store.documents(kind):
        try:
            yield store.draft(kind, document.name)
        except MissingFactError:
            continue


def _merge(found: dict[tuple[str, Use], Wanted], new: Wanted) -> None:
    """Add a column, or widen what is wanted of one that another document or version writes too."""
    known = found.get((new.name, new.use))
    if known is None:
        found[new.name, new.use] = new
        return
    found[new.name, new.use] = Wanted(
        new.name,
        new.use,
        tuple(dict.fromkeys((*known.documents, *new.documents))),
        length=max(known.length, new.length),
        grades=tuple(dict.fromkeys((*known.grades, *new.grades))),
        low=None if known.low is None or new.low is None else min(known.low, new.low),
        high=None if known.high is None or new.high is None else max(known.high, new.high),
    )


_UNCHECKED = (
    "This environment does not tell about its solutions: that the solution exists and has the columns' prefix was not "
    "checked."
)
_NO_SUCH_NAME = Obstacle(
    "A solution's name has letters, digits and underscores only.",
    "Give its name, not its display name: Power Apps shows both (Solutions, column Name).",
)
_NAME_IT = Obstacle(
    "This environment does not tell which solutions it has.", "Name the one to create the columns in: --solution NAME."
)
_MAY_NOT_READ = (
    "Give the application user the security role System Customizer for as long as this takes (it needs prvReadSolution "
    "and prvReadPublisher), or have an administrator create the columns in Power Apps."
)


def _find_solution(
    session: DataverseSession, missing: Sequence[Wanted | WantedTable], name: str | None
) -> Solution | Obstacle:
    """Find the solution to create in, or say why there is none."""
    if name is not None and not is_solution_name(name):
        return _NO_SUCH_NAME
    try:
        solutions = read_solutions(session, name)
    except OutsideError as error:
        if error.status != _FORBIDDEN:
            raise
        return Obstacle(error.message, _MAY_NOT_READ)
    if solutions is None:
        return Solution(name, name, "") if name else _NAME_IT
    return choose(solutions, missing, name)
