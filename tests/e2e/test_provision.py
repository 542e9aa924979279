"""`connector provision columns` as a person runs it: an environment without score columns is made ready."""

from __future__ import annotations

from connector.sandbox import Sandbox

from .conftest import DOCUMENTS, Shell

SCORE_COLUMNS = {"lc_fit", "lc_fitgrade", "lc_engagement", "lc_engagementgrade", "lc_intent", "lc_intentgrade"}
COLUMNS = SCORE_COLUMNS | {"lc_scoredon"}


def strip(sandbox: Sandbox) -> None:
    """Delete every column that the sample models write."""
    for name in sorted(COLUMNS):
        sandbox.data.remove_column("lead", name)


def states(printed: dict[str, list[dict[str, str]]]) -> set[tuple[str, str]]:
    """Each column with its state."""
    return {(each["name"], each["state"]) for each in printed["columns"]}


def test_from_nothing_to_scores(sandbox: Sandbox, shell: Shell) -> None:
    """Doctor names what is missing, provision says it and does it once with --yes; doctor is content, sync writes."""
    strip(sandbox)
    shell.run("apply", str(DOCUMENTS), "--publish")
    checks = {check["name"]: check for check in shell.json("doctor", code=3)["checks"]}
    assert checks["columns to write"]["status"] == "failure"
    assert "connector provision columns" in checks["columns to write"]["remedy"]
    shell.run("sync", code=2)

    said, _ = shell.run("provision", "columns", code=1)
    assert "create 7 of 7 columns of the lead table in the solution SandboxScores" in " ".join(said.split())
    assert "Nothing was done. To do it: add --yes." in said
    assert sandbox.calls.count("dataverse", "customize") == 0

    done = shell.json("provision", "columns", "--yes")
    assert states(done) == {(name, "created") for name in COLUMNS}
    assert done["solution"] == {"name": "SandboxScores", "title": "Lead scores", "prefix": "lc"}
    assert done["published"] is True
    customizing = sandbox.dataverse.customizing
    assert set(customizing.components["SandboxScores"]) == {f"lead.{name}" for name in COLUMNS}
    assert not customizing.unpublished["lead"]

    before = sandbox.calls.count("dataverse", "customize")
    assert states(shell.json("provision", "columns", "--yes")) == {(name, "present") for name in COLUMNS}
    assert sandbox.calls.count("dataverse", "customize") == before == 7
    assert sandbox.calls.count("dataverse", "publish") == 1

    assert {check["status"] for check in shell.json("doctor")["checks"]} == {"ok"}
    assert shell.json("sync")["writes"]["applied"] > 0
    written = [lead for lead in sandbox.leads() if lead["lc_fitgrade"] is not None]
    assert written
    assert all(lead["lc_scoredon"] for lead in written)


def test_drafts_count_and_a_lost_delta_is_read_anew(sandbox: Sandbox, shell: Shell) -> None:
    """Columns of drafts are created too; a sync after that reads everything again by itself and loses nothing."""
    shell.run("apply", str(DOCUMENTS), "--publish")
    first = shell.json("sync")
    draft = (DOCUMENTS / "models" / "intent.yaml").read_text(encoding="utf-8")
    file = shell.folder / "more.yaml"
    file.write_text(
        draft.replace("model: intent", "model: intent-two").replace("lc_intent", "lc_two"), encoding="utf-8"
    )
    shell.run("models", "apply", str(file))
    assert states(shell.json("provision", "columns", "--yes")) >= {("lc_two", "created"), ("lc_twograde", "created")}
    again = shell.json("sync")
    assert again["pulled"] == first["pulled"]
    assert again["scored"] == 0


def test_what_stands_in_the_way_is_told(sandbox: Sandbox, shell: Shell) -> None:
    """A solution of another publisher and an unknown one are refused with the one that fits; nothing is created."""
    strip(sandbox)
    shell.run("apply", str(DOCUMENTS))
    for name in ("SandboxEvents", "msdynce_LeadManagement", "Nothing", "Lead scores"):
        out, _ = shell.run("provision", "columns", "--solution", name, "--yes", code=1)
        assert "FAILURE" in out
    (obstacle,) = shell.json("provision", "columns", "--solution", "SandboxEvents", code=1)["obstacles"]
    assert "has the prefix 'evt'" in obstacle["message"]
    assert "--solution NAME: SandboxScores" in obstacle["remedy"]
    assert sandbox.calls.count("dataverse", "customize") == 0
    shell.run("provision", "columns", "--solution", "sandboxscores", "--yes")
    assert sandbox.calls.count("dataverse", "customize") == 7


def test_a_failure_in_the_middle_is_finished_by_the_next_run(sandbox: Sandbox, shell: Shell) -> None:
    """Exit 3 with what was created and what to do; the next run creates the rest and nothing twice."""
    strip(sandbox)
    shell.run("apply", str(DOCUMENTS), "--publish")
    sandbox.faults.status(
        403, code="0x80040220", method="POST", when=lambda request: b"lc_fitgrade" in request.body, times=1
    )
    out, err = shell.run("provision", "columns", "--yes", code=3)
    assert "Created: lc_engagement, lc_engagementgrade, lc_fit; the lead table is published." in " ".join(out.split())
    assert "System Customizer" in err
    done = states(shell.json("provision", "columns", "--yes"))
    assert ("lc_fit", "present") in done
    assert ("lc_fitgrade", "created") in done
    assert sandbox.calls.count("dataverse", "customize") == 8


def test_nothing_to_write(shell: Shell) -> None:
    """Without documents there is nothing to do, and that is no fault."""
    out, _ = shell.run("provision", "columns")
    assert "nothing to do" in out


HISTORY = """model: told
purpose: Prioritise follow-up
lawful_basis: legitimate_interests
write: {history: lc_toldhistory, predictive_score: true}
groups: [{name: A title, points: 5, when: {fact: lead.jobtitle, is_not_empty: true}}]
"""


def test_rows_beside_leads_from_the_document_to_the_table(sandbox: Sandbox, shell: Shell) -> None:
    """Said first, created with --yes, and written by the next sync: a row for each score; the doctor is content."""
    file = shell.folder / "told.yaml"
    file.write_text(HISTORY, encoding="utf-8")
    shell.run("models", "apply", str(file))
    shell.run("models", "publish", "told")
    out, _ = shell.run("provision", "columns", code=1)
    assert "create   lc_toldhistory: a table with a lookup to the lead (history of told)" in " ".join(
        out.split(chr(10))
    )
    assert "create the table lc_toldhistory in the solution SandboxScores" in " ".join(out.split())
    out, _ = shell.run("provision", "columns", "--yes")
    assert "Created: lc_toldhistory; all of it is published." in " ".join(out.split())
    (told,) = shell.json("provision", "columns")["tables"]
    assert (told["state"], told["documents"], told["missing"]) == ("present", ["told"], [])
    assert "Every column and table is there" in shell.run("provision", "columns")[0]
    report = shell.json("sync")
    assert len(list(sandbox.data.rows("lc_toldhistory"))) == report["scored"] > 0
    assert len(list(sandbox.data.rows("msdyn_predictivescore"))) == report["scored"]
    assert shell.json("jobs", "list", "--kind", "related-row")
    checks = {check["name"]: check["status"] for check in shell.json("doctor")["checks"]}
    assert checks["history table lc_toldhistory"] == "ok"
    assert checks["predictive score table"] == "ok"
