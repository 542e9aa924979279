"""Documents through the commands: drafts, publication, replacement, stopping, lint, schema, diff."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
KINDS = ("alert", "model", "qualification", "source", "titles")
CLASHING = """
model: clash
purpose: A test
lawful_basis: legitimate_interests
groups:
  - name: Two countries at once
    points: 5
    when:
      - {fact: lead.address1_country, equals: GB}
      - {fact: lead.address1_country, equals: IE}
"""


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A folder of documents that may be changed."""
    return Path(shutil.copytree(DOCUMENTS, tmp_path / "documents"))


def outcomes(applied: dict[str, Any]) -> list[tuple[str, str]]:
    """What became of the documents, each kind and outcome once."""
    return sorted({(document["kind"], document["outcome"]) for document in applied["documents"]})


def change(path: Path, before: str, after: str) -> None:
    """Edit a document."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_a_folder_becomes_drafts_then_live_then_stays(shell: Any, documents: Path) -> None:
    """Drafts are no versions; publication makes version 1 of each; the same folder again does nothing."""
    drafted = shell.json("apply", str(documents))
    assert outcomes(drafted) == [(kind, "drafted") for kind in KINDS]
    assert {one["status"] for one in shell.json("models", "list")["documents"]} == {"draft"}
    published = shell.json("apply", str(documents), "--publish")
    assert outcomes(published) == [(kind, "published") for kind in KINDS]
    assert {one["version"] for one in published["documents"]} == {1}
    again = shell.json("apply", str(documents), "--publish")
    assert outcomes(again) == [(kind, "unchanged") for kind in KINDS]
    shown = shell.json("models", "show", "icp-fit")
    assert (shown["status"], shown["version"]) == ("live", 1)
    assert shown["body"] == (documents / "models" / "icp-fit.yaml").read_text(encoding="utf-8")
    assert [event["action"] for event in shown["history"]] == ["drafted", "published"]


def test_a_changed_live_document_is_stopped_or_replaced(installed: Any, documents: Path) -> None:
    """A change is refused naming `stop`; --replace makes the next version; stop and publish of a draft do so too."""
    model = documents / "models" / "intent.yaml"
    change(model, "{name: Some, from: 25}", "{name: Some, from: 20}")
    out, _ = installed.run("apply", str(documents), "--publish", code=1)
    assert "model intent: refused" in out
    assert "stop" in out
    assert "model icp-fit: unchanged (version 1)" in out
    assert installed.json("models", "show", "intent")["version"] == 1
    replaced = installed.json("apply", str(documents), "--publish", "--replace")
    assert {("model", "unchanged"), ("model", "published")} <= set(outcomes(replaced))
    assert installed.json("models", "show", "intent")["version"] == 2
    stopped = installed.json("models", "stop", "intent")
    assert stopped["status"] == "stopped"
    assert {"kind": "qualification", "name": "sales-ready"} in stopped["used_by"]
    change(model, "{name: Some, from: 20}", "{name: Some, from: 15}")
    installed.run("models", "apply", str(model))
    assert installed.json("models", "publish", "intent")["documents"][0]["version"] == 3
    events = [(event["action"], event["version"]) for event in installed.json("models", "show", "intent")["history"]]
    assert ("stopped", 2) in events
    assert events[-1] == ("published", 3)


@pytest.mark.parametrize(
    ("noun", "name", "kind"),
    [("qualification", "sales-ready", "qualification"), ("alerts", "hot-uk", "alert")],
)
def test_every_kind_has_the_same_commands(installed: Any, noun: str, name: str, kind: str) -> None:
    """Qualification and alerts are listed, shown, stopped and published like models."""
    listed = installed.json(noun, "list")["documents"]
    assert {"kind": kind, "name": name, "status": "live", "version": 1}.items() <= {
        **next(one for one in listed if one["name"] == name)
    }.items()
    assert installed.json(noun, "stop", name)["status"] == "stopped"
    path = next((DOCUMENTS / noun).glob(f"{name}.yaml"))
    assert installed.json(noun, "apply", str(path))["documents"][0]["outcome"] == "drafted"
    assert installed.json(noun, "publish", name)["documents"][0]["version"] == 2
    out, _ = installed.run(noun, "show", name)
    assert f"{kind} {name}, live, version 2" in out
    out, _ = installed.run(noun, "list")
    assert name in out


def test_a_document_with_an_error_stays_a_draft(shell: Any, tmp_path: Path) -> None:
    """Lint errors keep a model from publication, with the finding in the answer; as a draft it is kept."""
    path = tmp_path / "clash.yaml"
    path.write_text(CLASHING, encoding="utf-8")
    (refused,) = shell.json("models", "apply", str(path), "--publish", code=1)["documents"]
    assert refused["outcome"] == "refused"
    assert "impossible-group" in {finding["code"] for finding in refused["findings"]}
    assert shell.json("models", "list") == {"documents": []}
    (drafted,) = shell.json("models", "apply", str(path))["documents"]
    assert drafted["outcome"] == "drafted"


def test_lint_tells_errors_from_warnings_by_its_exit_code(bare: Any, tmp_path: Path) -> None:
    """0 without findings that stop publication, 1 on an error; --strict makes warnings count; JSON is design.md's."""
    path = tmp_path / "model.yaml"
    path.write_text(CLASHING, encoding="utf-8")
    findings = bare.json("models", "lint", str(path), code=1)["findings"]
    (clash,) = [finding for finding in findings if finding["code"] == "impossible-group"]
    assert set(clash) == {"code", "severity", "group", "line", "message", "fix"}
    assert (clash["severity"], clash["group"]) == ("error", "Two countries at once")
    assert clash["line"] in {6, 9, 10}
    assert "is_any_of" in clash["fix"]
    path.write_text(
        CLASHING.replace("      - {fact: lead.address1_country, equals: IE}\n", "").replace("equals: GB", "equals: GB"),
        encoding="utf-8",
    )
    warnings = bare.json("models", "lint", str(path))["findings"]
    assert {finding["severity"] for finding in warnings} == {"warning"}
    bare.run("models", "lint", str(path), "--strict", code=1)
    for model in (DOCUMENTS / "models").iterdir():
        assert not [one for one in bare.json("models", "lint", str(model))["findings"] if one["severity"] == "error"]


@pytest.mark.parametrize(
    ("group", "folder", "wrong"),
    [
        ("models", "models", {"gradez": []}),
        ("qualification", "qualification", {"modelz": []}),
        ("alerts", "alerts", {"wenn": {}}),
    ],
)
def test_the_schema_takes_the_samples_and_refuses_others(
    bare: Any, group: str, folder: str, wrong: dict[str, Any]
) -> None:
    """`schema` prints a JSON Schema that editors can use: it takes the samples and refuses a typing error."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
    out, _ = bare.run(group, "schema")
    validator = jsonschema.Draft202012Validator(json.loads(out))
    paths = list((DOCUMENTS / folder).iterdir())
    assert paths
    for path in paths:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
        document = {"on" if name is True else name: value for name, value in found.items()}  # as YAML 1.2 has it
        assert [error.message for error in validator.iter_errors(document)] == []
        assert list(validator.iter_errors({**document, **wrong}))


def test_diff_counts_who_would_change_grade_and_qualification(installed: Any, documents: Path) -> None:
    """A bar for Strong out of reach moves grades; points for everybody qualify more; nothing is stored by asking."""
    installed.run("sync")
    same = installed.json("models", "diff", str(documents / "models" / "icp-fit.yaml"))
    assert same["leads"] == same["unchanged"] > 0
    assert (same["becomes_qualified"], same["stops_qualified"], same["transitions"]) == (0, 0, [])
    model = documents / "models" / "icp-fit.yaml"
    change(model, "{name: Strong, from: 55}", "{name: Strong, from: 99}")
    change(model, "  - name: Decides at all\n    points: 20", "  - name: Decides at all\n    points: -60")
    change(model, "expect: {grade: Strong, score: 100}", "expect: {grade: Fair}")
    result = installed.json("models", "diff", str(model))
    assert result["leads"] == same["leads"]
    assert {(one["from"], one["to"]) for one in result["transitions"]} & {("Strong", "Fair"), ("Strong", "Weak")}
    assert result["stops_qualified"] > 0
    assert result["becomes_qualified"] == 0
    assert result["sample"]
    assert any("no longer be qualified" in one["sentence"] for one in result["sample"])
    out, _ = installed.run("models", "diff", str(model))
    assert "would no longer be qualified" in " ".join(out.split())
    assert installed.json("models", "show", "icp-fit")["version"] == 1


def test_diff_forecasts_nothing_by_a_column_that_was_not_read_yet(installed: Any, documents: Path) -> None:
    """It is named with the leads that hang on it; no grade is said to change for want of it."""
    installed.run("sync")
    model = documents / "models" / "icp-fit.yaml"
    change(model, "{fact: account.numberofemployees, at_least: 500}", "{fact: lead.numberofemployees, at_least: 1}")
    result = installed.json("models", "diff", str(model))
    assert result["cannot_be_judged"] == result["not_mirrored"]["lead.numberofemployees"] > 0
    assert result["unchanged"] + result["cannot_be_judged"] == result["leads"]
    assert (result["transitions"], result["rescored"], result["sample"]) == ([], 0, [])
    out, _ = installed.run("models", "diff", str(model))
    assert "lead.numberofemployees is not mirrored yet" in " ".join(out.split())
