"""The watch over leaks sees what it is for, and lets by what is harmless."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from tests import leaks


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> leaks.Watch:
    """One of its own, so that this test does not fail by what it plants."""
    own = leaks.Watch()
    monkeypatch.setattr(leaks, "WATCH", own)
    return own


@pytest.mark.parametrize(
    "text",
    [
        "lead Siobhán Thistlewood was scored", "written for a.person@firm.example",
        "POST /x?api-version=1&sig=Ab12-_cd",
        "hook?code=secret-of-hook", "token eyJhbGciOiJSUzI1NiJ9.eyJ", "Authorization: Bearer abcdefghijklmnop",
        "client_secret=abcd1234",
    ],
)  # fmt: skip
def test_a_person_or_a_secret_is_seen(text: str) -> None:
    """In the middle of whatever stands around it."""
    found = leaks.leak_in(f"before {text} after")
    assert found is not None
    assert "before" in found


@pytest.mark.parametrize(
    "text",
    [
        "run_started run_id=run_1 kind=sync", "sig=*** was hidden",
        "card evt_1 to teams:sales-uk, attempt 1: Delivered",
        "reading leads: try 1 failed (HTTP 503), next in 1.0 s", "client_secret=***",
    ],
)  # fmt: skip
def test_what_a_log_may_say_is_let_by(text: str) -> None:
    """Ids of ours, kinds, numbers, and what was hidden."""
    assert leaks.leak_in(text) is None


def test_records_of_our_loggers_are_looked_at(watch: leaks.Watch) -> None:
    """Down to INFO, with the fields of events; the sandbox's own are the other side's."""
    logging.getLogger("connector.pipeline").addHandler(watch)
    logging.getLogger("connector.sandbox.server").addHandler(watch)
    try:
        logging.getLogger("connector.pipeline").info("%d rows", 3, extra={"fields": {"who": "Pennyfeather"}})
        logging.getLogger("connector.sandbox.server").warning("it hides a.person@firm.example in no way")
    finally:
        logging.getLogger("connector.pipeline").removeHandler(watch)
        logging.getLogger("connector.sandbox.server").removeHandler(watch)
    assert len(watch.leaks) == 1
    assert "connector.pipeline" in watch.taken()[0]
    assert watch.taken() == []
    leaks_of_the_session().clear()


def test_the_standard_error_of_processes_is_looked_at(watch: leaks.Watch) -> None:
    """Whatever a test does with it."""
    code = "import sys; sys.stderr.write('dear Quillfeather')"
    subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert len(watch.taken()) == 2


def leaks_of_the_session() -> list[str]:
    """What the session's own watch saw of what this test planted."""
    (watch,) = [one for one in logging.getLogger("connector").handlers if isinstance(one, leaks.Watch)]
    return watch.leaks
