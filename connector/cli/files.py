"""Text that commands read from files and from standard input, with errors that name the file."""

from __future__ import annotations

import sys
from pathlib import Path

from connector.errors import DocumentError

STDIN = "-"


def read_text(path: Path) -> str:
    """Read a file as UTF-8, `-` as standard input. Raises DocumentError."""
    try:
        if str(path) == STDIN:
            return sys.stdin.buffer.read().decode("utf-8-sig")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name_of(path)} is not UTF-8 text.", remedy="Save it as UTF-8.") from error
    except OSError as error:
        raise DocumentError(
            f"{name_of(path)} cannot be read: {error.strerror or type(error).__name__}.",
            remedy="Check the path and its permissions.",
        ) from error


def name_of(path: Path) -> str:
    """What a person calls the file."""
    return "The standard input" if str(path) == STDIN else str(path)
