"""Bodies as Dataverse posts them to webhooks, built after its documentation and public captures."""

from __future__ import annotations

from typing import Any

CONTRACT = "http://schemas.microsoft.com/xrm/2011/Contracts"
NOBODY = "00000000-0000-0000-0000-000000000000"
LEAD = "11111111-0000-4000-8000-000000000001"
OTHER = "11111111-0000-4000-8000-000000000002"
OPERATION = "99999999-0000-4000-8000-000000000001"
CORRELATION = "88888888-0000-4000-8000-000000000001"


def pair(key: str, value: Any) -> dict[str, Any]:
    """One parameter or attribute."""
    return {"key": key, "value": value}


def typed(kind: str, **values: Any) -> dict[str, Any]:
    """A typed value."""
    return {"__type": f"{kind}:{CONTRACT}", **values}


def entity(row_id: str = LEAD, table: str = "lead", **attributes: Any) -> dict[str, Any]:
    """A row with the columns that were sent."""
    return typed(
        "Entity",
        Attributes=[pair(name, value) for name, value in attributes.items()],
        EntityState=None,
        FormattedValues=[pair("statuscode", "New")],
        Id=row_id,
        KeyAttributes=[],
        LogicalName=table,
        RelatedEntities=[],
        RowVersion=None,
    )


def reference(row_id: str = LEAD, table: str = "lead") -> dict[str, Any]:
    """A row without its columns."""
    return typed("EntityReference", Id=row_id, KeyAttributes=[], LogicalName=table, Name=None, RowVersion=None)


def body(
    message: str = "Update",
    *inputs: dict[str, Any],
    table: str = "lead",
    row_id: str = LEAD,
    outputs: list[dict[str, Any]] | None = None,
    shared: list[dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A whole context."""
    return {
        "BusinessUnitId": "77777777-0000-4000-8000-000000000001",
        "CorrelationId": CORRELATION,
        "Depth": 1,
        "InitiatingUserAzureActiveDirectoryObjectId": NOBODY,
        "InitiatingUserId": "66666666-0000-4000-8000-000000000001",
        "InputParameters": list(inputs),
        "IsExecutingOffline": False,
        "IsInTransaction": False,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": message,
        "Mode": 1,
        "OperationCreatedOn": "/Date(1795251600000-0700)/",
        "OperationId": OPERATION,
        "OrganizationId": "55555555-0000-4000-8000-000000000001",
        "OrganizationName": "org",
        "OutputParameters": outputs or [],
        "OwningExtension": reference("44444444-0000-4000-8000-000000000001", "sdkmessageprocessingstep"),
        "ParentContext": None,
        "PostEntityImages": [pair("AsynchronousStepPrimaryName", entity(LEAD, firstname="Zoë"))],
        "PreEntityImages": [],
        "PrimaryEntityId": row_id,
        "PrimaryEntityName": table,
        "RequestId": None,
        "SecondaryEntityName": "none",
        "SharedVariables": shared or [],
        "Stage": 40,
        "UserAzureActiveDirectoryObjectId": NOBODY,
        "UserId": "66666666-0000-4000-8000-000000000001",
        **more,
    }


def update(row_id: str = LEAD, **attributes: Any) -> dict[str, Any]:
    """An update of a lead."""
    return body("Update", pair("Target", entity(row_id, **attributes)), row_id=row_id)


def cut(message: str = "Update", **more: Any) -> dict[str, Any]:
    """A body that was over 256 KB."""
    whole = body(message, **more)
    return {
        name: value
        for name, value in whole.items()
        if name not in {"ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages"}
    }
