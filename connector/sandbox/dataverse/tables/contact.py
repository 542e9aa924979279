"""The contact table, as far as leads hang on it."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Table, table
from connector.sandbox.dataverse.tables.columns import (
    active_state,
    address,
    consent,
    customer,
    lookup,
    merging,
    owner,
    text,
)
from connector.sandbox.dataverse.tables.lead import full_name


def contact() -> Table:
    """The contact table."""
    columns = [
        text("firstname", 50, "First Name"),
        text("lastname", 50, "Last Name"),
        text("fullname", 160, "Full Name", read_only=True),
        text("jobtitle", 100, "Job Title"),
        text("emailaddress1", 100, "Email"),
        text("telephone1", 50, "Business Phone"),
        customer("parentcustomerid", "Company Name"),
        lookup("originatingleadid", "lead", "Originating Lead"),
        *merging("contact"), *consent(), *address(), *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "contact", "contacts", columns, primary_name="fullname", type_code=2, label="Contact", derive=full_name
    )
