"""Follow-up tasks as rows: for whoever owns the lead now, regarding it, and only while it is open.

Each is created under the id that its decision gave it, so that it can never exist twice; how rows are sent stands in
`relatedrows`. Tasks are standard everywhere, so that no metadata is read for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.related import RelatedTable
from connector.dataverse.metadata.tables import TableInfo
from connector.dataverse.reading.links import KINDS_OF_LOOKUPS
from connector.dataverse.reading.query import Row, address, any_of, bare_id, guid, pages
from connector.dataverse.writing.ownership import OwnerSets, reference
from connector.pipeline.decide import shortened
from connector.pipeline.values import Json, RelatedRow

TASK = "task"
_LEADS = "leads"
_KIND = f"{columns.OWNER}@Microsoft.Dynamics.CRM.lookuplogicalname"
_SETS = {"systemuser": columns.USERS, "team": columns.TEAMS}
TASK_TABLE = RelatedTable(TableInfo(TASK, columns.TASKS, columns.ACTIVITY_KEY, False, None, {}), {})


def read_leads_of(session: DataverseSession, rows: Sequence[RelatedRow]) -> dict[str, Row]:
    """Read state and owner of the leads that tasks are about; one that is gone is absent. Raises OutsideError."""
    query = address(
        _LEADS,
        select=[columns.LEAD_KEY, columns.STATE, columns.OWNER],
        filter_=any_of(columns.LEAD_KEY, sorted({guid(row.lead_id) for row in rows})),
    )
    found = pages(session, query, prefer=[KINDS_OF_LOOKUPS], doing="reading the owners of leads")
    return {bare_id(str(row.get(columns.LEAD_KEY))): row for page in found for row in page.rows}


def task_body(row: RelatedRow, lead: Mapping[str, object] | None, owners: OwnerSets) -> dict[str, Json] | None:
    """Write the body that creates a task; None for a lead that is closed or gone. Raises OutsideError."""
    if lead is None or lead.get(columns.STATE) != columns.STATE_OPEN:
        return None
    description = row.values["description"]
    body: dict[str, Json] = {
        "subject": shortened(str(row.values["subject"]), columns.TASK_SUBJECT_LENGTH),
        "description": None if description is None else shortened(str(description), columns.TASK_DESCRIPTION_LENGTH),
        columns.TASK_DUE: row.values["due_at"],
        f"{columns.TASK_REGARDING}@odata.bind": reference(_LEADS, row.lead_id),
    }
    owner = lead.get(columns.OWNER)
    if isinstance(owner, str) and owner:
        told = _SETS.get(str(lead.get(_KIND)))
        body[columns.OWNER_BINDING] = reference(told or owners.set_of(owner), owner)
    return {name: value for name, value in body.items() if value is not None}
