"""How tables hang together: the collections that lead from a row to others, by lookups there or by a table between.

Names of the standard relationships as Microsoft's tables have them; others are derived. No HTTP in here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connector.sandbox.dataverse.schema import Column, Row, Table, Target
from connector.sandbox.dataverse.store import Store

ACTIVITIES = {
    "email": "Emails", "phonecall": "Phonecalls", "appointment": "Appointments", "task": "Tasks",
    "activitypointer": "ActivityPointers",
}  # fmt: skip
STANDARD = {
    ("lead", "parentaccountid", "account"): "lead_parent_account",
    ("lead", "parentcontactid", "contact"): "lead_parent_contact",
    ("lead", "customerid", "account"): "lead_customer_accounts",
    ("lead", "customerid", "contact"): "lead_customer_contacts",
    ("lead", "campaignid", "campaign"): "campaign_leads",
    ("lead", "masterid", "lead"): "lead_master_lead",
    ("lead", "ownerid", "systemuser"): "lead_owning_user",
    ("account", "parentaccountid", "account"): "account_parent_account",
    ("account", "primarycontactid", "contact"): "account_primary_contact",
    ("account", "originatingleadid", "lead"): "account_originating_lead",
    ("contact", "parentcustomerid", "account"): "contact_customer_accounts",
    ("contact", "parentcustomerid", "contact"): "contact_customer_contacts",
    ("campaignresponse", "regardingobjectid", "lead"): "lead_CampaignResponses",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection-valued navigation property: to rows of `table` whose `column` points back, or through `between`.

    `here` and `there` are the columns of the table between.
    """

    name: str
    table: Table
    column: Column | None = None
    between: Table | None = None
    here: str = ""
    there: str = ""


def relationship_name(table: Table, column: Column, target: Target) -> str:
    """The schema name of a many-to-one relationship, which is also the name of the collection that leads back."""
    if target.relationship:
        return target.relationship
    known = STANDARD.get((table.name, column.name, target.table))
    if known is None and column.name == "regardingobjectid" and table.name in ACTIVITIES:
        known = f"{target.table.capitalize()}_{ACTIVITIES[table.name]}"
    return known or f"{target.table}_{table.name}_{column.name}"


def collections_of(tables: Mapping[str, Table], table: Table) -> dict[str, Collection]:
    """The collections that lead from the rows of a table, by name."""
    found: dict[str, Collection] = {}
    for other in tables.values():
        for column in other.columns.values():
            for target in column.targets:
                if target.table == table.name and target.navigation:
                    name = relationship_name(other, column, target)
                    found[name] = Collection(name, other, column)
        if other.intersect is not None:
            for (mine, here, name), (theirs, there, _) in _both_ways(other.intersect.sides):
                if mine == table.name:
                    found[name] = Collection(name, tables[theirs], None, other, here, there)
    return found


Side = tuple[str, str, str]


def _both_ways(sides: tuple[Side, Side]) -> Iterator[tuple[Side, Side]]:
    yield sides
    yield sides[1], sides[0]


def members(store: Store, table: Table, collection: Collection) -> dict[str, list[Row]]:
    """The rows of a collection by the row of `table` that they belong to, in the order of their ids."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    with store.lock:
        if collection.between is not None:
            for pair in store.rows[collection.between.name].after(""):
                linked = store.get(collection.table.name, pair[collection.there])
                if linked is not None:
                    found[pair[collection.here]].append(linked)
            for rows in found.values():
                rows.sort(key=lambda row: str(row[collection.table.key]))
        elif collection.column is not None:
            name, kind, first = (
                collection.column.field,
                collection.column.type_field,
                collection.column.targets[0].table,
            )
            for row in store.rows[collection.table.name].after(""):
                parent = row.get(name)
                if parent is not None and row.get(kind, first) == table.name:
                    found[parent].append(row)
    return found
