"""$batch: operations one after the other, change sets as a whole, references by Content-ID. The format is elsewhere.

Everything is read before anything is done: a payload that cannot be read has no effect.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse import multipart
from connector.sandbox.dataverse.errors import ODataError
from connector.sandbox.dataverse.multipart import REFERENCE, Operation
from connector.sandbox.dataverse.store import Store
from connector.sandbox.server import Request, Response

MAX_OPERATIONS = 1000
Answer = Callable[[Request], Response]
Refuse = Callable[[ODataError], Response]


class FailedSetError(Exception):
    """An operation of a change set failed: what was done before it goes back."""

    def __init__(self, answer: Response, content_id: str | None) -> None:
        super().__init__(answer.status)
        self.answer = answer
        self.content_id = content_id


class Batches:
    """Runs batches. `flat_errors`: a failed change set is answered without the multipart around the error.

    Servers differ there; both are one error for the whole set.
    """

    def __init__(self, store: Store, origin: str, refuse: Refuse) -> None:
        self.flat_errors = False
        self._store = store
        self._origin = origin
        self._refuse = refuse

    def answer(self, request: Request, root: str, answer: Answer, *, keep_going: bool) -> Response:
        """Run a batch; `answer` runs one operation of it. Raises ODataError for one that cannot be read."""
        items = self._read(request)
        boundary = f"batchresponse_{uuid.uuid4()}"
        parts: list[bytes] = []
        status: int = HTTPStatus.OK
        for item in items:
            if isinstance(item, Operation):
                response = self._run(item, root, answer, {})
                part = multipart.write_answer(response, item.content_id)
            else:
                response, part = self._run_set(item, root, answer)
            parts.append(part)
            if response.status >= HTTPStatus.BAD_REQUEST and not keep_going:
                status = response.status
                break
        kind = ("Content-Type", f"multipart/mixed; boundary={boundary}")
        return Response(status, multipart.join(boundary, parts), [kind])

    # --- reading ---------------------------------------------------------------------------------------------------

    def _read(self, request: Request) -> list[Operation | list[Operation]]:
        boundary = multipart.boundary_of(request.headers.get("content-type", ""), "batch request")
        if not request.body:
            raise ODataError(HTTPStatus.BAD_REQUEST, "", "The batch request must have a body.")
        items: list[Operation | list[Operation]] = []
        for part in multipart.split(request.body, boundary):
            kind = part.headers.get("content-type", "")
            if kind.lower().startswith("multipart/"):
                inner = multipart.split(part.content, multipart.boundary_of(kind, "change set"))
                items.append([_writing(multipart.read_operation(each)) for each in inner])
            else:
                items.append(_unnested(multipart.read_operation(part)))
        _check(items)
        return items

    # --- running ---------------------------------------------------------------------------------------------------

    def _run_set(self, operations: list[Operation], root: str, answer: Answer) -> tuple[Response, bytes]:
        """The answer that decides about the rest of the batch, and the part for the whole set."""
        boundary = f"changesetresponse_{uuid.uuid4()}"
        known: dict[str, str] = {}
        try:
            with self._store.transaction():
                parts = [self._step(operation, root, answer, known) for operation in operations]
        except FailedSetError as failure:
            failed, content_id = failure.answer, failure.content_id
        except ODataError as refusal:  # whoever listens to commits refused this one
            failed, content_id = self._refuse(refusal), None
        else:
            return Response(HTTPStatus.OK), multipart.write_set(boundary, parts)
        part = multipart.write_answer(failed, content_id)
        return failed, part if self.flat_errors else multipart.write_set(boundary, [part])

    def _step(self, operation: Operation, root: str, answer: Answer, known: dict[str, str]) -> bytes:
        response = self._run(operation, root, answer, known)
        if response.status >= HTTPStatus.BAD_REQUEST:
            raise FailedSetError(response, operation.content_id)
        address = response.header("OData-EntityId")
        if operation.content_id is not None and address is not None:
            known[operation.content_id] = address
        return multipart.write_answer(response, operation.content_id)

    def _run(self, operation: Operation, root: str, answer: Answer, known: dict[str, str]) -> Response:
        try:
            request = multipart.as_request(_resolved(operation, known), root, self._origin)
        except ODataError as refusal:
            return self._refuse(refusal)
        return answer(request)


def _unnested(operation: Operation) -> Operation:
    if operation.target.partition("?")[0].rstrip("/").endswith("$batch"):
        raise multipart.malformed("A batch cannot contain another batch.")
    return operation


def _writing(operation: Operation) -> Operation:
    if operation.method == "GET":
        raise multipart.malformed("A change set cannot contain a GET request.")
    return _unnested(operation)


def _check(items: list[Operation | list[Operation]]) -> None:
    operations = [each for item in items for each in (item if isinstance(item, list) else [item])]
    if len(operations) > MAX_OPERATIONS:
        message = (
            "The current batch message contains too many parts. Only batch messages with a maximum number of"
            f" '{MAX_OPERATIONS}' query operations and change sets are allowed."
        )
        raise ODataError(HTTPStatus.BAD_REQUEST, "", message)
    seen: set[str] = set()
    for operation in operations:
        if operation.content_id in seen:
            raise multipart.malformed(
                f"The content ID '{operation.content_id}' was found more than once in the same batch."
            )
        if operation.content_id is not None:
            seen.add(operation.content_id)


def _resolved(operation: Operation, known: dict[str, str]) -> Operation:
    """The operation with its references replaced by the addresses of the rows that they stand for."""
    first, slash, rest = operation.target.partition("/")
    match = None if first == "$metadata" else REFERENCE.fullmatch(first)
    target = operation.target if match is None else f"{_known(match[1], known)}{slash}{rest}"
    body = operation.body
    if b'"$' in body:
        with contextlib.suppress(ValueError):  # not JSON: the table says so
            body = json.dumps(_replaced(json.loads(body), known)).encode()
    return Operation(operation.method, target, operation.headers, body, operation.content_id)


def _replaced(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_replaced(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, each in value.items():
        is_link = isinstance(each, str) and name.endswith(("@odata.bind", "@odata.id"))
        match = REFERENCE.fullmatch(each) if is_link else None
        found[name] = _replaced(each, known) if match is None else _known(match[1], known)
    return found


def _known(content_id: str, known: dict[str, str]) -> str:
    if content_id not in known:
        message = f"Content-ID Reference: '${content_id}' does not exist in the batch context."
        raise ODataError(HTTPStatus.BAD_REQUEST, "", message)
    return known[content_id]
