"""Reading a table without change tracking: in ranges at first, then by window, with a look for what is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import ColumnInfo, TableInfo
from connector.dataverse.reading.pages import ChangePage, Reading
from connector.dataverse.reading.tokens import WindowToken
from connector.dataverse.reading.windows import READERS, read_window
from connector.errors import OutsideError
from connector.pipeline.values import Table
from tests.unit.dataverse.org import LEAD_1, LEAD_2, LEAD_3, lead, page
from tests.unit.dataverse.support import NOW, Script, refuse

SELECT = frozenset({"leadid", "statecode"})
OLD, NEW = "2024-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
LAST = "2025-11-16T07:30:00Z"  # where the last of the ranges between them begins
DAY = timedelta(days=1)


def reading(*, every: timedelta | None = None, tells_age: bool = True) -> Reading:
    """What is read of the lead table."""
    names = {"createdon", "modifiedon"} if tells_age else {"modifiedon"}
    columns = {name: ColumnInfo(name, writable=False, type=None) for name in names}
    info = TableInfo(Table.LEAD, "leads", "leadid", tracks_changes=False, guards_updates=True, columns=columns)
    return Reading(info, SELECT, 2, open_filter="statecode eq 0 or merged", reconcile_every=every)


def ids(pages: list[ChangePage]) -> list[str]:
    """The leads of pages, in order."""
    return [row["leadid"] for found in pages for row in found.rows]


def window(*, looked: datetime | None = NOW) -> WindowToken:
    """A token of half an hour ago."""
    return WindowToken(NOW - timedelta(minutes=30), SELECT, reconciled_at=looked)


def test_a_table_of_one_page_takes_one_request(session: DataverseSession, script: Script) -> None:
    """Nothing is cut where there is nothing to cut; everything was just looked for."""
    script.on("GET", "leads", page(lead(LEAD_1, createdon=OLD)))
    (found,) = read_window(session, reading(), None)
    assert ids([found]) == [LEAD_1]
    assert found.is_full
    assert isinstance(found.token, WindowToken)
    assert found.token.reconciled_at == NOW
    assert len(script.sent) == 1


def test_a_larger_table_is_read_in_ranges_of_age(session: DataverseSession, script: Script) -> None:
    """The ranges follow each other without a gap from the first page's last row on, the last one is open."""
    script.on("GET", "$orderby=createdon asc,leadid asc", page(lead(LEAD_1, createdon=OLD), next_link="leads?$skip=2"))
    script.on("GET", "$orderby=createdon desc", page(lead(LEAD_3, createdon=NEW)))
    script.on("GET", "createdon ge", page())
    script.on("GET", f"createdon ge {OLD}", page(lead(LEAD_1, createdon=OLD), lead(LEAD_2, createdon=OLD)))
    script.on("GET", f"createdon ge {LAST}", page(lead(LEAD_3, createdon=NEW)))
    found = list(read_window(session, reading(), None))
    assert sorted(set(ids(found))) == [LEAD_1, LEAD_2, LEAD_3]
    assert all(part.is_full for part in found)
    assert [part.token is not None for part in found] == [False] * (len(found) - 1) + [True]
    ranges = sorted(url.split("createdon ge ")[1].split("&")[0] for url in script.urls("createdon ge"))
    ends = [tuple(part.split(" and createdon lt ")) for part in ranges]
    assert len(ends) == 4 * READERS
    assert (ends[0][0], ends[-1]) == (OLD, (LAST,))
    assert [end[1] for end in ends[:-1]] == [end[0] for end in ends[1:]]
    assert all("(statecode eq 0 or merged) and createdon" in url for url in script.urls("createdon ge"))
    assert script.urls("skip=2") == []


def test_rows_of_one_moment_are_one_range(session: DataverseSession, script: Script) -> None:
    """An import that gave every row the same age is read page after page."""
    rows = [lead(LEAD_1, createdon=OLD), lead(LEAD_2, createdon=OLD)]
    script.on("GET", "$orderby=createdon desc", page(rows[1]))
    script.on("GET", "$orderby=createdon asc", page(rows[0], next_link="leads?$skip=2"))
    script.on("GET", f"createdon ge {OLD}", page(*rows))
    assert set(ids(list(read_window(session, reading(), None)))) == {LEAD_1, LEAD_2}
    assert len(script.sent) == 3


@pytest.mark.parametrize("age", [None, "unknown"])
def test_rows_without_an_age_are_read_page_after_page(
    session: DataverseSession, script: Script, age: str | None
) -> None:
    """Where the first page does not tell where it ends in time, nothing can be cut and nothing is lost."""
    script.on("GET", "leads?$select", page(lead(LEAD_1, createdon=age), next_link="leads?$skip=2"))
    script.on("GET", "skip=2", page(lead(LEAD_2, createdon=age)))
    found = list(read_window(session, reading(), None))
    assert ids(found) == [LEAD_1, LEAD_2]
    assert [part.token is not None for part in found] == [False, True]


def test_a_table_without_ages_is_read_in_the_order_of_changes(session: DataverseSession, script: Script) -> None:
    """Not every table has the column."""
    script.on("GET", "leads", page(lead(LEAD_1)))
    assert ids(list(read_window(session, reading(tells_age=False), None))) == [LEAD_1]
    assert "$orderby=modifiedon asc,leadid asc" in script.urls()[0]


def test_a_range_that_fails_ends_the_read(session: DataverseSession, script: Script) -> None:
    """No token is given for a read with a hole."""
    script.on("GET", "$orderby=createdon asc,leadid asc", page(lead(LEAD_1, createdon=OLD), next_link="leads?$skip=2"))
    script.on("GET", "$orderby=createdon desc", page(lead(LEAD_3, createdon=NEW)))
    script.on("GET", "createdon ge", page())
    script.on("GET", f"createdon ge {LAST}", refuse(403, "0x80040220"))
    came: list[ChangePage] = []
    with pytest.raises(OutsideError, match="privilege"):
        came.extend(read_window(session, reading(), None))
    assert all(part.token is None for part in came)


def test_rows_that_are_gone_are_looked_for_in_time(session: DataverseSession, script: Script) -> None:
    """After the changes the ids of all rows follow, page after page; the token comes with the last of them."""
    script.on("GET", "modifiedon ge", page(lead(LEAD_1)))
    script.on("GET", "$orderby=leadid asc", page({"leadid": LEAD_1.upper()}, next_link="leads?$skip=2"))
    script.on("GET", "skip=2", page({"leadid": LEAD_2}))
    found = list(read_window(session, reading(every=DAY), window(looked=NOW - DAY)))
    assert [(part.is_full, part.seen) for part in found] == [(False, ()), (True, (LEAD_1,)), (True, (LEAD_2,))]
    assert [part.token is not None for part in found] == [False, False, True]
    assert found[-1].token == WindowToken(NOW - timedelta(minutes=10), SELECT, reconciled_at=NOW)
    assert "$select=leadid&$filter=statecode eq 0 or merged&$orderby=leadid asc" in script.urls("orderby=leadid")[0]


@pytest.mark.parametrize(
    ("every", "looked", "expected"),
    [
        (DAY, NOW - DAY, True),
        (DAY, NOW - DAY + timedelta(seconds=1), False),
        (DAY, None, True),
        (timedelta(), NOW, True),
        (None, None, False),
    ],
)
def test_it_is_looked_as_often_as_wished(
    session: DataverseSession, script: Script, *, every: timedelta | None, looked: datetime | None, expected: bool
) -> None:
    """By the server's clock; a token that does not say when it was last is due."""
    script.on("GET", "leads", page())
    found = list(read_window(session, reading(every=every), window(looked=looked)))
    assert any(part.is_full for part in found) is expected


def test_without_a_clock_it_is_not_looked(session: DataverseSession, script: Script) -> None:
    """Nobody would know when it was."""
    script.on("GET", "leads", (200, {}, '{"value": []}'))
    (found,) = read_window(session, reading(every=DAY), window(looked=None))
    assert found.token == WindowToken(datetime(2026, 11, 20, 8, 30, tzinfo=UTC), SELECT)
