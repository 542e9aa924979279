"""A column's definition as clients send it: read into a `Column`, strictly. Nothing is stored here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, ODataError, bad_payload, not_implemented
from connector.sandbox.dataverse.metadata.documents import CRM
from connector.sandbox.dataverse.schema import ENGLISH, FRENCH, GERMAN, Column, Kind, Option

INSTALLED_LANGUAGES = frozenset({ENGLISH, GERMAN, FRENCH})
SCHEMA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]{1,7}_[A-Za-z0-9_]+")
LONGEST_NAME = 50
BEHAVIORS = frozenset({"UserLocal", "DateOnly", "TimeZoneIndependent"})
LEVELS = frozenset({"None", "Recommended", "ApplicationRequired"})
LONGEST_TEXT = {Kind.STRING: 4000, Kind.MEMO: 1_048_576}
BOUNDS = {Kind.INTEGER: 2_147_483_647, Kind.DECIMAL: 100_000_000_000, Kind.DOUBLE: 100_000_000_000}
MOST_DIGITS = {Kind.DECIMAL: 10, Kind.DOUBLE: 5}

_COMMON = frozenset(
    {
        "@odata.type", "AttributeType", "AttributeTypeName", "SchemaName", "LogicalName", "DisplayName", "Description",
        "RequiredLevel", "IsAuditEnabled", "IsValidForAdvancedFind", "IsSecured", "IsPrimaryName",
    }
)  # fmt: skip

Body = Mapping[str, Any]
Kinds = tuple[Kind, frozenset[str], Callable[[Column, Body], Column]]


def allowed_properties(declared: str) -> frozenset[str]:
    """The properties that a definition of that type may have."""
    own = _TYPES.get(declared.removeprefix(CRM).removesuffix("AttributeMetadata"))
    return _COMMON if own is None else _COMMON | own[1]


def read_definition(body: Body, *, lookup: bool = False) -> Column:
    """The column that a body describes, or `lookup` that of a relationship.

    Raises ODataError for a body that is wrong in any part.
    """
    kind, own, read = _type_of(body, _LOOKUP if lookup else _TYPES)
    unknown = sorted(set(body) - _COMMON - own)
    if unknown:
        raise bad_payload(f"The property '{unknown[0]}' does not exist on type '{body['@odata.type'].lstrip('#')}'.")
    name = _name(body)
    level = _value(body.get("RequiredLevel", {"Value": "None"}), "RequiredLevel")
    if level not in LEVELS:
        raise _wrong("RequiredLevel", level)
    if body.get("IsPrimaryName", False) is not False:
        raise bad_payload("A table has one primary name column, made with the table.", INVALID_ARGUMENT)
    plain = Column(name.lower(), kind, schema=name, labels=read_labels(body, "DisplayName"))
    if not plain.labels:
        raise bad_payload("The DisplayName of a column must have a label.", INVALID_ARGUMENT)
    plain = replace(plain, label=next(iter(plain.labels.values())), notes=read_labels(body, "Description"))
    return read(plain, body)


def _type_of(body: Body, types: Mapping[str, Kinds]) -> tuple[Kind, frozenset[str], Callable[[Column, Body], Column]]:
    """What the type of a body says: the kind of column, the properties of its own, how they are read."""
    declared = str(body.get("@odata.type", "")).lstrip("#")
    name = declared.removeprefix(CRM).removesuffix("AttributeMetadata")
    if declared != f"{CRM}{name}AttributeMetadata":
        raise bad_payload("The body must name its type as '@odata.type'.")
    if name not in types:
        raise not_implemented(f"columns of the type {name}")
    if body.get("AttributeType", name) != name or _value(
        body.get("AttributeTypeName", {"Value": f"{name}Type"}), "AttributeTypeName"
    ) != (f"{name}Type"):
        raise bad_payload(f"The attribute type does not fit '{declared}'.", INVALID_ARGUMENT)
    return types[name]


def _name(body: Body) -> str:
    name = body.get("SchemaName")
    if not isinstance(name, str) or not SCHEMA_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise _wrong("SchemaName", name)
    if body.get("LogicalName", name.lower()) != name.lower():
        raise _wrong("LogicalName", body["LogicalName"])
    return name


def read_labels(body: Body, name: str) -> dict[int, str]:
    """A label's texts by language; empty where the body has none."""
    label = body.get(name)
    if label is None:
        return {}
    entries = label.get("LocalizedLabels") if isinstance(label, dict) else None
    if not isinstance(entries, list):
        raise _wrong(name, label)
    texts: dict[int, str] = {}
    for entry in entries:
        text, language = (entry.get("Label"), entry.get("LanguageCode")) if isinstance(entry, dict) else (None, None)
        if not isinstance(text, str) or not text:
            raise _wrong(name, entry)
        if language not in INSTALLED_LANGUAGES:
            raise bad_payload(f"The language code {language} is not a valid language for this organization.")
        texts[language] = text
    return texts


def _text(column: Column, body: Body) -> Column:
    length, most = body.get("MaxLength", 100), LONGEST_TEXT[column.kind]
    if not is_whole(length) or not 1 <= length <= most:
        raise _wrong("MaxLength", length)
    if "FormatName" in body and not isinstance(_value(body["FormatName"], "FormatName"), str):
        raise _wrong("FormatName", body["FormatName"])
    return replace(column, max_length=length)


def _number(column: Column, body: Body) -> Column:
    bound = BOUNDS[column.kind]
    low, high = body.get("MinValue", -bound), body.get("MaxValue", bound)
    for name, value in (("MinValue", low), ("MaxValue", high)):
        good = is_whole(value) or (column.kind is not Kind.INTEGER and isinstance(value, float))
        if not good or not -bound - 1 <= value <= bound:
            raise _wrong(name, value)
    if low > high:
        raise bad_payload("The MinValue of a column may not be greater than its MaxValue.", INVALID_ARGUMENT)
    digits = body.get("Precision", 2)
    if not is_whole(digits) or not 0 <= digits <= MOST_DIGITS.get(column.kind, digits):
        raise _wrong("Precision", digits)
    return replace(column, minimum=low, maximum=high, precision=digits)


def _moment(column: Column, body: Body) -> Column:
    form = body.get("Format", "DateAndTime")
    behavior = _value(body.get("DateTimeBehavior", {"Value": "UserLocal"}), "DateTimeBehavior")
    if form not in {"DateOnly", "DateAndTime"}:
        raise _wrong("Format", form)
    if behavior not in BEHAVIORS or (behavior == "DateOnly" and form != "DateOnly"):
        raise _wrong("DateTimeBehavior", behavior)
    return replace(column, kind=Kind.DATE if behavior == "DateOnly" else Kind.DATETIME, behavior=behavior)


def _flag(column: Column, body: Body) -> Column:
    default = body.get("DefaultValue", False)
    options = body.get("OptionSet")
    if not isinstance(default, bool):
        raise _wrong("DefaultValue", default)
    if not isinstance(options, dict) or not {"TrueOption", "FalseOption"} <= options.keys():
        raise bad_payload("A yes/no column needs an OptionSet with TrueOption and FalseOption.", INVALID_ARGUMENT)
    return replace(column, default=default)


def _choice(column: Column, body: Body) -> Column:
    options = body.get("OptionSet")
    return replace(column, options=read_options(options.get("Options") if isinstance(options, dict) else None))


def read_options(listed: Any) -> tuple[Option, ...]:
    """The options in a list as clients send them; without values they are numbered. Raises ODataError."""
    if not isinstance(listed, list) or not listed:
        raise bad_payload("A choice needs an OptionSet with Options.", INVALID_ARGUMENT)
    found: list[Option] = []
    for number, entry in enumerate(listed):
        value, labels = entry.get("Value", 100_000_000 + number), read_labels(entry, "Label")
        if not is_whole(value) or not labels or any(option.value == value for option in found):
            raise _wrong("OptionSet", entry)
        found.append(Option(value, {ENGLISH: next(iter(labels.values())), **labels}))
    return tuple(found)


_RANGE = frozenset({"MinValue", "MaxValue", "Format"})
_LENGTH = frozenset({"MaxLength", "Format", "FormatName", "ImeMode"})
_TYPES: Mapping[str, Kinds] = {
    "String": (Kind.STRING, _LENGTH, _text),
    "Memo": (Kind.MEMO, _LENGTH, _text),
    "Integer": (Kind.INTEGER, _RANGE, _number),
    "Decimal": (Kind.DECIMAL, _RANGE | {"Precision", "ImeMode"}, _number),
    "Double": (Kind.DOUBLE, _RANGE | {"Precision", "ImeMode"}, _number),
    "DateTime": (Kind.DATETIME, frozenset({"Format", "DateTimeBehavior", "ImeMode"}), _moment),
    "Boolean": (Kind.BOOLEAN, frozenset({"DefaultValue", "OptionSet"}), _flag),
    "Picklist": (Kind.CHOICE, frozenset({"DefaultFormValue", "OptionSet"}), _choice),
}


_LOOKUP: Mapping[str, Kinds] = {"Lookup": (Kind.LOOKUP, frozenset({"Format"}), lambda column, _body: column)}


def is_whole(value: Any) -> bool:
    """Tell whether a value is a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def _value(managed: Any, name: str) -> Any:
    """The value of `{"Value": ...}`."""
    if not isinstance(managed, dict) or "Value" not in managed:
        raise _wrong(name, managed)
    return managed["Value"]


def _wrong(name: str, value: Any) -> ODataError:
    return bad_payload(f"The value '{value}' of the property '{name}' is not valid.", INVALID_ARGUMENT)
