"""Leads whose last writes were rejected, and when each is tried again; how long the pauses are is the pipeline's.

Counted in the decisions that are kept, since the last one that stands. The transaction is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from connector.pipeline.ports import Settlement
from connector.pipeline.retries import retry_rejected_in
from connector.pipeline.values import Refused
from connector.store.database import chunked
from connector.store.tables import decision

REJECTED = "rejected"

_earlier = decision.alias("earlier")
_stood = (
    sa.select(sa.func.max(_earlier.c.seq))
    .where(_earlier.c.lead_id == decision.c.lead_id, _earlier.c.status.in_(["applied", "unchanged"]))
    .scalar_subquery()
)
_REJECTIONS = (
    sa.select(decision.c.lead_id, sa.func.count())
    .where(decision.c.status == "refused", decision.c.reason == REJECTED, decision.c.seq > sa.func.coalesce(_stood, 0))
    .group_by(decision.c.lead_id)
)


def next_tries(connection: Connection, settlements: Sequence[Settlement]) -> Mapping[str, datetime]:
    """When leads whose write was just rejected, their decisions closed as such, are tried again with no change."""
    at = {
        one.decision.lead_id: one.at
        for one in settlements
        if isinstance(one.result, Refused) and one.result.reason == REJECTED
    }
    found: dict[str, datetime] = {}
    for ids in chunked(sorted(at)):
        for lead_id, times in connection.execute(_REJECTIONS.where(decision.c.lead_id.in_(ids))):
            pause = retry_rejected_in(times)
            if pause is not None:
                found[lead_id] = at[lead_id] + pause
    return found
