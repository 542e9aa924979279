"""The webhooks of an environment: hears what transactions did, finds the steps, and hands letters to the poster."""

from __future__ import annotations

import functools
import uuid
from collections import deque
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.errors import PLUGIN_FAILED, ODataError
from connector.sandbox.dataverse.hooks.delivery import Letter, Post, Poster
from connector.sandbox.dataverse.hooks.execution import Event, Execution, groups
from connector.sandbox.dataverse.hooks.operation import ASYNC, SYNC, Operation, current
from connector.sandbox.dataverse.hooks.steps import REGISTRATION, Step, Steps
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Change, Store
from connector.sandbox.dataverse.tables.registration import HTTP_HEADER

FAILED, SUCCEEDED, COMPLETED = 31, 30, 3
CASCADES = frozenset({"Merge", "QualifyLead"})  # messages whose single writes are consequences
BULK = {"Create": "CreateMultiple", "Update": "UpdateMultiple"}


class FlowNotice(NamedTuple):
    """A change that Power Automate's own triggers would have heard of."""

    message: str
    table: str
    row_id: str


class Hooks:
    """Posts to registered webhooks. `poster` has the knobs; `phantoms` posts about what was rolled back too.

    A synchronous step is posted inside the transaction, which waits for the answer: its receiver must not write.
    """

    def __init__(self, store: Store, *, host: str, clock: Callable[[], datetime]) -> None:
        self.poster = Poster()
        self.steps = Steps(store)
        self.phantoms = False
        self.flow_notices: deque[FlowNotice] = deque(maxlen=10_000)
        self._execution = Execution(store, host)
        self._store = store
        self._clock = clock
        store.tables["serviceendpoint"].check = self.steps.check_endpoint
        store.tables["sdkmessageprocessingstep"].check = self.steps.check_step
        store.stamp = current
        store.sign = _signature
        store.before_commit.append(self._before)
        store.after_commit.append(self._after)
        store.after_rollback.append(self._undone)

    def close(self) -> None:
        """Post nothing more."""
        self.poster.close()

    # --- what the store tells --------------------------------------------------------------------------------------

    def _before(self, changes: list[Change]) -> None:
        for change in list(changes):
            if change.message == "Delete" and change.table in REGISTRATION:
                self._cascade(change)
        for event in self._events(changes, asynchronous=False):
            post = self.poster.send(self._letter(event))
            if not post.delivered:
                message = f"The webhook '{event.step.name}' failed: {post.error or f'status {post.status}'}."
                raise ODataError(HTTPStatus.BAD_REQUEST, PLUGIN_FAILED, message)

    def _after(self, changes: list[Change]) -> None:
        if any(change.table in REGISTRATION for change in changes):
            self.steps.forget()
        self.flow_notices += [
            FlowNotice(each.message, each.table, each.row_id) for each in changes if _operation(each).flows
        ]
        for event in self._events(changes, asynchronous=True):
            self.poster.submit(self._letter(event))

    def _undone(self, changes: list[Change]) -> None:
        self.steps.forget()
        if self.phantoms:
            for event in self._events(changes, asynchronous=True):
                self.poster.submit(self._letter(event))

    def _cascade(self, change: Change) -> None:
        """Steps go with their endpoint, and images with their step."""
        below, link = {
            "serviceendpoint": ("sdkmessageprocessingstep", "_eventhandler_value"),
            "sdkmessageprocessingstep": ("sdkmessageprocessingstepimage", "_sdkmessageprocessingstepid_value"),
        }.get(change.table, ("", ""))
        if below:
            rows = self._store.rows[below].by_id
            for row_id in [key for key, row in rows.items() if row.get(link) == change.row_id]:
                inner = Change("Delete", below, row_id, {}, rows[row_id], None)
                self._store.delete(below, row_id)
                self._cascade(inner)

    # --- events ----------------------------------------------------------------------------------------------------

    def _events(self, changes: list[Change], *, asynchronous: bool) -> list[Event]:
        found: list[Event] = []
        if not self.steps.any():
            return found
        now = self._clock()
        for change in changes:
            operation = _operation(change)
            depth = 2 if operation.message in CASCADES and change.message not in CASCADES else 1
            messages = [change.message]
            if change.message == "Update" and "_ownerid_value" in change.sent:
                messages.append("Assign")
            for message in messages:
                found += [
                    Event(step, message, (change,), operation, depth, now)
                    for step in self.steps.of(message, change.table)
                    if step.asynchronous is asynchronous and _concerns(step, [change])
                ]
        for (message, table, _), together in groups(changes).items():
            found += [
                Event(step, BULK[message], tuple(together), _operation(together[0]), 1, now)
                for step in self.steps.of(BULK.get(message, ""), table)
                if step.asynchronous is asynchronous and _concerns(step, together)
            ]
        return found

    def _letter(self, event: Event) -> Letter:
        url, headers = event.step.url, []
        if event.step.authentication == HTTP_HEADER:
            headers += event.step.pairs()
        else:
            pairs = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in event.step.pairs())
            url += (("&" if urlsplit(url).query else "?") + pairs) if pairs else ""
        headers += [
            ("x-ms-dynamics-organization", self._execution.organization),
            ("x-ms-dynamics-entity-name", event.table),
            ("x-ms-dynamics-request-name", event.message),
            ("x-ms-correlation-request-id", event.operation.correlation_id),
        ]

        def body() -> tuple[bytes, tuple[tuple[str, str], ...]]:
            made = self._execution.body(event)
            return made.content, ((("x-ms-dynamics-msg-size-exceeded", "true"),) if made.cut else ())

        ended = functools.partial(self._ended, event) if event.step.asynchronous else None
        return Letter(event.step.step_id, event.message, event.table, event.row_id, url, tuple(headers), body, ended)

    def _ended(self, event: Event, post: Post) -> None:
        """Keep a system job of what failed, and of what succeeded where the step says so."""
        if post.delivered and not event.step.keeps_jobs:
            return
        now = wire(self._clock())
        job: Row = {
            "asyncoperationid": str(uuid.uuid4()), "name": event.step.name, "operationtype": 1,
            "messagename": event.message, "primaryentitytype": event.table, "retrycount": post.attempts - 1,
            "statecode": COMPLETED, "statuscode": SUCCEEDED if post.delivered else FAILED,
            "correlationid": event.operation.correlation_id, "startedon": now, "completedon": now,
            "_owningextensionid_value": event.step.step_id,
        }  # fmt: skip
        if event.table == "lead":
            job["_regardingobjectid_value"] = event.row_id
        if not post.delivered:
            reason = post.error or f"The remote server returned status {post.status}."
            job |= {"friendlymessage": "The webhook call failed.", "message": reason[:1000]}
        self._store.insert("asyncoperation", job)


def _signature(row: Row) -> Row:
    """Who changes a row on somebody's behalf; nobody, where the user does it himself."""
    operation = current()
    behalf = operation.initiating_user_id if operation.initiating_user_id != operation.user_id else None
    changed = behalf != row.get("_modifiedonbehalfby_value")
    return {"_modifiedonbehalfby_value": behalf} if changed else {}


def _operation(change: Change) -> Operation:
    return change.by if isinstance(change.by, Operation) else Operation()


def _concerns(step: Step, changes: list[Change]) -> bool:
    """Tell whether a step hears of changes: its columns were written, and the request did not bypass it."""
    operation = _operation(changes[0])
    if (ASYNC if step.asynchronous else SYNC) in operation.bypassed or step.step_id in operation.bypassed_steps:
        return False
    if not step.filtering:
        return True
    written = {name.removesuffix("_value").removeprefix("_") for each in changes for name in each.sent}
    written |= {name for each in changes for name in each.sent}
    return not step.filtering.isdisjoint(written)
