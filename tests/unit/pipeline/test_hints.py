"""What a hint becomes: jobs that read rows again, each once, or nothing where it speaks of our own writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest

from connector.pipeline.hints import PRIORITY, Hint, OwnWrites, is_followed, is_own, jobs_of
from connector.pipeline.jobs import NewJob

OWN = OwnWrites(frozenset({"lc_fit", "lc_scoredon"}), frozenset({"statuscode"}), "lead-connector")
AT = datetime(2026, 11, 21, 9, tzinfo=UTC)


def numbers() -> Callable[[], str]:
    """Ids that count up."""
    numbered = count(1)
    return lambda: f"new-{next(numbered)}"


def test_a_hint_becomes_a_job_for_each_row() -> None:
    """The id names the operation, so that a repetition is the same job; the key is the row; no value of it is kept."""
    hint = Hint("Merge", "lead", ("a", "b", "a"), operation_id="op", correlation_id="c", happened_at=AT)
    payload = {"message": "Merge", "correlation_id": "c", "happened_at": AT.isoformat()}
    assert jobs_of(hint, numbers()) == [
        NewJob("hint:op:a", "refresh-lead", payload, "a", priority=PRIORITY),
        NewJob("hint:op:b", "refresh-lead", payload, "b", priority=PRIORITY),
    ]
    assert jobs_of(hint, numbers()) == jobs_of(hint, numbers())


def test_a_hint_without_an_operation_is_never_taken_for_another() -> None:
    """One read too many is better than a change that nobody looks at."""
    hint, new_id = Hint("Update", "account", ("a",)), numbers()
    first, second = jobs_of(hint, new_id), jobs_of(hint, new_id)
    assert first[0].kind == "refresh-account"
    assert (first[0].job_id, second[0].job_id) == ("hint:new-1:a", "hint:new-2:a")
    assert first[0].payload["happened_at"] is None


def test_only_mirrored_tables_are_followed() -> None:
    """Leads and accounts."""
    assert [is_followed(Hint("Create", table, ("a",))) for table in ("lead", "account", "contact", "")] == [
        True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "tag", "own"),
    [
        ({"lc_fit"}, "", True),
        ({"lc_fit", "lc_scoredon"}, "", True),
        (set(), "", True),
        ({"lc_fit", "jobtitle"}, "", False),
        ({"statuscode"}, "", False),
        ({"lc_fit", "statuscode"}, "lead-connector", True),
        ({"lc_fit", "jobtitle"}, "lead-connector", False),
        ({"jobtitle"}, "another", False),
        (None, "lead-connector", True),
        (None, "another", False),
        (None, "", False),
    ],
)
def test_our_own_writes_are_told_by_their_columns_and_by_their_tag(
    columns: set[str] | None, tag: str, own: bool
) -> None:
    """Score columns alone are ours; a mark may be a person's, unless the tag says who wrote it."""
    touched = None if columns is None else frozenset(columns)
    assert is_own(Hint("Update", "lead", ("a",), touched, tag), OWN) is own


def test_we_never_write_accounts_and_no_tag_is_no_sign() -> None:
    """Whatever an account's update touched is news; without a configured tag none is ours."""
    assert not is_own(Hint("Update", "account", ("a",), frozenset({"lc_fit"}), "lead-connector"), OWN)
    assert not is_own(Hint("Update", "lead", ("a",)), OwnWrites())
