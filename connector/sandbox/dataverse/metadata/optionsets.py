"""Choices: sets of options that several columns share, and options added to or taken from existing columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import (
    INVALID_ARGUMENT,
    OBJECT_DOES_NOT_EXIST,
    ODataError,
    bad_payload,
)
from connector.sandbox.dataverse.metadata.definitions import is_whole, read_labels, read_options
from connector.sandbox.dataverse.metadata.documents import CRM, label_document, option_document
from connector.sandbox.dataverse.schema import OPTION_KINDS, Column, Kind, Option, Table, stable_id
from connector.sandbox.dataverse.store import Store

FIRST_CUSTOM_VALUE = 100_000_000
_CREATED = frozenset({"@odata.type", "Name", "DisplayName", "Description", "IsGlobal", "OptionSetType", "Options"})
_INSERTED = frozenset(
    {"EntityLogicalName", "AttributeLogicalName", "Label", "Value", "Description", "SolutionUniqueName"}
)


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """A global choice."""

    name: str
    labels: dict[int, str]
    options: tuple[Option, ...]

    @property
    def id(self) -> str:
        """Its MetadataId."""
        return stable_id("global options", self.name)

    def document(self) -> dict[str, Any]:
        """Its description."""
        return {
            "@odata.type": f"#{CRM}OptionSetMetadata",
            "MetadataId": self.id,
            "Name": self.name,
            "IsGlobal": True,
            "IsCustomOptionSet": True,
            "IsManaged": False,
            "OptionSetType": "Picklist",
            "DisplayName": label_document(self.labels),
            "Options": [option_document(option, Kind.CHOICE) for option in self.options],
        }


class OptionSets:
    """The global choices, which columns use them, and changes of options. Every method raises ODataError."""

    def __init__(self, store: Store) -> None:
        self.known: dict[str, GlobalOptions] = {}
        self.used: dict[tuple[str, str], str] = {}  # table and column -> the name of the global choice
        self._store = store

    def create(self, body: Any, prefixes: frozenset[str]) -> GlobalOptions:
        """Add a global choice."""
        unknown = sorted(set(body) - _CREATED)
        if unknown or str(body.get("@odata.type", "")).lstrip("#") != f"{CRM}OptionSetMetadata":
            raise bad_payload(f"The body is not a global choice ({unknown[0] if unknown else '@odata.type'}).")
        name = body.get("Name")
        if not isinstance(name, str) or name.partition("_")[0].lower() not in prefixes or not name.isidentifier():
            raise bad_payload(f"The value '{name}' of the property 'Name' is not valid.", INVALID_ARGUMENT)
        if name.lower() in self.known:
            raise bad_payload(f"An OptionSet with the name {name} already exists.", "0x80044362")
        made = GlobalOptions(name.lower(), read_labels(body, "DisplayName"), read_options(body.get("Options")))
        self.known[made.name] = made
        return made

    def find(self, key: str) -> GlobalOptions:
        """The global choice that `Name='x'` or an id names."""
        text = key.removeprefix("Name=").strip("'").lower()
        for each in self.known.values():
            if text in {each.name, each.id}:
                return each
        raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find an optionset with key '{key}'.")

    def delete(self, key: str) -> None:
        """Remove a global choice that no column uses."""
        found = self.find(key)
        if found.name in self.used.values():
            raise bad_payload(f"The OptionSet '{found.name}' is used by a column.", "0x8004f01f")
        del self.known[found.name]

    # --- options of columns ----------------------------------------------------------------------------------------

    def insert(self, body: Any, *, status: bool) -> int:
        """InsertStatusValue and InsertOptionValue: add an option to a column; its value."""
        allowed = _INSERTED | ({"StateCode"} if status else {"OptionSetName"})
        unknown = sorted(set(body) - allowed)
        if unknown:
            raise bad_payload(f"The parameter '{unknown[0]}' is not one of this action.")
        table, column = self.column(body)
        if (column.kind is Kind.STATUS) is not status or column.kind not in OPTION_KINDS - {Kind.STATE}:
            raise bad_payload(f"The column '{column.name}' takes no option in this way.", INVALID_ARGUMENT)
        state: Any = body.get("StateCode") if status else None
        if status and (not is_whole(state) or table.columns["statecode"].option(state) is None):
            raise bad_payload(f"The value '{state}' of the parameter 'StateCode' is not valid.", INVALID_ARGUMENT)
        value = body.get("Value")
        if value is None:
            value = max((FIRST_CUSTOM_VALUE - 1, *(option.value for option in column.options))) + 1
        if not is_whole(value) or column.option(value) is not None:
            raise bad_payload(f"The value '{value}' of the parameter 'Value' is not valid, or in use.", "0x8004431b")
        option = replace(read_options([{"Value": value, "Label": body.get("Label")}])[0], state=state)
        self._set(table, column, (*column.options, option))
        found: int = value
        return found

    def remove(self, body: Any) -> None:
        """DeleteOptionValue: take an option from a column."""
        table, column = self.column(body)
        if column.option(body.get("Value", -1)) is None:
            raise bad_payload(f"The option '{body.get('Value')}' does not exist.", OBJECT_DOES_NOT_EXIST)
        self._set(table, column, tuple(option for option in column.options if option.value != body["Value"]))

    def column(self, body: Any) -> tuple[Table, Column]:
        """The table and the column that a body names."""
        table = self._store.tables.get(str(body.get("EntityLogicalName")))
        column = None if table is None else table.columns.get(str(body.get("AttributeLogicalName")))
        if table is None or column is None:
            named = f"{body.get('EntityLogicalName')}.{body.get('AttributeLogicalName')}"
            raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find the column '{named}'.")
        return table, column

    def _set(self, table: Table, column: Column, options: tuple[Option, ...]) -> None:
        table.add_column(replace(column, options=options))
        self._store.expire_tokens()
