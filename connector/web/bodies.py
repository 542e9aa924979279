"""Reading a request's body: its type, its size, its depth, its text; then its shape, with every fault named.

Reads JSON only. A webhook's body is read without its type and texts being held against it: none of it is stored. What
the values mean is the routes' business.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn, TypeVar

from flask import Request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from connector.errors import Fault
from connector.web.limits import Limits
from connector.web.problems import ProblemError

_TYPE = "application/json"
_MOST_FAULTS = 50
# Strings are stepped over whole, unterminated ones to the end, so that the scan stays linear on any input.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Shape = TypeVar("Shape", bound=BaseModel)


def read(request: Request, shape: type[Shape], limits: Limits, *, optional: bool = False) -> Shape:
    """Return the body in the given shape; with `optional` an empty body counts as `{}`.

    Raises ProblemError 413, 415, 400 (no JSON, too deep) or 422 (another shape, with every fault's path).
    """
    data = _sent(request, limits)
    if optional and not data:
        return _shaped({}, shape)
    if request.mimetype != _TYPE or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise ProblemError(
            415, "unsupported_media_type", "The body is not JSON in UTF-8.", remedy=f"Send Content-Type: {_TYPE}."
        )
    _see_that_it_is_plain(request)
    return _shaped(_parsed(data, limits), shape)


def read_posted(request: Request, limits: Limits) -> object:
    """Return the JSON that a webhook posted, whatever it says of its type. Raises ProblemError 413, 415 or 400."""
    data = _sent(request, limits)
    _see_that_it_is_plain(request)
    if _is_deeper(data, limits.hook_depth):
        _malformed(f"The JSON is nested deeper than {limits.hook_depth} levels.")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        _malformed("The body is no JSON in UTF-8.")


def _sent(request: Request, limits: Limits) -> bytes:
    """The body's bytes.

    Flask refuses what is declared to be longer than the app's limit, and cuts a chunked body, which declares nothing,
    at the limit without a word. For the same reason the type is asked for only once something was read.
    """
    try:
        data = request.get_data(cache=False)
    except ClientDisconnected as error:
        if isinstance(error.__context__, TimeoutError):
            raise ProblemError(
                408, "too_slow", "The body did not come in time.", remedy="Send it at once, or in smaller requests."
            ) from error
        raise
    if request.content_length is None and len(data) >= limits.body_bytes:
        raise RequestEntityTooLarge
    return data


def _see_that_it_is_plain(request: Request) -> None:
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise ProblemError(415, "unsupported_media_type", "The body is compressed.", remedy="Send it as it is.")


def _parsed(data: bytes, limits: Limits) -> object:
    if _is_deeper(data, limits.json_depth):
        _malformed(f"The JSON is nested deeper than {limits.json_depth} levels.")
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        _malformed("The body is no JSON in UTF-8, or holds a number that JSON does not have.")
    if any(_UNSTORABLE.search(text) for text in _texts(value)):
        _malformed("A text in the body holds the null character or half a character.")
    return value


def _is_deeper(data: bytes, limit: int) -> bool:
    if data.count(b"[") + data.count(b"{") <= limit:  # most bodies: nothing has to be looked at one by one
        return False
    depth = 0
    for match in _TOKEN.finditer(data):
        if (first := match[0][:1]) in b"[{":
            depth += 1
            if depth > limit:
                return True
        elif first in b"]}":
            depth -= 1
    return False


def _texts(value: object) -> Iterator[str]:
    """Every text of a JSON value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from _texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from _texts(child)


def _shaped(value: object, shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        listed = error.errors(include_url=False, include_context=False, include_input=False)
    faults = [Fault(_path(item["loc"]), None, _sentence(item)) for item in listed[:_MOST_FAULTS]]
    more = f" (the first {_MOST_FAULTS} of {len(listed)} faults)" if len(listed) > _MOST_FAULTS else ""
    raise ProblemError(
        422,
        "invalid",
        f"The body has not the shape that is expected{more}.",
        remedy="Correct each fault.",
        faults=faults,
    )


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part[:60]}" for part in location)
    return text.removeprefix(".")


def _sentence(item: Any) -> str:
    return str(item["msg"]).removeprefix("Value error, ")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("out of range")
    return value


def _no_number(_text: str) -> NoReturn:
    raise ValueError("no number of JSON")


def _malformed(message: str) -> NoReturn:
    raise ProblemError(400, "malformed", message, remedy="Send it as openapi.yaml describes it.")
