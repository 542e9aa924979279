"""The rows that every environment has: organisation, business unit, users, currency, app, campaign, solutions."""

from __future__ import annotations

from dataclasses import dataclass

from connector.sandbox.dataverse.schema import Row, stable_id
from connector.sandbox.dataverse.store import Store
from connector.sandbox.sample.words import TOPICS

# Publishers by unique name: what people call them, their prefix, and their solutions.
PUBLISHERS = {
    "DefaultPublishersandbox": ("Default Publisher for sandbox", "new", {"Default": "Default Solution"}),
    "sandboxcompany": ("Sandbox Company", "lc", {"SandboxScores": "Lead scores"}),
    "sandboxevents": ("Sandbox Events", "evt", {"SandboxEvents": "Trade fairs"}),
    "microsoftdynamics": ("Dynamics 365", "msdyn", {"msdynce_LeadManagement": "Lead Management"}),
}
MANAGED = frozenset({"msdynce_LeadManagement"})

SELLERS = ("Seller One (UK)", "Seller Two (DACH)", "Seller Three (Europe)")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The ids that sample rows and settings refer to."""

    organization: str = stable_id("organization")
    business_unit: str = stable_id("businessunit")
    currency: str = stable_id("currency")
    campaign: str = stable_id("campaign")
    app: str = stable_id("appmodule")
    sellers: tuple[str, ...] = tuple(stable_id("systemuser", name) for name in SELLERS)


def load_surroundings(store: Store, *, application_users: dict[str, tuple[str, str]]) -> Surroundings:
    """Load them; `application_users` maps a name to client id and object id."""
    known = Surroundings()
    store.load("organization", [_organization(known)])
    store.load("businessunit", [{"businessunitid": known.business_unit, "name": "Sandbox"}])
    store.load("transactioncurrency", [_currency(known)])
    store.load("appmodule", [_app(known)])
    store.load("campaign", [_campaign(known)])
    store.load("publisher", [_publisher(name, *about[:2]) for name, about in PUBLISHERS.items()])
    store.load(
        "solution",
        [_solution(name, title, of) for of, about in PUBLISHERS.items() for name, title in about[2].items()],
    )
    sellers = [_user(known, name) for name in SELLERS]
    applications = [
        _user(known, name) | {"applicationid": client_id, "azureactivedirectoryobjectid": object_id}
        for name, (client_id, object_id) in application_users.items()
    ]
    store.load("systemuser", [*sellers, *applications])
    team = {"teamid": stable_id("team"), "name": "Sandbox", "isdefault": True, "teamtype": 0}
    store.load("team", [team | {"_businessunitid_value": known.business_unit}])
    return known


def _organization(known: Surroundings) -> Row:
    return {
        "organizationid": known.organization,
        "name": "sandbox",
        "expirechangetrackingindays": 7,
        "languagecode": 1033,
    }


def _currency(known: Surroundings) -> Row:
    return {
        "transactioncurrencyid": known.currency,
        "currencyname": "Euro",
        "isocurrencycode": "EUR",
        "currencysymbol": "€",
    }


def _app(known: Surroundings) -> Row:
    return {"appmoduleid": known.app, "name": "Sales Hub", "uniquename": "msdynce_saleshub", "clienttype": 4}


def _campaign(known: Surroundings) -> Row:
    return {"campaignid": known.campaign, "name": f"Autumn campaign: {TOPICS[0]}", "codename": "CMP-01001-A1"}


def _publisher(name: str, title: str, prefix: str) -> Row:
    return {
        "publisherid": stable_id("publisher", name),
        "uniquename": name,
        "friendlyname": title,
        "customizationprefix": prefix,
    }


def _solution(name: str, title: str, publisher: str) -> Row:
    return {
        "solutionid": stable_id("solution", name),
        "uniquename": name,
        "friendlyname": title,
        "version": "1.0.0.0",
        "ismanaged": name in MANAGED,
        "_publisherid_value": stable_id("publisher", publisher),
    }


def _user(known: Surroundings, name: str) -> Row:
    return {
        "systemuserid": stable_id("systemuser", name),
        "fullname": name,
        "domainname": f"{name.partition('(')[0].strip().replace(' ', '.').lower()}@sandbox.example",
        "_businessunitid_value": known.business_unit,
    }
