"""Subscriptions of an installation: what is refused, what a run brings them, and a run that fails."""

from __future__ import annotations

import pytest

from connector.bootstrap import Service
from connector.errors import ConnectorError, DocumentError
from connector.pipeline.interactions import interaction
from connector.pipeline.subscriptions import About, Filters, Rates, TriggerName
from connector.sandbox import Sandbox


def subscribe(service: Service, sandbox: Sandbox, trigger: TriggerName, filters: Filters, flow: str = "f") -> str:
    """Let a flow of the sandbox subscribe; return its subscription's id."""
    return service.subscribe(
        trigger, filters, sandbox.flows.address(flow), "user:1", "r-1"
    ).subscription.subscription_id


REFUSED: list[tuple[str, Filters, list[str]]] = [
    ("https://evil.example/hook?sig=PLACEHOLDER", Filters(), ["callback_url"]),
    ("http://prod-1.westeurope.logic.azure.com/x?sig=PLACEHOLDER", Filters(), ["callback_url"]),
    ("https://127.0.0.1/x?sig=PLACEHOLDER", Filters(), ["callback_url"]),
    ("https://u:p@prod-1.westeurope.logic.azure.com/x?sig=PLACEHOLDER", Filters(), ["callback_url"]),
    ("https://logic.azure.com.evil.example/x?sig=PLACEHOLDER", Filters(), ["callback_url"]),
    ("https://[::1]/x?sig=PLACEHOLDER", Filters("nope"), ["callback_url", "model"]),
    ("", Filters("engagement", grade="Boiling"), ["grade"]),
    ("", Filters(qualification="nope"), ["qualification"]),
]


def test_what_cannot_be_listened_to_is_refused_with_every_fault(service: Service, sandbox: Sandbox) -> None:
    """A callback elsewhere, a model, grade or qualification that is not there: nothing is stored, no secret is told."""
    for callback, filters, paths in REFUSED:
        with pytest.raises(DocumentError) as caught:
            service.subscribe(TriggerName.GRADE_CHANGED, filters, callback or sandbox.flows.address(), "user:1", "r-1")
        assert [fault.path for fault in caught.value.faults] == paths
        assert "PLACEHOLDER" not in str(caught.value)
    assert service.subscriptions(ended=True) == []


def test_a_run_that_fails_is_told_once_it_is_recorded(service: Service, sandbox: Sandbox) -> None:
    """The event is stored with the run's end, and reaches who asked with the next delivery."""
    listening = subscribe(service, sandbox, TriggerName.ATTENTION, Filters(about=About.RUN_FAILED))
    fault = sandbox.faults.status(403, times=None, when="/leads")
    with pytest.raises(ConnectorError):
        service.sync(by="test")
    fault.clear()
    (run,) = service.runs(1)
    service.sync(by="test")
    (call,) = sandbox.flows.calls
    assert (call.body["type"], call.body["run_id"], call.body["run_kind"]) == ("run_failed", run.run_id, "sync")
    assert call.body["failure"] == run.error
    (told,) = service.store.deliveries()
    assert (told["destination"], told["status"]) == (f"subscription:{listening}", "delivered")


def test_leads_that_are_qualified_are_told_with_owner_and_link(service: Service, sandbox: Sandbox) -> None:
    """After the baseline a qualified lead reaches the flow; one that asks for another country hears nothing."""
    service.sync(by="test")
    subscribe(service, sandbox, TriggerName.LEAD_QUALIFIED, Filters())
    elsewhere = subscribe(service, sandbox, TriggerName.LEAD_QUALIFIED, Filters(country="Atlantis"), "other")
    script = sandbox.events_script()
    sandbox.play(script)
    service.add_interactions([interaction(row) for row in script.interactions])
    service.sync(by="test")
    calls = [call for call in sandbox.flows.calls if call.body["type"] == "lead_qualified"]
    assert calls
    assert {call.flow for call in calls} == {"f"}
    for call in calls:
        assert call.body["lead_id"] in call.body["link"]
        assert call.body["scores"]
        assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= set(call.headers)
    last = service.last_qualified()
    assert [one.seq for one in service.qualified_since(since=None, after_seq=last - 1, limit=9)] == [last]
    assert service.end_subscription(elsewhere, by="cli").status == "ended"


def test_the_destinations_of_the_outbox_are_those_of_the_moment(service: Service, sandbox: Sandbox) -> None:
    """A flow that subscribes is one from then on, at the rate of flows; one that ends is none."""
    rates = service.outbox().rates
    assert isinstance(rates, Rates)
    before = set(rates)
    name = subscribe(service, sandbox, TriggerName.LEAD_QUALIFIED, Filters())
    assert set(rates) - before == {f"subscription:{name}"}
    assert rates[f"subscription:{name}"] == ((4, 1.0),)
    assert len(rates) == len(before) + 1
    service.end_subscription(name, by="cli")
    assert set(rates) == before
