"""What each timer asks the service for, where the service is, and which time of a schedule it is. No network here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from croniter import CroniterError, croniter

FIELDS = 6  # NCRONTAB: second minute hour day month weekday


class TimerSettingError(ValueError):
    """An app setting is missing or cannot be used; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to ask for: `path` below the API's address, and the body to post."""

    name: str
    path: str
    body: Mapping[str, str]


ERRANDS: Mapping[str, Errand] = {
    errand.name: errand
    for errand in (
        Errand("sync", "/runs", {"kind": "sync"}),
        Errand("refresh", "/runs", {"kind": "refresh"}),
        Errand("reconcile", "/runs", {"kind": "full_sync"}),
        Errand("digest", "/tasks", {"task": "digest"}),
        Errand("prune", "/tasks", {"task": "prune"}),
    )
}


@dataclass(frozen=True, slots=True)
class Target:
    """The service: the address of its API, the App ID URI that tokens are for, and the schedules by errand.

    `identity` is the client id of a user-assigned identity, None for the app's own. `ca_bundle` is a PEM file.
    """

    api: str
    resource: str
    identity: str | None
    schedules: Mapping[str, str]
    ca_bundle: str | None = None

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Target:
        """Read the app settings; TimerSettingError names the one that is missing or no https address."""
        url = _wanted(settings, "SERVICE_URL", "the address of the service, such as https://leads.contoso.com").rstrip(
            "/"
        )
        if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
            raise TimerSettingError("SERVICE_URL is no https address: the token must not travel in the clear.")
        return cls(
            f"{url}/api/v1",
            _wanted(settings, "SERVICE_RESOURCE", "the App ID URI of the service's registration, such as api://..."),
            settings.get("IDENTITY_CLIENT_ID", "").strip() or None,
            {name: settings.get(f"{name.upper()}_SCHEDULE", "").strip() for name in ERRANDS},
            settings.get("CA_BUNDLE", "").strip() or None,
        )

    def slot(self, name: str, now: datetime) -> datetime:
        """The latest time of an errand's schedule, not after `now` (UTC): what its idempotency key is made of."""
        text = self.schedules.get(name, "")
        setting = f"{name.upper()}_SCHEDULE"
        if len(text.split()) != FIELDS:
            raise TimerSettingError(f"{setting} is no NCRONTAB expression of six fields, such as 0 */15 * * * *.")
        try:
            # Day of month and weekday must both match in NCRONTAB; a moment itself counts as passed.
            times = croniter(text, now + timedelta(seconds=1), second_at_beginning=True, day_or=False)
            latest: datetime = times.get_prev(datetime)
        except CroniterError as error:
            raise TimerSettingError(f"{setting} cannot be read: {error}") from error
        return latest.astimezone(UTC)


def idempotency_key(errand: Errand, slot: datetime) -> str:
    """The same errand for the same time has the same key, on every host and at every try."""
    return f"timer.{errand.name}.{slot:%Y%m%dT%H%M%SZ}"


def _wanted(settings: Mapping[str, str], name: str, what: str) -> str:
    value = settings.get(name, "").strip()
    if not value:
        raise TimerSettingError(f"The app setting {name} is missing: set it to {what}.")
    return value
