"""Columns created over HTTPS inside a solution, and publication: what is accepted, and how the rest is refused."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.access import CREATE_COLUMN, PUBLISH

from .support import API, Answer, Client

LEAD = "EntityDefinitions(LogicalName='lead')"
CRM = "Microsoft.Dynamics.CRM."
SCORES = "SandboxScores"
STRONG = {"Consistency": "Strong"}
PUBLISH_LEAD = "<importexportxml><entities><entity>lead</entity></entities></importexportxml>"


def label(text: str, language: int = 1033) -> dict[str, Any]:
    """A label as the documentation writes it."""
    localized = {"@odata.type": f"{CRM}LocalizedLabel", "Label": text, "LanguageCode": language}
    return {"@odata.type": f"{CRM}Label", "LocalizedLabels": [localized]}


def column(kind: str, name: str, **more: Any) -> dict[str, Any]:
    """The documented body of a new column."""
    level = {"Value": "None", "CanBeChanged": True, "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings"}
    return {
        "@odata.type": f"{CRM}{kind}AttributeMetadata",
        "SchemaName": name,
        "DisplayName": label(name.partition("_")[2]),
        "RequiredLevel": level,
        **more,
    }


def create(client: Client, body: Any, solution: str | None = SCORES, table: str = LEAD) -> Answer:
    """POST a column."""
    headers = {"MSCRM.SolutionUniqueName": solution} if solution else {}
    return client.ask("POST", f"{API}/{table}/Attributes", body, headers)


def test_a_new_column_is_usable_at_once(sandbox: Sandbox, client: Client) -> None:
    """A column is created inside the solution, described as it was asked for, and takes values within its bounds."""
    body = column("Integer", "lc_FitScore", MinValue=-5, MaxValue=100, Description=label("How well it fits"))
    answer = create(client, body)
    assert answer.status == 204
    address = answer.headers["OData-EntityId"].removeprefix(f"{sandbox.url}{API}/")
    described = client.get(f"{address}/{CRM}IntegerAttributeMetadata").json
    assert (described["LogicalName"], described["SchemaName"]) == ("lc_fitscore", "lc_FitScore")
    assert (described["MinValue"], described["MaxValue"]) == (-5, 100)
    assert described["DisplayName"]["UserLocalizedLabel"]["Label"] == "FitScore"
    assert described["Description"]["UserLocalizedLabel"]["Label"] == "How well it fits"
    assert described["IsCustomAttribute"] is True
    assert sandbox.dataverse.customizing.components[SCORES] == ["lead.lc_fitscore"]
    lead = sandbox.leads()[0]["leadid"]
    assert client.patch(lead, {"lc_fitscore": -5}).status == 204
    assert client.patch(lead, {"lc_fitscore": 101}).status == 400
    assert client.get(f"leads({lead})", select="lc_fitscore").json["lc_fitscore"] == -5


@pytest.mark.parametrize(
    ("kind", "more", "good", "bad"),
    [
        ("String", {"MaxLength": 3, "FormatName": {"Value": "Text"}, "IsPrimaryName": False}, "abc", "abcd"),
        ("Memo", {"MaxLength": 3, "Format": "TextArea"}, "abc", "abcd"),
        ("Decimal", {"MinValue": 0.0, "MaxValue": 1.0, "Precision": 1}, 0.5, 1.5),
        ("Double", {"MinValue": 0, "MaxValue": 1}, 0.5, 1.5),
        (
            "DateTime",
            {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}},
            "2026-11-20T09:00:00Z",
            "soon",
        ),
        ("DateTime", {"Format": "DateOnly", "DateTimeBehavior": {"Value": "DateOnly"}}, "2026-11-20", "20.11.2026"),
        (
            "Boolean",
            {
                "OptionSet": {
                    "TrueOption": {"Value": 1, "Label": label("Yes")},
                    "FalseOption": {"Value": 0, "Label": label("No")},
                }
            },
            True,
            1,
        ),
        ("Picklist", {"OptionSet": {"Options": [{"Value": 7, "Label": label("Wichtig", 1031)}]}}, 7, 8),
    ],
)
def test_every_documented_type(
    sandbox: Sandbox, client: Client, kind: str, more: dict[str, Any], good: Any, bad: Any
) -> None:
    """Each type is created with its own properties and judges values by them."""
    assert create(client, column(kind, "lc_New", **more)).status == 204
    assert client.get(f"{LEAD}/Attributes(LogicalName='lc_new')/{CRM}{kind}AttributeMetadata").status == 200
    lead = sandbox.leads()[0]["leadid"]
    assert client.patch(lead, {"lc_new": good}).status == 204
    assert client.patch(lead, {"lc_new": bad}).status == 400
    assert client.get(f"leads({lead})", select="lc_new").json["lc_new"] == good


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"SchemaName": "lc_New"},
        column("Integer", "lc_New") | {"@odata.type": "IntegerAttributeMetadata"},
        column("Integer", "lc_New") | {"DisplayName": {"LocalizedLabels": []}},
        column("Integer", "lc_New") | {"DisplayName": "New"},
        column("Integer", "lc_New") | {"DisplayName": {"LocalizedLabels": [{"Label": ""}]}},
        column("Integer", "lc_New") | {"DisplayName": label("Nuovo", 1040)},
        column("Integer", "lc_New") | {"RequiredLevel": {"Value": "Sometimes"}},
        column("Integer", "lc_New") | {"RequiredLevel": "None"},
        column("Integer", "lc_New", MaxLength=5),
        column("String", "lc_New", IsPrimaryName=True),
        column("Integer", "lc_New", AttributeType="String"),
        column("Integer", "lc_New", AttributeTypeName={"Value": "StringType"}),
        column("Integer", "lc_New", LogicalName="lc_other"),
        column("Integer", "lc_New", MinValue=0.5),
        column("Integer", "lc_New", MinValue=1, MaxValue=0),
        column("Integer", "lc_New", MaxValue=2**31),
        column("Decimal", "lc_New", Precision=11),
        column("String", "lc_New", MaxLength=0),
        column("String", "lc_New", MaxLength=4001),
        column("String", "lc_New", FormatName={"Value": 1}),
        column("DateTime", "lc_New", Format="Weekly"),
        column("DateTime", "lc_New", Format="DateAndTime", DateTimeBehavior={"Value": "DateOnly"}),
        column("Boolean", "lc_New"),
        column("Boolean", "lc_New", DefaultValue=1),
        column("Picklist", "lc_New", OptionSet={"Options": []}),
        column("Picklist", "lc_New", OptionSet={"Options": [{"Value": 1}]}),
        column("Integer", "New"),
        column("Integer", "lc_" + "x" * 60),
        column("Integer", "evt_New"),
    ],
)
def test_a_wrong_body_is_refused(sandbox: Sandbox, client: Client, body: Any) -> None:
    """Whatever is wrong in a body is 400, and no column comes of it."""
    before = set(sandbox.data.store.tables["lead"].columns)
    answer = create(client, body)
    assert answer.status == 400
    assert answer.message
    assert set(sandbox.data.store.tables["lead"].columns) == before


def test_names_and_solutions_are_checked(sandbox: Sandbox, client: Client) -> None:
    """A second column of a name, an unknown or managed solution and a foreign prefix are refused, each in its way."""
    assert create(client, column("Integer", "lc_New")).status == 204
    again = create(client, column("String", "LC_new"))
    assert (again.status, again.code) == (400, "0x80047013")
    assert create(client, column("Integer", "lc_Two"), "NoSuchSolution").status == 404
    foreign = create(client, column("Integer", "lc_Two"), "SandboxEvents")
    assert foreign.status == 400
    assert "evt" in foreign.message
    assert create(client, column("Integer", "msdyn_Two"), "msdynce_LeadManagement").status == 400
    assert create(client, column("Integer", "evt_Two"), None).status == 204
    assert create(client, column("Integer", "xyz_Two"), None).status == 400
    assert create(client, column("Lookup", "lc_Two")).status == 501
    assert create(client, column("Integer", "lc_Two"), table="EntityDefinitions(LogicalName='nothing')").status == 404


def test_solutions_and_publishers_can_be_read(reader: Client) -> None:
    """A solution names its publisher, and that one its prefix."""
    (found,) = reader.get(
        "solutions",
        select="uniquename,ismanaged,isvisible,_publisherid_value",
        filter="uniquename eq 'SandboxScores'",
        expand="publisherid($select=customizationprefix)",
    ).value
    assert (found["ismanaged"], found["isvisible"]) == (False, True)
    assert found["publisherid"]["customizationprefix"] == "lc"
    by_id = reader.get(f"publishers({found['_publisherid_value']})", select="customizationprefix").json
    assert by_id["customizationprefix"] == "lc"


def test_a_new_column_expires_delta_tokens(sandbox: Sandbox, client: Client) -> None:
    """A delta token from before does not work after."""
    first = client.get("leads", "odata.track-changes", select="fullname")
    link = list(client.pages(first, "odata.track-changes"))[-1].json["@odata.deltaLink"]
    assert client.follow(link).status == 200
    create(client, column("Integer", "lc_New"))
    assert client.follow(link).code == "0x80044352"


def test_publication(sandbox: Sandbox, client: Client) -> None:
    """A new column is unpublished until the table is published; what is no publication is refused."""
    create(client, column("Integer", "lc_New"))
    unpublished = sandbox.dataverse.customizing.unpublished
    assert unpublished["lead"] == {"lc_new"}
    for body in (
        {},
        {"ParameterXml": 1},
        {"ParameterXml": "<importexportxml>"},
        {"ParameterXml": "<other/>"},
        {"ParameterXml": "<!DOCTYPE x><importexportxml/>"},
        {"ParameterXml": PUBLISH_LEAD, "Async": True},
    ):
        assert client.ask("POST", f"{API}/PublishXml", body).status == 400
    unknown = PUBLISH_LEAD.replace("lead", "nothing")
    assert client.ask("POST", f"{API}/PublishXml", {"ParameterXml": unknown}).status == 404
    assert client.ask("GET", f"{API}/PublishXml").status == 405
    assert unpublished["lead"] == {"lc_new"}
    assert client.ask("POST", f"{API}/PublishXml", {"ParameterXml": PUBLISH_LEAD}).status == 204
    assert not unpublished["lead"]


def test_both_need_a_privilege(sandbox: Sandbox, client: Client) -> None:
    """Without the privilege to create columns, or to publish, the answer is 403."""
    sandbox.dataverse.access.revoke(CREATE_COLUMN)
    sandbox.dataverse.access.revoke(PUBLISH)
    assert create(client, column("Integer", "lc_New")).code == "0x80040220"
    assert client.ask("POST", f"{API}/PublishXml", {"ParameterXml": PUBLISH_LEAD}).code == "0x80040220"


def test_metadata_may_lag(sandbox: Sandbox, client: Client) -> None:
    """For as many reads as the knob says a new column is unseen, but for who asks for strong consistency."""
    sandbox.dataverse.customizing.lag = 2
    path = f"{LEAD}/Attributes(LogicalName='lc_new')"
    create(client, column("Integer", "lc_New"))
    assert client.get_with(STRONG, path).status == 200
    assert client.get(path).status == 404
    listed = client.get(f"{LEAD}/Attributes", select="LogicalName").value
    assert "lc_new" not in {each["LogicalName"] for each in listed}
    assert client.get(path).status == 200


def test_the_rest_of_metadata_cannot_be_changed(client: Client) -> None:
    """Changes that the sandbox does not have answer 501, not something half true; PATCH is no method of metadata."""
    standard = f"{API}/{LEAD}/Attributes(LogicalName='subject')"
    assert client.ask("PUT", standard, {}).status == 501
    assert client.ask("PATCH", standard, {}).status == 405
    assert client.ask("PUT", f"{API}/RelationshipDefinitions(SchemaName='lead_parent_account')", {}).status == 501
    assert client.ask("PUT", f"{API}/GlobalOptionSetDefinitions(Name='lc_x')", {}).status == 501
    assert create(client, column("File", "lc_Attachment")).status == 501
    assert create(client, column("Lookup", "lc_AccountId")).status == 501


def test_a_deleted_column_takes_its_values_along(sandbox: Sandbox, client: Client) -> None:
    """A column created anew under the name of a deleted one is empty."""
    lead = sandbox.leads()[0]["leadid"]
    sandbox.update_lead(lead, {"lc_fit": 7})
    sandbox.data.remove_column("lead", "lc_fit")
    create(client, column("Integer", "lc_fit"))
    assert client.get(f"leads({lead})", select="lc_fit").json["lc_fit"] is None
