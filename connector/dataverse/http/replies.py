"""From the answer of one try to a reply, or to the error that says what to do. Nothing is sent in here."""

from __future__ import annotations

from datetime import datetime

from connector.dataverse.http.answers import Reply, answer_fault, read_json
from connector.dataverse.http.batch import attribute, decode, is_multipart
from connector.dataverse.http.exchange import Answer, Call
from connector.dataverse.http.refusals import refusal

_REDIRECT = 300
_ERROR = 400


def read_reply(call: Call, answer: Answer, *, host: str, now: datetime) -> Reply:
    """Read an answer. Raises OutsideError for one that is no success, or not what was asked for.

    `now` is the server's time, by which a wish to wait until a date is counted.
    """
    status, headers, body = answer.status, answer.headers, answer.body
    if call.parts and is_multipart(headers.get("Content-Type", "")):
        return _read_parts(call, answer, host)
    if status >= _ERROR:
        quoted = call.is_read or not call.holds_data
        raise refusal(status, headers, body, doing=call.doing, is_read=quoted, now=now)
    if status >= _REDIRECT:
        raise answer_fault(
            "redirects elsewhere",
            status,
            headers,
            host=host,
            doing=call.doing,
            remedy="Check CONNECTOR_DATAVERSE_URL and any proxy: redirects are never followed.",
        )
    data = read_json(status, headers, body, host=host, doing=call.doing, is_read=call.is_read)
    if call.parts:
        raise answer_fault("sent no answer to a batch", status, headers, host=host, doing=call.doing)
    return Reply(status, headers, data)


def _read_parts(call: Call, answer: Answer, host: str) -> Reply:
    """Read the answers to a batch's parts, whatever the status: one that stopped at an error has the error's."""
    status, headers = answer.status, answer.headers
    try:
        parts = attribute(decode(headers.get("Content-Type", ""), answer.body), call.parts)
    except ValueError as error:
        said = f"sent an answer to a batch that cannot be read ({error})"
        raise answer_fault(said, status, headers, host=host, doing=call.doing, retryable=True) from None
    return Reply(status, headers, {}, parts=tuple(parts))
