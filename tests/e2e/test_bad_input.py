"""What goes wrong from outside ends with a sentence that names the thing and the remedy, and nothing half written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connector.pipeline.ports import DocumentKind
from connector.sandbox import Sandbox
from connector.sandbox.dataverse.schema import Column, Kind

DOCUMENTS = Path(__file__).resolve().parents[2] / "connector" / "sandbox" / "documents"
FIT = DOCUMENTS / "models" / "icp-fit.yaml"
NOBODY = "11111111-2222-3333-4444-555555555555"
FAULTY = """model: b!d
groups:
  - name: a
    points: ten
    when: {fact: lead.jobtitle, equalz: x}
gradez: []
"""


def nothing_happened(shell: Any, sandbox: Sandbox) -> None:
    """Nothing was scored, planned or sent, and no lead was written to."""
    with shell.service() as service:
        assert service.store.planned() == []
        assert service.store.grade_counts() == {}
        assert service.store.deliveries() == []
    assert all(row["lc_scoredon"] is None for row in sandbox.leads())
    assert sandbox.teams.cards == []


# --- settings


def test_every_missing_setting_is_named_at_once(bare: Any) -> None:
    """In an empty environment `sync`, `doctor`, `serve` and `worker` name all four settings and how to get them."""
    for command in ("sync", "doctor", "serve", "worker"):
        err = bare.refused(command, code=2)
        for name in ("DATAVERSE_URL", "AUTHORITY", "CLIENT_ID", "CLIENT_SECRET"):
            assert f"CONNECTOR_{name}: is missing. Set it" in err
    assert list(bare.folder.iterdir()) == []


def test_every_malformed_setting_is_named_at_once(shell: Any) -> None:
    """Malformed, misspelt and refused settings stand in one message, a line each, and none of their secrets."""
    err = shell.refused(
        "sync",
        code=2,
        CONNECTOR_DATAVERSE_URL="http://org.crm4.dynamics.com",
        CONNECTOR_AUTHORITY="https://login.microsoftonline.com/common",
        CONNECTOR_LEAD_MANAGMENT="on",
        CONNECTOR_TEAMS_CHANNELS="sales=https://hooks.elsewhere.example/x?sig=Zz-signature",
        CONNECTOR_TEAMS_RATE="often",
        CONNECTOR_APP_ID="my app",
        CONNECTOR_BIND="here",
        CONNECTOR_CLIENT_SECRET="",
        CONNECTOR_CLIENT_SECRET_FILE="/nowhere/secret",
    )
    for name, said in (
        ("DATAVERSE_URL", "https"), ("AUTHORITY", "your tenant's id"), ("LEAD_MANAGMENT", "CONNECTOR_LEAD_MANAGEMENT"),
        ("TEAMS_CHANNELS", "CONNECTOR_ALLOWED_HOSTS"), ("TEAMS_RATE", "COUNT/s"), ("APP_ID", "GUID"),
        ("BIND", "HOST:PORT"), ("CLIENT_SECRET_FILE", "Check the path"),
    ):  # fmt: skip
        (line,) = [line for line in err.splitlines() if line.startswith(f"  CONNECTOR_{name}:")]
        assert said in line


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://org.crm4.dynamics.com.evil.example", "CONNECTOR_ALLOWED_HOSTS"),
        ("https://localhost:99999", "cannot be read as a URL"),
    ],
)
def test_an_environment_that_is_not_allowed_is_never_asked(
    installed: Any, sandbox: Sandbox, url: str, said: str
) -> None:
    """A foreign host or an impossible address is refused before any request."""
    before = len(sandbox.calls.all())
    err = installed.refused("sync", code=2, CONNECTOR_DATAVERSE_URL=url)
    assert "CONNECTOR_DATAVERSE_URL" in err
    assert said in err
    assert len(sandbox.calls.all()) == before


def test_api_keys_that_cannot_be_read_are_named_by_their_place(installed: Any) -> None:
    """`serve` names each faulty entry and never repeats it."""
    err = installed.refused("serve", code=2, CONNECTOR_API_KEYS="Zz-nonsense,flow:Admin:Zz-hash")
    assert "entry 1" in err
    assert "entry 2" in err
    assert "connector keys new" in err


@pytest.mark.parametrize(
    ("setting", "value", "code", "said"),
    [
        ("CONNECTOR_CLIENT_SECRET", "Zz-wrong", 3, "the client secret is wrong"),
        ("CONNECTOR_CLIENT_ID", NOBODY, 3, "no app with this client id"),
        ("CONNECTOR_AUTHORITY", "tenant", 3, "There is no tenant at"),
        ("CONNECTOR_MANAGED_IDENTITY", "system", 2, "exclude each other"),
    ],
)
def test_a_sign_in_that_fails_says_which_setting_to_check(
    installed: Any, sandbox: Sandbox, setting: str, value: str, code: int, said: str
) -> None:
    """A wrong secret, an unknown app and an unknown tenant each name what to look at."""
    if value == "tenant":
        value = sandbox.settings[setting].rpartition("/")[0] + f"/{NOBODY}"
    err = installed.refused("sync", code=code, **{setting: value})
    assert said in err
    assert setting in err
    nothing_happened(installed, sandbox)


def test_a_certificate_that_is_none_is_named(installed: Any, tmp_path: Path) -> None:
    """A file that is no PFX is named with its path; its password is not shown."""
    (tmp_path / "app.pfx").write_bytes(b"none")
    environ = {name: value for name, value in installed.environ.items() if name != "CONNECTOR_CLIENT_SECRET"}
    shell = type(installed)(environ, tmp_path, installed.said)
    err = shell.refused(
        "sync",
        code=3,
        CONNECTOR_CLIENT_CERTIFICATE=str(tmp_path / "app.pfx"),
        CONNECTOR_CLIENT_CERTIFICATE_PASSWORD="Zz-password",
    )
    assert f"{tmp_path / 'app.pfx'} is no PFX file, or its password is wrong" in err


# --- documents


def test_a_model_s_faults_are_all_named_with_their_lines(bare: Any, shell: Any) -> None:
    """`lint`, `score`, `apply` and `diff` name every fault of a model document, with line and remedy."""
    model = bare.folder / "model.yaml"
    model.write_text(FAULTY, encoding="utf-8")
    facts = bare.folder / "facts.json"
    facts.write_text('{"lead": {}}', encoding="utf-8")
    linted, _ = bare.run("models", "lint", str(model), code=1)
    errors = [
        bare.refused("score", "--model", str(model), "--facts", str(facts), code=2),
        shell.refused("models", "apply", str(model), "--publish", code=2),
        shell.refused("models", "diff", str(model), code=2),
    ]
    for line in (1, 4, 5, 6):
        assert f"model.yaml:{line}: error invalid-document" in linted
        assert all(f"line {line}: " in err for err in errors)
    assert "Did you mean `equals`?" in linted
    assert all("Did you mean `grades`?" in err for err in errors)


@pytest.mark.parametrize("body", [FAULTY.encode(), b"\xff\xfe\x00m", b"model: [1\n x", b""])
def test_one_document_that_cannot_be_read_keeps_a_folder_out(shell: Any, tmp_path: Path, body: bytes) -> None:
    """With one unreadable file nothing of a folder is stored, neither published nor as draft."""
    folder = tmp_path / "documents"
    shutil.copytree(DOCUMENTS, folder)
    (folder / "models" / "broken.yaml").write_bytes(body)
    err = shell.refused("apply", str(folder), "--publish", code=2)
    assert "broken.yaml" in err
    with shell.service() as service:
        assert [list(service.store.documents(kind)) for kind in DocumentKind] == [[] for _ in DocumentKind]


def test_a_folder_without_documents_is_named(shell: Any, tmp_path: Path) -> None:
    """An empty folder, and one that is not there, are wrong use."""
    (tmp_path / "empty").mkdir()
    assert "holds no documents" in shell.refused("apply", str(tmp_path / "empty"), code=2)
    assert "does not exist" in shell.refused("apply", str(tmp_path / "nowhere"), code=2)


def test_what_apply_does_not_look_at_is_named(shell: Any, tmp_path: Path) -> None:
    """On standard error, ten at most, with where documents stand; the others are done, and JSON stays JSON."""
    folder = tmp_path / "documents"
    shutil.copytree(DOCUMENTS, folder)
    _, err = shell.run("apply", str(folder))
    assert err == ""
    (folder / "qualification").rename(folder / "qualifications")
    out, err = shell.run("apply", str(folder), "--json")
    assert "qualification" not in {one["kind"] for one in json.loads(out)["documents"]}
    assert err.startswith("Not looked at: qualifications/. Documents stand in models/, qualification/, alerts/,")
    for number in range(12):
        (folder / f"{number}.YAML").touch()
    _, err = shell.run("apply", str(folder))
    assert "7.YAML and 3 more. Documents" in err


def test_an_alert_to_a_channel_that_nobody_configured_is_refused(shell: Any, sandbox: Sandbox) -> None:
    """Publication names the channel and the setting; the other documents are published."""
    only = sandbox.settings["CONNECTOR_TEAMS_CHANNELS"].split()[0]
    out, _ = shell.run("apply", str(DOCUMENTS), "--publish", code=1, CONNECTOR_TEAMS_CHANNELS=only)
    assert "alert hot-dach: refused" in out
    assert "the channel 'sales-dach' is not configured. Add name=url to CONNECTOR_TEAMS_CHANNELS." in " ".join(
        out.split()
    )
    assert "alert hot-uk: published" in out


# --- the environment


def test_columns_that_are_not_there_are_all_named_before_anything_is_read(installed: Any, sandbox: Sandbox) -> None:
    """Without the score columns `sync` names each with its model and writes nothing; `doctor` says it too."""
    for column in ("lc_fit", "lc_intentgrade"):
        sandbox.data.remove_column("lead", column)
    err = installed.refused("sync", code=2)
    assert "model 'icp-fit' write: the lead table has no column 'lc_fit'. Run: connector provision columns" in err
    assert (
        "model 'intent' write: the lead table has no column 'lc_intentgrade'. Run: connector provision columns" in err
    )
    assert sandbox.calls.count("dataverse", "write") == sandbox.calls.count("dataverse", "delta") == 0
    checks = {check["name"]: check for check in installed.json("doctor", code=3)["checks"]}
    assert checks["columns to write"]["status"] == "failure"
    assert "lc_fit, lc_intentgrade" in checks["columns to write"]["detail"]


def test_a_status_reason_that_does_not_exist_is_named(installed: Any, sandbox: Sandbox) -> None:
    """When no option has the label of the mark, nothing is read or written, and the labels are named."""
    for option in (823270000, 823270001, 823270002):
        sandbox.data.remove_option("lead", "statuscode", option)
    err = installed.refused("sync", code=2)
    assert "qualification 'sales-ready': the Status Reason has none of the labels 'Marketing Qualified'" in err
    assert "Add the option" in err
    nothing_happened(installed, sandbox)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (Column("lc_scoredon", Kind.DATE), "exists as a date without time, and `scored_on` needs date and time"),
        (Column("lc_fit", Kind.STRING), "exists as text, and `score` needs a number"),
        (Column("lc_fitgrade", Kind.STRING, max_length=2), "holds 2 characters, and a grade has up to "),
    ],
    ids=lambda value: value.name if isinstance(value, Column) else "",
)
def test_a_column_of_another_type_is_named_before_anything_is_written(
    installed: Any, sandbox: Sandbox, column: Column, said: str
) -> None:
    """Each write to it would be refused: `sync` and `doctor` say what the column is and what it must be."""
    sandbox.data.remove_column("lead", column.name)
    sandbox.data.add_column("lead", column)
    err = installed.refused("sync", code=2)
    assert f"the lead column {column.name!r} {said}" in err
    assert "connector provision columns" in err
    nothing_happened(installed, sandbox)
    out, _ = installed.run("doctor", "--json", code=3)
    (check,) = [check for check in json.loads(out)["checks"] if check["name"] == "columns to write"]
    assert check["status"] == "failure"
    assert f"{column.name} {said}" in check["detail"]


def test_an_application_user_that_is_missing_is_named(installed: Any, sandbox: Sandbox) -> None:
    """A token for somebody whom the environment does not know leads to the application user's page."""
    sandbox.remove_application_user()
    assert "Application users" in installed.refused("sync", code=3)
    nothing_happened(installed, sandbox)
    out, _ = installed.run("doctor", code=3)
    assert "FAILURE  who am I" in out


@pytest.mark.parametrize("column", ["jobtitle", "lc_nobody"])
def test_an_opt_out_column_that_is_not_yes_no_is_refused(installed: Any, sandbox: Sandbox, column: str) -> None:
    """Nobody is scored while it cannot be told who opted out; the setting and its remedy are named, as by doctor."""
    err = installed.refused("sync", code=2, CONNECTOR_OPT_OUT_COLUMN=column)
    assert f": {column}" in err
    assert "Set CONNECTOR_OPT_OUT_COLUMN to the yes/no column" in err
    nothing_happened(installed, sandbox)
    out, _ = installed.run("doctor", code=3, CONNECTOR_OPT_OUT_COLUMN=column)
    assert "FAILURE  opt-out columns" in out


def test_a_right_to_read_that_was_taken_away_is_named(installed: Any, sandbox: Sandbox) -> None:
    """It is named with the right that the role needs; nothing is written; back again, all is."""
    sandbox.dataverse.access.revoke("prvReadLead")
    err = installed.refused("sync", code=3)
    assert "prvReadLead" in err
    assert "organization-level Read on Lead" in err
    assert all(row["lc_scoredon"] is None for row in sandbox.leads())
    sandbox.dataverse.access.grant("prvReadLead")
    assert installed.json("sync")["writes"]["applied"] > 0


def test_leads_that_may_not_be_written_are_counted_and_the_run_goes_on(installed: Any, sandbox: Sandbox) -> None:
    """Each is counted as rejected, with what the role needs; once the role has it, all of them are written."""
    sandbox.dataverse.access.revoke("prvWriteLead")
    summary = installed.json("sync")
    assert summary["writes"]["refused"] > 0
    assert summary["writes"]["applied"] == 0
    (warning,) = [warned for warned in summary["warnings"] if warned["code"] == "write-rejected"]
    assert warning["count"] == summary["writes"]["refused"]
    assert "The application user may not write this lead." in warning["message"]
    assert "prvWriteLead" in warning["message"]
    assert "Write on Lead" in warning["message"]
    assert all(row["lc_scoredon"] is None for row in sandbox.leads())
    sandbox.dataverse.access.grant("prvWriteLead")
    assert installed.json("sync")["writes"]["applied"] == summary["writes"]["refused"]
    assert installed.json("sync")["writes"]["applied"] == 0


def test_without_lead_management_nothing_is_read(installed: Any, sandbox: Sandbox) -> None:
    """Off is the default: `sync` and `worker` refuse with the setting that turns it on."""
    before = len(sandbox.calls.all())
    for command in ("sync", "worker"):
        err = installed.refused(command, code=1, CONNECTOR_LEAD_MANAGEMENT="")
        assert "CONNECTOR_LEAD_MANAGEMENT=on" in err
    assert len(sandbox.calls.all()) == before


def test_without_a_live_model_nothing_is_read(shell: Any, sandbox: Sandbox) -> None:
    """With no model to score by `sync` says how to publish one."""
    assert "connector apply DIR --publish" in shell.refused("sync", code=1)
    assert sandbox.calls.count("dataverse", "write") == 0


# --- the network


@pytest.mark.parametrize("fault", ["reset", "truncated", "html", "no_answer"])
def test_a_page_that_breaks_off_loses_nothing(paged: tuple[Any, Sandbox], fault: str) -> None:
    """Gone in the middle of the second page: an error that names it, nothing written; the next run does it all."""
    shell, sandbox = paged
    broken = getattr(sandbox.faults, fault)(times=None, when="skiptoken")
    err = shell.refused("sync", code=3)
    assert "while reading" in err
    assert "Check" in err
    nothing_happened(shell, sandbox)
    broken.clear()
    done = shell.json("sync")
    scorable = sum(row["statecode"] == 0 and not row["msdyn_gdproptout"] for row in sandbox.leads())
    assert done["scored"] == done["writes"]["applied"] == scorable


def test_a_network_that_goes_in_the_middle_of_the_writes_loses_nothing(installed: Any, sandbox: Sandbox) -> None:
    """After five writes nobody answers: the run says so, what was written is known, the next run does the rest."""
    patches: list[str] = []

    def later(request: Any) -> bool:
        if request.method == "PATCH":
            patches.append(request.path)
        return request.method == "PATCH" and len(patches) > 5

    broken = sandbox.faults.no_answer(times=None, when=later)
    err = installed.refused("sync", code=3, CONNECTOR_WRITE_WAY="single")
    assert "while updating a lead" in err
    assert "run again" in err
    broken.clear()
    done = installed.json("sync")
    assert done["scored"] > 0
    assert all(row["lc_scoredon"] for row in sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"])
    assert installed.json("sync")["writes"]["applied"] == 0
    assert [run["status"] for run in installed.json("runs", "list")["runs"]] == ["succeeded", "succeeded", "failed"]


def test_links_that_lead_elsewhere_or_in_a_circle_are_not_followed(paged: tuple[Any, Sandbox]) -> None:
    """A page that points to another host, or back to itself, ends the run; the token goes nowhere else."""
    shell, sandbox = paged
    foreign = sandbox.faults.foreign_next_link(times=None)
    assert "it is not followed" in shell.refused("sync", code=3)
    foreign.clear()
    sandbox.faults.next_link_cycle()
    assert "the pages run in a circle" in shell.refused("sync", code=3)
    nothing_happened(shell, sandbox)


def test_a_sign_in_page_instead_of_json_is_told_as_such(installed: Any, sandbox: Sandbox) -> None:
    """A proxy's page, from Entra's address or the environment's, names the setting to check."""
    page = sandbox.faults.html(times=None, service="entra")
    assert "Check CONNECTOR_AUTHORITY" in installed.refused("sync", code=3)
    page.clear()
    sandbox.faults.html(times=None)
    assert "Check CONNECTOR_DATAVERSE_URL" in installed.refused("sync", code=3)
    nothing_happened(installed, sandbox)


def test_nobody_there_and_a_certificate_that_is_not_trusted(installed: Any, sandbox: Sandbox) -> None:
    """An environment that is not there is told from one whose certificate is not trusted."""
    err = installed.refused("sync", code=3, CONNECTOR_CA_BUNDLE="", REQUESTS_CA_BUNDLE="")
    assert "The certificate of localhost is not trusted" in err
    assert "CONNECTOR_CA_BUNDLE" in err
    err = installed.refused("sync", code=3, CONNECTOR_AUTHORITY=f"https://localhost:9/{NOBODY}")
    assert "localhost could not be reached" in err
    nothing_happened(installed, sandbox)


def test_a_plug_in_s_words_are_counted_and_not_repeated(installed: Any, sandbox: Sandbox) -> None:
    """What a plug-in says of a person stays there: the run tells how many leads it kept from being written."""
    person = next(str(row["fullname"]) for row in sandbox.leads())
    sandbox.faults.status(
        400, times=3, method="PATCH", code="0x80040265", message=f"{person} <zz@marker.example> is a duplicate"
    )
    out, err = installed.run("sync", CONNECTOR_WRITE_WAY="single")
    assert "3 leads could not be written" in " ".join(out.split())
    assert "marker.example" not in out + err
    assert person not in out + err


def test_debugging_shows_no_secret_and_no_person(installed: Any, sandbox: Sandbox) -> None:
    """With the log at its loudest there are requests and no token, secret, signature, name or address in it."""
    _, err = installed.run("sync", CONNECTOR_LOG_LEVEL="debug")
    assert "DEBUG" in err
    assert sandbox.calls.count("dataverse", "batch") > 0  # what it must not show is checked by the fixture


# --- the store


def test_a_data_folder_that_cannot_be_used_is_named(shell: Any, tmp_path: Path) -> None:
    """A folder that cannot be made, a database that cannot be opened, and one that is none each name the path."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    err = shell.refused("runs", "list", code=3, CONNECTOR_DATA_DIR=str(tmp_path / "file" / "data"))
    assert "CONNECTOR_DATA_DIR" in err
    (tmp_path / "folder" / "connector.db").mkdir(parents=True)
    err = shell.refused("runs", "list", code=3, CONNECTOR_DATA_DIR=str(tmp_path / "folder"))
    assert "cannot be written" in err
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage" / "connector.db").write_bytes(b"no database" * 1000)
    err = shell.refused("sync", code=3, CONNECTOR_DATA_DIR=str(tmp_path / "garbage"))
    assert "is no database of ours" in err


def test_a_data_folder_that_may_only_be_read_is_named(installed: Any, tmp_path: Path) -> None:
    """Where the database may only be read the error names it and whom to give which permission."""
    with read_only(Path(installed.environ["CONNECTOR_DATA_DIR"])) as folder:
        err = installed.refused("sync", code=3, CONNECTOR_DATA_DIR=str(folder))
    assert "write permission" in err or "CONNECTOR_DATA_DIR" in err


@contextmanager
def read_only(folder: Path) -> Iterator[Path]:
    """A folder that may only be read; for root, whom no permission stops, one of the kernel's own."""
    if os.geteuid() == 0:
        yield Path("/proc/sys")
        return
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    for path in modes:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        yield folder
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.mark.parametrize(
    ("url", "said", "code"),
    [
        ("nonsense Zz-password", "names neither SQLite nor PostgreSQL", 2),
        ("mysql://me:Zz-password@localhost/x", "names neither SQLite nor PostgreSQL", 2),
        ("sqlite:///:memory:", "without a file", 3),
    ],
)
def test_a_database_that_cannot_be_used_is_named_without_its_password(
    shell: Any, url: str, said: str, code: int
) -> None:
    """A database URL that is none, or of a kind that is not supported, says which would do."""
    err = shell.refused("runs", "list", code=code, CONNECTOR_DATABASE_URL=url)
    assert said in err
    assert "Zz-password" not in err
    assert "CONNECTOR_DATABASE_URL" in err


# --- facts, ids, files


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "the facts are not an object"),
        ('{"lead": {"revenue": NaN}}', "lead.revenue: is nan, which is no number"),
        ('{"lead": {"revenue": 1e999}}', "lead.revenue: is inf"),
        ("[" * 100_000, "nested too deeply"),
        ('{"account": 3, "leed": {}}', "leed: is not a key of facts"),
        ('{"lead": {}, "interactions": [{"type": "", "at": "2026"}]}', "interactions[0].at: is not a time with offset"),
    ],
)
def test_facts_that_cannot_be_used_are_named(bare: Any, facts: str, said: str) -> None:
    """Malformed facts end with what is wrong with which of them, and the form."""
    err = bare.refused("score", "--model", str(FIT), "--facts", "-", code=2, typed=facts)
    assert said in err


def test_files_and_times_that_cannot_be_used_are_named(bare: Any, tmp_path: Path) -> None:
    """A file that is not there, text that is not UTF-8, a time without offset."""
    (tmp_path / "facts.json").write_bytes(b"\xff\xfe")
    arguments = ("score", "--model", str(FIT), "--facts")
    assert "does not exist" in bare.refused(*arguments, str(tmp_path / "nowhere"), code=2)
    assert "not UTF-8" in bare.refused(*arguments, str(tmp_path / "facts.json"), code=2)
    (tmp_path / "facts.json").write_text('{"lead": {}}', encoding="utf-8")
    err = bare.refused(*arguments, str(tmp_path / "facts.json"), "--now", "2026-11-20T09:00:00", code=2)
    assert "has no offset. Write 2026-11-20T09:00:00Z." in err


def test_a_document_of_another_kind_is_no_model(bare: Any) -> None:
    """A qualification document is not scored by: the error says what is missing."""
    path = DOCUMENTS / "qualification" / "sales-ready.yaml"
    err = bare.refused("score", "--model", str(path), "--facts", "-", code=2, typed='{"lead": {}}')
    assert "`groups` is missing" in err


def test_ids_and_names_that_nobody_knows_are_wrong_use(installed: Any) -> None:
    """Unknown leads, runs, deliveries and documents are named, with how to find the known ones."""
    for arguments, said in (
        (("explain", NOBODY), "connector sync"),
        (("explain", "Jane"), "GUID"),
        (("runs", "show", "x"), "connector runs list"),
        (("deliveries", "show", "x"), "connector deliveries list"),
        (("models", "show", "x"), "Known: engagement, icp-fit, intent"),
        (("models", "publish", "intent"), "no draft"),
        (("alerts", "stop", "x"), "Live: account-awake, any-score, gone-cold, hot-dach, hot-uk, sales-ready"),
    ):
        assert said in installed.refused(*arguments, code=2)


def test_interactions_that_cannot_be_read_are_all_named_and_none_stored(installed: Any, tmp_path: Path) -> None:
    """Every faulty line of a file is named by its number; the good ones are not stored either."""
    path = tmp_path / "acts.csv"
    path.write_text(
        f"id,lead_id,type,at\n1,{NOBODY},click,2026-11-20T09:00:00Z\n2,x,click,2026-11-20T09:00:00Z\n"
        f"3,{NOBODY},click,yesterday\n",
        encoding="utf-8",
    )
    err = installed.refused("interactions", "import", str(path), code=2)
    assert "nothing was stored" in err
    assert "line 3: lead_id is not a GUID" in err
    assert "line 4: at is not an ISO 8601 time" in err
    path.write_text(f"id,lead_id,type,at\n1,{NOBODY},click,2026-11-20T09:00:00Z\n", encoding="utf-8")
    assert installed.json("interactions", "import", str(path)) == {"read": 1, "new": 1}
