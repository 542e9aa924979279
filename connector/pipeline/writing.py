"""Many guarded writes at once, and when to stop: an outage ends them, a row that the server fails on does not.

What a result means is settled in `writeback`; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from connector.errors import OutsideError
from connector.pipeline.ports import Writer
from connector.pipeline.report import WriteTally
from connector.pipeline.values import Decision, WriteResult

MOST_FAILED = 10  # leads of a run that the server may fail on before the run gives up
SERVER_ERROR = 500


@dataclass(slots=True)
class Written:
    """The decisions that got an answer; `failure` is what ended the writing before its end."""

    results: list[tuple[Decision, WriteResult]] = field(default_factory=list)
    failure: Exception | None = None


def write_all(writer: Writer, decisions: Sequence[Decision], tally: WriteTally, *, parallel: int) -> Written:
    """Write decisions in parallel, each guarded by its own etag.

    A decision that is not among the results stays planned. A lead that the server fails on is counted and left: one
    row must not keep all others from being written.
    """
    ending = Event()

    def attempt(decision: Decision) -> WriteResult | None:
        if ending.is_set():
            return None
        try:
            return writer.write(decision.lead_id, decision.etag, decision.values)
        except BaseException as error:
            if _is_of_a_row(error):
                tally.failed.append(str(error))
            if not _is_of_a_row(error) or len(tally.failed) > MOST_FAILED:
                ending.set()
            raise

    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="writer") as pool:
        futures = [(decision, pool.submit(attempt, decision)) for decision in decisions]
        try:
            written, errors = _gather(futures, tally)
        except BaseException:  # asked to end: what is under way ends, nothing more is begun
            ending.set()
            raise
    if ending.is_set():
        written.failure = next((error for error in errors if not _is_of_a_row(error)), errors[-1])
    return written


def _gather(
    futures: Sequence[tuple[Decision, Future[WriteResult | None]]], tally: WriteTally
) -> tuple[Written, list[Exception]]:
    """Wait for all of them: what was answered, and what failed."""
    written, errors = Written(), list[Exception]()
    for decision, future in futures:
        try:
            result = future.result()
        except Exception as error:  # noqa: BLE001 - it is handed on, to be raised after what succeeded is settled
            errors.append(error)
            tally.left.add(decision.lead_id)
            continue
        if result is not None:
            written.results.append((decision, result))
    return written, errors


def _is_of_a_row(error: BaseException) -> bool:
    """Tell whether an error may be this one row's: the server answered, every time, that it failed."""
    return isinstance(error, OutsideError) and error.status is not None and error.status >= SERVER_ERROR
