"""Webhooks that really post: registration, filters, bodies, secrets, retries, what was bypassed, disorder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox import Sandbox, tls
from connector.sandbox.dataverse.hooks.execution import CUT
from connector.sandbox.dataverse.schema import stable_id
from connector.sandbox.server import Server

from .batches import change_set, operation, send
from .receiving import Receiver, add_step, pairs, post_step, receiver, register, settings
from .support import API, Client

CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    """A receiver over plain HTTP."""
    with receiver() as made:
        yield made


def _lead(sandbox: Sandbox) -> str:
    found: str = next(lead["leadid"] for lead in sandbox.leads() if lead["statecode"] == 0)
    return found


def _arrived(sandbox: Sandbox, inbox: Receiver) -> list[dict[str, Any]]:
    assert sandbox.dataverse.hooks.poster.wait()
    return inbox.bodies


def test_an_update_is_posted_as_dataverse_posts_it(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """The context has every key, typed values, dates in milliseconds, the tag, and only the columns that were sent."""
    ids = register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    account = client.get("accounts", select="name", top="1").value[0]["accountid"]
    body = {
        "jobtitle": "CFO", "budgetstatus": 2, "estimatedamount": 5.5, "decisionmaker": True,
        "estimatedclosedate": "2026-12-01", "lastusedincampaign": "2026-11-19T10:00:00Z",
        "parentaccountid@odata.bind": f"/accounts({account})", "mobilephone": None,
    }  # fmt: skip
    assert client.ask("PATCH", f"{API}/leads({lead_id})?tag=from-tests", body).status == 204
    (posted,) = _arrived(sandbox, inbox)
    request = inbox.requests[0]
    assert request.headers["x-ms-dynamics-organization"] == sandbox.url.removeprefix("https://")
    assert request.headers["x-ms-dynamics-entity-name"] == "lead"
    assert request.headers["x-ms-dynamics-request-name"] == "Update"
    assert request.headers["x-ms-correlation-request-id"] == posted["CorrelationId"]
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-secret"] == "s"
    assert "x-ms-dynamics-msg-size-exceeded" not in request.headers
    assert set(posted) == {
        "BusinessUnitId", "CorrelationId", "Depth", "InitiatingUserAzureActiveDirectoryObjectId", "InitiatingUserId",
        "InputParameters", "IsExecutingOffline", "IsInTransaction", "IsOfflinePlayback", "IsolationMode",
        "MessageName", "Mode", "OperationCreatedOn", "OperationId", "OrganizationId", "OrganizationName",
        "OutputParameters", "OwningExtension", "ParentContext", "PostEntityImages", "PreEntityImages",
        "PrimaryEntityId", "PrimaryEntityName", "RequestId", "SecondaryEntityName", "SharedVariables", "Stage",
        "UserAzureActiveDirectoryObjectId", "UserId",
    }  # fmt: skip
    assert (posted["MessageName"], posted["PrimaryEntityName"], posted["PrimaryEntityId"]) == (
        "Update",
        "lead",
        lead_id,
    )
    assert (posted["Depth"], posted["Mode"], posted["Stage"], posted["IsInTransaction"]) == (1, 1, 40, False)
    assert posted["OwningExtension"]["Id"] == ids["Update"]
    assert posted["OperationCreatedOn"] == "/Date(1795165200000+0000)/"
    assert pairs(posted["SharedVariables"])["tag"] == "from-tests"
    assert posted["ParentContext"]["Stage"] == 30
    assert posted["UserAzureActiveDirectoryObjectId"] == sandbox.application.object_id
    target = pairs(posted["InputParameters"])["Target"]
    assert (target["__type"], target["Id"], target["LogicalName"]) == (f"Entity:{CONTRACTS}", lead_id, "lead")
    sent = pairs(target["Attributes"])
    assert set(sent) == {
        "jobtitle", "budgetstatus", "estimatedamount", "decisionmaker", "estimatedclosedate", "lastusedincampaign",
        "parentaccountid", "mobilephone", "modifiedon", "modifiedby", "leadid",
    }  # fmt: skip
    assert sent["budgetstatus"] == {"__type": f"OptionSetValue:{CONTRACTS}", "Value": 2}
    assert sent["estimatedamount"] == {"__type": f"Money:{CONTRACTS}", "Value": 5.5}
    assert sent["parentaccountid"]["Id"] == account
    assert sent["parentaccountid"]["__type"] == f"EntityReference:{CONTRACTS}"
    assert (sent["jobtitle"], sent["decisionmaker"], sent["mobilephone"]) == ("CFO", True, None)
    assert sent["lastusedincampaign"] == "/Date(1795082400000+0000)/"
    assert sent["estimatedclosedate"] == "/Date(1796083200000+0000)/"
    assert pairs(target["FormattedValues"])["budgetstatus"] == "Can Buy"
    image = pairs(posted["PostEntityImages"])["AsynchronousStepPrimaryName"]
    assert "__type" not in image
    assert pairs(image["Attributes"]) == {"fullname": sandbox.lead(lead_id)["fullname"], "leadid": lead_id}


def test_only_the_columns_registered_for_fire(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """An update of other columns, such as scores, posts nothing; one of a lookup is known by its logical name."""
    register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    assert client.patch(lead_id, {"lc_fit": 5}).status == 204
    sandbox.update_lead(lead_id, {"telephone1": "+44 20 7946 0001"})
    sandbox.update_lead(lead_id, {"_parentaccountid_value": None})
    assert len(_arrived(sandbox, inbox)) == 1


def test_creations_and_deletions(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """A creation posts its columns and the new id, a deletion a reference and the name in the image of before."""
    register(client, inbox.url, "Create", "Delete")
    created = client.ask("POST", f"{API}/leads", {"lastname": "Quill", "subject": "x"})
    lead_id = created.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")
    sandbox.delete_lead(lead_id)
    first, second = sorted(_arrived(sandbox, inbox), key=lambda each: str(each["MessageName"]))
    assert pairs(first["OutputParameters"]) == {"id": lead_id}
    assert pairs(pairs(first["InputParameters"])["Target"]["Attributes"])["lastname"] == "Quill"
    target = pairs(second["InputParameters"])["Target"]
    assert (target["__type"], target["Id"]) == (f"EntityReference:{CONTRACTS}", lead_id)
    assert pairs(pairs(second["PreEntityImages"])["AsynchronousStepPrimaryName"]["Attributes"])["fullname"] == "Quill"
    assert second["PostEntityImages"] == []


def test_images_are_posted_as_registered(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """An image of both kinds shows the columns asked for before and after, without those that are empty."""
    ids = register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    sandbox.update_lead(lead_id, {"telephone1": None, "lastname": "Before"})
    body = {
        "name": "both", "entityalias": "both", "imagetype": 2, "messagepropertyname": "Target",
        "attributes": "jobtitle,telephone1,lastname",
        "sdkmessageprocessingstepid@odata.bind": f"/sdkmessageprocessingsteps({ids['Update']})",
    }  # fmt: skip
    assert client.ask("POST", f"{API}/sdkmessageprocessingstepimages", body).status == 204
    client.patch(lead_id, {"jobtitle": "New title", "lastname": "After"})
    (posted,) = _arrived(sandbox, inbox)
    before = pairs(pairs(posted["PreEntityImages"])["both"]["Attributes"])
    after = pairs(pairs(posted["PostEntityImages"])["both"]["Attributes"])
    assert before["lastname"] == "Before"
    assert after == {"jobtitle": "New title", "lastname": "After"}


def test_what_is_too_large_is_cut(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Over 256 KB the parameters and images are left out, the ids stay, and a header says so."""
    register(client, inbox.url, "CreateMultiple", table="lead")
    with sandbox.data.store.transaction():
        for number in range(100):
            sandbox.add_lead({"lastname": f"L{number}", "description": "x" * 2000})
    (posted,) = _arrived(sandbox, inbox)
    assert inbox.requests[0].headers["x-ms-dynamics-msg-size-exceeded"] == "true"
    assert not set(CUT) & set(posted)
    assert posted["MessageName"] == "CreateMultiple"


def test_bulk_messages_post_for_each_row_and_for_all(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Several rows of one request fire the step of Update for each, and that of UpdateMultiple once with all."""
    ids = register(client, inbox.url, "Update")
    add_step(client, ids["endpoint"], "UpdateMultiple")
    first, second = [lead["leadid"] for lead in sandbox.leads()[:2]]
    with sandbox.data.store.transaction():
        sandbox.update_lead(first, {"jobtitle": "One"})
        sandbox.update_lead(second, {"jobtitle": "Two"})
    posted = _arrived(sandbox, inbox)
    single = [each for each in posted if each["MessageName"] == "Update"]
    assert {each["PrimaryEntityId"] for each in single} == {first, second}
    (bulk,) = [each for each in posted if each["MessageName"] == "UpdateMultiple"]
    assert {each["Id"] for each in pairs(bulk["InputParameters"])["Targets"]["Entities"]} == {first, second}


@pytest.mark.parametrize(
    ("authtype", "authvalue", "query"),
    [(4, "a b&c", "code=a%20b%26c"), (6, settings("key", "v/1"), "key=v%2F1"), (6, "", ""), (4, None, "")],
)
def test_secrets_in_the_address(
    sandbox: Sandbox, client: Client, inbox: Receiver, authtype: int, authvalue: str | None, query: str
) -> None:
    """A webhook key arrives as `code`, pairs of a query string as they are, both escaped."""
    register(client, inbox.url, "Update", authtype=authtype, authvalue=authvalue)
    client.patch(_lead(sandbox), {"jobtitle": "x"})
    assert sandbox.dataverse.hooks.poster.wait()
    assert [each.query for each in inbox.requests] == [query]


def test_a_secret_cannot_be_read_back(client: Client, inbox: Receiver) -> None:
    """The secret of an endpoint is write-only; whether there is one can be read; it stays when others change."""
    endpoint = register(client, inbox.url)["endpoint"]
    client.ask("PATCH", f"{API}/serviceendpoints({endpoint})", {"description": "ours"}, {"If-Match": "*"})
    row = client.get(f"serviceendpoints({endpoint})").json
    assert row["authvalue"] is None
    assert row["isauthvalueset"] is True
    assert b"x-secret" not in client.get("serviceendpoints").body


def test_a_busy_receiver_gets_one_further_attempt(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """After 502, 503 and 504 it is posted once more with the same body; other failures end as a failed system job."""
    ids = register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    inbox.statuses = [503, 200]
    client.patch(lead_id, {"jobtitle": "a"})
    assert sandbox.dataverse.hooks.poster.wait()
    assert inbox.requests[0].body == inbox.requests[1].body
    inbox.statuses = [502, 504, 500]
    for title in ("b", "c"):
        client.patch(lead_id, {"jobtitle": title})
        assert sandbox.dataverse.hooks.poster.wait()
    posts = list(sandbox.dataverse.hooks.poster.posts)
    assert [(each.attempts, each.status) for each in posts] == [(2, 200), (2, 504), (1, 500)]
    wanted = f"_owningextensionid_value eq {ids['Update']} and statuscode eq 31"
    jobs = client.get("asyncoperations", filter=wanted).value
    assert [each["statecode"] for each in jobs] == [3, 3]
    assert {each["retrycount"] for each in jobs} == {0, 1}


def test_succeeded_jobs_are_kept_on_request(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Without automatic deletion the system job of a success stays."""
    register(client, inbox.url, "Update", asyncautodelete=False)
    client.patch(_lead(sandbox), {"jobtitle": "a"})
    assert sandbox.dataverse.hooks.poster.wait()
    assert [each["statuscode"] for each in client.get("asyncoperations").value] == [30]


def test_a_receiver_that_is_gone_or_far(sandbox: Sandbox, client: Client) -> None:
    """Nobody listening, and an address beyond loopback, are failures; nothing leaves the machine."""
    with receiver() as gone:
        url = gone.url
    register(client, url, "Update")
    register(client, "https://connector.example/hooks", "Update")
    client.patch(_lead(sandbox), {"jobtitle": "a"})
    assert sandbox.dataverse.hooks.poster.wait()
    errors = sorted(each.error for each in sandbox.dataverse.hooks.poster.posts)
    assert [each.split(":")[0] for each in errors] == ["ConnectionRefusedError", "the sandbox posts to loopback only"]


def test_tls_is_verified(sandbox: Sandbox, client: Client, tmp_path: Path) -> None:
    """Over HTTPS the receiver's certificate must be one of a CA that the sandbox was told to trust."""
    with receiver(tls.server_context(tmp_path)) as secure:
        register(client, secure.url, "Update")
        client.patch(_lead(sandbox), {"jobtitle": "a"})
        assert sandbox.dataverse.hooks.poster.wait()
        assert "CERTIFICATE_VERIFY_FAILED" in sandbox.dataverse.hooks.poster.posts[0].error
        sandbox.dataverse.hooks.poster.trust(str(tls.write_ca(tmp_path)))
        client.patch(_lead(sandbox), {"jobtitle": "b"})
        assert sandbox.dataverse.hooks.poster.wait()
        assert len(secure.requests) == 1


def test_loss_repetition_and_disorder(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Posts can be lost, sent twice, sent in the opposite order and held back."""
    register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    poster = sandbox.dataverse.hooks.poster
    poster.workers = 1
    poster.lose(1)
    for title in ("lost", "kept"):
        client.patch(lead_id, {"jobtitle": title})
    poster.repeat(1)
    client.patch(lead_id, {"jobtitle": "twice"})
    poster.reorder(2)
    for title in ("second", "first"):
        client.patch(lead_id, {"jobtitle": title})
    assert poster.wait()
    poster.hold()
    client.patch(lead_id, {"jobtitle": "held"})
    assert not poster.wait(0.01)
    poster.release()
    titles = [
        pairs(pairs(each["InputParameters"])["Target"]["Attributes"])["jobtitle"] for each in _arrived(sandbox, inbox)
    ]
    assert titles == ["kept", "twice", "twice", "first", "second", "held"]
    assert len(poster.lost) == 1


def test_operations_of_a_batch_are_posted_one_by_one(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Each part has its own tag and correlation, in change sets after all of it holds; a failed set posts nothing."""
    register(client, inbox.url, "Update", "UpdateMultiple")
    first, second, third = [lead["leadid"] for lead in sandbox.leads()[:3]]
    title = {"jobtitle": "New"}
    good = (operation("PATCH", f"leads({each})?tag={number}", title) for number, each in enumerate((first, second)))
    bad = (operation("PATCH", f"leads({each})", body) for each, body in ((third, title), (first, {"nonsense": 1})))
    assert send(client, change_set(*good), change_set(*bad), prefer="odata.continue-on-error").status == 200
    posted = _arrived(sandbox, inbox)
    single = {each["PrimaryEntityId"]: each for each in posted if each["MessageName"] == "Update"}
    assert {key: pairs(each["SharedVariables"])["tag"] for key, each in single.items()} == {first: "0", second: "1"}
    assert len({each["CorrelationId"] for each in single.values()}) == 2
    assert sum(each["MessageName"] == "UpdateMultiple" for each in posted) == 2


def test_bulk_messages_over_http(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """UpdateMultiple fires the step of Update for each row and its own once, under one correlation."""
    register(client, inbox.url, "Update", "UpdateMultiple")
    rows = [
        {"@odata.type": "Microsoft.Dynamics.CRM.lead", "leadid": lead["leadid"], "jobtitle": "Bulk"}
        for lead in sandbox.leads()[:3]
    ]
    path = f"{API}/leads/Microsoft.Dynamics.CRM.UpdateMultiple"
    assert client.ask("POST", path, {"Targets": rows}).status in {200, 204}
    posted = _arrived(sandbox, inbox)
    assert sorted(each["MessageName"] for each in posted) == ["Update"] * 3 + ["UpdateMultiple"]
    assert len({each["CorrelationId"] for each in posted}) == 1


def test_what_was_rolled_back_may_be_posted_all_the_same(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Nothing is posted about a transaction that was undone, unless phantoms are switched on."""
    register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)

    def fail() -> None:
        with pytest.raises(KeyError), sandbox.data.store.transaction():
            sandbox.update_lead(lead_id, {"jobtitle": "never"})
            raise KeyError

    fail()
    assert _arrived(sandbox, inbox) == []
    sandbox.dataverse.hooks.phantoms = True
    fail()
    assert len(_arrived(sandbox, inbox)) == 1
    assert sandbox.lead(lead_id)["jobtitle"] != "never"


def test_a_request_may_bypass_steps(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """CustomAsync, or the id of a step, leaves it out, with the privilege; suppressing flows does not stop webhooks."""
    step = register(client, inbox.url, "Update")["Update"]
    lead_id = _lead(sandbox)
    notices = sandbox.dataverse.hooks.flow_notices
    for name, value in (
        ("MSCRM.BypassBusinessLogicExecution", "CustomSync,CustomAsync"),
        ("MSCRM.BypassBusinessLogicExecutionStepIds", step),
    ):
        assert client.ask("PATCH", f"{API}/leads({lead_id})", {"jobtitle": value}, {name: value}).status == 204
    assert _arrived(sandbox, inbox) == []
    notices.clear()
    quiet = {"MSCRM.SuppressCallbackRegistrationExpanderJob": "true", "MSCRM.BypassCustomPluginExecution": "true"}
    assert client.ask("PATCH", f"{API}/leads({lead_id})", {"jobtitle": "q"}, quiet).status == 204
    assert len(_arrived(sandbox, inbox)) == 1
    assert list(notices) == []
    client.patch(lead_id, {"jobtitle": "r"})
    assert [(each.message, each.row_id) for each in notices] == [("Update", lead_id)]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("MSCRM.BypassBusinessLogicExecution", "Everything", 400),
        ("MSCRM.BypassBusinessLogicExecutionStepIds", "not-an-id", 400),
        ("MSCRM.BypassBusinessLogicExecutionStepIds", ",".join(stable_id(str(n)) for n in range(4)), 400),
        ("MSCRM.BypassBusinessLogicExecution", "CustomAsync", 403),
        ("MSCRM.BypassCustomPluginExecution", "true", 403),
    ],
)
def test_bypassing_has_its_rules(sandbox: Sandbox, client: Client, name: str, value: str, status: int) -> None:
    """Unknown kinds, too many steps, and callers without the privilege are refused."""
    sandbox.dataverse.access.revoke("prvBypassCustomBusinessLogic")
    sandbox.dataverse.access.revoke("prvBypassCustomPlugins")
    assert client.ask("PATCH", f"{API}/leads({_lead(sandbox)})", {"jobtitle": "q"}, {name: value}).status == status


def test_a_synchronous_step_can_stop_the_write(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """The failure of a synchronous webhook undoes the write that it hears of; its success lets it be."""
    register(client, inbox.url, "Update", mode=0)
    lead_id = _lead(sandbox)
    inbox.statuses = [400]
    refused = client.patch(lead_id, {"jobtitle": "no"})
    assert (refused.status, refused.code) == (400, "0x80040265")
    assert client.patch(lead_id, {"jobtitle": "yes"}).status == 204
    assert sandbox.lead(lead_id)["jobtitle"] == "yes"
    assert [each["IsInTransaction"] for each in inbox.bodies] == [True, True]
    assert inbox.bodies[0]["ParentContext"] is None
    assert inbox.bodies[0]["PostEntityImages"] == []


def test_steps_can_be_switched_off_and_removed(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """A disabled step posts nothing; with its endpoint a step goes, and its images with it."""
    ids = register(client, inbox.url, "Update")
    step = f"{API}/sdkmessageprocessingsteps({ids['Update']})"
    lead_id = _lead(sandbox)
    assert client.ask("PATCH", step, {"statecode": 1, "statuscode": 2}, {"If-Match": "*"}).status == 204
    client.patch(lead_id, {"jobtitle": "off"})
    assert client.ask("PATCH", step, {"statecode": 0}, {"If-Match": "*"}).status == 204
    client.patch(lead_id, {"jobtitle": "on"})
    assert len(_arrived(sandbox, inbox)) == 1
    body = {"name": "i", "sdkmessageprocessingstepid@odata.bind": f"/sdkmessageprocessingsteps({ids['Update']})"}
    assert client.ask("POST", f"{API}/sdkmessageprocessingstepimages", body).status == 204
    assert client.ask("DELETE", f"{API}/serviceendpoints({ids['endpoint']})").status == 204
    assert client.get("sdkmessageprocessingsteps").value == client.get("sdkmessageprocessingstepimages").value == []
    client.patch(lead_id, {"jobtitle": "gone"})
    assert len(_arrived(sandbox, inbox)) == 1


def test_a_change_of_the_owner_is_an_assignment_too(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Steps of Assign hear of a new owner, with the assignee among the parameters."""
    register(client, inbox.url, "Assign")
    seller = client.get("systemusers", select="systemuserid", filter="fullname eq 'Seller Two (DACH)'").value[0]
    lead_id = _lead(sandbox)
    client.patch(lead_id, {"ownerid@odata.bind": f"/systemusers({seller['systemuserid']})"})
    client.patch(lead_id, {"jobtitle": "x"})
    (posted,) = _arrived(sandbox, inbox)
    assert posted["MessageName"] == "Assign"
    assert pairs(posted["InputParameters"])["Assignee"]["Id"] == seller["systemuserid"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"contract": None}, "'contract'"),
        ({"url": "connector/hooks"}, "absolute"),
        ({"authtype": 2}, "WebhookKey"),
        ({"authvalue": "x-secret: s"}, "<settings>"),
        ({"authvalue": "<!DOCTYPE x><settings/>"}, "declare"),
        ({"authvalue": "x" * 2049}, "2048"),
    ],
)
def test_endpoints_that_cannot_work_are_refused(
    client: Client, inbox: Receiver, change: dict[str, Any], part: str
) -> None:
    """A webhook needs a contract, an absolute address, one of three kinds of authentication and readable pairs."""
    body = {"name": "lc", "contract": 8, "url": inbox.url, "authtype": 5, "authvalue": settings("a", "b")} | change
    refused = client.ask("POST", f"{API}/serviceendpoints", body)
    assert refused.status == 400
    assert part in refused.message


def test_ports_can_be_as_strict_as_in_the_cloud(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """Dataverse itself takes the ports 80 and 443 only: a knob says so here."""
    sandbox.dataverse.hooks.steps.any_port = False
    body = {"name": "lc", "contract": 8, "url": inbox.url, "authtype": 4}
    assert "port" in client.ask("POST", f"{API}/serviceendpoints", body).message
    assert client.ask("POST", f"{API}/serviceendpoints", body | {"url": "https://c.example/h"}).status == 204


@pytest.mark.parametrize(
    ("message", "change", "part"),
    [
        ("Update", {"stage": 20}, "post-operation"),
        ("Update", {"mode": None}, "'mode'"),
        ("Create", {"filteringattributes": "jobtitle"}, "not supported"),
        ("Update", {"filteringattributes": "jobtitel"}, "jobtitel"),
        ("Update", {"EventHandler_serviceendpoint@odata.bind": "/serviceendpoints(x)"}, "EventHandler"),
    ],
)
def test_steps_that_cannot_work_are_refused(
    client: Client, inbox: Receiver, message: str, change: dict[str, Any], part: str
) -> None:
    """Asynchronous steps run after the operation, filters go with updates, and names are case-sensitive."""
    endpoint = register(client, inbox.url)["endpoint"]
    refused = post_step(client, endpoint, message, **change)
    assert refused.status == 400
    assert part in refused.message


def test_a_filter_of_another_message_is_refused(client: Client, inbox: Receiver) -> None:
    """Message and filter of a step belong together."""
    endpoint = register(client, inbox.url)["endpoint"]
    other = {"sdkmessageid@odata.bind": f"/sdkmessages({stable_id('message', 'Delete')})"}
    assert "not one of the message" in post_step(client, endpoint, "Create", **other).message


def test_another_user_may_be_acted_for(sandbox: Sandbox, client: Client, inbox: Receiver) -> None:
    """With the privilege a caller acts for a user: rows and webhooks name both; without it he is refused."""
    register(client, inbox.url, "Update")
    lead_id = _lead(sandbox)
    seller = client.get("systemusers", filter="fullname eq 'Seller One (UK)'").value[0]
    object_id = stable_id("seller", "object")
    sandbox.data.store.update("systemuser", seller["systemuserid"], {"azureactivedirectoryobjectid": object_id})
    behalf = {"CallerObjectId": object_id}
    assert client.ask("PATCH", f"{API}/leads({lead_id})", {"jobtitle": "x"}, behalf).status == 204
    (posted,) = _arrived(sandbox, inbox)
    row = sandbox.lead(lead_id)
    assert row["_modifiedby_value"] == posted["UserId"] == seller["systemuserid"]
    assert row["_modifiedonbehalfby_value"] == posted["InitiatingUserId"] != seller["systemuserid"]
    assert client.get_with({"MSCRMCallerID": seller["systemuserid"]}, "WhoAmI").json["UserId"] == seller["systemuserid"]
    assert client.patch(lead_id, {"jobtitle": "y"}).status == 204
    assert sandbox.lead(lead_id)["_modifiedonbehalfby_value"] is None
    assert client.ask("PATCH", f"{API}/leads({lead_id})", {}, {"CallerObjectId": stable_id("x")}).status == 400
    sandbox.dataverse.access.revoke("prvActOnBehalfOfAnotherUser")
    assert client.ask("PATCH", f"{API}/leads({lead_id})", {"jobtitle": "z"}, behalf).status == 403


def test_closing_does_not_wait_for_a_receiver(sandbox: Sandbox, client: Client) -> None:
    """A receiver that never answers does not hold up the end of the sandbox."""
    silent = Server(host="127.0.0.1")  # accepts, and answers nothing before it is started
    try:
        register(client, f"http://127.0.0.1:{silent.port}/", "Update")
        client.patch(_lead(sandbox), {"jobtitle": "x"})
        assert not sandbox.dataverse.hooks.poster.wait(0.05)
        sandbox.dataverse.close()
        assert sandbox.dataverse.hooks.poster.wait(0)
    finally:
        silent.close()
