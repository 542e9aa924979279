"""How commands print: JSON with times, text that wraps, links that do not, signals that end things in order."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from rich.console import Console

from connector.cli.context import operator
from connector.cli.files import read_text
from connector.cli.output import counted, link, paragraph, plain, print_json, told, when
from connector.cli.report import print_summary
from connector.cli.signals import SIGNALS, stopped_by_signals
from connector.errors import DocumentError


def printed(width: int = 40) -> tuple[Console, io.StringIO]:
    """A console that writes into a text."""
    text = io.StringIO()
    return Console(file=text, width=width, highlight=False), text


def test_json_writes_times_mappings_and_sequences(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the store hands out becomes plain JSON; characters stand for themselves."""
    print_json({"at": datetime(2026, 11, 20, 9, tzinfo=UTC), "map": MappingProxyType({"ä": 1}), "set": {1}})
    out = capsys.readouterr().out
    assert json.loads(out) == {"at": "2026-11-20T09:00:00+00:00", "map": {"ä": 1}, "set": [1]}
    assert "ä" in out


def test_text_wraps_within_its_indent_and_is_no_markup() -> None:
    """Long text wraps at the width, below its bullet; brackets stay; no line ends in blanks."""
    out, text = printed()
    paragraph(out, "[bold]a company of ours[/bold] " * 3, bullet="- ", indent=2)
    lines = text.getvalue().splitlines()
    assert lines[0].startswith("  - [bold]a")
    assert all(line.startswith("    ") for line in lines[1:])
    assert max(len(line) for line in lines) <= 40
    assert all(line == line.rstrip() for line in lines)


def test_links_are_never_wrapped_or_cut() -> None:
    """A link longer than the console stays on one line, whole."""
    out, text = printed()
    address = "https://org.example/main.aspx?" + "x" * 200
    link(out, address)
    assert text.getvalue() == address + "\n"


def test_times_are_utc_to_the_minute() -> None:
    """A time says its zone; nothing stays empty."""
    assert when(datetime(2026, 11, 20, 9, 5, tzinfo=UTC)) == "2026-11-20 09:05 UTC"
    assert when(None) == ""


def test_fields_tell_what_has_a_value() -> None:
    """Times stand in UTC to the second, objects as JSON; what has no value is left out; nought and no are values."""
    at = datetime(2026, 11, 20, 9, 5, 7, 123456, tzinfo=UTC)
    assert told({"at": at, "next": None, "why": "", "n": 0, "is": False, "payload": {"run": "ä"}}) == {
        "at": "2026-11-20 09:05:07 UTC",
        "n": "0",
        "is": "False",
        "payload": '{"run": "ä"}',
    }


def test_numbers_have_no_exponent() -> None:
    """A million is written out; a whole number has no decimals."""
    assert [plain(n) for n in (1e6, 2.5, 0.1, 100, 0)] == ["1000000", "2.5", "0.1", "100", "0"]


def test_a_number_has_its_noun() -> None:
    """One is singular; a plural that is not made by an s is given."""
    assert [counted(n, "finding") for n in (0, 1, 2)] == ["0 findings", "1 finding", "2 findings"]
    assert [counted(n, "was", "were") for n in (1, 2)] == ["1 was", "2 were"]


def test_a_summary_reads_without_json() -> None:
    """The text of a run has its counts, grades, writes, cards and warnings."""
    out, text = printed(80)
    print_summary(
        out,
        {
            "run": "r1", "pulled": 3, "accounts": 2, "scored": 3, "qualified": 1, "grades": {"fit": {"A": 2, "": 1}},
            "writes": {"applied": 1, "unchanged": 0, "refused": 0, "stale": 0},
            "alerts": {"delivered": 4, "queued": 0, "held": 0, "uncertain": 0, "dead": 0},
            "warnings": [{"code": "no-account", "message": "leads have no account.", "count": 9}],
        },
    )  # fmt: skip
    said = " ".join(text.getvalue().split())
    for part in ("Run r1", "Pulled 3 lead rows", "fit (no grade) 1", "delivered 4", "- 9 leads have no account."):
        assert part in said


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals) -> None:
    """One Ctrl-C or SIGTERM sets the event, another one interrupts; afterwards the handlers are as before."""
    before = [signal.getsignal(one) for one in SIGNALS]
    with stopped_by_signals() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(30)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
    assert [signal.getsignal(one) for one in SIGNALS] == before


def test_a_signal_that_meets_the_event_in_hand_does_not_hang() -> None:
    """Whatever was interrupted, waiting or asking, holds the event's own lock: the handler must not want it."""
    with stopped_by_signals() as stop:
        with stop._cond:  # type: ignore[attr-defined]  # what `Event.wait` itself holds
            os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(30)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_does_not_wake_the_main_thread_is_heard(number: signal.Signals) -> None:
    """The system may hand it to any thread, or while the main thread begins to wait: Python runs no handler then."""
    with stopped_by_signals() as stop:
        elsewhere = threading.Timer(0.1, lambda: signal.pthread_kill(threading.get_ident(), number))
        elsewhere.start()
        assert stop.wait(30)
        elsewhere.join()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)


def test_a_second_signal_that_does_not_wake_the_main_thread_interrupts_it() -> None:
    """Both came to another thread: the main thread, which waits, is given one of its own."""

    def twice() -> None:
        for _ in range(2):
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
            stop.wait(30)

    with stopped_by_signals() as stop:
        too_late = threading.Event()  # what ends the waiting where nothing interrupts it
        elsewhere, ends = threading.Timer(0.1, twice), threading.Timer(20, too_late.set)
        ends.start()
        with pytest.raises(KeyboardInterrupt):
            elsewhere.start()  # no sooner: it may interrupt from here on
            too_late.wait()
        ends.cancel()
        elsewhere.join()
    assert not too_late.is_set()


def test_the_signals_are_given_back_whatever_ended_it() -> None:
    """Handlers and the socket that wakes are as before, and no thread is left."""
    before = [signal.getsignal(one) for one in SIGNALS]
    with pytest.raises(ValueError, match="it failed"), stopped_by_signals():
        raise ValueError("it failed")
    assert [signal.getsignal(one) for one in SIGNALS] == before
    assert signal.set_wakeup_fd(-1) == -1
    assert "signals" not in {thread.name for thread in threading.enumerate()}


def test_a_signal_after_the_end_has_begun_ends_it_at_once() -> None:
    """What ends by itself, and takes long, is interrupted by the first signal."""
    with stopped_by_signals() as stop:
        stop.set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_the_operator_is_whoever_the_machine_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """The history names the user of the machine, or that it was the command line."""
    monkeypatch.setenv("USER", "operator")
    assert operator() == "operator"
    monkeypatch.delenv("USER")
    monkeypatch.delenv("LOGNAME", raising=False)
    assert operator() == "command line"


def test_a_file_that_cannot_be_read_is_named(tmp_path: object) -> None:
    """A folder is no file: the error names it and the reason."""
    from pathlib import Path

    with pytest.raises(DocumentError, match="Is a directory"):
        read_text(Path(str(tmp_path)))
