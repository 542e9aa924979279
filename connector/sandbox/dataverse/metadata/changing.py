"""Tables, columns and alternate keys changed by clients. Creating a column stands in `customizing`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import (
    DUPLICATE_COLUMN,
    INVALID_ARGUMENT,
    OBJECT_DOES_NOT_EXIST,
    ODataError,
    bad_payload,
    not_implemented,
)
from connector.sandbox.dataverse.keys import check_unique
from connector.sandbox.dataverse.metadata.definitions import (
    SCHEMA_NAME,
    allowed_properties,
    read_definition,
    read_labels,
)
from connector.sandbox.dataverse.metadata.documents import CRM, column_document, option_set_document, table_document
from connector.sandbox.dataverse.schema import ENGLISH, AlternateKey, Column, Kind, Table, stable_id, table
from connector.sandbox.dataverse.store import Rows, Store
from connector.sandbox.dataverse.tables.columns import active_state, owner

KEYABLE = frozenset(
    {Kind.STRING, Kind.INTEGER, Kind.DECIMAL, Kind.DATETIME, Kind.DATE, Kind.CHOICE, Kind.LOOKUP, Kind.CUSTOMER}
)
MAX_KEYS, MAX_KEY_COLUMNS, MAX_KEY_BYTES = 10, 16, 900
FIRST_TYPE_CODE = 10_000
IN_USE = "0x8004f01f"
_TABLE = frozenset(
    {
        "@odata.type", "SchemaName", "LogicalName", "DisplayName", "DisplayCollectionName", "Description", "Attributes",
        "OwnershipType", "HasActivities", "HasNotes", "IsActivity", "PrimaryNameAttribute", "ChangeTrackingEnabled",
        "TableType", "EntitySetName", "LogicalCollectionName",
    }
)  # fmt: skip
_KEY = frozenset({"@odata.type", "SchemaName", "LogicalName", "KeyAttributes", "DisplayName"})


class Changing:
    """Changes tables of a store. Every method raises ODataError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # --- tables ----------------------------------------------------------------------------------------------------

    def create_table(self, body: Any, prefixes: frozenset[str]) -> Table:
        """Add the table that a body describes, with its columns."""
        declared = str(body.get("@odata.type", "")).lstrip("#")
        unknown = sorted(set(body) - _TABLE)
        if declared != f"{CRM}EntityMetadata" or unknown:
            raise bad_payload(f"The body is not a table ('{unknown[0] if unknown else '@odata.type'}').")
        name = body.get("SchemaName")
        if (
            not isinstance(name, str)
            or not SCHEMA_NAME.fullmatch(name)
            or name.partition("_")[0].lower() not in prefixes
        ):
            raise bad_payload(f"The value '{name}' of the property 'SchemaName' is not valid.", INVALID_ARGUMENT)
        if name.lower() in self._store.tables:
            raise bad_payload(f"An entity with the specified name {name.lower()} already exists.", DUPLICATE_COLUMN)
        labels = read_labels(body, "DisplayName"), read_labels(body, "DisplayCollectionName")
        if not all(labels):
            raise bad_payload("A table needs DisplayName and DisplayCollectionName.", INVALID_ARGUMENT)
        if body.get("IsActivity") or body.get("TableType", "Standard") != "Standard":
            raise not_implemented("the creation of activity, elastic and virtual tables")
        columns, primary = _columns(body, prefixes)
        made = _build(body, name, columns, primary)
        made.labels = labels
        with self._store.lock:
            self._store.tables[made.name], self._store.rows[made.name] = made, Rows(made)
        return made

    def change_table(self, changed: Table, body: Any) -> None:
        """PUT of a definition: change tracking, labels; what else it says must be as it is."""
        now = table_document(changed)
        for name, value in body.items():
            if name in {"ChangeTrackingEnabled", "HasChanged", "@odata.type", "@odata.context", "Attributes"}:
                continue
            if name in {"DisplayName", "DisplayCollectionName", "Description"}:
                read_labels(body, name)
            elif name not in now:
                raise bad_payload(f"The property '{name}' does not exist on type '{CRM}EntityMetadata'.")
            elif value != now[name]:
                raise not_implemented(f"a change of '{name}' of a table")
        tracked = body.get("ChangeTrackingEnabled", changed.tracked)
        if changed.tracked and not tracked:
            raise bad_payload("Change tracking cannot be switched off once it is on.", INVALID_ARGUMENT)
        changed.tracked = bool(tracked)
        if "DisplayName" in body:
            changed.labels = read_labels(body, "DisplayName"), read_labels(body, "DisplayCollectionName")

    def delete_table(self, gone: Table) -> None:
        """Remove a table that a client created, with its rows and its many-to-many relationships."""
        if not gone.schema:
            raise bad_payload(f"The table '{gone.name}' belongs to the system and cannot be deleted.", "0x80045005")
        with self._store.lock:
            for other in list(self._store.tables.values()):
                if other is not gone and any(
                    each.table == gone.name for c in other.columns.values() for each in c.targets
                ):
                    raise bad_payload(f"The table '{gone.name}' is referred to by '{other.name}'.", IN_USE)
            for other in list(self._store.tables.values()):
                if other is gone or (other.intersect and gone.name in {side[0] for side in other.intersect.sides}):
                    del self._store.tables[other.name], self._store.rows[other.name]

    # --- columns ---------------------------------------------------------------------------------------------------

    def change_column(self, of: Table, column: Column, body: Any, *, merge_labels: bool) -> None:
        """PUT of a column's definition: labels and bounds, never its type or name."""
        if not column.schema:
            raise not_implemented("a change of a column that belongs to the system")
        known = column_document(of, column)
        declared = str(body.get("@odata.type", "")).lstrip("#")
        if declared != known["@odata.type"].lstrip("#"):
            raise bad_payload(f"The type '{declared}' is not that of the column '{column.name}'.", INVALID_ARGUMENT)
        allowed = allowed_properties(declared)
        unknown = sorted(name for name in body if name not in allowed and name not in known and "@odata" not in name)
        unknown = [name for name in unknown if name not in {"HasChanged", "OptionSet", "GlobalOptionSet"}]
        if unknown:
            raise bad_payload(f"The property '{unknown[0]}' does not exist on type '{declared}'.")
        wanted = {name: value for name, value in body.items() if name in allowed and name != "IsPrimaryName"}
        wanted.setdefault("SchemaName", column.schema)
        if "OptionSet" in allowed:  # options change by actions of their own
            wanted["OptionSet"] = option_set_document(of, column)
        made = read_definition({name: value for name, value in wanted.items() if value is not None})
        if made.name != column.name:
            raise bad_payload("The name of a column cannot be changed.", INVALID_ARGUMENT)
        if merge_labels:
            made = replace(made, labels={**column.labels, **made.labels}, notes={**column.notes, **made.notes})
        of.add_column(replace(made, options=column.options, default=column.default))
        self._store.expire_tokens()

    def delete_column(self, of: Table, column: Column) -> None:
        """Remove a column that a client created, with its values."""
        if not column.custom or column.name in {of.key, of.primary_name}:
            raise bad_payload(f"The column '{column.name}' cannot be deleted.", "0x80045005")
        if column.targets:
            raise bad_payload(f"Delete the relationship of the lookup '{column.name}' instead.", INVALID_ARGUMENT)
        if any(column.name in key.columns for key in of.keys.values()):
            raise bad_payload(f"The column '{column.name}' is part of an alternate key.", IN_USE)
        with self._store.lock:
            of.remove_column(column.name)
            self._store.forget(of.name, column.field, column.type_field)
            self._store.expire_tokens()

    # --- alternate keys --------------------------------------------------------------------------------------------

    def create_key(self, of: Table, body: Any) -> AlternateKey:
        """Add an alternate key; rows must not already break it."""
        unknown = sorted(set(body) - _KEY)
        if unknown:
            raise bad_payload(f"The property '{unknown[0]}' does not exist on type '{CRM}EntityKeyMetadata'.")
        name, columns = body.get("SchemaName"), body.get("KeyAttributes")
        if not isinstance(name, str) or not SCHEMA_NAME.fullmatch(name):
            raise bad_payload(f"The value '{name}' of the property 'SchemaName' is not valid.", INVALID_ARGUMENT)
        if name.lower() in of.keys:
            raise bad_payload(f"An entity key with the name {name} already exists.", DUPLICATE_COLUMN)
        if len(of.keys) >= MAX_KEYS:
            raise bad_payload(f"A table has at most {MAX_KEYS} alternate keys.", INVALID_ARGUMENT)
        _check_key_columns(of, columns)
        made = AlternateKey(name, tuple(columns), read_labels(body, "DisplayName"))
        of.keys[name.lower()] = made
        try:
            for row in self._store.rows[of.name].after(""):
                check_unique(self._store, of, row, row[of.key])
        except ODataError:
            del of.keys[name.lower()]
            raise
        return made

    def delete_key(self, of: Table, key: str) -> None:
        """Remove the alternate key that an id or a name names."""
        del of.keys[find_key(of, key).schema.lower()]


def find_key(of: Table, key: str) -> AlternateKey:
    """The alternate key that an id or `LogicalName='x'` names; raises ODataError 404."""
    match = re.fullmatch(r"LogicalName='(\w+)'", key)
    for name, each in of.keys.items():
        if (match and match[1] == name) or key.lower() == stable_id("key", of.name, name):
            return each
    raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find an entity key '{key}'.")


def _check_key_columns(of: Table, columns: Any) -> None:
    if not isinstance(columns, list) or not 1 <= len(columns) <= MAX_KEY_COLUMNS or len(set(columns)) < len(columns):
        raise bad_payload(f"An alternate key has 1 to {MAX_KEY_COLUMNS} columns.", INVALID_ARGUMENT)
    size = 0
    for name in columns:
        column = of.columns.get(name)
        if column is None or column.kind not in KEYABLE:
            raise bad_payload(f"The column '{name}' cannot be part of an alternate key.", INVALID_ARGUMENT)
        size += 2 * column.max_length if column.kind is Kind.STRING else 16
    if size > MAX_KEY_BYTES:
        raise bad_payload(f"An alternate key has at most {MAX_KEY_BYTES} bytes.", INVALID_ARGUMENT)


def _columns(body: Mapping[str, Any], prefixes: frozenset[str]) -> tuple[list[Column], Column]:
    """The columns of a new table, and which of them has its rows' names."""
    listed = body.get("Attributes")
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise bad_payload("A table needs its primary name column among Attributes.", INVALID_ARGUMENT)
    columns, primary = [], []
    for each in listed:
        plain = dict(each)
        named = plain.pop("IsPrimaryName", False)
        made = read_definition(plain)
        if made.name.partition("_")[0] not in prefixes:
            raise bad_payload(f"The schema name '{made.schema}' has no prefix of a publisher.", INVALID_ARGUMENT)
        columns.append(made)
        if named:
            primary.append(made)
    if len(primary) != 1 or primary[0].kind is not Kind.STRING:
        raise bad_payload("A table has exactly one primary name column, a text.", INVALID_ARGUMENT)
    return columns, primary[0]


def _build(body: Mapping[str, Any], name: str, columns: list[Column], primary: Column) -> Table:
    ownership = body.get("OwnershipType", "UserOwned")
    if ownership not in {"UserOwned", "OrganizationOwned"}:
        raise bad_payload(f"The value '{ownership}' of the property 'OwnershipType' is not valid.", INVALID_ARGUMENT)
    owned = owner() if ownership == "UserOwned" else []
    logical = name.lower()
    code = FIRST_TYPE_CODE + int(stable_id("code", logical)[:3], 16)
    made = table(
        logical, body.get("EntitySetName") or plural(logical), [*columns, *owned, *active_state()],
        primary_name=primary.name, type_code=code, label=read_labels(body, "DisplayName").get(ENGLISH, name),
    )  # fmt: skip
    made.schema, made.tracked = name, bool(body.get("ChangeTrackingEnabled", False))
    return made


def plural(name: str) -> str:
    """The set name that Dataverse gives a table."""
    if name.endswith(("s", "x", "z", "ch", "sh")):
        return f"{name}es"
    return f"{name[:-1]}ies" if re.search(r"[^aeiou]y$", name) else f"{name}s"
