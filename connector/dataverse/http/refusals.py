"""What an error answer means, in words that say what to do: status and code to an `OutsideError`.

Dataverse's own message may quote a person's data (a plug-in's text, a duplicate's e-mail address). It is passed on
only where it cannot: answers to reads, whose requests hold no data, and codes whose text names schema or limits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from connector.dataverse.http.retry import RETRIED_CODES, RETRIED_STATUSES, parse_retry_after
from connector.errors import OutsideError, SignInError

NOT_A_USER = "0x80072560"
STALE_VERSION = "0x80060882"
DUPLICATES = frozenset({"0x80040237", "0x80060892", "0x80040333"})
# The last is told of single rows ("does not have WriteAccess right(s) for record"), the others of rows and tables.
NO_PRIVILEGE = frozenset({"0x80040220", "0x80040231", "0x80048405", "0x80048306"})
NO_ROW = "0x80040217"
NO_RESOURCE = "0x8006088a"
NO_CONCURRENCY = frozenset({"0x80060883", "0x8006088d"})
CLOSED = frozenset({"0x8004022e", "0x80040519", "0x80081018"})
BAD_COLUMN = frozenset({"0x80041103", "0x80048d19"})
PLUGIN_REFUSED = "0x80040265"
# What a write is told whose columns, options or lengths are others by now.
OUTDATED = BAD_COLUMN | {"0x8004431a", "0x80048408", "0x80044331", "0x80060888"}
EXPIRED_STAMP = "0x80044352"
NOT_TRACKED = "0x80072491"

# Codes whose text is made of names of columns, tables, privileges and numbers.
_HARMLESS = frozenset(
    {
        *NO_PRIVILEGE, *NO_CONCURRENCY, *RETRIED_CODES, NOT_A_USER, STALE_VERSION, NO_ROW, EXPIRED_STAMP, NOT_TRACKED,
        "0x80044331", "0x8004431a", "0x80048408", "0x8004430c", "0x8004022e", "0x80040519", "0x80041103",
    }
)  # fmt: skip
_LONGEST_MESSAGE = 300
_DECIMAL = re.compile(r"-?[0-9]{1,10}")
_ROW_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_CONFLICT = 412
_TOO_MANY = 429
_CLIENT_ERRORS = range(400, 500)
_NO_SUCH_READ = frozenset({400, 405, 501})
_SERVER_ERROR = 500

_MEANINGS: Mapping[str, tuple[str, str]] = {
    NOT_A_USER: (
        "the app registration is not a user of this environment",
        (
            "Create an application user for its client id in the Power Platform admin center (Environment > Settings "
            "> Users + permissions > Application users) and give it a security role."
        ),
    ),
    **dict.fromkeys(
        sorted(NO_PRIVILEGE),
        (
            "a privilege is missing",
            (
                "Give the application user's security role organization-level Read on Lead, Account and Contact and "
                "Write on Lead; the definitions of tables need what the role Basic User has."
            ),
        ),
    ),
    **dict.fromkeys(
        sorted(NO_CONCURRENCY),
        (
            "the table does not support updates guarded by a version",
            "Turn on optimistic concurrency for the lead table; nothing is written without that guard.",
        ),
    ),
    **dict.fromkeys(
        sorted(BAD_COLUMN),
        (
            "a column does not exist, or takes no such value",
            "Run `connector doctor`: it names the columns that are missing.",
        ),
    ),
    NO_RESOURCE: (
        "the address is not known there",
        "Check CONNECTOR_DATAVERSE_URL, and that the environment has Dynamics 365 Sales.",
    ),
    "0x8005f101": ("the access token has expired", "Check this machine's clock."),
    "0x80072322": (
        "too many requests in five minutes",
        "Try again later; if it stays, lower CONNECTOR_REQUEST_BUDGET.",
    ),
    "0x80072321": (
        "too much execution time in five minutes",
        "Try again later; if it stays, lower CONNECTOR_EXECUTION_BUDGET_S.",
    ),
    "0x80072326": ("too many requests at once", "Try again later; if it stays, lower CONNECTOR_PARALLEL."),
    EXPIRED_STAMP: ("the change token has expired", "The next run reads everything again."),
    NOT_TRACKED: ("change tracking is off for the table", "Turn it on in the table's settings."),
}
_REMEDIES: Mapping[int, str] = {
    401: "Check that the app registration belongs to the environment's tenant and is an application user of it.",
    403: "Check the application user's security role, and firewall rules of the environment.",
    404: "Check CONNECTOR_DATAVERSE_URL, and that the environment has Dynamics 365 Sales.",
    405: "Check any proxy or firewall on the way: it has to let PATCH and POST pass.",
    413: "Lower the page or batch size.",
    429: "Try again later; if it stays, lower CONNECTOR_PARALLEL and CONNECTOR_REQUEST_BUDGET.",
}
_LATER = "Try again later; if it stays, give the request id to Microsoft support."
_LOOK = "Run `connector doctor`; if it finds nothing, give the request id to Microsoft support."


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """The `error` object of an answer; both empty where the answer is not in Dataverse's shape."""

    code: str
    message: str
    is_dataverse: bool


class AnswerError(OutsideError):
    """An error answer. `in_shape` says that Dataverse gave it, and not something on the way."""

    in_shape = True


class ConditionFailedError(AnswerError):
    """A guarded write met 412. `answer_lost` says that an earlier try of it got no clear answer."""

    answer_lost = False


def read_error(body: bytes) -> ErrorBody:
    """Read an error body of Dataverse's shape (the code may be an empty string); never raises."""
    try:
        error = json.loads(body.decode("utf-8-sig"))["error"]
        return ErrorBody(code_of(error.get("code")), str(error.get("message") or ""), is_dataverse=True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ErrorBody("", "", is_dataverse=False)


def code_of(value: object) -> str:
    """Give an error code in the form that is compared, `0x80072322`; it may come as a signed number, or as its text.

    Any other code is given as it is, in lower case; none is the empty string.
    """
    text = str(value or "").strip().lower()
    if not _DECIMAL.fullmatch(text):
        return text
    number = int(text)
    # Error codes are 32 bits with the highest one set: negative as signed numbers.
    return f"0x{number % 2**32:08x}" if -(2**31) <= number < 0 or 2**31 <= number < 2**32 else text


def request_id(headers: Mapping[str, str]) -> str:
    """Give the server's id of a request, where the answer has one."""
    return (headers.get("x-ms-service-request-id") or headers.get("REQ_ID") or "")[:80]


def refusal(
    status: int, headers: Mapping[str, str], body: bytes, *, doing: str, is_read: bool, now: datetime
) -> OutsideError:
    """Turn an error answer into the error to raise; `doing` says what was tried ("reading leads")."""
    error = read_error(body)
    code = error.code
    meaning, remedy = _MEANINGS.get(code, ("", _REMEDIES.get(status, "")))
    tells = error.message and (code in _HARMLESS or (is_read and code != PLUGIN_REFUSED))
    said = f' It says: "{_one_line(error.message)}"' if tells else ""
    if body.strip() and not error.is_dataverse:
        meaning = "the answer is not Dataverse's: something in between, or another server"
        remedy = "Check CONNECTOR_DATAVERSE_URL and any proxy or firewall on the way."
    identity = request_id(headers)
    parts = [f"code {code}"] if code else []
    parts += [f"request {identity}"] if identity else []
    detail = f" ({', '.join(parts)})" if parts else ""
    reason = f": {meaning}" if meaning else ""
    wish = parse_retry_after(headers.get("Retry-After"), now=now)
    wait = f" It wants nothing to be sent for {wish:.0f} s." if wish else ""
    kind: type[OutsideError] = ConditionFailedError if status == _CONFLICT else AnswerError
    if status == _UNAUTHORIZED or code == NOT_A_USER:
        kind = SignInError
    retryable = status in RETRIED_STATUSES or code in RETRIED_CODES
    built = kind(
        f"Dataverse answered HTTP {status}{detail} while {doing}{reason}.{said}{wait}",
        remedy=remedy or (_LATER if status >= _SERVER_ERROR else _LOOK),
        status=status,
        code=code,
        request_id=identity,
        retry_after_s=wish,
        retryable=retryable,
    )
    if isinstance(built, AnswerError):
        built.in_shape = error.is_dataverse
    return built


def may_be_untracked(error: OutsideError) -> bool:
    """Tell whether a refused read with change tracking may be refused for that: the error may have no code."""
    return error.code == NOT_TRACKED or (error.status in _NO_SUCH_READ and error.code not in BAD_COLUMN)


def is_about_tables(error: OutsideError) -> bool:
    """Tell whether an error may be about tables and columns: not about who we are, or how busy the server is."""
    if isinstance(error, SignInError) or not (isinstance(error, AnswerError) and error.in_shape):
        return False
    return error.status in _CLIENT_ERRORS and error.status not in {_FORBIDDEN, _TOO_MANY} and not error.retryable


def _one_line(message: str) -> str:
    """Make a message one short line without control characters and without ids of rows."""
    text = " ".join("".join(c if c.isprintable() else " " for c in _ROW_ID.sub("…", message)).split())
    return text if len(text) <= _LONGEST_MESSAGE else text[: _LONGEST_MESSAGE - 1] + "…"
