"""The error tree: which of three things went wrong, what to do about it, and whether trying again can help.

Imports nothing of ours. Expected outcomes (a stale etag, a refused write) are values, not errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document or of the settings: where it stands, what it is, what to do.

    `code` names the kind of fault where it is worth telling apart (`unknown-fact`).
    """

    path: str
    line: int | None
    message: str
    remedy: str = ""
    code: str = ""

    def __str__(self) -> str:
        """One line for people: place, message, remedy."""
        place = f"line {self.line}: " if self.line else ""
        where = f"{self.path}: " if self.path else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{where}{self.message}{remedy}"


class ConnectorError(Exception):
    """Base of all our errors: a message that names the thing, and a remedy that says what to do."""

    exit_code = 2
    retryable = False

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        """Message and remedy as one text."""
        return f"{self.message} {self.remedy}".strip()


class DocumentError(ConnectorError):
    """The document is wrong: every fault at once. Trying again without a change cannot help."""

    def __init__(self, message: str, *, faults: Sequence[Fault] = (), remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.faults = tuple(faults)

    def __str__(self) -> str:
        """The message, then one line for each fault."""
        return "\n".join([super().__str__(), *(f"  {fault}" for fault in self.faults)])


class SettingsError(DocumentError):
    """The settings are wrong or missing: every fault at once."""


class MissingFactError(ConnectorError):
    """Something that we were asked about, or that we need, is not there (a lead, a model, a column)."""


class RefusedError(ConnectorError):
    """What was asked for is understood and not allowed now (a live document, a switched-off feature)."""

    exit_code = 1


class BusyError(ConnectorError):
    """Somebody else is at it; trying again after a while helps. `retry_after_s` is how long to wait, in seconds."""

    exit_code = 3
    retryable = True

    def __init__(self, message: str, *, remedy: str = "", retry_after_s: float = 10.0) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_s = retry_after_s


class OutsideError(ConnectorError):
    """The outside world refused or could not be reached.

    `status` is the HTTP status (None when there was no answer), `code` the other side's own error code,
    `request_id` the server's id of the request, `retry_after_s` its wish in seconds.
    """

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        status: int | None = None,
        code: str = "",
        request_id: str = "",
        retry_after_s: float | None = None,
        retryable: bool = False,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after_s = retry_after_s
        self.retryable = retryable


class SignInError(OutsideError):
    """Entra ID or Dataverse would not let us in."""


class OutdatedError(OutsideError):
    """What is remembered of an environment no longer holds. Reading it afresh mends that, or tells what is wrong."""


class StoreError(ConnectorError):
    """The database is not usable now (locked, read-only, newer schema, gone)."""

    exit_code = 3
