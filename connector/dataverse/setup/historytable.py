"""The table that takes the history of scores: what it must have, how it stands in an environment, and its creation.

Its columns bear the table's own prefix. A creation is never repeated blindly; see `customizing`, whose tools these are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from connector.dataverse import columns
from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo, read_outline
from connector.dataverse.setup.creating import (
    CRM,
    STRONG,
    Looks,
    Wait,
    create_once,
    label,
    look_for,
    optional,
    require_seen,
    typed,
)
from connector.dataverse.setup.tableplans import HIGHEST, LOWEST, PlannedTable, State, WantedTable
from connector.errors import OutsideError
from connector.pipeline.values import Table
from connector.scoring.facttypes import Kind
from connector.scoring.rules import Model

TITLE, PLURAL = "Score history", "Score histories"
LEAD_LINK = "lead_id"
NAME_LENGTH, REASONS_LENGTH = 100, 4000
_NOT_FOUND = 404
_NO_CASCADE = ("Assign", "Merge", "Reparent", "Share", "Unshare", "RollupView")


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """A column of the table: our name, display name, kind, and the longest text."""

    own: str
    title: str
    kind: Kind
    length: int = 0


COLUMNS = (
    HistoryColumn("name", "Name", Kind.TEXT, NAME_LENGTH),
    HistoryColumn("model", "Model", Kind.TEXT, NAME_LENGTH),
    HistoryColumn("version", "Version", Kind.NUMBER),
    HistoryColumn("score", "Score", Kind.NUMBER),
    HistoryColumn("grade", "Grade", Kind.TEXT, 200),
    HistoryColumn("previous_score", "Previous score", Kind.NUMBER),
    HistoryColumn("reasons", "Reasons", Kind.TEXT, REASONS_LENGTH),
    HistoryColumn("scored_on", "Scored on", Kind.DATETIME),
)


def histories_of(models: Iterable[Model]) -> list[WantedTable]:
    """The history tables that models name, by name."""
    found: dict[str, dict[str, None]] = {}
    for model in models:
        if model.write.history:
            found.setdefault(model.write.history, {})[model.name] = None
    return [WantedTable(name, tuple(by)) for name, by in sorted(found.items())]


def look_at(session: DataverseSession, wanted: WantedTable) -> PlannedTable:
    """Say how a history table stands. Raises OutsideError where that cannot be asked."""
    try:
        info = read_outline(session, wanted.name)
    except OutsideError as error:
        if error.status != _NOT_FOUND:
            raise
        return PlannedTable(wanted, State.MISSING)
    return judge_table(wanted, info)


def judge_table(wanted: WantedTable, info: TableInfo) -> PlannedTable:
    """Say what a table that is there lacks, and what does not take what is written to it."""
    missing, unfit = [], []
    for each in COLUMNS:
        name = columns.related_column(wanted.prefix, each.own)
        known = info.columns.get(name)
        if known is None:
            missing.append(name)
        elif known.type is not None and known.type.kind is not each.kind:
            unfit.append(name)
    link = columns.related_column(wanted.prefix, LEAD_LINK)
    if f"_{link}_value" not in info.columns:
        (unfit if link in info.columns else missing).append(link)
    if unfit:
        return PlannedTable(wanted, State.UNFIT, detail=f"has columns of another type: {', '.join(unfit)}")
    return PlannedTable(wanted, State.MISSING if missing else State.PRESENT, tuple(missing))


def create_table(session: DataverseSession, planned: PlannedTable, *, solution: str, language: int, wait: Wait) -> None:
    """Create a history table, or what one lacks, and see that it is there. Raises OutsideError."""
    wanted = planned.wanted
    headers = {"MSCRM.SolutionUniqueName": solution, **STRONG}
    doing = f"creating the table {wanted.name}"
    table = f"EntityDefinitions(LogicalName='{wanted.name}')"

    def create(path: str, body: dict[str, Any], made: str, what: str) -> None:
        def there(looks: Looks) -> bool:
            return look_for(session, made, doing=doing, wait=wait, looks=looks)

        post = partial(session.post, path, body, doing=doing, headers=headers, holds_data=False)
        if create_once(post, there, wait=wait):
            require_seen(there, what)

    if not planned.missing:
        create("EntityDefinitions", definition(wanted, language), table, f"the table {wanted.name!r}")
    for each in COLUMNS:
        name = columns.related_column(wanted.prefix, each.own)
        if name in planned.missing:
            body = _column(wanted, each, language)
            create(f"{table}/Attributes", body, f"{table}/Attributes(LogicalName='{name}')", f"the column {name!r}")
    link = columns.related_column(wanted.prefix, LEAD_LINK)
    if not planned.missing or link in planned.missing:
        made = f"{table}/Attributes(LogicalName='{link}')"
        create("RelationshipDefinitions", relationship(wanted, language), made, f"the lookup {link!r}")
    found = look_at(session, wanted)
    if found.state is not State.PRESENT:
        raise OutsideError(
            f"The table {wanted.name!r} is there and lacks {', '.join(found.missing) or found.detail}.",
            remedy="Run this again in some minutes: what is there is not created twice.",
        )


def definition(wanted: WantedTable, language: int) -> dict[str, Any]:
    """Write the definition of the table with its columns, but for the lookup. Everybody in the company may own it."""
    return {
        "@odata.type": f"{CRM}EntityMetadata",
        "SchemaName": wanted.name,
        "DisplayName": label(TITLE, language),
        "DisplayCollectionName": label(PLURAL, language),
        "Description": label("Written by the lead connector: a row for each change of a score or grade.", language),
        "OwnershipType": "OrganizationOwned",
        "HasActivities": False,
        "HasNotes": False,
        "IsActivity": False,
        "Attributes": [
            _column(wanted, each, language) | ({"IsPrimaryName": True} if each.own == "name" else {})
            for each in COLUMNS
        ],
    }


def relationship(wanted: WantedTable, language: int) -> dict[str, Any]:
    """Write the lookup to the lead: with a lead its history is deleted, nothing else passes from one to the other."""
    link = columns.related_column(wanted.prefix, LEAD_LINK)
    return {
        "@odata.type": f"{CRM}OneToManyRelationshipMetadata",
        "SchemaName": f"{wanted.prefix}_lead_{wanted.name.partition('_')[2]}",
        "ReferencedEntity": Table.LEAD.value,
        "ReferencedAttribute": columns.LEAD_KEY,
        "ReferencingEntity": wanted.name,
        "CascadeConfiguration": {**dict.fromkeys(_NO_CASCADE, "NoCascade"), "Delete": "Cascade"},
        "Lookup": {
            **typed("Lookup"),
            "SchemaName": link,
            "DisplayName": label("Lead", language),
            "RequiredLevel": optional(),
        },
    }


def _column(wanted: WantedTable, each: HistoryColumn, language: int) -> dict[str, Any]:
    if each.kind is Kind.NUMBER:
        kind = typed("Integer") | {"MinValue": LOWEST, "MaxValue": HIGHEST, "Format": "None"}
    elif each.kind is Kind.DATETIME:
        kind = typed("DateTime") | {"Format": "DateAndTime", "DateTimeBehavior": {"Value": "UserLocal"}}
    elif each.own == "reasons":
        kind = typed("Memo") | {"MaxLength": each.length, "Format": "TextArea"}
    else:
        kind = typed("String") | {"MaxLength": each.length, "FormatName": {"Value": "Text"}}
    return {
        **kind,
        "SchemaName": columns.related_column(wanted.prefix, each.own),
        "DisplayName": label(each.title, language),
        "RequiredLevel": optional(),
    }
