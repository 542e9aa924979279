"""Owners of leads are read when somebody needs them, kept for a day, and never keep a card waiting."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from connector.errors import OutsideError
from connector.pipeline.owners import OWNER_AGE, Owner, bring_owners
from tests.unit.pipeline.world import START

ANNA = Owner("anna", "Anna Ortiz", "0a", START)


class Kept:
    """A store of owners."""

    def __init__(self, *owners: Owner) -> None:
        self.kept = {one.owner_id: one for one in owners}

    def owners(self, owner_ids: Collection[str]) -> Mapping[str, Owner]:
        """Those that are kept."""
        return {one: self.kept[one] for one in owner_ids if one in self.kept}

    def keep_owners(self, owners: Sequence[Owner]) -> None:
        """Keep them."""
        self.kept |= {one.owner_id: one for one in owners}


class People:
    """A directory that knows some names, or refuses."""

    def __init__(self, names: Mapping[str, str], *, refuses: bool = False, passing: bool = False) -> None:
        self.names, self.refuses, self.passing = names, refuses, passing
        self.asked: list[list[str]] = []

    def read_owners(self, owner_ids: Sequence[str], *, now: datetime) -> Sequence[Owner]:
        """Read them."""
        self.asked.append(list(owner_ids))
        if self.refuses:
            raise OutsideError("No.", status=503 if self.passing else 403, retryable=self.passing)
        return [Owner(one, self.names[one], f"entra-{one}", now) for one in owner_ids if one in self.names]


def test_an_owner_is_read_once_a_day() -> None:
    """Whoever is kept since less than a day is not asked for; who is older is."""
    store, people = Kept(ANNA), People({"anna": "Anna Berg", "bert": "Bert Holm"})
    soon = START + OWNER_AGE - timedelta(seconds=1)
    assert bring_owners(store, people, {"anna", "bert"}, now=soon)["bert"].entra_id == "entra-bert"
    assert people.asked == [["bert"]]
    assert bring_owners(store, people, {"anna"}, now=START + OWNER_AGE)["anna"].name == "Anna Berg"
    assert people.asked == [["bert"], ["anna"]]


def test_who_is_found_nowhere_is_remembered_so() -> None:
    """A team that was deleted has no name, and is not asked for again for a day."""
    store, people = Kept(), People({})
    assert bring_owners(store, people, {"gone"}, now=START) == {"gone": Owner("gone", None, None, START)}
    bring_owners(store, people, {"gone"}, now=START + timedelta(hours=1))
    assert people.asked == [["gone"]]


def test_a_refusal_leaves_what_is_known() -> None:
    """Where users may not be read, an old name stays, and nobody waits."""
    store, people = Kept(ANNA), People({}, refuses=True)
    later = START + timedelta(days=2)
    found = bring_owners(store, people, {"anna", "bert"}, now=later)
    assert (found["anna"].name, found["anna"].read_at, found["bert"].name) == ("Anna Ortiz", later, None)


def test_a_fault_that_passes_costs_no_name_for_a_day() -> None:
    """What could not be read just now is read for the next card; until then what is known stays."""
    store, people = Kept(ANNA), People({"anna": "Anna Berg", "bert": "Bert Holm"}, refuses=True, passing=True)
    later = START + timedelta(days=2)
    assert bring_owners(store, people, {"anna", "bert"}, now=later) == {"anna": ANNA}
    people.refuses = False
    found = bring_owners(store, people, {"anna", "bert"}, now=later + timedelta(minutes=1))
    assert {one.name for one in found.values()} == {"Anna Berg", "Bert Holm"}


def test_nobody_is_asked_for_nothing() -> None:
    """Without ids, or without a directory, nothing is read."""
    assert bring_owners(Kept(), People({}), set(), now=START) == {}
    assert bring_owners(Kept(ANNA), None, {"anna", "bert"}, now=START) == {"anna": ANNA}
