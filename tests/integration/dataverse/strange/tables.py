"""The tables that there are, and how metadata tell of them."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]


COLUMNS: dict[str, dict[str, tuple[str, bool]]] = {
    "lead": {
        "leadid": ("Uniqueidentifier", False),
        "fullname": ("String", False),
        "companyname": ("String", True),
        "jobtitle": ("String", True),
        "address1_country": ("String", True),
        "revenue": ("Money", True),
        "industrycode": ("Picklist", True),
        "createdon": ("DateTime", False),
        "modifiedon": ("DateTime", False),
        "statecode": ("State", True),
        "statuscode": ("Status", True),
        "parentaccountid": ("Lookup", True),
        "customerid": ("Customer", True),
        "parentcontactid": ("Lookup", True),
        "masterid": ("Lookup", False),
        "msdyn_gdproptout": ("Boolean", True),
        "followemail": ("Boolean", True),
        "lc_fit": ("Integer", True),
        "lc_fitgrade": ("String", True),
        "lc_scoredon": ("DateTime", True),
        "lc_ready": ("Boolean", True),
    },
    "account": {
        "accountid": ("Uniqueidentifier", False),
        "name": ("String", True),
        "numberofemployees": ("Integer", True),
        "revenue": ("Money", True),
        "createdon": ("DateTime", False),
        "modifiedon": ("DateTime", False),
        "masterid": ("Lookup", False),
    },
    "contact": {
        "contactid": ("Uniqueidentifier", False),
        "parentcustomerid": ("Customer", True),
        "createdon": ("DateTime", False),
        "modifiedon": ("DateTime", False),
    },
}


SETS = {"leads": "lead", "accounts": "account", "contacts": "contact"}


STATUSES = {
    1: (0, "New"),
    2: (0, "Contacted"),
    823270000: (0, "Marketing Qualified"),
    3: (1, "Qualified"),
    4: (2, "Lost"),
}


def label(text: str | None) -> Row:
    """A label as metadata have it."""
    entry = {"Label": text, "LanguageCode": 1033, "IsManaged": True, "MetadataId": None, "HasChanged": None}
    return {"LocalizedLabels": [entry] if text else [], "UserLocalizedLabel": entry if text else None}


def attribute(name: str, kind: str, *, may: bool) -> Row:
    """One column's definition with all that any cast tells."""
    row: Row = {
        "LogicalName": name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "AttributeOf": None,
        "IsValidForRead": True,
        "IsValidForUpdate": may,
        "IsCustomAttribute": name.startswith("lc_"),
        "DisplayName": label(name.title()),
    }
    if kind == "String":
        row |= {"MaxLength": 100}
    if kind in {"Integer", "Money"}:
        row |= {"MinValue": 0, "MaxValue": 1_000_000_000}
    if kind == "DateTime":
        row |= {"DateTimeBehavior": {"Value": "UserLocal"}, "Format": "DateAndTime"}
    options: dict[str, list[tuple[int, int | None, str]]] = {
        "Picklist": [(16, None, "Financial"), (7, None, "Consulting")],
        "Status": [(v, s, t) for v, (s, t) in STATUSES.items()],
    }
    if kind in options:
        listed = [{"Value": value, "State": state, "Label": label(text)} for value, state, text in options[kind]]
        row |= {"OptionSet": {"Options": listed}, "GlobalOptionSet": None}
    return row
