"""Merging two rows of a table: one stays, the other becomes inactive and names it, and activities follow."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, ODataError, bad_payload
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.tables.activities import ACTIVITIES
from connector.sandbox.dataverse.values import GUID
from connector.sandbox.dataverse.writing import Writing

INACTIVE = {"lead": (2, 7), "account": (1, 2), "contact": (1, 2)}
PARAMETERS = frozenset({"Target", "Subordinate", "UpdateContent", "PerformParentingChecks"})


class Merging:
    """Merges rows of a store."""

    def __init__(self, store: Store, writing: Writing) -> None:
        self._store = store
        self._writing = writing

    def act(self, body: Any, user_id: str) -> None:
        """Do what the body of the Merge action says. Raises ODataError."""
        if not isinstance(body, dict) or not {"Target", "Subordinate", "PerformParentingChecks"} <= body.keys():
            raise bad_payload("Merge needs Target, Subordinate and PerformParentingChecks.")
        unknown = sorted(body.keys() - PARAMETERS)
        if unknown:
            raise bad_payload(f"The parameter '{unknown[0]}' is not one of the operation 'Merge'.")
        table, survivor = self._row(body["Target"])
        other, merged = self._row(body["Subordinate"])
        if other is not table:
            raise _refused("Target and Subordinate must be rows of the same table.")
        content = body.get("UpdateContent")
        if content is None:
            content = {}
        if not isinstance(content, dict):
            raise bad_payload("UpdateContent must be an object.")
        given = {name: value for name, value in content.items() if name != table.key and not name.startswith("@")}
        self.merge(table, survivor, merged, user_id, given, checks=bool(body["PerformParentingChecks"]))

    def merge(
        self,
        table: Table,
        survivor: str,
        merged: str,
        user_id: str,
        content: Row | None = None,
        *,
        checks: bool = False,
    ) -> None:
        """Merge one row into another, which takes the `content` on. Raises ODataError."""
        if survivor == merged:
            raise _refused("A row cannot be merged with itself.")
        with self._store.transaction():
            target, subordinate = (self._store.require(table.name, row_id) for row_id in (survivor, merged))
            if subordinate.get("merged"):
                raise _refused("The subordinate was merged before.")
            if target.get("statecode", 0) != 0:
                raise _refused("The target of a merge must be active.")
            if content:
                self._writing.update(table, target, content, user_id)
            self._follow(table, survivor, merged)
            state, reason = INACTIVE[table.name]
            fields = {
                "statecode": state, "statuscode": reason, "merged": True, "_masterid_value": survivor,
                "_modifiedby_value": user_id,
            }  # fmt: skip
            self._store.update(table.name, merged, fields)
            sent = {"SubordinateId": merged, "UpdateContent": content or {}, "PerformParentingChecks": checks}
            after = self._store.require(table.name, survivor)
            self._store.note("Merge", table.name, survivor, sent, target, after)

    def _follow(self, table: Table, survivor: str, merged: str) -> None:
        for name in ACTIVITIES:
            rows = self._store.rows[name].by_id
            regarding = [
                row_id
                for row_id, row in rows.items()
                if row.get("_regardingobjectid_value") == merged
                and row.get("_regardingobjectid_value@table", "lead") == table.name
            ]
            for row_id in regarding:
                self._store.update(name, row_id, {"_regardingobjectid_value": survivor})

    def _row(self, value: Any) -> tuple[Table, str]:
        kind = value.get("@odata.type", "") if isinstance(value, dict) else ""
        name = str(kind).removeprefix("#").removeprefix("Microsoft.Dynamics.CRM.")
        if name not in INACTIVE:
            raise bad_payload(f"'{name}' is not a table whose rows can be merged: give @odata.type.")
        table = self._store.tables[name]
        row_id = str(value.get(table.key, ""))
        if not GUID.fullmatch(row_id):
            raise bad_payload(f"The row to merge needs its '{table.key}'.")
        return table, row_id.lower()


def _refused(message: str) -> ODataError:
    return ODataError(HTTPStatus.BAD_REQUEST, INVALID_ARGUMENT, message)
