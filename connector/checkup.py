"""What `connector doctor` adds to the checks of the environment: the live documents' needs, the switch, a test card.

The checks that ask the environment stand in `dataverse.doctor`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from connector.dataverse.setup.doctor import Check, CheckStatus, Expectations
from connector.dataverse.setup.historytable import histories_of
from connector.dataverse.setup.provisioning import wanted_by
from connector.dataverse.setup.readcheck import live_tables
from connector.dataverse.setup.webhooks import HookPlan, State
from connector.errors import ConnectorError, DocumentError, Fault
from connector.pipeline.clashes import unknown_qualification
from connector.pipeline.destinations import Destination
from connector.pipeline.notices import TEST, card_payload
from connector.pipeline.ports import Courier, DocumentKind, DocumentStore
from connector.pipeline.rulebook import Rulebook, write_columns
from connector.pipeline.sources.document import parse_source
from connector.pipeline.values import ColumnNeeds, Delivered, Delivery
from connector.scoring.derived import is_rollup
from connector.scoring.document import parse_alert, parse_criteria, parse_model
from connector.scoring.facttypes import FactTypes
from connector.scoring.rules import Alert, Criteria, Model
from connector.scoring.usage import facts_used

SWITCH_ON = "Agree on purpose and lawful basis, then set CONNECTOR_LEAD_MANAGEMENT=on."
REGISTER = "Run: connector provision webhooks."
MOST_FAULTS = 3  # of the live documents that are told at once


def expectations(store: DocumentStore, types: FactTypes, opt_out: Sequence[str]) -> Expectations:
    """What the live documents need of an environment, told without it. Raises DocumentError, StoreError."""
    models = [parse_model(d.body, types) for d in store.live(DocumentKind.MODEL)]
    criteria = [parse_criteria(d.body, types) for d in store.live(DocumentKind.QUALIFICATION)]
    alerts = [parse_alert(d.body, types) for d in store.live(DocumentKind.ALERT)]
    mapped = [parse_source(d.body) for d in store.live(DocumentKind.SOURCE)]
    documents: list[Model | Criteria | Alert] = [*models, *criteria, *alerts]
    facts = frozenset[str]().union(*(facts_used(one, types) for one in documents))
    reasons = [c.actions.status_reason for c in criteria if c.actions.status_reason]
    ready = {c.actions.sales_ready for c in criteria}
    return Expectations(
        needs=ColumnNeeds(_columns_of("lead", facts), _columns_of("account", facts)),
        writes=frozenset(column for model in models for column in write_columns(model))
        | frozenset(column for column in ready if isinstance(column, str)),
        wanted=[each for one in documents if not isinstance(one, Alert) for each in wanted_by(one, types)],
        status_reasons=[reason.labels or reason.value or () for reason in reasons],
        sales_ready=True in ready,
        opt_out=list(opt_out),
        histories=histories_of(models),
        predictive=any(model.write.predictive_score for model in models),
        tasks=any(c.actions.follow_up_task for c in criteria),
        assigns=any(c.actions.owner for c in criteria),
        sources=live_tables({one.name: (one.rows.table, one.rows.columns) for one in mapped}),
    )


def check_switch(*, on: bool) -> Check:
    """Say whether lead management is on: without it nothing is scored."""
    name = "lead management"
    return Check(name, CheckStatus.OK, "on") if on else Check(name, CheckStatus.WARNING, "off", SWITCH_ON)


def check_documents(load: Callable[[], Rulebook]) -> list[Check]:
    """Say whether the live documents fit together and the environment, by what a run loads them with."""
    name = "live documents"
    try:
        rulebook = load()
    except DocumentError as error:
        faults = error.faults or (Fault("", None, error.message, error.remedy),)
        more = f" And {len(faults) - MOST_FAULTS} more." if len(faults) > MOST_FAULTS else ""
        said = " ".join(str(replace(one, remedy="")) for one in faults[:MOST_FAULTS])
        remedy = " ".join(dict.fromkeys(one.remedy for one in faults[:MOST_FAULTS]))
        return [Check(name, CheckStatus.FAILURE, f"no run can begin: {said}{more}", remedy)]
    except ConnectorError as error:
        return [Check(name, CheckStatus.WARNING, f"not looked at: {error.message}", error.remedy)]
    known = {live.document.name for live in rulebook.criteria}
    return [
        Check(
            name,
            CheckStatus.WARNING,
            f"alert {live.alert.name!r} tells nothing: {fault.message}",
            f"{fault.remedy} Or stop the alert: connector alerts stop {live.alert.name}.",
        )
        for live in rulebook.alerts
        for fault in unknown_qualification(live.alert, known)
    ] or [Check(name, CheckStatus.OK, "they fit together")]


def check_destinations(troubled: Sequence[Destination]) -> list[Check]:
    """Name the destinations that are paused, and those that only fail."""
    checks = []
    for one in troubled:
        if one.paused is not None:
            remedy = f"Mend it, then: connector deliveries resume {one.name}"
            checks.append(Check(one.name, CheckStatus.FAILURE, f"paused, {one.held} wait: {one.paused}", remedy))
        elif one.failing_since is not None:
            said = f"nothing arrived since {one.failing_since:%Y-%m-%d %H:%M} UTC"
            checks.append(Check(one.name, CheckStatus.WARNING, said, "See why: connector deliveries list"))
    return checks


def check_digests(never_told: Sequence[str]) -> list[Check]:
    """Name the channels in which alerts are held that no digest ever tells."""
    remedy = "Set CONNECTOR_DIGEST_SCHEDULE to times at which the channel is not quiet."
    said = "alerts are held, and no digest comes outside of its quiet hours"
    return [Check(name, CheckStatus.WARNING, said, remedy) for name in never_told]


def check_webhook(plan: HookPlan) -> Check:
    """Say whether Dataverse tells of what the live documents read, or whether only a sync brings it."""
    name = "webhooks"
    if plan.is_done:
        return Check(name, CheckStatus.OK, f"{len(plan.steps)} steps post to {plan.url}")
    if plan.endpoint is None and not plan.gone:
        said = "not registered: changes come with the next sync"
    else:
        steps = [step for step in plan.steps if step.state is not State.PRESENT]
        stale = [plan.stale] if plan.stale else [f"{step.title}: {step.detail or step.state}" for step in steps]
        said = f"stale: {'; '.join(stale) or 'another endpoint has the same name'}"
    return Check(name, CheckStatus.WARNING, said, REGISTER)


def send_test_card(courier: Courier, channel: str, now: datetime, environment: str | None = None) -> Check:
    """Send a test card to one channel; 202 says that the workflow took it, not that Teams shows it."""
    name = f"channel {channel}"
    message = "A test card, asked for by connector doctor: this channel takes cards. Nothing is to be done."
    payload = card_payload("test", channel, now, environment, message)
    outcome = courier.send(Delivery("test", "test", f"teams:{channel}", TEST, payload, 1, now))
    if isinstance(outcome, Delivered):
        return Check(name, CheckStatus.OK, f"the workflow answered {outcome.status}; look whether the card arrived")
    return Check(name, CheckStatus.FAILURE, outcome.reason, "Copy the URL again from the channel's workflow.")


def _columns_of(table: str, facts: frozenset[str]) -> frozenset[str]:
    return frozenset(
        fact.removeprefix(f"{table}.") for fact in facts if fact.startswith(f"{table}.") and not is_rollup(fact)
    )
