"""Rows by their mapping: what happened, when, whose it may be, and what is no interaction."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.pipeline.sources.document import parse_source
from connector.pipeline.sources.mapping import Key, KeyKind, Role, Sighting
from connector.pipeline.sources.people import address_hash
from connector.pipeline.sources.rows import (
    ADDRESSES,
    KIND_OF_LOOKUP,
    TRACKING_REFUSED,
    RowReader,
    Skipped,
    evidence_of,
    plain,
)
from connector.pipeline.values import Interaction

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
LEAD = "0a1b2c3d-0000-4000-8000-000000000001"
ROW_ID = "0a1b2c3d-0000-4000-8000-00000000000f"
BASE = "source: s\ntable: t\nlead: [{lead: _lead_value}, {contact: _contact_value}, {email: mail}]\n"
PLAIN = BASE + "at: [endedon, createdon]\ntype: call\n"


def reader(text: str = PLAIN, *, ranked: bool = False, within: str = "") -> RowReader:
    """A reader of the rows of a source."""
    source = parse_source(text)
    return RowReader(source.name, source.rows, source.rules, now=NOW, ranked=ranked, within=within)


def read(text: str = PLAIN, **columns: Any) -> Sighting | Skipped:
    """What a row is; who it is of and when are there unless they are named."""
    return reader(text).read({"_lead_value": LEAD, "createdon": "2026-11-20T08:00:00Z", **columns}, ROW_ID)


def seen(text: str = PLAIN, **columns: Any) -> Sighting:
    """A row that is an interaction."""
    found = read(text, **columns)
    assert isinstance(found, Sighting), found
    return found


def test_the_first_time_that_is_filled_in_counts() -> None:
    """A call that is not over yet has the time at which it was made."""
    assert seen().at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert seen(endedon="2026-11-20T10:00:00+01:00").at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert seen(endedon=datetime(2026, 11, 20, 7), createdon=None).at.tzinfo is UTC  # noqa: DTZ001 - as exports have it
    assert seen(endedon=date(2026, 11, 19)).at == datetime(2026, 11, 19, tzinfo=UTC)
    assert seen(endedon="soon").at == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"createdon": None}, Skipped.NO_TIME),
        ({"createdon": "0001-01-01T00:00:00+05:00"}, Skipped.NO_TIME),
        ({"_lead_value": None}, Skipped.NO_PERSON),
        ({"_lead_value": "nobody"}, Skipped.NO_PERSON),
    ],
)
def test_a_row_without_time_or_person_is_no_interaction(columns: dict[str, Any], why: Skipped) -> None:
    """It is told why, so that it can be counted."""
    assert read(**columns) is why


def test_old_rows_are_left_out() -> None:
    """What lies longer back than the history goes is not kept."""
    text = PLAIN + "history: 7d\n"
    assert read(text, createdon="2026-11-13T08:59:59Z") is Skipped.TOO_OLD
    assert isinstance(read(text, createdon="2026-11-14T09:00:00Z"), Sighting)


def test_every_way_to_the_lead_is_a_key() -> None:
    """Ids in one spelling, addresses as hashes; nothing twice."""
    keys = seen(_lead_value=f"{{{LEAD.upper()}}}", _contact_value=ROW_ID, mail="Jo Doe <Jo@Example.com>").keys
    assert keys == (
        Key(KeyKind.LEAD, LEAD),
        Key(KeyKind.CONTACT, ROW_ID),
        Key(KeyKind.EMAIL, address_hash("jo@example.com")),
    )


def test_a_lookup_that_points_elsewhere_is_no_key() -> None:
    """Where the server says what a lookup points to, that decides; where not, its id does later."""
    told = {f"_lead_value{KIND_OF_LOOKUP}": "account", "mail": "jo@example.com"}
    assert [key.kind for key in seen(**told).keys] == [KeyKind.EMAIL]
    assert [key.kind for key in seen(**{f"_lead_value{KIND_OF_LOOKUP}": "lead"}).keys] == [KeyKind.LEAD]


def test_the_addresses_of_a_contact_are_keys_too() -> None:
    """A contact that is linked to no lead may have a lead's address."""
    row: dict[str, Any] = {
        "_lead_value": None,
        "_contact_value": ROW_ID,
        f"_contact_value{ADDRESSES}": ("Jo@example.com", "bad"),
    }
    assert [key.kind for key in seen(**row).keys] == [KeyKind.CONTACT, KeyKind.EMAIL]


def test_conditions_must_be_true() -> None:
    """A condition on an empty column is not: in doubt a row is no interaction."""
    text = PLAIN + "where: {statecode: 1, topic: {contains: demo}}\n"
    assert isinstance(read(text, statecode=1, topic="A Demo please"), Sighting)
    assert read(text, statecode=1, topic=None) is Skipped.OTHER
    assert read(text, statecode=0, topic="demo") is Skipped.OTHER


@pytest.mark.parametrize(
    ("value", "kind"), [(1, "a"), (1.0, "a"), (Decimal(1), "a"), ("1", "a"), (True, "c"), (7, "d")]
)
def test_types_by_value_take_numbers_as_they_come(value: object, kind: str) -> None:
    """An export may write 1 where another writes 1.0; yes and no are `true` and `false`."""
    text = BASE + "at: createdon\ntype: {column: k, values: {1: a, true: c}, otherwise: d}\n"
    assert seen(text, k=value).type == kind


def test_a_value_without_a_type_is_no_interaction() -> None:
    """Without `otherwise` only the listed values are."""
    assert read(BASE + "at: createdon\ntype: {column: k, values: {1: a}}\n", k=2) is Skipped.OTHER


def test_properties_are_plain_values() -> None:
    """Empty ones are left out."""
    text = PLAIN + "properties: {topic: subject, seats: n, price: p, day: d, none: x}\n"
    found = seen(text, subject="Hello", n=5, p=Decimal("1.50"), d=date(2026, 1, 2), x="")
    assert found.properties == {"topic": "Hello", "seats": 5, "price": 1.5, "day": "2026-01-02"}


def test_what_can_be_no_property_is_none() -> None:
    """Nested values, bytes and endless numbers."""
    values: list[object] = [[1], b"x", float("nan"), None, {}, Decimal(3)]
    assert [plain(value) for value in values] == [None] * 5 + [3]


def test_a_row_is_named_by_its_key() -> None:
    """The first column of the key that is filled in, else the table's own; with what stands beside it."""
    assert seen().row == ROW_ID
    text = PLAIN + "key: [k1, k2]\nbeside: part\n"
    assert seen(text, k2="two", part=-1).row == "two/-1"
    row = {"_lead_value": LEAD, "createdon": "2026-11-20T08:00:00Z", "k1": "one"}
    named = reader(text, within="Clicked").read(row)
    assert isinstance(named, Sighting)
    assert named.row == "Clicked:one/"
    assert reader().read(row) is Skipped.NO_ID


def test_a_later_version_ranks_higher() -> None:
    """And of two rows of the same version it is the same one in whatever order they come."""
    read_row = reader(PLAIN + "version: v\nproperties: {n: n}\n", ranked=True).read
    row = {"_lead_value": LEAD, "createdon": "2026-11-20T08:00:00Z"}
    ranks = [
        found.rank
        for columns in ({"v": 2, "n": 1}, {"v": "10", "n": 1}, {"v": 10, "n": 2}, {"v": None})
        if isinstance(found := read_row({**row, **columns}, ROW_ID), Sighting)
    ]
    assert ranks[0] < ranks[1]
    assert ranks[1] != ranks[2]
    assert ranks[3] < ranks[0]
    assert seen().rank == ""


MESSAGE = PLAIN + "message: {id: m, role: click, link: [l, l2], agent: ua}\n"


def test_what_is_kept_of_a_message_is_hashes() -> None:
    """Neither the link nor the browser's name is stored."""
    evidence = seen(MESSAGE, m="mail-1", l2="https://example.com/?q=secret", ua="Chrome").evidence
    assert evidence is not None
    assert evidence.role is Role.CLICK
    assert evidence.link
    assert "example" not in repr(evidence)
    assert evidence.said == ""


def test_a_scanner_and_a_caught_robot_are_told() -> None:
    """By the browser's name, and by the row itself with the reason that it gives."""
    scanner = seen(MESSAGE, m="mail-1", ua="Mimecast").evidence
    assert scanner is not None
    assert scanner.said == "scanner"
    text = PLAIN + "message: {id: m, role: click, machine: true, reason: why}\n"
    caught = [seen(text, m="mail-1", why=why).evidence for why in ("Headless", None)]
    assert [one.said for one in caught if one] == ["Headless", "claimed"]


def test_a_row_of_no_message_is_judged_by_itself() -> None:
    """Without a message there is no evidence; a row that says it is a machine's is one all the same."""
    text = PLAIN + "message: {id: m, role: click, machine: true}\n"
    assert (seen(text).evidence, seen(text).machine) == (None, True)
    assert (seen(MESSAGE).evidence, seen(MESSAGE).machine) == (None, False)


def test_refused_tracking_counts_for_nothing() -> None:
    """It is marked as no engagement of the person."""
    assert seen(BASE + f"at: createdon\ntype: {TRACKING_REFUSED}\n").machine


def test_recorded_interactions_tell_of_messages_by_their_properties() -> None:
    """`message`, `link` and `user_agent`; without a message, or for another type, there is nothing to judge."""
    one = Interaction("1", LEAD, "email_click", NOW, {"message": "autumn", "link": "/", "user_agent": "curl/8"})
    found = evidence_of(one)
    assert found is not None
    assert (found.role, found.said) == (Role.CLICK, "scanner")
    assert evidence_of(Interaction("1", LEAD, "email_click", NOW, {})) is None
    assert evidence_of(Interaction("1", LEAD, "web_visit", NOW, {"message": "autumn"})) is None
    claimed = evidence_of(Interaction("1", LEAD, "EMAIL_OPEN", NOW, {"message": 7}, machine=True))
    assert claimed is not None
    assert (claimed.role, claimed.said) == (Role.OPEN, "claimed")


def test_waiting_is_as_long_as_the_document_says() -> None:
    """Thirty days unless it says otherwise."""
    assert seen(PLAIN + "wait: 2d\n").wait == timedelta(days=2)
    assert seen().wait == timedelta(days=30)
    assert seen(PLAIN + "wait: 0s\n").wait == timedelta(0)
