"""Buying groups: what is counted over the people of an account, and the one name that such a count has as a fact.

A count is a roll-up as `account.open_leads` is: whoever gives the facts counts it, by `PeopleCount.count`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from heapq import nsmallest

from connector.scoring.derived import FUNCTIONS, PEOPLE, SENIORITIES, engaged_days

DISTINCT = ("people", "seniority", "function")
_NAME = re.compile(
    r"account\.people\((?P<what>engaged|open)(?: (?P<seconds>[0-9]{1,12})s)?(?: seniority=(?P<seniority>[a-z_,]+))?"
    r"(?: function=(?P<function>[a-z_,]+))?(?: distinct=(?P<distinct>seniority|function))?(?P<others> others)?\)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A lead of an account: what the title says (None: nothing), and when a person last did something, and next will.

    `last_at` is the latest up to now, `next_at` the first after it; machines do not count.
    """

    lead_id: str
    seniority: str | None
    function: str | None
    last_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """Which leads of an account are counted, and as what.

    `is_engaged`: who did something (in the last `within`, None: ever), else every open lead. `seniority` and
    `function`: only those (empty: any); a title that says nothing is none of them. `distinct` counts different
    seniorities or functions instead of people. `others` leaves out the lead that is asked about.
    """

    is_engaged: bool = True
    within: timedelta | None = None
    seniority: tuple[str, ...] = ()
    function: tuple[str, ...] = ()
    distinct: str = "people"
    others: bool = False

    @property
    def fact(self) -> str:
        """The name of this count as a fact; the short one where it has one."""
        if self == PeopleCount(is_engaged=False):
            return "account.open_leads"
        days = self.within.days if self.within is not None and self.within == timedelta(days=self.within.days) else 0
        if self == PeopleCount(within=self.within) and 1 <= days < 10_000:  # noqa: PLR2004 - what the name can say
            return f"account.engaged_people_{days}d"
        parts = [self._state]
        parts += [] if self.within is None else [f"{int(self.within.total_seconds())}s"]
        parts += [f"{key}={','.join(some)}" for key in DISTINCT[1:] if (some := getattr(self, key))]
        parts += [] if self.distinct == "people" else [f"distinct={self.distinct}"]
        parts += ["others"] if self.others else []
        return f"{PEOPLE}{' '.join(parts)})"

    @property
    def reads_titles(self) -> bool:
        """Whether the count depends on what titles say."""
        return bool(self.seniority or self.function) or self.distinct != "people"

    def words(self, within: str) -> str:
        """What the number is called in a sentence, given the words for its window."""
        among = ", ".join(part.replace("_", " ") for part in (*self.seniority, *self.function))
        who = " ".join(word for word in ("other" if self.others else "", self._state, among, "people") if word)
        unlike = {"seniority": "different seniorities", "function": "different job functions"}.get(self.distinct)
        name = f"number of {who if unlike is None else f'{unlike} among the {who}'} of the account"
        return f"{name} in {within}" if within else name

    @property
    def _state(self) -> str:
        return "engaged" if self.is_engaged else "open"

    def count(self, people: Iterable[Person], lead_id: str, now: datetime) -> tuple[int, datetime | None]:
        """How many there are now, and the first later moment at which that may be another number with no new data."""
        return self.over(people, now).of(lead_id)

    def over(self, people: Iterable[Person], now: datetime) -> Tally:
        """This count over the people of an account, made once for all of its leads."""
        tally = Tally({}, defaultdict(Counter), Counter(), self.others)
        for person in people:
            if not self._is_meant(person):
                continue
            is_in, change = self._engaged(person, now)
            if change is not None:
                tally.changes[person.lead_id] = min(change, tally.changes.get(person.lead_id, change))
            value = person.lead_id if self.distinct == "people" else getattr(person, self.distinct)
            if is_in and value is not None:
                tally.own[person.lead_id][value] += 1
                tally.values[value] += 1
        return tally

    def _is_meant(self, person: Person) -> bool:
        return (not self.seniority or person.seniority in self.seniority) and (
            not self.function or person.function in self.function
        )

    def _engaged(self, person: Person, now: datetime) -> tuple[bool, datetime | None]:
        """Whether a person counts now, and when that changes by time alone."""
        if not self.is_engaged:
            return True, None
        last, upcoming = person.last_at, person.next_at
        if last is None or (self.within is not None and last <= now - self.within):
            return False, upcoming
        if self.within is None:
            return True, None
        end = last + self.within
        if upcoming is not None and upcoming <= end:
            end = upcoming + self.within  # engaged at least until then
        return True, end


@cache
def people_count(fact: str) -> PeopleCount | None:
    """The count that a fact is the name of, in either form; None for any other fact."""
    if fact == "account.open_leads":
        return PeopleCount(is_engaged=False)
    days = engaged_days(fact)
    if days is not None:
        return PeopleCount(within=timedelta(days=days))
    found = _NAME.fullmatch(fact)
    if found is None:
        return None
    seniority, function = _listed(found["seniority"], SENIORITIES), _listed(found["function"], FUNCTIONS)
    if seniority is None or function is None:
        return None
    within = None if found["seconds"] is None else timedelta(seconds=int(found["seconds"]))
    return PeopleCount(
        found["what"] == "engaged", within, seniority, function, found["distinct"] or "people", bool(found["others"])
    )


def _listed(text: str | None, known: Iterable[str]) -> tuple[str, ...] | None:
    some = tuple(text.split(",")) if text else ()
    return some if set(some) <= set(known) else None


@dataclass(frozen=True, slots=True)
class Tally:
    """A count at a moment: what was found, by lead and in all, and when each lead's part may change.

    Asking it for a lead costs the same however large the account is.
    """

    changes: dict[str, datetime]
    own: dict[str, Counter[str]]
    values: Counter[str]
    others: bool
    _first: list[tuple[datetime, str]] = field(default_factory=list, compare=False)

    def of(self, lead_id: str) -> tuple[int, datetime | None]:
        """How many a lead of the account sees, and when that may change."""
        if self.changes and not self._first:
            self._first.extend(nsmallest(2, ((change, one) for one, change in self.changes.items())))
        own: Mapping[str, int] = self.own.get(lead_id, {}) if self.others else {}
        alone = sum(self.values[value] == number for value, number in own.items())
        moments = (change for change, one in self._first if not (self.others and one == lead_id))
        return len(self.values) - alone, next(moments, None)


def tally_people(
    counts: Iterable[PeopleCount], people: Iterable[Person], now: datetime
) -> Callable[[str], tuple[Mapping[str, int], datetime | None]]:
    """Make every count over the people of an account once; what is returned tells them to each of its leads, by id.

    They are told by their column of the account, with the first later moment at which one of them may change.
    """
    listed = list(people)
    tallies = {count.fact.partition(".")[2]: count.over(listed, now) for count in counts}

    def tell(lead_id: str) -> tuple[Mapping[str, int], datetime | None]:
        told = {column: tally.of(lead_id) for column, tally in tallies.items()}
        moments = [change for _, change in told.values() if change is not None]
        return {column: number for column, (number, _) in told.items()}, min(moments, default=None)

    return tell
