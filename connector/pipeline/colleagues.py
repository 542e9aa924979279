"""The people of a lead's account, as counts over them need them: who they are, what they are called, when they acted.

What is counted stands in `scoring.people`; who they are is read by the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connector.scoring.people import PeopleCount, Person, people_count, tally_people
from connector.scoring.titles import Title

ReadTitle = Callable[[str], Title]
Tell = Callable[[str], tuple[Mapping[str, int], datetime | None]]

# Counted by the store itself, for all who ask for roll-ups.
ALWAYS_COUNTED = frozenset({"account.open_leads", "account.engaged_people_30d"})


@dataclass(frozen=True, slots=True)
class Colleague:
    """A lead of the account: its title as it stands, its latest deed up to now, and the first one after it."""

    lead_id: str
    title: str | None
    last_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """Every mirrored lead of an account, the lead itself among them, and the facts that are counted over them."""

    counts: tuple[str, ...]
    colleagues: tuple[Colleague, ...]
    _told: dict[tuple[ReadTitle, datetime], Tell] = field(default_factory=dict, repr=False, compare=False)

    def count(self, lead_id: str, read_title: ReadTitle, now: datetime) -> tuple[Mapping[str, int], datetime | None]:
        """The counts by column of the account, and when the first of them may change with no new data.

        They are made once for all leads that share this, so that a large account costs no square of its people.
        """
        tell = self._told.get((read_title, now))
        if tell is None:
            people = [_person(one, read_title) for one in self.colleagues]
            tell = self._told[read_title, now] = tally_people(counts_of(self.counts), people, now)
        return tell(lead_id)


def counts_of(facts: Iterable[str]) -> list[PeopleCount]:
    """The counts among some facts, in the order of their names."""
    return [count for fact in sorted(facts) if (count := people_count(fact)) is not None]


def _person(one: Colleague, read_title: ReadTitle) -> Person:
    title = None if one.title is None else read_title(one.title)
    seniority, function = (None, None) if title is None else (title.seniority, title.function)
    return Person(one.lead_id, seniority, function, one.last_at, one.next_at)
