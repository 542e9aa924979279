"""The bulk messages over HTTPS: many rows in one request, all or none; alternate keys beside ids."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox import Sandbox
from connector.sandbox.dataverse.schema import AlternateKey

from .support import API, Answer, Client

TYPE = "Microsoft.Dynamics.CRM.lead"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def leads(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Open leads."""
    return [lead for lead in sandbox.leads() if lead["statecode"] == 0]


@pytest.fixture
def keyed(sandbox: Sandbox) -> None:
    """Leads have an alternate key of two columns."""
    key = AlternateKey("lc_TopicKey", ("subject", "numberofemployees"))
    sandbox.data.store.tables["lead"].keys["lc_topickey"] = key


def _send(client: Client, message: str, *targets: Any, **more: Any) -> Answer:
    return client.ask("POST", f"{API}/leads/Microsoft.Dynamics.CRM.{message}", {"Targets": list(targets), **more})


def _target(**values: Any) -> dict[str, Any]:
    return {"@odata.type": TYPE, **values}


def test_create_multiple_answers_the_ids_in_order(sandbox: Sandbox, client: Client) -> None:
    """Rows are created in the order of the targets, whose ids come back."""
    answer = _send(client, "CreateMultiple", *(_target(lastname=name) for name in ("Abel", "Birch", "Cole")))
    assert answer.status == 200
    assert [sandbox.lead(each)["lastname"] for each in answer.json["Ids"]] == ["Abel", "Birch", "Cole"]


def test_one_bad_target_undoes_all(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """One row that cannot be created or updated takes all the others back."""
    count = sandbox.data.count("lead")
    assert _send(client, "CreateMultiple", _target(lastname="Abel"), _target(lastname="x" * 60)).status == 400
    assert sandbox.data.count("lead") == count
    changes = [_target(leadid=leads[0]["leadid"], lc_fit=5), _target(leadid=leads[1]["leadid"], lc_fit=70_000)]
    assert _send(client, "UpdateMultiple", *changes).status == 400
    assert sandbox.lead(leads[0]["leadid"]) == leads[0]


def test_update_multiple_knows_no_conditions(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """UpdateMultiple overwrites what others wrote meanwhile: an etag in a target is no condition."""
    sandbox.update_lead(leads[0]["leadid"], {"lc_fit": 1})
    stale = {"@odata.etag": f'W/"{leads[0]["versionnumber"]}"'}
    answer = _send(client, "UpdateMultiple", _target(leadid=leads[0]["leadid"], lc_fit=9, **stale))
    assert (answer.status, answer.body) == (204, b"")
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] == 9


def test_update_multiple_creates_nothing(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """A target that is not there is named in the refusal, and nothing is changed."""
    targets = [_target(leadid=leads[0]["leadid"], lc_fit=9), _target(leadid=NOBODY, lc_fit=9)]
    answer = _send(client, "UpdateMultiple", *targets)
    assert (answer.status, answer.code) == (404, "0x80040217")
    assert answer.message == f"lead With Ids = {NOBODY} Do Not Exist"
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] is None


@pytest.mark.usefixtures("keyed")
def test_upsert_multiple(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """UpsertMultiple updates what is there and creates what is not, by id and by alternate key."""
    sandbox.update_lead(leads[0]["leadid"], {"subject": "It's new", "numberofemployees": 12})
    answer = _send(
        client, "UpsertMultiple",
        _target(leadid=leads[1]["leadid"], lc_fit=1), _target(leadid=NOBODY, lastname="Created"),
        _target(**{"@odata.id": "leads(subject='it''s NEW',numberofemployees=12)"}, lc_fit=2),
        _target(**{"@odata.id": "leads(subject='Another',numberofemployees=12)"}, lastname="Keyed"),
    )  # fmt: skip
    assert answer.status == 204
    assert [sandbox.lead(leads[at]["leadid"])["lc_fit"] for at in (0, 1)] == [2, 1]
    assert sandbox.lead(NOBODY)["lastname"] == "Created"
    (keyed,) = [lead for lead in sandbox.leads() if lead["lastname"] == "Keyed"]
    assert (keyed["subject"], keyed["numberofemployees"]) == ("Another", 12)


@pytest.mark.parametrize(
    ("message", "body"),
    [
        ("CreateMultiple", {"Targets": []}),
        ("CreateMultiple", {}),
        ("CreateMultiple", {"Targets": [{"lastname": "No type"}]}),
        ("CreateMultiple", {"Targets": [{"@odata.type": "Microsoft.Dynamics.CRM.account", "name": "x"}]}),
        ("CreateMultiple", {"Targets": [{"@odata.type": TYPE, "lastname": "x"}], "Unknown": 1}),
        ("UpdateMultiple", {"Targets": [{"@odata.type": TYPE, "lc_fit": 1}]}),
        ("UpdateMultiple", {"Targets": [{"@odata.type": TYPE, "@odata.id": "accounts(x='1')"}]}),
        ("DeleteMultiple", {"Targets": [{"@odata.type": TYPE, "leadid": NOBODY}]}),
    ],
)
def test_bulk_bodies_are_judged(client: Client, message: str, body: dict[str, Any]) -> None:
    """Targets must be rows that name their type and, in updates, themselves; deletions are for elastic tables."""
    assert client.ask("POST", f"{API}/leads/Microsoft.Dynamics.CRM.{message}", body).status == 400


def test_bulk_addresses(sandbox: Sandbox, client: Client) -> None:
    """The messages are POSTed to a table that offers them, by their full name."""
    assert client.ask("GET", f"{API}/leads/Microsoft.Dynamics.CRM.CreateMultiple").status == 405
    assert client.ask("POST", f"{API}/leads/CreateMultiple", {}).status == 404
    assert client.ask("POST", f"{API}/leads/Microsoft.Dynamics.CRM.Nonsense", {}).status == 404
    sandbox.dataverse.tables.bulk.without.add("lead")
    assert _send(client, "CreateMultiple", _target(lastname="Never")).status == 400


def test_bulk_needs_the_privileges(sandbox: Sandbox, client: Client) -> None:
    """A missing privilege refuses the whole message."""
    sandbox.dataverse.access.revoke("prvCreateLead")
    assert _send(client, "CreateMultiple", _target(lastname="Never")).status == 403
    assert _send(client, "UpsertMultiple", _target(leadid=NOBODY, lastname="Never")).status == 403


@pytest.mark.usefixtures("keyed")
def test_rows_by_alternate_key(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """An alternate key reads, updates, creates and deletes one row; what it does not name has its own code."""
    sandbox.update_lead(leads[0]["leadid"], {"subject": "One / two", "numberofemployees": 7})
    path = f"{API}/leads(subject='One%20%2F%20two',numberofemployees=7)"
    assert client.ask("GET", f"{path}?$select=leadid").json["leadid"] == leads[0]["leadid"]
    assert client.ask("PATCH", path, {"lc_fit": 3}, {"If-Match": "*"}).status == 204
    assert sandbox.lead(leads[0]["leadid"])["lc_fit"] == 3
    assert client.ask("PATCH", path, {"lc_fit": 4}, {"If-None-Match": "*"}).status == 412
    other = f"{API}/leads(subject='Other',numberofemployees=7)"
    missing = client.ask("GET", other)
    assert (missing.status, missing.code) == (404, "0x80060891")
    assert client.ask("PATCH", other, {"lc_fit": 4}, {"If-Match": "*"}).code == "0x80060891"
    created = client.ask("PATCH", other, {"lastname": "New"})
    assert created.status == 204
    row = client.ask("GET", created.headers["OData-EntityId"].removeprefix(sandbox.url)).json
    assert (row["subject"], row["numberofemployees"], row["lastname"]) == ("Other", 7, "New")
    assert client.ask("DELETE", path).status == 204
    assert sandbox.data.row("lead", leads[0]["leadid"]) is None


@pytest.mark.usefixtures("keyed")
def test_alternate_keys_are_unique(sandbox: Sandbox, client: Client, leads: list[dict[str, Any]]) -> None:
    """A second row with the values of a key is refused with its own code; empty values are never the same."""
    sandbox.update_lead(leads[0]["leadid"], {"subject": "One", "numberofemployees": 7})
    twin = {"lastname": "Twin", "subject": "ONE", "numberofemployees": 7}
    answer = client.ask("POST", f"{API}/leads", twin)
    assert (answer.status, answer.code) == (412, "0x80060892")
    changed = client.patch(leads[1]["leadid"], {"subject": "one", "numberofemployees": 7}, If_Match="*")
    assert (changed.status, changed.code) == (412, "0x80060892")
    assert client.ask("POST", f"{API}/leads", twin | {"numberofemployees": None}).status == 204
    assert client.ask("POST", f"{API}/leads", twin | {"numberofemployees": None}).status == 204


def test_keys_that_are_none(client: Client) -> None:
    """Columns that are no key do not name a row."""
    assert client.get("leads(lastname='Smith')").status == 400
    assert client.get("leads(12)").status == 400


def test_targets_count_for_the_entitlement(sandbox: Sandbox, client: Client) -> None:
    """A bulk message is one request, and every target counts for the day."""
    before = sandbox.dataverse.protection.operations
    _send(client, "CreateMultiple", *(_target(lastname="Many") for _ in range(25)))
    assert sandbox.dataverse.protection.operations - before == 25
