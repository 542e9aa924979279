"""How a callback URL is posted to: its bytes as they are, no redirects, no cookies, a bounded answer, a silent log.

`requests` and `urllib3` re-encode URLs and write them into debug logs; a flow's URL is signed and secret. What an
answer means is not decided here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from contextvars import ContextVar
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

_POOL = 8
_CHUNK = 1_024
_target: ContextVar[str | None] = ContextVar("target", default=None)


class _VerbatimConnection(HTTPSConnection):
    """Sends the request target that was handed to us; urllib3 would change the case of its percent-encoding."""

    def putrequest(self, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        super().putrequest(method, _target.get() or url, *args, **kwargs)


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
    session: requests.Session, url: str, body: bytes, *, verify: bool | str, timeout_s: tuple[float, float]
) -> requests.Response:
    """POST JSON once to exactly this URL; the answer is open and must be closed. Raises RequestException."""
    request = session.prepare_request(
        requests.Request("POST", url, data=body, headers={"Content-Type": "application/json; charset=utf-8"})
    )
    request.url = url
    settings = session.merge_environment_settings(url, {}, stream=True, verify=verify, cert=None)
    parts = urlsplit(url)
    token = _target.set((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    try:
        return session.send(request, timeout=timeout_s, allow_redirects=False, **settings)
    finally:
        _target.reset(token)


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
    """Takes path and query out of urllib3's debug lines on the hosts of the given URLs, which would show signatures."""

    _LOGGER = "urllib3.connectionpool"

    def __init__(self, urls: Iterable[str]) -> None:
        super().__init__()
        self._hosts = {urlsplit(url).hostname for url in urls}

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the request target in the record's arguments; every record passes."""
        if isinstance(record.args, tuple) and any(value in self._hosts for value in record.args if value is not None):
            record.args = tuple(
                "/…" if isinstance(value, str) and value.startswith("/") else value for value in record.args
            )
        return True

    def install(self) -> None:
        """Begin to mask."""
        logging.getLogger(self._LOGGER).addFilter(self)

    def uninstall(self) -> None:
        """Stop masking."""
        logging.getLogger(self._LOGGER).removeFilter(self)
