"""Provisioning done: columns created inside a solution, one after another, and the table published.

A creation is never repeated blindly: whether its answer was lost or it was refused as taken, the environment is asked
whether the column is there. What is created, and in which solution, is decided in `provisioning`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_table
from connector.dataverse.setup.creating import (
    ATTEMPTS,
    STRONG,
    Looks,
    Wait,
    create_once,
    label,
    look_for,
    optional,
    passes,
    pause_s,
    require_seen,
    typed,
)
from connector.dataverse.setup.historytable import create_table
from connector.dataverse.setup.provisioning import HIGHEST, LOWEST, Plan, State, Wanted, judge
from connector.errors import OutsideError
from connector.pipeline.targets import Use
from connector.pipeline.values import Table

_LEAD = f"EntityDefinitions(LogicalName='{Table.LEAD}')"
_FORBIDDEN = 403

_CUSTOMIZER = (
    "Give the application user the security role System Customizer for as long as this takes (it needs "
    "prvCreateAttribute and prvPublishCustomization, for a table prvCreateEntity and prvCreateRelationship too), or "
    "have an administrator create the columns in Power Apps."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be done, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was done: the columns and tables that were created, whether they were published, and what stopped it."""

    created: tuple[str, ...] = ()
    published: bool = False
    failure: Failure | None = None


def carry_out(session: DataverseSession, plan: Plan, *, wait: Wait) -> Provisioned:
    """Create what is missing and publish it; does nothing where nothing is missing.

    Stops at the first column or table that cannot be created; what was created until then is published. Raises
    ValueError for a plan with obstacles, nothing that the environment causes.
    """
    if plan.obstacles or (plan.lacks and plan.solution is None):
        raise ValueError("A plan with obstacles cannot be carried out.")
    created: list[str] = []
    touched: dict[str, None] = {}
    failure: Failure | None = None
    try:
        for wanted in plan.missing:
            create_column(session, wanted, solution=_name(plan), language=plan.language, wait=wait)
            created.append(wanted.name)
            touched[Table.LEAD.value] = None
        for table in plan.missing_tables:
            create_table(session, table, solution=_name(plan), language=plan.language, wait=wait)
            created.append(table.wanted.name)
            touched[table.wanted.name] = None
    except OutsideError as error:
        failure = Failure(error.message, _remedy(error))
    if not created:
        return Provisioned(failure=failure)
    try:
        publish(session, tuple(touched), wait=wait)
    except OutsideError as error:
        late = Failure(
            f"The columns were created, and the {', '.join(touched)} table could not be published: {error.message}",
            f"Publish it in Power Apps (Solutions > Publish all customizations). {_remedy(error)}",
        )
        return Provisioned(tuple(created), failure=failure or late)
    return Provisioned(tuple(created), published=True, failure=failure)


def create_column(session: DataverseSession, wanted: Wanted, *, solution: str, language: int, wait: Wait) -> None:
    """Create one lead column and see that it is there. Raises OutsideError."""
    body = definition(wanted, language)
    headers = {"MSCRM.SolutionUniqueName": solution, **STRONG}
    doing = f"creating the lead column {wanted.name}"

    def post() -> object:
        return session.post(f"{_LEAD}/Attributes", body, doing=doing, headers=headers, holds_data=False)

    def there(looks: Looks) -> bool:
        return is_there(session, wanted.name, wait=wait, looks=looks)

    if create_once(post, there, wait=wait):
        require_seen(there, f"the lead column {wanted.name!r}")
    else:
        _check(session, wanted)


def publish(session: DataverseSession, tables: Sequence[str] = (Table.LEAD.value,), *, wait: Wait) -> None:
    """Publish tables, so that forms and views can show what is new. Publishing twice does no harm.

    Raises OutsideError.
    """
    doing = f"publishing the {', '.join(tables)} table"
    entities = "".join(f"<entity>{name}</entity>" for name in tables)
    xml = f"<importexportxml><entities>{entities}</entities></importexportxml>"
    for attempt in range(1, ATTEMPTS + 1):
        try:
            session.post("PublishXml", {"ParameterXml": xml}, doing=doing, headers={}, holds_data=False)
        except OutsideError as error:
            if attempt == ATTEMPTS or not passes(error):
                raise
            wait(pause_s(error))
        else:
            return


def is_there(session: DataverseSession, name: str, *, wait: Wait, looks: Looks) -> bool:
    """Tell whether the lead table has a column; asked again after each pause in `looks`. Raises OutsideError."""
    address = f"{_LEAD}/Attributes(LogicalName='{name}')"
    return look_for(session, address, doing=f"looking for the lead column {name}", wait=wait, looks=looks)


def definition(wanted: Wanted, language: int) -> dict[str, Any]:
    """Write the definition of a new column, as the Web API takes it."""
    by = ", ".join(wanted.documents)
    return {
        **_TYPES[wanted.use](wanted, language),
        "SchemaName": wanted.name,
        "DisplayName": label(wanted.label, language),
        "Description": label(f"Written by the lead connector ({by}); changes by hand are overwritten.", language),
        "RequiredLevel": optional(),
    }


def _check(session: DataverseSession, wanted: Wanted) -> None:
    """See that a column that is there takes what is written: another hand may have created it meanwhile."""
    planned = judge(wanted, read_table(session, Table.LEAD).columns)
    if planned.state is State.UNFIT:
        raise OutsideError(
            f"The lead column {wanted.name!r} {planned.detail}: something else created it meanwhile.",
            remedy="Name another column in the document that writes it.",
        )


def _score(wanted: Wanted, _language: int) -> dict[str, Any]:
    del wanted
    return typed("Integer") | {"MinValue": LOWEST, "MaxValue": HIGHEST, "Format": "None"}


def _text(wanted: Wanted, _language: int) -> dict[str, Any]:
    return typed("String") | {"MaxLength": wanted.length, "FormatName": {"Value": "Text"}}


def _scored_on(wanted: Wanted, _language: int) -> dict[str, Any]:
    """Give the type of a moment: stored in UTC and shown to each person in their own time zone.

    The other behaviour, TimeZoneIndependent, would show everyone the UTC time as if it were theirs.
    """
    del wanted
    return typed("DateTime") | {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}


def _sales_ready(wanted: Wanted, language: int) -> dict[str, Any]:
    del wanted
    return typed("Boolean") | {
        "DefaultValue": False,
        "OptionSet": {
            "OptionSetType": "Boolean",
            "TrueOption": {"Value": 1, "Label": label("Yes", language)},
            "FalseOption": {"Value": 0, "Label": label("No", language)},
        },
    }


_TYPES: dict[Use, Callable[[Wanted, int], dict[str, Any]]] = {
    Use.SCORE: _score,
    Use.GRADE: _text,
    Use.SCORED_ON: _scored_on,
    Use.EXPLANATION: _text,
    Use.SALES_READY: _sales_ready,
}


def _remedy(error: OutsideError) -> str:
    return _CUSTOMIZER if error.status == _FORBIDDEN else error.remedy


def _name(plan: Plan) -> str:
    return plan.solution.name if plan.solution else ""
