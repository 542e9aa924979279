"""Rows as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.dataverse.metadata.tables import ColumnInfo, TableInfo
from connector.dataverse.reading.forms import parse_moment
from connector.dataverse.reading.rows import (
    AccountShape,
    LeadShape,
    Link,
    deleted_id,
    is_deletion,
    key_of,
)
from connector.errors import MissingFactError, OutsideError
from connector.pipeline.values import ColumnNeeds, Table
from connector.scoring.facttypes import FactType, Kind
from tests.unit.dataverse.org import ACCOUNT_1, LEAD_1, account, deletion, lead

NEEDS = ColumnNeeds(frozenset({"jobtitle"}), frozenset({"name"}), frozenset({"lc_engagement"}))
STANDARD = ("leadid", "statecode", "statuscode", "modifiedon", "jobtitle", "lc_engagement")
GUARDS = (
    "followemail", "msdyn_gdproptout", "msdyncrm_salesready",
    "_parentaccountid_value", "_customerid_value", "_parentcontactid_value",
)  # fmt: skip


def table(*names: str, of: Table = Table.LEAD) -> TableInfo:
    """A table with these columns."""
    known = {name: ColumnInfo(name, writable=True, type=None) for name in names}
    return TableInfo(of, f"{of}s", f"{of}id", tracks_changes=True, guards_updates=True, columns=known)


def with_types(info: TableInfo, **types: FactType | None) -> TableInfo:
    """The table with columns of these types too."""
    more = {name: ColumnInfo(name, writable=True, type=known) for name, known in types.items()}
    return replace(info, columns={**info.columns, **more})


def shape(*more: str, opt_out: tuple[str, ...] = ()) -> LeadShape:
    """What is asked for of a table with the standard columns and some more; opt-out columns are yes/no."""
    known = with_types(table(*STANDARD, *more), **dict.fromkeys(opt_out, FactType(Kind.BOOLEAN)))
    return LeadShape.of(known, NEEDS, opt_out)


def test_only_what_is_needed_and_what_guards_is_selected() -> None:
    """Needed columns, our own, the guards that exist, and nothing else."""
    assert shape().select == set(STANDARD)
    assert shape(*GUARDS, "lastname").select == {*STANDARD, *GUARDS}
    assert shape(opt_out=("donotbulkemail",)).select == {*STANDARD, "donotbulkemail"}


def test_a_needed_column_that_does_not_exist_is_named() -> None:
    """All missing names at once, before anything is asked."""
    needs = ColumnNeeds(frozenset({"lc_b", "lc_a", "jobtitle"}), frozenset({"lc_c"}))
    with pytest.raises(MissingFactError, match="named lc_a, lc_b"):
        LeadShape.of(table(*STANDARD), needs)
    with pytest.raises(MissingFactError, match=r"account table .* lc_c"):
        AccountShape.of(table("accountid", of=Table.ACCOUNT), needs)


@pytest.mark.parametrize(
    ("types", "said"),
    [
        ({}, r"\(missing: lc_out\)"),
        ({"lc_out": FactType(Kind.TEXT)}, r"\(not yes/no: lc_out\)"),
        ({"lc_out": FactType(Kind.CHOICE, options={1: ("Yes",), 0: ("No",)})}, r"\(not yes/no: lc_out\)"),
        ({"lc_out": FactType(Kind.DATETIME)}, r"\(not yes/no: lc_out\)"),
        ({"lc_out": None}, r"\(not yes/no: lc_out\)"),
        ({"_lc_out_value": FactType(Kind.ID)}, r"\(missing: lc_out\)"),
    ],
)
def test_an_opt_out_column_that_cannot_be_relied_on_is_refused(types: dict[str, FactType | None], said: str) -> None:
    """Missing, of another type or of an unknown one: named with its setting and what to do, never read over."""
    with pytest.raises(MissingFactError, match=said) as caught:
        LeadShape.of(with_types(table(*STANDARD), **types), NEEDS, ["lc_out"])
    assert "CONNECTOR_OPT_OUT_COLUMN" in caught.value.message
    assert "Set CONNECTOR_OPT_OUT_COLUMN to the yes/no column" in caught.value.remedy


@pytest.mark.parametrize("value", [True, 1, "true", "No", 2.0, [], {}])
def test_in_doubt_a_person_is_left_out(value: object) -> None:
    """Whatever stands in the column, if it is neither empty nor no."""
    assert shape(opt_out=("lc_out",)).read(LEAD_1, lead(lc_out=value)).opted_out
    assert not shape(opt_out=("lc_out",)).read(LEAD_1, lead(lc_out=False)).opted_out
    assert not shape(opt_out=("lc_out",)).read(LEAD_1, lead(lc_out=None)).opted_out


def test_a_lead_is_read_without_annotations() -> None:
    """Needed columns only, an absent one as null, with etag, status and times."""
    row = lead(LEAD_1.upper(), **{"statuscode@x": "New", "lastname": "Beispiel"})
    read = shape().read(LEAD_1, row, Link(ACCOUNT_1))
    assert read.columns == {"jobtitle": "Einkäuferin", "lc_engagement": None}
    assert (read.lead_id, read.etag, read.account_id) == (LEAD_1, 'W/"1"', ACCOUNT_1)
    assert (read.is_open, read.status_reason) == (True, 1)
    assert read.modified_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (read.opted_out, read.tracking, read.marked_ready) == (False, True, None)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (False, True, None)),
        ({"msdyn_gdproptout": True}, (True, True, None)),
        ({"lc_optout": True}, (True, True, None)),
        ({"msdyn_gdproptout": None, "lc_optout": False}, (False, True, None)),
        ({"followemail": False}, (False, False, None)),
        ({"followemail": None}, (False, True, None)),
        ({"msdyncrm_salesready": False}, (False, True, False)),
        ({"msdyncrm_salesready": True}, (False, True, True)),
    ],
)
def test_guards_are_read(values: dict[str, Any], expected: tuple[bool, bool, bool | None]) -> None:
    """Opting out, by the standard or a configured column; tracking refused; the sales-ready mark."""
    read = shape(*GUARDS, opt_out=("lc_optout",)).read(LEAD_1, lead(**values))
    assert (read.opted_out, read.tracking, read.marked_ready) == expected


@pytest.mark.parametrize("state", [1, 2])
def test_qualified_and_disqualified_leads_are_closed(state: int) -> None:
    """Only state 0 is open."""
    assert not shape().read(LEAD_1, lead(statecode=state)).is_open


@pytest.mark.parametrize(
    "row",
    [
        *({**lead(), "@odata.etag": etag} for etag in ("", "*", "17", 17)),
        {key: value for key, value in lead().items() if key != "@odata.etag"},
        lead(statecode=None),
        lead(statecode=True),
        {},
    ],
)
def test_a_row_without_key_etag_or_state_is_refused(row: dict[str, Any]) -> None:
    """Such a row could not be guarded, so that it is not taken for a lead."""
    with pytest.raises(OutsideError, match="sent a lead without"):
        shape().read(LEAD_1, row)


@pytest.mark.parametrize("row", [lead("not-a-guid"), {}])
def test_a_row_needs_an_id(row: dict[str, Any]) -> None:
    """What is no id is refused before it becomes part of anything."""
    with pytest.raises(OutsideError, match="sent a lead without leadid"):
        key_of(row, "leadid", "lead")


def test_an_account_is_read() -> None:
    """Needed columns by the lower-case id; without a key it is refused."""
    read = AccountShape.of(table("accountid", "name", of=Table.ACCOUNT), NEEDS)
    assert read.select == {"accountid", "name"}
    row = read.read(account(ACCOUNT_1.upper()))
    assert (row.account_id, row.columns) == (ACCOUNT_1, {"name": "Beispiel & Söhne"})
    with pytest.raises(OutsideError, match="account without accountid"):
        read.read({"name": "x"})


def test_deletions_are_told_from_rows() -> None:
    """By reason or by context."""
    assert is_deletion(deletion(LEAD_1))
    assert is_deletion({"@odata.context": "x#leads/$deletedEntity", "id": LEAD_1})
    assert is_deletion({"@odata.removed": {"reason": "deleted"}, "@odata.id": f"leads({LEAD_1})"})
    assert is_deletion({"@removed": {"reason": "changed"}, "@id": f"leads({LEAD_1})"})
    assert not is_deletion(lead())


@pytest.mark.parametrize(
    "entry",
    [
        {"id": LEAD_1},
        {"id": f"{{{LEAD_1.upper()}}}"},
        {"id": f"https://org.crm4.dynamics.com/api/data/v9.2/leads({LEAD_1})"},
        {"id": None, "@odata.id": f"leads({LEAD_1})"},
        {"id": "17", "@id": f"leads({LEAD_1})"},
        {"leadid": LEAD_1},
    ],
)
def test_deletions_name_their_row_in_many_forms(entry: dict[str, Any]) -> None:
    """Bare, in braces, in an address, under the name of the key."""
    assert deleted_id(entry, "leadid") == LEAD_1
    assert deleted_id({"reason": "deleted"}, "leadid") is None


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        (Kind.NUMBER, "500", 500),
        (Kind.NUMBER, "100.2500", 100.25),
        (Kind.NUMBER, "-7", -7),
        (Kind.NUMBER, "1_000", "1_000"),
        (Kind.NUMBER, "9" * 400, "9" * 400),
        (Kind.NUMBER, 12, 12),
        (Kind.NUMBER, None, None),
        (Kind.DATETIME, "2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z"),
        (Kind.DATETIME, "2026-11-20T08:00:00.0000000Z", "2026-11-20T08:00:00Z"),
        (Kind.DATETIME, "2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"),
        (Kind.DATETIME, "2026-11-20T08:00:00", "2026-11-20T08:00:00Z"),
        (Kind.DATETIME, "soon", "soon"),
        (Kind.TEXT, "500", "500"),
    ],
)
def test_numbers_and_times_are_kept_in_one_form(kind: Kind, sent: object, kept: object) -> None:
    """What was written is recognised however a server tells it; what is neither is left as it is."""
    info = with_types(table(*STANDARD), lc_engagement=FactType(kind))
    read = LeadShape.of(info, NEEDS).read(LEAD_1, lead(lc_engagement=sent))
    assert read.columns["lc_engagement"] == kept
    accounts = with_types(table("accountid", of=Table.ACCOUNT), name=FactType(kind))
    assert AccountShape.of(accounts, NEEDS).read(account(ACCOUNT_1, name=sent)).columns == {"name": kept}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T08:00:00Z", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20T08:00:00.1234567Z", datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)),
        ("2026-11-20T10:00:00+02:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 20, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
        (5, None),
    ],
)
def test_moments_are_read_as_utc(text: object, expected: datetime | None) -> None:
    """Any ISO form with any number of fraction digits; nonsense is none."""
    assert parse_moment(text) == expected
