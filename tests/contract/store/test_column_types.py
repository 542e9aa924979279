"""What every store does with the types of columns: the last ones are kept, whole, for every process."""

from __future__ import annotations

from connector.dataverse.columns import STANDARD_TYPES
from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind
from connector.store import SqlStore
from tests.contract.store.conftest import Opener

OWN = FactTypes(
    types={
        "lead.lc_tier": FactType(Kind.CHOICE, options={1: ("Gold", "Or"), 2: ("Silver",)}, label="Tier"),
        "lead.lc_note": FactType(Kind.TEXT, max_length=0, free_text=True),
        "lead.lc_share": FactType(Kind.NUMBER, minimum=0.0, maximum=-0.5),
        "lead.lc_day": FactType(Kind.DATE),
    },
    derived=DerivedColumns(title="lead.lc_title"),
    closed=frozenset({"lead", "account"}),
)


def test_before_the_first_run_no_types_are_known(store: SqlStore) -> None:
    """An empty store knows no types, which is not the same as that no column has one."""
    assert store.known_types() is None


def test_types_are_kept_whole_for_every_process(store: SqlStore, reopen: Opener) -> None:
    """Every part of the types comes back as it was stored: options, lengths, bounds, labels, derived columns."""
    for types in (STANDARD_TYPES, OWN, FactTypes()):
        store.remember_types(types)
        assert reopen().known_types() == types


def test_the_same_types_again_write_nothing(store: SqlStore) -> None:
    """A run that finds the columns as they were does not write."""
    store.remember_types(OWN)
    store.remember_types(OWN)
    assert store.known_types() == OWN
