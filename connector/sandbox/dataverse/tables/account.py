"""The account table."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Table, table
from connector.sandbox.dataverse.tables import choices
from connector.sandbox.dataverse.tables.columns import (
    active_state,
    address,
    choice,
    consent,
    lookup,
    memo,
    merging,
    money,
    owner,
    text,
    whole,
)


def account() -> Table:
    """The account table."""
    columns = [
        text("name", 160, "Account Name"),
        text("accountnumber", 20, "Account Number"),
        text("websiteurl", 200, "Website"),
        text("telephone1", 50, "Main Phone"),
        text("emailaddress1", 100, "Email"),
        memo("description", 2000, "Description"),
        choice("industrycode", choices.INDUSTRIES, "Industry"),
        whole("numberofemployees", 0, 1_000_000_000, "Number of Employees"),
        *money("revenue", "Annual Revenue"),
        *money("marketcap", "Market Capitalization"),
        choice("accountcategorycode", choices.ACCOUNT_CATEGORIES, "Category"),
        choice("customertypecode", choices.CUSTOMER_TYPES, "Relationship Type"),
        choice("accountratingcode", choices.DEFAULT_VALUE, "Account Rating"),
        choice("customersizecode", choices.DEFAULT_VALUE, "Customer Size"),
        choice("ownershipcode", choices.OWNERSHIPS, "Ownership"),
        text("sic", 20, "SIC Code"),
        text("tickersymbol", 10, "Ticker Symbol"),
        lookup("primarycontactid", "contact", "Primary Contact"),
        lookup("parentaccountid", "account", "Parent Account"),
        lookup("originatingleadid", "lead", "Originating Lead"),
        *merging("account"), *consent(), *address(), *owner(), *active_state(),
    ]  # fmt: skip
    return table("account", "accounts", columns, primary_name="name", type_code=1, label="Account")
