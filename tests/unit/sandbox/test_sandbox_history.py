"""The rows of what people did: relations that hold, values that columns take, the same everywhere."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.tables import standard_tables
from connector.sandbox.dataverse.values import accept
from connector.sandbox.sample.activities import History
from connector.sandbox.sample.companies import companies
from connector.sandbox.sample.leads import Campaign
from connector.sandbox.sample.surroundings import Surroundings

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
KNOWN = Surroundings()


@pytest.fixture(scope="module")
def leads() -> list[Row]:
    """The leads of a campaign."""
    accounts = list(companies(7, 60, KNOWN, wire(NOW)))
    return list(Campaign(7, NOW, KNOWN, accounts).leads(300, 25))


@pytest.fixture(scope="module")
def history(leads: list[Row]) -> History:
    """What they did."""
    made = History(7, NOW, KNOWN)
    made.tell(leads)
    return made


def test_every_table_has_rows_of_values_that_its_columns_take(history: History) -> None:
    """No row holds a value that a client could not have written; ids are unique; times lie in the past."""
    tables = standard_tables()
    expected = {
        "email", "phonecall", "appointment", "campaignresponse", "msevtmgt_eventregistration", "msevtmgt_checkin",
        "msdynmkt_marketingformsubmission", "msdynmkt_contactpointconsent4", "evt_boothvisit",
    }  # fmt: skip
    assert expected <= set(history.rows)
    for name, rows in history.rows.items():
        table = tables[name]
        assert len({row[table.key] for row in rows}) == len(rows) > 0
        for row in rows:
            assert row.get("createdon", "") < wire(NOW)
            for field, value in row.items():
                column = table.fields.get(field.removesuffix("@table"))
                assert column is not None, (name, field)
                if not column.targets and value is not None:
                    assert accept(table, column, value) == value


def test_closed_leads_did_nothing(leads: list[Row], history: History) -> None:
    """Activities belong to open leads only."""
    open_leads = {lead["leadid"] for lead in leads if lead.get("statecode", 0) == 0}
    regarding = {row["_regardingobjectid_value"] for name in ("email", "phonecall") for row in history.rows[name]}
    assert regarding
    assert regarding <= open_leads


def test_events_and_forms_know_contacts_and_addresses(leads: list[Row], history: History) -> None:
    """Registrations lead to contacts, forms to addresses; some check in, some cancel, none does both."""
    by_address = {lead.get("emailaddress1") for lead in leads}
    contacts = {row["contactid"] for row in history.rows["contact"]}
    linked = {lead.get("_parentcontactid_value") for lead in leads}
    registrations = {row["msevtmgt_eventregistrationid"]: row for row in history.rows["msevtmgt_eventregistration"]}
    assert {row["_msevtmgt_contactid_value"] for row in registrations.values()} <= contacts | linked
    assert {row["emailaddress1"] for row in history.rows["contact"]} <= by_address
    assert {row["msdynmkt_contactableemail"] for row in history.rows["msdynmkt_marketingformsubmission"]} <= by_address
    assert any(row["msevtmgt_iscanceled"] for row in registrations.values())
    for checkin in history.rows["msevtmgt_checkin"]:
        registration = registrations[checkin["_msevtmgt_registrationid_value"]]
        assert not registration["msevtmgt_iscanceled"]
        assert registration["msevtmgt_timescheckedin"] == 1


def test_it_is_the_same_everywhere(leads: list[Row], history: History) -> None:
    """Seed and time fix every row."""
    again = History(7, NOW, KNOWN)
    again.tell(leads)
    assert json.dumps(again.rows) == json.dumps(history.rows)
