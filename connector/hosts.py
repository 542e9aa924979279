"""Which addresses are taken for an environment and for an authority.

Those of Teams and flows stand in `delivery.guard`. Nothing is resolved or reached here.
"""

from __future__ import annotations

from urllib.parse import SplitResult, parse_qs, urlsplit

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
# Azure Database for PostgreSQL by cloud, with what its tokens are for.
DATABASE_RESOURCES = {
    "postgres.database.azure.com": "https://ossrdbms-aad.database.windows.net",
    "postgres.database.usgovcloudapi.net": "https://ossrdbms-aad.database.usgovcloudapi.net",
    "postgres.database.chinacloudapi.cn": "https://ossrdbms-aad.database.chinacloudapi.cn",
}
SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})


def check_environment(url: str, extra: tuple[str, ...]) -> None:
    """Raise ValueError unless `url` is the bare https address of a Dataverse host, or of one in `extra`."""
    _check_origin(url, DATAVERSE_HOSTS, extra, path=False)


def check_authority(url: str, extra: tuple[str, ...]) -> None:
    """Raise ValueError unless `url` is an https authority with its tenant, at a known host or one in `extra`."""
    _check_origin(url, AUTHORITY_HOSTS, extra, path=True)
    tenant = urlsplit(url).path.strip("/")
    if tenant.lower() in SHARED_TENANTS:
        raise ValueError(f"ends in {tenant}, which is no tenant. An app signs in to one: write your tenant's id.")


def database_resource(url: str, extra: tuple[str, ...]) -> str:
    """What a token for this PostgreSQL URL is for. Raises ValueError unless it may be sent there as a password.

    That is to Azure's servers, and hosts in `extra`, which are taken for Azure's by another name; their certificate has
    to be checked. On a socket of this machine nothing can be lost.
    """
    parts = _split(url)
    query = parse_qs(parts.query)
    hosts = [host for text in query.get("host", []) for host in text.split(",")] or [parts.hostname or ""]
    if all(host.startswith("/") for host in hosts):
        return DATABASE_RESOURCES["postgres.database.azure.com"]
    if query.get("sslmode") != ["verify-full"]:
        raise ValueError("sends a token to the server, whose certificate must be checked: add sslmode=verify-full.")
    found = set()
    for host in hosts:
        name = host.partition(":")[0].lower()
        if not host_matches(name, (*DATABASE_RESOURCES, *extra)):
            raise ValueError(
                f"sends tokens to Azure's PostgreSQL servers, and {name or 'no host'} is not a known one. "
                "If it is yours, add it to CONNECTOR_ALLOWED_HOSTS."
            )
        found.add(next((one for end, one in DATABASE_RESOURCES.items() if host_matches(name, (end,))), ""))
    found.discard("")
    if len(found) > 1:
        raise ValueError("has servers of several clouds, for which one token is not enough.")
    return found.pop() if found else DATABASE_RESOURCES["postgres.database.azure.com"]


def _check_origin(url: str, hosts: tuple[str, ...], extra: tuple[str, ...], *, path: bool) -> None:
    """Raise ValueError unless `url` is https at an allowed host, with one path segment where `path`, else none."""
    parts = _split(url)
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


def _split(url: str) -> SplitResult:
    """Take a URL apart. Raises ValueError for one that cannot be read, a port that is no port included."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # parsed on access
    except ValueError:
        raise ValueError("cannot be read as a URL. Copy it again, such as https://org.crm4.dynamics.com.") from None
    if not url.isprintable() or any(character in url for character in " \\"):
        raise ValueError("holds a character that no URL holds. Copy it again.")
    return parts
