"""The keys of mapping documents and their plain types; what they mean is read in `document`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from connector.scoring.document.shapes import Column, Label, Name, Shape, Text


class MachineShape(Shape):
    """Thresholds for machine clicks."""

    burst_links: int = Field(default=3, ge=0, le=1000)
    burst_within: Any = None
    same_second: int = Field(default=2, ge=0, le=1000)
    too_soon: Any = None
    needs_delivery: bool = False
    agents: list[Label] = Field(default=[], max_length=200)


class MessageShape(Shape):
    """Which message a row belongs to, and what is known of a click."""

    id: Any
    role: Any
    link: Any = None
    agent: Column | None = None
    machine: bool = False
    reason: Column | None = None


class RowsShape(Shape):
    """What is common to a source and to a table of an export."""

    description: Text = ""
    lead: Any = None
    at: Any = None
    type: Any = None
    properties: dict[str, Column] = Field(default={}, max_length=50)
    where: Any = None
    key: Any = None
    beside: Column | None = None
    version: Column | None = None
    history: Any = None
    wait: Any = None
    message: MessageShape | None = None


class SourceShape(RowsShape):
    """A table of the environment."""

    source: Name
    table: Column
    lead: Any
    at: Any
    type: Any
    machine: MachineShape | None = None


class ExportShape(Shape):
    """The tables of an export; what stands outside of `tables` holds for each that does not say otherwise."""

    export: Name
    description: Text = ""
    lead: Any = None
    at: Any = None
    key: Any = None
    version: Column | None = None
    history: Any = None
    wait: Any = None
    machine: MachineShape | None = None
    tables: dict[str, RowsShape] = Field(min_length=1, max_length=200)
