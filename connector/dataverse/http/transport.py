"""The plain HTTP layer under the sessions with Dataverse and with Entra: faults in words, bodies within bounds.

No token, no retry and no meaning of an answer in here. What `requests` takes from the machine and would get in the
way is off: cookies (ARRAffinity would tie us to one web server), .netrc (would replace our token), redirects.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from connector.errors import OutsideError

_CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one try: seconds to connect, between bytes, for the whole answer; bytes of a body; open connections."""

    connect_s: float = 10.0
    read_s: float = 120.0
    answer_s: float = 300.0
    body_bytes: int = 64 * 1_048_576
    connections: int = 16


class NoAuth(AuthBase):
    """Adds nothing; its presence keeps `requests` from looking into .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Leave the request as it is."""
        return request


class Bearer(AuthBase):
    """Adds a bearer token. Its repr does not show it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def outfit(http: requests.Session, *, pool_size: int, use_machine: bool = True) -> None:
    """Make a `requests` session one that threads may share: pooled, without cookies and retries of its own.

    `use_machine` False ignores the machine's proxy settings (for the identity endpoint of the machine itself).
    """
    adapter = HTTPAdapter(pool_connections=4, pool_maxsize=pool_size, max_retries=0)
    http.mount("https://", adapter)
    http.mount("http://", adapter)
    http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    http.trust_env = use_machine


def read_body(
    response: requests.Response, *, limit: int, deadline: float, monotonic: Callable[[], float], doing: str
) -> bytes:
    """Read an answer's body up to `limit` bytes and until `deadline`. Raises OutsideError; `requests` errors pass."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(_CHUNK):
        size += len(part)
        if size > limit:
            raise OutsideError(
                f"The answer is larger than {limit // 1_048_576} MB, while {doing}; reading stopped.",
                remedy="Lower the page size.",
                status=response.status_code,
            )
        if monotonic() > deadline:
            raise OutsideError(
                f"The answer came too slowly, while {doing}; reading stopped.",
                remedy="Check the network; lower the page size.",
                status=response.status_code,
                retryable=True,
            )
        parts.append(part)
    return b"".join(parts)


def network_fault(error: OSError, *, host: str, doing: str) -> OutsideError:
    """Say in words what kept a request from being answered. Never quotes the exception: it may hold an address."""
    if _is_untrusted(error):
        return OutsideError(
            f"The certificate of {host} is not trusted, while {doing}.",
            remedy="If your network inspects TLS, or the server has its own authority, set CONNECTOR_CA_BUNDLE to "
            "the PEM file of that authority; check this machine's clock.",
        )
    for kind, text, remedy in _FAULTS:
        if isinstance(error, kind):
            return OutsideError(f"{text.format(host=host)}, while {doing}.", remedy=remedy, retryable=True)
    if not isinstance(error, requests.RequestException):  # `requests` looks for the file before it connects
        return OutsideError(
            f"The file of trusted authorities cannot be read, while {doing}.",
            remedy="Check that CONNECTOR_CA_BUNDLE (or REQUESTS_CA_BUNDLE) names a PEM file.",
        )
    return OutsideError(
        f"The request to {host} could not be made ({type(error).__name__}), while {doing}.",
        remedy="Check the address and the proxy settings.",
    )


_NETWORK = "Check the network, DNS and any proxy between this machine and the server; then run again."
_FAULTS: tuple[tuple[type[OSError], str, str], ...] = (
    (requests.exceptions.ConnectTimeout, "{host} did not accept a connection in time", _NETWORK),
    (requests.exceptions.ReadTimeout, "{host} did not answer in time", _NETWORK),
    (
        requests.exceptions.ChunkedEncodingError,
        "The connection to {host} broke off in the middle of an answer",
        _NETWORK,
    ),
    (requests.exceptions.ContentDecodingError, "The answer of {host} was cut or damaged", _NETWORK),
    (requests.exceptions.ProxyError, "The proxy on the way to {host} could not be used", _NETWORK),
    (requests.exceptions.ConnectionError, "{host} could not be reached, or closed the connection", _NETWORK),
)


def _is_untrusted(error: BaseException) -> bool:
    """Tell whether a failed certificate check is among an exception's causes."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, ssl.SSLCertVerificationError):
            return True
        waiting += [current.__cause__, current.__context__, getattr(current, "reason", None), *current.args]
    return False
