"""Who may do what: the roles, and the one table that says what each route needs. Who calls is not known here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol


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
    CAPABILITY = "capability"  # whoever knows the address may: it holds an unguessable part; the route looks at it


ROLES = tuple(role.value for role in Role)

# What each route (by endpoint, a line each) needs; None: open to everybody. A route that is missing here, and a line
# without a route, stop the start. Open ones and capabilities carry `security: []` in openapi.yaml.
ROUTES: Mapping[str, Role | Door | None] = {
    "health.live": None,
    "health.ready": None,
    "runs.start": Role.SCORE_WRITE,
    "runs.recent": Role.SCORE_READ,
    "runs.show": Role.SCORE_READ,
    "runs.cancel": Role.SCORE_WRITE,
    "tasks.start": Role.SCORE_WRITE,
    "tasks.backlog": Role.SCORE_READ,
    "leads.scores": Role.SCORE_READ,
    "leads.score": Role.SCORE_READ,
    "leads.explanation": Role.SCORE_READ,
    "leads.history": Role.SCORE_READ,
    "judging.score": Role.SCORE_READ,
    "judging.test": Role.SCORE_READ,
    "judging.qualify": Role.SCORE_WRITE,
    "interactions.record": Role.INTERACTIONS_WRITE,
    "interactions.record_one": Role.INTERACTIONS_WRITE,
    "qualified.listed": Role.SCORE_READ,
    "qualified.verdict": Role.SCORE_WRITE,
    "models.listed": Role.SCORE_READ,
    "models.show": Role.SCORE_READ,
    "models.lint": Role.MODELS_MANAGE,
    "deliveries.listed": Role.ADMIN,
    "deliveries.show": Role.ADMIN,
    "deliveries.replay": Role.ADMIN,
    "choices.models": Role.SCORE_READ,
    "choices.grades": Role.SCORE_READ,
    "choices.qualifications": Role.SCORE_READ,
    "choices.owners": Role.SCORE_READ,
    "choices.countries": Role.SCORE_READ,
    "subscriptions.score_crossed": Role.SCORE_READ,
    "subscriptions.grade_changed": Role.SCORE_READ,
    "subscriptions.lead_qualified": Role.SCORE_READ,
    "subscriptions.account_woke": Role.SCORE_READ,
    "subscriptions.attention": Role.SCORE_READ,
    "subscriptions.unsubscribe": Door.CAPABILITY,
    "polling.qualified": Role.SCORE_READ,
    "hooks.dataverse": Door.HOOK_SECRET,
    "verdicts.show": Door.CAPABILITY,
    "verdicts.record": Door.CAPABILITY,
}


def known_roles(names: Iterable[str]) -> frozenset[Role]:
    """Keep the names that are roles of ours; a token may carry others."""
    given = set(names)
    return frozenset(role for role in Role if role.value in given)


class Rule(Protocol):
    """What is known of a route: Flask's rule has it."""

    rule: str
    endpoint: str
    methods: set[str] | None


def access_table(rules: Iterable[Rule]) -> list[tuple[str, str, str]]:
    """Say for every route, by path: its method, its path, and what it needs in words."""
    rows = []
    for rule in rules:
        need = ROUTES[rule.endpoint]
        words = "nothing" if need is None else need.value
        rows += [(method, rule.rule, words) for method in (rule.methods or set()) - {"HEAD"}]
    return sorted(rows, key=lambda row: (row[1], row[0]))


def access_page(rows: Iterable[tuple[str, str, str]]) -> str:
    """The table as docs/security-api.md shows it."""
    lines = [f"| {method} | `{path.replace('<', '{').replace('>', '}')}` | {need} |" for method, path, need in rows]
    return "\n".join(["| method | path | needs |", "|---|---|---|", *lines, ""])
