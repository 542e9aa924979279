"""The small tables that describe the environment: users, apps, the organisation, currency, campaigns."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Table, table
from connector.sandbox.dataverse.tables.columns import active_state, flag, lookup, moment, owner, text, whole


def organization_tables() -> list[Table]:
    """All of them."""
    return [
        _systemuser(), _businessunit(), _appmodule(), _organization(), _transactioncurrency(), _campaign(),
        _publisher(), _solution(), _team(),
    ]  # fmt: skip


def _systemuser() -> Table:
    columns = [
        text("fullname", 200, "Full Name"),
        text("domainname", 1024, "User Name"),
        text("internalemailaddress", 100, "Primary Email"),
        Column("applicationid", Kind.ID, "Application ID"),
        Column("azureactivedirectoryobjectid", Kind.ID, "Azure AD Object ID"),
        flag("isdisabled", "Status"),
        lookup("businessunitid", "businessunit", "Business Unit"),
    ]
    return table("systemuser", "systemusers", columns, primary_name="fullname", type_code=8, label="User")


def _team() -> Table:
    columns = [
        text("name", 160, "Team Name"),
        whole("teamtype", 0, 3, "Team Type"),
        flag("isdefault", "Is Default"),
        lookup("businessunitid", "businessunit", "Business Unit"),
    ]
    return table("team", "teams", columns, primary_name="name", type_code=9, label="Team")


def _businessunit() -> Table:
    return table("businessunit", "businessunits", [text("name", 160, "Name")], primary_name="name", type_code=10)


def _appmodule() -> Table:
    columns = [text("name", 100, "Name"), text("uniquename", 100, "Unique Name"), whole("clienttype", 0, 31)]
    return table("appmodule", "appmodules", columns, primary_name="name", type_code=9800, label="Model-driven App")


def _organization() -> Table:
    columns = [
        text("name", 160, "Organization Name"),
        whole("expirechangetrackingindays", 0, 365, "Days to Expire Change Tracking Deleted Records"),
        whole("languagecode", 0, 9999, "Language"),
    ]
    return table("organization", "organizations", columns, primary_name="name", type_code=1019)


def _transactioncurrency() -> Table:
    columns = [text("currencyname", 100, "Currency Name"), text("isocurrencycode", 5), text("currencysymbol", 13)]
    return table("transactioncurrency", "transactioncurrencies", columns, primary_name="currencyname", type_code=9105)


def _publisher() -> Table:
    columns = [
        text("uniquename", 256, "Name"),
        text("friendlyname", 256, "Display Name"),
        text("customizationprefix", 8, "Prefix"),
        flag("isreadonly", "Is Read-Only Publisher"),
    ]
    return table("publisher", "publishers", columns, primary_name="friendlyname", type_code=7101, label="Publisher")


def _solution() -> Table:
    columns = [
        text("uniquename", 65, "Name"),
        text("friendlyname", 256, "Display Name"),
        text("version", 256, "Version"),
        Column("ismanaged", Kind.BOOLEAN, "Package Type", default=False, create=False, update=False),
        Column("isvisible", Kind.BOOLEAN, "Is Visible Outside Platform", default=True, create=False, update=False),
        lookup("publisherid", "publisher", "Publisher"),
    ]
    return table("solution", "solutions", columns, primary_name="friendlyname", type_code=7100, label="Solution")


def _campaign() -> Table:
    columns = [
        text("name", 128, "Name"),
        text("codename", 32, "Campaign Code"),
        moment("actualstart", "Actual Start Date"),
        *owner(),
        *active_state(),
    ]
    return table("campaign", "campaigns", columns, primary_name="name", type_code=4400, label="Campaign")
