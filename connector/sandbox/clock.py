"""The sandbox's time: what createdon, modifiedon and the age of delta tokens are made from. Tokens use real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time, or a time that stands still until somebody moves it."""

    def __init__(self, fixed: datetime | None = None) -> None:
        if fixed is not None and fixed.tzinfo is None:
            raise ValueError("the sandbox's time needs a zone: give an aware datetime")
        self._fixed = None if fixed is None else fixed.astimezone(UTC)

    def __call__(self) -> datetime:
        """The time now, aware UTC, whole seconds as Dataverse keeps them."""
        now = datetime.now(UTC) if self._fixed is None else self._fixed
        return now.replace(microsecond=0)

    def set(self, now: datetime | None) -> None:
        """Stand still at `now`, or run with real time again (None)."""
        self.__init__(now)  # type: ignore[misc]  # the same checks as at the start

    def advance(self, by: timedelta) -> None:
        """Move a standing clock; one that runs stands still from then on."""
        self._fixed = self() + by


def wire(moment: datetime) -> str:
    """A moment as Dataverse writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
