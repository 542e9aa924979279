"""Which addresses are taken for an environment and for an authority.

Those of Teams and flows stand in `delivery.guard`. Nothing is resolved or reached here.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from connector.delivery.guard import host_matches

# Hosts of Dataverse and of Entra ID, commercial and sovereign (facts 8.2 and 13).
DATAVERSE_HOSTS = ("dynamics.com", "microsoftdynamics.us", "appsplatform.us", "dynamics.cn")
AUTHORITY_HOSTS = (
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "login.chinacloudapi.cn",
    "login.sovcloud-identity.fr",
    "login.sovcloud-identity.de",
    "login.sovcloud-identity.sg",
)


def check_environment(url: str, extra: tuple[str, ...]) -> None:
    """Raise ValueError unless `url` is the bare https address of a Dataverse host, or of one in `extra`."""
    _check_origin(url, DATAVERSE_HOSTS, extra, path=False)


def check_authority(url: str, extra: tuple[str, ...]) -> None:
    """Raise ValueError unless `url` is an https authority with its tenant, at a known host or one in `extra`."""
    _check_origin(url, AUTHORITY_HOSTS, extra, path=True)


def _check_origin(url: str, hosts: tuple[str, ...], extra: tuple[str, ...], *, path: bool) -> None:
    """Raise ValueError unless `url` is https at an allowed host, with one path segment where `path`, else none."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("is not an https URL. Begin it with https://.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("has a user, a query or a fragment. Give the plain address.")
    segments = [segment for segment in parts.path.split("/") if segment]
    if path and len(segments) != 1:
        raise ValueError("does not end in the tenant. Write https://login.microsoftonline.com/<your tenant id>.")
    if not path and segments:
        raise ValueError("has a path. Give the environment's address alone, such as https://org.crm4.dynamics.com.")
    if not host_matches(parts.hostname, (*hosts, *extra)):
        raise ValueError(
            f"names the host {parts.hostname}, which is not a known one. "
            "If it is yours, add it to CONNECTOR_ALLOWED_HOSTS."
        )
