"""What commands print for people, run in this process: the same facts as their JSON, in sentences and tables."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connector.bootstrap import Service
from connector.cli import run
from connector.pipeline.values import Interaction
from connector.sandbox import Sandbox

FIT = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents" / "models" / "icp-fit.yaml"
ENGAGEMENT = FIT.with_name("engagement.yaml")

# Lines for grep and editors, values to copy, what others said, and tables whose rows are lines.
UNWRAPPED = {
    ("deliveries", "list"),
    ("models", "lint"),
    ("keys", "new"),
    ("deliveries", "show"),
    ("interactions", "import"),
    ("models", "show"),
}

Say = Callable[..., str]


@pytest.fixture
def say(service: Service, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command on the installation: its words → what it prints, blanks and line ends as one."""
    for name, value in sandbox.settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(service.settings.data_dir))
    monkeypatch.setenv("CONNECTOR_RETRY_S", "0")
    monkeypatch.setenv("USER", "ana")
    capsys.readouterr()

    def ask(*words: str, code: int = 0) -> str:
        assert run(words) == code, capsys.readouterr()
        captured = capsys.readouterr()
        if words[:2] not in UNWRAPPED:
            assert max((len(line) for line in captured.out.splitlines()), default=0) <= 80
        return " ".join((captured.out + captured.err).split())

    return ask


def test_documents_are_listed_with_who_and_since_when(say: Say) -> None:
    """Lists, histories, stops and publications name the document, its version, who did it and when."""
    assert "icp-fit 1 live 20" in say("models", "list")
    assert "engagement 1 live" in say("models", "list")
    shown = say("models", "show", "intent")
    assert shown.startswith("model intent, live, version 1")
    assert "published 1 by test" in shown
    stopped = say("models", "stop", "intent")
    assert "model intent: stopped (version 1)" in stopped
    assert "by ana" in say("models", "show", "intent")
    assert "model intent: drafted" in say("models", "apply", str(FIT.with_name("intent.yaml")))
    assert "model intent: published (version 2)" in say("models", "publish", "intent")


def test_runs_tell_their_end(say: Say, service: Service, sandbox: Sandbox) -> None:
    """A run that went well has its summary, one that failed its reason."""
    done = say("sync")
    assert "Pulled 65 lead rows" in done
    assert "Leads by grade" in done
    assert "- " in done.partition("Warnings")[2]
    sandbox.faults.status(403, times=None, when="leads")
    assert "HTTP 403" in say("sync", code=3)
    failed, good = service.runs()
    assert "It ended as failed: Dataverse answered HTTP 403" in say("runs", "show", failed.run_id)
    shown = " ".join(say("runs", "show", good.run_id).split())  # where it wraps hangs on the figures
    assert "succeeded, asked for by ana" in shown
    assert re.search(r" of \d+ leads scored(, [\d.]+ a second)?\. Run", shown)
    assert " of " in shown.partition(" leads")[0]
    assert failed.run_id in say("runs", "list", "--limit", "1")


def test_deliveries_tell_their_state(say: Say, service: Service, sandbox: Sandbox) -> None:
    """A delivery's line, its attempts with their reasons, and what replaying it did."""
    say("sync")
    lead = min(
        str(row["leadid"]) for row in sandbox.leads()
        if row["statecode"] == 0 and not row["donotbulkemail"] and row["followemail"] is not False
        and not row["msdyn_gdproptout"] and (row["lc_engagement"] or 0) < 30
    )  # fmt: skip
    sandbox.update_lead(lead, {"address1_country": "GB"})
    at = datetime.now(UTC) - timedelta(hours=1)
    service.add_interactions(
        [
            Interaction(f"i{n}", lead, kind, at, {"form": form})
            for n, (kind, form) in enumerate(
                (("form_submission", "demo"), ("form_submission", "pricing"), ("email_click", ""))
            )
        ]
    )
    sandbox.teams.disable("sales-uk")
    say("sync")
    row, *_ = [row for row in service.store.deliveries() if row["destination"] == "teams:sales-uk"]
    assert str(row["delivery_id"]) in say("deliveries", "list")
    assert "teams:sales-uk" in say("deliveries", "list")
    assert "teams:sales-uk is paused" in say("deliveries", "list", "--status", "delivered")
    assert str(row["delivery_id"]) not in say("deliveries", "list", "--status", "delivered")
    shown = say("deliveries", "show", str(row["delivery_id"]))
    assert f"delivery_id: {row['delivery_id']}" in shown
    assert "switched off" in shown
    assert "None" not in shown
    assert re.search(r"created_at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", shown)
    assert "1 queued again" in say("deliveries", "replay", str(row["delivery_id"]))


def test_small_answers_are_sentences(say: Say, tmp_path: Path) -> None:
    """Keys, imports and upgrades say in a sentence what is there now, and what to do with it."""
    assert "The database is up to date (revision 0" in say("db", "upgrade")
    key = say("keys", "new", "flow", "--role", "Score.Write")
    assert "Key (give it to the caller; it is not kept): lck_flow_" in key
    assert "Entry (add it to CONNECTOR_API_KEYS, separated by commas): flow:Score.Write:" in key
    acts = tmp_path / "acts.csv"
    acts.write_text(f"id,lead_id,type,at\n1,{'1' * 8}-{'-'.join(['1' * 4] * 3)}-{'1' * 12},click,2026-11-20T09:00Z\n")
    assert "1 interaction read, 1 new. The next sync scores" in say("interactions", "import", str(acts))
    assert "does not exist" in say("interactions", "import", str(tmp_path / "none.csv"), code=2)


def test_a_score_for_people(say: Say, tmp_path: Path) -> None:
    """Points, grade, how much could be judged, the next change and each group; a bad moment is named."""
    facts = tmp_path / "facts.json"
    act = {"type": "email_click", "at": "2026-11-20T09:00:00Z", "properties": {}}
    facts.write_text(json.dumps({"lead": {"donotbulkemail": False}, "account": None, "interactions": [act]}))
    words = ("score", "--model", str(ENGAGEMENT), "--facts", str(facts), "--now")
    said = say(*words, "2026-11-21T09:00:00Z")
    assert said.startswith("engagement: 12 points, Cold judged ")
    assert "changes without new data at 2026-11-27T09:00:00Z" in said
    assert "Clicked lately 12 true" in said
    assert "is not an ISO 8601 time. Write 2026-11-20T09:00:00Z." in say(*words, "yesterday", code=2)
    facts.write_text('{"lead": {"donotbulkemail": true}}')
    assert "engagement: not scored" in say(*words, "2026-11-21T09:00:00Z")


def test_an_explanation_for_people(say: Say, service: Service) -> None:
    """Each live model with its sentences; a model that is not live is named with those that are."""
    say("sync")
    lead = str(service.ranking(1)[0]["lead_id"])
    said = say("explain", lead)
    assert "icp-fit: " in said
    assert "engagement: " in said
    assert "Live: engagement, icp-fit, intent" in say("explain", lead, "--model", "nope", code=2)


def test_a_document_that_lint_has_words_for(say: Say, tmp_path: Path) -> None:
    """Findings stand with file and line, and the fix below; a clean document has none."""
    path = tmp_path / "model.yaml"
    rules = "groups:\n  - {name: g, points: 1, when: {fact: lead.decisionmaker, equals: true}}\n"
    path.write_text(f"model: m\npurpose: p\nlawful_basis: legitimate_interests\n{rules}")
    clean = say("models", "lint", str(path))
    assert clean == "Nothing found." or "warning" in clean
    path.write_text(f"model: m\n{rules}")  # one that is being written
    assert say("models", "lint", str(path)) == clean
    path.write_text("model: m\ngroups:\n  - {name: g, points: 1, when: {fact: lead.createdon, equals: soon}}\n")
    assert "model.yaml:3: error invalid-document" in say("models", "lint", str(path), code=1)
    path.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text. Save it as UTF-8." in say("models", "lint", str(path), code=1)
