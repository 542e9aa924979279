"""Signatures of callbacks: what a receiver checks, and that a call cannot be played again later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from connector.delivery.signing import new_secret, signed_headers

BODY = '{"id":"evt_1","who":"Zoë"}'.encode()


def test_a_receiver_can_verify_a_call() -> None:
    """The library of the convention takes the headers with the secret, and no changed body, id or secret."""
    secret = new_secret()
    headers = signed_headers("evt_1", datetime.now(UTC), BODY, secret)
    assert Webhook(secret).verify(BODY.decode(), headers) == {"id": "evt_1", "who": "Zoë"}
    for key, body, sent in (
        (secret, BODY + b" ", headers),
        (secret, BODY, {**headers, "webhook-id": "evt_2"}),
        (new_secret(), BODY, headers),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(body.decode(), sent)


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=3)])
def test_a_call_that_is_played_again_later_is_refused(age: timedelta) -> None:
    """The moment of the attempt is signed: after five minutes nobody takes it, with another one the signature fails."""
    secret = new_secret()
    headers = signed_headers("evt_1", datetime.now(UTC) - age, BODY, secret)
    with pytest.raises(WebhookVerificationError, match="timestamp"):
        Webhook(secret).verify(BODY.decode(), headers)
    moved = {**headers, "webhook-timestamp": str(int(datetime.now(UTC).timestamp()))}
    with pytest.raises(WebhookVerificationError, match="signature"):
        Webhook(secret).verify(BODY.decode(), moved)


def test_the_moment_is_that_of_utc_whatever_zone_it_is_told_in() -> None:
    """A time with another offset is the same moment."""
    secret, at = new_secret(), datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    elsewhere = at.astimezone(timezone(timedelta(hours=-11)))
    assert signed_headers("e", at, BODY, secret) == signed_headers("e", elsewhere, BODY, secret)
    assert signed_headers("e", at, BODY, secret)["webhook-timestamp"] == str(int(at.timestamp()))


def test_every_secret_is_another_and_long() -> None:
    """32 random bytes in the form of the specification."""
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(one) for one in made} == {len("whsec_") + 44}


def test_without_a_secret_there_is_no_signature() -> None:
    """A flow of the settings has none; id and moment are told all the same."""
    assert signed_headers("e", datetime.now(UTC), BODY, None).keys() == {"webhook-id", "webhook-timestamp"}
