"""Nothing that is logged, or printed as an error, shows a person or a secret: every test is watched for it.

The sandbox's people have names that nobody else has, and secrets have forms that nothing else has. A test fails that
lets one of them into a record of our loggers, down to INFO, or into the standard error of a process that it ran.
"""

from __future__ import annotations

import logging
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from connector.sandbox.sample.words import LAST_NAMES

WATCHED = ("connector", "urllib3")  # the sandbox's own log aside: it acts the other side
NOT_OURS = "connector.sandbox"
SHOWN = 60  # characters around what leaked

_NAMES = sorted({name for names in LAST_NAMES.values() for name in names}, key=len, reverse=True)
MARKERS = re.compile(
    "|".join((
        rf"\b(?:{'|'.join(map(re.escape, _NAMES))})\b",
        r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}",  # an address of a person
        r"[?&]sig=[^&\s\"'*<]{4,}",  # of a workflow's or flow's callback
        r"[?&]code=[^&\s\"'*<]{4,}",  # of the hook
        r"\beyJ[\w-]{12,}\.",  # a token
        r"(?i:\bbearer\s+[\w.~+/-]{12,})",
        r"(?i:client_secret)=[^&\s*]{4,}",
        r"\bwhsec_[\w+/=]{8,}",  # what callbacks are signed with
        r"\blck_[\w-]{12,}",  # a key of the API
    ))
)  # fmt: skip


def leak_in(text: str) -> str | None:
    """What shows in a text that must not, with what stands around it; None where nothing does."""
    found = MARKERS.search(text)
    if found is None:
        return None
    return text[max(0, found.start() - SHOWN) : found.end() + SHOWN]


class Watch(logging.Handler):
    """Takes every record, and keeps what leaked since it was last asked."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.leaks: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one record, with the fields of an event."""
        if record.name.startswith(NOT_OURS):
            return
        self.look(f"{record.getMessage()} {getattr(record, 'fields', '')}", f"the log of {record.name}")

    def look(self, text: str, where: str) -> None:
        """Look at a text."""
        if (leak := leak_in(text)) is not None:
            self.leaks.append(f"{where}: ... {leak} ...")

    def taken(self) -> list[str]:
        """What leaked, to be asked once."""
        leaks, self.leaks = self.leaks, []
        return leaks


WATCH = Watch()


def pytest_configure() -> None:
    """Watch from the beginning. Records down to INFO are made; what tests capture stays as they say."""
    for name in WATCHED:
        logging.getLogger(name).addHandler(WATCH)
    logging.getLogger("connector").setLevel(logging.INFO)
    whole = subprocess.Popen.communicate

    def communicate(self: subprocess.Popen[Any], *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        out, err = whole(self, *args, **kwargs)
        if err:
            text = err if isinstance(err, str) else err.decode(errors="replace")
            WATCH.look(text, "the standard error of a process")
        return out, err

    subprocess.Popen.communicate = communicate  # type: ignore[method-assign]  # for the whole session


def pytest_unconfigure() -> None:
    """Watch no more."""
    for name in WATCHED:
        logging.getLogger(name).removeHandler(WATCH)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Fail the test in which something leaked."""
    outcome: Any = yield
    report = outcome.get_result()
    if call.when == "teardown":
        for name, text in report.sections:
            if name.startswith("Captured stderr"):
                WATCH.look(text, "the test's own standard error")
    if (leaks := WATCH.taken()) and report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: a person or a secret shows in\n" + "\n".join(leaks)
