"""The rows that the marketing apps keep in Dataverse: events, forms, consent. Opens and clicks are not among them."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Option, Table, table
from connector.sandbox.dataverse.tables.columns import (
    active_state,
    choice,
    flag,
    lookup,
    memo,
    moment,
    owner,
    text,
    whole,
)

EVENT_CHECK_IN = 100_000_001
PURPOSE, TOPIC = 534_120_000, 534_120_001
EMAIL_POINT = 534_120_000
OPTED_IN, OPTED_OUT = 534_120_001, 534_120_002
REGISTERED = "Registered"


def _options(start: int, *labels: str) -> tuple[Option, ...]:
    return tuple(Option(start + number, {1033: label}) for number, label in enumerate(labels))


def marketing_tables() -> list[Table]:
    """All of them."""
    return [
        _event(), _registration(), _checkin(), _form(), _submission(), _purpose(), _topic(), _consent(),
    ]  # fmt: skip


def _event() -> Table:
    columns = [
        text("msevtmgt_name", 100, "Event Name"),
        moment("msevtmgt_eventstartdate", "Event Start Date"),
        moment("msevtmgt_eventenddate", "Event End Date"),
        text("msevtmgt_publiceventurl", 2000, "Event URL"),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msevtmgt_event", "msevtmgt_events", columns, primary_name="msevtmgt_name", type_code=10_401, label="Event"
    )


def _registration() -> Table:
    columns = [
        text("msevtmgt_name", 300, "Registration ID"),
        lookup("msevtmgt_contactid", "contact", "Contact", navigation="msevtmgt_ContactId"),
        lookup("msevtmgt_eventid", "msevtmgt_event", "Event", navigation="msevtmgt_EventId"),
        flag("msevtmgt_iscanceled", "Is Canceled"),
        text("msevtmgt_registrationstatus", 100, "Registration Status"),
        whole("msevtmgt_timescheckedin", 0, 2_147_483_647, "Times Checked In"),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msevtmgt_eventregistration", "msevtmgt_eventregistrations", columns, primary_name="msevtmgt_name",
        type_code=10_402, label="Event Registration",
    )  # fmt: skip


def _checkin() -> Table:
    columns = [
        text("msevtmgt_name", 100, "Name"),
        lookup("msevtmgt_contact", "contact", "Contact", navigation="msevtmgt_Contact"),
        lookup("msevtmgt_event", "msevtmgt_event", "Event", navigation="msevtmgt_Event"),
        lookup(
            "msevtmgt_registrationid", "msevtmgt_eventregistration", "Event Registration",
            navigation="msevtmgt_RegistrationId",
        ),
        moment("msevtmgt_checkintime", "Check-in time"),
        choice("msevtmgt_checkintype", _options(100_000_000, "Session Check-in", "Event Check-in"), "Check-in Type"),
        whole("msevtmgt_viewingdurationinmins", 0, 2_147_483_647, "Viewing Duration (in minutes)"),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msevtmgt_checkin", "msevtmgt_checkins", columns, primary_name="msevtmgt_name", type_code=10_403,
        label="Check-in",
    )  # fmt: skip


def _form() -> Table:
    columns = [text("msdynmkt_name", 100, "Name"), *owner(), *active_state()]
    return table(
        "msdynmkt_marketingform", "msdynmkt_marketingforms", columns, primary_name="msdynmkt_name", type_code=10_404,
        label="Form",
    )  # fmt: skip


def _submission() -> Table:
    """A form that was sent: whoever it was is known by the address, not by a link to a lead."""
    kinds = _options(624_650_000, "Form Embed", "Form Capture", "Form Standalone")
    columns = [
        text("msdynmkt_name", 100, "Name"),
        lookup(
            "msdynmkt_marketingformid", "msdynmkt_marketingform", "Form", navigation="msdynmkt_marketingformid"
        ),
        text("msdynmkt_contactableemail", 100, "Email address"),
        text("msdynmkt_pageurl", 2000, "Page URL"),
        choice("msdynmkt_marketingformsubmissiontype", kinds, "Submission Type"),
        memo("msdynmkt_submittedvalues", 1_048_576, "Submitted values"),
        lookup(
            "msdynmkt_eventregistration", "msevtmgt_eventregistration", "Event Registration",
            navigation="msdynmkt_eventregistration",
        ),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msdynmkt_marketingformsubmission", "msdynmkt_marketingformsubmissions", columns,
        primary_name="msdynmkt_name", type_code=10_405, label="Form Submission",
    )  # fmt: skip


def _purpose() -> Table:
    columns = [text("msdynmkt_name", 100, "Name"), *owner(), *active_state()]
    return table(
        "msdynmkt_purpose", "msdynmkt_purposes", columns, primary_name="msdynmkt_name", type_code=10_406,
        label="Purpose",
    )  # fmt: skip


def _topic() -> Table:
    columns = [
        text("msdynmkt_name", 100, "Name"),
        lookup("msdynmkt_purposeid", "msdynmkt_purpose", "Purpose", navigation="msdynmkt_purposeId"),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msdynmkt_topic", "msdynmkt_topics", columns, primary_name="msdynmkt_name", type_code=10_407, label="Topic"
    )


def _consent() -> Table:
    """What may be sent and followed, for each address and purpose: it is not on the lead."""
    values = _options(534_120_000, "Not Set", "Opted In", "Opted Out")
    columns = [
        text("msdynmkt_contactpointvalue", 200, "Contact point value"),
        choice(
            "msdynmkt_contactpointtype", _options(534_120_000, "Email", "Text Message", "Custom", "Voice"),
            "Contact point type",
        ),
        choice("msdynmkt_contactpointconsenttype", _options(534_120_000, "Purpose", "Topic"), "Consent type"),
        lookup("msdynmkt_purposeid", "msdynmkt_purpose", "Purpose", navigation="msdynmkt_purposeId"),
        lookup("msdynmkt_topicid", "msdynmkt_topic", "Topic", navigation="msdynmkt_topicId"),
        choice("msdynmkt_value", values, "Consent"),
        choice("msdynmkt_uionly_value_tracking", values, "Tracking consent"),
        Column("msdynmkt_reason", Kind.STRING, "Reason", max_length=1000),
        *owner(), *active_state(),
    ]  # fmt: skip
    return table(
        "msdynmkt_contactpointconsent4", "msdynmkt_contactpointconsent4s", columns,
        primary_name="msdynmkt_contactpointvalue", type_code=10_408, label="Contact Point Consent",
    )  # fmt: skip
