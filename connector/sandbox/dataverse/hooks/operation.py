"""What a request says about itself beyond its change: who asks, for whom, the tag, and whose logic it bypasses."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus

from connector.sandbox.dataverse.errors import INVALID_ARGUMENT, ODataError, bad_payload
from connector.sandbox.dataverse.values import GUID

_RUN = str(uuid.uuid4()).rpartition("-")[0]  # ids are made where somebody looks: writes have to be quick
SYNC, ASYNC = "customsync", "customasync"
MAX_BYPASSED_STEPS = 3
BOUND = "Microsoft.Dynamics.CRM."


@dataclass(frozen=True, slots=True)
class Operation:
    """One request as its consequences see it; `message` where it is another than that of the single writes."""

    user_id: str | None = None
    initiating_user_id: str | None = None
    message: str = ""
    tag: str | None = None
    bypassed: frozenset[str] = frozenset()
    bypassed_steps: frozenset[str] = frozenset()
    flows: bool = True  # Power Automate's triggers hear of it
    number: int = field(default_factory=itertools.count(1).__next__)

    @property
    def correlation_id(self) -> str:
        """The id of everything that one request causes."""
        return f"{_RUN}-{self.number:012x}"

    @property
    def request_id(self) -> str:
        """The id of the request."""
        return f"{_RUN}-8{self.number:011x}"


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current() -> Operation:
    """The operation under way in this thread; one without a user where nobody asked over HTTP."""
    return _current.get() or Operation()


@contextmanager
def during(operation: Operation) -> Iterator[None]:
    """Let every change inside belong to an operation."""
    token = _current.set(operation)
    try:
        yield
    finally:
        _current.reset(token)


def wanted_bypass(headers: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """The kinds of custom logic and the single steps that a request wants left out. Raises ODataError."""
    kinds = {each.strip().lower() for each in headers.get("mscrm.bypassbusinesslogicexecution", "").split(",")} - {""}
    if kinds - {SYNC, ASYNC}:
        raise bad_payload("MSCRM.BypassBusinessLogicExecution takes CustomSync and CustomAsync.", INVALID_ARGUMENT)
    if headers.get("mscrm.bypasscustompluginexecution", "").lower() == "true":
        kinds.add(SYNC)
    steps = {each.strip().lower() for each in headers.get("mscrm.bypassbusinesslogicexecutionstepids", "").split(",")}
    steps -= {""}
    if len(steps) > MAX_BYPASSED_STEPS or not all(GUID.fullmatch(each) for each in steps):
        message = f"MSCRM.BypassBusinessLogicExecutionStepIds takes up to {MAX_BYPASSED_STEPS} ids of steps."
        raise ODataError(HTTPStatus.BAD_REQUEST, INVALID_ARGUMENT, message)
    return frozenset(kinds), frozenset(steps)


def message_of(segments: Sequence[str]) -> str:
    """The message that a path names (`leads/Microsoft.Dynamics.CRM.UpdateMultiple`, `Merge`), empty for plain ones."""
    last = segments[-1].partition("(")[0] if segments else ""
    if last.startswith(BOUND):
        return last.removeprefix(BOUND)
    return last if last == "Merge" else ""
