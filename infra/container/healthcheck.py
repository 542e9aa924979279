"""Whether the container is well: one that serves is asked; one that serves nothing is well while it runs."""

import os
import sys
import urllib.request
from pathlib import Path

SERVING = ("gunicorn", "serve")
PATIENCE_S = 4


def serves(arguments: list[str]) -> bool:
    """Tell by the arguments of the container's first process whether it answers requests."""
    return any(Path(argument).name in SERVING for argument in arguments)


def main() -> int:
    """Exit code 0: well; 1: not."""
    arguments = Path("/proc/1/cmdline").read_bytes().decode(errors="replace").split("\0")
    if not serves(arguments):
        return 0
    port = os.environ.get("CONNECTOR_BIND", "0.0.0.0:8080").rpartition(":")[2]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE_S) as answer:
            return 0 if answer.status == 200 else 1  # noqa: PLR2004 - the status of success
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
