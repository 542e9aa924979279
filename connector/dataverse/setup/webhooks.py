"""What registering the webhook would do: which steps are wanted, which are there, which are stale, which to remove.

Values and judgement only. The environment is asked and changed in `registering`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from connector.dataverse import columns
from connector.dataverse.setup.provisioning import Obstacle
from connector.pipeline.values import ColumnNeeds, Table

NAME = "Lead Connector"
PATH = "/hooks/dataverse"
LONGEST_URL = 2000
UPDATE = "Update"
# An account without a lead is nobody's; one that gets a lead is told by the lead.
MESSAGES: Mapping[Table, tuple[str, ...]] = {
    Table.LEAD: ("Create", UPDATE, "Delete", "Merge"),
    Table.ACCOUNT: (UPDATE, "Delete", "Merge"),
}
WEBHOOK = 8  # the contract of an endpoint
ASYNCHRONOUS, POST_OPERATION, ENABLED = 1, 40, 0
_LOOKUP = re.compile(r"^_(.+)_value$")
_COMPUTED = {columns.FULL_NAME: ("firstname", "lastname")}


class Sign(IntEnum):
    """How Dataverse shows the secret: as `?code=` of the address, or in a header; the values of `authtype`."""

    KEY = 4
    HEADER = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step: one message of one table. `columns` bound an update to what matters; empty for other messages."""

    table: Table
    message: str
    columns: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """For people."""
        return f"{self.message} of {self.table}"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A registered service endpoint."""

    row_id: str
    name: str
    url: str
    authtype: int | None
    contract: int | None


@dataclass(frozen=True, slots=True)
class Step:
    """A registered step of our endpoint. `table` and `message` are empty where they are none that we know."""

    row_id: str
    name: str
    table: str
    message: str
    columns: tuple[str, ...]
    mode: int | None
    stage: int | None
    state: int | None


@dataclass(frozen=True, slots=True)
class Registered:
    """What is there under our name; several endpoints where somebody, or a crash, left them."""

    endpoints: tuple[Endpoint, ...] = ()
    steps: Mapping[str, tuple[Step, ...]] | None = None  # by endpoint

    def steps_of(self, endpoint: Endpoint) -> tuple[Step, ...]:
        """The steps of an endpoint."""
        return (self.steps or {}).get(endpoint.row_id, ())


class State(StrEnum):
    """How a step stands."""

    PRESENT = "present"
    MISSING = "missing"
    STALE = "stale"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as it is wanted or found; `step` is what is registered, `detail` what is wrong with it."""

    title: str
    state: State
    wanted: Wanted | None = None
    step: Step | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HookPlan:
    """What would be done. `endpoint` is the one that stays, None where it is to be made anew; `stale` says why.

    `gone` are endpoints to remove with their steps.
    """

    name: str
    url: str
    sign: Sign
    steps: tuple[PlannedStep, ...]
    endpoint: Endpoint | None = None
    stale: str = ""
    gone: tuple[Endpoint, ...] = ()
    gone_steps: tuple[Step, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def create(self) -> tuple[Wanted, ...]:
        """The steps to create."""
        due = (State.MISSING, State.STALE)
        return tuple(each.wanted for each in self.steps if each.state in due and each.wanted is not None)

    @property
    def remove(self) -> tuple[Step, ...]:
        """The steps to remove."""
        due = (State.STALE, State.SURPLUS)
        kept = tuple(each.step for each in self.steps if each.state in due and each.step is not None)
        return (*self.gone_steps, *kept)

    @property
    def makes_endpoint(self) -> bool:
        """Whether an endpoint is to be created."""
        return self.endpoint is None and bool(self.create)

    @property
    def is_done(self) -> bool:
        """Whether everything is registered as it must be, and nothing else."""
        return not (self.create or self.remove or self.gone or self.obstacles)


def lead_columns(
    needs: ColumnNeeds, guards: Iterable[str], own: Iterable[str], known: Iterable[str]
) -> tuple[str, ...]:
    """The lead columns whose update is news: what models, cards and guards read, never the scores that we write."""
    return _attributes((needs.lead - frozenset(own)) | frozenset(guards), known)


def account_columns(needs: ColumnNeeds, known: Iterable[str]) -> tuple[str, ...]:
    """The account columns whose update is news."""
    return _attributes(needs.account, known)


def _attributes(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    """Names of columns as a step takes them: lookups plain, and for a computed one those that it is made of."""
    there = set(known)
    parts = {part for name in names if name in there for part in _COMPUTED.get(name, (name,))}
    return tuple(sorted({_LOOKUP.sub(r"\1", part) for part in parts}))


def draw(
    registered: Registered, wanted: Sequence[Wanted], *, name: str, url: str, sign: Sign, renew: bool = False
) -> HookPlan:
    """Compare what is registered with what is wanted. `renew`: with another secret, which cannot be seen there."""
    fitting = [one for one in registered.endpoints if not _unfit(one, url, sign)]
    kept = fitting[0] if fitting and not renew else None
    others = tuple(one for one in registered.endpoints if one is not kept)
    stale = ""
    if kept is None and others:
        stale = "its secret is to be renewed" if fitting else _unfit(others[0], url, sign)
    return HookPlan(
        name=name,
        url=url,
        sign=sign,
        steps=tuple(_judge(registered.steps_of(kept) if kept else (), wanted)),
        endpoint=kept,
        stale=stale,
        gone=others,
        gone_steps=tuple(step for one in others for step in registered.steps_of(one)),
    )


def draw_removal(registered: Registered, *, name: str) -> HookPlan:
    """Everything that is registered under our name goes."""
    return HookPlan(
        name=name,
        url="",
        sign=Sign.HEADER,
        steps=(),
        gone=registered.endpoints,
        gone_steps=tuple(step for one in registered.endpoints for step in registered.steps_of(one)),
    )


def _unfit(endpoint: Endpoint, url: str, sign: Sign) -> str:
    """Say why an endpoint cannot stay; empty when it can."""
    if endpoint.contract != WEBHOOK:
        return "it is no webhook"
    if endpoint.url.rstrip("/") != url.rstrip("/"):
        return f"it posts to {endpoint.url}"
    if endpoint.authtype != sign.value:
        return "it shows its secret in another way"
    return ""


def _judge(steps: Sequence[Step], wanted: Sequence[Wanted]) -> Iterable[PlannedStep]:
    """Say how each wanted step stands, then which ones are there for nothing."""
    left = list(steps)
    for one in wanted:
        found = [step for step in left if (step.table, step.message) == (one.table.value, one.message)]
        fitting = [step for step in found if not _fault(step, one)]
        if fitting:
            left.remove(fitting[0])
            yield PlannedStep(one.title, State.PRESENT, one, fitting[0])
        elif found:
            left.remove(found[0])
            yield PlannedStep(one.title, State.STALE, one, found[0], _fault(found[0], one))
        else:
            yield PlannedStep(one.title, State.MISSING, one)
    for step in left:
        yield PlannedStep(step.name or step.row_id, State.SURPLUS, step=step, detail="nothing needs it")


def _fault(step: Step, wanted: Wanted) -> str:
    """Say what of a step is not as it is wanted; empty when all is."""
    if step.state != ENABLED:
        return "it is disabled"
    if (step.mode, step.stage) != (ASYNCHRONOUS, POST_OPERATION):
        return "it is not asynchronous after the operation"
    if step.columns == wanted.columns:
        return ""
    more, less = sorted(set(wanted.columns) - set(step.columns)), sorted(set(step.columns) - set(wanted.columns))
    parts = [f"it does not look at {', '.join(more)}"] if more else []
    parts += [f"it looks at {', '.join(less)} for nothing"] if less and step.columns else []
    parts += ["it looks at every column"] if not step.columns else []
    return "; ".join(parts)
