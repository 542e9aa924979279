"""Where we may send: an allow-list of callback hosts, and the masking of callback URLs in everything people read.

A callback URL is a secret (its `sig` lets anybody post), so no message in here ever repeats more than its host.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import SplitResult, urlsplit

from connector.errors import ConnectorError

# Hosts of flows' HTTP and webhook triggers, by cloud: commercial, US government, GCC High, DoD, China.
# Source: Microsoft's page on the addresses that Power Automate uses. Only names below these are meant.
FLOW_HOSTS = (
    "logic.azure.com",
    "logic.azure.us",
    "logic.azure.cn",
    "api.powerplatform.com",
    "api.gov.powerplatform.microsoft.us",
    "api.high.powerplatform.microsoft.us",
    "api.appsplatform.us",
    "api.powerplatform.partner.microsoftonline.cn",
)

MAX_URL_LENGTH = 4096  # callbacks of over 255 characters are normal since the move to api.powerplatform.com

_DNS_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_URL_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%#]*")  # RFC 3986, nothing to be re-encoded
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_URL_IN_TEXT = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_SECRET_IN_TEXT = re.compile(r"\b(sig|code|token|secret|key)(=|%3D)[^\s&\"'<>\\]+", re.IGNORECASE)


class DestinationError(ConnectorError):
    """A callback URL that we will not send to; the message names what is wrong and never the URL's secrets."""


def check_destination(url: str, allowed: Collection[str]) -> None:
    """Accept a URL only if it is https, well-formed and on a flow host or a host named in `allowed`.

    `allowed` is as in `host_matches`; a host named there may be loopback and have any port. The URL is only looked
    at: an explicit `:443` and the percent-encoding are the sender's to keep. Raises DestinationError.
    """
    parts = _parse(url)
    host = (parts.hostname or "").lower()
    if any(host.endswith("." + suffix) for suffix in FLOW_HOSTS) and parts.port in {None, 443}:
        return
    if host_matches(host, allowed):
        return
    raise DestinationError(
        f"{mask(url)} is not an address of a Power Automate flow or Teams workflow.",
        remedy="Copy the URL from the workflow's trigger, or name its host in CONNECTOR_ALLOWED_HOSTS.",
    )


def host_matches(host: str, allowed: Collection[str]) -> bool:
    """Tell whether a host is named by a list of suffixes, matched on label boundaries, or IP addresses, matched whole.

    `example.com` names itself and every host below it; `127.0.0.1` and `::1` name that address alone.
    """
    name = host.lower().strip("[]")
    address = _address(name)
    for entry in allowed:
        wanted = entry.strip().lower().strip("[]").lstrip(".")
        if address is not None or _address(wanted) is not None:
            if address == _address(wanted):
                return True
        elif wanted and (name == wanted or name.endswith("." + wanted)):
            return True
    return False


def mask(url: str) -> str:
    """Reduce a URL to scheme, host and port; what stood behind them is shown as dots."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "(an unreadable URL)"
    if not host or not parts.scheme or not _is_host(host):
        return "(an unreadable URL)"
    shown = f"[{host}]" if ":" in host else host
    place = f"{shown}:{port}" if port else shown
    return f"{parts.scheme}://{place}/…" + ("?…" if parts.query else "")


def mask_text(text: str) -> str:
    """Mask every URL, and every value that looks like a signature or key, in somebody else's text."""
    return _SECRET_IN_TEXT.sub(r"\1\2…", _URL_IN_TEXT.sub(lambda match: mask(match.group()), text))


def _parse(url: str) -> SplitResult:
    """Split a URL after refusing every form that two parsers could read differently."""
    if len(url) > MAX_URL_LENGTH:
        raise DestinationError(f"The URL has {len(url)} characters.", remedy=f"At most {MAX_URL_LENGTH} are taken.")
    if not _URL_CHARACTERS.fullmatch(url) or _BROKEN_PERCENT.search(url):
        raise DestinationError(
            f"{mask(url)} holds a character that no URL holds (a space, a control character, a backslash, a lone %).",
            remedy="Copy the URL again, whole and on one line.",
        )
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port  # parsed on access: raises for a port that is no number
    except ValueError as error:
        raise DestinationError("The URL cannot be read.", remedy="Copy the URL again.") from error
    if parts.scheme.lower() != "https":
        raise DestinationError(f"{mask(url)} is not https.", remedy="Use the https URL of the workflow.")
    if "@" in parts.netloc:
        raise DestinationError(f"{mask(url)} carries a user name.", remedy="Remove what stands before the @.")
    if "#" in url:
        raise DestinationError(f"{mask(url)} carries a fragment.", remedy="Remove the # and what follows.")
    if not _is_host(host):
        raise DestinationError("The URL names no host that can be read.", remedy="Copy the URL again.")
    if parts.netloc.endswith(":") or parts.port == 0:
        raise DestinationError(f"{mask(url)} has an empty port.", remedy="Remove the colon, or write :443.")
    return parts


def _is_host(host: str) -> bool:
    if _address(host) is not None:
        return True
    return len(host) <= 253 and _DNS_NAME.fullmatch(host.lower()) is not None  # noqa: PLR2004 - the limit of DNS


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
