"""EntityDefinitions over HTTPS: tables, columns, option sets with labels, relationships, refusals."""

from __future__ import annotations

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED

from .support import Client

LEAD = "EntityDefinitions(LogicalName='lead')"
CRM = "Microsoft.Dynamics.CRM."


def test_a_table_with_selected_properties(reader: Client) -> None:
    """A definition has what was selected and its id, and can be found by that id."""
    answer = reader.get(LEAD, select="LogicalName,EntitySetName,ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled")
    found = {name: value for name, value in answer.json.items() if not name.startswith("@")}
    assert found == {
        "MetadataId": found["MetadataId"], "LogicalName": "lead", "EntitySetName": "leads",
        "ChangeTrackingEnabled": True, "IsOptimisticConcurrencyEnabled": True,
    }  # fmt: skip
    assert reader.get(f"EntityDefinitions({found['MetadataId']})", select="LogicalName").json["LogicalName"] == "lead"


def test_all_tables_and_a_filter(reader: Client) -> None:
    """Tables are listed and filtered, by nested properties too."""
    everything = reader.get("EntityDefinitions", select="LogicalName,EntitySetName", count="true")
    assert everything.json["@odata.count"] == len(everything.value) > 11
    some = reader.get(
        "EntityDefinitions", select="LogicalName", filter="LogicalName eq 'lead' or LogicalName eq 'account'"
    )
    assert {each["LogicalName"] for each in some.value} == {"lead", "account"}
    tracked = reader.get(
        "EntityDefinitions", filter="CanChangeTrackingBeEnabled/Value eq true and ChangeTrackingEnabled eq true"
    )
    names = {each["LogicalName"] for each in tracked.value}
    assert {"lead", "account", "contact"} <= names
    assert not names & {"organization", "sdkmessage", "asyncoperation"}


def test_columns_of_a_table(reader: Client) -> None:
    """Columns come expanded or by path, with their type, and name it where no cast does."""
    expanded = reader.get(LEAD, select="LogicalName", expand="Attributes($select=LogicalName,AttributeType)").json[
        "Attributes"
    ]
    types = {each["LogicalName"]: each["AttributeType"] for each in expanded}
    assert types["statuscode"] == "Status"
    assert types["jobtitle"] == "String"
    assert types["parentaccountid"] == "Lookup"
    assert types["customerid"] == "Customer"
    assert types["estimatedamount"] == "Money"
    assert types["estimatedclosedate"] == "DateTime"
    assert types["leadid"] == "Uniqueidentifier"
    by_path = reader.get(f"{LEAD}/Attributes", select="LogicalName,AttributeType,IsValidForUpdate").value
    assert {each["LogicalName"] for each in by_path} == set(types)
    written = {each["LogicalName"]: each["IsValidForUpdate"] for each in by_path}
    assert written["lc_fit"] is True
    assert written["fullname"] is False
    jobtitle = next(each for each in reader.get(f"{LEAD}/Attributes").value if each["LogicalName"] == "jobtitle")
    assert jobtitle["@odata.type"] == f"#{CRM}StringAttributeMetadata"
    assert jobtitle["MaxLength"] == 100


def test_columns_can_be_filtered(reader: Client) -> None:
    """A filter by type takes the enumeration's literal."""
    condition = f"AttributeType eq {CRM}AttributeTypeCode'Picklist' and IsCustomAttribute eq false"
    names = {
        each["LogicalName"] for each in reader.get(f"{LEAD}/Attributes", select="LogicalName", filter=condition).value
    }
    assert {"industrycode", "leadsourcecode", "budgetstatus"} <= names
    assert "statuscode" not in names


@pytest.mark.parametrize(
    ("cast", "column", "properties"),
    [
        ("StringAttributeMetadata", "jobtitle", {"MaxLength": 100}),
        ("MemoAttributeMetadata", "description", {"MaxLength": 2000}),
        ("IntegerAttributeMetadata", "lc_fit", {"MinValue": -1000, "MaxValue": 1000}),
        ("MoneyAttributeMetadata", "revenue", {"Precision": 2}),
        ("DoubleAttributeMetadata", "estimatedvalue", {"MaxValue": 1e9}),
        ("DateTimeAttributeMetadata", "createdon", {"DateTimeBehavior": {"Value": "UserLocal"}}),
        ("DateTimeAttributeMetadata", "estimatedclosedate", {"DateTimeBehavior": {"Value": "DateOnly"}}),
        ("LookupAttributeMetadata", "customerid", {"Targets": ["account", "contact"]}),
        ("UniqueIdentifierAttributeMetadata", "leadid", {"IsPrimaryId": True}),
        ("BigIntAttributeMetadata", "versionnumber", {"IsValidForCreate": False}),
        ("BooleanAttributeMetadata", "followemail", {"DefaultValue": True}),
    ],
)
def test_casts_bring_the_properties_of_a_type(
    reader: Client, cast: str, column: str, properties: dict[str, object]
) -> None:
    """With a cast the properties of that type can be selected, for one column and for all of the type."""
    path, names = f"{LEAD}/Attributes(LogicalName='{column}')/{CRM}{cast}", ",".join(properties)
    one = reader.get(path, select=f"LogicalName,{names}").json
    assert {name: one[name] for name in properties} == properties
    many = reader.get(f"{LEAD}/Attributes/{CRM}{cast}", select=f"LogicalName,{names}").value
    assert column in {each["LogicalName"] for each in many}
    assert all("@odata.type" not in each for each in many)


def test_status_reasons_have_state_and_labels_in_three_languages(reader: Client) -> None:
    """The options of the status reason name their state; the mark's words exist in a closed state too."""
    path = f"{LEAD}/Attributes(LogicalName='statuscode')/{CRM}StatusAttributeMetadata"
    answer = reader.get(
        path, select="LogicalName", expand="OptionSet($select=Options),GlobalOptionSet($select=Options)"
    ).json
    assert answer["GlobalOptionSet"] is None
    options = {option["Value"]: option for option in answer["OptionSet"]["Options"]}
    mark = options[MARKETING_QUALIFIED]
    labels = {each["LanguageCode"]: each["Label"] for each in mark["Label"]["LocalizedLabels"]}
    assert labels == {1033: "Marketing Qualified", 1031: "Marketingqualifiziert", 1036: "Qualifié par le marketing"}
    assert mark["Label"]["UserLocalizedLabel"]["LanguageCode"] == 1033
    assert mark["State"] == 0
    assert MARKETING_QUALIFIED > 823270000
    same_words = [
        option for option in options.values() if option["Label"]["UserLocalizedLabel"]["Label"] == "Marketing Qualified"
    ]
    assert sorted(option["State"] for option in same_words) == [0, 1]
    assert {value for value, option in options.items() if option["State"] == 2} == {4, 5, 6, 7}


def test_other_option_sets(reader: Client) -> None:
    """States, choices and booleans have their own kinds of options; an option set has an address."""
    states = reader.get(
        f"{LEAD}/Attributes(LogicalName='statecode')/{CRM}StateAttributeMetadata", expand="OptionSet"
    ).json
    found = [(each["Value"], each["DefaultStatus"], each["InvariantName"]) for each in states["OptionSet"]["Options"]]
    assert found == [(0, 1, "Open"), (1, 3, "Qualified"), (2, 4, "Disqualified")]
    picklists = reader.get(
        f"{LEAD}/Attributes/{CRM}PicklistAttributeMetadata", select="LogicalName", expand="OptionSet"
    ).value
    industries = next(each for each in picklists if each["LogicalName"] == "industrycode")["OptionSet"]["Options"]
    assert [option["Value"] for option in industries] == list(range(1, 34))
    flag = reader.get(
        f"{LEAD}/Attributes(LogicalName='decisionmaker')/{CRM}BooleanAttributeMetadata", expand="OptionSet"
    ).json
    assert flag["OptionSet"]["TrueOption"]["Label"]["UserLocalizedLabel"]["Label"] == "Yes"
    assert flag["OptionSet"]["FalseOption"]["Value"] == 0
    direct = reader.get(f"{LEAD}/Attributes(LogicalName='industrycode')/{CRM}PicklistAttributeMetadata/OptionSet").json
    assert direct["Name"] == "lead_industrycode"


def test_relationships_name_navigation_properties(reader: Client) -> None:
    """Which property leads where can be asked for."""
    found = {
        (each["ReferencingAttribute"], each["ReferencedEntity"]): each["ReferencingEntityNavigationPropertyName"]
        for each in reader.get(f"{LEAD}/ManyToOneRelationships").value
    }
    assert found["customerid", "contact"] == "customerid_contact"
    assert found["parentaccountid", "account"] == "parentaccountid"
    assert ("accountid", "account") not in found
    assert reader.get(f"{LEAD}/Keys").value == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("EntityDefinitions(LogicalName='nosuchtable')", 404),
        (f"{LEAD}/Attributes(LogicalName='nosuchcolumn')", 404),
        (f"{LEAD}/Attributes(LogicalName='jobtitle')/{CRM}PicklistAttributeMetadata", 404),
        (f"{LEAD}/Attributes(LogicalName='statuscode')/{CRM}EnumAttributeMetadata", 400),
        (f"{LEAD}/Attributes(LogicalName='statuscode')/OptionSet", 404),
        (f"{LEAD}/NoSuchThing", 404),
        ("EntityDefinitions/Attributes", 404),
        (f"{LEAD}?$select=NoSuchProperty", 400),
        (f"{LEAD}?$expand=NoSuchProperty", 400),
        (f"{LEAD}?$filter=LogicalName%20eq%20'lead'", 400),
        (f"{LEAD}/Attributes(LogicalName='jobtitle')?$select=MaxLength", 400),
        (f"{LEAD}/Attributes?$expand=OptionSet", 400),
        (f"{LEAD}/Attributes?$orderby=LogicalName", 400),
        ("EntityDefinitions?$filter=NoSuchProperty%20eq%201", 400),
        ("EntityDefinitions?$top=1", 400),
        ("NoSuchFunction()", 404),
    ],
)
def test_refusals(reader: Client, path: str, status: int) -> None:
    """What is not there is 404; what cannot be asked is 400."""
    answer = reader.get(path)
    assert answer.status == status
    assert answer.message


def test_an_administrator_changes_things(sandbox: Sandbox, client: Client) -> None:
    """A column or an option that an administrator deletes is gone from metadata, reads and writes."""
    sandbox.data.remove_column("lead", "lc_fit")
    sandbox.data.remove_option("lead", "statuscode", MARKETING_QUALIFIED)
    assert client.get(f"{LEAD}/Attributes(LogicalName='lc_fit')").status == 404
    assert client.get("leads", select="lc_fit").status == 400
    lead_id = sandbox.leads()[0]["leadid"]
    assert client.patch(lead_id, {"lc_fit": 1}).code == "0x80048d19"
    assert client.patch(lead_id, {"statuscode": MARKETING_QUALIFIED}).code == "0x8004431a"
