"""How a callback URL is posted to: its bytes as they are, no redirects, no cookies, a bounded answer, a silent log.

`requests` and `urllib3` re-encode URLs and write them into debug logs; a flow's URL is signed and secret. What an
answer means is not decided here.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from connector.delivery.addresses import AddressRule

_POOL = 32  # as many as are sent at once: flows of one environment share a host
_CHUNK = 1_024


@dataclass(frozen=True, slots=True)
class _Post:
    """The post under way in this thread: its request target, and which addresses it may connect to."""

    target: str
    addresses: AddressRule


_post: ContextVar[_Post | None] = ContextVar("post", default=None)


class _VerbatimConnection(HTTPSConnection):
    """Sends the request target that was handed to us; urllib3 would change the case of its percent-encoding.

    Connects to the very address that was checked, so that a name which resolves anew leads nowhere else.
    """

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        post = _post.get()
        super().putrequest(method, url if post is None else post.target, *args, **kwargs)

    def _new_conn(self) -> socket.socket:
        """Resolve, check, connect. Raises DestinationError; behind a proxy that is the proxy's to do."""
        post = _post.get()
        if post is None or self.proxy is not None:
            return super()._new_conn()
        try:
            found = post.addresses.candidates(self.host, self.port)
        except (OSError, UnicodeError) as error:
            raise NameResolutionError(self.host, self, socket.gaierror(type(error).__name__)) from None
        failed: NewConnectionError | ConnectTimeoutError = NewConnectionError(self, "the name has no address")
        for *_, address in found:
            place = (str(address[0]), int(address[1]))  # a number: nothing is resolved again
            try:
                return create_connection(place, self.timeout, self.source_address, self.socket_options)
            except TimeoutError:
                failed = ConnectTimeoutError(self, "no connection in time")
            except OSError as error:
                failed = NewConnectionError(self, type(error).__name__)
        raise failed


class _VerbatimPool(HTTPSConnectionPool):
    ConnectionCls = _VerbatimConnection


class _VerbatimAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _use_verbatim(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(proxy, **kwargs)
        _use_verbatim(manager)
        return manager


def _use_verbatim(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "https": _VerbatimPool}


class _Session(requests.Session):
    """Sees no redirect: `requests` would read a redirect's whole body, even where it does not follow."""

    def get_redirect_target(self, resp: requests.Response) -> None:  # noqa: ARG002 - the signature is the library's
        return None


def open_session() -> requests.Session:
    """Return a session for https posts; it keeps no cookies, takes no credentials from `.netrc` and never retries."""
    session = _Session()
    session.mount("https://", _VerbatimAdapter(pool_connections=_POOL, pool_maxsize=_POOL, max_retries=0))
    session.mount("http://", _Refusing())
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _no_credentials
    return session


class _Refusing(HTTPAdapter):
    """Plain http leaves no process of ours, whatever a caller overlooked."""

    def send(self, *_args: Any, **_kwargs: Any) -> requests.Response:
        raise requests.exceptions.InvalidSchema("only https is posted to")


def _no_credentials(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def post_verbatim(
    session: requests.Session,
    url: str,
    body: bytes,
    *,
    verify: bool | str,
    timeout_s: tuple[float, float],
    addresses: AddressRule | None = None,
    headers: Mapping[str, str] | None = None,
) -> requests.Response:
    """POST JSON once to exactly this URL, at an address that `addresses` permits (None: a public one).

    The answer is open and must be closed. Raises RequestException, DestinationError.
    """
    told = {**(headers or {}), "Content-Type": "application/json; charset=utf-8"}
    request = session.prepare_request(requests.Request("POST", url, data=body, headers=told))
    request.url = url
    settings = session.merge_environment_settings(url, {}, stream=True, verify=verify, cert=None)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    token = _post.set(_Post(target, addresses or AddressRule()))
    try:
        return session.send(request, timeout=timeout_s, allow_redirects=False, **settings)
    finally:
        _post.reset(token)


def read_bounded(answer: requests.Response, limit: int, within_s: float) -> bytes:
    """Read at most `limit` bytes of the body and for no longer than `within_s`; what comes after is dropped.

    The status has been read by now and decides, so a body that breaks off or cannot be decoded is just shorter.
    """
    read = bytearray()
    until = time.monotonic() + within_s
    try:
        while len(read) < limit and time.monotonic() < until:
            if not (chunk := answer.raw.read1(min(_CHUNK, limit - len(read)), decode_content=True)):
                break
            read += chunk
    except (HTTPError, OSError):
        pass
    return bytes(read)


class HideTargets(logging.Filter):
    """Takes path and query out of urllib3's debug lines, which would show signatures.

    Of every line that a post of ours writes, and of those on the hosts of the given URLs.
    """

    _LOGGER = "urllib3.connectionpool"

    def __init__(self, urls: Iterable[str]) -> None:
        super().__init__()
        self._hosts = {urlsplit(url).hostname for url in urls}

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the request target in the record's arguments; every record passes."""
        if isinstance(record.args, tuple) and (_post.get() is not None or self._names_host(record.args)):
            record.args = tuple(
                "/…" if isinstance(value, str) and value.startswith("/") else value for value in record.args
            )
        return True

    def _names_host(self, values: tuple[object, ...]) -> bool:
        return any(value in self._hosts for value in values if value is not None)

    def install(self) -> None:
        """Begin to mask."""
        logging.getLogger(self._LOGGER).addFilter(self)

    def uninstall(self) -> None:
        """Stop masking."""
        logging.getLogger(self._LOGGER).removeFilter(self)
