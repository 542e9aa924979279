"""The page behind a card's links: a GET asks and records nothing, a POST records, and nobody is named."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import cast

import pytest
from flask.testing import FlaskClient

from connector.errors import ConnectorError, MissingFactError, RefusedError, StoreError
from connector.pipeline.verdicts import Answer, Asked, Question, RecordedVerdict, Verdict
from connector.web.app import create_app
from connector.web.auth import Security
from connector.web.limits import Limits
from connector.web.service import Service

AT = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
ASKED = Asked("eve_1", "teams:sales", "alert:<b>hot</b>", "score_crossed", AT, None)
GOOD = Verdict("eve_1", "teams:sales", Answer.GOOD, "alert:hot", "score_crossed", AT)


@dataclass
class Box:
    """A ballot box with one card; tokens are the answers themselves."""

    asked: Asked = ASKED
    error: ConnectorError | None = None
    cast_tokens: list[str] = field(default_factory=list)

    def question(self, token: str) -> Question:
        """Ask."""
        if self.error:
            raise self.error
        return Question(Answer(token), self.asked)

    def cast(self, token: str) -> RecordedVerdict:
        """Record the first."""
        if self.error:
            raise self.error
        self.cast_tokens.append(token)
        if self.asked.given:
            return RecordedVerdict(self.asked.given, is_new=False)
        given = replace(GOOD, answer=Answer(token))
        self.asked = replace(self.asked, given=given)
        return RecordedVerdict(given, is_new=True)


@pytest.fixture
def box() -> Box:
    """The card behind the links."""
    return Box()


@pytest.fixture
def client(box: Box) -> FlaskClient:
    """A browser."""
    return create_app(cast("Service", box), Security(), public_url="https://leads.example").test_client()


def test_a_get_asks_and_records_nothing(client: FlaskClient, box: Box) -> None:
    """Scanners follow links, as often as they like: there is a form, and no answer is taken."""
    for method in ("GET", "GET", "HEAD"):
        answer = client.open("/verdicts/good", method=method)
        assert answer.status_code == 200
    page = client.get("/verdicts/good").text
    assert box.cast_tokens == []
    assert "Was this a good lead?" in page
    assert '<form method="post"><button type="submit">Yes, it was a good lead</button></form>' in page
    assert "21 Nov 2026 at 09:05 UTC" in page
    assert "No, it was not a good lead</button>" in client.get("/verdicts/not_good").text


def test_the_page_shows_no_markup_of_others_and_may_do_nothing(client: FlaskClient) -> None:
    """A rule's name is text; no script, picture or frame is allowed, nothing is kept or told to others."""
    answer = client.get("/verdicts/good")
    assert "“&lt;b&gt;hot&lt;/b&gt;”" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    for name, value in (
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Robots-Tag", "noindex, nofollow"),
        ("Strict-Transport-Security", "max-age=31536000"),
    ):
        assert answer.headers[name] == value
    assert answer.mimetype == "text/html"
    assert not re.search(r"<script|javascript:|http://|src=", answer.text)


def test_a_post_records_and_says_thanks(client: FlaskClient, box: Box) -> None:
    """The button's press is the answer."""
    answer = client.post("/verdicts/not_good")
    assert (answer.status_code, box.cast_tokens) == (200, ["not_good"])
    assert "Thank you" in answer.text
    assert "It was not a good lead." in answer.text


def test_a_card_is_answered_once(client: FlaskClient) -> None:
    """The same answer again is fine, another one is refused; both say which stands, and a GET shows no form."""
    client.post("/verdicts/good")
    again, other = client.post("/verdicts/good"), client.post("/verdicts/not_good")
    assert (again.status_code, other.status_code) == (200, 409)
    assert "Already answered" in again.text
    assert "answered for this card: a good lead." in other.text
    assert client.get("/verdicts/good").status_code == 200
    late = client.get("/verdicts/not_good")
    assert late.status_code == 409
    assert "<form" not in late.text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RefusedError("This link could be used until 21 Dec 2026."), 404, "until 21 Dec 2026"),
        (MissingFactError("There is no such card any more."), 410, "This card is gone"),
        (StoreError("The store at /secret/place is locked."), 503, "try again in a few minutes"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_why_as_a_page(
    client: FlaskClient, box: Box, method: str, error: ConnectorError, status: int, said: str
) -> None:
    """Expired, gone, or out of order: a page for people, without what is for operators alone."""
    box.error = error
    answer = client.open("/verdicts/good", method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert said in answer.text
    assert "/secret/place" not in answer.text


def test_guesses_are_slowed_down(box: Box) -> None:
    """One caller may ask so many times a minute, then has to wait."""
    client = create_app(cast("Service", box), Security(), limits=Limits(calls_per_minute=2)).test_client()
    assert [client.get("/verdicts/good").status_code for _ in range(3)] == [200, 200, 429]
