"""The webhook's registration in an environment: read by name, created, removed. What is wanted stands in `webhooks`.

Nothing is ever updated: what is stale is created anew before the old is removed, so that no event is missed between the
two; an event that both post is one job. A creation whose answer was lost is looked for, never blindly repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import quoteattr  # nosec B406 - it writes XML, and reads none

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.query import Row, address, find_guid, guid, literal, pages
from connector.dataverse.setup.customizing import Failure
from connector.dataverse.setup.privileges import depths_of, our_user
from connector.dataverse.setup.webhooks import (
    ASYNCHRONOUS,
    POST_OPERATION,
    WEBHOOK,
    Endpoint,
    HookPlan,
    Registered,
    Sign,
    Step,
    Wanted,
)
from connector.errors import OutsideError

ENDPOINTS, STEPS = "serviceendpoints", "sdkmessageprocessingsteps"
READ = ("prvReadServiceEndpoint", "prvReadSdkMessageProcessingStep")
CREATE = ("prvCreateServiceEndpoint", "prvCreateSdkMessageProcessingStep")
DELETE = ("prvDeleteServiceEndpoint", "prvDeleteSdkMessageProcessingStep")
_ENDPOINT_COLUMNS = ("serviceendpointid", "name", "url", "authtype", "contract")
_STEP_COLUMNS = (
    "sdkmessageprocessingstepid", "name", "filteringattributes", "mode", "stage", "statecode", "_sdkmessageid_value",
    "_sdkmessagefilterid_value",
)  # fmt: skip
_FORBIDDEN = 403
_NORMAL, _JSON, _NO_CLAIM = 1, 2, 1
ROLE = (
    "Give the application user the security role System Customizer for as long as this takes, or have an administrator "
    "register the webhook with the Plug-in Registration Tool (docs/webhooks.md)."
)


@dataclass(frozen=True, slots=True)
class Filters:
    """Which messages of which tables steps can be registered for: (table, message) to the ids of message and filter."""

    ids: Mapping[tuple[str, str], tuple[str, str]]


@dataclass(slots=True)
class Registration:
    """What was done: titles of the steps created and removed, the endpoint made, and what stopped it."""

    created: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    endpoint_created: bool = False
    endpoints_removed: int = 0
    failure: Failure | None = None


# --- reading --------------------------------------------------------------------------------------------------------


def read_registered(session: DataverseSession, name: str, filters: Filters) -> Registered:
    """Read what is registered under our name, and the steps of it. Raises OutsideError."""
    rows = _rows(session, ENDPOINTS, _ENDPOINT_COLUMNS, f"name eq {literal(name)}")
    endpoints = tuple(sorted((_endpoint(row) for row in rows), key=lambda one: one.row_id))
    known = {ids: key for key, ids in filters.ids.items()}
    return Registered(endpoints, {one.row_id: _read_steps(session, one, known) for one in endpoints})


def read_filters(session: DataverseSession, tables: Iterable[str], messages: Iterable[str]) -> Filters:
    """Find the ids by which messages of tables are named. Raises OutsideError."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    wanted = " or ".join(f"primaryobjecttypecode eq {literal(table)}" for table in tables)
    for message in messages:
        message_rows = _rows(session, "sdkmessages", ("sdkmessageid",), f"name eq {literal(message)}")
        if not message_rows:
            continue
        message_id = _id(message_rows[0], "sdkmessageid")
        rows = _rows(
            session,
            "sdkmessagefilters",
            ("sdkmessagefilterid", "primaryobjecttypecode"),
            f"({wanted}) and sdkmessageid/name eq {literal(message)}",
        )
        for row in rows:
            found[str(row.get("primaryobjecttypecode")), message] = message_id, _id(row, "sdkmessagefilterid")
    return Filters(found)


def missing_privileges(session: DataverseSession, needed: Sequence[str]) -> list[str]:
    """Which of these the application user does not hold; where that is not told, none. Raises OutsideError."""
    user = our_user(session)
    if user is None:
        return []
    return [name for name in needed if depths_of(session, user, name) == set()]


def _read_steps(
    session: DataverseSession, endpoint: Endpoint, known: Mapping[tuple[str, str], tuple[str, str]]
) -> tuple[Step, ...]:
    rows = _rows(session, STEPS, _STEP_COLUMNS, f"_eventhandler_value eq {endpoint.row_id}")
    return tuple(sorted((_step(row, known) for row in rows), key=lambda one: (one.name, one.row_id)))


def _endpoint(row: Row) -> Endpoint:
    return Endpoint(
        _id(row, "serviceendpointid"),
        str(row.get("name") or ""),
        str(row.get("url") or ""),
        _number(row, "authtype"),
        _number(row, "contract"),
    )


def _step(row: Row, known: Mapping[tuple[str, str], tuple[str, str]]) -> Step:
    message_id, filter_id = (
        find_guid(str(row.get(f"_{name}_value"))) or "" for name in ("sdkmessageid", "sdkmessagefilterid")
    )
    table, message = known.get((message_id, filter_id), ("", ""))
    listed = str(row.get("filteringattributes") or "").split(",")
    return Step(
        row_id=_id(row, "sdkmessageprocessingstepid"),
        name=str(row.get("name") or ""),
        table=table,
        message=message,
        columns=tuple(sorted({name.strip() for name in listed if name.strip()})),
        mode=_number(row, "mode"),
        stage=_number(row, "stage"),
        state=_number(row, "statecode"),
    )


# --- changing -------------------------------------------------------------------------------------------------------


def carry_out(session: DataverseSession, plan: HookPlan, filters: Filters, secret: str) -> Registration:
    """Do what a plan without obstacles says. Raises ValueError for one with obstacles.

    Where something cannot be created, what was created is taken back and the old stays as it was.
    """
    if plan.obstacles:
        raise ValueError("A plan with obstacles cannot be carried out.")
    done, made = Registration(), list[str]()
    try:
        endpoint_id = plan.endpoint.row_id if plan.endpoint else ""
        if plan.makes_endpoint:
            endpoint_id = _create_endpoint(session, plan, secret)
            made.append(f"{ENDPOINTS}({endpoint_id})")
            done.endpoint_created = True
        for wanted in plan.create:
            step_id = _create_step(session, plan, wanted, endpoint_id, filters)
            made.append(f"{STEPS}({step_id})")
            done.created.append(wanted.title)
    except OutsideError as error:
        _take_back(session, made)
        return Registration(failure=_failure(error, secret))
    try:
        _remove(session, plan, done)
    except OutsideError as error:
        done.failure = _failure(error, secret)
    return done


def _remove(session: DataverseSession, plan: HookPlan, done: Registration) -> None:
    """Remove steps before the endpoints that they hang on."""
    for step in plan.remove:
        session.delete(f"{STEPS}({guid(step.row_id)})", doing="removing a webhook step")
        done.removed.append(step.name)
    for endpoint in plan.gone:
        session.delete(f"{ENDPOINTS}({guid(endpoint.row_id)})", doing="removing a webhook")
        done.endpoints_removed += 1


def _create_endpoint(session: DataverseSession, plan: HookPlan, secret: str) -> str:
    body = {
        "name": plan.name,
        "contract": WEBHOOK,
        "url": plan.url,
        "authtype": plan.sign.value,
        "authvalue": authentication(plan.sign, secret),
        "connectionmode": _NORMAL,
        "messageformat": _JSON,
        "userclaim": _NO_CLAIM,
    }
    filter_ = f"name eq {literal(plan.name)}"
    return _create(session, ENDPOINTS, "serviceendpointid", body, filter_, doing="registering the webhook")


def _create_step(session: DataverseSession, plan: HookPlan, wanted: Wanted, endpoint_id: str, filters: Filters) -> str:
    message_id, filter_id = filters.ids[wanted.table.value, wanted.message]
    body = {
        "name": f"{plan.name}: {wanted.title}",
        "mode": ASYNCHRONOUS,
        "stage": POST_OPERATION,
        "rank": 1,
        "supporteddeployment": 0,
        "asyncautodelete": True,
        "sdkmessageid@odata.bind": f"/sdkmessages({message_id})",
        "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({filter_id})",
        "eventhandler_serviceendpoint@odata.bind": f"/{ENDPOINTS}({endpoint_id})",
    }
    if wanted.columns:
        body["filteringattributes"] = ",".join(wanted.columns)
    filter_ = f"_eventhandler_value eq {endpoint_id} and name eq {literal(str(body['name']))}"
    doing = f"registering the webhook for {wanted.title}"
    return _create(session, STEPS, "sdkmessageprocessingstepid", body, filter_, doing=doing)


def _create(
    session: DataverseSession, entity_set: str, key: str, body: Mapping[str, Any], filter_: str, *, doing: str
) -> str:
    """Create one row and return its id; found by looking where the answer was lost or did not tell it."""
    before = {_id(row, key) for row in _rows(session, entity_set, (key,), filter_)}
    try:
        reply = session.post(entity_set, body, doing=doing, headers={}, holds_data=False)
        told = find_guid(reply.headers.get("OData-EntityId") or reply.headers.get("Location") or "")
        if told:
            return told
    except OutsideError as error:
        if not error.retryable:
            raise
        made = sorted({_id(row, key) for row in _rows(session, entity_set, (key,), filter_)} - before)
        if not made:
            raise
        return made[0]
    made = sorted({_id(row, key) for row in _rows(session, entity_set, (key,), filter_)} - before)
    if not made:
        raise OutsideError(
            f"Dataverse accepted a row and does not show it, while {doing}.", remedy="Run this again in some minutes."
        )
    return made[0]


def _take_back(session: DataverseSession, made: Sequence[str]) -> None:
    """Remove what was created, the last first; what cannot be removed is found by the next run."""
    for link in reversed(made):
        try:
            session.delete(link, doing="taking back what was registered")
        except OutsideError:
            return


def authentication(sign: Sign, secret: str) -> str:
    """Write the secret as `authvalue` takes it: plain for a key, an XML fragment for a header."""
    if sign is Sign.KEY:
        return secret
    return f'<settings><setting name="x-connector-secret" value={quoteattr(secret)} /></settings>'


def _failure(error: OutsideError, secret: str) -> Failure:
    """Say what failed, without the secret that an answer might repeat."""
    remedy = ROLE if error.status == _FORBIDDEN else error.remedy
    return Failure(error.message.replace(secret, "***") if secret else error.message, remedy)


def _rows(session: DataverseSession, entity_set: str, select: tuple[str, ...], filter_: str) -> list[Row]:
    query = address(entity_set, select=select, filter_=filter_)
    return [row for page in pages(session, query, prefer=(), doing=f"reading {entity_set}") for row in page.rows]


def _id(row: Row, key: str) -> str:
    found = find_guid(str(row.get(key)))
    if not found:
        raise OutsideError(f"Dataverse sent a row without {key}.", remedy="Check CONNECTOR_DATAVERSE_URL.")
    return found


def _number(row: Row, name: str) -> int | None:
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
