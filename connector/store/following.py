"""Who may be followed: the leads whose deeds count among those of their account's people."""

from __future__ import annotations

import sqlalchemy as sa

from connector.pipeline.sources.rows import TRACKING_REFUSED
from connector.store.tables import interaction, lead

_REFUSED = interaction.alias("refused")
# Of whoever refused tracking, by the column of the lead or by a consent that stands, no deeds are known.
FOLLOWED = lead.c.tracking & ~sa.exists().where(
    _REFUSED.c.lead_id == lead.c.lead_id, _REFUSED.c.type == TRACKING_REFUSED
)
