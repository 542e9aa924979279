"""The sandbox's time: what createdon, modifiedon and the age of delta tokens are made from. Tokens use real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, or a time that stands still until somebody moves it."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed: datetime | None = None
        self.set(fixed)

    def __call__(self) -> datetime:
        """The time now, aware UTC, whole seconds as Dataverse keeps them."""
        now = datetime.now(UTC) if self._fixed is None else self._fixed
        return now.replace(microsecond=0)

    def set(self, now: datetime | None) -> None:
        """Stand still at `now`, or run with real time again (None). Raises ValueError for a time without a zone."""
        if now is not None and now.tzinfo is None:
            raise ValueError("the sandbox's time needs a zone: give an aware datetime")
        self._fixed = None if now is None else now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move a standing clock; one that runs stands still from then on."""
        self._fixed = self() + by


def wire(moment: datetime) -> str:
    """A moment as Dataverse writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
