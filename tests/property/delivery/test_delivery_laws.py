"""Laws of what is sent and where: any payload makes a card within bounds, and nothing passes the guard by disguise."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3.util import parse_url

from connector.delivery.answers import judge
from connector.delivery.cards import MAX_BYTES, build_message, encode
from connector.delivery.cards.subset import card_faults
from connector.delivery.cards.words import HEADLINES
from connector.delivery.cardtext import clean, cut, escape
from connector.delivery.guard import FLOW_HOSTS, DestinationError, check_destination, mask, mask_text
from connector.delivery.records import RecordLinks
from connector.delivery.retry import next_attempt
from connector.pipeline.retries import LONGEST_S, SCHEDULE_S
from connector.pipeline.values import Delivered, Json, RetryLater, Undeliverable

ANY_TEXT = st.text(st.characters(), max_size=300)
RECORDS = RecordLinks("https://contoso.crm4.dynamics.com")
NOW = datetime(2026, 11, 21, tzinfo=UTC)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(ANY_TEXT, inner, max_size=5),
    max_leaves=12,
)
SCORE = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("model", "dimension", "score", "previous", "previous_at", "grade", "previous_grade"), JSON),
)
PAYLOAD = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("event_id", "at", "rule", "alert", "reasons", "missing", "summary", "message"), JSON),
        **dict.fromkeys(("by_rule", "by_grade", "leads", "total", "link", "from", "to", "run"), JSON),
        "kind": st.sampled_from([*HEADLINES]) | JSON,
        "last_touch": st.fixed_dictionaries({}, optional={"type": JSON, "at": JSON}) | JSON,
        "owner": st.fixed_dictionaries({}, optional={"name": JSON, "entra_id": JSON}) | JSON,
        "lead": st.fixed_dictionaries({}, optional=dict.fromkeys(("id", "name", "company", "title", "owner"), JSON))
        | JSON,
        "account": st.fixed_dictionaries({}, optional={"name": JSON}) | JSON,
        "scores": st.lists(SCORE, max_size=6) | JSON,
        "qualification": st.fixed_dictionaries({}, optional={"name": JSON, "status_reason": JSON}) | JSON,
    },
)


@given(PAYLOAD)
def test_any_payload_makes_a_card_within_bounds(payload: dict[str, Json]) -> None:
    """Whatever a payload holds, the message is UTF-8 JSON of at most 20 KB, and a card that telephones show."""
    data = encode(build_message(payload, RECORDS, answers=("https://l.example/v/1", "https://l.example/v/2")))
    assert len(data) <= MAX_BYTES
    card = json.loads(data)["attachments"][0]["content"]
    assert card_faults(card) == []


@given(ANY_TEXT, st.integers(1, 80))
def test_cleaned_text_is_one_line_of_shown_characters_within_its_limit(text: str, limit: int) -> None:
    """Nothing that moves, hides or breaks is left, and cleaning what is clean changes nothing."""
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert not {unicodedata.category(char) for char in cleaned} & {"Cc", "Cs", "Zl", "Zp"}
    assert clean(cleaned, limit) == cleaned
    cleaned.encode("utf-8")


@given(ANY_TEXT, st.integers(1, 40))
def test_cutting_keeps_a_beginning(text: str, limit: int) -> None:
    """What is cut is a beginning of the text, within the limit, with a sign that it was cut."""
    short = cut(text, limit)
    assert short == text if len(text) <= limit else short.endswith("…")
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…") if len(text) > limit else short)


@given(st.text(alphabet="<>atAT/&lg;#[](){}*_`~|\\!- \u05d01.:wW", max_size=60))
def test_escaped_text_shows_what_was_written_and_no_more(text: str) -> None:
    """Taking escapes, invisible breaks and isolation away gives the text back; no tag, entity or link opens."""
    escaped = escape(text)
    bare = re.sub("[\u200b\u2068\u2069]", "", escaped)
    assert re.sub(r"\\(.)", r"\1", bare) == text
    assert not re.search(r"<[A-Za-z/!?]", escaped)
    assert not re.search(r"&#?[A-Za-z0-9]+;", escaped)
    unescaped_markup = re.sub(r"\\.", "", escaped)
    assert not set(unescaped_markup) & set("`*_[]~|")


HOSTS = st.sampled_from(
    [
        "logic.azure.com",
        "prod-1.logic.azure.com",
        "evil.example",
        "127.0.0.1",
        "[::1]",
        "localhost",
        "x.api.powerplatform.com",
    ]
)
PIECES = st.lists(
    HOSTS
    | st.sampled_from(list("@:/?#\\%.;&=[]|^ \t\r\n\x00"))
    | st.sampled_from(["https://", "443", "user", "%2f", "%40", "。", "\uff41"]),
    max_size=7,
).map("".join)


@given(PIECES.map("https://".__add__))
@example("https://prod-1.logic.azure.com@evil.example/")
@example("https://evil.example\\@prod-1.logic.azure.com/")
def test_what_passes_the_guard_goes_to_a_flow_host_as_every_parser_reads_it(url: str) -> None:
    """The library that connects reads the same host out of an accepted URL, and it is one of the families'."""
    try:
        check_destination(url, ())
    except DestinationError:
        return
    parsed = parse_url(url)
    assert parsed.host is not None
    assert any(parsed.host.endswith("." + family) for family in FLOW_HOSTS)
    assert (parsed.scheme, parsed.port in {None, 443}, parsed.auth) == ("https", True, None)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N"]), min_size=12, max_size=40), PIECES)
def test_masking_never_lets_a_signature_through(secret: str, around: str) -> None:
    """However a URL is mangled, neither mask shows what stands behind its host."""
    sig = f"S{secret}S"
    assert sig not in mask(f"https://prod-1.logic.azure.com/{around}?sig={sig}")
    assert sig not in mask_text(f"text {around} https://prod-1.logic.azure.com/w/{sig}?sv=1&sig={sig} text")
    assert sig not in mask_text(f"sig={sig}")


@given(st.integers(100, 599), st.binary(max_size=200), st.none() | st.text(max_size=30))
def test_every_answer_has_an_outcome(status: int, body: bytes, wish: str | None) -> None:
    """Any status, body and Retry-After is delivered, later or never; later only where trying again can help."""
    outcome = judge(status, {"Retry-After": wish} if wish is not None else {}, body, NOW)
    assert isinstance(outcome, Delivered) is (200 <= status < 300)
    assert isinstance(outcome, RetryLater) is (status in {408, 425, 429} or status >= 500)
    if isinstance(outcome, RetryLater) and outcome.after_s is not None:
        assert 0 <= outcome.after_s <= LONGEST_S
    if isinstance(outcome, Undeliverable):
        assert outcome.answer.isprintable()


@given(st.integers(1, 40), st.none() | st.floats(), st.integers())
def test_attempts_end_and_never_come_early(attempt: int, after_s: float | None, seed: int) -> None:
    """There are as many retries as the schedule has steps; each is later than now, and within 28.8 hours."""
    at = next_attempt(attempt, RetryLater("busy", 503, after_s), NOW, Random(seed))
    assert (at is None) is (attempt > len(SCHEDULE_S))
    if at is not None:
        assert NOW + timedelta(seconds=SCHEDULE_S[attempt - 1]) <= at <= NOW + timedelta(seconds=LONGEST_S * 1.2)
        if after_s is not None and 0 < after_s < LONGEST_S:
            assert at >= NOW + timedelta(seconds=after_s)


@pytest.mark.parametrize("family", FLOW_HOSTS)
def test_every_family_lets_its_own_names_in(family: str) -> None:
    """The list above is not vacuous: a name below each family passes."""
    check_destination(f"https://a.b.{family}/x?sig=y", ())
