"""The keys that sign access tokens and the documents that publish them (JWKS). What stands in a token is not here."""

from __future__ import annotations

import base64
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_BITS = 2048


@functools.cache
def _private_key(number: int) -> rsa.RSAPrivateKey:  # noqa: ARG001  # the number is the cache's key: one RSA key for each
    return rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def _base64url(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """One RSA key with its id."""

    kid: str
    private: rsa.RSAPrivateKey

    def sign(self, claims: Mapping[str, object]) -> str:
        """A JWT of these claims, RS256."""
        return jwt.encode(dict(claims), self.private, algorithm="RS256", headers={"kid": self.kid, "x5t": self.kid})

    def published(self) -> dict[str, str]:
        """The public half as a JWK."""
        numbers = self.private.public_key().public_numbers()
        return {
            "kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid,
            "n": _base64url(numbers.n), "e": _base64url(numbers.e),
        }  # fmt: skip


@dataclass(slots=True)
class KeyRing:
    """The current key and those still published beside it."""

    keys: list[SigningKey] = field(default_factory=list)
    _made: int = 0

    def __post_init__(self) -> None:
        self.rotate()

    @property
    def current(self) -> SigningKey:
        """The key that signs now."""
        return self.keys[-1]

    def rotate(self, *, keep_old: bool = True) -> SigningKey:
        """Sign with another key from now on; the old ones stay published, or not."""
        self._made += 1
        if not keep_old:
            self.keys.clear()
        self.keys.append(SigningKey(f"sandbox-key-{self._made}", _private_key(self._made)))
        return self.current

    def document(self, issuer: str | None = None) -> dict[str, list[dict[str, str]]]:
        """The JWKS document; the v2 one names the issuer of each key."""
        extra = {} if issuer is None else {"issuer": issuer}
        return {"keys": [key.published() | extra for key in self.keys]}

    def read(self, token: str, audience: str | None = None) -> dict[str, Any]:
        """The claims of a token of ours; raises jwt.InvalidTokenError when signature, time or audience is wrong."""
        kid = jwt.get_unverified_header(token).get("kid")
        key = next((known for known in self.keys if known.kid == kid), None)
        if key is None:
            raise jwt.InvalidSignatureError("signed by a key that is not published")
        claims: dict[str, Any] = jwt.decode(
            token,
            key.private.public_key(),
            algorithms=["RS256"],
            audience=audience,
            options={"require": ["exp", "aud"]},
        )
        return claims
