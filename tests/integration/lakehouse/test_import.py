"""Exports of Customer Insights - Journeys are imported: each file once, every row once, machine clicks marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from connector.errors import DocumentError, RefusedError
from connector.lakehouse import open_export
from connector.pipeline.sources.document import parse_export
from connector.pipeline.sources.importing import import_export
from connector.pipeline.sources.mapping import ExportMapping
from connector.pipeline.sources.ports import ImportTally
from connector.pipeline.sources.presets import export_preset
from connector.pipeline.values import ColumnNeeds, Interaction, LeadRow, Page, Table
from connector.store import SqlStore, open_store
from tests.integration.lakehouse.cij import as_table, guid, row, write_delta, write_parquet

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NEEDS = ColumnNeeds(
    frozenset({"jobtitle"}), frozenset(), frozenset(), frozenset({"leadid", "_parentcontactid_value", "emailaddress1"})
)
ANNA, BEN = guid(0xA), guid(0xB)
CONTACT = guid(0xC)
CIJ = export_preset("cij")


def mirror(store: SqlStore, lead_id: str, *, opted_out: bool = False, **columns: str) -> None:
    """An open lead comes."""
    lead = LeadRow(lead_id, 'W/"1"', {"leadid": lead_id, **columns}, None, True, 1, None, opted_out)
    store.absorb(Page(Table.LEAD, leads=(lead,), rows_read=1), NEEDS, now=NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Two leads: one with a parent contact, one with an address."""
    opened = open_store(None, tmp_path / "data")
    mirror(opened, ANNA, _parentcontactid_value=CONTACT)
    mirror(opened, BEN, emailaddress1="ben@example.com")
    yield opened
    opened.close()


def run(store: SqlStore, path: Path, export: ExportMapping = CIJ, *, again: bool = False) -> ImportTally:
    """Import an export."""
    return import_export(store, export, open_export(path, export.tables), clock=lambda: NOW, again=again)


def of(store: SqlStore, lead_id: str) -> list[Interaction]:
    """A lead's interactions."""
    return list(store.dossier(lead_id, now=NOW).interactions)


def kinds(store: SqlStore, lead_id: str) -> list[str]:
    """What a lead did that counts."""
    return sorted(one.type for one in of(store, lead_id) if not one.machine)


def test_people_are_found_by_lead_contact_and_address(store: SqlStore, tmp_path: Path) -> None:
    """Whichever the export names them by; what is not mapped is said, not read."""
    path = tmp_path / "x"
    write_parquet(path, "EmailSent", row("EmailSent", 1, LeadId=ANNA), row("EmailSent", 2, ProfileId=CONTACT))
    write_parquet(path, "EmailOpened", row("EmailOpened", 3, EmailAddressUsed="Ben@Example.com"))
    write_parquet(path, "WebsiteVisited", row("WebsiteVisited", 4, ProfileId=BEN, PageAddress="https://example.com/p"))
    (path / "WebsiteVisited").rename(path / "websitevisited")
    pq.write_table(as_table("EmailSent", []), path / "JourneyEventCompleted.parquet")
    tally = run(store, path)
    assert (tally.read, tally.stored, tally.files) == (4, 4, 3)
    assert kinds(store, ANNA) == ["email_sent", "email_sent"]
    assert kinds(store, BEN) == ["email_open", "web_visit"]
    assert of(store, BEN)[1].properties["page"] == "https://example.com/p"
    assert tally.notes == ["Not mapped, so not read: JourneyEventCompleted."]


@pytest.mark.parametrize("write", [write_parquet, write_delta])
def test_only_new_files_are_read(store: SqlStore, tmp_path: Path, write: object) -> None:
    """A second import reads nothing, a third what was added; `again` reads all and stores nothing twice."""
    assert callable(write)
    path = tmp_path / "x"
    write(path, "EmailSent", row("EmailSent", 1, LeadId=ANNA))
    assert (run(store, path).files, run(store, path).files) == (1, 0)
    more = {} if write is write_delta else {"part": 1}
    write(path, "EmailSent", row("EmailSent", 2, LeadId=ANNA), **more)
    tally = run(store, path)
    assert (tally.files, tally.files_known, tally.stored) == (1, 1, 1)
    tally = run(store, path, again=True)
    assert (tally.files, tally.read, tally.stored, tally.known) == (2, 2, 0, 2)


def test_a_file_that_changed_is_read_again(store: SqlStore, tmp_path: Path) -> None:
    """A corrected row takes the place of the one before."""
    path = tmp_path / "x"
    write_parquet(path, "FormSubmitted", row("FormSubmitted", 1, LeadId=ANNA, FormName="Demo"))
    run(store, path)
    write_parquet(path, "FormSubmitted", row("FormSubmitted", 1, LeadId=ANNA, FormName="Price list", Version=2))
    tally = run(store, path)
    assert (tally.files, tally.stored) == (1, 1)
    assert [one.properties["form_name"] for one in of(store, ANNA)] == ["Price list"]


def test_a_form_that_is_told_twice_counts_once(store: SqlStore, tmp_path: Path) -> None:
    """Journeys tells it of the lead and of its parent contact; the submission is one. What was typed is not read."""
    submission: dict[str, Any] = {"FormSubmissionId": guid(77), "FormName": "Demo", "SubmittedValues": "secret"}
    rows = [
        row("FormSubmitted", 1, ProfileId=CONTACT, ContactId=CONTACT, **submission),
        row("FormSubmitted", 2, ProfileId=ANNA, LeadId=ANNA, **submission),
    ]
    write_parquet(tmp_path / "x", "FormSubmitted", *rows)
    run(store, tmp_path / "x")
    (one,) = of(store, ANNA)
    assert one.type == "form_submission"
    assert "secret" not in repr(one)


def test_a_delivery_that_bounced_later_is_none(store: SqlStore, tmp_path: Path) -> None:
    """Two rows at the same time, one with -1: neither counts, and a click in that mail is a scanner's."""
    path = tmp_path / "x"
    write_parquet(
        path,
        "EmailDelivered",
        row("EmailDelivered", 1, LeadId=ANNA, IdempotencyId="d"),
        row("EmailDelivered", 2, LeadId=ANNA, IdempotencyId="d", DeliveredCount=-1),
        row("EmailDelivered", 3, LeadId=BEN),
    )
    write_parquet(
        path,
        "EmailClicked",
        row("EmailClicked", 4, LeadId=ANNA, at=60, LinkId="a"),
        row("EmailClicked", 5, LeadId=BEN, at=60, LinkId="a"),
    )
    run(store, path)
    assert kinds(store, ANNA) == ["email_returned"]
    assert kinds(store, BEN) == ["email_click", "email_delivered"]


def test_machine_clicks_do_not_count(store: SqlStore, tmp_path: Path) -> None:
    """A burst over all links, a robot that Microsoft caught, a click before the delivery: each with its reason."""
    path = tmp_path / "x"
    write_parquet(path, "EmailDelivered", row("EmailDelivered", 1, LeadId=ANNA))
    burst = [row("EmailClicked", 10 + n, LeadId=ANNA, at=60 + 2 * n, LinkId=str(n)) for n in range(4)]
    early = row("EmailClicked", 20, LeadId=ANNA, at=-30, LinkId="a")
    person = row("EmailClicked", 21, LeadId=ANNA, at=7200, LinkId="a", LinkFriendlyName="Prices")
    write_parquet(path, "EmailClicked", *burst, early, person)
    write_parquet(
        path,
        "BotEmailLinkClicked",
        row("BotEmailLinkClicked", 30, LeadId=ANNA, at=90_000, LinkId="z", BotDetectionReason="NoInteraction"),
    )
    run(store, path)
    clicks = [one for one in of(store, ANNA) if one.type == "email_click"]
    assert [one.properties["link_name"] for one in clicks if not one.machine] == ["Prices"]
    reasons = sorted(str(one.properties["machine_reason"]) for one in clicks if one.machine)
    assert reasons == ["NoInteraction", "burst", "burst", "burst", "burst", "too_soon"]


def test_rows_whose_lead_is_not_there_wait_for_it(store: SqlStore, tmp_path: Path) -> None:
    """The next pull brings it; those of people who opted out are left out, and counted."""
    path = tmp_path / "x"
    mirror(store, guid(0xE), opted_out=True, emailaddress1="no@example.com")
    write_parquet(
        path,
        "EmailSent",
        row("EmailSent", 1, LeadId=guid(0xD)),
        row("EmailSent", 2, EmailAddressUsed="no@example.com"),
        row("EmailSent", 3),
    )
    tally = run(store, path)
    assert (tally.stored, tally.waiting, tally.left_out, tally.skipped) == (0, 1, 1, {"no_person": 1})
    mirror(store, guid(0xD))
    store.settle_interactions(now=NOW, expire=True)
    assert kinds(store, guid(0xD)) == ["email_sent"]
    assert store.key_kinds() == {"lead", "contact", "email"}


def test_an_export_of_another_layout_is_refused_with_its_columns(store: SqlStore, tmp_path: Path) -> None:
    """Every table that does not fit, before anything is stored; a property that is missing is only said."""
    path = tmp_path / "x"
    table = as_table("EmailClicked", [row("EmailClicked", 1, LeadId=ANNA)])
    (path / "EmailClicked").mkdir(parents=True)
    pq.write_table(table.drop_columns(["Timestamp", "MessageId"]), path / "EmailClicked" / "a.parquet")
    sent = as_table("EmailSent", [row("EmailSent", 1, LeadId=ANNA)])
    (path / "EmailSent").mkdir()
    pq.write_table(sent.drop_columns(["CustomerJourneyId"]), path / "EmailSent" / "a.parquet")
    with pytest.raises(DocumentError) as caught:
        run(store, path)
    (fault,) = caught.value.faults
    assert (
        "EmailClicked/a.parquet: the table EmailClicked has no column Timestamp; no column MessageId. It has:"
        in str(fault)
    )
    assert of(store, ANNA) == []
    (path / "EmailClicked" / "a.parquet").unlink()
    assert run(store, path).notes == ["Not in the export, so left empty: EmailSent.CustomerJourneyId."]


def test_an_export_without_a_known_table_is_refused(store: SqlStore, tmp_path: Path) -> None:
    """What is mapped and what was found are named; tables beside known ones are only said."""
    write_parquet(tmp_path / "x", "EmailSent", row("EmailSent", 1, LeadId=ANNA))
    (tmp_path / "x" / "EmailSent").rename(tmp_path / "x" / "Mails")
    with pytest.raises(DocumentError, match=r"none of the tables .* Found: Mails"):
        run(store, tmp_path / "x")
    write_parquet(tmp_path / "x", "EmailSent", row("EmailSent", 1, LeadId=ANNA))
    assert run(store, tmp_path / "x").notes == ["Not mapped, so not read: Mails."]


def test_another_mapping_can_be_given(store: SqlStore, tmp_path: Path) -> None:
    """For an export of another tool."""
    export = parse_export(
        "export: mine\nlead: {lead: LeadId}\nat: Timestamp\nkey: IdempotencyId\ntables: {EmailSent: {type: mailed}}\n"
    )
    write_parquet(tmp_path / "x", "EmailSent", row("EmailSent", 1, LeadId=ANNA))
    run(store, tmp_path / "x", export)
    assert kinds(store, ANNA) == ["mailed"]


def test_a_stopped_import_goes_on_where_it_stopped(store: SqlStore, tmp_path: Path) -> None:
    """Files that were read whole are not read again, and what was stored of another is not stored twice."""
    path = tmp_path / "x"
    write_parquet(path, "EmailSent", row("EmailSent", 1, LeadId=ANNA))
    write_parquet(path, "EmailSent", row("EmailSent", 2, LeadId=ANNA), part=1)
    looks = iter([False, True])

    def check() -> None:
        if next(looks):
            raise RefusedError("Stopped.")

    with pytest.raises(RefusedError):
        import_export(store, CIJ, open_export(path, CIJ.tables), clock=lambda: NOW, check_stop=check)
    tally = run(store, path)
    assert (tally.files, tally.files_known, len(of(store, ANNA))) == (1, 1, 2)


def test_an_empty_file_is_read_once(store: SqlStore, tmp_path: Path) -> None:
    """It has no rows, and is remembered all the same."""
    write_parquet(tmp_path / "x", "EmailSent")
    assert (run(store, tmp_path / "x").files, run(store, tmp_path / "x").files_known) == (1, 1)
