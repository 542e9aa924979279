"""Logs: text for a terminal, one JSON object a line for machines, and events under fixed names that rules look for.

What an exception says may quote data, so that of one that is logged only its kind and place are written.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from traceback import extract_tb
from typing import Literal

from connector.telemetry.context import bound_now
from connector.telemetry.tracing import trace_id

EVENTS = "connector.events"
Format = Literal["auto", "text", "json"]
Value = str | int | float | bool | None

_DEEPEST = 5  # frames of an error
_events = logging.getLogger(EVENTS)


class Happening(StrEnum):
    """What alert rules look for in the field `event`. The names are fixed; none is about a lead."""

    RUN_STARTED = "run_started"
    RUN_SUCCEEDED = "run_succeeded"
    RUN_FAILED = "run_failed"
    DELIVERY_DEAD = "delivery_dead"
    DESTINATION_PAUSED = "destination_paused"


LEVELS = {
    Happening.RUN_FAILED: logging.ERROR,
    Happening.DELIVERY_DEAD: logging.WARNING,
    Happening.DESTINATION_PAUSED: logging.WARNING,
}


def tell(event: Happening, **fields: Value) -> None:
    """Log an event. `fields` hold ids, kinds and numbers of ours; no lead, no address, no person."""
    _events.log(
        LEVELS.get(event, logging.INFO),
        "%s",
        _said(event.value, fields),
        extra={"event": event.value, "fields": fields},
    )


def _said(event: str, fields: Mapping[str, Value]) -> str:
    return " ".join([event, *(f"{name}={value}" for name, value in fields.items())])


def set_up(format_: Format, level: str, *, lasting: bool = False) -> None:
    """Log to stderr from `level` on. `auto` is JSON for a process that is `lasting` and has no terminal.

    As JSON the events above are always written, whatever the level.
    """
    is_json = format_ == "json" or (format_ == "auto" and lasting and not sys.stderr.isatty())
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if is_json else TextLines(with_errors=lasting))
    logging.basicConfig(level=level.upper(), handlers=[handler])
    _events.setLevel(logging.INFO if is_json else logging.NOTSET)


class JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC), level, logger, event with its fields or message, ids of the context."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **bound_now(),
        }
        if trace := trace_id():
            line["trace_id"] = trace
        if event := getattr(record, "event", None):
            line |= {"event": event, **getattr(record, "fields", {})}
        else:
            line["message"] = record.getMessage()
        if error := _error_of(record):
            line["error"] = error
        return json.dumps(line, separators=(",", ":"), ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """A line for people, with the ids of the context at its end.

    Not `with_errors`: an event leaves its error out, which the command that ends with it says in its last sentence.
    """

    def __init__(self, *, with_errors: bool = True) -> None:
        super().__init__()
        self._with_errors = with_errors

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        ids = " ".join(f"{name}={value}" for name, value in bound_now().items() if name not in _fields_of(record))
        message = record.getMessage()
        if not self._with_errors and (event := getattr(record, "event", "")):
            message = _said(event, {name: value for name, value in _fields_of(record).items() if name != "error"})
        said = f"{record.levelname} {record.name}: {message}"
        return " ".join(filter(None, (said, ids and f"[{ids}]", _error_of(record))))


def _fields_of(record: logging.LogRecord) -> dict[str, Value]:
    return getattr(record, "fields", {})


def _error_of(record: logging.LogRecord) -> str:
    """The kind of a logged exception and where it came from, never what it says."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(trace)[-_DEEPEST:]]
    return f"{kind.__name__} at {' > '.join(places)}"
