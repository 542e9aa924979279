"""Microsoft's own Python client against the sandbox: real HTTPS, its CA, its token endpoint. Nothing is faked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import pytest
import requests
from azure.core.credentials import AccessToken
from PowerPlatform.Dataverse.client import DataverseClient
from PowerPlatform.Dataverse.core.errors import HttpError, MetadataError
from PowerPlatform.Dataverse.models.filters import col
from PowerPlatform.Dataverse.models.relationship import ManyToManyRelationshipMetadata
from PowerPlatform.Dataverse.models.upsert import UpsertItem

from connector.sandbox import Sandbox

NOBODY = "00000000-0000-4000-8000-000000000000"


class SandboxCredential:
    """A token credential by client secret: it asks the sandbox's Entra as any application does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._settings = sandbox.settings
        self.asked: list[tuple[str, ...]] = []

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        """A fresh token for the scopes."""
        self.asked.append(scopes)
        answer = requests.post(
            f"{self._settings['CONNECTOR_AUTHORITY']}/oauth2/v2.0/token",
            data={
                "grant_type": "client_credentials",
                "client_id": self._settings["CONNECTOR_CLIENT_ID"],
                "client_secret": self._settings["CONNECTOR_CLIENT_SECRET"],
                "scope": " ".join(scopes),
            },
            verify=self._settings["CONNECTOR_CA_BUNDLE"],
            timeout=20,
        )
        answer.raise_for_status()
        document = answer.json()
        return AccessToken(document["access_token"], int(time.time()) + document["expires_in"])


@pytest.fixture
def credential(sandbox: Sandbox) -> SandboxCredential:
    """A credential of the sandbox's application."""
    return SandboxCredential(sandbox)


@pytest.fixture
def sdk(sandbox: Sandbox, credential: SandboxCredential, monkeypatch: pytest.MonkeyPatch) -> Iterator[DataverseClient]:
    """The client, told of the CA in the way in which its users would."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", sandbox.settings["CONNECTOR_CA_BUNDLE"])
    with DataverseClient(sandbox.url, credential) as client:
        yield client


class Size(IntEnum):
    """A local choice, as the client takes it."""

    SMALL = 100_000_000
    LARGE = 100_000_001


@pytest.fixture
def parcels(sdk: DataverseClient) -> str:
    """A table that the client created."""
    columns = {"lc_Weight": "decimal", "lc_Pieces": "int", "lc_Size": Size, "lc_Fragile": "bool", "lc_Sent": "datetime"}
    made = sdk.tables.create(
        "lc_Parcel", columns, solution="SandboxScores", primary_column="lc_Label", display_name="Parcel"
    )
    assert (made.logical_name, made.entity_set_name) == ("lc_parcel", "lc_parcels")
    assert made.primary_id_attribute == "lc_parcelid"
    return "lc_parcel"


# --- rows ------------------------------------------------------------------------------------------------------------


def test_create_read_update_delete(sandbox: Sandbox, sdk: DataverseClient, credential: SandboxCredential) -> None:
    """A row is created, read with annotations and linked rows, changed and deleted; labels become values on the way."""
    account = sdk.records.create("account", {"Name": "Brampton Mills", "industrycode": "Consulting"})
    found = sandbox.data.row("account", account)
    assert found is not None
    assert (found["name"], found["industrycode"]) == ("Brampton Mills", 7)
    lead = sdk.records.create(
        "lead", {"lastname": "Ashe", "subject": "Looms", "parentaccountid@odata.bind": f"/accounts({account})"}
    )
    read = sdk.records.retrieve(
        "lead",
        lead,
        select=["subject", "statuscode"],
        expand=["parentaccountid($select=name)"],
        include_annotations="*",
    )
    assert read is not None
    assert read["subject"] == "Looms"
    assert read["statuscode@OData.Community.Display.V1.FormattedValue"] == "New"
    assert read["parentaccountid"]["name"] == "Brampton Mills"
    sdk.records.update("lead", lead, {"subject": "Spindles"})
    assert sandbox.lead(lead)["subject"] == "Spindles"
    sdk.records.delete("lead", lead)
    assert sandbox.data.row("lead", lead) is None
    assert set(credential.asked) == {(f"{sandbox.url}/.default",)}


def test_many_rows_in_one_request(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """Rows are created, changed and deleted by bulk messages."""
    ids = sdk.records.create("lead", [{"lastname": f"Many {number}"} for number in range(5)])
    assert [sandbox.lead(each)["lastname"] for each in ids] == [f"Many {number}" for number in range(5)]
    sdk.records.update("lead", ids, {"jobtitle": "Buyer"})
    sdk.records.update("lead", ids[:2], [{"subject": "One"}, {"subject": "Two"}])
    assert [sandbox.lead(each)["subject"] for each in ids[:3]] == ["One", "Two", None]
    assert {sandbox.lead(each)["jobtitle"] for each in ids} == {"Buyer"}
    assert sdk.records.delete("lead", ids)
    assert not any(sandbox.data.row("lead", each) for each in ids)


def test_pages(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """Pages follow one another until every row was there once, in order."""
    pages = list(
        sdk.records.list_pages("lead", select=["lastname"], filter="statecode eq 0", orderby=["leadid"], page_size=20)
    )
    sizes = [len(list(page)) for page in pages]
    found = [row["leadid"] for page in pages for row in page]
    assert sizes == [20, 20, 20]
    assert found == [lead["leadid"] for lead in sandbox.leads() if lead["statecode"] == 0]
    assert len(list(sdk.records.list("lead", select=["lastname"], top=7))) == 7


def test_queries(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """The client's query builder is understood: conditions, order, expansion, count."""
    query = (
        sdk.query.builder("lead").select("lastname", "statecode").where(col("statecode") == 0)
        .where(col("lastname").contains("e")).order_by("lastname").top(10)
    )  # fmt: skip
    rows: list[Any] = list(query.execute())
    wanted = sorted(
        lead["lastname"].lower()
        for lead in sandbox.leads()
        if lead["statecode"] == 0 and "e" in lead["lastname"].lower()
    )
    assert [str(row["lastname"]).lower() for row in rows] == wanted[:10]


def test_upsert_by_alternate_key(sandbox: Sandbox, sdk: DataverseClient, parcels: str) -> None:
    """An alternate key is created and listed; rows are created and changed by it, one or many; it is deleted."""
    sdk.tables.create_alternate_key(parcels, "lc_LabelKey", ["lc_label", "lc_pieces"])
    (key,) = sdk.tables.get_alternate_keys(parcels)
    assert (key.schema_name, key.key_attributes, key.status) == ("lc_LabelKey", ["lc_label", "lc_pieces"], "Active")
    for weight in (1.5, 2.5):
        sdk.records.upsert(parcels, [UpsertItem({"lc_label": "It's A", "lc_pieces": 3}, {"lc_Weight": weight})])
    many: list[UpsertItem | dict[str, Any]] = [
        UpsertItem({"lc_label": label, "lc_pieces": 3}, {"lc_weight": 9}) for label in ("It's A", "B")
    ]
    sdk.records.upsert(parcels, many)
    rows = list(sandbox.data.rows(parcels))
    assert {row["lc_label"]: row["lc_weight"] for row in rows} == {"It's A": 9, "B": 9}
    sdk.tables.delete_alternate_key(parcels, key.metadata_id)
    assert sdk.tables.get_alternate_keys(parcels) == []


def test_refusals_are_told(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """Status, code and whether it may pass reach the caller: a missing row, a bad value, a limit."""
    with pytest.raises(HttpError) as missing:
        sdk.records.update("lead", NOBODY, {"subject": "x"})
    assert (missing.value.status_code, missing.value.details["service_error_code"]) == (404, "0x80040217")
    with pytest.raises(HttpError, match="outside the valid range"):
        sdk.records.create("lead", {"lastname": "x", "numberofemployees": -1})
    with pytest.raises(HttpError, match="Could not find a property named 'nonsense'"):
        list(sdk.records.list("lead", select=["nonsense"]))
    sandbox.faults.status(429, retry_after=17, when="/leads")
    with pytest.raises(HttpError) as limited:
        sdk.records.create("lead", {"lastname": "x"})
    assert (limited.value.status_code, limited.value.details["retry_after"], limited.value.is_transient) == (
        429,
        17,
        True,
    )
    assert sdk.records.retrieve("lead", NOBODY) is None


# --- batches ---------------------------------------------------------------------------------------------------------


def test_batches_and_change_sets(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """A batch creates, reads, changes and deletes; a change set ties rows that it creates itself."""
    lead = sandbox.leads()[0]["leadid"]
    batch = sdk.batch.new()
    batch.records.create("account", {"name": "Brampton Mills"})
    batch.records.retrieve("lead", lead, select=["lastname"])
    batch.records.update("lead", lead, {"subject": "Changed"})
    with batch.changeset() as together:
        account = together.records.create("account", {"name": "Together"})
        together.records.create("lead", {"lastname": "Tied", "parentaccountid@odata.bind": account})
        together.records.update("account", account, {"telephone1": "+44 20 7946 0011"})
    batch.query.sql("SELECT TOP 2 lastname FROM lead")
    batch.tables.get("account")
    result = batch.execute()
    assert not result.has_errors, [each.error_message for each in result.failed]
    assert [each.status_code for each in result.responses] == [204, 200, 204, 204, 204, 204, 200, 200]
    assert result.responses[1].data is not None
    assert result.responses[1].data["leadid"] == lead
    assert sandbox.lead(lead)["subject"] == "Changed"
    tied = next(row for row in sandbox.leads() if row["lastname"] == "Tied")
    found = sandbox.data.row("account", tied["_parentaccountid_value"])
    assert found is not None
    assert (found["name"], found["telephone1"]) == ("Together", "+44 20 7946 0011")


def test_a_batch_that_fails(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """Without continuing the first error is the last answer; with it each has its own; a change set is one."""
    leads = [lead["leadid"] for lead in sandbox.leads()[:2]]

    def made() -> Any:
        batch = sdk.batch.new()
        batch.records.update("lead", leads[0], {"subject": "First"})
        with batch.changeset() as together:
            together.records.update("lead", leads[1], {"subject": "Never"})
            together.records.update("lead", leads[1], {"numberofemployees": -1})
        batch.records.update("lead", leads[0], {"jobtitle": "Last"})
        return batch

    stopped = made().execute()
    assert [each.status_code for each in stopped.responses] == [204, 400]
    assert sandbox.lead(leads[0])["jobtitle"] != "Last"
    went_on = made().execute(continue_on_error=True)
    assert [each.status_code for each in went_on.responses] == [204, 400, 204]
    assert [each.error_code for each in went_on.failed] == ["0x80044330"]
    assert sandbox.lead(leads[0])["jobtitle"] == "Last"
    assert sandbox.lead(leads[1])["subject"] != "Never"


# --- metadata --------------------------------------------------------------------------------------------------------


def test_a_table_of_its_own(sandbox: Sandbox, sdk: DataverseClient, parcels: str) -> None:
    """A table is created, found, filled, read and deleted."""
    about = sdk.tables.get(parcels)
    assert about is not None
    assert (about["table_schema_name"], about["primary_name_attribute"]) == ("lc_Parcel", "lc_label")
    row_id = sdk.records.create(
        parcels,
        {"lc_Label": "A", "lc_Weight": 2.25, "lc_Size": "LARGE", "lc_Fragile": True, "lc_Sent": "2026-11-20T00:00:00Z"},
    )
    row = sandbox.data.row(parcels, row_id)
    assert row is not None
    assert (row["lc_weight"], row["lc_size"], row["lc_fragile"]) == (2.25, Size.LARGE, True)
    assert parcels in {each["LogicalName"] for each in sdk.tables.list(select=["LogicalName"])}
    with pytest.raises(MetadataError, match="already exists"):
        sdk.tables.create("lc_Parcel", {})
    sdk.tables.delete(parcels)
    assert sdk.tables.get(parcels) is None
    with pytest.raises(HttpError):
        list(sdk.records.list(parcels, select=["lc_label"]))


def test_columns(sdk: DataverseClient) -> None:
    """Columns are added to a standard table, listed by type, changed and removed."""
    assert sdk.tables.add_columns("lead", {"lc_Remark": "memo", "lc_Turnover": "decimal"}) == [
        "lc_Remark",
        "lc_Turnover",
    ]
    names = {
        each["LogicalName"]
        for each in sdk.tables.list_columns("lead", select=["LogicalName"], filter="AttributeType eq 'Memo'")
    }
    assert "lc_remark" in names
    sdk.tables.update_column("lead", "lc_Turnover", {"max_value": 500, "display_name": "Yearly turnover"})
    changed = sdk.tables.get_column("lead", "lc_Turnover", typed=True)
    assert changed is not None
    assert changed["MaxValue"] == 500
    assert changed["DisplayName"]["UserLocalizedLabel"]["Label"] == "Yearly turnover"
    lead = sdk.records.create("lead", {"lastname": "x", "lc_Turnover": 499.5})
    with pytest.raises(HttpError):
        sdk.records.update("lead", lead, {"lc_Turnover": 501})
    sdk.tables.remove_columns("lead", ["lc_Remark", "lc_Turnover"])
    assert sdk.tables.get_column("lead", "lc_Remark") is None


def test_relationships(sandbox: Sandbox, sdk: DataverseClient, parcels: str) -> None:
    """A lookup and a many-to-many relationship are created, found, used and deleted."""
    lookup = sdk.tables.create_lookup_field(parcels, "lc_SenderId", "account", display_name="Sender")
    account = sandbox.data.add("account", {"name": "Brampton Mills"})
    parcel = sdk.records.create(parcels, {"lc_Label": "A", "lc_SenderId@odata.bind": f"/accounts({account})"})
    read = sdk.records.retrieve(parcels, parcel, select=["lc_label"], expand=["lc_SenderId($select=name)"])
    assert read is not None
    assert read["lc_SenderId"]["name"] == "Brampton Mills"
    found = sdk.tables.get_relationship(lookup.relationship_schema_name)
    assert found is not None
    assert (found.referenced_entity, found.referencing_entity) == ("account", parcels)
    many = sdk.tables.create_many_to_many_relationship(
        ManyToManyRelationshipMetadata("lc_parcel_lead", parcels, "lead")
    )
    assert {each["SchemaName"] for each in sdk.tables.list_table_relationships(parcels)} >= {
        "lc_parcel_lead", lookup.relationship_schema_name,
    }  # fmt: skip
    for each in (many, lookup):
        assert each.relationship_id is not None
        sdk.tables.delete_relationship(each.relationship_id)
    assert sdk.tables.get_relationship("lc_parcel_lead") is None
    assert "lc_senderid" not in sandbox.data.store.tables[parcels].columns


# --- other ways to ask -----------------------------------------------------------------------------------------------


def test_sql(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """A SELECT is answered: columns, conditions, joins, aggregates."""
    rows = sdk.query.sql("SELECT TOP 5 lastname, statecode FROM lead WHERE statecode = 0 ORDER BY lastname DESC")
    wanted = sorted((lead["lastname"].lower() for lead in sandbox.leads() if lead["statecode"] == 0), reverse=True)
    assert [row["lastname"].lower() for row in rows] == wanted[:5]
    (counted,) = sdk.query.sql("SELECT COUNT(*) AS number FROM lead WHERE statecode = 0")
    assert counted["number"] == len(wanted)
    joined = sdk.query.sql(
        "SELECT l.lastname, a.name FROM lead l INNER JOIN account a ON l.parentaccountid = a.accountid"
    )
    assert len(joined) == sum(lead["_parentaccountid_value"] is not None for lead in sandbox.leads())


def test_fetch_xml(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """A FetchXML query is answered page by page by its cookie."""
    query = """<fetch count="25"><entity name="lead"><attribute name="lastname"/><attribute name="leadid"/>
      <filter><condition attribute="statecode" operator="eq" value="0"/></filter><order attribute="lastname"/>
      </entity></fetch>"""
    pages = [list(page) for page in sdk.query.fetchxml(query).execute_pages()]
    assert [len(page) for page in pages] == [25, 25, 10]
    found = [row["lastname"].lower() for page in pages for row in page]
    assert found == sorted(lead["lastname"].lower() for lead in sandbox.leads() if lead["statecode"] == 0)


def test_what_the_client_does_not_do(sandbox: Sandbox, sdk: DataverseClient) -> None:
    """It updates with If-Match: *, so what another wrote meanwhile is lost without a word."""
    lead = sandbox.leads()[0]["leadid"]
    sandbox.before_write(lead, lambda: sandbox.update_lead(lead, {"subject": "Theirs"}))
    sdk.records.update("lead", lead, {"subject": "Ours"})
    assert sandbox.lead(lead)["subject"] == "Ours"
    (call,) = sandbox.calls.matching(service="dataverse", method="PATCH")
    assert call.headers["if-match"] == "*"
