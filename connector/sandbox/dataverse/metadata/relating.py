"""Relationships created and deleted by clients: a lookup column, or a table between two others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import (
    DUPLICATE_COLUMN,
    INVALID_ARGUMENT,
    OBJECT_DOES_NOT_EXIST,
    ODataError,
    bad_payload,
)
from connector.sandbox.dataverse.metadata.definitions import read_definition
from connector.sandbox.dataverse.metadata.documents import CRM
from connector.sandbox.dataverse.relationships import relationship_name
from connector.sandbox.dataverse.schema import Column, Intersect, Kind, Table, Target, stable_id, table
from connector.sandbox.dataverse.store import Rows, Store

ONE_TO_MANY, MANY_TO_MANY = "OneToManyRelationshipMetadata", "ManyToManyRelationshipMetadata"
Document = dict[str, Any]
_ONE = frozenset(
    {
        "@odata.type", "SchemaName", "ReferencedEntity", "ReferencingEntity", "ReferencedAttribute",
        "ReferencingAttribute", "CascadeConfiguration", "AssociatedMenuConfiguration", "Lookup", "IsCustomizable",
        "IsValidForAdvancedFind", "SecurityTypes", "ReferencedEntityNavigationPropertyName",
        "ReferencingEntityNavigationPropertyName",
    }
)  # fmt: skip
_MANY = frozenset(
    {
        "@odata.type", "SchemaName", "Entity1LogicalName", "Entity2LogicalName", "IntersectEntityName",
        "Entity1AssociatedMenuConfiguration", "Entity2AssociatedMenuConfiguration", "IsCustomizable",
        "IsValidForAdvancedFind", "SecurityTypes", "Entity1NavigationPropertyName", "Entity2NavigationPropertyName",
    }
)  # fmt: skip
CASCADES = frozenset({"Assign", "Delete", "Merge", "Reparent", "Share", "Unshare", "RollupView", "Archive"})
_NEXT_CODE = 12_000


def many_to_one(tables: Mapping[str, Table], of: Table) -> list[Document]:
    """The relationships by which a table's lookups lead to others."""
    return [
        {
            "@odata.type": f"#{CRM}{ONE_TO_MANY}",
            "MetadataId": stable_id("relationship", of.name, column.name, target.table),
            "SchemaName": relationship_name(of, column, target),
            "RelationshipType": "OneToManyRelationship",
            "IsCustomRelationship": bool(target.relationship),
            "IsManaged": not target.relationship,
            "ReferencingEntity": of.name,
            "ReferencingAttribute": column.name,
            "ReferencingEntityNavigationPropertyName": target.navigation,
            "ReferencedEntity": target.table,
            "ReferencedAttribute": tables[target.table].key if target.table in tables else f"{target.table}id",
            "ReferencedEntityNavigationPropertyName": relationship_name(of, column, target),
        }
        for column in of.columns.values()
        for target in column.targets
        if target.navigation
    ]


def one_to_many(tables: Mapping[str, Table], of: Table) -> list[Document]:
    """The relationships by which others lead to a table."""
    found = (each for other in tables.values() for each in many_to_one(tables, other))
    return [each for each in found if each["ReferencedEntity"] == of.name]


def many_to_many(tables: Mapping[str, Table], of: Table | None = None) -> list[Document]:
    """The many-to-many relationships of a table, or all."""
    documents = []
    for between in tables.values():
        if between.intersect is None:
            continue
        (one, here, first), (two, there, second) = between.intersect.sides
        if of is None or of.name in {one, two}:
            documents.append(
                {
                    "@odata.type": f"#{CRM}{MANY_TO_MANY}",
                    "MetadataId": stable_id("relationship", between.name),
                    "SchemaName": between.intersect.relationship,
                    "RelationshipType": "ManyToManyRelationship",
                    "IsCustomRelationship": True,
                    "IsManaged": False,
                    "IntersectEntityName": between.name,
                    "Entity1LogicalName": one,
                    "Entity1IntersectAttribute": here,
                    "Entity1NavigationPropertyName": first,
                    "Entity2LogicalName": two,
                    "Entity2IntersectAttribute": there,
                    "Entity2NavigationPropertyName": second,
                }
            )
    return documents


def all_relationships(tables: Mapping[str, Table]) -> Iterator[Document]:
    """Every relationship, as RelationshipDefinitions lists them."""
    for each in tables.values():
        yield from many_to_one(tables, each)
    yield from many_to_many(tables)


class Relating:
    """Creates and deletes relationships. Every method raises ODataError."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def create(self, body: Any, prefixes: frozenset[str]) -> str:
        """Add what a body describes; the relationship's id."""
        declared = str(body.get("@odata.type", "")).lstrip("#").removeprefix(CRM)
        allowed = {ONE_TO_MANY: _ONE, MANY_TO_MANY: _MANY}.get(declared)
        if allowed is None:
            raise bad_payload("The body must name its type, a one-to-many or many-to-many relationship.")
        unknown = sorted(set(body) - allowed)
        if unknown:
            raise bad_payload(f"The property '{unknown[0]}' does not exist on type '{CRM}{declared}'.")
        name = body.get("SchemaName")
        if not isinstance(name, str) or not name.isidentifier() or len(name) > 100:  # noqa: PLR2004  # Dataverse's limit
            raise bad_payload(f"The value '{name}' of the property 'SchemaName' is not valid.", INVALID_ARGUMENT)
        if any(each["SchemaName"].lower() == name.lower() for each in all_relationships(self._store.tables)):
            raise bad_payload(f"A relationship with the name {name} already exists.", DUPLICATE_COLUMN)
        with self._store.lock:
            return self._lookup(body, name, prefixes) if declared == ONE_TO_MANY else self._between(body, name)

    def delete(self, relationship_id: str) -> None:
        """Remove a relationship that a client created, with its column or its table between."""
        for each in self._store.tables.values():
            if each.intersect is not None and stable_id("relationship", each.name) == relationship_id:
                del self._store.tables[each.name], self._store.rows[each.name]
                return
            for column in list(each.columns.values()):
                for target in column.targets:
                    if stable_id("relationship", each.name, column.name, target.table) == relationship_id:
                        self._remove(each, column, target)
                        return
        raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"Could not find relationship {relationship_id}.")

    def _remove(self, owner: Table, column: Column, target: Target) -> None:
        if not target.relationship:
            raise bad_payload("A relationship that belongs to the system cannot be deleted.", "0x80045005")
        owner.remove_column(column.name)
        self._store.forget(owner.name, column.field, column.type_field)
        self._store.expire_tokens()

    def _table(self, body: Any, name: str) -> Table:
        found = self._store.tables.get(str(body.get(name)))
        if found is None:
            message = f"The entity with a name = '{body.get(name)}' was not found in the MetadataCache."
            raise ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, message)
        return found

    def _lookup(self, body: Any, name: str, prefixes: frozenset[str]) -> str:
        parent, child = self._table(body, "ReferencedEntity"), self._table(body, "ReferencingEntity")
        if body.get("ReferencedAttribute", parent.key) != parent.key:
            raise bad_payload(f"The relationship must refer to '{parent.key}'.", INVALID_ARGUMENT)
        cascade = body.get("CascadeConfiguration", {})
        if not isinstance(cascade, dict) or set(cascade) - CASCADES:
            raise bad_payload("The CascadeConfiguration is not valid.", INVALID_ARGUMENT)
        lookup = body.get("Lookup")
        if not isinstance(lookup, dict):
            raise bad_payload("A one-to-many relationship needs its Lookup.", INVALID_ARGUMENT)
        plain = dict(lookup)
        plain.pop("Targets", None)
        made = read_definition(plain | {"@odata.type": lookup.get("@odata.type", "")}, lookup=True)
        if made.name.partition("_")[0] not in prefixes:
            raise bad_payload(f"The schema name '{made.schema}' has no prefix of a publisher.", INVALID_ARGUMENT)
        if made.name in child.columns:
            raise bad_payload(f"An attribute with the specified name {made.schema} already exists", DUPLICATE_COLUMN)
        child.add_column(replace(made, kind=Kind.LOOKUP, targets=(Target(parent.name, made.schema, name),)))
        self._store.expire_tokens()
        return stable_id("relationship", child.name, made.name, parent.name)

    def _between(self, body: Any, name: str) -> str:
        one, two = self._table(body, "Entity1LogicalName"), self._table(body, "Entity2LogicalName")
        between = str(body.get("IntersectEntityName") or name).lower()
        if between in self._store.tables:
            raise bad_payload(f"An entity with the name {between} already exists.", DUPLICATE_COLUMN)
        same = one is two
        here, there = (f"{one.key}one", f"{one.key}two") if same else (one.key, two.key)
        first = body.get("Entity1NavigationPropertyName") or name
        second = body.get("Entity2NavigationPropertyName") or (f"{name}_2" if same else name)
        made = table(
            between, f"{between}set", [Column(here, Kind.ID), Column(there, Kind.ID)], primary_name=f"{between}id",
            type_code=_NEXT_CODE + len(self._store.tables),
        )  # fmt: skip
        made.schema = str(body.get("IntersectEntityName") or name)
        made.intersect = Intersect(name, ((one.name, here, first), (two.name, there, second)))
        self._store.tables[between], self._store.rows[between] = made, Rows(made)
        return stable_id("relationship", between)
