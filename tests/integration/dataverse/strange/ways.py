"""The switches: what a server does in its own way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.integration.dataverse.strange.messages import Ask, Told
from tests.integration.dataverse.strange.tables import Row


@dataclass
class Ways:
    """What this server does in its own way; the defaults are what the facts say."""

    page: int = 5000
    heeds_page_size: bool = True
    tracking: Any = True  # what metadata say of change tracking
    tracks: bool = True  # what reading does
    not_tracked: Told | None = None  # what a read with track-changes is answered instead
    gives_delta_link: bool = True
    link: Callable[[str, str], Any] = lambda origin, path: origin + path
    last_link: Row = field(default_factory=dict)
    row: Callable[[str, Row], Row] = lambda table, row: row
    deleted: Callable[[str], Row] = lambda row_id: {"id": row_id, "reason": "deleted"}
    delta: Callable[[list[Row], list[Row]], list[Row]] = lambda changed, gone: [*changed, *gone]
    expired: Told | None = None
    etag: Callable[[int], str] = 'W/"{}"'.format
    patched: str = "row"  # row, nothing, empty, other
    keep: Callable[[Row], Row] = lambda values: values
    attribute: Callable[[Row], Row] = lambda row: row
    definition: Callable[[Row], Row] = lambda row: row
    cast: Callable[[str], Told | None] = lambda cast: None
    batch: Callable[[list[tuple[str, Told]]], Told] | None = None
    batch_refusal: Told | None = None
    part: Callable[[int, Ask], Told | None] = lambda place, ask: None  # of a batch, answered instead
    token: Told | None = None  # what a request for a token is answered instead
    before: list[Callable[[Ask], Told | None]] = field(default_factory=list)
    after: Callable[[Ask, Told], Told] = lambda ask, told: told
    clock: dt.timedelta = dt.timedelta()
    tells_date: bool = True
    http: str = "HTTP/1.1"
    closes: bool = False  # after each answer, without saying so
    chunked: bool = False
    gzips: bool = False
    date_form: str = "%Y-%m-%dT%H:%M:%SZ"
