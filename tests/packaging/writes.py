"""Where processes write: what is opened for writing in Python is noted, but for the places where it may be."""

from __future__ import annotations

from pathlib import Path

# Put before everything else that a process imports: notes what is opened for writing anywhere but where it may be.
GUARD = """
import os, sys
noted, allowed = os.environ["CONNECTOR_TEST_WRITTEN"], tuple(os.environ["CONNECTOR_TEST_WRITABLE"].split(":"))

def look(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        path = os.path.abspath(arguments[0])
        if path != noted and not path.startswith(allowed):
            with open(noted, "a") as file:
                file.write(path + chr(10))

sys.addaudithook(look)
"""


def guard(folder: Path) -> dict[str, str]:
    """What lets a process note where it writes, but for the data folder, its own /tmp, and what is in memory."""
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(GUARD)
    (folder / "tmp").mkdir()
    return {
        "PYTHONPATH": str(folder / "guard"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder / "tmp"),
        "CONNECTOR_TEST_WRITTEN": str(folder / "written"),
        "CONNECTOR_TEST_WRITABLE": ":".join((str(folder / "data"), str(folder / "tmp"), "/dev/", "/proc/")),
    }


def written(folder: Path) -> str:
    """Where the processes wrote that may write to /data and /tmp alone."""
    noted = folder / "written"
    return noted.read_text() if noted.exists() else ""
