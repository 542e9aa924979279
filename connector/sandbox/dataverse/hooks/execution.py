"""The body of a webhook: a RemoteExecutionContext as JSON, with its typed values and its dates in milliseconds."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.sandbox.dataverse.hooks.operation import Operation
from connector.sandbox.dataverse.hooks.steps import BOTH_IMAGES, POST_IMAGE, PRE_IMAGE, Step
from connector.sandbox.dataverse.query.operands import target_of
from connector.sandbox.dataverse.rendering import format_value
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, OPTION_KINDS, Column, Kind, Row, Table
from connector.sandbox.dataverse.store import Change, Store

CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"
STRING_PAIR = "KeyValuePairOfstringstring:#System.Collections.Generic"
MAX_BYTES = 256 * 1024
CUT = ("ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages")
STEP_NAME = "AsynchronousStepPrimaryName"
NOBODY = "00000000-0000-0000-0000-000000000000"
MAIN_OPERATION, POST_OPERATION = 30, 40

Pairs = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing to post: a step, the message that it listens to, and the changes (several for a bulk message)."""

    step: Step
    message: str
    changes: tuple[Change, ...]
    operation: Operation
    depth: int
    at: datetime

    @property
    def table(self) -> str:
        """The table that changed."""
        return self.changes[0].table

    @property
    def row_id(self) -> str:
        """The row that changed; of a bulk message none."""
        return self.changes[0].row_id if not self.message.endswith("Multiple") else NOBODY


@dataclass(frozen=True, slots=True)
class Body:
    """What is posted, and whether it was too large to be posted whole."""

    content: bytes
    cut: bool


class Execution:
    """Writes bodies. Values whose type the contract leaves open carry `__type`; images and extensions do not."""

    def __init__(self, store: Store, organization: str) -> None:
        self._store = store
        self.organization = organization

    def body(self, event: Event) -> Body:
        """The body for an event; over 256 KB without its parameters and images."""
        context = self._context(event)
        content = _encode(context)
        if len(content) <= MAX_BYTES:
            return Body(content, cut=False)
        return Body(_encode({name: value for name, value in context.items() if name not in CUT}), cut=True)

    # --- the context -----------------------------------------------------------------------------------------------

    def _context(self, event: Event) -> dict[str, Any]:
        step, operation = event.step, event.operation
        user = operation.user_id or self._writer(event.changes[0])
        initiating = operation.initiating_user_id or user
        shared: Pairs = [{"key": "IsAutoTransact", "value": True}]
        if operation.tag is not None:
            shared.append({"key": "tag", "value": operation.tag})
        context: dict[str, Any] = {
            **self._place(),
            "CorrelationId": operation.correlation_id,
            "Depth": event.depth,
            "InitiatingUserAzureActiveDirectoryObjectId": self._object_id(initiating),
            "InitiatingUserId": initiating,
            "InputParameters": self._input(event),
            "IsExecutingOffline": False,
            "IsInTransaction": not step.asynchronous,
            "IsOfflinePlayback": False,
            "IsolationMode": 1,
            "MessageName": event.message,
            "Mode": 1 if step.asynchronous else 0,
            "OperationCreatedOn": date(event.at),
            "OperationId": str(uuid.uuid4()) if step.asynchronous else NOBODY,
            "OutputParameters": self._output(event),
            "OwningExtension": _plain(self._reference("sdkmessageprocessingstep", step.step_id, step.name)),
            "ParentContext": None,
            "PostEntityImages": self._images(event, after=True),
            "PreEntityImages": self._images(event, after=False),
            "PrimaryEntityId": event.row_id,
            "PrimaryEntityName": event.table,
            "RequestId": operation.request_id,
            "SecondaryEntityName": "none",
            "SharedVariables": shared,
            "Stage": POST_OPERATION,
            "UserAzureActiveDirectoryObjectId": self._object_id(user),
            "UserId": user,
        }
        if step.asynchronous:
            context["ParentContext"] = _parent(context, event, shared)
        return context

    def _place(self) -> dict[str, str]:
        """Where it happens: the organization, and the business unit at its root."""
        rows = self._store.rows
        return {
            "BusinessUnitId": next(iter(rows["businessunit"].by_id), NOBODY),
            "OrganizationId": next(iter(rows["organization"].by_id), NOBODY),
            "OrganizationName": "sandbox",
        }

    def _input(self, event: Event) -> Pairs:
        change = event.changes[0]
        table = self._store.tables[change.table]
        if event.message.endswith("Multiple"):
            targets = [_plain(self._target(table, each)) for each in event.changes]
            value = {
                "__type": f"EntityCollection:{CONTRACTS}", "Entities": targets, "EntityName": table.name,
                "MinActiveRowVersion": "-1", "MoreRecords": False, "PagingCookie": None, "TotalRecordCount": -1,
                "TotalRecordCountLimitExceeded": False,
            }  # fmt: skip
            return [{"key": "Targets", "value": value}]
        if event.message in {"Create", "Update"}:
            return [{"key": "Target", "value": self._target(table, change)}]
        target = {"key": "Target", "value": self._reference(change.table, change.row_id)}
        if event.message == "Assign":
            owner = table.columns["ownerid"]
            row = change.after or {}
            assignee = self._reference(target_of(owner, row), row.get(owner.field) or NOBODY)
            return [target, {"key": "Assignee", "value": assignee}]
        if event.message == "Merge":
            return [
                target,
                {"key": "SubordinateId", "value": change.sent["SubordinateId"]},
                {"key": "UpdateContent", "value": self._entity(table, change.row_id, change.sent["UpdateContent"])},
                {"key": "PerformParentingChecks", "value": change.sent["PerformParentingChecks"]},
            ]
        if event.message == "QualifyLead":
            parameters = [{"key": name, "value": value} for name, value in change.sent.items()]
            return [{"key": "LeadId", "value": target["value"]}, *parameters]
        return [target]

    def _output(self, event: Event) -> Pairs:
        if event.message == "Create":
            return [{"key": "id", "value": event.row_id}]
        if event.message == "CreateMultiple":
            return [{"key": "Ids", "value": [each.row_id for each in event.changes]}]
        return []

    def _target(self, table: Table, change: Change) -> dict[str, Any]:
        """The row as the request gave it, with what the server added: never the columns that nobody sent."""
        after = change.after or {}
        added = {name: after.get(name) for name in ("modifiedon", "_modifiedby_value", table.key) if name in after}
        if change.message == "Create":
            added |= {name: after[name] for name in ("createdon", "statecode", "statuscode") if name in after}
        return self._entity(table, change.row_id, change.sent | added)

    def _images(self, event: Event, *, after: bool) -> Pairs:
        if event.message.endswith("Multiple"):
            return []
        change = event.changes[0]
        table = self._store.tables[change.table]
        row = change.after if after else change.before
        found: Pairs = []
        wanted = POST_IMAGE if after else PRE_IMAGE
        for image in event.step.images:
            if row is not None and image.kind in {wanted, BOTH_IMAGES}:
                shown = {
                    column.field: row.get(column.field, column.default)
                    for column in table.columns.values()
                    if not image.columns or column.name in image.columns
                }
                filled = {name: value for name, value in shown.items() if value is not None}  # images leave out nulls
                found.append({"key": image.alias, "value": _plain(self._entity(table, change.row_id, filled, row))})
        is_named = change.after is None or event.message == "Assign"  # then in the image of what was before
        if event.step.asynchronous and row is not None and after is not is_named:
            named = {name: row.get(name) for name in (table.primary_name, table.key) if row.get(name) is not None}
            found.append({"key": STEP_NAME, "value": _plain(self._entity(table, change.row_id, named))})
        return found

    # --- values ----------------------------------------------------------------------------------------------------

    def _entity(self, table: Table, row_id: str, fields: Mapping[str, Any], row: Row | None = None) -> dict[str, Any]:
        attributes: Pairs = []
        formatted: Pairs = []
        whole = fields if row is None else row
        for name, value in fields.items():
            column = table.fields.get(name)
            if column is None:
                continue
            attributes.append({"key": column.name, "value": self._value(column, whole, value)})
            text = None if value is None else format_value(self._store, column, whole, value)
            if text is not None and column.kind is not Kind.MONEY:
                formatted.append({"key": column.name, "value": text})
        return {
            "__type": f"Entity:{CONTRACTS}", "Attributes": attributes, "EntityState": None,
            "FormattedValues": formatted, "Id": row_id, "KeyAttributes": [], "LogicalName": table.name,
            "RelatedEntities": [], "RowVersion": None,
        }  # fmt: skip

    def _value(self, column: Column, row: Mapping[str, Any], value: Any) -> Any:
        if value is None:
            return None
        if column.kind in OPTION_KINDS:
            return {"__type": f"OptionSetValue:{CONTRACTS}", "Value": value}
        if column.kind is Kind.MONEY:
            return {"__type": f"Money:{CONTRACTS}", "Value": value}
        if column.kind in LOOKUP_KINDS:
            return self._reference(target_of(column, row), value)
        if column.kind in {Kind.DATETIME, Kind.DATE}:
            moment = datetime.fromisoformat(value if "T" in value else f"{value}T00:00:00+00:00")
            return date(moment)
        return value

    def _reference(self, table: str, row_id: str, name: str | None = None) -> dict[str, Any]:
        return {
            "__type": f"EntityReference:{CONTRACTS}", "Id": row_id, "KeyAttributes": [], "LogicalName": table,
            "Name": name, "RowVersion": None,
        }  # fmt: skip

    # --- people ----------------------------------------------------------------------------------------------------

    def _writer(self, change: Change) -> str:
        row: Row = change.after or change.before or {}
        return str(row.get("_modifiedby_value") or next(iter(self._store.rows["systemuser"].by_id), NOBODY))

    def _object_id(self, user_id: str) -> str:
        user = self._store.get("systemuser", user_id) or {}
        return str(user.get("azureactivedirectoryobjectid") or NOBODY)


def _parent(context: dict[str, Any], event: Event, shared: Pairs) -> dict[str, Any]:
    """The context of the operation itself, which that of an asynchronous step carries."""
    kinds = {"__type": STRING_PAIR, "key": event.table, "value": event.changes[0].message}
    return context | {
        "Stage": MAIN_OPERATION, "PostEntityImages": [], "PreEntityImages": [], "OperationId": NOBODY,
        "SharedVariables": [*shared, {"key": "ChangedEntityTypes", "value": [kinds]}],
    }  # fmt: skip


def date(moment: datetime) -> str:
    """A moment as JSON of the data contracts has it; the offset is for display only."""
    return f"/Date({int(moment.timestamp() * 1000)}+0000)/"


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """A value where the contract itself says of which type it is."""
    return {name: each for name, each in value.items() if name != "__type"}


def _encode(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def groups(changes: Iterable[Change]) -> dict[tuple[str, str, str], list[Change]]:
    """The changes of a transaction by message, table and operation."""
    found: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        by_request = isinstance(change.by, Operation) and change.by.user_id is not None
        request = change.by.request_id if by_request else ""
        found.setdefault((change.message, change.table, request), []).append(change)
    return found
