"""The tenant: its applications with their credentials, and the resources for which tokens are given. No HTTP."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from connector.sandbox.entra.keys import KeyRing

TOKEN_LIFE_S = 3600
SCHEME = "Bearer"


@dataclass(slots=True)
class Application:
    """An app registration (or a managed identity) with its service principal's object id.

    `roles` are the app roles granted, by audience.
    """

    client_id: str
    object_id: str
    secrets: set[str] = field(default_factory=set)
    expired_secrets: set[str] = field(default_factory=set)
    certificates: list[x509.Certificate] = field(default_factory=list)
    roles: dict[str, list[str]] = field(default_factory=dict)


def thumbprints(certificate: x509.Certificate) -> set[str]:
    """How an assertion's header may name a certificate: x5t (SHA-1) and x5t#S256, base64url without padding."""
    algorithms = (hashes.SHA1(), hashes.SHA256())  # noqa: S303  # nosec B303  # x5t is defined as SHA-1; nothing rests on it
    return {base64.urlsafe_b64encode(certificate.fingerprint(each)).rstrip(b"=").decode() for each in algorithms}


@dataclass(slots=True)
class Directory:
    """One tenant. `resources` maps an audience to the version of its tokens (1 or 2); `origin` is Entra's own."""

    tenant_id: str
    origin: str
    keys: KeyRing
    applications: dict[str, Application] = field(default_factory=dict)
    resources: dict[str, int] = field(default_factory=dict)
    token_life_s: int = TOKEN_LIFE_S

    def issuer(self, version: int) -> str:
        """Who tokens of that version say they come from."""
        return f"{self.origin}/{self.tenant_id}/v2.0" if version > 1 else f"{self.origin}/{self.tenant_id}/"

    def token(
        self,
        *,
        audience: str,
        client_id: str,
        object_id: str,
        version: int = 1,
        roles: tuple[str, ...] = (),
        scp: str | None = None,
        expires_in_s: int | None = None,
        by_certificate: bool = False,
        extra: Mapping[str, object] | None = None,
    ) -> str:
        """A signed access token; `scp` makes it a user's token, without it the token is an application's."""
        now = int(time.time())
        life = self.token_life_s if expires_in_s is None else expires_in_s
        claims: dict[str, object] = {
            "aud": audience,
            "iss": self.issuer(version),
            "iat": now - max(0, -life),
            "nbf": now - max(0, -life),
            "exp": now + life,
            "tid": self.tenant_id,
            "oid": object_id,
            "sub": object_id,
            "uti": uuid.uuid4().hex,
            "ver": f"{version}.0",
        }
        names = ("azp", "azpacr") if version > 1 else ("appid", "appidacr")
        claims |= dict(zip(names, (client_id, "2" if by_certificate else "1"), strict=True))
        if scp is not None:
            claims["scp"] = scp
        else:
            claims["idtyp"] = "app"
        if roles:
            claims["roles"] = list(roles)
        return self.keys.current.sign(claims | dict(extra or {}))
