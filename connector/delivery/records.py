"""Links to a record in a model-driven app, for cards and notifications.

The form is the documented one (`pagetype=entityrecord`, `etn`, `id`, `appid`); the host is the environment's own, so
that it fits every cloud.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from connector.errors import ConnectorError


@dataclass(frozen=True, slots=True)
class RecordLinks:
    """Links into one environment; without an app id Dynamics opens each user's default app."""

    environment_url: str
    app_id: str | None = None

    def __post_init__(self) -> None:
        """Refuse an environment whose URL is not https with a host. Raises ConnectorError."""
        parts = urlsplit(self.environment_url)
        if parts.scheme != "https" or not parts.hostname:
            raise ConnectorError(
                "The record link needs the environment's https URL.",
                remedy="Set CONNECTOR_DATAVERSE_URL, such as https://org.crm4.dynamics.com.",
            )

    @property
    def host(self) -> str:
        """The environment's host, with its port where it has one."""
        return urlsplit(self.environment_url).netloc.rpartition("@")[2]

    def lead(self, lead_id: str) -> str:
        """Return the address of a lead's form."""
        return self._page(pagetype="entityrecord", etn="lead", id=lead_id)

    def account(self, account_id: str) -> str:
        """Return the address of an account's form."""
        return self._page(pagetype="entityrecord", etn="account", id=account_id)

    def leads(self) -> str:
        """Return the address of the list of leads, in the view that each user has chosen."""
        return self._page(pagetype="entitylist", etn="lead")

    def _page(self, **page: str) -> str:
        query = {"appid": self.app_id} if self.app_id else {}
        return f"https://{self.host}/main.aspx?{urlencode(query | page)}"
