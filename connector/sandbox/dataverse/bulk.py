"""The bulk messages of a table: many rows in one request, all of them or none. No conditions: targets have no etags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.access import Access
from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, OBJECT_DOES_NOT_EXIST, ODataError, bad_payload
from connector.sandbox.dataverse.keys import Address, read_key, read_reference
from connector.sandbox.dataverse.schema import Row, Table
from connector.sandbox.dataverse.store import Store
from connector.sandbox.dataverse.writing import Condition, Writing

CRM = "Microsoft.Dynamics.CRM."


class Bulk:
    """CreateMultiple, UpdateMultiple and UpsertMultiple. `without` names tables that do not offer them."""

    def __init__(self, store: Store, access: Access, writing: Writing, spring: Callable[[str, Any], None]) -> None:
        self.without: set[str] = set()
        self._store = store
        self._access = access
        self._writing = writing
        self._spring = spring

    def run(self, table: Table, message: str, body: Any, user_id: str) -> list[str] | None:
        """Do what the message says with every target; the ids where rows are created. Raises ODataError."""
        if table.name in self.without:
            raise bad_payload(f"The message '{message}' is not supported for '{table.name}'.", INVALID_ARGUMENT)
        if message == "DeleteMultiple":
            raise bad_payload("DeleteMultiple is supported for elastic tables only.", INVALID_ARGUMENT)
        targets = _targets(table, message, body)
        verbs = {"CreateMultiple": ("Create",), "UpdateMultiple": ("Write",)}.get(message, ("Create", "Write"))
        for verb in verbs:
            self._access.require(verb, table, user_id)
        with self._store.transaction():
            if message == "CreateMultiple":
                return [self._writing.create(table, target, user_id)[table.key] for target in targets]
            addresses = [self._address(table, target) for target in targets]
            if message == "UpdateMultiple":
                self._check_there(table, addresses)
            for address, target in zip(addresses, targets, strict=True):
                self._write(address, target, user_id)
        return None

    def _write(self, address: Address, target: Row, user_id: str) -> None:
        row = address.find(self._store)
        if row is not None:
            self._spring(row[address.table.key], target)
        self._writing.upsert(address, target, user_id, Condition())

    def _address(self, table: Table, target: Row) -> Address:
        """The row that a target names, by its id or by `@odata.id`; both are taken out of the target."""
        reference = target.pop("@odata.id", None)
        if reference is not None:
            found = read_reference(self._store, reference)
            if found is None or found.table is not table:
                raise bad_payload(f"'{reference}' is not a reference to a row of '{table.set_name}'.")
            return found
        row_id = target.pop(table.key, None)
        if not isinstance(row_id, str):
            raise bad_payload(f"A target has neither '{table.key}' nor '@odata.id'.", INVALID_ARGUMENT)
        return read_key(table, row_id)

    def _check_there(self, table: Table, addresses: list[Address]) -> None:
        missing = [each for each in addresses if each.find(self._store) is None]
        if missing:
            named = ", ".join(each.row_id or str(dict(each.values)) for each in missing)
            message = f"{table.name} With Ids = {named} Do Not Exist"
            raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, message)


def _targets(table: Table, message: str, body: Mapping[str, Any]) -> list[Row]:
    unknown = sorted(set(body) - {"Targets"})
    if unknown:
        raise bad_payload(f"The parameter '{unknown[0]}' is not one of '{message}'.")
    targets = body.get("Targets")
    if not isinstance(targets, list) or not targets or not all(isinstance(each, dict) for each in targets):
        raise bad_payload(f"The parameter 'Targets' of '{message}' must be a list of rows.", INVALID_ARGUMENT)
    for each in targets:
        if str(each.get("@odata.type", "")).lstrip("#") != f"{CRM}{table.name}":
            raise bad_payload(f"Every target must name its type, '{CRM}{table.name}', as '@odata.type'.")
    return [dict(each) for each in targets]
