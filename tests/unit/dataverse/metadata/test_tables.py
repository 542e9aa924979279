"""What metadata say of an environment."""

from __future__ import annotations

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.metadata.tables import TableInfo, describe, read_table
from connector.errors import OutsideError
from connector.pipeline.values import Environment, Table
from connector.scoring.facttypes import FactType, Kind
from tests.unit.dataverse import org
from tests.unit.dataverse.support import Script, refuse

DEFINITION = "?$select=LogicalName,EntitySetName"


def read_environment(session: DataverseSession) -> Environment:
    """Both tables, joined."""
    return describe(read_table(session, Table.LEAD), read_table(session, Table.ACCOUNT))


@pytest.fixture
def info(session: DataverseSession, script: Script) -> TableInfo:
    """The lead table of the small org."""
    org.describe(script)
    return read_table(session, Table.LEAD)


def test_a_table_is_described(info: TableInfo) -> None:
    """Set, key, change tracking and the guard come from its definition."""
    assert (info.entity_set, info.key, info.tracks_changes, info.guards_updates) == ("leads", "leadid", True, True)


def test_columns_are_those_that_rows_have(info: TableInfo) -> None:
    """Names of lookups and choices, images and unreadable columns are left out; lookups have their row name."""
    assert "_parentaccountid_value" in info.columns
    assert "_customerid_value" in info.columns
    absent = {"parentaccountid", "parentaccountidname", "industrycodename", "secret", "entityimage_timestamp"}
    assert info.columns.keys().isdisjoint(absent)


def test_columns_have_types_with_their_details(info: TableInfo) -> None:
    """Kind, length, range, options in every language, date-only behaviour, free text, label."""
    types = {name: column.type for name, column in info.columns.items()}
    assert types["jobtitle"] == FactType(Kind.TEXT, max_length=100, free_text=True, label="Jobtitle")
    assert types["lc_engagement"] == FactType(Kind.NUMBER, minimum=-100, maximum=1000, label="Lc_Engagement")
    assert types["industrycode"] == FactType(
        Kind.CHOICE, options={1: ("Accounting", "Buchhaltung"), 16: ("Financial",)}, label="Industrycode"
    )
    assert types["lc_topics"] == FactType(Kind.MULTI_CHOICE, options={7: ("Robotics",)}, label="Lc_Topics")
    assert types["birthday"] == FactType(Kind.DATE, label="Birthday")
    assert types["modifiedon"] == FactType(Kind.DATETIME, label="Modifiedon")
    assert types["followemail"] == FactType(
        Kind.BOOLEAN, options={1: ("Allow",), 0: ("Do Not Allow",)}, label="Followemail"
    )
    assert types["_parentaccountid_value"] == FactType(Kind.ID, label="Parentaccountid")


@pytest.mark.parametrize(
    ("behavior", "form", "kind"),
    [
        ({"Value": "DateOnly"}, "DateOnly", Kind.DATE),
        ({"Value": "UserLocal"}, "DateAndTime", Kind.DATETIME),
        ({"Value": "TimeZoneIndependent"}, "DateAndTime", Kind.DATETIME),
        ({"Value": "UserLocal"}, "DateOnly", Kind.DATETIME),
        (None, "DateOnly", Kind.DATE),
        ({"Value": None}, "DateOnly", Kind.DATE),
        (None, "DateAndTime", Kind.DATETIME),
        (None, None, Kind.DATETIME),
    ],
)
def test_days_are_told_from_moments(
    session: DataverseSession, script: Script, behavior: object, form: str | None, kind: Kind
) -> None:
    """The behaviour says what a column takes; where none is told its format does."""
    org.describe(script)
    row = {"LogicalName": "birthday", "DateTimeBehavior": behavior, "Format": form}
    script.on("GET", "CRM.DateTimeAttributeMetadata", {"value": [row]})
    known = read_table(session, Table.LEAD).columns["birthday"].type
    assert known is not None
    assert known.kind is kind
    assert "DateTimeBehavior,Format" in script.urls("CRM.DateTime")[0]


def test_an_environment_joins_both_tables(session: DataverseSession, script: Script) -> None:
    """Types are closed, lookups are not writable, Status Reasons are those of the open state."""
    org.describe(script)
    found = read_environment(session)
    assert found.types.closed == {"lead", "account"}
    assert found.types.types["account.name"].max_length == 160
    assert found.types.derived.title == "lead.jobtitle"
    assert "lc_engagement" in found.writable_lead_columns
    assert found.writable_lead_columns.isdisjoint({"leadid", "fullname", "_parentaccountid_value", "modifiedon"})
    assert found.lead_columns > found.writable_lead_columns
    assert [option.value for option in found.status_options] == [1, 823270000]
    assert found.sales_ready_column == "msdyncrm_salesready"
    assert found.status_column == "statuscode"


def test_no_sales_ready_column_without_the_app(session: DataverseSession, script: Script) -> None:
    """Where the marketing app is not installed, there is none."""
    org.describe(script)
    without = [column for column in org.LEAD_COLUMNS if column["LogicalName"] != "msdyncrm_salesready"]
    script.on("GET", "(LogicalName='lead')/Attributes?", {"value": without})
    assert read_environment(session).sales_ready_column is None


def test_a_refused_cast_costs_details_only(session: DataverseSession, script: Script) -> None:
    """A server that does not know a cast leaves its columns without options or lengths."""
    org.describe(script)
    for cast in ("String", "Picklist", "Boolean"):
        script.on("GET", f"CRM.{cast}AttributeMetadata", refuse(400, "0x80060888"))
    info = read_table(session, Table.LEAD)
    industry, title = info.columns["industrycode"].type, info.columns["jobtitle"].type
    assert industry == FactType(Kind.CHOICE, label="Industrycode")
    assert title == FactType(Kind.TEXT, free_text=True, label="Jobtitle")


def test_status_reasons_are_asked_for_by_name_where_the_list_lacks_them(
    session: DataverseSession, script: Script
) -> None:
    """A server that casts single attributes only still tells the options."""
    org.describe(script)
    script.on("GET", "Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata", refuse(501))
    script.on("GET", "Attributes(LogicalName='statuscode')/Microsoft", org.STATUS)
    assert len(read_table(session, Table.LEAD).status_options) == 2


def test_without_any_status_metadata_there_are_no_options(session: DataverseSession, script: Script) -> None:
    """Qualification by label then finds nothing, and says so; reading goes on."""
    org.describe(script)
    script.on("GET", "StatusAttributeMetadata", refuse(404))
    assert read_table(session, Table.LEAD).status_options == ()


def test_attributes_are_asked_for_plainly_where_a_property_is_unknown(
    session: DataverseSession, script: Script
) -> None:
    """A refused `$select` is followed by a question without one."""
    org.describe(script)
    script.on("GET", "(LogicalName='lead')/Attributes", {"value": org.LEAD_COLUMNS})
    script.on("GET", "CRM.", {"value": []})
    script.on("GET", "(LogicalName='lead')/Attributes?$select", refuse(400, "0x80060888"))
    assert "jobtitle" in read_table(session, Table.LEAD).columns


@pytest.mark.parametrize(
    "part", ["?$select=LogicalName,EntitySetName", "/Attributes?$select", "CRM.Picklist", "CRM.Status"]
)
def test_a_missing_privilege_is_raised(session: DataverseSession, script: Script, part: str) -> None:
    """What a role lacks is not taken for a server that does not know the question."""
    org.describe(script)
    script.on("GET", part, refuse(403, "0x80040220"))
    with pytest.raises(OutsideError, match="security role"):
        read_table(session, Table.LEAD)


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("?$select=LogicalName,EntitySetName", {"LogicalName": "lead"}),
        ("(LogicalName='lead')/Attributes?", {"value": []}),
    ],
)
def test_metadata_without_substance_are_refused(
    session: DataverseSession, script: Script, part: str, answer: dict[str, object]
) -> None:
    """A definition without a set, or a table without columns, is no environment."""
    org.describe(script)
    script.on("GET", part, answer)
    with pytest.raises(OutsideError, match="CONNECTOR_DATAVERSE_URL"):
        read_table(session, Table.LEAD)


def test_metadata_are_read_past_the_caches(session: DataverseSession, script: Script) -> None:
    """Columns that were just added are seen."""
    org.describe(script)
    read_table(session, Table.LEAD)
    assert {request.headers.get("Consistency") for request in script.sent} == {"Strong"}


def test_casts_are_asked_for_types_that_occur(session: DataverseSession, script: Script) -> None:
    """No request is spent on a type of column that the table does not have."""
    org.describe(script)
    read_table(session, Table.ACCOUNT)
    assert sorted(url.split("CRM.")[1].split("Attr")[0] for url in script.urls("CRM.")) == [
        "DateTime", "Integer", "String"
    ]  # fmt: skip


def test_flags_may_be_managed_properties(session: DataverseSession, script: Script) -> None:
    """A flag in an object counts like a bare one."""
    managed = {name: {"Value": value, "CanBeChanged": True} for name, value in (("on", True), ("off", False))}
    org.describe(script, ChangeTrackingEnabled=managed["on"], IsOptimisticConcurrencyEnabled=managed["off"])
    flags = {"lc_engagement": managed["on"], "lastname": managed["off"]}
    listed = [{**org.attribute(name, "String"), "IsValidForUpdate": flag} for name, flag in flags.items()]
    hidden = {**org.attribute("secret", "String"), "IsValidForRead": managed["off"]}
    script.on("GET", "(LogicalName='lead')/Attributes?", {"value": [*listed, hidden]})
    info = read_table(session, Table.LEAD)
    assert (info.tracks_changes, info.guards_updates) == (True, False)
    assert {name: column.writable for name, column in info.columns.items()} == {
        "lc_engagement": True,
        "lastname": False,
    }


def test_a_column_that_does_not_say_whether_it_takes_updates_is_tried(
    session: DataverseSession, script: Script
) -> None:
    """Nobody is kept from publishing by what a server leaves out: the first write shows it."""
    org.describe(script)
    silent = {name: value for name, value in org.attribute("lc_a", "Integer").items() if name != "IsValidForUpdate"}
    script.on("GET", "(LogicalName='lead')/Attributes?", {"value": [silent]})
    assert read_table(session, Table.LEAD).columns["lc_a"].writable


def test_a_server_that_does_not_tell_of_guards_is_read(session: DataverseSession, script: Script) -> None:
    """A refused property is left out of the question; what it would say is then unknown."""
    org.describe(script, IsOptimisticConcurrencyEnabled=None)
    script.on("GET", "ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled", refuse(400, "0x80060888"))
    assert read_table(session, Table.LEAD).guards_updates is None


def test_a_table_that_is_not_there_is_named(session: DataverseSession, script: Script) -> None:
    """An environment without Sales has no leads; it is asked once."""
    script.on("GET", "EntityDefinitions", refuse(404, "0x80040217"))
    with pytest.raises(OutsideError, match=r"lead table.*Dynamics 365 Sales"):
        read_table(session, Table.LEAD)
    assert len(script.sent) == 1


def test_lists_without_rows_have_no_details(session: DataverseSession, script: Script) -> None:
    """A cast whose answer is not a list leaves its columns without details."""
    org.describe(script)
    script.on("GET", "CRM.StringAttributeMetadata", {"value": None})
    assert read_table(session, Table.LEAD).columns["jobtitle"].type == FactType(
        Kind.TEXT, free_text=True, label="Jobtitle"
    )


def test_a_refused_status_question_is_raised_when_it_is_a_privilege(session: DataverseSession, script: Script) -> None:
    """The question by name is no exception."""
    org.describe(script)
    script.on("GET", "Attributes/Microsoft.Dynamics.CRM.StatusAttributeMetadata", refuse(404))
    script.on("GET", "Attributes(LogicalName='statuscode')", refuse(403, "0x80040220"))
    with pytest.raises(OutsideError, match="security role"):
        read_table(session, Table.LEAD)
