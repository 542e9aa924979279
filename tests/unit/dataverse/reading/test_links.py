"""Which account a lead belongs to."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from connector.dataverse.http.session import DataverseSession
from connector.dataverse.reading.links import AccountLinks
from connector.errors import OutsideError
from tests.unit.dataverse.org import ACCOUNT_1, ACCOUNT_2, CONTACT_1, CONTACT_2, KIND, LEAD_1, LEAD_2, lead, page
from tests.unit.dataverse.support import Script, refuse


@pytest.fixture
def links(session: DataverseSession) -> AccountLinks:
    """The links of one pull."""
    return AccountLinks(session, "accounts", ("leads", "leadid"))


def resolve(links: AccountLinks, *rows: dict[str, Any]) -> dict[str, str]:
    """The accounts of leads."""
    found = links.resolve([(row["leadid"], row) for row in rows])
    return {lead_id: link.account_id for lead_id, link in found.items() if link.account_id}


def test_the_parent_account_comes_first(links: AccountLinks, script: Script) -> None:
    """It is taken without asking anything, whatever else is filled."""
    for told in (ACCOUNT_1.upper(), f"{{{ACCOUNT_1}}}"):
        row = lead(_parentaccountid_value=told, _customerid_value=ACCOUNT_2, _parentcontactid_value=CONTACT_1)
        assert resolve(links, row) == {LEAD_1: ACCOUNT_1}
    assert script.sent == []


def test_a_customer_counts_when_it_is_an_account(links: AccountLinks, script: Script) -> None:
    """The annotation says which it is."""
    rows = (
        lead(LEAD_1, _customerid_value=ACCOUNT_1, **{f"_customerid_value@{KIND}": "account"}),
        lead(LEAD_2, _customerid_value=CONTACT_1, **{f"_customerid_value@{KIND}": "contact"}),
    )
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert script.sent == []


def test_a_customer_without_annotation_is_looked_for(links: AccountLinks, script: Script) -> None:
    """One question for all, asking for the key only, and none for what was looked up before."""
    script.on("GET", "accounts", page({"accountid": ACCOUNT_1.upper()}))
    rows = (lead(LEAD_1, _customerid_value=ACCOUNT_1), lead(LEAD_2, _customerid_value=CONTACT_1))
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    (asked,) = script.urls()
    assert asked == (
        "accounts?$select=accountid&$filter=Microsoft.Dynamics.CRM.In(PropertyName='accountid',"
        f"PropertyValues=['{ACCOUNT_1}','{CONTACT_1}'])"
    )


def test_where_accounts_may_not_be_read_leads_tell_what_their_customers_are(
    links: AccountLinks, script: Script
) -> None:
    """By annotation, of those alone that do not say: a contact is not taken for an account, nor an account dropped."""
    script.on("GET", "accounts", refuse(403, "0x80040220"))
    told = [
        {"leadid": LEAD_1, "_customerid_value": ACCOUNT_1, f"_customerid_value@{KIND}": "account"},
        {"leadid": LEAD_2, "_customerid_value": CONTACT_1, f"_customerid_value@{KIND}": "contact"},
    ]
    script.on("GET", "leads", page(*told))
    rows = (lead(LEAD_1, _customerid_value=ACCOUNT_1), lead(LEAD_2, _customerid_value=CONTACT_1))
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert len(script.urls("accounts")) == 1
    (asked,) = script.urls("leads")
    assert asked.startswith("leads?$select=_customerid_value,leadid&$filter=")


def test_other_faults_of_accounts_are_raised(links: AccountLinks, script: Script) -> None:
    """A fault that is no missing privilege is not swallowed."""
    script.on("GET", "accounts", refuse(400, "0x80040203"))
    with pytest.raises(OutsideError):
        resolve(links, lead(_customerid_value=ACCOUNT_1))


def test_the_contacts_company_comes_last(links: AccountLinks, script: Script) -> None:
    """Contacts are asked for key and company only, once each."""
    script.on(
        "GET",
        "contacts",
        page(
            {
                "contactid": CONTACT_1,
                "_parentcustomerid_value": ACCOUNT_1,
                f"_parentcustomerid_value@{KIND}": "account",
            },
            {"contactid": CONTACT_2, "_parentcustomerid_value": None},
        ),
    )
    rows = (lead(LEAD_1, _parentcontactid_value=CONTACT_1), lead(LEAD_2, _parentcontactid_value=CONTACT_2))
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}
    assert len(script.sent) == 1
    assert script.urls()[0].startswith("contacts?$select=_parentcustomerid_value,contactid&$filter=")


def test_a_company_without_annotation_is_looked_for(links: AccountLinks, script: Script) -> None:
    """A contact's company may be another contact, which is no account."""
    script.on(
        "GET",
        "contacts",
        page(
            {"contactid": CONTACT_1, "_parentcustomerid_value": ACCOUNT_1},
            {"contactid": CONTACT_2, "_parentcustomerid_value": CONTACT_1},
        ),
    )
    script.on("GET", "accounts", page({"accountid": ACCOUNT_1}))
    rows = (lead(LEAD_1, _parentcontactid_value=CONTACT_1), lead(LEAD_2, _parentcontactid_value=CONTACT_2))
    assert resolve(links, *rows) == {LEAD_1: ACCOUNT_1}


def test_a_contact_customer_falls_back_to_the_parent_contact(links: AccountLinks, script: Script) -> None:
    """A customer that is a person does not end the search."""
    script.on(
        "GET",
        "contacts",
        page(
            {"contactid": CONTACT_2, "_parentcustomerid_value": ACCOUNT_2, f"_parentcustomerid_value@{KIND}": "account"}
        ),
    )
    row = lead(
        _customerid_value=CONTACT_1, _parentcontactid_value=CONTACT_2, **{f"_customerid_value@{KIND}": "contact"}
    )
    assert resolve(links, row) == {LEAD_1: ACCOUNT_2}


def test_a_lead_without_any_link_has_no_account(links: AccountLinks, script: Script) -> None:
    """Nothing is asked, nothing is guessed from the company's name."""
    assert resolve(links, lead(companyname="Beispiel & Söhne")) == {}
    assert script.sent == []


def test_contacts_that_may_not_be_read_are_no_reason_to_stop(
    links: AccountLinks, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    """Such leads have no account, which is said once, loudly."""
    script.on("GET", "contacts", refuse(403, "0x80040220"))
    row = lead(_parentcontactid_value=CONTACT_1)
    with caplog.at_level(logging.WARNING):
        assert resolve(links, row) == {}
        assert resolve(links, row) == {}
    assert len(script.sent) == 1
    assert caplog.text.count("contacts cannot be read") == 1


def test_other_faults_of_contacts_are_raised(links: AccountLinks, script: Script) -> None:
    """A fault that is no missing privilege is not swallowed."""
    script.on("GET", "contacts", refuse(400, "0x80040203"))
    with pytest.raises(OutsideError):
        resolve(links, lead(_parentcontactid_value=CONTACT_1))


def test_many_ids_are_asked_for_in_chunks(links: AccountLinks, script: Script) -> None:
    """No address grows past its limit."""
    script.on("GET", "accounts", page())
    rows = [
        lead(f"11111111-0000-0000-0000-{n:012d}", _customerid_value=f"22222222-0000-0000-0000-{n:012d}")
        for n in range(450)
    ]
    assert resolve(links, *rows) == {}
    assert len(script.sent) == 3
    assert all(len(request.url or "") < 32_768 for request in script.sent)
