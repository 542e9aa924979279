"""The issuers of one tenant, v1 and v2, with their signing keys: fetched over TLS, kept, never fetched in a flood.

What a token says is not judged here. Keys of an authority that is out of reach serve on for a day.
"""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError

from jwt import PyJWK, PyJWKClient, PyJWTError

from connector.web.access import SignInUnavailableError

FETCH_TIMEOUT_S = 5.0
FRESH_S = 3_600.0  # Entra publishes a key long before it signs with it, and an unknown key is looked up at once anyway
STALE_S = 86_400.0
COOLDOWN_S = 30.0  # between two fetches of one document, whatever is presented
ALGORITHM = "RS256"
_LEAST_BITS = 2048
_FORMS = ("/v2.0", "")  # where the metadata of v2 and of v1 tokens stand below the tenant
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(slots=True)
class Issuer:
    """One form of the tenant's tokens; `name` is empty until its metadata have been read."""

    metadata_url: str
    name: str = ""
    keys_url: str = ""
    absent: bool = False  # the authority says that it has no such form
    metadata_tried_at: float | None = None
    keys: Mapping[str, PyJWK] = field(default_factory=dict)
    keys_tried_at: float | None = None
    keys_fetched_at: float | None = None


class Issuers:
    """Issuers and keys of one tenant; safe to use from several threads. `clock` is monotonic seconds."""

    def __init__(self, tenant_url: str, *, tls: ssl.SSLContext, clock: Callable[[], float]) -> None:
        self._issuers = tuple(Issuer(f"{tenant_url}{form}/.well-known/openid-configuration") for form in _FORMS)
        self._tls = tls
        self._clock = clock
        self._lock = threading.Lock()

    def find(self, name: str) -> Issuer | None:
        """Return the issuer of exactly that name, None when the tenant has none such.

        Raises SignInUnavailableError while that cannot be said.
        """
        if not (found := self._known(name)) and self._wants_metadata():
            with self._held(SignInUnavailableError("The metadata of Entra ID are being read.", retry_after_s=1)):
                for issuer in self._issuers:
                    self._discover(issuer)
            found = self._known(name)
        if not found and any(not (issuer.name or issuer.absent) for issuer in self._issuers):
            raise _out_of_reach()
        return found

    def key(self, issuer: Issuer, kid: str) -> PyJWK | None:
        """Return the issuer's key of that id, None when it has none such; as `find` while that cannot be said."""
        if self._wants_keys(issuer, kid):
            if kid in issuer.keys:  # an old key serves until the new ones are there: nobody waits for it
                if self._lock.acquire(blocking=False):
                    try:
                        self._fetch_keys(issuer, kid)
                    finally:
                        self._lock.release()
            else:
                with self._held(SignInUnavailableError("The keys of Entra ID are being read.", retry_after_s=1)):
                    self._fetch_keys(issuer, kid)
        if self._age_s(issuer) > STALE_S or (kid not in issuer.keys and issuer.keys_tried_at != issuer.keys_fetched_at):
            raise _out_of_reach()
        return issuer.keys.get(kid)

    def _known(self, name: str) -> Issuer | None:
        return next((issuer for issuer in self._issuers if issuer.name and issuer.name == name), None)

    def _held(self, otherwise: SignInUnavailableError) -> _Held:
        return _Held(self._lock, otherwise)

    def _wants_metadata(self) -> bool:
        return any(not issuer.name and self._rested(issuer.metadata_tried_at) for issuer in self._issuers)

    def _wants_keys(self, issuer: Issuer, kid: str) -> bool:
        return (kid not in issuer.keys or self._age_s(issuer) > FRESH_S) and self._rested(issuer.keys_tried_at)

    def _age_s(self, issuer: Issuer) -> float:
        return float("inf") if issuer.keys_fetched_at is None else self._clock() - issuer.keys_fetched_at

    def _rested(self, tried_at: float | None) -> bool:
        return tried_at is None or self._clock() - tried_at >= COOLDOWN_S

    def _discover(self, issuer: Issuer) -> None:
        """Read an issuer's metadata unless another thread just did."""
        if issuer.name or not self._rested(issuer.metadata_tried_at):
            return
        document, issuer.absent = self._fetch(issuer.metadata_url)
        issuer.metadata_tried_at = self._clock()  # only now: until then others wait for the outcome
        name, keys_url = document.get("issuer"), document.get("jwks_uri")
        if isinstance(name, str) and isinstance(keys_url, str) and keys_url.startswith("https://"):
            issuer.keys_url = keys_url
            issuer.name = name

    def _fetch_keys(self, issuer: Issuer, kid: str) -> None:
        """Read an issuer's keys unless another thread just did; a failure leaves the old ones."""
        if not self._wants_keys(issuer, kid):
            return
        document, _ = self._fetch(issuer.keys_url)
        listed = document.get("keys")
        keys = [_read_key(jwk, issuer.name) for jwk in listed] if isinstance(listed, list) else []
        usable = {key.key_id: key for key in keys if key is not None and key.key_id}
        now = self._clock()
        if usable:
            issuer.keys, issuer.keys_fetched_at = usable, now
        issuer.keys_tried_at = now

    def _fetch(self, url: str) -> tuple[Mapping[str, Any], bool]:
        """Read a JSON object, empty on any failure, and whether the server says that there is none."""
        # PyJWT's fetcher: https with our CA, no redirects, a time limit. It reads any JSON object.
        fetcher = PyJWKClient(url, cache_jwk_set=False, timeout=FETCH_TIMEOUT_S, ssl_context=self._tls)
        try:
            document = fetcher.fetch_data()
        except (PyJWTError, ValueError, OSError) as error:
            cause = error.__cause__
            return {}, isinstance(cause, HTTPError) and cause.code == 404  # noqa: PLR2004 - not found
        return (document if isinstance(document, dict) else {}), False


class _Held:
    """The lock, waited for as long as one fetch may take and no longer; then the given error."""

    def __init__(self, lock: threading.Lock, otherwise: SignInUnavailableError) -> None:
        self._lock = lock
        self._otherwise = otherwise

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=FETCH_TIMEOUT_S):
            raise self._otherwise

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _read_key(jwk: object, issuer: str) -> PyJWK | None:
    """Read one published key; None for what cannot be an RS256 signature key of this issuer."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "RSA" or jwk.get("use", "sig") != "sig":
        return None
    if jwk.get("alg", ALGORITHM) != ALGORITHM or not isinstance(jwk.get("kid"), str):
        return None
    # Shared key documents name each key's issuer, with a placeholder for the tenant.
    tenant = _GUID.search(issuer)
    named = str(jwk.get("issuer", issuer)).replace("{tenantid}", tenant.group() if tenant else "")
    if named != issuer:
        return None
    try:
        key = PyJWK(jwk, algorithm=ALGORITHM)
    except PyJWTError:
        return None
    return key if getattr(key.key, "key_size", 0) >= _LEAST_BITS else None


def _out_of_reach() -> SignInUnavailableError:
    return SignInUnavailableError(
        "The keys of Entra ID cannot be read now, so that no access token can be checked.",
        remedy="Try again later; if it lasts, check that this service reaches CONNECTOR_AUTHORITY.",
    )
