"""Keys in one spelling, and mappings that fit the columns that a table really has."""

from __future__ import annotations

import pytest

from connector.pipeline.sources.document import parse_export
from connector.pipeline.sources.layout import fault_of, lay_out
from connector.pipeline.sources.mapping import Key, KeyKind
from connector.pipeline.sources.people import address_hash, key_of, keys_in, normal_address, normal_id
from connector.pipeline.values import Json

LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
CONTACT = "0a1b2c3d-0000-4000-8000-000000000002"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Jo@Example.COM ", "jo@example.com"),
        ("Jo Doe <jo@example.com>", "jo@example.com"),
        ("mailto:jo@example.com", "jo@example.com"),
        ("JO+news@example.com", "jo+news@example.com"),
        ("STRASSE@example.com", "strasse@example.com"),
        ("stra\u00dfe@example.com", "strasse@example.com"),
        ("jo", None),
        ("a@b@c", None),
        ("", None),
    ],
)
def test_addresses_have_one_spelling(text: str, address: str | None) -> None:
    """Case, blanks and display names do not matter; nothing is guessed about dots and plus signs."""
    assert normal_address(text) == address


def test_ids_have_one_spelling() -> None:
    """Braces, capitals and missing hyphens do not matter."""
    assert {normal_id(text) for text in (LEAD, f"{{{LEAD.upper()}}}", LEAD.replace("-", ""))} == {LEAD}
    assert normal_id("lead-1") is None


def test_a_key_is_of_its_kind() -> None:
    """An address is no id, a number neither; an address is kept as a hash."""
    assert key_of(KeyKind.LEAD, "jo@example.com") is None
    assert key_of(KeyKind.EMAIL, 5) is None
    assert key_of(KeyKind.EMAIL, LEAD) is None
    key = key_of(KeyKind.EMAIL, "jo@example.com")
    assert key == Key(KeyKind.EMAIL, address_hash("jo@example.com"))
    assert "jo" not in key.value


def test_a_leads_keys_are_its_contacts_and_its_addresses() -> None:
    """Its own id needs none."""
    columns: dict[str, Json] = {
        "leadid": LEAD,
        "_parentcontactid_value": CONTACT.upper(),
        "emailaddress1": "Jo@example.com",
        "n": 5,
    }
    found = keys_in(columns, ["leadid", "_parentcontactid_value", "emailaddress1", "emailaddress2", "n"], LEAD)
    assert found == {Key(KeyKind.CONTACT, CONTACT), Key(KeyKind.EMAIL, address_hash("jo@example.com"))}


EXPORT = parse_export(
    "export: x\nlead: [{lead: LeadId}, {email: Mail}]\nat: Timestamp\nkey: [Id, Other]\ntables:\n"
    "  Clicked: {type: {column: Kind, values: {1: a}}, properties: {link: Url}, where: {State: 1},"
    " message: {id: Message, role: click}}\n"
)


def test_names_are_compared_without_regard_to_case() -> None:
    """And one column of several is enough for person and key; a property may be missing."""
    layout = lay_out(EXPORT.tables["Clicked"], ["LEADID", "timestamp", "Other", "KIND", "state", "message"])
    assert (layout.missing, layout.absent) == ((), ("Url",))
    assert layout.names["LeadId"] == "LEADID"
    assert "Url" not in layout.names


def test_what_cannot_be_done_without_is_named() -> None:
    """With what the table has instead."""
    layout = lay_out(EXPORT.tables["Clicked"], ["Url", "When"])
    assert layout.missing == ("LeadId or Mail", "Timestamp", "Id or Other", "Message", "Kind", "State")
    said = fault_of("Clicked", layout, ["Url", "When"])
    assert said.startswith("the table Clicked has no column LeadId or Mail; no column Timestamp;")
    assert said.endswith("It has: Url, When.")
