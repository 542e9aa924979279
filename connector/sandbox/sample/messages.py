"""The messages that tables understand, as rows: what webhooks are registered for."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Row, Table, stable_id
from connector.sandbox.dataverse.store import Store

OF_EVERY_TABLE = ("Create", "Update", "Delete", "CreateMultiple", "UpdateMultiple")
OF_OWNED_TABLES = ("Assign",)
OF_SINGLE_TABLES = {"Merge": ("lead", "account", "contact"), "QualifyLead": ("lead",)}


def load_messages(store: Store) -> None:
    """Load a message once, and a filter for each table that understands it."""
    names = (*OF_EVERY_TABLE, *OF_OWNED_TABLES, *OF_SINGLE_TABLES)
    store.load("sdkmessage", [{"sdkmessageid": stable_id("message", name), "name": name} for name in names])
    filters = [_filter(name, table) for table in store.tables.values() for name in names if _understands(table, name)]
    store.load("sdkmessagefilter", filters)


def _understands(table: Table, message: str) -> bool:
    if message in OF_OWNED_TABLES:
        return "ownerid" in table.columns
    return message in OF_EVERY_TABLE or table.name in OF_SINGLE_TABLES[message]


def _filter(message: str, table: Table) -> Row:
    return {
        "sdkmessagefilterid": stable_id("filter", message, table.name),
        "primaryobjecttypecode": table.name,
        "secondaryobjecttypecode": "none",
        "_sdkmessageid_value": stable_id("message", message),
        "availability": 0,
    }
