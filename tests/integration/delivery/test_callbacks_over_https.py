"""Callbacks against a real HTTPS server: what a flow gets, and that a name cannot be bound to the inside in between."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks import Webhook

from connector.delivery.addresses import AddressInfo, AddressRule, Resolve
from connector.delivery.callbacks import FlowCourier
from connector.delivery.records import RecordLinks
from connector.delivery.signing import new_secret
from connector.errors import SettingsError
from connector.pipeline.subscriptions import Callback
from connector.pipeline.values import Delivered, Delivery, Json, RetryLater, Undeliverable
from tests.integration.delivery.conftest import Channel, reply

PAYLOAD: dict[str, Json] = {
    "event_id": "evt_1",
    "kind": "score_crossed",
    "at": "2026-11-21T09:00:00+00:00",
    "lead": {"id": "0a1b", "name": "Zoë Beispiel", "company": "Beispiel GmbH"},
    "scores": [{"model": "engagement", "score": 72, "previous": 41, "grade": "Hot"}],
    "reasons": ["Clicked 3 times"],
}
SIGNED = "/w/run?api-version=2016-10-01&sp=%2Ftriggers%2Fx%2frun&sig=zY-secret_9"
Courier = Callable[..., FlowCourier]


def delivery(destination: str) -> Delivery:
    """A delivery of one event."""
    return Delivery("d", "evt_1", destination, "score_crossed", PAYLOAD, 1, datetime.now(UTC))


@pytest.fixture
def courier(tls: tuple[Path, Path]) -> Iterator[Courier]:
    """A courier of one subscription `s1` and one flow `crm`, both with this URL."""
    opened: list[FlowCourier] = []

    def make(
        url: str,
        *,
        secret: str | None = None,
        allowed: Sequence[str] = ("127.0.0.1",),
        resolve: Resolve | None = None,
        flows: bool = True,
    ) -> FlowCourier:
        one = FlowCourier(
            {"crm": url} if flows else {},
            {"s1": Callback(url, secret)}.get,
            links=RecordLinks("https://contoso.crm4.dynamics.com"),
            clock=lambda: datetime.now(UTC),
            allowed_hosts=allowed,
            addresses=AddressRule(tuple(allowed), resolve),
            ca_bundle=str(tls[0]),
            timeout_s=(5.0, 5.0),
        )
        opened.append(one)
        return one

    yield make
    for one in opened:
        one.close()


def test_a_subscription_gets_a_flat_signed_notification(channel: Channel, courier: Courier) -> None:
    """Byte for byte to the callback, flat, with the record's link, signed with the subscription's own secret."""
    secret = new_secret()
    assert courier(channel.url(SIGNED), secret=secret).send(delivery("subscription:s1")) == Delivered(202)
    [(target, headers, body)] = channel.requests
    assert target == SIGNED
    told = Webhook(secret).verify(body.decode(), {name.lower(): value for name, value in headers.items()})
    assert (told["id"], told["type"], told["lead_name"], told["score"]) == (
        "evt_1",
        "score_crossed",
        "Zoë Beispiel",
        72,
    )
    assert told["link"].startswith("https://contoso.crm4.dynamics.com/main.aspx?")
    assert headers["webhook-id"] == "evt_1"


def test_a_flow_of_the_settings_gets_the_same_without_a_signature(channel: Channel, courier: Courier) -> None:
    """It has no secret; who it is called by it knows from its URL."""
    assert courier(channel.url(SIGNED)).send(delivery("flow:crm")) == Delivered(202)
    [(_, headers, body)] = channel.requests
    assert "webhook-signature" not in headers
    assert json.loads(body)["model"] == "engagement"


@pytest.mark.parametrize("status", [404, 410])
def test_a_flow_that_is_gone_says_so(channel: Channel, courier: Courier, status: int) -> None:
    """404 and 410 say that the flow is gone, 401 and 403 only that it cannot be called."""
    channel.answer = lambda handler: reply(handler, status)
    outcome = courier(channel.url("/w")).send(delivery("subscription:s1"))
    assert isinstance(outcome, Undeliverable)
    assert (outcome.pauses, outcome.gone) == (True, True)
    channel.answer = lambda handler: reply(handler, 403)
    outcome = courier(channel.url("/w")).send(delivery("subscription:s1"))
    assert isinstance(outcome, Undeliverable)
    assert (outcome.pauses, outcome.gone) == (True, False)


def test_a_code_in_the_body_says_that_a_flow_is_off(channel: Channel, courier: Courier) -> None:
    """Whatever the refusal's status is."""
    off = b'{"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "off"}}'
    channel.answer = lambda handler: reply(handler, 400, off)
    outcome = courier(channel.url("/w")).send(delivery("subscription:s1"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.gone


def test_what_is_not_there_is_not_called(channel: Channel, courier: Courier) -> None:
    """An ended subscription and an unknown flow send nothing and say what to do."""
    one = courier(channel.url("/w"))
    assert [one.knows(name) for name in ("subscription:s1", "flow:crm", "subscription:x", "flow:x", "teams:crm")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    ended, unknown = one.send(delivery("subscription:x")), one.send(delivery("flow:x"))
    assert isinstance(ended, Undeliverable)
    assert isinstance(unknown, Undeliverable)
    assert "CONNECTOR_FLOWS" in unknown.reason
    assert channel.requests == []


def test_a_callback_that_is_no_longer_allowed_is_not_called(channel: Channel, courier: Courier) -> None:
    """The list of hosts may have become shorter since the flow subscribed; a flow of the settings stops the start."""
    one = courier(channel.url(SIGNED), allowed=(), flows=False)
    outcome = one.send(delivery("subscription:s1"))
    assert isinstance(outcome, Undeliverable)
    assert outcome.pauses
    assert "secret" not in outcome.reason
    assert channel.requests == []
    with pytest.raises(SettingsError) as caught:
        courier(channel.url(SIGNED), allowed=())
    assert "secret" not in str(caught.value)


def test_a_redirect_inside_is_not_followed(channel: Channel, courier: Courier) -> None:
    """Whatever a flow answers, nobody else is called."""
    channel.answer = lambda handler: reply(handler, 307, Location=channel.url("/latest/meta-data"))
    assert isinstance(courier(channel.url("/w")).send(delivery("subscription:s1")), Undeliverable)
    assert [target for target, _, _ in channel.requests] == ["/w"]


# --- names that resolve anew ----------------------------------------------------------------------------------------


class Resolver:
    """A name server that gives another answer each time."""

    def __init__(self, *answers: str) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> list[AddressInfo]:
        """The next answer."""
        assert host == "rebind.example"
        self.asked += 1
        address = self.answers.pop(0)
        return [(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


def rebound(channel: Channel) -> str:
    """The channel under a name that is allowed."""
    return f"https://rebind.example:{channel.port}{SIGNED}"


ALLOWED = ("rebind.example", "127.0.0.1")


def test_a_name_is_connected_to_as_it_was_checked(channel: Channel, courier: Courier) -> None:
    """It is looked up once for a connection: there is no second answer that could lead elsewhere."""
    resolver = Resolver("127.0.0.1", "169.254.169.254")
    one = courier(rebound(channel), allowed=ALLOWED, resolve=resolver)
    assert one.send(delivery("subscription:s1")) == Delivered(202)
    assert resolver.asked == 1
    assert channel.requests[0][1]["Host"].startswith("rebind.example")


@pytest.mark.parametrize("inside", ["169.254.169.254", "10.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe"])
def test_a_name_that_leads_inside_later_is_not_called_then(channel: Channel, courier: Courier, inside: str) -> None:
    """Each new connection is checked: after the rebinding nothing is sent, and the event waits."""
    resolver = Resolver("127.0.0.1", inside)

    def hang_up(handler: object) -> None:
        reply(handler, 202, Connection="close")  # type: ignore[arg-type]  # a handler

    channel.answer = hang_up
    one = courier(rebound(channel), allowed=ALLOWED, resolve=resolver)
    assert one.send(delivery("subscription:s1")) == Delivered(202)
    outcome = one.send(delivery("subscription:s1"))
    assert isinstance(outcome, RetryLater)
    assert "inside a network" in outcome.reason
    assert (resolver.asked, len(channel.requests)) == (2, 1)


def test_an_allowed_name_alone_does_not_open_the_inside(channel: Channel, courier: Courier) -> None:
    """The list names the host; the address inside has to stand there too."""
    one = courier(rebound(channel), allowed=("rebind.example",), resolve=Resolver("127.0.0.1"))
    assert isinstance(one.send(delivery("subscription:s1")), RetryLater)
    assert channel.requests == []


def test_a_name_that_cannot_be_resolved_or_reached_is_tried_again(courier: Courier) -> None:
    """No address, an error of the name server, nobody at the port: each is another try, and none repeats the URL."""

    def failing(_host: str, _port: int) -> list[AddressInfo]:
        raise socket.gaierror("sig=zY-secret_9")

    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    url = f"https://rebind.example:{port}{SIGNED}"
    resolvers: list[Resolve] = [failing, lambda _host, _port: [], Resolver("127.0.0.1")]
    for resolve in resolvers:
        outcome = courier(url, allowed=ALLOWED, resolve=resolve).send(delivery("subscription:s1"))
        assert isinstance(outcome, RetryLater)
        assert "secret" not in outcome.reason


def test_no_log_shows_a_callback(channel: Channel, courier: Courier, caplog: pytest.LogCaptureFixture) -> None:
    """At the most talkative level neither signature nor path nor person stands in a line, the library's included."""
    caplog.set_level(logging.DEBUG)
    courier(channel.url(SIGNED), secret=new_secret()).send(delivery("subscription:s1"))
    assert "subscription:s1" in caplog.text
    for secret in ("zY-secret_9", "/w/run", "Zoë", "whsec_"):
        assert secret not in caplog.text
