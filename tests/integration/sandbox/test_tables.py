"""Metadata changed over HTTPS: tables, columns, alternate keys, relationships, choices; and how the rest is refused."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from connector.sandbox import Sandbox

from .support import API, Answer, Client
from .test_customizing import CRM, column, create, label

LEAD = "EntityDefinitions(LogicalName='lead')"
PARCEL = "EntityDefinitions(LogicalName='lc_parcel')"
STRONG = {"Consistency": "Strong"}


def _table(**more: Any) -> dict[str, Any]:
    primary = column("String", "lc_Label", MaxLength=100, FormatName={"Value": "Text"}, IsPrimaryName=True)
    return {
        "@odata.type": f"{CRM}EntityMetadata", "SchemaName": "lc_Parcel", "DisplayName": label("Parcel"),
        "DisplayCollectionName": label("Parcels"), "Description": label("What is sent"), "OwnershipType": "UserOwned",
        "HasActivities": False, "HasNotes": False, "IsActivity": False, "Attributes": [primary], **more,
    }  # fmt: skip


def _post(client: Client, path: str, body: Any, **headers: str) -> Answer:
    return client.ask("POST", f"{API}/{path}", body, headers)


@pytest.fixture
def parcels(client: Client) -> str:
    """The address of a table that was created."""
    answer = _post(client, "EntityDefinitions", _table())
    assert answer.status == 204
    return answer.headers["OData-EntityId"].partition("/v9.2/")[2]


# --- tables ----------------------------------------------------------------------------------------------------------


def test_a_new_table(sandbox: Sandbox, client: Client, parcels: str) -> None:
    """A table has its key, its name column and the system's columns, is found and takes rows at once."""
    found = client.get(parcels).json
    assert (found["LogicalName"], found["SchemaName"], found["EntitySetName"]) == (
        "lc_parcel",
        "lc_Parcel",
        "lc_parcels",
    )
    assert (found["PrimaryIdAttribute"], found["PrimaryNameAttribute"]) == ("lc_parcelid", "lc_label")
    assert (found["IsCustomEntity"], found["IsManaged"], found["ChangeTrackingEnabled"]) == (True, False, False)
    row = _post(client, "lc_parcels", {"lc_label": "A"}).headers["OData-EntityId"]
    shown = client.ask("GET", row.removeprefix(sandbox.url)).json
    assert (shown["lc_label"], shown["statecode"]) == ("A", 0)
    assert shown["_ownerid_value"]
    assert {"name": "lc_parcels", "kind": "EntitySet", "url": "lc_parcels"} in client.get("").value


def test_change_tracking_is_switched_on_by_put(client: Client, parcels: str) -> None:
    """PUT with the whole definition, or little of it, switches change tracking on; it cannot be switched off again."""
    assert client.get("lc_parcels", "odata.track-changes").code == "0x80072491"
    body = {"MetadataId": client.get(parcels).json["MetadataId"], "LogicalName": "lc_parcel", "HasChanged": True}
    merge = {"MSCRM.MergeLabels": "true"}
    assert client.ask("PUT", f"{API}/{parcels}", {**body, "ChangeTrackingEnabled": True}, merge).status == 204
    assert "@odata.deltaLink" in client.get("lc_parcels", "odata.track-changes").json
    assert client.ask("PUT", f"{API}/{parcels}", client.get(parcels).json, merge).status == 204
    assert client.ask("PUT", f"{API}/{parcels}", {**body, "ChangeTrackingEnabled": False}, merge).status == 400
    assert client.ask("PUT", f"{API}/{parcels}", {**body, "Nonsense": 1}, merge).status == 400
    assert client.ask("PUT", f"{API}/{parcels}", {**body, "OwnershipType": "None"}, merge).status == 501
    assert client.ask("PATCH", f"{API}/{parcels}", body).status == 405


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"SchemaName": "lead"}, 400), ({"SchemaName": "xx_Parcel"}, 400), ({"SchemaName": 1}, 400),
        ({"Nonsense": 1}, 400), ({"@odata.type": "x"}, 400), ({"Attributes": []}, 400), ({"Attributes": "x"}, 400),
        ({"OwnershipType": "x"}, 400),
        ({"DisplayCollectionName": None}, 400), ({"IsActivity": True}, 501), ({"TableType": "Elastic"}, 501),
        ({"Attributes": [column("Integer", "lc_Label", IsPrimaryName=True)]}, 400),
        ({"Attributes": [column("String", "xx_Label", IsPrimaryName=True)]}, 400),
    ],
)  # fmt: skip
def test_tables_that_are_refused(sandbox: Sandbox, client: Client, more: dict[str, Any], status: int) -> None:
    """A table needs a publisher's prefix, one text as its name, and labels; other kinds of tables are not offered."""
    assert _post(client, "EntityDefinitions", _table(**more)).status == status
    assert "lc_parcel" not in sandbox.data.store.tables


def test_a_table_exists_once_and_goes_with_its_rows(sandbox: Sandbox, client: Client, parcels: str) -> None:
    """A second table of the name is refused; one that others refer to, or the system's own, cannot be deleted."""
    assert _post(client, "EntityDefinitions", _table()).code == "0x80047013"
    made = _post(client, "RelationshipDefinitions", _one_to_many("lc_parcel", "lead", "lc_ParcelId"))
    assert client.ask("DELETE", f"{API}/{parcels}").code == "0x8004f01f"
    assert client.ask("DELETE", made.headers["OData-EntityId"].removeprefix(sandbox.url)).status == 204
    assert client.ask("DELETE", f"{API}/{LEAD}").status == 400
    assert client.ask("DELETE", f"{API}/{parcels}").status == 204
    assert client.get(parcels).status == client.get("lc_parcels").status == 404
    assert client.ask("POST", f"{API}/{parcels}", {}).status == 405


@pytest.mark.parametrize(
    "privilege", ["prvCreateEntity", "prvCreateAttribute", "prvCreateRelationship", "prvCreateOptionSet"]
)
def test_changes_need_their_privileges(sandbox: Sandbox, client: Client, privilege: str) -> None:
    """Each kind of change has its privilege."""
    sandbox.dataverse.access.revoke(privilege)
    answers = {
        "prvCreateEntity": lambda: _post(client, "EntityDefinitions", _table()),
        "prvCreateAttribute": lambda: create(client, column("Integer", "lc_Pieces")),
        "prvCreateRelationship": lambda: _post(
            client, "RelationshipDefinitions", _one_to_many("account", "lead", "lc_x")
        ),
        "prvCreateOptionSet": lambda: _post(client, "GlobalOptionSetDefinitions", _choice()),
    }
    assert answers[privilege]().status == 403


# --- columns and keys ------------------------------------------------------------------------------------------------


def test_a_column_is_changed_by_put(sandbox: Sandbox, client: Client) -> None:
    """Labels and bounds change, labels of other languages stay with MergeLabels; type, name and options do not."""
    create(client, column("Integer", "lc_Pieces", MinValue=0, MaxValue=10, DisplayName=label("Stücke", 1031)))
    path = f"{API}/{LEAD}/Attributes(LogicalName='lc_pieces')"
    full = client.ask("GET", f"{path}/{CRM}IntegerAttributeMetadata", headers=STRONG).json
    body = {name: value for name, value in full.items() if not name.startswith("@odata")}
    body |= {"@odata.type": f"{CRM}IntegerAttributeMetadata", "MaxValue": 20, "DisplayName": label("Pieces")}
    assert client.ask("PUT", path, body, {"MSCRM.MergeLabels": "true"}).status == 204
    changed = client.ask("GET", f"{path}/{CRM}IntegerAttributeMetadata", headers=STRONG).json
    labels = {each["LanguageCode"]: each["Label"] for each in changed["DisplayName"]["LocalizedLabels"]}
    assert (changed["MaxValue"], labels) == (20, {1031: "Stücke", 1033: "Pieces"})
    assert client.patch(sandbox.leads()[0]["leadid"], {"lc_pieces": 15}).status == 204
    assert client.ask("PUT", path, {**body, "Nonsense": 1}).status == 400
    assert client.ask("PUT", path, {**body, "@odata.type": f"{CRM}StringAttributeMetadata"}).status == 400
    assert client.ask("PUT", path, {**body, "SchemaName": "lc_Other", "LogicalName": "lc_other"}).status == 400


def test_a_column_is_deleted(client: Client) -> None:
    """A client's column goes; the system's, a table's name, and what a key needs stay."""
    create(client, column("Integer", "lc_Pieces"))
    path = f"{API}/{LEAD}/Attributes(LogicalName='lc_pieces')"
    _post(client, f"{LEAD}/Keys", {"SchemaName": "lc_Key", "KeyAttributes": ["lc_pieces"]})
    assert client.ask("DELETE", path).code == "0x8004f01f"
    assert client.ask("DELETE", f"{API}/{LEAD}/Keys(LogicalName='lc_key')").status == 204
    assert client.ask("DELETE", path, headers={"If-Match": "*"}).status == 204
    assert client.ask("DELETE", path).status == 404
    assert client.ask("DELETE", f"{API}/{LEAD}/Attributes(LogicalName='subject')").status == 400


@pytest.mark.parametrize(
    "body",
    [
        {"SchemaName": "x", "KeyAttributes": ["subject"]}, {"SchemaName": "lc_K", "KeyAttributes": []},
        {"SchemaName": "lc_K", "KeyAttributes": ["nonsense"]}, {"SchemaName": "lc_K", "KeyAttributes": ["subject"] * 2},
        {"SchemaName": "lc_K", "KeyAttributes": ["donotemail"]}, {"SchemaName": "lc_K", "KeyAttributes": "subject"},
        {"SchemaName": "lc_K", "KeyAttributes": ["subject", "companyname", "jobtitle"]},
        {"SchemaName": "lc_K", "KeyAttributes": ["subject"], "Nonsense": 1},
        {"SchemaName": "lc_K", "KeyAttributes": ["statecode"]},
        {"SchemaName": "lc_K", "KeyAttributes": ["leadsourcecode"]},
    ],
)  # fmt: skip
def test_keys_that_are_refused(client: Client, body: dict[str, Any]) -> None:
    """Keys have up to 16 columns of the right kinds and 900 bytes, and rows must not break them already."""
    assert _post(client, f"{LEAD}/Keys", body).status in {400, 412}
    assert client.get(f"{LEAD}/Keys").value == []


def test_ten_keys(client: Client) -> None:
    """A table has at most ten alternate keys, each with its name once; one is read by its id."""
    for number in range(10):
        body = {"SchemaName": f"lc_Key{number}", "KeyAttributes": ["sic"], "DisplayName": label("Key")}
        answer = _post(client, f"{LEAD}/Keys", body)
        assert answer.status == 204, answer.body
    address = answer.headers["OData-EntityId"].partition("/v9.2/")[2]
    assert client.get(address).json["SchemaName"] == "lc_Key9"
    assert _post(client, f"{LEAD}/Keys", {"SchemaName": "lc_Key0", "KeyAttributes": ["sic"]}).code == "0x80047013"
    assert _post(client, f"{LEAD}/Keys", {"SchemaName": "lc_More", "KeyAttributes": ["sic"]}).status == 400
    assert client.ask("PUT", f"{API}/{address}", {}).status == 405
    assert client.ask("DELETE", f"{API}/{LEAD}/Keys(LogicalName='nothing')").status == 404


# --- relationships ---------------------------------------------------------------------------------------------------


def _one_to_many(parent: str, child: str, lookup: str, **more: Any) -> dict[str, Any]:
    return {
        "@odata.type": f"{CRM}OneToManyRelationshipMetadata", "SchemaName": f"lc_{parent}_{child}",
        "ReferencedEntity": parent, "ReferencingEntity": child, "ReferencedAttribute": f"{parent}id",
        "CascadeConfiguration": {"Assign": "NoCascade", "Delete": "RemoveLink"},
        "Lookup": {
            "@odata.type": f"{CRM}LookupAttributeMetadata", "SchemaName": lookup, "AttributeType": "Lookup",
            "AttributeTypeName": {"Value": "LookupType"}, "DisplayName": label("Link"),
            "RequiredLevel": {"Value": "None"},
        }, **more,
    }  # fmt: skip


def _many_to_many(one: str, two: str, name: str = "lc_tied") -> dict[str, Any]:
    return {
        "@odata.type": f"{CRM}ManyToManyRelationshipMetadata", "SchemaName": name, "Entity1LogicalName": one,
        "Entity2LogicalName": two, "IntersectEntityName": name,
    }  # fmt: skip


def test_a_lookup_comes_with_its_relationship(sandbox: Sandbox, client: Client) -> None:
    """The lookup binds under its schema name, the collection leads back under the relationship's."""
    assert _post(client, "RelationshipDefinitions", _one_to_many("account", "lead", "lc_PartnerId")).status == 204
    account, lead = (next(iter(sandbox.data.rows(name)))[f"{name}id"] for name in ("account", "lead"))
    assert client.patch(lead, {"lc_PartnerId@odata.bind": f"/accounts({account})"}).status == 204
    assert client.patch(lead, {"lc_partnerid@odata.bind": f"/accounts({account})"}).status == 400
    assert client.get(f"leads({lead})", select="_lc_partnerid_value").json["_lc_partnerid_value"] == account
    assert [row["leadid"] for row in client.get(f"accounts({account})/lc_account_lead").value] == [lead]
    (found,) = client.get("RelationshipDefinitions", filter="SchemaName eq 'lc_account_lead'").value
    assert found["ReferencingEntityNavigationPropertyName"] == "lc_PartnerId"
    assert found in [
        each | {"@odata.type": found["@odata.type"]} for each in client.get(f"{LEAD}/ManyToOneRelationships").value
    ]
    assert client.get("EntityDefinitions(LogicalName='account')/OneToManyRelationships").value
    assert client.ask("DELETE", f"{API}/{LEAD}/Attributes(LogicalName='lc_partnerid')").status == 400
    assert client.ask("DELETE", f"{API}/RelationshipDefinitions({found['MetadataId']})").status == 204
    assert client.get("leads", select="_lc_partnerid_value").status == 400


def test_many_to_many(sandbox: Sandbox, client: Client) -> None:
    """Rows are tied and untied from both sides, once; a nested $expand over the relationship is refused."""
    answer = _post(client, "RelationshipDefinitions", _many_to_many("lead", "campaign"))
    lead, campaign = sandbox.leads()[0]["leadid"], next(iter(sandbox.data.rows("campaign")))["campaignid"]
    path = f"{API}/leads({lead})/lc_tied/$ref"
    for _ in range(2):
        assert client.ask("POST", path, {"@odata.id": f"{sandbox.url}{API}/campaigns({campaign})"}).status == 204
    assert [row["leadid"] for row in client.get(f"campaigns({campaign})/lc_tied").value] == [lead]
    expanded = client.get(f"leads({lead})", select="leadid", expand="lc_tied($select=name)").json["lc_tied"]
    assert [row["campaignid"] for row in expanded] == [campaign]
    assert client.get("leads", expand="lc_tied($expand=ownerid)").code == "0x80060888"
    assert client.get("leads", filter=f"lc_tied/any(c:c/campaignid eq {campaign})").value[0]["leadid"] == lead
    assert len(client.get(f"{LEAD}/ManyToManyRelationships").value) == 1
    for _ in range(2):
        assert client.ask("DELETE", f"{API}/campaigns({campaign})/lc_tied({lead})/$ref").status == 204
    assert client.get(f"leads({lead})/lc_tied").value == []
    assert client.ask("DELETE", answer.headers["OData-EntityId"].removeprefix(sandbox.url)).status == 204
    assert client.get(f"leads({lead})/lc_tied").status == 404


def test_a_table_tied_to_itself(sandbox: Sandbox, client: Client) -> None:
    """A relationship of a table with itself has a collection for each side."""
    _post(client, "RelationshipDefinitions", _many_to_many("lead", "lead"))
    one, two = (lead["leadid"] for lead in sandbox.leads()[:2])
    assert client.ask("POST", f"{API}/leads({one})/lc_tied/$ref", {"@odata.id": f"leads({two})"}).status == 204
    assert [row["leadid"] for row in client.get(f"leads({one})/lc_tied").value] == [two]
    assert [row["leadid"] for row in client.get(f"leads({two})/lc_tied_2").value] == [one]
    assert client.get(f"leads({two})/lc_tied").value == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), (_one_to_many("account", "lead", "lc_x", Nonsense=1), 400),
        (_one_to_many("account", "nothing", "lc_x"), 404),
        (_one_to_many("account", "lead", "xx_y"), 400), (_one_to_many("account", "lead", "lc_x", Lookup=None), 400),
        (_one_to_many("account", "lead", "lc_x", SchemaName="lead_parent_account"), 400),
        (_one_to_many("account", "lead", "lc_x", SchemaName=""), 400),
        (_one_to_many("account", "lead", "lc_x", ReferencedAttribute="name"), 400),
        (_one_to_many("account", "lead", "lc_x", CascadeConfiguration={"Nonsense": "x"}), 400),
        (_one_to_many("account", "lead", "lc_fit"), 400), (_many_to_many("lead", "nothing"), 404),
        (_many_to_many("lead", "campaign", "lead"), 400),
    ],
)  # fmt: skip
def test_relationships_that_are_refused(client: Client, body: dict[str, Any], status: int) -> None:
    """Names are new and have a prefix, tables exist, every property is known."""
    assert _post(client, "RelationshipDefinitions", body).status == status


def test_relationships_of_the_system_stay(client: Client) -> None:
    """Only what clients made is deleted; what is not there is 404."""
    found = client.get("RelationshipDefinitions(SchemaName='lead_parent_account')").json
    assert client.ask("DELETE", f"{API}/RelationshipDefinitions({found['MetadataId']})").status == 400
    nobody = "00000000-0000-4000-8000-000000000000"
    assert client.ask("DELETE", f"{API}/RelationshipDefinitions({nobody})").status == 404
    assert client.get(f"RelationshipDefinitions({nobody})").status == 404
    assert client.get("RelationshipDefinitions/nonsense").status == 404


# --- choices ---------------------------------------------------------------------------------------------------------


def _choice(**more: Any) -> dict[str, Any]:
    options = [{"Value": value, "Label": label(text)} for value, text in ((1, "Small"), (2, "Large"))]
    return {
        "@odata.type": f"{CRM}OptionSetMetadata", "Name": "lc_sizes", "IsGlobal": True, "OptionSetType": "Picklist",
        "DisplayName": label("Sizes"), "Options": options, **more,
    }  # fmt: skip


def test_a_global_choice_and_its_column(sandbox: Sandbox, client: Client) -> None:
    """A column shares the options of a global choice, which cannot go while it does."""
    answer = _post(client, "GlobalOptionSetDefinitions", _choice())
    address = answer.headers["OData-EntityId"].partition("/v9.2/")[2]
    shared = column("Picklist", "lc_Size", **{"GlobalOptionSet@odata.bind": f"/{address}"})
    assert create(client, shared).status == 204
    path = f"{LEAD}/Attributes(LogicalName='lc_size')/{CRM}PicklistAttributeMetadata"
    found = client.get(
        path, select="LogicalName", expand="OptionSet($select=Options),GlobalOptionSet($select=Options,Name)"
    )
    assert found.json["OptionSet"] is None
    assert [each["Value"] for each in found.json["GlobalOptionSet"]["Options"]] == [1, 2]
    lead = sandbox.leads()[0]["leadid"]
    assert client.patch(lead, {"lc_size": 2}).status == 204
    assert client.patch(lead, {"lc_size": 3}).status == 400
    assert client.ask("DELETE", f"{API}/{address}").code == "0x8004f01f"
    assert client.ask("DELETE", f"{API}/{LEAD}/Attributes(LogicalName='lc_size')").status == 204
    assert client.ask("DELETE", f"{API}/GlobalOptionSetDefinitions(Name='lc_sizes')").status == 204
    assert client.get(address).status == 404


@pytest.mark.parametrize(
    "more", [{"Name": "xx_sizes"}, {"Name": 1}, {"Nonsense": 1}, {"@odata.type": "x"}, {"Options": []}]
)
def test_choices_that_are_refused(client: Client, more: dict[str, Any]) -> None:
    """A global choice needs a prefix, options and known properties."""
    assert _post(client, "GlobalOptionSetDefinitions", _choice(**more)).status == 400
    assert create(client, column("Picklist", "lc_S", **{"GlobalOptionSet@odata.bind": "/x(Name='no')"})).status == 404


def test_a_status_reason_is_added(sandbox: Sandbox, client: Client) -> None:
    """InsertStatusValue adds a reason to a state, with a value of its own choice or ours; it is usable at once."""
    body = {
        "EntityLogicalName": "lead",
        "AttributeLogicalName": "statuscode",
        "Label": label("Nurtured"),
        "StateCode": 0,
    }
    answer = _post(client, "InsertStatusValue", body | {"SolutionUniqueName": "SandboxScores"})
    value = answer.json["NewOptionValue"]
    lead = next(each["leadid"] for each in sandbox.leads() if each["statecode"] == 0)
    assert client.patch(lead, {"statuscode": value}).status == 204
    assert _post(client, "InsertStatusValue", body | {"Value": 900_000}).json["NewOptionValue"] == 900_000
    for bad in ({"Value": 900_000}, {"Value": "x"}, {"StateCode": 9}, {"StateCode": None}, {"Nonsense": 1},
                {"Label": None}, {"AttributeLogicalName": "leadsourcecode"}):  # fmt: skip
        assert _post(client, "InsertStatusValue", body | bad).status == 400, bad
    assert _post(client, "InsertStatusValue", body | {"EntityLogicalName": "nothing"}).status == 404
    assert _post(client, "DeleteOptionValue", {**_named("statuscode"), "Value": value}).status == 204
    assert client.patch(lead, {"statuscode": value}).status == 400
    assert _post(client, "DeleteOptionValue", {**_named("statuscode"), "Value": value}).status == 400


def _named(name: str) -> dict[str, str]:
    return {"EntityLogicalName": "lead", "AttributeLogicalName": name}


def test_an_option_is_added(sandbox: Sandbox, client: Client) -> None:
    """InsertOptionValue adds an option to a choice, not to a state."""
    answer = _post(client, "InsertOptionValue", {**_named("leadsourcecode"), "Label": label("Fair"), "Value": 77})
    assert answer.json["NewOptionValue"] == 77
    assert client.patch(sandbox.leads()[0]["leadid"], {"leadsourcecode": 77}).status == 204
    assert _post(client, "InsertOptionValue", {**_named("statecode"), "Label": label("Never")}).status == 400


# --- actions and functions over metadata -----------------------------------------------------------------------------


def test_create_entities(sandbox: Sandbox, client: Client) -> None:
    """The action CreateEntities makes tables from types that are called Complex, in the solution of its query."""
    text = json.dumps(_table()).replace(f"{CRM}", f"{CRM}Complex")
    body = {"Entities": [json.loads(text)]}
    assert _post(client, "CreateEntities?SolutionUniqueName=SandboxScores", body).status == 204
    assert sandbox.dataverse.customizing.components["SandboxScores"] == ["lc_parcel"]
    assert client.get(PARCEL).status == 200
    wrong: list[dict[str, Any]] = [{}, {"Entities": []}, {"Entities": [{}]}, {**body, "Nonsense": 1}]
    for bad in wrong:
        assert _post(client, "CreateEntities", bad).status == 400
    assert _post(client, "PublishAllXml", {}).status == 204


def test_metadata_by_query_expression(client: Client) -> None:
    """RetrieveMetadataChanges gives the properties of the types asked for; stamps and other operators are left out."""

    def ask(query: Any) -> Answer:
        return client.get(f"RetrieveMetadataChanges(Query=@p1)?@p1={quote(json.dumps(query))}")

    def named(value: str, operator: str = "Equals") -> dict[str, Any]:
        typed = {"Type": "System.String", "Value": value}
        return {"Conditions": [{"PropertyName": "LogicalName", "ConditionOperator": operator, "Value": typed}]}

    properties = {"PropertyNames": ["LogicalName", "Attributes"]}
    wanted = {"Properties": {"PropertyNames": ["LogicalName", "MaxLength"]}, "Criteria": named("subject")}
    answer = ask({"Properties": properties, "Criteria": named("lead"), "AttributeQuery": wanted}).json
    (table,) = answer["EntityMetadata"]
    (attribute,) = table["Attributes"]
    assert (table["LogicalName"], attribute["LogicalName"], attribute["MaxLength"]) == ("lead", "subject", 300)
    assert len(ask({"Properties": properties, "Criteria": named("lead", "NotEquals")}).json["EntityMetadata"]) > 5
    assert ask({"Criteria": named("lead", "In")}).status == 501
    assert ask({"Nonsense": 1}).status == 400
    assert client.get("RetrieveMetadataChanges(Query=@p1)").status == 400
    assert client.get("RetrieveMetadataChanges(Query=@p1)?@p1=x").status == 400
    assert client.get("RetrieveMetadataChanges(Query=@p1,ClientVersionStamp='1')?@p1={}").status == 501


def test_bulk_delete(sandbox: Sandbox, client: Client) -> None:
    """BulkDelete removes what its queries find and answers a job; what it does not know is refused."""
    ids = [lead["leadid"] for lead in sandbox.leads()[:3]]
    condition = {
        "AttributeName": "leadid",
        "Operator": "In",
        "Values": [{"Value": each, "Type": "System.Guid"} for each in ids],
    }
    query = {"EntityName": "lead", "Criteria": {"FilterOperator": "And", "Conditions": [condition]}}
    body = {
        "JobName": "x", "SendEmailNotification": False, "ToRecipients": [], "CCRecipients": [], "RecurrencePattern": "",
        "StartDateTime": "2026-11-20T09:00:00Z", "QuerySet": [query],
    }  # fmt: skip
    for bad, status in (
        ({"Nonsense": 1}, 400), ({"QuerySet": "x"}, 400), ({"RecurrencePattern": "FREQ=DAILY"}, 501),
        ({"QuerySet": [{"EntityName": "nothing"}]}, 400),
        ({"QuerySet": [{**query, "Criteria": {"Conditions": [{**condition, "AttributeName": "x"}]}}]}, 400),
        ({"QuerySet": [{**query, "Criteria": {"Conditions": [{**condition, "Operator": "Like"}]}}]}, 501),
        ({"QuerySet": [{"EntityName": "lead", "Criteria": {"Filters": [{}]}}]}, 501),
    ):  # fmt: skip
        assert _post(client, "BulkDelete", {**body, **bad}).status == status, bad
    assert _post(client, "BulkDelete", {"JobName": "x"}).status == 400
    assert len(sandbox.leads()) == 65
    assert _post(client, "BulkDelete", body).json["JobId"]
    assert [lead["leadid"] for lead in sandbox.leads()[:1]] != ids[:1]
    assert len(sandbox.leads()) == 62
