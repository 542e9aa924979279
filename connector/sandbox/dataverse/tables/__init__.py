"""The standard tables as data: one module for each of the large ones, the small ones together."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Table
from connector.sandbox.dataverse.tables.account import account
from connector.sandbox.dataverse.tables.contact import contact
from connector.sandbox.dataverse.tables.lead import lead
from connector.sandbox.dataverse.tables.organization import organization_tables
from connector.sandbox.dataverse.tables.registration import registration_tables

__all__ = ["standard_tables"]


def standard_tables(*, change_tracking: bool = True) -> dict[str, Table]:
    """Fresh tables by logical name; each sandbox may change its own."""
    tables = {
        each.name: each for each in (lead(), account(), contact(), *organization_tables(), *registration_tables())
    }
    for name in ("lead", "account", "contact"):
        tables[name].tracked = change_tracking
    return tables
