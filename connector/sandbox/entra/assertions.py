"""Client assertions: the JWT by which an application proves that it holds the private key of its certificate."""

from __future__ import annotations

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.sandbox.entra.directory import Application, thumbprints

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class BadAssertionError(Exception):
    """The assertion proves nothing; `code` is Entra's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def client_of(assertion: str) -> str | None:
    """The client id that an assertion claims, unverified."""
    try:
        subject = jwt.decode(assertion, options={"verify_signature": False}).get("sub")
    except jwt.InvalidTokenError:
        return None
    return subject if isinstance(subject, str) else None


def verify(assertion: str, application: Application, audiences: list[str]) -> None:
    """Check signature, time, issuer and audience against the application's certificates."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError:
        raise BadAssertionError(50027, "JWT token is invalid or malformed.") from None
    named = {str(header.get(name, "")).rstrip("=") for name in ("x5t", "x5t#S256")}  # MSAL leaves the padding on
    known = [each.public_key() for each in application.certificates if named & thumbprints(each)]
    key = known[0] if known else None
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadAssertionError(
            700027,
            "The certificate with identifier used to sign the client assertion is not registered on application.",
        )
    try:
        jwt.decode(
            assertion, key, algorithms=["RS256", "PS256"], audience=audiences, issuer=application.client_id,
            options={"require": ["exp", "aud", "iss", "sub", "jti"]},
        )  # fmt: skip
    except jwt.ExpiredSignatureError:
        raise BadAssertionError(700024, "Client assertion is not within its valid time range.") from None
    except jwt.InvalidAudienceError:
        raise BadAssertionError(700023, "Client assertion audience claim does not match.") from None
    except jwt.InvalidTokenError:
        raise BadAssertionError(700027, "Client assertion failed signature validation.") from None
