"""When an account wakes up: its people did nothing for a while, and now enough of them do.

An account is awake from the moment on at which at least so many of its open leads did something within the window, and
until none of them has. Each awakening is one event of the account, whichever of its leads is looked at. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from connector.scoring.rules import AccountWakes


@dataclass(frozen=True, slots=True)
class AccountMemory:
    """What is remembered of an account for one rule and its version; `ordinal` counts its awakenings."""

    account_id: str
    rule: str
    rule_version: str
    awake: bool
    ordinal: int
    woke_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a rule asks of accounts. `since` is the moment whose state is the baseline where nothing is remembered."""

    rule: str
    rule_version: str
    within: timedelta
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AccountSeen:
    """An account now: how many people are engaged, how many were at the baseline's moment, what is remembered.

    `asleep_at` is when nobody will be engaged any more if nothing happens, `arrival_at` when the next interaction that
    is dated later will count.
    """

    account_id: str
    people: int
    people_before: int
    asleep_at: datetime | None
    arrival_at: datetime | None
    memory: AccountMemory | None


class AwakeningStore(Protocol):
    """What is known of the people of accounts."""

    def accounts_seen(
        self, account_ids: Collection[str], question: Question, *, now: datetime
    ) -> Mapping[str, AccountSeen]:
        """How a rule sees these accounts, by account id; what machines did, and who refused tracking, do not count."""
        ...


def look(
    seen: AccountSeen, on: AccountWakes, question: Question, now: datetime, *, is_baseline: bool, announces: bool
) -> tuple[AccountMemory, bool]:
    """The memory after a look at an account, and whether it woke up.

    A baseline remembers and does not announce, unless it `announces`; later an account of which nothing is remembered
    is as it was at the baseline's moment.
    """
    before = seen.memory
    if before is None:
        was_awake = not is_baseline and seen.people_before >= on.people
        before = AccountMemory(seen.account_id, question.rule, question.rule_version, was_awake, 0, None)
    if before.awake:
        return (before if seen.people else replace(before, awake=False)), False
    if seen.people < on.people:
        return before, False
    if is_baseline and not announces:
        return replace(before, awake=True), False
    return replace(before, awake=True, ordinal=before.ordinal + 1, woke_at=now), True


def next_look(seen: AccountSeen, memory: AccountMemory, now: datetime) -> datetime | None:
    """When the account's state may change with no new data."""
    moments: Sequence[datetime | None] = (seen.asleep_at if memory.awake else None, seen.arrival_at)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)
