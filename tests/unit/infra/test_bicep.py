"""The Bicep holds together, and says what the code reads: names, parameters, settings, roles, secrets, events."""

from __future__ import annotations

import ast
import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from connector.settings import SECRETS, setting_names
from connector.telemetry.logs import Happening
from tests.unit.infra.bicep import FUNCTIONS, INFRA, MAIN, MODULES, Source

FILES = [MAIN, *MODULES]
ROOT = INFRA.parent
# Built-in roles of Azure by id, as its documentation lists them.
ROLES = {
    "7f951dda-4ed3-4680-a7ca-43fe172d538d": "AcrPull",
    "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
}
GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
SETTING = re.compile(r"\bCONNECTOR_[A-Z_]+\b")


def name_of(path: Path) -> str:
    """What a test of a file is called."""
    return path.stem


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_name_that_is_used_is_defined(path: Path) -> None:
    """A misspelt symbol would be found by a deployment alone; a parameter that nobody reads promises too much."""
    source = Source.read(path)
    used = source.used()
    assert used - source.symbols() <= FUNCTIONS
    assert {*source.declared("param"), *source.declared("var")} <= used


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_parameter_says_what_it_is(path: Path) -> None:
    """A description stands before each, and before what narrows it."""
    text = path.read_text(encoding="utf-8")
    for name in Source.read(path).declared("param"):
        before = text[: text.index(f"param {name} ")].rstrip().rpartition("\n\n")[2]
        assert before.startswith("@description('"), name


def test_modules_get_what_they_declare() -> None:
    """Every parameter without a default is handed over, none that is not declared, and every file is a module."""
    main = Source.read(MAIN)
    assert set(main.modules().values()) == set(MODULES)
    for name, path in main.modules().items():
        declared = Source.read(path).declared("param")
        wanted = {one for one, text in declared.items() if "=" not in text.splitlines()[0]}
        handed = set(main.handed(name))
        assert wanted <= handed <= set(declared), name


def test_every_output_that_is_read_is_there() -> None:
    """`network.outputs.x` is an output of that module; an output that nobody reads would be a leftover."""
    main = Source.read(MAIN)
    read = re.findall(r"\b(\w+)\.outputs\.(\w+)", main.text)
    outputs = {(name, one) for name, path in main.modules().items() for one in Source.read(path).declared("output")}
    assert set(read) == outputs


def test_conditional_modules_are_read_where_they_are_deployed() -> None:
    """Their outputs stand behind the condition that deploys them."""
    main = Source.read(MAIN)
    for name, text in main.declared("module").items():
        if condition := re.search(r"= if \((.+?)\) \{", text):
            reads = re.findall(rf".*\b{name}\.outputs\.", main.text)
            assert all(f"{condition[1]} ? " in one for one in reads), name


def deployed_settings() -> set[str]:
    """The settings that Bicep sets."""
    return {name for path in FILES for name in SETTING.findall(Source.read(path).text)} - {"CONNECTOR_"}


def defaults() -> set[str]:
    """The settings that infra/README.md says are left at their defaults."""
    page = (INFRA / "README.md").read_text(encoding="utf-8")
    rows = page.partition("## Settings that are left at their defaults")[2].partition("\n## ")[0]
    return set(SETTING.findall(rows))


def test_settings_are_those_of_the_service_and_all_are_decided() -> None:
    """Each that Bicep sets exists; each that exists is set, or the README says that it is left at its default."""
    known, ours = set(setting_names()), deployed_settings()
    assert ours <= known
    assert ours | defaults() == known
    assert not ours & defaults()


def test_secret_settings_come_from_the_vault() -> None:
    """A secret of the service is never a plain variable, but for the URL of a database that holds no password."""
    main = Source.read(MAIN)
    plain = set(SETTING.findall(main.declared("var")["settings"]))
    secret = {f"CONNECTOR_{name.upper()}" for name in SECRETS}
    assert plain & secret == {"CONNECTOR_DATABASE_URL"}
    names = {
        found.upper().replace("-", "_")
        for found in re.findall(r"name: '(connector-[a-z-]+)'", Source.read(INFRA / "modules" / "vault.bicep").text)
    }
    assert names == set(SETTING.findall(main.declared("var")["destinations"] + main.declared("var")["doors"]))
    assert names <= secret
    url = Source.read(INFRA / "modules" / "database.bicep").declared("output")["url"]
    assert "sslmode=verify-full" in url
    assert re.search(r"postgresql://\$\{serviceIdentityName\}@", url)


def test_secrets_are_marked_and_none_is_written_down() -> None:
    """What is called a key, secret or password, and addresses that hold a signature, are secure all the way."""
    main = Source.read(MAIN)
    secret = {"teamsChannels", "flows", "apiKeys", "webhookSecret", "scalerKey"}
    assert main.secure() == Source.read(INFRA / "modules" / "vault.bicep").secure() == secret
    for path in FILES:
        source = Source.read(path)
        called = {
            one
            for one in source.declared("param")
            if re.search(r"(secret|password|Secret|Password|Keys|[a-z]Key)$", one) and not one.startswith("vaultHas")
        }
        assert called <= source.secure(), path.name
        for one in source.secure():
            assert not re.search(rf"param {one} string = '.+'", source.text)
        assert not re.search(r"(?i)(password|secret|key)\w*: '(?=\w*\d)\w{12,}'", source.text)
        assert not any(one in text for text in source.declared("output").values() for one in source.secure())


def test_roles_are_what_they_are_called() -> None:
    """Each id of a built-in role stands under a comment with its name."""
    found = []
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for before, line in pairwise(lines):
            for guid in GUID.findall(line):
                assert before == f"// {ROLES[guid]}"
                found.append(guid)
    assert sorted(found) == sorted(ROLES)


def test_timers_get_the_app_settings_that_they_read() -> None:
    """Names in Bicep are those in the code of infra/functions, schedules included; the host's own are beside them."""
    timers = Source.read(INFRA / "modules" / "timers.bicep")
    own = set(re.findall(r"(?m)^  ([A-Z_]+):", timers.declared("var")["ownSettings"]))
    handed = Source.read(MAIN).handed("timers")["schedules"]
    schedules = set(re.findall(r"\b([A-Z]+_SCHEDULE):", handed))
    example = json.loads((INFRA / "functions" / "local.settings.example.json").read_text(encoding="utf-8"))["Values"]
    assert own | schedules == set(example) - {"AzureWebJobsStorage", "FUNCTIONS_WORKER_RUNTIME"}
    tree = ast.parse((INFRA / "functions" / "timers" / "errands.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert own <= texts
    assert "FUNCTIONS_WORKER_RUNTIME" not in timers.text  # Flex Consumption refuses it


def test_alerts_look_for_what_the_code_logs() -> None:
    """Each event in a query is one that the service writes, in the field that it writes it to."""
    queries = (INFRA / "modules" / "alerts.bicep").read_text(encoding="utf-8")
    asked = set(re.findall(r'line\.event\) == "(\w+)"', queries))
    assert asked == {one.value for one in Happening} - {Happening.RUN_STARTED}


def test_the_parameters_file_names_parameters() -> None:
    """Each entry is a parameter of main.bicep, and each parameter without a default has one."""
    given = json.loads((INFRA / "main.parameters.json").read_text(encoding="utf-8"))["parameters"]
    declared = Source.read(MAIN).declared("param")
    wanted = {name for name, text in declared.items() if "=" not in text.splitlines()[0]}
    assert wanted <= set(given) <= set(declared)


def test_the_developer_cli_finds_what_it_deploys() -> None:
    """Each service of azure.yaml has a resource with its tag and a folder; the hook is a script that is there."""
    text = (ROOT / "azure.yaml").read_text(encoding="utf-8")
    services = set(re.findall(r"(?m)^  (\w+):\n    project:", text))
    tagged = {name for path in MODULES for name in re.findall(r"'azd-service-name': '(\w+)'", path.read_text("utf-8"))}
    assert services == tagged == {"timers"}
    for path in re.findall(r"(?m)^    (?:project|run): (\S+)", text):
        assert (ROOT / path).exists(), path


def test_the_image_knows_the_commands_that_the_apps_start() -> None:
    """The words in `args` are commands of the container's entrypoint, or of `connector`."""
    service = Source.read(INFRA / "modules" / "service.bicep").text
    asked = set(re.findall(r"args: (?:isPlaceholder \? \[\] : )?\['(\w+)'\]", service))
    entrypoint = (INFRA / "container" / "entrypoint.sh").read_text(encoding="utf-8")
    assert asked == {"web", "worker", "upgrade"}
    assert {word for word in asked if re.search(rf"(?m)^ +{word}\)", entrypoint)} == {"web", "upgrade"}
    assert (ROOT / "connector" / "cli" / "worker.py").is_file()
