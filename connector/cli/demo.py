"""`connector demo`: the whole main job against the embedded sandbox, through the real code path.

A first sync (the baseline), a script of events, a second sync, a third with nothing to do. Nothing stays behind.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click

from connector.bootstrap import Service
from connector.cli.demo_report import print_demo
from connector.cli.output import console, json_option, print_json
from connector.cli.signals import stopped_by_signals
from connector.errors import RefusedError
from connector.pipeline.interactions import interaction
from connector.pipeline.publishing import read_documents
from connector.pipeline.report import Report
from connector.pipeline.sync import StoppedError
from connector.sandbox import Sandbox, start_sandbox
from connector.scoring.facttypes import FactTypes
from connector.settings import load_settings

BY = "demo"
RATE = "20/s"  # the sandbox's channel takes more than a real one, and nobody wants to wait for a demo


@dataclass(frozen=True, slots=True)
class Played:
    """The reports of the three runs, and what happened between the first and the second, for people."""

    first: Report
    second: Report
    third: Report
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """A sandbox and the service that works on it.

    `types` are the columns as its metadata describes them, `score_columns` those that the models are written to.
    """

    sandbox: Sandbox
    service: Service
    types: FactTypes
    score_columns: frozenset[str]


@contextmanager
def staged(
    *, leads: int = 300, stop: threading.Event | None = None, extra: Mapping[str, str] | None = None
) -> Iterator[Stage]:
    """A fresh sandbox and a fresh store with the sample documents live and the campaign's history recorded."""
    with tempfile.TemporaryDirectory(prefix="lead-connector-") as folder, start_sandbox(leads=leads) as sandbox:
        environ = {
            **sandbox.settings,
            "CONNECTOR_DATA_DIR": str(Path(folder) / "data"),
            "CONNECTOR_TEAMS_RATE": RATE,
            **(extra or {}),
        }
        with Service(load_settings(environ, need_dataverse=True), stop=stop) as service:
            with as_file(files("connector.sandbox") / "documents") as documents:
                applied = service.apply(read_documents(documents), publish=True, replace=False, by=BY)
            refused = [line for document in applied if document.refused for line in document.lines()]
            if refused:
                raise RefusedError("The sample documents were refused: " + " ".join(refused))
            service.add_interactions([interaction(row) for row in sandbox.sample_interactions()])
            yield Stage(sandbox, service, service.dataverse.environment().types, service.written_columns())


def play(stage: Stage) -> Played:
    """First sync, script of events, second sync, third sync."""
    first = _sync(stage)
    script = stage.sandbox.events_script()
    stage.sandbox.play(script)
    stage.service.add_interactions([interaction(dict(row)) for row in script.interactions])
    second = _sync(stage)
    third = _sync(stage)
    return Played(first, second, third, script.notes)


def _sync(stage: Stage) -> Report:
    try:
        report = stage.service.sync(by=BY)
    except StoppedError:  # its store goes with it: there is nothing to go on with
        raise StoppedError("The demo was stopped.", remedy="Start it again: connector demo.") from None
    if report is None:
        raise RefusedError("Another process holds the demo's own store.")
    return report


def summed(played: Played) -> dict[str, Any]:
    """The keys of `sync` summed over two runs, with the third's under `repeat`."""
    first, second = played.first.summary(), played.second.summary()
    grades: dict[str, Counter[str]] = {}
    warnings: dict[str, dict[str, Any]] = {}
    for summary in (first, second):
        for model, counts in summary["grades"].items():
            grades.setdefault(model, Counter()).update(counts)
        for warned in summary["warnings"]:
            known = warnings.setdefault(warned["code"], {**warned, "count": 0})
            known["count"] += warned["count"]
    return {
        "run": second["run"],
        **{key: first[key] + second[key] for key in ("pulled", "accounts", "scored", "qualified")},
        "grades": {model: dict(counts) for model, counts in grades.items()},
        **{key: {name: n + second[key][name] for name, n in first[key].items()} for key in ("writes", "alerts")},
        "warnings": list(warnings.values()),
        "repeat": played.third.summary(),
    }


@click.command("demo")
@click.option(
    "--stay", is_flag=True, help="Keep sandbox and service running until Ctrl-C, with their addresses printed."
)
@json_option
def command(*, stay: bool, as_json: bool) -> None:
    """Run the main job on the embedded sandbox and print what happened; needs no settings and no network.

    With --stay the service listens on CONNECTOR_BIND (127.0.0.1:8080).

    Exit codes: 0 done, or ended on request; 3 stopped half way, or the address is taken. Nothing stays behind.
    """
    extra = {name: os.environ[name] for name in ("CONNECTOR_BIND",) if stay and name in os.environ}
    with stopped_by_signals() as stop, staged(stop=stop, extra=extra) as stage:
        played = play(stage)
        if as_json:
            print_json(summed(played))
        else:
            print_demo(console(), stage, played)
        if stay:
            from connector.cli.stay import stay_up

            stay_up(stage)
