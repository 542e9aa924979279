"""Standard output and error as commands write to them: a reader that goes away ends nothing, a full disk is said."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from connector.errors import OutsideError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

OUT, ERR = 1, 2


def guard() -> None:
    """Write to standard output and error through guards. Raises OutsideError where standard output is closed."""
    # Python has None for a closed stream, whatever the type says.
    if sys.stderr is None:
        _divert(ERR)
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(GuardedFile(ERR)), encoding="utf-8", line_buffering=True)
    sys.stderr = _guarded(sys.stderr, ERR)
    if sys.stdout is None:
        raise OutsideError(
            "The output cannot be written: standard output is closed.",
            remedy="Nothing was done. Send it to /dev/null where nobody reads it.",
        )
    sys.stdout = _guarded(sys.stdout, OUT)


def _guarded(stream: TextIO, descriptor: int) -> TextIO:
    """The stream over a guard; itself where it is none of the process's own (a test's, a Windows console)."""
    binary = getattr(stream, "buffer", None)
    if not isinstance(stream, io.TextIOWrapper) or type(getattr(binary, "raw", binary)) is not io.FileIO:
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(GuardedFile(descriptor)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )


class GuardedFile(io.FileIO):
    """A descriptor of the process, written to until that fails; from then on /dev/null stands in its place.

    Nothing fails where the reader has gone (`connector doctor | head -1`): what the command does is done, and its exit
    code is its own. So it is with whatever standard error meets: nobody could be told.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "wb", closefd=False)

    def write(self, data: ReadableBuffer, /) -> int:
        """Write. Raises OutsideError, once, where standard output takes no more for another reason than its reader."""
        try:
            return super().write(data)
        except OSError as error:
            _divert(self.fileno())
            if self.fileno() == OUT and not isinstance(error, BrokenPipeError):
                raise OutsideError(
                    f"The output cannot be written: {error.strerror}.", remedy="Make room, or send it elsewhere."
                ) from None
            return memoryview(data).nbytes


def _divert(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    if nowhere != descriptor:  # it was closed, and /dev/null took its number
        os.dup2(nowhere, descriptor)
        os.close(nowhere)
