"""Times in the tables: aware UTC in, aware UTC out, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from connector.store.duemarks import first_revision
from connector.store.tables import UtcDateTime

SQLITE = sa.make_url("sqlite://").get_dialect()()
POSTGRESQL = sa.make_url("postgresql://").get_dialect()()
MOMENT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
KIND = UtcDateTime()


def test_sqlite_keeps_utc_without_a_zone() -> None:
    """The text in the file is UTC, whatever zone the time came with."""
    abroad = MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert KIND.process_bind_param(abroad, SQLITE) == MOMENT.replace(tzinfo=None)
    assert KIND.process_result_value(MOMENT.replace(tzinfo=None), SQLITE) == MOMENT


def test_postgresql_keeps_the_zone() -> None:
    """It gives times in the session's zone: they come out as UTC."""
    bound = KIND.process_bind_param(MOMENT, POSTGRESQL)
    assert bound is not None
    assert bound.tzinfo is UTC
    shown = KIND.process_result_value(MOMENT.astimezone(timezone(timedelta(hours=-3))), POSTGRESQL)
    assert shown is not None
    assert (shown, shown.tzinfo) == (MOMENT, UTC)


def test_no_time_is_no_time() -> None:
    """An empty column stays empty."""
    assert KIND.process_bind_param(None, SQLITE) is None
    assert KIND.process_result_value(None, SQLITE) is None


def test_a_naive_time_is_refused() -> None:
    """A time without a zone is a mistake, not a time in the machine's zone."""
    with pytest.raises(ValueError, match="without a zone"):
        KIND.process_bind_param(MOMENT.replace(tzinfo=None), SQLITE)


def test_revisions_grow_with_time() -> None:
    """A lead that enters later begins with a later revision, to the microsecond."""
    later = MOMENT + timedelta(microseconds=1)
    assert first_revision(later) == first_revision(MOMENT) + 1
    assert first_revision(datetime(1970, 1, 2, tzinfo=UTC)) == 86_400_000_000
