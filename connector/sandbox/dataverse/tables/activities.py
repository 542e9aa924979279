"""The activities: what people did with a lead, and the table over all of them."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Option, Table, Target, table
from connector.sandbox.dataverse.tables import choices
from connector.sandbox.dataverse.tables.choices import options
from connector.sandbox.dataverse.tables.columns import (
    choice,
    flag,
    memo,
    moment,
    owner,
    person,
    state,
    text,
    whole,
)

ACTIVITIES = ("email", "phonecall", "appointment", "task", "campaignresponse")
REGARDING = ("lead", "contact", "account", "campaign")
PRIORITIES = options("Low", "Normal", "High")

_OPEN = choices.state(0, 1, "Open", "Offen", "Ouvert")
_COMPLETED = ("Completed", "Abgeschlossen", "Terminé")
_CANCELED = ("Canceled", "Abgebrochen", "Annulé")


def activity_tables() -> list[Table]:
    """All of them."""
    return [_email(), _phonecall(), _appointment(), _task(), _campaignresponse(), _activitypointer()]


def _activity(
    name: str,
    set_name: str,
    type_code: int,
    label: str,
    columns: list[Column],
    states: tuple[tuple[Option, ...], tuple[Option, ...]],
) -> Table:
    ways = tuple(Target(target, f"regardingobjectid_{target}_{name}") for target in REGARDING)
    shared = [
        text("subject", 400, "Subject"),
        memo("description", 2000, "Description"),
        text("activitytypecode", 64, "Activity Type", read_only=True),
        Column("regardingobjectid", Kind.LOOKUP, "Regarding", targets=ways),
        moment("scheduledstart", "Start Date"),
        moment("scheduledend", "Due Date"),
        moment("actualstart", "Actual Start"),
        moment("actualend", "Actual End"),
        whole("actualdurationminutes", 0, 2_147_483_647, "Actual Duration"),
        choice("prioritycode", PRIORITIES, "Priority"),
        *owner(),
        *state(*states),
    ]
    made = table(
        name, set_name, [*shared, *columns], primary_name="subject", type_code=type_code, key="activityid",
        label=label,
    )  # fmt: skip

    def name_type(row: dict[str, object]) -> None:
        row.setdefault("activitytypecode", name)

    made.derive = name_type
    return made


def _email() -> Table:
    columns = [
        flag("directioncode", "Direction", default=True),
        text("sender", 250, "From"),
        text("torecipients", 500, "To Recipients"),
        moment("senton", "Date Sent", read_only=True),
        whole("opencount", 0, 2_147_483_647, "Open Count"),
        whole("linksclickedcount", 0, 2_147_483_647, "Links Clicked Count"),
        whole("attachmentopencount", 0, 2_147_483_647, "Attachment Open Count"),
        flag("isemailfollowed", "Is Email Followed"),
    ]
    reasons = (
        choices.status(1, 0, "Draft", "Entwurf", "Brouillon"),
        choices.status(8, 0, "Failed", "Fehlgeschlagen", "Échec"),
        choices.status(2, 1, *_COMPLETED),
        choices.status(3, 1, "Sent", "Gesendet", "Envoyé"),
        choices.status(4, 1, "Received", "Empfangen", "Reçu"),
        choices.status(6, 1, "Pending Send", "Senden ausstehend", "Envoi en attente"),
        choices.status(7, 1, "Sending", "Wird gesendet", "Envoi en cours"),
        choices.status(5, 2, *_CANCELED),
    )
    states = (_OPEN, choices.state(1, 2, *_COMPLETED), choices.state(2, 5, *_CANCELED))
    return _activity("email", "emails", 4202, "Email", columns, (states, reasons))


def _phonecall() -> Table:
    columns = [flag("directioncode", "Direction", default=True), text("phonenumber", 200, "Phone Number")]
    reasons = (
        choices.status(1, 0, "Open", "Offen", "Ouvert"),
        choices.status(2, 1, "Made", "Ausgehend", "Émis"),
        choices.status(4, 1, "Received", "Eingehend", "Reçu"),
        choices.status(3, 2, *_CANCELED),
    )
    states = (_OPEN, choices.state(1, 2, *_COMPLETED), choices.state(2, 3, *_CANCELED))
    return _activity("phonecall", "phonecalls", 4210, "Phone Call", columns, (states, reasons))


def _appointment() -> Table:
    columns = [text("location", 200, "Location"), flag("isalldayevent", "All Day Event")]
    reasons = (
        choices.status(1, 0, "Free", "Frei", "Libre"),
        choices.status(2, 0, "Tentative", "Mit Vorbehalt", "Provisoire"),
        choices.status(3, 1, *_COMPLETED),
        choices.status(4, 2, *_CANCELED),
        choices.status(5, 3, "Busy", "Gebucht", "Occupé"),
        choices.status(6, 3, "Out of Office", "Abwesend", "Absent"),
    )
    states = (
        _OPEN, choices.state(1, 3, *_COMPLETED), choices.state(2, 4, *_CANCELED),
        choices.state(3, 5, "Scheduled", "Geplant", "Planifié"),
    )  # fmt: skip
    return _activity("appointment", "appointments", 4201, "Appointment", columns, (states, reasons))


def _task() -> Table:
    reasons = (
        choices.status(2, 0, "Not Started", "Nicht begonnen", "Non commencé"),
        choices.status(3, 0, "In Progress", "In Bearbeitung", "En cours"),
        choices.status(4, 0, "Waiting on someone else", "Wartet auf jemand anderen", "En attente de quelqu'un"),
        choices.status(7, 0, "Deferred", "Zurückgestellt", "Différé"),
        choices.status(5, 1, *_COMPLETED),
        choices.status(6, 2, *_CANCELED),
    )
    states = (
        choices.state(0, 2, "Open", "Offen", "Ouvert"), choices.state(1, 5, *_COMPLETED),
        choices.state(2, 6, *_CANCELED),
    )  # fmt: skip
    columns = [whole("percentcomplete", 0, 100, "Percent Complete"), text("category", 250, "Category")]
    return _activity("task", "tasks", 4212, "Task", columns, (states, reasons))


def _campaignresponse() -> Table:
    channels = options("Email", "Phone", "Fax", "Letter", "Appointment", "Others", start=1)
    answers = options("Interested", "Not Interested", "Do Not Send Marketing Materials", "Error", start=1)
    columns = [
        choice("responsecode", answers, "Response Code"),
        choice("channeltypecode", channels, "Channel"),
        moment("receivedon", "Received On"),
        text("promotioncodename", 250, "Promotion Code"),
        text("emailaddress", 100, "Email"),
        text("companyname", 100, "Company Name"),
        *person(),
    ]
    reasons = (
        choices.status(1, 0, "Open", "Offen", "Ouvert"),
        choices.status(2, 1, "Closed", "Geschlossen", "Fermé"),
        choices.status(3, 2, *_CANCELED),
    )
    states = (_OPEN, choices.state(1, 2, *_COMPLETED), choices.state(2, 3, *_CANCELED))
    return _activity("campaignresponse", "campaignresponses", 4401, "Campaign Response", columns, (states, reasons))


def _activitypointer() -> Table:
    """What all activities have in common, by the same ids."""
    ways = tuple(Target(target, f"regardingobjectid_{target}") for target in REGARDING)
    reasons = (
        choices.status(1, 0, "Open", "Offen", "Ouvert"),
        choices.status(2, 1, *_COMPLETED),
        choices.status(3, 2, *_CANCELED),
        choices.status(4, 3, "Scheduled", "Geplant", "Planifié"),
    )
    states = (
        _OPEN, choices.state(1, 2, *_COMPLETED), choices.state(2, 3, *_CANCELED),
        choices.state(3, 4, "Scheduled", "Geplant", "Planifié"),
    )  # fmt: skip
    columns = [
        text("subject", 400, "Subject"),
        memo("description", 2000, "Description"),
        text("activitytypecode", 64, "Activity Type", read_only=True),
        Column("regardingobjectid", Kind.LOOKUP, "Regarding", targets=ways),
        moment("scheduledstart", "Start Date"),
        moment("scheduledend", "Due Date"),
        moment("actualend", "Actual End"),
        *owner(),
        *state(states, reasons),
    ]
    return table(
        "activitypointer", "activitypointers", columns, primary_name="subject", type_code=4200, key="activityid",
        label="Activity",
    )  # fmt: skip
