"""Tables and columns as metadata documents, with labels in every installed language. No queries in here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.dataverse.schema import (
    ENGLISH,
    LOOKUP_KINDS,
    OPTION_KINDS,
    AlternateKey,
    Column,
    Kind,
    Option,
    Table,
    stable_id,
)

CRM = "Microsoft.Dynamics.CRM."
CASTS: dict[str, frozenset[Kind]] = {
    "PicklistAttributeMetadata": frozenset({Kind.CHOICE}),
    "StateAttributeMetadata": frozenset({Kind.STATE}),
    "StatusAttributeMetadata": frozenset({Kind.STATUS}),
    "BooleanAttributeMetadata": frozenset({Kind.BOOLEAN}),
    "StringAttributeMetadata": frozenset({Kind.STRING}),
    "MemoAttributeMetadata": frozenset({Kind.MEMO}),
    "IntegerAttributeMetadata": frozenset({Kind.INTEGER}),
    "BigIntAttributeMetadata": frozenset({Kind.BIGINT}),
    "DecimalAttributeMetadata": frozenset({Kind.DECIMAL}),
    "DoubleAttributeMetadata": frozenset({Kind.DOUBLE}),
    "MoneyAttributeMetadata": frozenset({Kind.MONEY}),
    "DateTimeAttributeMetadata": frozenset({Kind.DATETIME, Kind.DATE}),
    "LookupAttributeMetadata": LOOKUP_KINDS,
    "UniqueIdentifierAttributeMetadata": frozenset({Kind.ID}),
}
OPTION_CASTS = frozenset(name for name, kinds in CASTS.items() if kinds & (OPTION_KINDS | {Kind.BOOLEAN}))


def cast_of(column: Column) -> str:
    """The metadata type of a column."""
    return next(name for name, kinds in CASTS.items() if column.kind in kinds)


def label_document(labels: Mapping[int, str]) -> dict[str, Any]:
    """A label in all its languages; the user's language is English."""
    found = [
        {"Label": text, "LanguageCode": language, "IsManaged": True, "MetadataId": stable_id(text, str(language)),
         "HasChanged": None}
        for language, text in labels.items()
    ]  # fmt: skip
    return {"LocalizedLabels": found, "UserLocalizedLabel": next(iter(found), None)}


def _managed(value: Any, name: str) -> dict[str, Any]:
    return {"Value": value, "CanBeChanged": True, "ManagedPropertyLogicalName": name}


def table_document(table: Table) -> dict[str, Any]:
    """The definition of a table, without its columns."""
    return {
        "MetadataId": stable_id("table", table.name),
        "LogicalName": table.name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.set_name,
        "LogicalCollectionName": table.set_name,
        "CollectionSchemaName": table.set_name.capitalize(),
        "PrimaryIdAttribute": table.key,
        "PrimaryNameAttribute": table.primary_name,
        "ObjectTypeCode": table.type_code,
        "OwnershipType": "UserOwned" if "ownerid" in table.columns else "OrganizationOwned",
        "TableType": "Standard",
        "ChangeTrackingEnabled": table.tracked,
        "CanChangeTrackingBeEnabled": _managed(value=True, name="canchangetrackingbeenabled"),
        "IsOptimisticConcurrencyEnabled": table.guarded,
        "IsActivity": table.key == "activityid",
        "IsCustomEntity": bool(table.schema),
        "IsIntersect": table.intersect is not None,
        "IsManaged": not table.schema,
        "IsPrivate": False,
        "IsCustomizable": _managed(value=True, name="iscustomizable"),
        "CanCreateAttributes": _managed(value=True, name="cancreateattributes"),
        "DisplayName": label_document(table.labels[0] or {ENGLISH: table.label}),
        "DisplayCollectionName": label_document(table.labels[1] or {ENGLISH: f"{table.label}s"}),
        "Description": label_document({}),
    }


def column_document(table: Table, column: Column) -> dict[str, Any]:
    """The definition of a column: what all have, then what its type adds. Option sets are linked, not included."""
    return _what_all_have(table, column) | _type_properties(column)


def _what_all_have(table: Table, column: Column) -> dict[str, Any]:
    type_name = {Kind.DATE: "DateTime", Kind.ID: "Uniqueidentifier"}.get(column.kind, column.kind.value)
    labels = column.labels or {ENGLISH: column.label or column.name}
    return {
        "@odata.type": f"#{CRM}{cast_of(column)}",
        "MetadataId": stable_id("column", table.name, column.name),
        "LogicalName": column.name,
        "SchemaName": column.schema or (column.name if column.custom else column.name.capitalize()),
        "EntityLogicalName": table.name,
        "AttributeType": type_name,
        "AttributeTypeName": {"Value": f"{type_name}Type"},
        "AttributeOf": None,
        "ColumnNumber": list(table.columns).index(column.name) + 1,
        "IsValidForRead": True,
        "IsValidForCreate": column.create,
        "IsValidForUpdate": column.update,
        "IsPrimaryId": column.name == table.key,
        "IsPrimaryName": column.name == table.primary_name,
        "IsCustomAttribute": column.custom,
        "IsManaged": not column.custom,
        "IsLogical": False,
        "IsFilterable": True,
        "IsSecured": False,
        "RequiredLevel": _managed("None", "canmodifyrequirementlevelsettings"),
        "IsCustomizable": _managed(value=True, name="iscustomizable"),
        "DisplayName": label_document(labels),
        "Description": label_document(column.notes),
    }


def _type_properties(column: Column) -> dict[str, Any]:
    """What the type of a column adds to its definition."""
    day_only = column.kind is Kind.DATE
    whole = {"MinValue": int(column.minimum), "MaxValue": int(column.maximum), "Format": "None"}
    exact = {"MinValue": column.minimum, "MaxValue": column.maximum, "Precision": column.precision}
    text = {"MaxLength": column.max_length, "Format": "Text", "FormatName": {"Value": "Text"}}
    moment = {
        "Format": "DateOnly" if day_only else "DateAndTime",
        "DateTimeBehavior": {"Value": "DateOnly" if day_only else column.behavior},
    }
    link = {"Targets": [target.table for target in column.targets], "Format": "None"}
    choice = {"DefaultFormValue": -1 if column.default is None else column.default}
    additions: dict[str, dict[str, Any]] = {
        "StringAttributeMetadata": text,
        "MemoAttributeMetadata": text,
        "IntegerAttributeMetadata": whole,
        "DecimalAttributeMetadata": exact,
        "DoubleAttributeMetadata": exact,
        "MoneyAttributeMetadata": exact,
        "DateTimeAttributeMetadata": moment,
        "LookupAttributeMetadata": link,
        "PicklistAttributeMetadata": choice,
        "StateAttributeMetadata": choice,
        "StatusAttributeMetadata": choice,
        "BooleanAttributeMetadata": {"DefaultValue": bool(column.default)},
    }
    return additions.get(cast_of(column), {})


_SAMPLE = Column("sample", Kind.BIGINT)
COMMON_PROPERTIES = frozenset(_what_all_have(Table("sample", "", "", "", 0, {"sample": _SAMPLE}), _SAMPLE))


def option_document(option: Option, kind: Kind) -> dict[str, Any]:
    """One option as its kind of column describes it."""
    document: dict[str, Any] = {
        "Value": option.value, "Color": None, "IsManaged": True, "ExternalValue": "", "ParentValues": [], "Tag": None,
        "IsHidden": False, "HasChanged": None, "MetadataId": None, "Label": label_document(option.labels),
        "Description": {"LocalizedLabels": [], "UserLocalizedLabel": None},
    }  # fmt: skip
    if kind is Kind.STATUS:
        return {"@odata.type": f"#{CRM}StatusOptionMetadata", **document, "State": option.state, "TransitionData": None}
    if kind is Kind.STATE:
        name = option.label()
        extra = {"DefaultStatus": option.default_status, "InvariantName": name}
        return {"@odata.type": f"#{CRM}StateOptionMetadata", **document, **extra}
    return document


def option_set_document(table: Table, column: Column) -> dict[str, Any]:
    """The options of a column; true and false for a boolean."""
    document: dict[str, Any] = {
        "MetadataId": stable_id("options", table.name, column.name),
        "Name": f"{table.name}_{column.name}",
        "IsGlobal": False,
        "IsCustomOptionSet": column.custom,
        "IsManaged": not column.custom,
        "OptionSetType": "Boolean" if column.kind is Kind.BOOLEAN else column.kind.value,
        "DisplayName": label_document({ENGLISH: column.label or column.name}),
    }
    if column.kind is Kind.BOOLEAN:
        yes, no = Option(1, {ENGLISH: "Yes"}), Option(0, {ENGLISH: "No"})
        return document | {
            "TrueOption": option_document(yes, column.kind),
            "FalseOption": option_document(no, column.kind),
        }
    return document | {"Options": [option_document(option, column.kind) for option in column.options]}


def key_document(table: Table, name: str, key: AlternateKey) -> dict[str, Any]:
    """An alternate key; its index is made at once here."""
    return {
        "MetadataId": stable_id("key", table.name, name),
        "LogicalName": name,
        "SchemaName": key.schema,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(key.columns),
        "EntityKeyIndexStatus": "Active",
        "IsManaged": False,
        "DisplayName": label_document(key.labels or {ENGLISH: key.schema}),
    }
