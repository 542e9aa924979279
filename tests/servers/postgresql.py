"""A PostgreSQL server that tests start themselves: from the machine's binaries, never as root, on a socket alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALL = "make system-deps"
_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/bin")
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses=''"


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, the newest found; None where the machine has none."""
    found = [
        folder
        for place in _PLACES
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True)
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists()
    ]
    on_path = shutil.which("initdb")
    return found[0] if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server from the binaries of `folder`; yields the URL of its superuser's database."""
    user = _user()
    # Short: a socket's path has at most about 100 characters, which a test's own folder may exceed.
    data = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if user:
        shutil.chown(data, user)

    def run(*command: str) -> None:
        done = subprocess.run(command, user=user, env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, cwd=data,
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")

    try:
        run(str(folder / "initdb"), "-D", f"{data}/db", "-U", "tests", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"{_QUICK} -c unix_socket_directories={data}"
        run(str(folder / "pg_ctl"), "-D", f"{data}/db", "-l", f"{data}/log", "-o", options, "-w", "start")
        try:
            yield f"postgresql+psycopg://tests@/postgres?host={data}"
        finally:
            run(str(folder / "pg_ctl"), "-D", f"{data}/db", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def standby(folder: Path, url: str) -> Iterator[str]:
    """Run a standby of the server of a URL, which commits nothing any more that the standby has not; yields its URL."""
    user, data = _user(), Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if user:
        shutil.chown(data, user)
    try:
        _run(folder, data, "pg_basebackup", "-h", _data(url), "-U", "tests", "-D", f"{data}/db", "-R", "-c", "fast")
        found = f"postgresql+psycopg://tests@/postgres?host={data}"
        start(folder, found)
        try:
            for setting in (
                "ALTER SYSTEM SET synchronous_standby_names = '*'",
                "ALTER DATABASE postgres SET synchronous_commit = 'on'",
                "SELECT pg_reload_conf()",
            ):
                _run(folder, data, "psql", "-h", _data(url), "-U", "tests", "-d", "postgres", "-qc", setting)
            yield found
        finally:
            stop(folder, found)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def promote(folder: Path, url: str) -> None:
    """Let a standby take writes."""
    _control(folder, url, "-w", "promote")


def restart(folder: Path, url: str) -> None:
    """Restart the server of a URL that `running` gave: every session ends, what was committed stays."""
    _control(folder, url, "-m", "fast", "-w", "restart")


def stop(folder: Path, url: str) -> None:
    """Stop the server of a URL that `running` gave, at once, as a crash does."""
    _control(folder, url, "-m", "immediate", "-w", "stop")


def start(folder: Path, url: str) -> None:
    """Start it again."""
    data = _data(url)
    _control(folder, url, "-o", f"{_QUICK} -c unix_socket_directories={data}", "-w", "start")


def _data(url: str) -> str:
    return url.partition("host=")[2].partition("&")[0].replace("%2F", "/")


def _control(folder: Path, url: str, *arguments: str) -> None:
    data = _data(url)
    _run(folder, Path(data), "pg_ctl", "-D", f"{data}/db", "-l", f"{data}/log", *arguments)


def _run(folder: Path, place: Path, program: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(folder / program), *arguments],
        user=_user(), env={"PATH": os.environ["PATH"], "LC_ALL": "C"}, cwd=place,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{program} {arguments[-1]} failed: {done.stderr.decode(errors='replace')}")


def _user() -> str | None:
    """Whom to run the server as: ourselves, or, since it refuses root, an unprivileged user."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
