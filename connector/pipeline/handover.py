"""Whether the hand-over of a qualification is ready: what is said at its publication before anybody is marked.

Warnings, save for what cannot be carried out at all: a flow that nobody named, an owner that does not exist, a mark
that the environment does not take. A column that is merely still to be created is a warning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from connector.errors import DocumentError, Fault
from connector.pipeline.fitting import Unfit, column_finding, unfit_column
from connector.pipeline.marks import ready_column, status_option
from connector.pipeline.ownership import Candidate, FindOwners, look_up
from connector.pipeline.targets import Use
from connector.pipeline.values import Environment
from connector.scoring.audiences import same_audience
from connector.scoring.lint import Finding
from connector.scoring.rules import Alert, Criteria, IsQualified, Model

MANY = 0.1  # of the open leads: more than so many marked at once are no longer looked at by anybody
NO_MARK, NOTHING_LISTENS = "no-mark", "nothing-listens"
STATUS_MISSING, MANY_AT_ONCE = "status-reason-missing", "many-at-once"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the leads that were looked at would be marked at once, and of how many open leads."""

    marked: int
    looked_at: int
    open_leads: int


@dataclass(frozen=True, slots=True)
class Handover:
    """What is known around a qualification; each is absent where nobody knows.

    `flows` are the names of configured flows, an empty set where the settings name none. `environment` is asked when it
    is needed and may answer None. `listens` tells whether a subscription wants a qualification. `share` looks at
    mirrored leads.
    """

    flows: frozenset[str] | None = None
    find_owners: FindOwners | None = None
    environment: Callable[[], Environment | None] = lambda: None
    listens: Callable[[str], bool] = lambda name: False  # noqa: ARG005 - nobody does
    share: Callable[[Criteria], Share | None] = lambda criteria: None  # noqa: ARG005 - nobody can tell


NOTHING_KNOWN = Handover()


def rivals(criteria: Criteria, live: Mapping[str, Criteria]) -> list[str]:
    """The other live criteria that are for the same audience."""
    return sorted(
        name for name, one in live.items() if name != criteria.name and same_audience(one.audience, criteria.audience)
    )


def rival_faults(criteria: Criteria, names: Collection[str]) -> list[Fault]:
    """An audience has one live criteria set: two would mark the same leads for different reasons."""
    audience = "everybody" if criteria.audience is None else "the same audience"
    return [
        Fault(
            "audience",
            None,
            f"the live qualification {name!r} is for {audience} too.",
            f"Stop that first (connector qualification stop {name}), publish with --replace, or give one of them "
            "another audience.",
        )
        for name in sorted(names)
    ]


def flow_faults(criteria: Criteria, flows: frozenset[str] | None) -> list[Fault]:
    """Flows that no setting names, where the settings are known."""
    if flows is None:
        return []
    return [
        Fault("actions.flow", None, f"the flow {name!r} is not configured.", "Add name=url to CONNECTOR_FLOWS.")
        for name in criteria.actions.flow
        if name not in flows
    ]


def find_owner(criteria: Criteria, find: FindOwners | None) -> Candidate | Fault | None:
    """Who leads are assigned to, or why nobody; None where the document does not ask. Raises OutsideError."""
    return None if criteria.actions.owner is None else look_up(criteria.actions.owner, find)


def readiness(
    criteria: Criteria, alerts: Collection[Alert], models: Mapping[str, Model], handover: Handover
) -> list[Finding]:
    """What somebody should know before this is published."""
    return [
        *_mark(criteria),
        *_fit(criteria, models, handover.environment()),
        *_listeners(criteria, alerts, handover),
        *_share(criteria, handover),
    ]


def _warning(code: str, criteria: Criteria, message: str, fix: str) -> Finding:
    return Finding(code, "warning", None, criteria.place.line or None, message, fix)


def _mark(criteria: Criteria) -> list[Finding]:
    if criteria.actions.status_reason is not None or criteria.actions.sales_ready:
        return []
    said = f"The qualification '{criteria.name}' sets neither Status Reason nor a sales-ready column: nothing in the "
    return [
        _warning(
            NO_MARK,
            criteria,
            f"{said}lead shows that it is qualified, and no journey, assignment rule or sequence can start from it.",
            "Add `status_reason:` or `sales_ready: true`.",
        )
    ]


def _fit(criteria: Criteria, models: Mapping[str, Model], environment: Environment | None) -> list[Finding]:
    """What the mark sets and the environment does not take: every run would stop at it."""
    if environment is None:
        return []
    found: list[Finding] = []
    name, actions, line = criteria.name, criteria.actions, criteria.place.line or None
    try:
        status_option(actions.status_reason, environment)
    except DocumentError as error:
        said = f"The qualification '{name}' cannot set its Status Reason, and no run can begin: {error.message}"
        found.append(Finding(STATUS_MISSING, "error", None, line, said, error.remedy))
    try:
        ready_column(actions.sales_ready, environment, models.values())
    except DocumentError as error:
        column = actions.sales_ready
        unfit = unfit_column(Use.SALES_READY, column, environment) if isinstance(column, str) else None
        said = f"The qualification '{name}' cannot set its sales-ready column, and no run can begin: "
        found.append(column_finding(unfit or Unfit(error.message, error.remedy), line, said))
    return found


def _listeners(criteria: Criteria, alerts: Collection[Alert], handover: Handover) -> list[Finding]:
    actions, name = criteria.actions, criteria.name
    if actions.card or actions.flow or actions.owner or actions.follow_up_task:
        return []
    if any(isinstance(alert.on, IsQualified) and alert.on.qualification == name for alert in alerts):
        return []
    if handover.listens(name):
        return []
    said = f"Nobody is told when '{name}' qualifies a lead: it has no card, flow, owner or task, and no alert or "
    return [
        _warning(
            NOTHING_LISTENS,
            criteria,
            f"{said}subscription listens to it.",
            f"Add an alert (`on: {{qualified: {name}}}`) or one of `card`, `flow`, `owner`, `follow_up_task`, unless a "
            "journey, an assignment rule or a sequence starts from what the mark sets.",
        )
    ]


def _share(criteria: Criteria, handover: Handover) -> list[Finding]:
    share = handover.share(criteria)
    if share is None or not share.looked_at or share.marked <= MANY * share.looked_at:
        return []
    part = share.marked / share.looked_at
    about = round(part * share.open_leads)
    return [
        _warning(
            MANY_AT_ONCE,
            criteria,
            f"About {about} of {share.open_leads} open leads ({part:.0%}) would be marked at once by "
            f"'{criteria.name}'.",
            f"Look first: connector qualification preview {criteria.name}. Or ask for a threshold that people can work "
            "off: connector qualification threshold.",
        )
    ]
