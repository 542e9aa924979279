"""What error answers say to people, and what they keep to themselves."""

from __future__ import annotations

import json

import pytest

from connector.dataverse.http.refusals import AnswerError, ConditionFailedError, read_error, refusal
from connector.errors import OutsideError, SignInError
from tests.unit.dataverse.org import LEAD_1
from tests.unit.dataverse.support import NOW


def build(status: int, code: str = "", message: str = "", *, is_read: bool = True) -> OutsideError:
    """The error of an answer in Dataverse's shape."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    headers = {"x-ms-service-request-id": "req-9"}
    return refusal(status, headers, body, doing="reading leads", is_read=is_read, now=NOW)


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (403, "0x80040220", "security role"),
        (403, "0x80048405", "security role"),
        (403, "0x80072560", "application user"),
        (400, "0x8006088d", "optimistic concurrency"),
        (404, "0x8006088a", "CONNECTOR_DATAVERSE_URL"),
        (400, "0x80041103", "connector doctor"),
        (429, "0x80072326", "CONNECTOR_PARALLEL"),
        (429, "", "Try again later"),
        (413, "", "page or batch size"),
        (401, "", "tenant"),
        (500, "0x80040216", "Microsoft support"),
    ],
)
def test_every_known_refusal_says_what_to_do(status: int, code: str, remedy: str) -> None:
    """Code and status choose the remedy, and the request id is in the message."""
    error = build(status, code)
    assert remedy in error.remedy
    assert "req-9" in error.message
    assert code in error.message
    assert (error.status, error.code, error.request_id) == (status, code, "req-9")


def test_a_refusal_names_how_long_it_wants_us_to_wait() -> None:
    """Who reads that a run ended is told when another one can work."""
    error = refusal(429, {"Retry-After": "86400"}, b"", doing="reading leads", is_read=True, now=NOW)
    assert "wants nothing to be sent for 86400 s" in error.message
    assert "wants nothing" not in refusal(429, {}, b"", doing="reading leads", is_read=True, now=NOW).message


def test_a_code_is_read_whatever_its_case() -> None:
    """Codes come in either case of hex digits."""
    assert build(403, "0x8004430C").code == "0x8004430c"


@pytest.mark.parametrize(
    ("code", "known"),
    [
        (-2147015902, "0x80072322"),
        ("-2147015902", "0x80072322"),
        (2147951394, "0x80072322"),
        ("0X80072322", "0x80072322"),
        (-2147220685, "0x80040333"),
        ("-2147088254", "0x80060882"),
        (None, ""),
        ("", ""),
        ("42", "42"),
        ("-99999999999", "-99999999999"),
        ("InvalidAuthenticationToken", "invalidauthenticationtoken"),
    ],
)
def test_a_code_is_read_whatever_its_form(code: object, known: str) -> None:
    """Hex or signed decimal, number or text: one form is compared, and what is no such number stays."""
    assert read_error(json.dumps({"error": {"code": code, "message": "x"}}).encode()).code == known


def test_signed_codes_are_recognised() -> None:
    """A limit that comes with another status is tried again, and its meaning is told."""
    error = build(400, "-2147015902")
    assert error.retryable
    assert "too many requests in five minutes" in error.message
    assert "0x80072322" in error.message


def test_kinds_of_errors() -> None:
    """A 412 is a failed condition, 401 and a missing application user are sign-in errors, the rest are answers."""
    assert isinstance(build(412, ""), ConditionFailedError)
    assert isinstance(build(401, ""), SignInError)
    assert isinstance(build(403, "0x80072560"), SignInError)
    assert type(build(404, "")) is AnswerError


def test_the_message_of_a_write_is_withheld() -> None:
    """A plug-in or a duplicate rule may quote a person's data in the answer to a write."""
    secret = "Duplicate of erika@beispiel.example"
    for code in ("0x80040265", "0x80040333", "0x80040203", ""):
        assert "erika" not in str(build(400, code, secret, is_read=False))
    assert "erika" not in str(build(400, "0x80040265", secret, is_read=True))


def test_harmless_messages_are_passed_on() -> None:
    """Names of privileges and columns help, and so does what a server says of a query of ours."""
    assert "prvWriteLead" in str(build(403, "0x80040220", "missing prvWriteLead privilege", is_read=False))
    assert "named 'foo'" in str(build(400, "", "Could not find a property named 'foo'", is_read=True))


def test_messages_are_one_short_line() -> None:
    """Line ends, control characters, length and the ids of rows do not get into a log."""
    text = build(400, "0x80041103", f"a\r\nb\x1b[31m lead {LEAD_1} " + "c" * 900).message
    assert LEAD_1 not in text
    assert "\n" not in text
    assert "\x1b" not in text
    assert len(text) < 600


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"error": "x"}', b"\xff\xfe", b"null", b'{"error": null}', b"[" * 200_000]
)
def test_an_answer_of_something_else_is_told_from_dataverses(body: bytes) -> None:
    """A body that is not of Dataverse's shape has no code and is named as foreign."""
    assert read_error(body) == read_error(b"")
    error = refusal(404, {}, body, doing="reading leads", is_read=True, now=NOW)
    assert isinstance(error, AnswerError)
    assert not error.in_shape
    assert ("not Dataverse's" in error.message) is bool(body)
