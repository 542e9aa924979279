"""What the courier makes of answers and failures, without a network."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests
import responses

from connector.delivery.answers import ANSWER_SHOWN, judge, retry_after_s
from connector.delivery.records import RecordLinks
from connector.delivery.teams import TeamsCourier
from connector.errors import SettingsError
from connector.pipeline.cardtemplates import CardTemplate, parse_card
from connector.pipeline.values import Delivered, Delivery, Json, RetryLater, Undeliverable

URL = "https://prod-12.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke?sig=PLACEHOLDER"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LINKS = RecordLinks("https://contoso.crm4.dynamics.com")


@pytest.fixture
def courier() -> Iterator[TeamsCourier]:
    """A courier with one channel."""
    courier = TeamsCourier({"sales-uk": URL}, links=LINKS)
    yield courier
    courier.close()


@pytest.fixture
def teams() -> Iterator[responses.RequestsMock]:
    """The channel's other end."""
    with responses.RequestsMock() as mock:
        yield mock


def delivery(destination: str = "teams:sales-uk") -> Delivery:
    """A delivery of a small event."""
    payload: dict[str, Json] = {
        "event_id": "ev-1",
        "lead": {"id": "0a1b", "name": "Ada Example"},
        "kind": "score_crossed",
    }
    return Delivery("d-1", "ev-1", destination, "score_crossed", payload, 1, NOW)


def sent_by(teams: responses.RequestsMock, own: CardTemplate | None, answers: tuple[str, str] | None) -> str:
    """The body that a courier with these posts, as text."""
    teams.post(URL, status=202)
    courier = TeamsCourier({"sales-uk": URL}, links=LINKS, own_cards=lambda _: own, answers=lambda _: answers)
    try:
        assert courier.send(delivery()) == Delivered(202)
    finally:
        courier.close()
    body = teams.calls[-1].request.body
    assert isinstance(body, bytes)
    return body.decode()


def test_a_company_s_own_card_is_sent_where_there_is_one(teams: responses.RequestsMock) -> None:
    """The template of the event's kind, with the event's words."""
    own = parse_card(
        "card: score_crossed\ntype: AdaptiveCard\nbody: [{type: TextBlock, text: 'Ours: {{ lead.name }}'}]\n"
    )
    body = sent_by(teams, own, None)
    assert "Ours: Ada Example" in body
    assert "Score crossed a threshold" not in body.partition("fallbackText")[0]


def test_an_unusable_card_of_one_s_own_gives_way_and_says_so(
    teams: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """The built-in card is sent with a note at its end, and the log names the document, not the lead."""
    own = parse_card("card: score_crossed\ntype: AdaptiveCard\nbody: [{type: TextBlock, text: '{{ lead.title }}'}]\n")
    with caplog.at_level(logging.WARNING):
        body = sent_by(teams, own, None)
    assert "Your own card could not be used" in body
    assert "Open the lead" in body
    assert "'score_crossed'" in caplog.text
    assert "Ada" not in caplog.text


def test_the_links_for_answers_are_buttons(teams: responses.RequestsMock) -> None:
    """Where there are links a card asks; where there are none it does not."""
    pair = ("https://leads.example/verdicts/good", "https://leads.example/verdicts/not")
    assert all(url in sent_by(teams, None, pair) for url in pair)
    assert "verdicts" not in sent_by(teams, None, None)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_delivered(status: int) -> None:
    """Workflows answer 202, some 200; both are taken, whatever the body says."""
    assert judge(status, {}, b"1") == Delivered(status)


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_busy_and_broken_are_tried_again(status: int) -> None:
    """These ask for another try, with the other side's wish when it named one."""
    assert judge(status, {}, b"") == RetryLater(f"The channel answered {status}.", status, None)
    assert judge(status, {"Retry-After": "17"}, b"") == RetryLater(f"The channel answered {status}.", status, 17.0)


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_a_refused_card_is_final_and_keeps_the_answer(status: int) -> None:
    """Sending the same again cannot help; the beginning of the answer is kept, masked."""
    outcome = judge(status, {}, f"bad\x00 card at {URL} ".encode() + b"x" * 5_000)
    assert isinstance(outcome, Undeliverable)
    assert (outcome.status, outcome.pauses) == (status, False)
    assert outcome.answer.startswith("bad card at https://prod-12.westeurope.logic.azure.com:443/…?… xxx")
    assert len(outcome.answer) == ANSWER_SHOWN


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_dead_channel_is_paused(status: int) -> None:
    """The whole channel is unusable, and the reason says what to do."""
    outcome = judge(status, {}, b"")
    assert isinstance(outcome, Undeliverable)
    assert outcome.pauses
    assert "URL" in outcome.reason


@pytest.mark.parametrize("code", ["WorkflowTriggerIsNotEnabled", "WorkflowNotFound", "workflownotfound"])
def test_a_body_that_says_the_workflow_is_off_pauses_too(code: str) -> None:
    """The code in the body counts whatever refusal the status is."""
    outcome = judge(400, {}, json.dumps({"error": {"code": code, "message": "off"}}).encode())
    assert isinstance(outcome, Undeliverable)
    assert outcome.pauses


@pytest.mark.parametrize(
    "body", [b"[]", b'{"error": "x"}', b'{"error": {"code": 3}}', b"<html>", b"[" * 8_000, b"\xff"]
)
def test_any_other_body_does_not_pause(body: bytes) -> None:
    """An answer that cannot be read as an error of Logic Apps is only kept."""
    outcome = judge(400, {}, body)
    assert isinstance(outcome, Undeliverable)
    assert not outcome.pauses


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_final(status: int) -> None:
    """A redirect is not followed, and trying again would give it again."""
    outcome = judge(status, {"Location": "https://evil.example"}, b"")
    assert isinstance(outcome, Undeliverable)
    assert "redirect" in outcome.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("30", 30.0),
        (" 30 ", 30.0),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("9" * 400, 86_400.0),
        ("Sat, 21 Nov 2026 09:02:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 09:02:00 -0000", 120.0),
        ("Sat, 21 Nov 2026 08:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2099 08:00:00 GMT", 86_400.0),
        ("Sat, 99 Nov 2026 09:02:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_within_a_day(value: str | None, expected: float | None) -> None:
    """Both forms are read and bounded; everything else is no wish."""
    assert retry_after_s(value, NOW) == expected


def test_one_post_carries_the_card(courier: TeamsCourier, teams: responses.RequestsMock) -> None:
    """The channel gets one POST of JSON, made from the payload at that moment, with the record's link."""
    teams.post(URL, status=202)
    assert courier.send(delivery()) == Delivered(202)
    [call] = teams.calls
    assert call.request.headers["Content-Type"] == "application/json; charset=utf-8"
    body = json.loads(call.request.body or b"")
    assert body["type"] == "message"
    assert "main.aspx?pagetype=entityrecord&etn=lead&id=0a1b" in json.dumps(body)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.exceptions.ConnectTimeout(URL), "reached in time"),
        (requests.exceptions.ReadTimeout(URL), "answer in time"),
        (requests.exceptions.ConnectionError(URL), "could not be reached"),
        (requests.exceptions.ProxyError(URL), "could not be reached"),
        (requests.exceptions.SSLError(URL), "CONNECTOR_CA_BUNDLE"),
        (requests.exceptions.ChunkedEncodingError(URL), "could not be reached"),
        (OSError(URL), "could not be reached"),
    ],
)
def test_a_failure_on_the_way_is_tried_again_and_tells_no_url(
    courier: TeamsCourier, teams: responses.RequestsMock, error: Exception, words: str
) -> None:
    """Every failure of the network is RetryLater; its reason holds no URL."""
    teams.post(URL, body=error)
    outcome = courier.send(delivery())
    assert isinstance(outcome, RetryLater)
    assert words in outcome.reason
    assert "PLACEHOLDER" not in outcome.reason
    assert "workflows" not in outcome.reason


@pytest.mark.parametrize("destination", ["teams:other", "flow:sales-uk", "sales-uk", "teams:"])
def test_an_unknown_destination_sends_nothing(courier: TeamsCourier, destination: str) -> None:
    """A channel that is no longer configured is undeliverable and says which setting to look at."""
    assert not courier.knows(destination)
    outcome = courier.send(delivery(destination))
    assert isinstance(outcome, Undeliverable)
    assert outcome.pauses
    assert "CONNECTOR_TEAMS_CHANNELS" in outcome.reason
    assert courier.knows("teams:sales-uk")


def test_every_bad_channel_is_named_at_once() -> None:
    """Faults of several channels come together, by name, without the URLs."""
    with pytest.raises(SettingsError) as caught:
        TeamsCourier({"a": "http://x.example/?sig=S1", "b": "https://evil.example/?sig=S2", "c": URL}, links=LINKS)
    assert [fault.path for fault in caught.value.faults] == ["channel a", "channel b"]
    assert "S1" not in str(caught.value)
    assert "S2" not in str(caught.value)


def test_logs_hold_no_url_signature_or_person(
    courier: TeamsCourier, teams: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """At the most talkative level the log names event, channel and outcome, and nothing secret or personal."""
    caplog.set_level(logging.DEBUG)
    teams.post(URL, status=400, body=f"no {URL}")
    courier.send(delivery())
    logging.getLogger("urllib3.connectionpool").debug(
        '%s://%s:%s "%s %s %s" %s',
        "https",
        "prod-12.westeurope.logic.azure.com",
        443,
        "POST",
        "/w?sig=PLACEHOLDER",
        "1",
        1,
    )
    assert "ev-1" in caplog.text
    assert "teams:sales-uk" in caplog.text
    for secret in ("PLACEHOLDER", "workflows", "Ada"):
        assert secret not in caplog.text


def test_other_hosts_debug_lines_are_left_alone(courier: TeamsCourier, caplog: pytest.LogCaptureFixture) -> None:
    """Only the channels' hosts are masked, and only until the courier is closed."""
    caplog.set_level(logging.DEBUG)
    log = logging.getLogger("urllib3.connectionpool")
    log.debug('%s "%s"', "other.example", "/path")
    courier.close()
    log.debug('%s "%s"', "prod-12.westeurope.logic.azure.com", "/after")
    assert "/path" in caplog.text
    assert "/after" in caplog.text
