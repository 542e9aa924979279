"""The courier and the sandbox's Teams workflows: what a workflow does to a card, and what the courier makes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from connector.delivery.records import RecordLinks
from connector.delivery.teams import TeamsCourier
from connector.pipeline.values import Delivered, Delivery, Json, RetryLater, Undeliverable
from connector.sandbox import Sandbox

CHANNEL = "sales-uk"
HOSTILE = "<at>All</at> [x](javascript:alert(1)) " + "\U0001f468\u200d\U0001f469" * 3_000


@pytest.fixture
def make(sandbox: Sandbox) -> Iterator[Callable[..., TeamsCourier]]:
    """Makes couriers to the sandbox's channels, set up from the sandbox's own settings."""
    settings = sandbox.settings
    made: list[TeamsCourier] = []

    def make(answer_s: float = 30.0) -> TeamsCourier:
        one = TeamsCourier(
            dict(pair.split("=", 1) for pair in settings["CONNECTOR_TEAMS_CHANNELS"].split()),
            links=RecordLinks(settings["CONNECTOR_DATAVERSE_URL"], settings["CONNECTOR_APP_ID"]),
            allowed_hosts=[settings["CONNECTOR_ALLOWED_HOSTS"]],
            ca_bundle=settings["CONNECTOR_CA_BUNDLE"],
            timeout_s=(30.0, answer_s),
        )
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


@pytest.fixture
def courier(make: Callable[..., TeamsCourier]) -> TeamsCourier:
    """A courier that waits as long as a busy machine needs."""
    return make()


def delivery(name: str = "Ada Example") -> Delivery:
    """A delivery to the first channel."""
    payload: dict[str, Json] = {
        "event_id": "ev-1",
        "kind": "score_crossed",
        "lead": {"id": "0a1b", "name": name, "company": name, "title": name},
        "scores": [{"model": "m", "dimension": "fit", "score": 70, "previous": 10, "grade": name}],
        "reasons": [name] * 3,
    }
    return Delivery("d-1", "ev-1", f"teams:{CHANNEL}", "score_crossed", payload, 1, datetime(2026, 11, 21, tzinfo=UTC))


@pytest.mark.parametrize("name", ["Ada Example", HOSTILE])
def test_a_card_is_posted_and_no_run_fails_behind_the_202(sandbox: Sandbox, courier: TeamsCourier, name: str) -> None:
    """The workflow takes the message as it reads it: attachments, known elements, version, size."""
    assert courier.send(delivery(name)) == Delivered(202)
    assert sandbox.teams.failed_runs == []
    [card] = sandbox.teams.cards
    assert card.channel == CHANNEL
    [action] = card.body["attachments"][0]["content"]["actions"]
    assert action["url"].startswith(f"{sandbox.url}/main.aspx?appid=")
    assert action["url"].endswith("&pagetype=entityrecord&etn=lead&id=0a1b")


def test_a_workflow_that_answers_200_is_as_good(sandbox: Sandbox, courier: TeamsCourier) -> None:
    """Some workflows have a response action."""
    sandbox.teams.success_status = 200
    assert courier.send(delivery()) == Delivered(200)


@pytest.mark.parametrize("deleted", [False, True])
def test_a_workflow_that_is_off_or_gone_pauses_the_channel(
    sandbox: Sandbox, courier: TeamsCourier, *, deleted: bool
) -> None:
    """The reason says what to do, and the answer holds the flow service's code."""
    sandbox.teams.disable(CHANNEL, deleted=deleted)
    outcome = courier.send(delivery())
    assert isinstance(outcome, Undeliverable)
    assert (outcome.status, outcome.pauses) == (404, True)
    assert ("WorkflowNotFound" if deleted else "WorkflowTriggerIsNotEnabled") in outcome.answer


def test_a_signature_that_was_replaced_pauses_the_channel(sandbox: Sandbox, courier: TeamsCourier) -> None:
    """Nobody but a person can bring a new URL; neither signature is shown."""
    channel = sandbox.teams.channels[CHANNEL]
    old, channel.signature = channel.signature, "another-signature"
    outcome = courier.send(delivery())
    assert isinstance(outcome, Undeliverable)
    assert (outcome.status, outcome.pauses) == (401, True)
    assert old not in repr(outcome)
    assert sandbox.teams.cards == []


def test_a_busy_or_broken_channel_is_tried_again(
    sandbox: Sandbox, courier: TeamsCourier, make: Callable[..., TeamsCourier]
) -> None:
    """429 with seconds, 503 with a date, a closed connection, no answer in time: each is later, then it works."""
    faults = sandbox.faults
    faults.status(429, retry_after=17, service="teams")
    assert courier.send(delivery()) == RetryLater("The channel answered 429.", 429, 17.0)
    faults.status(503, retry_after=120, as_date=True, service="teams")
    outcome = courier.send(delivery())
    assert isinstance(outcome, RetryLater)
    assert outcome.after_s is not None
    assert 60 < outcome.after_s <= 120
    faults.no_answer(service="teams")
    assert isinstance(courier.send(delivery()), RetryLater)
    faults.latency(5.0, times=1, service="teams")
    assert make(answer_s=0.2).send(delivery()) == RetryLater("The channel did not answer in time.")
    faults.clear()
    assert courier.send(delivery()) == Delivered(202)
