"""Callers, and why somebody is none. What they may do stands in `roles`."""

from __future__ import annotations

from dataclasses import dataclass

from connector.errors import ConnectorError
from connector.web.roles import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: `key:<name>`, `app:<client id>` or `user:<object id>`; `client` names no person and may be logged."""

    name: str
    client: str
    roles: frozenset[Role]

    def may(self, role: Role) -> bool:
        """Tell whether the caller has the role, by itself or as an administrator."""
        return role in self.roles or Role.ADMIN in self.roles


class UnauthenticatedError(ConnectorError):
    """Nobody that we know: no credentials, or credentials that prove nothing. The message never repeats them."""


class SignInUnavailableError(ConnectorError):
    """Whether the caller is known cannot be said now (the keys of Entra ID are out of reach, too many attempts)."""

    retryable = True

    def __init__(self, message: str, *, remedy: str = "", retry_after_s: int = 30) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_s = retry_after_s
