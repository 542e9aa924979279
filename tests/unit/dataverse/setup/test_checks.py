"""The doctor's checks that need no network."""

from __future__ import annotations

from dataclasses import replace

import pytest

from connector.dataverse.metadata.tables import ColumnInfo, TableInfo
from connector.dataverse.setup.checks import Check, CheckStatus, Expectations, check_lead, check_table
from connector.dataverse.setup.provisioning import Wanted
from connector.pipeline.targets import Use
from connector.pipeline.values import ColumnNeeds, StatusOption, Table
from connector.scoring.facttypes import FactType, Kind

INFO = TableInfo(
    Table.LEAD,
    "leads",
    "leadid",
    tracks_changes=True,
    guards_updates=True,
    columns={
        "jobtitle": ColumnInfo("jobtitle", writable=True, type=FactType(Kind.TEXT)),
        "fullname": ColumnInfo("fullname", writable=False, type=FactType(Kind.TEXT)),
        "lc_nope": ColumnInfo("lc_nope", writable=True, type=FactType(Kind.BOOLEAN)),
        "msdyncrm_salesready": ColumnInfo("msdyncrm_salesready", writable=True, type=FactType(Kind.BOOLEAN)),
    },
    status_options=(StatusOption(1, ("New", "Neu")), StatusOption(823270000, ("Marketing Qualified",))),
)
BARE = replace(INFO, columns={"jobtitle": INFO.columns["jobtitle"]})


def find(checks: list[Check], name: str) -> Check:
    """The one check of a name."""
    (found,) = [check for check in checks if check.name == name]
    return found


def lead(info: TableInfo = INFO, **expected: object) -> list[Check]:
    """The checks of the lead table."""
    return list(check_lead(info, Expectations(**expected)))  # type: ignore[arg-type]  # each test names its own


def test_change_tracking_that_is_off_is_a_warning() -> None:
    """The service works without, with less."""
    assert find(list(check_table(INFO, Expectations())), "lead change tracking").status is CheckStatus.OK
    off = find(list(check_table(replace(INFO, tracks_changes=False), Expectations())), "lead change tracking")
    assert off.status is CheckStatus.WARNING
    assert "CONNECTOR_RECONCILE_H" in off.detail
    assert off.remedy


def test_missing_columns_are_all_named() -> None:
    """Those that models need and those that they write to read back."""
    needs = ColumnNeeds(frozenset({"jobtitle", "lc_b"}), frozenset({"lc_c"}), frozenset({"lc_a"}))
    check = find(list(check_table(INFO, Expectations(needs))), "lead columns")
    assert (check.status, check.detail) == (CheckStatus.FAILURE, "missing: lc_a, lc_b")
    check = find(list(check_table(replace(INFO, table=Table.ACCOUNT), Expectations(needs))), "account columns")
    assert (check.status, check.detail) == (CheckStatus.FAILURE, "missing: lc_c")
    fine = Expectations(ColumnNeeds(frozenset({"jobtitle"}), frozenset()))
    assert find(list(check_table(INFO, fine)), "lead columns").status is CheckStatus.OK


@pytest.mark.parametrize(
    ("guards", "status"), [(True, CheckStatus.OK), (None, CheckStatus.WARNING), (False, CheckStatus.FAILURE)]
)
def test_guarded_updates_are_a_must(guards: bool | None, status: CheckStatus) -> None:
    """Unknown is a warning, off is a failure."""
    assert find(lead(replace(INFO, guards_updates=guards)), "guarded updates").status is status


def test_columns_to_write_must_be_there_and_writable() -> None:
    """Both faults at once, and how to add columns."""
    assert find(lead(writes=frozenset({"jobtitle"})), "columns to write").status is CheckStatus.OK
    check = find(lead(writes=frozenset({"jobtitle", "fullname", "lc_a"})), "columns to write")
    assert check.status is CheckStatus.FAILURE
    assert check.detail == "missing: lc_a; cannot be updated: fullname"
    assert "connector provision" in check.remedy


@pytest.mark.parametrize(
    ("wanted", "known", "said"),
    [
        (Wanted("lc_x", Use.SCORE, ("m",)), FactType(Kind.TEXT), "lc_x exists as text, and `score` needs a number"),
        (
            Wanted("lc_x", Use.GRADE, ("m",), length=4),
            FactType(Kind.TEXT, max_length=3),
            "lc_x holds 3 characters, and a grade has up to 4",
        ),
        (
            Wanted("lc_x", Use.SCORED_ON, ("m",)),
            FactType(Kind.DATE),
            "lc_x exists as a date without time, and `scored_on` needs date and time",
        ),
        (
            Wanted("lc_x", Use.SALES_READY, ("q",)),
            FactType(Kind.NUMBER),
            "lc_x exists as a number, and `sales_ready` needs yes/no",
        ),
    ],
)
def test_columns_to_write_must_take_what_is_written(wanted: Wanted, known: FactType, said: str) -> None:
    """A column of another type, or too short, is a failure: every write would be refused."""
    info = replace(INFO, columns={**INFO.columns, "lc_x": ColumnInfo("lc_x", writable=True, type=known)})
    check = find(lead(info, writes=frozenset({"lc_x"}), wanted=[wanted, wanted]), "columns to write")
    assert (check.status, check.detail) == (CheckStatus.FAILURE, said)
    assert "Run: connector provision columns, or name another column" in check.remedy
    assert find(lead(wanted=[wanted]), "columns to write").detail == "missing: lc_x"


def test_columns_to_write_must_be_the_company_s_own() -> None:
    """One that is somebody else's is a failure, though it takes what is written."""
    wanted = Wanted("jobtitle", Use.EXPLANATION, ("m",), foreign=("it is people's.", "Name another."))
    check = find(lead(wanted=[wanted]), "columns to write")
    assert (check.status, check.detail) == (CheckStatus.FAILURE, "jobtitle is no column of your own")


def test_a_column_that_takes_fewer_scores_is_a_warning() -> None:
    """The run goes on: only scores beyond the column's range are refused."""
    known = FactType(Kind.NUMBER, minimum=0, maximum=100)
    info = replace(INFO, columns={**INFO.columns, "lc_x": ColumnInfo("lc_x", writable=True, type=known)})
    checks = lead(info, wanted=[Wanted("lc_x", Use.SCORE, ("fit",), low=-5, high=120)])
    assert find(checks, "columns to write").status is CheckStatus.OK
    check = find(checks, "range of lc_x")
    assert check.status is CheckStatus.WARNING
    assert "from 0 to 100" in check.detail
    assert "'fit' can give -5 and 120" in check.detail
    assert "`floor` and `cap`" in check.remedy
    fine = lead(info, wanted=[Wanted("lc_x", Use.SCORE, ("fit",), low=0, high=100)])
    assert not [check for check in fine if check.name.startswith("range")]


@pytest.mark.parametrize(
    ("reason", "value"),
    [(["neu"], 1), (["Nothing", "MARKETING QUALIFIED", "New"], 823270000), (["New", "Marketing Qualified"], 1), (1, 1)],
)
def test_status_reasons_are_found_by_label_or_value(reason: list[str] | int, value: int) -> None:
    """The first label that fits, in any language and case; or the value itself."""
    (check,) = [found for found in lead(status_reasons=[reason]) if found.name.startswith("Status Reason")]
    assert check.status is CheckStatus.OK
    assert f"value {value}" in check.detail


@pytest.mark.parametrize("reason", [["Qualified"], 3, []])
def test_a_status_reason_that_is_not_there_lists_those_that_are(reason: list[str] | int) -> None:
    """So that the right one can be copied."""
    (check,) = [found for found in lead(status_reasons=[reason]) if found.name.startswith("Status Reason")]
    assert check.status is CheckStatus.FAILURE
    assert "823270000 Marketing Qualified" in check.detail
    assert "1 New/Neu" in check.detail


@pytest.mark.parametrize(
    ("reason", "status", "remedy"),
    [(823270000, CheckStatus.WARNING, "Power Apps"), (["New"], CheckStatus.FAILURE, "{value: 823270000}")],
)
def test_status_reasons_that_cannot_be_read_are_no_reason_to_refuse_a_value(
    reason: list[str] | int, status: CheckStatus, remedy: str
) -> None:
    """A value is written as it is given, which is worth a look; a label cannot be found."""
    blind = replace(INFO, status_options=())
    (check,) = [found for found in lead(blind, status_reasons=[reason]) if found.name.startswith("Status Reason")]
    assert check.status is status
    assert "does not tell which options there are" in check.detail
    assert remedy in check.remedy


def test_the_sales_ready_column_must_be_there_when_it_is_written() -> None:
    """Where nothing asks for it, its absence is no fault."""
    assert find(lead(sales_ready=True), "sales-ready column").status is CheckStatus.OK
    assert find(lead(BARE, sales_ready=True), "sales-ready column").status is CheckStatus.FAILURE
    assert find(lead(BARE), "sales-ready column").status is CheckStatus.OK


def test_opt_out_columns_are_yes_no_columns_that_exist() -> None:
    """Missing or of another type is a failure, none at all a warning."""
    assert find(lead(opt_out=["lc_nope"]), "opt-out columns").status is CheckStatus.OK
    assert find(lead(opt_out=["lc_gone"]), "opt-out columns").detail == "missing: lc_gone"
    assert find(lead(opt_out=["jobtitle"]), "opt-out columns").status is CheckStatus.FAILURE
    assert find(lead(BARE), "opt-out columns").status is CheckStatus.WARNING
