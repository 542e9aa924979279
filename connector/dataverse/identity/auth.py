"""Signing in to Entra ID for one Dataverse environment: the only user of MSAL.

Secret, certificate (PFX) or managed identity; MSAL keeps the token in its own cache. What a refused sign-in means
stands in `signin`. No secret, token or description of the server goes into a message, a log or a repr.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msal
from cryptography.hazmat.primitives.serialization import pkcs12

from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.identity.entra import EntraHttp, Unreachable
from connector.dataverse.identity.signin import explain_refusal
from connector.errors import SignInError

_SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """An app registration with a secret."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """An app registration with a certificate: a PFX file that holds the key, and its password if it has one."""

    client_id: str
    path: Path
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The identity of the Azure machine itself: `system`, or the client id of an assigned one."""

    identity: str = "system"


Credentials = ClientSecret | ClientCertificate | ManagedIdentity


class SignIn:
    """Tokens for one environment. Nothing is sent before the first `token()`; safe to share between threads.

    `authority` is the whole https address with the tenant (not used by a managed identity); ValueError where it is
    not. `resource` is the environment's address. `sleep`, `clock` and `jitter` are handed in by tests.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        authority: str,
        resource: str,
        ca_bundle: Path | None = None,
        policy: RetryPolicy | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = credentials
        self._is_managed = isinstance(credentials, ManagedIdentity)
        self._authority = "" if self._is_managed else _checked_authority(authority)
        self._resource = f"https://{urlsplit(resource).netloc.lower()}"
        self._http = EntraHttp(
            ca_bundle=ca_bundle,
            use_machine=not self._is_managed,  # the machine's own identity endpoint is never behind a proxy
            policy=policy or RetryPolicy(attempts=3 if self._is_managed else 5, longest_wish_s=60, budget_s=180),
            clock=clock,
            sleep=sleep,
        )
        self._lock = threading.Lock()
        self._client: Any = None  # MSAL has no types
        self._given = ""

    def __repr__(self) -> str:
        """Name the credentials, whose repr hides what is secret."""
        return f"SignIn({self._credentials!r}, authority={self._authority!r}, resource={self._resource!r})"

    def token(self) -> str:
        """Give a valid token, from MSAL's cache where it has one. Raises SignInError with what to do."""
        with self._lock:
            try:
                if self._client is None:
                    self._client = self._build()
                result = self._ask()
            except Unreachable as error:
                fault = error.fault
                raise SignInError(
                    fault.message,
                    remedy=fault.remedy,
                    status=fault.status,
                    retry_after_s=fault.retry_after_s,
                    retryable=fault.retryable,
                ) from None
            token = result.get("access_token") if isinstance(result, dict) else None
            if not isinstance(token, str) or not token:
                raise explain_refusal(result, managed=self._is_managed)
            self._given = token
            return token

    def drop(self, token: str) -> None:
        """Forget a refused token, unless another thread has got a newer one since."""
        with self._lock:
            if self._client is None or token != self._given:
                return
            if self._is_managed:
                self._client = None  # its cache goes with it: MSAL has no call that empties it
            else:
                self._client.remove_tokens_for_client()

    def close(self) -> None:
        """Give back connections."""
        self._http.close()

    def _ask(self) -> Any:
        """Ask MSAL, which looks in its cache first; its answer is a dict, refused sign-ins included."""
        try:
            if self._is_managed:
                return self._client.acquire_token_for_client(resource=self._resource)
            return self._client.acquire_token_for_client(scopes=[f"{self._resource}/.default"])
        except Unreachable:
            raise
        except (ValueError, RuntimeError, msal.exceptions.MsalError) as error:
            raise SignInError(
                f"The sign-in service's answer could not be used ({type(error).__name__}).",
                remedy="Check CONNECTOR_AUTHORITY, and for a managed identity that this machine has one.",
            ) from None

    def _build(self) -> Any:
        """Build MSAL's client, which reads the authority's configuration over the network."""
        credentials = self._credentials
        if isinstance(credentials, ManagedIdentity):
            identity = (
                msal.SystemAssignedManagedIdentity()
                if credentials.identity == "system"
                else msal.UserAssignedManagedIdentity(client_id=credentials.identity)
            )
            return msal.ManagedIdentityClient(identity, http_client=self._http)
        credential: str | dict[str, object]
        if isinstance(credentials, ClientCertificate):
            _check_certificate(credentials)
            credential = {"private_key_pfx_path": str(credentials.path), "public_certificate": True}
            if credentials.password:
                credential["passphrase"] = credentials.password
        else:
            credential = credentials.secret
        try:
            # Instance discovery would ask login.microsoftonline.com about hosts that MSAL does not know; for hosts
            # that it knows it does nothing.
            return msal.ConfidentialClientApplication(
                credentials.client_id,
                client_credential=credential,
                authority=self._authority,
                instance_discovery=False,
                http_client=self._http,
            )
        except (ValueError, KeyError, TypeError, RuntimeError, msal.exceptions.MsalError):
            raise SignInError(
                f"There is no tenant at {self._authority}, or no sign-in service.",
                remedy="Check CONNECTOR_AUTHORITY: https://login.microsoftonline.com/<tenant id>, with the tenant id "
                "from the Entra admin center (Overview).",
            ) from None


def _checked_authority(authority: str) -> str:
    """Give an authority as MSAL wants it; ValueError unless it is https with one tenant."""
    parts = urlsplit(authority.rstrip("/"))
    tenant = parts.path.strip("/")
    if parts.scheme != "https" or not parts.hostname or not tenant or parts.query or parts.username is not None:
        raise ValueError("The authority must be https://host/tenant.")
    if tenant.lower() in _SHARED_TENANTS:
        raise ValueError(f"The authority must name one tenant, not {tenant!r}: an app signs in to a tenant.")
    return authority.rstrip("/")


def _check_certificate(certificate: ClientCertificate) -> None:
    """Open the PFX file, so that what is wrong with it is said before MSAL meets it."""
    remedy = "Check CONNECTOR_CLIENT_CERTIFICATE (a PFX file with key and certificate) and its password."
    try:
        content = certificate.path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SignInError(f"The certificate file {certificate.path} cannot be read: {reason}.", remedy=remedy) from None
    password = certificate.password.encode() if certificate.password else None
    try:
        key, leaf, _ = pkcs12.load_key_and_certificates(content, password)
    except (ValueError, TypeError):
        raise SignInError(
            f"The certificate file {certificate.path} is no PFX file, or its password is wrong.", remedy=remedy
        ) from None
    if key is None or leaf is None:
        raise SignInError(f"The certificate file {certificate.path} lacks the key or the certificate.", remedy=remedy)
