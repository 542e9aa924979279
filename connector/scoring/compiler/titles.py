"""What a scorer needs of a reader of job titles, and the reader that is used when the caller hands in none."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Protocol


class Title(Protocol):
    """What a job title says; None where it does not say. Confidence is 0-1."""

    @property
    def seniority(self) -> str | None:
        """The rank."""
        ...

    @property
    def function(self) -> str | None:
        """The department."""
        ...

    @property
    def confidence(self) -> float:
        """How sure the reader is."""
        ...


TitleReader = Callable[[str], Title]
_KEPT = 65_536


def remembering(reader: TitleReader | None) -> TitleReader:
    """The reader (ours when None is given), with its answers kept by text."""
    return lru_cache(maxsize=_KEPT)(reader or _standard)


def _standard(text: str) -> Title:
    from connector.scoring.titles import read_title  # noqa: PLC0415 - large tables, needed by models of titles only

    title: Title = read_title(text)
    return title
