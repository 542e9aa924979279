"""The metadata that were read last: one picture for each environment, whole, until it is forgotten."""

from __future__ import annotations

from connector.pipeline.pictures import Picture
from connector.store import SqlStore
from tests.contract.store.material import NOW, at

ORIGIN = "https://org.crm4.dynamics.com"


def test_a_picture_comes_back_as_it_was_kept(store: SqlStore) -> None:
    """The newer one takes the place of the older, another environment has its own."""
    assert store.picture(ORIGIN) is None
    store.remember_picture(ORIGIN, Picture("old", NOW, {}))
    newer = Picture("documents", at(hours=1), {"tables": [{"name": "Größe", "options": [[1, ["Ja"]]]}], "none": None})
    store.remember_picture(ORIGIN, newer)
    store.remember_picture("https://other.crm4.dynamics.com", Picture("x", NOW, {"a": 1}))
    assert store.picture(ORIGIN) == newer


def test_forgotten_pictures_are_gone(store: SqlStore) -> None:
    """Of every environment."""
    store.remember_picture(ORIGIN, Picture("documents", NOW, {"a": 1}))
    store.forget_pictures()
    assert store.picture(ORIGIN) is None
