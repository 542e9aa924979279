"""Many guarded writes at once, and when to stop: an outage ends them, a row that the server fails on does not.

What a result means is settled in `writeback`; nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from connector.errors import OutsideError
from connector.pipeline.ports import Change, Writer
from connector.pipeline.report import WriteTally
from connector.pipeline.values import Decision, WriteResult
from connector.telemetry.context import carried

MOST_FAILED = 10  # leads of a run that the server may fail on before the run gives up
SERVER_ERROR = 500

Answer = tuple[Decision, WriteResult | OutsideError]


@dataclass(slots=True)
class Written:
    """The decisions that got an answer; `failure` is what ended the writing before its end.

    `is_cut_short` says that some were not sent, since it was to stop.
    """

    results: list[tuple[Decision, WriteResult]] = field(default_factory=list)
    failure: Exception | None = None
    is_cut_short: bool = False


def write_all(
    writer: Writer,
    decisions: Sequence[Decision],
    tally: WriteTally,
    *,
    parallel: int,
    stop: Callable[[], bool] = lambda: False,
) -> Written:
    """Write decisions in parallel, each guarded by its own etag, until `stop` says so.

    A decision that is not among the results stays planned. A lead that the server fails on is counted and left: one
    row must not keep all others from being written.
    """
    ending = Event()

    def is_over() -> bool:
        return ending.is_set() or stop()

    def attempt(share: Sequence[Decision]) -> list[Answer]:
        try:
            return [] if is_over() else list(_noted(_write(writer, share, is_over), tally, ending))
        except BaseException:
            ending.set()
            raise

    with ThreadPoolExecutor(max_workers=parallel, thread_name_prefix="writer") as pool:
        futures = [pool.submit(carried(attempt), share) for share in _shares(writer, decisions, parallel)]
        try:
            written, errors = _gather(futures, tally)
        except BaseException:  # asked to end: what is under way ends, nothing more is begun
            ending.set()
            raise
    if ending.is_set():
        written.failure = next((error for error in errors if not _is_of_a_row(error)), errors[-1])
    written.is_cut_short = len(written.results) + len(errors) < len(decisions)
    return written


def _shares(writer: Writer, decisions: Sequence[Decision], parallel: int) -> Iterator[Sequence[Decision]]:
    """Cut decisions into what one thread takes at once."""
    size = writer.share(len(decisions), parallel=parallel)
    for start in range(0, len(decisions), size):
        yield decisions[start : start + size]


def _write(writer: Writer, share: Sequence[Decision], stop: Callable[[], bool]) -> Iterator[Answer]:
    """Write some decisions; what the outside world refuses comes as the error."""
    if len(share) > 1:
        changes = [Change(decision.lead_id, decision.etag, decision.values) for decision in share]
        for place, result in writer.write_many(changes, stop=stop):
            yield share[place], result
        return
    for decision in share:
        try:
            yield decision, writer.write(decision.lead_id, decision.etag, decision.values)
        except OutsideError as error:
            yield decision, error


def _noted(answers: Iterator[Answer], tally: WriteTally, ending: Event) -> Iterator[Answer]:
    """Count what fails as it comes, and end the writing where that is no single row's affair."""
    for decision, result in answers:
        if isinstance(result, OutsideError):
            if _is_of_a_row(result):
                tally.failed.append(str(result))
            if not _is_of_a_row(result) or len(tally.failed) > MOST_FAILED:
                ending.set()
        yield decision, result


def _gather(futures: Sequence[Future[list[Answer]]], tally: WriteTally) -> tuple[Written, list[Exception]]:
    """Wait for all of them: what was answered, and what failed."""
    written, errors = Written(), list[Exception]()
    for future in futures:
        try:
            answers = future.result()
        except Exception as error:  # noqa: BLE001 - it is handed on, to be raised after what succeeded is settled
            errors.append(error)
            continue
        for decision, result in answers:
            if isinstance(result, OutsideError):
                errors.append(result)
                tally.left.add(decision.lead_id)
            else:
                written.results.append((decision, result))
    return written, errors


def _is_of_a_row(error: BaseException) -> bool:
    """Tell whether an error may be this one row's: the server answered, every time, that it failed."""
    return isinstance(error, OutsideError) and error.status is not None and error.status >= SERVER_ERROR
