"""`connector sandbox`: a service that is a process of its own works against it by what it writes."""

from __future__ import annotations

import shlex
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from tests.e2e.conftest import DOCUMENTS, Shell
from tests.servers import ports

SAID_WHERE = "Sandbox on https://localhost:"


@pytest.fixture
def bind() -> Iterator[str]:
    """An address for the sandbox: it takes five ports in a row."""
    with ports.reserved(5) as first:
        yield f"127.0.0.1:{first}"


@pytest.fixture
def started(bare: Shell, bind: str) -> Iterator[subprocess.Popen[str]]:
    """A sandbox that is known by two names, after it said where it is."""
    process = bare.start("sandbox", "--bind", bind, "--leads", "20")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith(SAID_WHERE), process.communicate(timeout=30)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=30)


def settings_of(folder: Path) -> dict[str, str]:
    """What a shell would read from settings.env."""
    lines = [shlex.split(line)[0] for line in (folder / "settings.env").read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines)


def test_a_service_elsewhere_works_by_what_the_sandbox_writes(started: subprocess.Popen[str], tmp_path: Path) -> None:
    """Settings, secrets in files and the certificate are enough for a whole run; cards are told of; SIGTERM ends it."""
    folder = tmp_path / "sandbox"
    settings = settings_of(folder)
    for secret in ("CLIENT_SECRET", "TEAMS_CHANNELS"):
        file = folder / secret.lower()
        assert file.read_text() == settings.pop(f"CONNECTOR_{secret}")
        assert file.stat().st_mode & 0o077 == 0
        settings[f"CONNECTOR_{secret}_FILE"] = str(file)
    assert (folder / "settings.env").stat().st_mode & 0o077 == 0
    shell = Shell({**settings, "CONNECTOR_DATA_DIR": str(tmp_path / "data"), "CONNECTOR_RETRY_S": "1"}, tmp_path)
    shell.run("apply", str(DOCUMENTS), "--publish")
    report = shell.json("sync")
    assert report["pulled"] == 20 + 25
    assert report["writes"]["applied"] > 0
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=30)
    assert (started.returncode, err) == (0, "")
    assert out.endswith("Ended.\n")


def test_the_certificate_is_made_out_for_the_name(bare: Shell, bind: str, tmp_path: Path) -> None:
    """Settings name the host as others know it, and its certificate does too."""
    process = bare.start("sandbox", "--bind", bind, "--name", "sandbox.test", "--leads", "1")
    assert process.stdout is not None
    line = process.stdout.readline()
    port = int(line.partition("sandbox.test:")[2].partition(";")[0])
    settings = settings_of(tmp_path / "sandbox")
    assert settings["CONNECTOR_DATAVERSE_URL"] == f"https://sandbox.test:{port}"
    assert settings["CONNECTOR_ALLOWED_HOSTS"] == "sandbox.test"
    pem = ssl.get_server_certificate(("127.0.0.1", port))
    names = x509.load_pem_x509_certificate(pem.encode()).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost", "sandbox.test"]
    process.send_signal(signal.SIGTERM)
    assert process.communicate(timeout=30)[1] == ""


@pytest.mark.parametrize("wrong", ["localhost:8443", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65532"])
def test_an_address_has_to_be_one(bare: Shell, wrong: str) -> None:
    """Names, missing ports, port 0 and too large ones are wrong use."""
    assert "--bind" in bare.refused("sandbox", "--bind", wrong, code=2)


def test_a_taken_address_and_a_folder_that_cannot_be_are_told(bare: Shell, tmp_path: Path) -> None:
    """Both end with exit code 3 and what to do about it, before anything is served."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        assert "Choose another --bind" in bare.refused("sandbox", "--bind", bind, code=3)
    (tmp_path / "file").touch()
    assert "Choose another --folder" in bare.refused("sandbox", "--folder", "file/sandbox", code=3)
