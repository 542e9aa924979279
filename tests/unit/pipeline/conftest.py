"""An installation with nothing in it, and one that has a model, an alert, criteria and its baseline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.pipeline.world import ALERT, QUALIFICATION, QUALIFIED_ALERT, World, heat_model


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An installation with nothing in it."""
    made = World(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def live(world: World) -> World:
    """One where a model, an alert, criteria and an alert on their mark are live and have their baseline."""
    world.publish(heat_model(), ALERT, QUALIFICATION, QUALIFIED_ALERT)
    world.sync()
    return world
