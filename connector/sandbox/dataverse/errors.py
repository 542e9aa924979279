"""The refusals of the Web API: HTTP status, Dataverse's code, a message. Codes as Microsoft's ErrorCodes names them."""

from __future__ import annotations

from http import HTTPStatus

OBJECT_DOES_NOT_EXIST = "0x80040217"
CONCURRENCY_VERSION_MISMATCH = "0x80060882"
DUPLICATE_RECORD = "0x80040237"
PRIVILEGE_DENIED = "0x80040220"
INVALID_ARGUMENT = "0x80040203"
UNEXPECTED = "0x80040216"
PLUGIN_FAILED = "0x80040265"
LEAD_CLOSED = "0x80040519"
CANNOT_QUALIFY = "0x80081018"
NO_ROW_BY_KEY = "0x80060891"
DUPLICATE_KEY = "0x80060892"
DUPLICATE_COLUMN = "0x80047013"
READ_ONLY = "0x8004022e"
STRING_TOO_LONG = "0x80044331"
OUT_OF_RANGE = "0x80044330"
OPTION_OUT_OF_RANGE = "0x8004431a"
BODY_TOO_LONG = "0x8004418a"
DUPLICATES_FOUND = "0x80040333"
NO_ATTRIBUTE = "0x80041103"
AGGREGATE_LIMIT = "0x8004E023"
BAD_QUERY = "0x80060888"
BAD_PAYLOAD = "0x80048d19"
BAD_STATUS_PAIR = "0x80048408"
EXPIRED_VERSION_STAMP = "0x80044352"
NOT_TRACKED = "0x80072491"
TOO_MANY_CONDITIONS = "0x8004430C"
NOT_A_MEMBER = "0x80072560"
ACCESS_EXPIRED = "0x8005F101"
HTTP_ERROR = "0x8006088a"
REQUEST_LIMIT = "0x80072322"
TIME_LIMIT = "0x80072321"
CONCURRENCY_LIMIT = "0x80072326"


class ODataError(Exception):
    """A request that is turned down, as the client will see it."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = int(status)
        self.code = code
        self.message = message


def bad_query(message: str, code: str = BAD_QUERY) -> ODataError:
    """A query that cannot be understood, or asks for what is not offered."""
    return ODataError(HTTPStatus.BAD_REQUEST, code, message)


def no_property(name: str, table: str) -> ODataError:
    """A column that the table does not have."""
    return bad_query(f"Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'.")


def bad_payload(message: str, code: str = BAD_PAYLOAD) -> ODataError:
    """A body that cannot be understood or breaks a rule of a column."""
    return ODataError(HTTPStatus.BAD_REQUEST, code, message)


def no_row(table: str, row_id: str) -> ODataError:
    """A row that is not there."""
    return ODataError(HTTPStatus.NOT_FOUND, OBJECT_DOES_NOT_EXIST, f"{table} With Id = {row_id} Does Not Exist")


def no_segment(segment: str) -> ODataError:
    """A path that leads nowhere."""
    return ODataError(HTTPStatus.NOT_FOUND, HTTP_ERROR, f"Resource not found for the segment '{segment}'.")


def stale_row() -> ODataError:
    """A row that changed since the etag was read."""
    return ODataError(
        HTTPStatus.PRECONDITION_FAILED,
        CONCURRENCY_VERSION_MISMATCH,
        "The version of the existing record doesn't match the RowVersion property provided.",
    )


def no_privilege(privilege: str, user_id: str) -> ODataError:
    """A privilege that the caller's roles do not give."""
    return ODataError(
        HTTPStatus.FORBIDDEN, PRIVILEGE_DENIED, f"Principal user (Id={user_id}) is missing {privilege} privilege."
    )


def not_implemented(what: str) -> ODataError:
    """Something that Dataverse has and this stand-in has not."""
    return ODataError(HTTPStatus.NOT_IMPLEMENTED, "", f"The sandbox does not offer {what}.")
