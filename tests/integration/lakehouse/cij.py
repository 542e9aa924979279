"""Synthetic exports of Customer Insights - Journeys: the columns of its interaction tables, invented people."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

START = datetime(2026, 11, 20, 9, tzinfo=UTC)
MAIL = "e0000000-0000-4000-8000-000000000001"
COMMON = (
    "IdempotencyId", "InternalMarketingInteractionId", "InteractionType", "Version", "OrganizationId", "BusinessUnitId",
    "SourceSystem", "IsUnresolvedProfile", "ProfileId", "ProfileType", "LeadId", "ContactId", "CustomerJourneyId",
)  # fmt: skip
OF_MAIL = ("MessageId", "EmailAddressUsed", "EmailDomain", "SendingId", "JourneyRunId")
TABLES: Mapping[str, tuple[str, ...]] = {
    "EmailSent": OF_MAIL,
    "EmailDelivered": (*OF_MAIL, "DeliveredCount", "WasRemoteBounced"),
    "EmailOpened": (*OF_MAIL, "EmailClientId"),
    "EmailClicked": (*OF_MAIL, "LinkId", "LinkFriendlyName", "OriginalUrl", "OriginalLink", "TargetUrl", "Link"),
    "BotEmailLinkClicked": (
        *OF_MAIL, "LinkId", "OriginalUrl", "OriginalLink", "TargetUrl", "Link", "UserAgent", "BotDetectionReason",
    ),
    "EmailAddressOptedOut": ("MessageId", "EmailAddressUsed", "Reason"),
    "FormSubmitted": ("FormSubmissionId", "FormId", "FormName", "PageUrl", "SubmittedValues", "EmailAddressUsed"),
    "EventRegistration": ("EventRegistrationId", "EventId"),
    "EventCheckIn": ("EventCheckInId", "EventId"),
    "WebsiteVisited": ("PageAddress", "EmailAddressUsed"),
}  # fmt: skip


def guid(number: int) -> str:
    """An id."""
    return str(uuid.UUID(int=number))


def row(table: str, number: int, *, at: datetime | float = START, **columns: Any) -> dict[str, Any]:
    """A row of a table; `at` may be seconds after START."""
    moment = at if isinstance(at, datetime) else START + timedelta(seconds=at)
    known: dict[str, Any] = dict.fromkeys((*COMMON, *TABLES[table]))
    known |= {
        "IdempotencyId": f"{table}-{number}",
        "InternalMarketingInteractionId": guid(number),
        "InteractionType": table,
        "Version": 1,
        "ProfileType": "lead",
        "Timestamp": moment,
    }
    if "MessageId" in known:
        known["MessageId"] = MAIL
    if table == "EmailDelivered":
        known["DeliveredCount"] = 1
    assert columns.keys() <= known.keys(), columns.keys() - known.keys()
    return {**known, **columns}


def as_table(table: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Rows with the types that the tables have."""
    types = {"Timestamp": pa.timestamp("us", tz="UTC"), "Version": pa.int64(), "DeliveredCount": pa.int32()}
    names = [*COMMON, *TABLES[table], "Timestamp"]
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    return pa.Table.from_pylist([dict(one) for one in rows], schema=schema)


def write_parquet(folder: Path, table: str, *rows: Mapping[str, Any], part: int = 0) -> Path:
    """One more file of a table's folder."""
    path = folder / table / f"part-{part:05d}.snappy.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(as_table(table, rows), path)
    return path


def write_delta(folder: Path, table: str, *rows: Mapping[str, Any]) -> Path:
    """One more version of a Delta table."""
    import deltalake

    path = folder / table
    deltalake.write_deltalake(str(path), as_table(table, rows), mode="append")
    return path
