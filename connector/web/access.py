"""Who may do what: the roles, the callers, and the one table that says which role each route needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from connector.errors import ConnectorError


class Role(StrEnum):
    """What a caller may be given: an app role or scope of Entra ID, or a role of an API key."""

    SCORE_READ = "Score.Read"
    SCORE_WRITE = "Score.Write"
    INTERACTIONS_WRITE = "Interactions.Write"
    MODELS_MANAGE = "Models.Manage"
    PRIVACY_MANAGE = "Privacy.Manage"
    ADMIN = "Admin"  # stands for every role


class Door(StrEnum):
    """Another way in than a role."""

    HOOK_SECRET = "hook-secret"  # noqa: S105 - the name of a way in  # nosec B105


ROLES = tuple(role.value for role in Role)

# What each route (by endpoint) needs; None: open to everybody. A route that is missing here stops the start.
ROUTES: Mapping[str, Role | Door | None] = {
    "health.live": None,
    "health.ready": None,
    "runs.start": Role.SCORE_WRITE,
    "runs.recent": Role.SCORE_READ,
    "runs.show": Role.SCORE_READ,
    "leads.scores": Role.SCORE_READ,
    "interactions.record": Role.INTERACTIONS_WRITE,
    "hooks.dataverse": Door.HOOK_SECRET,
}


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


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """Keep the names that are roles of ours; a token may carry others."""
    given = set(names)
    return frozenset(role for role in Role if role.value in given)
