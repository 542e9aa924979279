"""Creating, updating and deleting rows: conditions, bodies, links, pairs of state and status reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from connector.sandbox.dataverse.errors import (
    BAD_STATUS_PAIR,
    DUPLICATE_RECORD,
    DUPLICATES_FOUND,
    INVALID_ARGUMENT,
    READ_ONLY,
    ODataError,
    bad_payload,
    not_implemented,
    stale_row,
)
from connector.sandbox.dataverse.keys import Address, check_unique, fold, read_reference
from connector.sandbox.dataverse.schema import LOOKUP_KINDS, Column, Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.values import accept

BIND = "@odata.bind"
_ETAG = re.compile(r'W/"(\d+)"')


@dataclass(frozen=True, slots=True)
class Condition:
    """When a write may happen. `version` None with `must_exist`: any version (`If-Match: *`)."""

    must_exist: bool = False
    must_be_new: bool = False
    version: int | None = None


def read_condition(table: Table, headers: Mapping[str, str]) -> Condition:
    """The condition that If-Match and If-None-Match put. Raises ODataError."""
    if headers.get("if-none-match") == "*":
        return Condition(must_be_new=True)
    wanted = headers.get("if-match")
    if wanted is None:
        return Condition()
    if wanted == "*":
        return Condition(must_exist=True)
    match = _ETAG.fullmatch(wanted)
    if match is None:
        message = "The ETag value specified in one of the request headers is not valid."
        raise ODataError(HTTPStatus.BAD_REQUEST, INVALID_ARGUMENT, message)
    if not table.guarded:
        message = f"Optimistic concurrency isn't enabled for entity type {table.name}."
        raise ODataError(HTTPStatus.BAD_REQUEST, "0x8006088d", message)
    return Condition(must_exist=True, version=int(match[1]))


class Writing:
    """Writes to a store. `closed_read_only`: rows that are not open refuse changes, as some environments do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.closed_read_only = False
        self.duplicate_columns: dict[str, str] = {}  # a duplicate detection rule: table -> the column that must differ
        self.duplicate_status: int = HTTPStatus.PRECONDITION_FAILED  # 500 in older descriptions

    def create(self, table: Table, body: Any, user_id: str, address: Address | None = None) -> Row:
        """Add a row; its id from the address, the body, or a new one. Raises ODataError."""
        values = self._changes(table, body, creating=True)
        named = Address(table, None, {}) if address is None else address
        given = values.pop(table.key, None)
        new_id: str = named.row_id or given or str(uuid4())
        if self._store.get(table.name, new_id) is not None:
            message = "A record with matching key values already exists."
            raise ODataError(HTTPStatus.PRECONDITION_FAILED, DUPLICATE_RECORD, message)
        self._pair(table, values, {}, new_id)
        signed = {"_createdby_value": user_id, "_modifiedby_value": user_id, "_ownerid_value": user_id}
        known = {field: value for field, value in signed.items() if field in table.fields}
        with self._store.transaction():
            row = {**known, **values, **named.values, table.key: new_id}
            check_unique(self._store, table, row, new_id)
            return self._store.insert(table.name, row)

    def upsert(self, address: Address, body: Any, user_id: str, condition: Condition) -> tuple[Row, bool]:
        """Update or create a row as its condition says; the row, and whether it is new. Raises ODataError."""
        table = address.table
        with self._store.lock:
            row = address.require(self._store) if condition.must_exist else address.find(self._store)
            if row is None:
                return self.create(table, body, user_id, address), True
            if condition.must_be_new:
                return self.create(table, body, user_id, Address(table, row[table.key], {})), True
            return self.update(table, row, body, user_id, condition.version), False

    def update(self, table: Table, row: Row, body: Any, user_id: str, version: int | None = None) -> Row:
        """Change the columns named in a body. Raises ODataError."""
        row_id = row[table.key]
        if version is not None and row["versionnumber"] != version:
            raise stale_row()  # before what the body says is looked at: it speaks of another state of the row
        changes = self._changes(table, body, creating=False)
        if changes.pop(table.key, row_id) != row_id:
            raise bad_payload(f"The property '{table.key}' cannot be changed.", INVALID_ARGUMENT)
        self._pair(table, changes, row, row_id)
        if "_modifiedby_value" in table.fields:
            changes["_modifiedby_value"] = user_id
        with self._store.transaction():
            if table.keys:
                check_unique(self._store, table, row | changes, row_id)
            return self._store.update(table.name, row_id, changes, expected=version)

    def check_duplicates(self, table: Table, body: Any, row_id: str | None) -> None:
        """Raise ODataError where the rule of a table finds another row like this one; only on request."""
        name = self.duplicate_columns.get(table.name, "")
        value = fold(body.get(name)) if isinstance(body, dict) else None
        if value is None:
            return
        for row in self._store.rows[table.name].after(""):
            if row[table.key] != row_id and fold(row.get(name)) == value:
                message = (
                    "A record was not created or updated because a duplicate of the current record already exists."
                )
                raise ODataError(self.duplicate_status, DUPLICATES_FOUND, message)

    # --- bodies ----------------------------------------------------------------------------------------------------

    def _changes(self, table: Table, body: Any, *, creating: bool) -> Row:
        if not isinstance(body, dict):
            raise bad_payload("The request body is not an object.")
        changes: Row = {}
        for name, value in body.items():
            if name.endswith(BIND):
                changes |= self._bind(table, name.removesuffix(BIND), value, creating=creating)
            elif "@" not in name:  # annotations that clients send back are not data
                changes |= self._set(table, name, value, creating=creating)
        return changes

    def _set(self, table: Table, name: str, value: Any, *, creating: bool) -> Row:
        column = table.columns.get(name)
        if column is not None and column.kind not in LOOKUP_KINDS:
            _check_writable(table, column, creating=creating)
            return {column.field: accept(table, column, value)}
        if name in table.fields:
            raise bad_payload(
                f"CRM do not support direct update of Entity Reference properties ('{name}'), Use Navigation"
                " properties instead."
            )
        if name in table.navigations:
            if value is not None:
                raise not_implemented("deep insert and nested objects in a body")
            return self._bind(table, name, None, creating=creating)
        raise bad_payload(
            f"Error identified in Payload provided by the user for Entity :'{table.set_name}': The property '{name}'"
            f" does not exist on type 'Microsoft.Dynamics.CRM.{table.name}'. Make sure to only use property names that"
            " are defined by the type."
        )

    def _bind(self, table: Table, name: str, value: Any, *, creating: bool) -> Row:
        if name not in table.navigations:
            raise bad_payload(
                f"An undeclared property '{name}' which only has property annotations in the payload but no property"
                f" value was found on type 'Microsoft.Dynamics.CRM.{table.name}'."
            )
        column, target_name = table.navigations[name]
        _check_writable(table, column, creating=creating)
        if value is None:
            return {column.field: None}
        target = self._store.tables[target_name]
        address = read_reference(self._store, value)
        ways = {each.table for each in column.targets if each.navigation == name}  # an owner is a user or a team
        if address is None or address.table.name not in ways:
            raise bad_payload(f"'{value}' is not a reference to a row of '{target.set_name}'.")
        changes: Row = {column.field: address.require(self._store)[address.table.key]}
        if len(column.targets) > 1:
            changes[column.type_field] = address.table.name
        return changes

    def _pair(self, table: Table, changes: Row, row: Row, row_id: str) -> None:
        """Keep state and status reason together."""
        if "statecode" not in table.columns:
            return
        old_state = row.get("statecode", 0)
        if self.closed_read_only and old_state != 0 and changes.get("statecode", old_state) == old_state:
            raise ODataError(
                HTTPStatus.BAD_REQUEST,
                READ_ONLY,
                f"The {table.name} with id {row_id} is read-only in its current state.",
            )
        if "statecode" not in changes and "statuscode" not in changes:
            return
        state, status = changes.get("statecode", old_state), changes.get("statuscode")
        option = None if state is None else table.columns["statecode"].option(state)
        if option is None:
            raise bad_payload("The property 'statecode' cannot be null.", INVALID_ARGUMENT)
        if status is None:
            changes["statuscode"] = option.default_status
            return
        reason = table.columns["statuscode"].option(status)
        if reason is None or reason.state != state:
            raise ODataError(
                HTTPStatus.BAD_REQUEST, BAD_STATUS_PAIR,
                f"{status} is not a valid status code for state code {table.schema_name}State.{option.label()} on"
                f" {table.name} with Id {row_id}.",
            )  # fmt: skip


def _check_writable(table: Table, column: Column, *, creating: bool) -> None:
    if not (column.create if creating else column.update or column.name == table.key):
        verb = "create" if creating else "update"
        raise bad_payload(f"The property '{column.name}' of '{table.name}' is not valid for {verb}.", INVALID_ARGUMENT)
