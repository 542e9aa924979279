"""The webhook registered in the sandbox: planned, created once, kept up to date, removed, whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.dataverse.setup.customizing import Failure
from connector.dataverse.setup.registering import Registration
from connector.dataverse.setup.webhooks import Sign, State
from connector.errors import SettingsError
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Draft
from connector.provision import HookDraft, HookWish, change_webhook, plan_webhook_removal
from connector.sandbox import Sandbox
from connector.sandbox.server import Request
from connector.settings import load_settings

from .conftest import IMPATIENT

SECRET = "a-secret-for-the-hook"
NEXT = "another-secret-for-the-hook"
ADDRESS = "https://scores.example.com/hooks/dataverse"
STEPS = {
    "Create of lead", "Update of lead", "Delete of lead", "Merge of lead",
    "Update of account", "Delete of account", "Merge of account",
}  # fmt: skip


@pytest.fixture
def hooked(sandbox: Sandbox, service: Service, tmp_path: Path) -> Iterator[Service]:
    """The installation with an address and a secret."""
    environ = {
        **sandbox.settings,
        "CONNECTOR_DATA_DIR": str(tmp_path / "data"),
        "CONNECTOR_PUBLIC_URL": "https://scores.example.com/",
        "CONNECTOR_WEBHOOK_SECRET": SECRET,
    }
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        yield opened


def provision(service: Service, wish: HookWish | None = None) -> tuple[HookDraft, Registration]:
    """Plan and do it."""
    draft = service.plan_webhook(wish or HookWish())
    return draft, change_webhook(service, draft)


def rows(sandbox: Sandbox, table: str) -> list[dict[str, Any]]:
    """What the environment holds."""
    return list(sandbox.data.rows(table))


def steps(sandbox: Sandbox) -> dict[str, dict[str, Any]]:
    """The registered steps by name."""
    return {str(row["name"]): row for row in rows(sandbox, "sdkmessageprocessingstep")}


def writes(sandbox: Sandbox) -> int:
    """How many requests changed something."""
    return len(sandbox.calls.matching(service="dataverse", where=lambda call: call.method != "GET"))


def check(service: Service) -> tuple[str, str]:
    """The doctor's line."""
    (found,) = (check for check in service.doctor() if check.name == "webhooks")
    return found.status, found.detail


def test_from_nothing_to_registered_and_nothing_to_do(sandbox: Sandbox, hooked: Service) -> None:
    """Said first, done once, kept by the second run; the doctor tells each time."""
    draft = hooked.plan_webhook(HookWish())
    assert rows(sandbox, "serviceendpoint") == []
    assert check(hooked) == ("warning", "not registered: changes come with the next sync")
    assert {step.title for step in draft.plan.steps} == STEPS
    assert {step.state for step in draft.plan.steps} == {State.MISSING}
    assert (draft.plan.makes_endpoint, draft.plan.obstacles) == (True, ())
    done = change_webhook(hooked, draft)
    assert (set(done.created), done.removed, done.endpoint_created, done.failure) == (STEPS, [], True, None)
    (endpoint,) = rows(sandbox, "serviceendpoint")
    assert (endpoint["name"], endpoint["url"], endpoint["contract"], endpoint["authtype"]) == (
        "Lead Connector", ADDRESS, 8, 5,
    )  # fmt: skip
    again = hooked.plan_webhook(HookWish())
    assert again.plan.is_done
    assert check(hooked) == ("ok", f"7 steps post to {ADDRESS}")
    assert change_webhook(hooked, again) == Registration()
    assert len(rows(sandbox, "sdkmessageprocessingstep")) == 7


def test_steps_are_asynchronous_and_look_at_what_documents_read(sandbox: Sandbox, hooked: Service) -> None:
    """Facts, cards and guards, by the names of attributes; never a column that we write, and only for updates."""
    provision(hooked)
    found = steps(sandbox)
    assert {(row["mode"], row["stage"], row["rank"], row["asyncautodelete"]) for row in found.values()} == {
        (1, 40, 1, True)
    }
    looked = set(found["Lead Connector: Update of lead"]["filteringattributes"].split(","))
    assert looked >= {"jobtitle", "statecode", "statuscode", "parentaccountid", "customerid", "msdyn_gdproptout"}
    assert looked >= {"firstname", "lastname", "address1_country", "followemail"}
    assert not looked & (hooked.written_columns() | {"fullname", "modifiedon", "leadid"})
    assert not [name for name in looked if name.startswith("_")]
    assert "name" in found["Lead Connector: Update of account"]["filteringattributes"].split(",")
    others = {row["filteringattributes"] for name, row in found.items() if "Update" not in name}
    assert others == {None}


def test_other_columns_make_the_step_stale(sandbox: Sandbox, hooked: Service) -> None:
    """A model that reads more has its step made anew before the old one goes; the rest is not touched."""
    provision(hooked)
    before = steps(sandbox)
    body = (
        "model: phones\npurpose: p\nlawful_basis: legitimate_interests\n"
        "groups:\n  - {name: Phone, points: 5, when: {fact: lead.mobilephone, is_not_empty: true}}\n"
    )
    hooked.apply([Draft(DocumentKind.MODEL, "phones", body)], publish=True, replace=True, by="test")
    status, said = check(hooked)
    assert (status, "mobilephone" in said) == ("warning", True)
    draft, done = provision(hooked)
    assert [step.detail for step in draft.plan.steps if step.state is State.STALE] == [
        "it does not look at mobilephone"
    ]
    assert (done.created, done.removed) == (["Update of lead"], ["Lead Connector: Update of lead"])
    after = steps(sandbox)
    assert "mobilephone" in after["Lead Connector: Update of lead"]["filteringattributes"].split(",")
    same = before.keys() - {"Lead Connector: Update of lead"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert hooked.plan_webhook(HookWish()).plan.is_done


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"statecode": 1, "statuscode": 2}, "disabled"),
        ({"mode": 0}, "not asynchronous"),
        ({"filteringattributes": None}, "every column"),
        ({"filteringattributes": "telephone1"}, "telephone1 for nothing"),
    ],
)
def test_a_step_that_somebody_changed_is_put_right(
    sandbox: Sandbox, hooked: Service, change: dict[str, Any], said: str
) -> None:
    """Disabled, made synchronous, or with other columns."""
    provision(hooked)
    row = steps(sandbox)["Lead Connector: Update of lead"]
    sandbox.data.update("sdkmessageprocessingstep", row["sdkmessageprocessingstepid"], change)
    draft, _ = provision(hooked)
    assert [said in step.detail for step in draft.plan.steps if step.state is State.STALE] == [True]
    assert hooked.plan_webhook(HookWish()).plan.is_done
    assert len(rows(sandbox, "sdkmessageprocessingstep")) == 7


def _field(navigation: str) -> str:
    """Where a row has the id of what it is bound to."""
    return f"_{navigation.partition('_')[0]}_value"


def test_what_nothing_needs_is_removed(sandbox: Sandbox, hooked: Service) -> None:
    """A step of ours twice, and one by hand under our endpoint; steps of other endpoints are not ours."""
    provision(hooked)
    provision(hooked, HookWish(name="Another installation"))
    mine = steps(sandbox)["Lead Connector: Create of lead"]
    bound = {
        "sdkmessageid": "sdkmessages",
        "sdkmessagefilterid": "sdkmessagefilters",
        "eventhandler_serviceendpoint": "serviceendpoints",
    }
    links = {f"{name}@odata.bind": f"/{entity_set}({mine[_field(name)]})" for name, entity_set in bound.items()}
    plain = {name: mine[name] for name in ("name", "mode", "stage", "rank", "supporteddeployment")}
    sandbox.data.add("sdkmessageprocessingstep", plain | links)
    draft, done = provision(hooked)
    assert [step.state for step in draft.plan.steps].count(State.SURPLUS) == 1
    assert done.removed == ["Lead Connector: Create of lead"]
    assert len(rows(sandbox, "sdkmessageprocessingstep")) == 14


def test_another_address_makes_everything_anew(sandbox: Sandbox, hooked: Service) -> None:
    """An endpoint is never changed: the new one stands before the old one goes."""
    provision(hooked)
    draft, done = provision(hooked, HookWish(url="https://other.example.com"))
    assert draft.plan.stale == f"it posts to {ADDRESS}"
    assert (done.endpoint_created, done.endpoints_removed, len(done.created), len(done.removed)) == (True, 1, 7, 7)
    (endpoint,) = rows(sandbox, "serviceendpoint")
    assert endpoint["url"] == "https://other.example.com/hooks/dataverse"
    assert len(rows(sandbox, "sdkmessageprocessingstep")) == 7


def secret_of(sandbox: Sandbox) -> str:
    """The secret that the environment posts with; nobody can read it there."""
    (endpoint,) = sandbox.data.store.rows["serviceendpoint"].by_id.values()
    return str(endpoint["authvalue@secret"])


def test_the_secret_is_written_and_renewed(sandbox: Sandbox, hooked: Service) -> None:
    """As an XML fragment for a header, plain for a key; the first of two is the one that is registered."""
    provision(hooked)
    assert secret_of(sandbox) == f'<settings><setting name="x-connector-secret" value="{SECRET}" /></settings>'
    hooked.settings = load_settings(
        {**sandbox.settings, "CONNECTOR_PUBLIC_URL": "https://scores.example.com",
         "CONNECTOR_WEBHOOK_SECRET": f"{NEXT} {SECRET}", "CONNECTOR_DATA_DIR": str(hooked.settings.data_dir)}
    )  # fmt: skip
    assert hooked.plan_webhook(HookWish()).plan.is_done
    draft, done = provision(hooked, HookWish(renew=True))
    assert (draft.plan.stale, done.endpoint_created) == ("its secret is to be renewed", True)
    assert NEXT in secret_of(sandbox)
    draft, _ = provision(hooked, HookWish(sign=Sign.KEY))
    assert (draft.plan.stale, secret_of(sandbox)) == ("it shows its secret in another way", NEXT)
    assert hooked.plan_webhook(HookWish()).plan.is_done  # the way that is registered is kept


def test_removal_takes_everything_of_ours(sandbox: Sandbox, hooked: Service) -> None:
    """Steps first, then the endpoint; a second removal has nothing to do."""
    provision(hooked)
    draft = plan_webhook_removal(hooked, "Lead Connector")
    assert not draft.plan.is_done
    done = change_webhook(hooked, draft)
    assert (len(done.removed), done.endpoints_removed) == (7, 1)
    assert rows(sandbox, "serviceendpoint") == rows(sandbox, "sdkmessageprocessingstep") == []
    assert plan_webhook_removal(hooked, "Lead Connector").plan.is_done


# --- what stands in the way -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("privilege", ["prvCreateServiceendpoint", "prvCreateSdkmessageprocessingstep"])
def test_without_a_privilege_nothing_is_begun(sandbox: Sandbox, hooked: Service, privilege: str) -> None:
    """It is named before anything is registered."""
    sandbox.dataverse.access.revoke(privilege)
    before = writes(sandbox)
    (obstacle,) = hooked.plan_webhook(HookWish()).plan.obstacles
    assert privilege.lower() in obstacle.message.lower()
    assert "System Customizer" in obstacle.remedy
    assert writes(sandbox) == before
    assert rows(sandbox, "serviceendpoint") == []


def test_a_plan_with_obstacles_is_not_carried_out(sandbox: Sandbox, hooked: Service) -> None:
    """That is the caller's mistake."""
    sandbox.dataverse.access.revoke("prvCreateServiceendpoint")
    with pytest.raises(ValueError, match="obstacles"):
        provision(hooked)


def test_removing_needs_the_privilege_to_delete_alone(sandbox: Sandbox, hooked: Service) -> None:
    """Who may not create may still remove."""
    provision(hooked)
    sandbox.dataverse.access.revoke("prvCreateServiceendpoint")
    assert plan_webhook_removal(hooked, "Lead Connector").plan.obstacles == ()
    sandbox.dataverse.access.revoke("prvDeleteServiceendpoint")
    (obstacle,) = plan_webhook_removal(hooked, "Lead Connector").plan.obstacles
    assert "prvDeleteServiceEndpoint" in obstacle.message


def test_without_live_models_nothing_is_registered(hooked: Service) -> None:
    """No change matters yet."""
    for kind in DocumentKind:
        for document in hooked.store.live(kind):
            hooked.store.stop(kind, document.name, by="test", now=hooked.clock())
    (obstacle,) = hooked.plan_webhook(HookWish()).plan.obstacles
    assert "publish" in obstacle.remedy.lower()


def test_a_refusal_in_the_middle_takes_back_what_was_created(sandbox: Sandbox, hooked: Service) -> None:
    """The old stays as it was, and the message holds no secret."""
    words = f"cannot take {SECRET}"
    fault = sandbox.faults.status(
        400, code="0x80040203", message=words, method="POST", when=lambda request: b"Merge of lead" in request.body
    )
    _, done = provision(hooked)
    assert done.created == []
    assert isinstance(done.failure, Failure)
    assert SECRET not in done.failure.message
    assert rows(sandbox, "serviceendpoint") == rows(sandbox, "sdkmessageprocessingstep") == []
    fault.clear()
    assert provision(hooked)[1].failure is None


def test_a_lost_answer_creates_nothing_twice(sandbox: Sandbox, hooked: Service) -> None:
    """The environment did it and could not say so: what is there is found."""

    def is_creation(request: Request) -> bool:
        return request.method == "POST" and "sdkmessageprocessingsteps" in request.path

    sandbox.faults.no_answer(times=2, when=is_creation)
    first = provision(hooked)[1]
    done = first if first.failure is None else provision(hooked)[1]
    assert done.failure is None
    assert len(rows(sandbox, "sdkmessageprocessingstep")) == 7
    assert len(rows(sandbox, "serviceendpoint")) == 1
    assert hooked.plan_webhook(HookWish()).plan.is_done


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://scores.example.com", "no plain https"),
        ("https://me:pw@scores.example.com", "no plain https"),
        ("https://scores.example.com/?x=1", "no plain https"),
        ("https://" + "x" * 2_000, "no plain https"),
    ],
)
def test_an_address_that_cannot_be_posted_to_is_refused(hooked: Service, url: str, said: str) -> None:
    """Before anything is asked."""
    with pytest.raises(SettingsError, match=said):
        hooked.plan_webhook(HookWish(url=url))


def test_another_port_is_remarked(hooked: Service) -> None:
    """Dataverse itself posts to 443 only; a path of one's own goes before ours."""
    plan = hooked.plan_webhook(HookWish(url="https://scores.example.com:8443/lead")).plan
    assert plan.url == "https://scores.example.com:8443/lead/hooks/dataverse"
    assert any("443" in remark for remark in plan.remarks)


def test_address_and_secret_are_asked_for(service: Service, sandbox: Sandbox) -> None:
    """The settings are named; the doctor takes their absence for a choice."""
    with pytest.raises(SettingsError, match="CONNECTOR_PUBLIC_URL"):
        service.plan_webhook(HookWish())
    with pytest.raises(SettingsError, match="CONNECTOR_WEBHOOK_SECRET"):
        service.plan_webhook(HookWish(url="https://scores.example.com"))
    assert check(service) == ("ok", "not used: that needs CONNECTOR_PUBLIC_URL and CONNECTOR_WEBHOOK_SECRET")
    assert rows(sandbox, "serviceendpoint") == []


def test_the_secret_stands_in_no_answer(hooked: Service) -> None:
    """Neither in a plan nor in what was done."""
    draft, done = provision(hooked)
    assert SECRET not in json.dumps([repr(draft), repr(done)])
