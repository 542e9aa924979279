"""The port of what is remembered of an environment: its metadata as last read. No adapter is imported here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Picture:
    """An environment's metadata as they were read: for which documents, when, and what an adapter made of them."""

    purpose: str
    read_at: datetime
    body: Mapping[str, Any]


class PictureStore(Protocol):
    """The metadata that were read last, by the origin of the environment."""

    def remember_picture(self, origin: str, taken: Picture) -> None:
        """Keep a picture in place of the one before."""
        ...

    def picture(self, origin: str) -> Picture | None:
        """The picture that was kept last; None where there is none."""
        ...

    def forget_pictures(self) -> None:
        """Keep none: the next run reads afresh."""
        ...
