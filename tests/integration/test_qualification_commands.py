"""What the commands about qualifications and subscriptions print, run in this process against a small environment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Service
from connector.cli import run
from connector.pipeline.ports import DocumentKind
from connector.pipeline.publishing import Draft
from connector.pipeline.subscriptions import Filters, TriggerName
from connector.pipeline.values import Interaction
from connector.sandbox import Sandbox, start_sandbox
from connector.settings import load_settings
from tests.integration.conftest import IMPATIENT
from tests.integration.test_qualification_questions import MODEL, criteria

CRITERIA = criteria(40)
LEADS = 12
WEEKS = timedelta(days=21)  # since the baseline, on the service's clock


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A small environment. Its leads are qualified once; what is asked afterwards changes nothing."""
    with start_sandbox(leads=LEADS, closed=0, accounts=3) as started:
        yield started


@pytest.fixture(scope="module")
def environ(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The settings of an installation that qualified its leads three weeks ago; one of them clicked a week later."""
    data_dir = tmp_path_factory.mktemp("installation")
    settings = {**sandbox.settings, "CONNECTOR_DATA_DIR": str(data_dir)}
    now = datetime.now(UTC) - WEEKS
    with Service(load_settings(settings, need_dataverse=True), retry=IMPATIENT, clock=lambda: now) as opened:
        for kind, body in ((DocumentKind.MODEL, MODEL), (DocumentKind.QUALIFICATION, CRITERIA)):
            (applied,) = opened.apply([Draft(kind, "", body)], publish=True, replace=True, by="test")
            assert not applied.refused
            assert opened.sync(by="test") is not None
        now += WEEKS / 3
        opened.add_interactions([Interaction("click-1", marked(opened)[0], "email_click", now)])
        assert opened.sync(by="test") is not None
    return settings


@pytest.fixture(autouse=True)
def installation(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the commands."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


def marked(service: Service) -> list[str]:
    """The leads that were qualified, in their order."""
    return sorted({one.lead_id for one in service.store.qualified(since=None, after_seq=0, limit=LEADS)})


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What a command prints in one line, its errors too; its exit code must be `code`."""
    capsys.readouterr()
    assert run(list(words)) == code
    printed = capsys.readouterr()
    return " ".join((printed.out + printed.err).split())


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What a command prints as JSON."""
    capsys.readouterr()
    assert run([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_preview_is_said_in_sentences(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How many qualify and would be marked, how many a week, and against what is live; of a file or a name."""
    document = tmp_path / "ready.yml"
    document.write_text(CRITERIA.replace("40", "50"), "utf-8")
    found = told(capsys, "qualification", "preview", str(document))
    assert (found["qualify"], found["would_be_marked"], found["against"]["gained"]) == (1, 0, 0)
    words = said(capsys, "qualification", "preview", str(document))
    assert words.startswith(f"ready: 1 of {found['leads']} open leads qualify now 0 would be marked (0.0% of")
    assert f"; {found['already_marked']} are already." in words
    assert "Against the live ready (version 1): 0 leads more, " in words
    assert f"{found['against']['lost']} fewer would meet it." in words
    assert f"about {found['weekly']['leads']} leads a week came to meet it since 20" in words
    by_name = said(capsys, "qualification", "preview", "ready")
    assert by_name.startswith(f"ready: {1 + found['against']['lost']} of {found['leads']} open leads qualify now")
    assert by_name.endswith("Against the live ready (version 1): 0 leads more, 0 fewer would meet it.")


def test_a_preview_says_what_it_cannot_judge_and_whom_it_would_mark(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Facts that are unknown with their counts, leads outside the audience; by country and owner, with reasons."""
    document = tmp_path / "other.yml"
    document.write_text(CRITERIA.replace("ready", "clicked").replace("40", "50"), "utf-8")
    (one,) = told(capsys, "qualification", "preview", str(document))["sample"]
    words = said(capsys, "qualification", "preview", str(document))
    assert words.startswith("clicked: 1 of ")
    assert "1 would be marked (" in words
    assert " By country leads " in words
    assert " By owner leads " in words
    assert words.endswith(f"{one['name']}, {one['company']}: {one['reason']}")
    document.write_text(CRITERIA.replace("{model: active, at_least: 40}", "{fact: lead.sic, equals: '12'}"), "utf-8")
    found = told(capsys, "qualification", "preview", str(document))
    words = said(capsys, "qualification", "preview", str(document))
    assert f"{found['leads']} cannot be judged: unknown is lead.sic ({found['leads']})." in words
    nobody = "qualification: narrow\naudience: {fact: lead.address1_country, equals: Atlantis}\n"
    document.write_text(nobody + CRITERIA.partition("\n")[2], "utf-8")
    words = said(capsys, "qualification", "preview", str(document))
    assert f"{found['leads']} are outside the audience." in words


def test_a_preview_of_what_cannot_be_read_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are no text, a model that is not live, a name that nobody knows: each named, with code 2."""
    document = tmp_path / "bytes.yml"
    document.write_bytes(b"\xff\xfe\x00")
    assert "bytes.yml cannot be read" in said(capsys, "qualification", "preview", str(document), code=2)
    document.write_text(CRITERIA.replace("active", "absent"), "utf-8")
    assert "'absent', which is not live" in said(capsys, "qualification", "preview", str(document), code=2)
    assert "'nothing'" in said(capsys, "qualification", "preview", "nothing", code=2)


def test_a_threshold_is_said_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    """The score, how many reach it and stand there, and that no end is known; else what the rank tells."""
    found = told(capsys, "qualification", "threshold", "--model", "active", "--per-week", "1")
    assert (found["threshold"], found["standing_there"], found["precision"]) == (50, 1, None)
    words = said(capsys, "qualification", "threshold", "--model", "active", "--per-week", "1")
    assert words.startswith(f"active: at least 50 About {found['weekly']} leads a week reached that since 20")
    assert "; 1 stand there now." in words
    assert "How such leads ended is unknown: no closed lead with such a score is known." in words
    few = said(capsys, "qualification", "threshold", "--model", "active", "--per-week", "0.1")
    assert "active: the past tells no threshold for 0.1 leads a week" in few
    absent = said(capsys, "qualification", "threshold", "--model", "absent", "--per-week", "1", code=2)
    assert "No live model is named 'absent'." in absent


def test_what_nobody_worked_is_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Each mark with who it is and when; as JSON the same leads; none within the days that are given."""
    found = told(capsys, "qualification", "neglected")
    assert found["days"] == 14
    words = said(capsys, "qualification", "neglected")
    for one in found["neglected"]:
        assert f"{one['lead']} {one['name']}" in words
    assert len(found["neglected"]) > 1
    assert told(capsys, "qualification", "neglected", "--days", "60")["neglected"] == []


def test_who_rose_after_being_disqualified_is_a_table(
    sandbox: Sandbox, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the score then and now, and what it meets."""
    with Service(load_settings(environ, need_dataverse=True), retry=IMPATIENT) as opened:
        lead = marked(opened)[-1]
        sandbox.update_lead(lead, {"statecode": 2, "statuscode": 4})
        assert opened.sync(by="test") is not None
        opened.add_interactions([Interaction("click-2", lead, "email_click", opened.clock())])
    found = told(capsys, "qualification", "risen")
    assert [(one["lead"], one["before"], one["now"]) for one in found["risen"]] == [(lead, 40, 50)]
    words = said(capsys, "qualification", "risen")
    assert words.startswith(f"lead name company model then now meets {lead}")
    assert words.endswith("active 40 50 ready")
    again = {"statecode": 0, "statuscode": 1}
    sandbox.update_lead(lead, again)


def test_history_is_said_in_sentences(environ: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """When, by what and whom, why, by which scores, and what was done; and that there is none."""
    with Service(load_settings(environ)) as opened:
        lead = marked(opened)[0]
    (found,) = told(capsys, "qualification", "history", lead)["decisions"]
    words = said(capsys, "qualification", "history", lead)
    assert f"ready (version 1) {lead} {found['reason']} Scores: active (version 1) 40." in words
    assert "Done: " in words
    assert said(capsys, "qualification", "history", "nothing") == "None."


def test_subscriptions_are_listed_shown_and_ended(
    sandbox: Sandbox, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a callback nothing but the host is told; one that ended is listed when it is asked for."""
    with Service(load_settings(environ), retry=IMPATIENT) as opened:
        callback = sandbox.flows.address("flow")
        made = opened.subscribe(TriggerName.LEAD_QUALIFIED, Filters(country="GB"), callback, "user:1", "r-1")
    name = made.subscription.subscription_id
    listed = said(capsys, "subscriptions", "list")
    assert f"{name} {TriggerName.LEAD_QUALIFIED} country GB active" in listed
    (as_json,) = told(capsys, "subscriptions", "list")["subscriptions"]
    assert as_json == told(capsys, "subscriptions", "show", name)
    assert callback not in json.dumps(as_json) + listed + said(capsys, "subscriptions", "show", name)
    assert "country GB" in said(capsys, "subscriptions", "show", name)
    assert "ended" in said(capsys, "subscriptions", "end", name)
    assert name not in said(capsys, "subscriptions", "list")
    assert name in said(capsys, "subscriptions", "list", "--ended")
    assert "subscriptions list" in said(capsys, "subscriptions", "end", "nobody", code=2)
