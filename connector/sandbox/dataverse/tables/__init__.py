"""The standard tables as data: one module for each of the large ones, the small ones together."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Table
from connector.sandbox.dataverse.tables.account import account
from connector.sandbox.dataverse.tables.activities import activity_tables
from connector.sandbox.dataverse.tables.contact import contact
from connector.sandbox.dataverse.tables.lead import lead
from connector.sandbox.dataverse.tables.marketing import marketing_tables
from connector.sandbox.dataverse.tables.organization import organization_tables
from connector.sandbox.dataverse.tables.registration import registration_tables
from connector.sandbox.dataverse.tables.sales import sales_tables

__all__ = ["standard_tables"]

TRACKED = (
    "lead", "account", "contact", "opportunity", "campaign", "email", "phonecall", "appointment", "task",
    "campaignresponse", "activitypointer", "msevtmgt_event", "msevtmgt_eventregistration",
)  # fmt: skip


def standard_tables(*, change_tracking: bool = True) -> dict[str, Table]:
    """Fresh tables by logical name; each sandbox may change its own. Some have change tracking, others never."""
    everything = (
        lead(), account(), contact(), *organization_tables(), *activity_tables(), *marketing_tables(), *sales_tables(),
        *registration_tables(),
    )  # fmt: skip
    tables = {each.name: each for each in everything}
    for name in TRACKED:
        tables[name].tracked = change_tracking
    return tables
