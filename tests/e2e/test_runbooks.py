"""The runbooks: each of their commands is run, in its order, in the situation that the runbook is about.

A block with `$` holds commands of ours. `meanwhile` comments say what happens between two of them outside; words in
capitals stand for what the command before has shown. Of other blocks only the files and settings are looked at.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from connector.sandbox import Sandbox
from tests.e2e.conftest import DOCUMENTS, Shell, install
from tests.servers import postgresql

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "operations"
BOOKS = sorted(path.stem for path in FOLDER.glob("*.md"))
RUN = (
    "deliveries", "teams", "first-deployment", "permissions", "secrets", "dataverse", "postgresql", "upgrading",
    "recovery", "scaling",
)  # fmt: skip
QUICK = ("deliveries",)
STEP = re.compile(
    r"^ *```console\n(?P<block>.*?)^ *```|<!-- meanwhile: (?P<meanwhile>[^>]+) -->", re.DOTALL | re.MULTILINE
)
MAY_FIND = {"doctor": {0, 3}, "provision": {0, 1}}  # what has findings for a reason says so by its exit code
NO_SETTINGS = {"CONNECTOR_TEST_NO_SKIP"}


def text(book: str) -> str:
    """A runbook."""
    return (FOLDER / f"{book}.md").read_text(encoding="utf-8")


def steps(book: str) -> Iterator[tuple[str, str]]:
    """What a runbook has one do: ("run", command) or ("meanwhile", what happens)."""
    for found in STEP.finditer(text(book)):
        if found["meanwhile"]:
            yield "meanwhile", found["meanwhile"]
        else:
            yield from (("run", line.strip()[2:]) for line in found["block"].splitlines() if line.strip()[:2] == "$ ")


@dataclass
class Operator:
    """Does what a runbook says. `shown` are the words in capitals, once they were needed."""

    shell: Shell
    sandbox: Sandbox
    shown: dict[str, str] = field(default_factory=dict)

    def run(self, command: str) -> str:
        """Run one command; what it printed."""
        words = [self._word(word) for word in shlex.split(command)]
        if words[0] == "cp":
            shutil.copy(self.shell.folder / words[1], words[2])
            return ""
        assert words[0] == "connector", command
        code = MAY_FIND.get(words[1], {0})
        process = self.shell.start(*words[1:])
        out, err = process.communicate(timeout=120)
        self.shell.said.append((out, err))
        assert process.returncode in code, f"{command}: exit {process.returncode}\n{out}\n{err}"
        assert "Traceback" not in err
        return out

    def _word(self, word: str) -> str:
        for name, value in self.shell.environ.items():
            word = word.replace(f"${name}", value)
        if re.fullmatch(r"[A-Z]+_ID", word):
            if word not in self.shown:
                self.shown[word] = self._look_up(word)
            return self.shown[word]
        return word

    def _look_up(self, word: str) -> str:
        match word:
            case "DELIVERY_ID":
                return str(self.shell.json("deliveries", "list", "--status", "dead")["deliveries"][0]["delivery_id"])
            case "RUN_ID":
                return str(self.shell.json("runs", "list")["runs"][0]["run"])
            case _:
                return next(
                    str(row["leadid"])
                    for row in self.sandbox.leads()
                    if row["statecode"] == 0 and not row["msdyn_gdproptout"]
                )

    # --- what happens meanwhile ------------------------------------------------------------------------------------

    def let(self, happen: str) -> None:
        """Let something happen that no command does."""
        data = Path(self.shell.environ["CONNECTOR_DATA_DIR"])
        match happen:
            case "the workflow is switched on":
                self.sandbox.teams.enable("sales-uk")
            case "the delta token expires":
                self.sandbox.faults.expired_delta_token()
            case "the setting names the new database":
                url = self.shell.environ["NEW_DATABASE"]
                self.shell = replace(self.shell, environ={**self.shell.environ, "CONNECTOR_DATABASE_URL": url})
            case "the database is lost" | "everything is lost":
                for path in data.glob("connector.db*"):
                    path.unlink()
            case _:
                raise AssertionError(f"nobody knows how to let this happen: {happen}")


@pytest.fixture
def operator(shell: Shell, sandbox: Sandbox) -> Operator:
    """Somebody with rules of their own and a public address."""
    shutil.copytree(DOCUMENTS, shell.folder / "my-rules")
    return Operator(
        replace(shell, environ={**shell.environ, "CONNECTOR_PUBLIC_URL": "https://scores.example.com"}), sandbox
    )


def prepare(book: str, operator: Operator, heat: Callable[[Shell, int], list[str]]) -> None:
    """Bring about the situation that a runbook is about."""
    shell, sandbox = operator.shell, operator.sandbox
    if book == "first-deployment":
        return
    install(shell)
    shell.run("sync")
    if book in {"teams", "deliveries"}:
        heat(shell, 1)
        sandbox.teams.disable("sales-uk")
        shell.run("sync")
    if book == "secrets":
        shell.run("provision", "webhooks", "--yes")


def verify(book: str, operator: Operator) -> None:
    """What is true where a runbook was followed."""
    shell, sandbox = operator.shell, operator.sandbox
    assert shell.json("runs", "list")["runs"][0]["status"] == "succeeded"
    if book in {"teams", "deliveries"}:
        assert shell.json("deliveries", "show", operator.shown["DELIVERY_ID"])["status"] == "delivered"
        assert any("crossed" in str(card.body) for card in sandbox.teams.cards)
    if book in {"first-deployment", "recovery", "postgresql"}:
        scored = [row for row in sandbox.leads() if row["statecode"] == 0 and not row["msdyn_gdproptout"]]
        assert all(row["lc_scoredon"] for row in scored)
        assert shell.json("sync")["writes"]["applied"] == 0
    if book == "first-deployment":
        assert len(list(sandbox.data.rows("serviceendpoint"))) == 1
        assert {card.channel for card in sandbox.teams.cards} == {"sales-uk", "sales-dach"}


@pytest.mark.parametrize("book", [pytest.param(book, marks=() if book in QUICK else pytest.mark.long) for book in RUN])
def test_a_runbook_does_what_it_says(
    book: str, operator: Operator, heat: Callable[[Shell, int], list[str]], request: pytest.FixtureRequest
) -> None:
    """Every command of it ends well, in its order, and what it promises is true afterwards."""
    if book == "postgresql":
        operator.shell = replace(
            operator.shell, environ={**operator.shell.environ, "NEW_DATABASE": request.getfixturevalue("new_database")}
        )
    prepare(book, operator, heat)
    done = 0
    for kind, what in steps(book):
        if kind == "meanwhile":
            operator.let(what)
        else:
            operator.run(what)
            done += 1
    assert done >= 4
    verify(book, operator)


@pytest.fixture
def new_database() -> Iterator[str]:
    """An empty PostgreSQL."""
    folder = postgresql.binaries()
    if folder is None:
        pytest.skip(f"PostgreSQL is not on this machine; {postgresql.INSTALL} installs it")
    with postgresql.running(folder) as url:
        yield url


# --- what no command is run for --------------------------------------------------------------------------------------


def test_every_runbook_is_run_and_listed() -> None:
    """A new one has to be among those that the tests follow, and in the table of contents."""
    assert sorted([*RUN, "README"]) == [book for book in BOOKS if book not in {"metrics", "slo"}]
    for book in RUN:
        assert f"({book}.md)" in text("README")


@pytest.mark.parametrize("book", sorted([*RUN, "README"]))
def test_what_a_runbook_names_is_there(book: str) -> None:
    """Settings, files of the repository, targets of make, and links to other documents with their headings."""
    said = text(book)
    settings = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r"\bCONNECTOR_[A-Z_]+[A-Z]", said)) - NO_SETTINGS):
        assert f"`{name.removesuffix('_FILE')}`" in settings, name
    for path in re.findall(r"\binfra/[\w./-]*\w", said):
        assert (ROOT / path).exists(), path
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z-]+)`", said):
        assert f"\n{target}:" in makefile, target
    for link in re.findall(r"\]\(([^)]+)\)", said):
        path, _, heading = link.partition("#")
        found = FOLDER / path if path else FOLDER / f"{book}.md"
        assert found.exists(), link
        if heading:
            titles = re.findall(r"^#+ (.+)$", found.read_text(encoding="utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}, link


def test_commands_of_ours_stand_where_they_are_run() -> None:
    """A block of another kind holds none of our commands, but for those that start a container."""
    for book in RUN:
        for kind, block in re.findall(r"^ *```(\w*)\n(.*?)^ *```", text(book), re.DOTALL | re.MULTILINE):
            assert kind in {"console", "sh"}, (book, kind)
            if kind == "sh":
                assert not re.search(r"^ *(\$ )?connector ", block, re.MULTILINE), (book, block)
