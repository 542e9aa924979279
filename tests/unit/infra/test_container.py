"""The container's files: what they promise is read out of them, without Docker."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from connector.sandbox import start_sandbox
from connector.settings.model import SECRETS
from connector.settings.reading import load_settings, setting_names

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "infra" / "container"
RUNNING = ("sandbox", "upgrade", "web", "worker")


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (FOLDER / "Dockerfile").read_text())
    joined = re.sub(r"\\\n\s*", " ", text)
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line)]


def last_stage() -> list[tuple[str, str]]:
    """The instructions of what is shipped."""
    found = instructions()
    return found[max(place for place, (word, _) in enumerate(found) if word == "FROM") :]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The compose file."""
    loaded: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text())
    return loaded


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """The settings of .env.example."""
    lines = (FOLDER / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_both_stages_stand_on_one_base_that_is_pinned_by_its_digest() -> None:
    """The base is an argument with a digest, which is a placeholder that no build succeeds with."""
    arguments = dict(rest.split("=", 1) for word, rest in instructions() if word == "ARG" and "=" in rest)
    assert re.fullmatch(r"python:3\.\d+-slim@sha256:0{64}", arguments["PYTHON"])
    assert [rest for word, rest in instructions() if word == "FROM"] == ["${PYTHON} AS build", "${PYTHON}"]


def test_what_is_shipped_runs_as_nobody_special_with_a_health_check() -> None:
    """A numeric user that is not root comes before the entry point; ADD fetches nothing; no secret is built in."""
    shipped = dict(last_stage())
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", shipped["USER"])
    assert {"HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL", "LABEL", "EXPOSE"} <= set(shipped)
    words = [word for word, _ in last_stage()]
    assert words.index("USER") > max(place for place, word in enumerate(words) if word == "COPY")
    assert "ADD" not in {word for word, _ in instructions()}
    assert "pip" not in " ".join(rest for _, rest in last_stage())
    assert not re.search(r"(?i)secret|password|token", " ".join(rest for _, rest in instructions()))


def test_everything_is_installed_by_its_hash() -> None:
    """Each pip installs pinned requirements by hash, or our own wheel without asking an index."""
    for word, rest in instructions():
        for command in rest.split("&&") if word == "RUN" else ():
            if "pip" in command and " install " in command:
                assert "--require-hashes" in command or "--no-index" in command


def test_all_that_is_copied_is_there_and_sent_to_the_builder() -> None:
    """Every source of COPY exists, and the ignore file, which leaves out everything else, lets it through."""
    ignored = (FOLDER / "Dockerfile.dockerignore").read_text().splitlines()
    sent = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert "*" in ignored
    for word, rest in instructions():
        if word == "COPY" and "--from" not in rest:
            for source in [part for part in rest.split()[:-1] if not part.startswith("--")]:
                assert (ROOT / source).exists()
                assert source in sent


def test_the_requirements_of_the_image_are_those_of_the_service() -> None:
    """What both lists name has one version in both, and every line of the image's has hashes and no address."""
    pins = [
        dict(re.findall(r"(?m)^([a-zA-Z0-9.-]+)==(\S+)", (ROOT / "requirements" / f"{name}.txt").read_text()))
        for name in ("run", "container")
    ]
    assert {name: version for name, version in pins[1].items() if pins[0].get(name, version) != version} == {}
    assert {"gunicorn", "psycopg", "psycopg-binary", "flask"} <= set(pins[1])
    for name in ("build", "container", "shipping"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert "://" not in text
        assert "--index" not in text
        assert len(re.findall(r"(?m)^[a-zA-Z0-9.-]+==", text)) == len(
            re.findall(r"(?m)^[a-zA-Z0-9.-]+==.*\\\n +--hash", text)
        )


def test_no_secret_stands_in_a_file(compose: dict[str, Any], example: dict[str, str]) -> None:
    """Passwords are taken from .env, which no repository holds, and its example leaves them empty."""
    text = (FOLDER / "compose.yaml").read_text()
    for found in re.findall(r"(?i)password[^\n]*", text):
        assert "${POSTGRES_PASSWORD:?" in found or "//" not in found
    assert example["POSTGRES_PASSWORD"] == ""
    secrets = {f"CONNECTOR_{name.upper()}" for name in SECRETS}
    assert {name for name, value in example.items() if name in secrets and value} == set()
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    assert compose["services"]["web"]["env_file"] == [{"path": ".env", "required": True}]


@pytest.mark.parametrize("name", RUNNING)
def test_each_container_of_ours_may_do_little(compose: dict[str, Any], name: str) -> None:
    """Read-only root, no capabilities, no new privileges, nothing of the host but documents to read."""
    service = compose["services"][name]
    assert service["read_only"] is True
    assert service["tmpfs"] == ["/tmp"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert [one for one in service["volumes"] if one.startswith((".", "/")) and not one.endswith(":ro")] == []


def test_the_order_of_starting(compose: dict[str, Any]) -> None:
    """Web and two workers begin when the schema is up to date, which waits for a database that answers."""
    services = compose["services"]
    for name in ("web", "worker"):
        needs = services[name]["depends_on"]
        assert needs["upgrade"]["condition"] == "service_completed_successfully"
        assert needs["database"]["condition"] == "service_healthy"
        assert needs["sandbox"]["required"] is False
    assert services["upgrade"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["worker"]["deploy"]["replicas"] == 2
    assert "pg_isready" in str(services["database"]["healthcheck"])
    assert [services[name]["command"][0] for name in RUNNING] == list(RUNNING)


def test_the_api_is_published_to_this_machine_alone(compose: dict[str, Any]) -> None:
    """Only web has a port outside, on loopback: a proxy ends TLS."""
    assert {name for name, service in compose["services"].items() if "ports" in service} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in compose["services"]["web"]["ports"])


def test_every_setting_is_one(compose: dict[str, Any], example: dict[str, str]) -> None:
    """What compose, its example and the image set are settings that there are."""
    known = {*setting_names(), *(f"CONNECTOR_{name.upper()}_FILE" for name in SECRETS)}
    image = set(re.findall(r"CONNECTOR_[A-Z_]+", (FOLDER / "Dockerfile").read_text()))
    written = set(re.findall(r"CONNECTOR_[A-Z_]+[A-Z]", (FOLDER / "compose.yaml").read_text()))
    ours = {name for name in example if name.startswith("CONNECTOR_")}
    assert (ours | written | image) - known == set()
    assert {"CONNECTOR_BIND", "CONNECTOR_DATA_DIR"} <= image
    assert compose["networks"]["inside"]["ipam"]["config"][0]["subnet"] == "172.31.57.0/24"


def test_the_example_fits_the_sandbox(compose: dict[str, Any], example: dict[str, str], tmp_path: Path) -> None:
    """What .env.example says of the sandbox is what a sandbox under that name and port has."""
    with start_sandbox(name="sandbox.test", leads=1) as sandbox:
        told = sandbox.settings
        texts = {"ca.pem": Path(told["CONNECTOR_CA_BUNDLE"]).read_text(encoding="utf-8")}
    assert example["CONNECTOR_CLIENT_ID"] == told["CONNECTOR_CLIENT_ID"]
    assert example["CONNECTOR_AUTHORITY"].rpartition("/")[2] == told["CONNECTOR_AUTHORITY"].rpartition("/")[2]
    command = compose["services"]["sandbox"]["command"]
    assert command[command.index("--bind") + 1] == "0.0.0.0:8443"
    assert example["CONNECTOR_DATAVERSE_URL"] == "https://sandbox.test:8443"
    assert example["CONNECTOR_AUTHORITY"].startswith("https://sandbox.test:8444/")
    address = compose["services"]["sandbox"]["networks"]["inside"]["ipv4_address"]
    assert example["CONNECTOR_ALLOWED_HOSTS"] == f"sandbox.test,{address}"
    files = {}
    for name in ("client_secret", "teams_channels", "ca.pem"):
        (tmp_path / name).write_text(texts.get(name) or told.get(f"CONNECTOR_{name.upper()}", "x"))
        files[f"/sandbox/{name}"] = str(tmp_path / name)
    settings = load_settings({name: files.get(value, value) for name, value in example.items()}, need_dataverse=True)
    assert settings.lead_management
    assert sorted(settings.teams_channels) == ["sales-dach", "sales-uk"]


@pytest.mark.parametrize(
    ("arguments", "run"),
    [
        ([], ["connector", "serve"]),
        (["worker", "--threads", "2"], ["connector", "worker", "--threads", "2"]),
        (["upgrade", "--json"], ["connector", "db", "upgrade", "--json"]),
        (
            ["web", "--threads", "3"],
            [
                "gunicorn",
                "--config",
                f"{FOLDER}/gunicorn.conf.py",
                "--threads",
                "3",
                "connector.web.wsgi:application()",
            ],
        ),
    ],
)
def test_the_entry_point_becomes_what_is_asked_for(tmp_path: Path, arguments: list[str], run: list[str]) -> None:
    """The first word chooses the program, which takes the rest and the process."""
    for name in ("connector", "gunicorn"):
        program = tmp_path / name
        program.write_text('#!/bin/sh\nbasename "$0"\nfor word in "$@"; do echo "$word"; done\n')
        program.chmod(0o755)
    done = subprocess.run(
        [str(FOLDER / "entrypoint.sh"), *arguments],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == run


@pytest.fixture(scope="module")
def healthcheck() -> ModuleType:
    """The health check as a module."""
    spec = importlib.util.spec_from_file_location("healthcheck", FOLDER / "healthcheck.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "serves"),
    [
        (["/opt/connector/bin/python", "/opt/connector/bin/gunicorn", "--config", "x"], True),
        (["/opt/connector/bin/python", "/opt/connector/bin/connector", "serve"], True),
        (["/opt/connector/bin/python", "/opt/connector/bin/connector", "worker"], False),
    ],
)
def test_only_what_serves_is_asked(healthcheck: ModuleType, arguments: list[str], serves: bool) -> None:
    """The first process tells whether there is somebody to ask."""
    assert healthcheck.serves(arguments) is serves


def test_a_server_that_does_not_answer_is_not_well(healthcheck: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused connection is exit code 1; a container that serves nothing is well."""
    monkeypatch.setenv("CONNECTOR_BIND", "0.0.0.0:1")
    monkeypatch.setattr(healthcheck.Path, "read_bytes", lambda _path: b"python\0connector\0serve\0")
    assert healthcheck.main() == 1
    monkeypatch.setattr(healthcheck.Path, "read_bytes", lambda _path: b"python\0connector\0worker\0")
    assert healthcheck.main() == 0


def test_the_shell_script_is_plain(tmp_path: Path) -> None:
    """It is executable and stops at the first fault and at unset names."""
    script = FOLDER / "entrypoint.sh"
    assert os.access(script, os.X_OK)
    assert "set -eu" in script.read_text()
    assert shutil.which("sh")
    subprocess.run(["sh", "-n", str(script)], check=True)
