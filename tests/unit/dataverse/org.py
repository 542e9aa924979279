"""The metadata answers of a small org, and rows as the Web API sends them."""

from __future__ import annotations

from typing import Any

from .support import ROOT, Script

LEAD_1 = "11111111-0000-0000-0000-000000000001"
LEAD_2 = "11111111-0000-0000-0000-000000000002"
LEAD_3 = "11111111-0000-0000-0000-000000000003"
ACCOUNT_1 = "22222222-0000-0000-0000-000000000001"
ACCOUNT_2 = "22222222-0000-0000-0000-000000000002"
CONTACT_1 = "33333333-0000-0000-0000-000000000001"
CONTACT_2 = "33333333-0000-0000-0000-000000000002"
KIND = "Microsoft.Dynamics.CRM.lookuplogicalname"


def label(*texts: str) -> dict[str, Any]:
    """A label: the user's language first, then the others."""
    localized = [{"Label": text, "LanguageCode": 1033 + i} for i, text in enumerate(texts)]
    return {"LocalizedLabels": localized, "UserLocalizedLabel": localized[0] if localized else None}


def option(value: int, *texts: str, **more: Any) -> dict[str, Any]:
    """An option of a choice."""
    return {"Value": value, "Label": label(*texts), **more}


def attribute(name: str, kind: str, *, writable: bool = True, **more: Any) -> dict[str, Any]:
    """A column's common properties."""
    return {
        "LogicalName": name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": f"{kind}Type"},
        "AttributeOf": None,
        "IsValidForRead": True,
        "IsValidForUpdate": writable,
        "DisplayName": label(name.title()),
        **more,
    }


LEAD_COLUMNS = [
    attribute("leadid", "Uniqueidentifier", writable=False),
    attribute("statecode", "State"),
    attribute("statuscode", "Status"),
    attribute("modifiedon", "DateTime", writable=False),
    attribute("birthday", "DateTime"),
    attribute("jobtitle", "String"),
    attribute("lc_engagement", "Integer"),
    attribute("industrycode", "Picklist"),
    attribute("lc_topics", "Virtual", AttributeTypeName={"Value": "MultiSelectPicklistType"}),
    attribute("industrycodename", "Virtual", AttributeOf="industrycode"),
    attribute("parentaccountidname", "String", AttributeOf="parentaccountid"),
    attribute("secret", "String", IsValidForRead=False),
    attribute("entityimage_timestamp", "Virtual"),
    attribute("parentaccountid", "Lookup"),
    attribute("customerid", "Customer"),
    attribute("parentcontactid", "Lookup"),
    attribute("followemail", "Boolean"),
    attribute("msdyn_gdproptout", "Boolean"),
    attribute("msdyncrm_salesready", "Boolean"),
    attribute("fullname", "String", writable=False),
]
ACCOUNT_COLUMNS = [
    attribute("accountid", "Uniqueidentifier", writable=False),
    attribute("name", "String"),
    attribute("numberofemployees", "Integer"),
    attribute("modifiedon", "DateTime", writable=False),
]
STATUS = {
    "LogicalName": "statuscode",
    "OptionSet": {
        "Options": [
            option(1, "New", "Neu", State=0),
            option(823270000, "Marketing Qualified", "Marketingqualifiziert", State=0),
            option(3, "Qualified", State=1),
        ]
    },
    "GlobalOptionSet": None,
}
CASTS: dict[str, list[dict[str, Any]]] = {
    "String": [{"LogicalName": "jobtitle", "MaxLength": 100}, {"LogicalName": "name", "MaxLength": 160}],
    "Integer": [{"LogicalName": "lc_engagement", "MinValue": -100, "MaxValue": 1000}],
    "DateTime": [
        {"LogicalName": "birthday", "DateTimeBehavior": {"Value": "DateOnly"}},
        {"LogicalName": "modifiedon", "DateTimeBehavior": {"Value": "UserLocal"}},
    ],
    "Boolean": [
        {
            "LogicalName": "followemail",
            "OptionSet": {"TrueOption": option(1, "Allow"), "FalseOption": option(0, "Do Not Allow")},
        }
    ],
    "Picklist": [
        {
            "LogicalName": "industrycode",
            "OptionSet": {"Options": [option(1, "Accounting", "Buchhaltung"), option(16, "Financial")]},
        }
    ],
    "MultiSelectPicklist": [
        {"LogicalName": "lc_topics", "OptionSet": None, "GlobalOptionSet": {"Options": [option(7, "Robotics")]}}
    ],
    "State": [{"LogicalName": "statecode", "OptionSet": {"Options": [option(0, "Open"), option(1, "Qualified")]}}],
    "Status": [STATUS],
}


def describe(script: Script, *, lead_tracks: bool = True, account_tracks: bool = True, **lead: Any) -> None:
    """Answer the questions for metadata."""
    for cast, rows in CASTS.items():
        script.on("GET", f"CRM.{cast}AttributeMetadata", {"value": rows})
    for table, columns, tracks, more in (
        ("lead", LEAD_COLUMNS, lead_tracks, lead),
        ("account", ACCOUNT_COLUMNS, account_tracks, {}),
    ):
        path = f"EntityDefinitions(LogicalName='{table}')"
        script.on("GET", f"{path}/Attributes?", {"value": columns})
        definition = {
            "LogicalName": table,
            "EntitySetName": f"{table}s",
            "PrimaryIdAttribute": f"{table}id",
            "ChangeTrackingEnabled": tracks,
            "IsOptimisticConcurrencyEnabled": True,
            **more,
        }
        script.on("GET", f"{path}?$select", definition)


def lead(lead_id: str = LEAD_1, **columns: Any) -> dict[str, Any]:
    """A lead's row."""
    return {
        "@odata.etag": 'W/"1"',
        "leadid": lead_id,
        "statecode": 0,
        "statuscode": 1,
        "modifiedon": "2026-11-20T08:00:00Z",
        "jobtitle": "Einkäuferin",
        "_parentaccountid_value": None,
        "_customerid_value": None,
        "_parentcontactid_value": None,
        **columns,
    }


def account(account_id: str = ACCOUNT_1, **columns: Any) -> dict[str, Any]:
    """An account's row."""
    row = {"@odata.etag": 'W/"5"', "accountid": account_id, "name": "Beispiel & Söhne", "numberofemployees": 12}
    return {**row, **columns}


def deletion(lead_id: str) -> dict[str, Any]:
    """An entry of a delta that says that a lead is gone."""
    return {"@odata.context": f"{ROOT}$metadata#leads/$deletedEntity", "id": lead_id, "reason": "deleted"}


def page(*rows: dict[str, Any], next_link: str = "", delta_link: str = "") -> dict[str, Any]:
    """An answer with rows and links."""
    links = {"@odata.nextLink": next_link, "@odata.deltaLink": delta_link}
    return {"value": list(rows), **{name: ROOT + link for name, link in links.items() if link}}
