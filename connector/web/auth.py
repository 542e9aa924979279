"""Who calls: an API key in its header, or an access token of Entra ID. Never both, never in the URL.

Dataverse's webhooks can do neither: they have a secret of their own, which opens their route alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from connector.errors import SettingsError
from connector.settings import Settings
from connector.web.access import Caller, UnauthenticatedError
from connector.web.apikeys import ApiKeys, new_key
from connector.web.entra import EntraTokens
from connector.web.hooksecrets import HookSecrets
from connector.web.roles import ROLES

__all__ = ["KEY_HEADER", "ROLES", "Security", "new_key", "security_from"]

KEY_HEADER = "x-api-key"


class Security:
    """The ways to sign in that an installation has; without any, every protected route answers 401."""

    def __init__(
        self, *, api_keys: Iterable[str] = (), entra: EntraTokens | None = None, hook_secrets: Iterable[str] = ()
    ) -> None:
        """Take API key entries, a token verifier, and the secrets of the hook. Raises SettingsError naming faults."""
        self._keys = ApiKeys(api_keys)
        self._entra = entra
        self.hook_secrets = HookSecrets(hook_secrets)

    def identify(self, *, api_key: str | None, authorization: str | None) -> Caller:
        """Return who sent these two headers. Raises UnauthenticatedError, SignInUnavailableError."""
        if api_key:
            # With a key the Authorization header is not looked at: gateways add their own. An empty key is none: the
            # platform's policy sends one for connections that sign in with a token.
            if caller := self._keys.identify(api_key):
                return caller
            raise UnauthenticatedError(
                "The API key is not valid.", remedy="Use a key that is listed in CONNECTOR_API_KEYS."
            )
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise UnauthenticatedError(
                "This needs a sign-in.", remedy=f"Send `Authorization: Bearer <token>` or `{KEY_HEADER}: <key>`."
            )
        if self._entra is None:
            raise UnauthenticatedError(
                "Access tokens are not taken here.", remedy=f"Send `{KEY_HEADER}`, or have CONNECTOR_API_AUDIENCE set."
            )
        return self._entra.identify(token.strip())


def security_from(settings: Settings) -> Security:
    """Build the sign-in that the settings describe. Raises SettingsError."""
    entra = None
    if settings.api_audience:
        if not settings.authority:
            raise SettingsError(
                "CONNECTOR_API_AUDIENCE is set without an authority.",
                remedy="Set CONNECTOR_AUTHORITY to https://login.microsoftonline.com/<tenant id>.",
            )
        entra = EntraTokens(
            authority=settings.authority,
            audiences=settings.api_audience,
            tenant=settings.api_tenant,
            ca_bundle=str(settings.ca_bundle) if settings.ca_bundle else None,
            clients=settings.api_clients,
        )
    secrets = [secret.get_secret_value() for secret in settings.webhook_secret]
    return Security(api_keys=settings.api_keys, entra=entra, hook_secrets=secrets)
