"""Access tokens of Entra ID, v1 and v2: who sent them and what they may do, for one tenant.

Only RS256 is taken, whatever a token says of itself; where keys come from stands in `issuers`.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import jwt

from connector.errors import SettingsError
from connector.web.access import Caller, UnauthenticatedError
from connector.web.issuers import ALGORITHM, Issuers
from connector.web.roles import known_roles

LEEWAY_S = 60
MOST_TOKEN = 16_384
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SHARED = frozenset({"common", "organizations", "consumers"})
_REMEDY = "Get an access token for this API from its own tenant and send it as `Authorization: Bearer <token>`."


class EntraTokens:
    """Verifies access tokens for one tenant and some audiences; safe to use from several threads.

    Nothing is fetched before the first token comes.
    """

    def __init__(
        self,
        *,
        authority: str,
        audiences: Iterable[str],
        tenant: str | None = None,
        ca_bundle: str | None = None,
        clients: Iterable[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the authority's URL with its tenant; `tenant` replaces that one, `clients` limits which apps may call.

        `clock` is monotonic seconds and times caches only. Raises SettingsError when there is no audience, or the
        authority is not an https URL with one tenant.
        """
        self._audiences = tuple(audiences)
        if not self._audiences:
            raise SettingsError("Access tokens need an audience.", remedy="Set CONNECTOR_API_AUDIENCE.")
        tenant_url, self._tenant = _tenant_of(authority, tenant)
        self._clients = frozenset(client.lower() for client in clients)
        tls = ssl.create_default_context(cafile=ca_bundle)
        self._issuers = Issuers(tenant_url, tls=tls, clock=clock)

    def identify(self, token: str) -> Caller:
        """Return who sent the token. Raises UnauthenticatedError, and SignInUnavailableError while keys are missing."""
        kid, claimed = _peek(token)
        issuer = self._issuers.find(claimed)
        if issuer is None:
            raise UnauthenticatedError("The access token has another issuer.", remedy=_REMEDY)
        key = self._issuers.key(issuer, kid)
        if key is None:
            raise UnauthenticatedError("The access token is signed with an unknown key.", remedy=_REMEDY)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=self._audiences,
                issuer=issuer.name,
                leeway=LEEWAY_S,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.ExpiredSignatureError:
            raise UnauthenticatedError("The access token has expired.", remedy="Get a new one.") from None
        except jwt.PyJWTError as error:
            raise _invalid(type(error).__name__) from None
        # A tenant named by its domain is known by its id from the issuer that its metadata state.
        named = _GUID.search(self._tenant) or _GUID.search(issuer.name)
        if named is None or str(claims.get("tid")).lower() != named.group().lower():
            raise UnauthenticatedError("The access token is of another tenant.", remedy=_REMEDY)
        return self._caller(claims)

    def _caller(self, claims: Mapping[str, Any]) -> Caller:
        """Name the caller by ids that are never reused; a user's token counts by scopes, an application's by roles.

        A user's own roles say what that person may do, not what the calling application may do for them.
        """
        client = claims.get("azp") or claims.get("appid")
        if not isinstance(client, str):  # an ID token names none, and is no access token
            raise _invalid("no calling application")
        client = client.lower()
        if self._clients and client not in self._clients:
            raise UnauthenticatedError("The calling application is not one of those allowed.", remedy=_REMEDY)
        scopes, roles = claims.get("scp"), claims.get("roles")
        if scopes is not None or claims.get("idtyp") == "user":
            granted = scopes.split() if isinstance(scopes, str) else []
            name = f"user:{claims.get('oid') or claims.get('sub')}"
        else:
            granted = [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
            name = f"app:{client}"
        return Caller(name, f"app:{client}", known_roles(granted))


def _peek(token: str) -> tuple[str, str]:
    """Return the key id and the issuer that a token claims, without believing them."""
    if len(token) > MOST_TOKEN:
        raise _invalid("too long")
    try:
        unverified = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise _invalid(type(error).__name__) from None
    header, issuer = unverified["header"], unverified["payload"].get("iss")
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM:
        raise _invalid("not RS256")
    if not isinstance(kid, str) or not isinstance(issuer, str):
        raise _invalid("no key id or no issuer")
    return kid, issuer


def _invalid(cause: str) -> UnauthenticatedError:
    return UnauthenticatedError(f"The access token is not valid ({cause}).", remedy=_REMEDY)


def _tenant_of(authority: str, tenant: str | None) -> tuple[str, str]:
    """Return the tenant's URL at the authority, and the tenant."""
    parts = urlsplit(authority)
    segments = [segment for segment in parts.path.split("/") if segment and segment != "v2.0"]
    named = tenant or (segments[0] if len(segments) == 1 else "")
    if parts.scheme != "https" or not parts.hostname or not named or "/" in named:
        raise SettingsError(
            "Access tokens need an https authority with a tenant.",
            remedy="Set CONNECTOR_AUTHORITY to https://login.microsoftonline.com/<tenant id>.",
        )
    if named.lower() in _SHARED:
        raise SettingsError(
            f"The authority names no tenant of its own, but {named!r}.",
            remedy="Set CONNECTOR_API_TENANT to the id of the tenant whose callers are let in.",
        )
    return f"https://{parts.netloc}/{named}", named
