"""The one origin that requests go to: addresses are made absolute here, and refused where they lead elsewhere."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from connector.errors import OutsideError

API_PATH = "/api/data/v9.2/"


class Origin:
    """An environment's address (`https://org.crm4.dynamics.com`; a path is ignored); ValueError unless https."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname or parts.username is not None:
            raise ValueError("The environment's address must be https://host, without a user name.")
        self.host = parts.hostname
        self.url = f"https://{parts.netloc.lower()}"
        self.root = self.url + API_PATH
        self._key = _key(url)

    def locate(self, link: str, *, doing: str) -> str:
        """Make an address absolute; OutsideError when it does not lead to this origin."""
        if "\\" in link or not link.isprintable():  # read differently by different parsers
            raise self._foreign(doing)
        try:
            url = urljoin(self.root, link)
            if _key(url) != self._key:
                raise self._foreign(doing)
        except ValueError:
            raise self._foreign(doing) from None
        return url

    def _foreign(self, doing: str) -> OutsideError:
        """Say that a link leads elsewhere, without naming where."""
        return OutsideError(
            f"A link leads away from {self.host}, while {doing}; it is not followed, since a token would go with it.",
            remedy="Set CONNECTOR_DATAVERSE_URL to the address that the environment gives itself (Environment URL in "
            "the Power Platform admin center), and check any proxy that rewrites answers.",
        )


def _key(url: str) -> tuple[str, str, int, bool]:
    """Give what two addresses must share: scheme, host, port, and that nobody is named in it."""
    parts = urlsplit(url)
    return parts.scheme, (parts.hostname or "").rstrip("."), parts.port or 443, parts.username is None
