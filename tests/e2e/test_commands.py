"""The other commands, each as a process: scoring a file, explaining, importing, deliveries, runs, keys, doctor."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from connector.sandbox import Sandbox

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
FIT = str(DOCUMENTS / "models" / "icp-fit.yaml")
ENGAGEMENT = str(DOCUMENTS / "models" / "engagement.yaml")
ANSWER = {"model", "score", "grade", "coverage", "reachable", "next_change_at", "groups", "unknown", "explanation"}


def test_a_lead_is_scored_from_a_file_with_what_is_unknown(bare: Any, tmp_path: Path) -> None:
    """A finance director without an account: design.md's keys, unknown facts named with their cause, no low score."""
    facts = tmp_path / "facts.json"
    facts.write_text('{"lead": {"jobtitle": "FD"}, "account": null, "interactions": []}', encoding="utf-8")
    answer = bare.json("score", "--model", FIT, "--facts", str(facts))
    assert set(answer) == ANSWER
    assert (answer["model"], answer["score"] >= 0, answer["grade"]) == ("icp-fit", True, "Weak")
    assert 0 < answer["coverage"] < 1
    assert answer["reachable"] > answer["score"]
    assert {"fact": "account.numberofemployees", "cause": "no_account"} in answer["unknown"]
    assert all(set(group) == {"name", "points", "outcome"} for group in answer["groups"])
    assert {group["outcome"] for group in answer["groups"]} <= {"true", "false", "unknown"}
    assert sum(group["points"] for group in answer["groups"]) == answer["score"]
    assert any("No account is linked" in sentence for sentence in answer["explanation"])
    out, _ = bare.run("score", "--model", FIT, "--facts", str(facts))
    assert "No account is linked" in out


def test_the_moment_of_scoring_can_be_named_and_facts_typed(bare: Any) -> None:
    """`--now` decides which windows hold; facts come from standard input; the next change is told."""
    facts = json.dumps(
        {
            "lead": {"donotbulkemail": False},
            "account": None,
            "interactions": [{"type": "email_click", "at": "2026-11-20T09:00:00Z", "properties": {}}],
        }
    )
    fresh = bare.json("score", "--model", ENGAGEMENT, "--facts", "-", "--now", "2026-11-21T09:00:00Z", typed=facts)
    assert fresh["score"] == 12
    assert datetime.fromisoformat(fresh["next_change_at"]) == datetime.fromisoformat("2026-11-27T09:00:00Z")
    stale = bare.json("score", "--model", ENGAGEMENT, "--facts", "-", "--now", "2026-11-27T10:00:00+01:00", typed=facts)
    assert stale["score"] == 0


def test_a_mirrored_lead_is_explained(installed: Any, sandbox: Sandbox) -> None:
    """`explain` gives each live model's answer with the way to the next grade and the forecast; GUIDs in any form."""
    installed.run("sync")
    lead = next(str(row["leadid"]) for row in sandbox.leads() if row["lc_scoredon"])
    answer = installed.json("explain", "{" + lead.upper() + "}")
    assert answer["lead"] == lead
    assert [one["model"] for one in answer["models"]] == ["engagement", "icp-fit", "intent"]
    assert all(set(one) >= ANSWER | {"next_grade", "forecast"} for one in answer["models"])
    (one,) = installed.json("explain", lead, "--model", "icp-fit")["models"]
    row = sandbox.lead(lead)
    assert (one["score"], one["grade"]) == (row["lc_fit"], row["lc_fitgrade"])
    out, _ = installed.run("explain", lead, "--model", "icp-fit")
    assert f"icp-fit: {row['lc_fit']} points, {row['lc_fitgrade']}" in out.splitlines()[:2]
    told = installed.json("explain", lead, "--model", "icp-fit", "--history")["history"]
    assert [(change["model"], change["score"]) for change in told] == [("icp-fit", row["lc_fit"])]
    out, _ = installed.run("explain", lead, "--history")
    assert f"icp-fit {row['lc_fit']} {row['lc_fitgrade']} (version 1)" in out


def test_interactions_are_imported_once(installed: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    """The same file twice stores nothing twice; CSV and NDJSON with the same ids are the same interactions."""
    installed.run("sync")
    lead = next(str(row["leadid"]) for row in sandbox.leads() if row["lc_scoredon"] and row["followemail"] is not False)
    at = "2026-11-20T09:00:00+01:00"
    lines = tmp_path / "acts.ndjson"
    lines.write_text(
        "\n".join(json.dumps({"id": f"a{n}", "lead_id": lead, "type": "web_visit", "at": at}) for n in range(3)),
        encoding="utf-8",
    )
    table = tmp_path / "acts.csv"
    table.write_text(f"id,lead_id,type,at,page\na1,{lead},web_visit,{at},/\nb1,{lead},web_visit,{at},/\n", "utf-8")
    assert installed.json("interactions", "import", str(lines)) == {"read": 3, "new": 3}
    assert installed.json("interactions", "import", str(lines)) == {"read": 3, "new": 0}
    assert installed.json("interactions", "import", str(table)) == {"read": 2, "new": 1}
    assert installed.json("sync")["scored"] >= 1


def test_deliveries_are_listed_shown_and_replayed(
    installed: Any, sandbox: Sandbox, heat: Callable[..., list[str]]
) -> None:
    """A card to a workflow that is off dies with a reason; once the workflow is on, replay and sync deliver it."""
    with installed.service() as service:
        service.sync(by="test")
    (lead,) = heat(installed, 1)
    sandbox.teams.disable("sales-uk")
    summary = installed.json("sync")
    assert (summary["alerts"]["dead"] + summary["alerts"]["held"], summary["alerts"]["delivered"]) == (1, 0)
    (row,) = installed.json("deliveries", "list")["deliveries"]
    assert row["status"] in {"dead", "held"}
    shown = installed.json("deliveries", "show", row["delivery_id"])
    assert "switched off" in json.dumps(shown["attempts"])
    assert {**shown, "attempts": len(shown["attempts"])} == row
    out, _ = installed.run("deliveries", "show", row["delivery_id"])
    assert "switched off" in out
    sandbox.teams.enable("sales-uk")
    every = installed.json("deliveries", "replay", "--dead") if row["status"] == "dead" else None
    assert every or installed.json("deliveries", "replay", row["delivery_id"]) == {"queued": 1}
    assert installed.json("deliveries", "replay", "--dead") == {"queued": 0}
    for wrong in ((), ("--dead", row["delivery_id"])):
        assert "use --dead" in installed.refused("deliveries", "replay", *wrong, code=2)
    assert installed.json("sync")["alerts"]["delivered"] == 1
    assert installed.json("deliveries", "list", "--status", "delivered")["deliveries"][0]["status"] == "delivered"
    (card,) = sandbox.teams.cards
    assert lead in json.dumps(card.body)
    _, err = installed.run("deliveries", "replay", row["delivery_id"], "unknown", code=1)
    assert "2 were not" in err


def test_runs_are_listed_and_shown(installed: Any) -> None:
    """Each run is kept with who asked for it and the summary that it printed."""
    summary = installed.json("sync")
    (run,) = installed.json("runs", "list")["runs"]
    assert (run["run"], run["status"], run["kind"]) == (summary["run"], "succeeded", "sync")
    shown = installed.json("runs", "show", summary["run"])
    assert shown["summary"] == summary
    done = {"done": summary["scored"], "total": summary["scored"]}
    assert shown["progress"].items() >= done.items()
    assert shown["progress"]["rate_per_s"] > 0
    assert shown["progress"]["eta"] is None  # it is over
    out, _ = installed.run("runs", "show", summary["run"])
    assert f"scored {summary['scored']} leads" in " ".join(out.split())
    out, _ = installed.run("runs", "list")
    assert summary["run"] in out


def test_the_database_is_brought_up_to_date(shell: Any) -> None:
    """`db upgrade` makes the database where there is none, and does nothing the second time."""
    first = shell.json("db", "upgrade")
    assert first == shell.json("db", "upgrade")
    assert (Path(shell.environ["CONNECTOR_DATA_DIR"]) / "connector.db").is_file()


def test_the_connector_s_definition_is_printed(bare: Any) -> None:
    """`openapi` prints the definition for a custom connector: version 2.0, without health and hooks."""
    out, _ = bare.run("openapi")
    definition = json.loads(out)
    assert definition["swagger"] == "2.0"
    assert not [path for path in definition["paths"] if path.startswith(("/healthz", "/readyz", "/hooks"))]
    assert "--package" in bare.refused("openapi", "--host", "scores.example.com", code=2)


def test_the_doctor_finds_nothing_wrong_in_a_good_environment(installed: Any, sandbox: Sandbox) -> None:
    """Every line is ok, exit 0; a test card reaches each channel when it is asked for."""
    checks = installed.json("doctor", "--send-test-card")["checks"]
    assert {check["status"] for check in checks} == {"ok"}, checks
    assert {"sign-in", "who am I", "lead table", "columns to write", "lead management"} <= {c["name"] for c in checks}
    assert sorted(card.channel for card in sandbox.teams.cards) == ["sales-dach", "sales-uk"]
    out, _ = installed.run("doctor")
    assert "ok       sign-in: a token was given" in out
    told = installed.refused("doctor", "--send-test-card", code=2, CONNECTOR_TEAMS_CHANNELS="")
    assert "no channel is configured" in told
    assert max(len(line) for line in out.splitlines()) <= 80


def test_the_doctor_s_failures_say_what_to_do(installed: Any, sandbox: Sandbox) -> None:
    """A channel that is off, a privilege that is missing and lead management off: all in one go, exit 3."""
    sandbox.teams.disable("sales-uk")
    sandbox.dataverse.access.revoke("prvWriteLead")
    checks = installed.json("doctor", "--send-test-card", code=3, CONNECTOR_LEAD_MANAGEMENT="off")["checks"]
    wrong = {check["name"]: check for check in checks if check["status"] != "ok"}
    assert set(wrong) == {"channel sales-uk", "lead write", "lead management"}
    assert all(check["remedy"] for check in wrong.values())


def test_a_full_sync_reads_everything_again_and_keeps_its_memory(
    installed: Any, sandbox: Sandbox, heat: Callable[..., list[str]]
) -> None:
    """--full reads every lead, forgets those that are gone, and announces crossings against the stored scores."""
    first = installed.json("sync")
    installed.json("sync")
    hot = heat(installed, 2)
    gone = next(  # one without a company: a colleague's leaving is another fact about those who stay
        str(row["leadid"])
        for row in sandbox.leads()
        if row["lc_scoredon"]
        and str(row["leadid"]) not in hot
        and not (row["_parentaccountid_value"] or row["_customerid_value"] or row["_parentcontactid_value"])
    )
    sandbox.delete_lead(gone)
    full = installed.json("sync", "--full")
    assert full["pulled"] >= first["pulled"] - 6  # the deleted one and the closed ones are not read
    assert full["scored"] == first["scored"] - 1  # every lead is decided anew
    assert full["writes"]["applied"] == 2  # and only what differs is written
    assert full["alerts"]["delivered"] == len(sandbox.teams.cards) == 2
    installed.refused("explain", gone, code=2)
    again = installed.json("sync", "--full")
    assert (again["writes"]["applied"], again["alerts"]["delivered"]) == (0, 0)
    assert [run["kind"] for run in installed.json("runs", "list")["runs"]][:2] == ["full_sync", "full_sync"]


def test_a_baseline_is_announced_when_that_is_asked_for(
    installed: Any, sandbox: Sandbox, heat: Callable[..., list[str]]
) -> None:
    """The first sync is quiet; with --announce-baseline it tells of whoever stands above a threshold."""
    heat(installed, 2)
    summary = installed.json("sync", "--announce-baseline")
    assert summary["alerts"]["delivered"] == len(sandbox.teams.cards) >= 2
