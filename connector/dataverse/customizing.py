"""Provisioning done: columns created inside a solution, one after another, and the table published.

A creation is never repeated blindly: whether its answer was lost or it was refused as taken, the environment is asked
whether the column is there. What is created, and in which solution, is decided in `provisioning`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.dataverse.metadata import read_table
from connector.dataverse.provisioning import HIGHEST, LOWEST, Plan, State, Wanted, judge
from connector.dataverse.session import DataverseSession
from connector.errors import OutsideError
from connector.pipeline.targets import Use
from connector.pipeline.values import Table

Wait = Callable[[float], object]

_LEAD = f"EntityDefinitions(LogicalName='{Table.LEAD}')"
_STRONG = {"Consistency": "Strong"}
_CRM = "Microsoft.Dynamics.CRM."
_ATTEMPTS = 4
_LOOKS_S = (0.4, 0.8, 1.6, 3.2, 6.4)  # metadata may lag behind a creation, or the creation behind its lost answer
_BUSY_S = 10.0
_LONGEST_WISH_S = 300.0
# Another change of metadata is under way, or the name is taken (with hidden remains of a deleted column, too).
_BUSY = "0x80071151"
_TAKEN = frozenset({"0x80047013", "0x80044363"})
_NOT_FOUND = 404
_FORBIDDEN = 403
_TOO_MANY = 429

_CUSTOMIZER = (
    "Give the application user the security role System Customizer for as long as this takes (it needs "
    "prvCreateAttribute and prvPublishCustomization), or have an administrator create the columns in Power Apps."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """What could not be done, and what to do."""

    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What was done: the columns that were created, whether the table was published, and what stopped it."""

    created: tuple[str, ...] = ()
    published: bool = False
    failure: Failure | None = None


def carry_out(session: DataverseSession, plan: Plan, *, wait: Wait) -> Provisioned:
    """Create what is missing and publish the lead table; does nothing where nothing is missing.

    Stops at the first column that cannot be created; what was created until then is published. Raises ValueError for
    a plan with obstacles, nothing that the environment causes.
    """
    if plan.obstacles or (plan.missing and plan.solution is None):
        raise ValueError("A plan with obstacles cannot be carried out.")
    created: list[str] = []
    failure: Failure | None = None
    for wanted in plan.missing:
        try:
            create_column(session, wanted, solution=_name(plan), language=plan.language, wait=wait)
        except OutsideError as error:
            failure = Failure(error.message, _remedy(error))
            break
        created.append(wanted.name)
    if not created:
        return Provisioned(failure=failure)
    try:
        publish(session, wait=wait)
    except OutsideError as error:
        late = Failure(
            f"The columns were created, and the lead table could not be published: {error.message}",
            f"Publish it in Power Apps (Solutions > Publish all customizations). {_remedy(error)}",
        )
        return Provisioned(tuple(created), failure=failure or late)
    return Provisioned(tuple(created), published=True, failure=failure)


def create_column(session: DataverseSession, wanted: Wanted, *, solution: str, language: int, wait: Wait) -> None:
    """Create one lead column and see that it is there. Raises OutsideError."""
    body = definition(wanted, language)
    headers = {"MSCRM.SolutionUniqueName": solution, **_STRONG}
    doing = f"creating the lead column {wanted.name}"
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            session.post(f"{_LEAD}/Attributes", body, doing=doing, headers=headers, holds_data=False)
        except OutsideError as error:
            if error.code not in _TAKEN and not _passes(error):
                raise
            lost = error.code not in {_BUSY, *_TAKEN} and error.status != _TOO_MANY
            if is_there(session, wanted.name, wait=wait, looks=_LOOKS_S if lost else ()):
                _check(session, wanted)
                return
            if error.code in _TAKEN or attempt == _ATTEMPTS:
                raise
            wait(_pause(error))
        else:
            break
    if not is_there(session, wanted.name, wait=wait, looks=_LOOKS_S):
        raise OutsideError(
            f"Dataverse accepted the lead column {wanted.name!r} and does not show it yet.",
            remedy="Run this again in some minutes: what is there is not created twice.",
        )


def publish(session: DataverseSession, *, wait: Wait) -> None:
    """Publish the lead table, so that forms and views can show new columns. Publishing twice does no harm.

    Raises OutsideError.
    """
    doing = "publishing the lead table"
    xml = f"<importexportxml><entities><entity>{Table.LEAD}</entity></entities></importexportxml>"
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            session.post("PublishXml", {"ParameterXml": xml}, doing=doing, headers={}, holds_data=False)
        except OutsideError as error:
            if attempt == _ATTEMPTS or not _passes(error):
                raise
            wait(_pause(error))
        else:
            return


def is_there(session: DataverseSession, name: str, *, wait: Wait, looks: tuple[float, ...]) -> bool:
    """Tell whether the lead table has a column; asked again after each pause in `looks`. Raises OutsideError."""
    for pause in (*looks, None):
        try:
            session.get(
                f"{_LEAD}/Attributes(LogicalName='{name}')?$select=LogicalName",
                doing=f"looking for the lead column {name}",
                headers=_STRONG,
            )
        except OutsideError as error:
            if error.status != _NOT_FOUND:
                raise
        else:
            return True
        if pause is not None:
            wait(pause)
    return False


def definition(wanted: Wanted, language: int) -> dict[str, Any]:
    """Write the definition of a new column, as the Web API takes it."""
    by = ", ".join(wanted.documents)
    return {
        **_TYPES[wanted.use](wanted, language),
        "SchemaName": wanted.name,
        "DisplayName": _label(wanted.label, language),
        "Description": _label(f"Written by the lead connector ({by}); changes by hand are overwritten.", language),
        "RequiredLevel": {
            "Value": "None",
            "CanBeChanged": True,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        },
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
    return _type("Integer") | {"MinValue": LOWEST, "MaxValue": HIGHEST, "Format": "None"}


def _text(wanted: Wanted, _language: int) -> dict[str, Any]:
    return _type("String") | {"MaxLength": wanted.length, "FormatName": {"Value": "Text"}}


def _scored_on(wanted: Wanted, _language: int) -> dict[str, Any]:
    """Give the type of a moment: stored in UTC and shown to each person in their own time zone.

    The other behaviour, TimeZoneIndependent, would show everyone the UTC time as if it were theirs.
    """
    del wanted
    return _type("DateTime") | {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}


def _sales_ready(wanted: Wanted, language: int) -> dict[str, Any]:
    del wanted
    return _type("Boolean") | {
        "DefaultValue": False,
        "OptionSet": {
            "OptionSetType": "Boolean",
            "TrueOption": {"Value": 1, "Label": _label("Yes", language)},
            "FalseOption": {"Value": 0, "Label": _label("No", language)},
        },
    }


_TYPES: dict[Use, Callable[[Wanted, int], dict[str, Any]]] = {
    Use.SCORE: _score,
    Use.GRADE: _text,
    Use.SCORED_ON: _scored_on,
    Use.EXPLANATION: _text,
    Use.SALES_READY: _sales_ready,
}


def _type(name: str) -> dict[str, Any]:
    return {
        "@odata.type": f"{_CRM}{name}AttributeMetadata",
        "AttributeType": name,
        "AttributeTypeName": {"Value": f"{name}Type"},
    }


def _label(text: str, language: int) -> dict[str, Any]:
    localized = {"@odata.type": f"{_CRM}LocalizedLabel", "Label": text, "LanguageCode": language}
    return {"@odata.type": f"{_CRM}Label", "LocalizedLabels": [localized]}


def _passes(error: OutsideError) -> bool:
    """Tell whether a fault passes by itself, within a time that we wait."""
    return (error.retryable or error.code == _BUSY) and (error.retry_after_s or 0.0) <= _LONGEST_WISH_S


def _pause(error: OutsideError) -> float:
    return error.retry_after_s if error.retry_after_s is not None else _BUSY_S


def _remedy(error: OutsideError) -> str:
    return _CUSTOMIZER if error.status == _FORBIDDEN else error.remedy


def _name(plan: Plan) -> str:
    return plan.solution.name if plan.solution else ""
