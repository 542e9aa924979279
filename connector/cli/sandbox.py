"""`connector sandbox`: the stand-in for Dataverse, Entra ID, Teams and flows alone, for services that run elsewhere."""

from __future__ import annotations

import ipaddress
import os
import shlex
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from connector.cli.signals import stopped_by_signals
from connector.errors import ConnectorError
from connector.sandbox import start_sandbox
from connector.settings.model import PREFIX, SECRETS

CA, SETTINGS = "ca.pem", "settings.env"
LARGEST_FIRST_PORT = 65_531


class SandboxError(ConnectorError):
    """The sandbox cannot be started, or its folder not be written."""

    exit_code = 3


@click.command("sandbox")
@click.option("--bind", default="127.0.0.1:8443", show_default=True, help="Address of Dataverse; it takes five ports.")
@click.option("--name", default="localhost", show_default=True, help="The host's name, by which services reach it.")
@click.option("--leads", type=click.IntRange(1, 100_000), default=300, show_default=True, help="Sample leads.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("sandbox"),
    show_default=True,
    help="Where settings and certificate are written for services to read.",
)
def command(bind: str, name: str, leads: int, folder: Path) -> None:
    """Serve an invented Dataverse with sample leads until Ctrl-C or SIGTERM; needs no settings and no network.

    Dataverse, sign-in, Teams, flows and the managed identity take the port of --bind and the four after it. The folder
    gets ca.pem, settings.env (`set -a; . sandbox/settings.env`), and each secret in a file of its own for the settings
    that end in _FILE. Certificate, secrets and data are new at every start. Cards that arrive are told of.

    Exit codes: 0 ended on request; 2 wrong use; 3 the address is taken, or the folder cannot be written.
    """
    host, port = _address(bind)
    with stopped_by_signals() as stop:
        _forget(folder)
        try:
            sandbox = start_sandbox(host=host, name=name, port=port, in_a_row=True, leads=leads)
        except OSError as error:
            raise SandboxError(
                f"{bind} and the four ports after it cannot be listened on ({error.strerror or error}).",
                remedy="Choose another --bind.",
            ) from error
        with sandbox:
            told = _write(folder, sandbox.settings)
            click.echo(f"Sandbox on {sandbox.url}; the settings of services are in {told}. Ctrl-C ends it.")
            seen = 0
            while not stop.wait(0.5):
                for card in sandbox.teams.cards[seen:]:
                    click.echo(f"A card arrived in {card.channel}.")
                    seen += 1
    click.echo("Ended.")


def _address(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError as error:
        raise click.UsageError("--bind is no address of the form IP:PORT, such as 127.0.0.1:8443.") from error
    if not port.isdigit() or not 0 < int(port) <= LARGEST_FIRST_PORT:
        raise click.UsageError(f"--bind wants a port from 1 to {LARGEST_FIRST_PORT}, since it takes four more.")
    return host.strip("[]"), int(port)


def _forget(folder: Path) -> None:
    """Make the folder, or take settings.env of an earlier start out of it."""
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        (folder / SETTINGS).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def _unwritable(folder: Path, error: OSError) -> SandboxError:
    return SandboxError(f"{folder} cannot be written ({error.strerror or error}).", remedy="Choose another --folder.")


def _write(folder: Path, settings: Mapping[str, str]) -> Path:
    """Write what services need, settings.env last: where it stands, the sandbox serves. Returns its path."""
    told = folder.absolute() / SETTINGS
    try:
        ca = folder.absolute() / CA
        shutil.copyfile(settings[f"{PREFIX}CA_BUNDLE"], ca)
        values = {**settings, f"{PREFIX}CA_BUNDLE": str(ca)}
        for secret in SECRETS:
            if value := values.get(PREFIX + secret.upper()):
                _private(folder / secret, value)
        _private(told, "".join(f"{key}={shlex.quote(value)}\n" for key, value in sorted(values.items())))
    except OSError as error:
        raise _unwritable(folder, error) from error
    return told


def _private(path: Path, text: str) -> None:
    """Write a file that its owner alone can read, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
