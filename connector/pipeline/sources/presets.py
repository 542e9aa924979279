"""Mappings that are ready to be copied: one for each usual table, and that of Customer Insights - Journeys' export."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from connector.errors import MissingFactError
from connector.pipeline.sources.document import parse_export, parse_source
from connector.pipeline.sources.mapping import ExportMapping

_FOLDER = files("connector.pipeline.sources")


@cache
def source_presets() -> Mapping[str, str]:
    """The documents for tables of the environment, by name."""
    return _texts("presets")


@cache
def export_presets() -> Mapping[str, str]:
    """The documents for exports, by name."""
    return _texts("exports")


def preset(name: str) -> str:
    """One of them, as it is to be copied. MissingFactError names the known ones."""
    known = {**source_presets(), **export_presets()}
    if name not in known:
        raise MissingFactError(f"There is no preset {name!r}.", remedy=f"Known: {', '.join(sorted(known))}.")
    return known[name]


def export_preset(name: str) -> ExportMapping:
    """The mapping of an export. MissingFactError names the known ones."""
    if name not in export_presets():
        raise MissingFactError(
            f"There is no preset {name!r} for exports.", remedy=f"Known: {', '.join(sorted(export_presets()))}."
        )
    return parse_export(export_presets()[name])


def describe(name: str) -> tuple[str, str]:
    """What a preset reads and what it is of."""
    text = preset(name)
    if name in export_presets():
        export = parse_export(text)
        return f"{len(export.tables)} tables of an export", export.description
    source = parse_source(text)
    return source.rows.table, source.description


def _texts(folder: str) -> Mapping[str, str]:
    found = sorted(
        (one for one in (_FOLDER / folder).iterdir() if one.name.endswith(".yaml")), key=lambda one: one.name
    )
    return {one.name.removesuffix(".yaml"): one.read_text(encoding="utf-8") for one in found}
