"""The token of a managed identity as the password of a PostgreSQL server.

Which servers may get one stands in `connector.hosts`; this is told.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from connector.dataverse.http.retry import RetryPolicy
from connector.dataverse.identity.auth import ManagedIdentity, SignIn
from connector.errors import SignInError, StoreError

# Whoever waits here waits for a connection of the database.
PATIENCE = RetryPolicy(attempts=3, longest_wish_s=10, budget_s=30)


class DatabaseTokens:
    """Passwords for the databases that an identity (`system`, or a client id) signs in to; safe to share.

    `resource_of` tells what tokens for a server's URL are for, or raises ValueError. MSAL keeps tokens until they end.
    """

    def __init__(
        self,
        identity: str,
        resource_of: Callable[[str], str],
        *,
        policy: RetryPolicy = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._identity = identity
        self._resource_of = resource_of
        self._policy, self._sleep = policy, sleep
        self._lock = threading.Lock()
        self._signed_in: dict[str, SignIn] = {}

    def password(self, url: str) -> str:
        """A token that is valid now. Raises StoreError, retryable where asking again can help."""
        try:
            resource = self._resource_of(url)
        except ValueError as error:
            raise StoreError(f"The database's URL {error}") from None
        try:
            return self._for(resource).token()
        except SignInError as error:
            fault = StoreError(
                f"No token for the database: {error.message}",
                remedy="Check CONNECTOR_DATABASE_IDENTITY (system, or a client id), that this machine has it, "
                "and that it is a user of the server (docs/database.md).",
            )
            fault.retryable = error.retryable
            raise fault from None

    def _for(self, resource: str) -> SignIn:
        with self._lock:
            if resource not in self._signed_in:
                self._signed_in[resource] = SignIn(
                    ManagedIdentity(self._identity),
                    authority="",
                    resource=resource,
                    policy=self._policy,
                    sleep=self._sleep,
                )
            return self._signed_in[resource]

    def close(self) -> None:
        """Give back connections."""
        with self._lock:
            for one in self._signed_in.values():
                one.close()
            self._signed_in.clear()
