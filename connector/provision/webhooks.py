"""What `connector provision webhooks` does: the service endpoint and the steps by which Dataverse tells of changes.

What is registered is asked of the environment; how it is changed stands in `dataverse.registering`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from connector.adapters import Adapters
from connector.dataverse import columns as names
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import read_table
from connector.dataverse.setup.checks import Expectations
from connector.dataverse.setup.provisioning import Obstacle
from connector.dataverse.setup.registering import (
    CREATE,
    DELETE,
    ROLE,
    Filters,
    Registration,
    carry_out,
    missing_privileges,
    read_filters,
    read_registered,
)
from connector.dataverse.setup.webhooks import (
    LONGEST_URL,
    MESSAGES,
    NAME,
    PATH,
    UPDATE,
    HookPlan,
    Sign,
    Wanted,
    account_columns,
    draw,
    draw_removal,
    lead_columns,
)
from connector.errors import Fault, SettingsError
from connector.pipeline.values import ColumnNeeds, Table

_GUARDS = (
    names.STATE, names.STATUS_REASON, names.PARENT_ACCOUNT, names.CUSTOMER, names.PARENT_CONTACT, names.OPTED_OUT,
    names.TRACKING_ALLOWED, names.SALES_READY,
)  # fmt: skip
_HTTPS_PORT = 443
_NO_MODEL = Obstacle(
    "No scoring model is live, so that no change matters yet.", "Publish one: connector apply DIR --publish."
)
_OTHER_PORT = "Dataverse posts to port 443 only; another one serves where something in between forwards it."


@dataclass(frozen=True, slots=True)
class HookWish:
    """What a person asks for. `url` None: the public address. `renew` registers the secret again.

    `sign` None: as it is registered, else the header.
    """

    name: str = NAME
    url: str | None = None
    sign: Sign | None = None
    renew: bool = False


@dataclass(frozen=True, slots=True)
class HookDraft:
    """A plan, and the ids that carrying it out needs."""

    plan: HookPlan
    filters: Filters


def plan_webhook(adapters: Adapters, wish: HookWish, expected: Expectations, cards: ColumnNeeds) -> HookDraft:
    """Say what is to be registered, so that what live documents read is told of.

    Raises SettingsError for an address or a secret that is missing, and OutsideError.
    """
    url = _hook_url(wish.url or adapters.settings.public_url)
    if not adapters.settings.webhook_secret:
        raise _unset("WEBHOOK_SECRET", "Set it to a secret of 16 characters or more: openssl rand -hex 32.")
    filters = _filters(adapters.session)
    wanted, remarks = _wanted_steps(adapters, expected, cards, filters)
    registered = read_registered(adapters.session, wish.name, filters)
    signs = [Sign(one.authtype) for one in registered.endpoints if one.authtype in tuple(Sign)]
    sign = wish.sign or (signs[0] if signs else Sign.HEADER)
    plan = draw(registered, wanted, name=wish.name, url=url, sign=sign, renew=wish.renew)
    if urlsplit(url).port not in (None, _HTTPS_PORT):
        remarks.append(_OTHER_PORT)
    plan = replace(plan, remarks=tuple(remarks))
    if not expected.writes and not expected.needs.lead:
        return HookDraft(replace(plan, obstacles=(_NO_MODEL,)), filters)
    return HookDraft(_with_privileges(adapters.session, plan), filters)


def plan_webhook_removal(adapters: Adapters, name: str) -> HookDraft:
    """Say what is registered under a name, to be removed. Raises OutsideError."""
    filters = _filters(adapters.session)
    plan = draw_removal(read_registered(adapters.session, name, filters), name=name)
    return HookDraft(_with_privileges(adapters.session, plan), filters)


def change_webhook(adapters: Adapters, draft: HookDraft) -> Registration:
    """Do what a plan without obstacles says."""
    secrets = adapters.settings.webhook_secret
    secret = secrets[0].get_secret_value() if secrets else ""
    return carry_out(adapters.session, draft.plan, draft.filters, secret)


def _filters(session: DataverseSession) -> Filters:
    messages = {message for each in MESSAGES.values() for message in each}
    return read_filters(session, [table.value for table in MESSAGES], sorted(messages))


def _wanted_steps(
    adapters: Adapters, expected: Expectations, cards: ColumnNeeds, filters: Filters
) -> tuple[list[Wanted], list[str]]:
    """The steps that the environment offers of those that we want, and what it does not offer."""
    needs = ColumnNeeds(expected.needs.lead | cards.lead, expected.needs.account | cards.account)
    lead = read_table(adapters.session, Table.LEAD).columns
    account = read_table(adapters.session, Table.ACCOUNT).columns
    looked_at = {
        Table.LEAD: lead_columns(needs, (*_GUARDS, *expected.opt_out), expected.writes, lead),
        Table.ACCOUNT: account_columns(needs, account),
    }
    wanted: list[Wanted] = []
    remarks: list[str] = []
    for table, messages in MESSAGES.items():
        if not looked_at[table]:
            continue
        for message in messages:
            step = Wanted(table, message, looked_at[table] if message == UPDATE else ())
            if (table.value, message) in filters.ids:
                wanted.append(step)
            else:
                remarks.append(
                    f"This environment offers no steps for {step.title}: the next sync brings those changes."
                )
    return wanted, remarks


def _with_privileges(session: DataverseSession, plan: HookPlan) -> HookPlan:
    """Name the privileges that are missing for a plan: nothing is begun without them."""
    needed = (*(CREATE if plan.create else ()), *(DELETE if plan.remove or plan.gone else ()))
    missing = missing_privileges(session, needed)
    if not missing:
        return plan
    obstacle = Obstacle(f"The application user lacks {', '.join(missing)}.", ROLE)
    return replace(plan, obstacles=(*plan.obstacles, obstacle))


def _hook_url(url: str | None) -> str:
    """The address that Dataverse is to post to. Raises SettingsError."""
    if not url:
        raise _unset("PUBLIC_URL", "Set it to the https address that Dataverse reaches, or give --url.")
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    full = url.rstrip("/") if path.endswith(PATH) else f"{url.rstrip('/')}{PATH}"
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or len(full) > LONGEST_URL:
        raise SettingsError(
            "The address of the webhook cannot be used:",
            faults=[Fault("--url", None, "is no plain https address.", f"Give https://host, or https://host{PATH}.")],
        )
    return full


def _unset(name: str, remedy: str) -> SettingsError:
    return SettingsError("A setting is missing:", faults=[Fault(f"CONNECTOR_{name}", None, "is missing.", remedy)])
