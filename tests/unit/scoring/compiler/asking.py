"""Short ways to score one lead by a document, for the tests of the compiler."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from connector.scoring.compiler import compile_model
from connector.scoring.document import parse_model
from connector.scoring.facttypes import UNTYPED, FactTypes
from connector.scoring.score import Score

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def ago(days: float) -> str:
    """A time so many days before now, as JSON has it."""
    return (NOW - days * DAY).isoformat().replace("+00:00", "Z")


def click(days: float, **more: Any) -> dict[str, Any]:
    """A click so many days ago."""
    return {"type": "click", "at": ago(days), **more}


def score(document: str, facts: Any, types: FactTypes = UNTYPED, now: datetime = NOW) -> Score:
    """Score one lead by a document without its name, in which CLICK and WEEK stand for two conditions."""
    document = document.replace("CLICK", "{interaction: click}").replace("WEEK", "{interaction: click, within: 7d}")
    return compile_model(parse_model(f"model: m\n{document}", types), types).score(facts, now)


def score_group(group: str, facts: Any, types: FactTypes = UNTYPED) -> Score:
    """Score one lead by a model of one group."""
    return score(f"groups: [{{name: g, {group}}}]\n", facts, types)


def lead(*interactions: dict[str, Any], account: Any = None, **columns: Any) -> Any:
    """Facts of a lead."""
    return {"lead": columns, "account": account, "interactions": list(interactions)}
