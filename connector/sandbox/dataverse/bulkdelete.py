"""The BulkDelete action: a job that deletes what queries find. Here it is done when the answer leaves."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.errors import bad_payload, not_implemented
from connector.sandbox.dataverse.keys import fold
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store

PARAMETERS = frozenset(
    {
        "QuerySet", "JobName", "SendEmailNotification", "ToRecipients", "CCRecipients", "RecurrencePattern",
        "StartDateTime", "SourceImportId", "RunNow",
    }
)  # fmt: skip
REQUIRED = ("QuerySet", "JobName", "SendEmailNotification", "ToRecipients", "CCRecipients", "RecurrencePattern")
OPERATORS = {"Equal": False, "In": False, "NotEqual": True, "NotIn": True}  # whether the condition is turned round


def bulk_delete(store: Store, access: Access, body: Mapping[str, Any], user_id: str) -> str:
    """Delete the rows that every query of a body finds; the job's id. Raises ODataError."""
    unknown = sorted(set(body) - PARAMETERS)
    if unknown:
        raise bad_payload(f"The parameter '{unknown[0]}' is not one of the operation 'BulkDelete'.")
    missing = [name for name in REQUIRED if name not in body]
    if missing:
        raise bad_payload(f"The parameter '{missing[0]}' of the operation 'BulkDelete' is missing.")
    if body["RecurrencePattern"]:
        raise not_implemented("jobs that recur")
    queries = body["QuerySet"]
    if not isinstance(queries, list) or not all(isinstance(each, dict) for each in queries):
        raise bad_payload("The parameter 'QuerySet' must be a list of queries.")
    with store.transaction():
        for query in queries:
            table = store.tables.get(str(query.get("EntityName")))
            if table is None:
                raise bad_payload(f"The entity '{query.get('EntityName')}' of a query does not exist.")
            access.require("Delete", table, user_id)
            gone = [
                row[table.key] for row in store.rows[table.name].after("") if _fits(table, row, query.get("Criteria"))
            ]
            for row_id in gone:
                store.delete(table.name, row_id)
    return str(uuid.uuid4())


def _fits(table: Table, row: Row, criteria: Any) -> bool:
    if not isinstance(criteria, dict):
        return True
    if criteria.get("Filters"):
        raise not_implemented("nested filters in BulkDelete")
    found = [_holds(table, row, each) for each in criteria.get("Conditions", [])]
    return any(found) if criteria.get("FilterOperator") == "Or" else all(found)


def _holds(table: Table, row: Row, condition: Mapping[str, Any]) -> bool:
    operator, column = condition.get("Operator"), table.columns.get(str(condition.get("AttributeName")))
    if column is None:
        raise bad_payload(f"'{table.name}' has no column '{condition.get('AttributeName')}'.")
    if operator not in OPERATORS:
        raise not_implemented(f"the operator '{operator}' in BulkDelete")
    values = [each.get("Value") if isinstance(each, dict) else each for each in condition.get("Values", [])]
    return (fold(row.get(column.field)) in [fold(value) for value in values]) is not OPERATORS[operator]
