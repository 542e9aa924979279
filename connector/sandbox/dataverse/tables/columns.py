"""Short ways to write down columns, so that a table reads as a list."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Option, Target
from connector.sandbox.dataverse.tables import choices


def text(name: str, max_length: int = 100, label: str = "", *, read_only: bool = False) -> Column:
    """A line of text."""
    return Column(name, Kind.STRING, label, max_length=max_length, create=not read_only, update=not read_only)


def memo(name: str, max_length: int = 2000, label: str = "") -> Column:
    """Text of several lines."""
    return Column(name, Kind.MEMO, label, max_length=max_length)


def whole(name: str, minimum: int, maximum: int, label: str = "") -> Column:
    """A whole number."""
    return Column(name, Kind.INTEGER, label, minimum=minimum, maximum=maximum)


def money(name: str, label: str = "") -> list[Column]:
    """An amount with its twin in the base currency, which clients only read."""
    top = 100_000_000_000_000
    twin = Column(f"{name}_base", Kind.MONEY, f"{label} (Base)", minimum=-top, maximum=top, create=False, update=False)
    return [Column(name, Kind.MONEY, label, minimum=0, maximum=top), twin]


def flag(name: str, label: str = "", *, default: bool | None = False, writable: bool = True) -> Column:
    """Yes or no."""
    return Column(name, Kind.BOOLEAN, label, default=default, create=writable, update=writable)


def choice(name: str, options: tuple[Option, ...], label: str = "") -> Column:
    """One option out of several, or none."""
    return Column(name, Kind.CHOICE, label, options=options)


def moment(name: str, label: str = "", *, read_only: bool = False) -> Column:
    """A time in UTC."""
    return Column(name, Kind.DATETIME, label, create=not read_only, update=not read_only)


def day(name: str, label: str = "") -> Column:
    """A date without a time."""
    return Column(name, Kind.DATE, label)


def lookup(name: str, table: str, label: str = "", *, navigation: str | None = None, read_only: bool = False) -> Column:
    """A link to one row of one table; an empty navigation name: legacy columns that cannot be bound."""
    way = name if navigation is None else navigation
    return Column(name, Kind.LOOKUP, label, targets=(Target(table, way),), create=not read_only, update=not read_only)


def customer(name: str, label: str = "") -> Column:
    """A link to an account or a contact."""
    ways = (Target("account", f"{name}_account"), Target("contact", f"{name}_contact"))
    return Column(name, Kind.CUSTOMER, label, targets=ways)


def person() -> list[Column]:
    """The parts of a name."""
    return [text("firstname", 50, "First Name"), text("lastname", 50, "Last Name")]


def owner() -> list[Column]:
    """Who owns, created and changed the row."""
    return [
        Column("ownerid", Kind.OWNER, "Owner", targets=(Target("systemuser", "ownerid"), Target("team", "ownerid"))),
        lookup("owningbusinessunit", "businessunit", "Owning Business Unit", read_only=True),
        lookup("createdby", "systemuser", "Created By", read_only=True),
        lookup("modifiedby", "systemuser", "Modified By", read_only=True),
        lookup("modifiedonbehalfby", "systemuser", "Modified By (Delegate)", read_only=True),
        lookup("transactioncurrencyid", "transactioncurrency", "Currency"),
    ]


def state(states: tuple[Option, ...], statuses: tuple[Option, ...]) -> list[Column]:
    """State and status reason."""
    return [
        Column("statecode", Kind.STATE, "Status", options=states, default=0),
        Column("statuscode", Kind.STATUS, "Status Reason", options=statuses, default=states[0].default_status),
    ]


def active_state() -> list[Column]:
    """Active or inactive."""
    return state(choices.ACTIVE_STATES, choices.ACTIVE_STATUSES)


def consent() -> list[Column]:
    """The flags by which people say what they do not want. `followemail` true: opens and clicks may be tracked."""
    return [
        flag("donotbulkemail", "Do not allow Bulk Emails"),
        flag("donotemail", "Do not allow Emails"),
        flag("donotphone", "Do not allow Phone Calls"),
        flag("donotfax", "Do not allow Faxes"),
        flag("donotpostalmail", "Do not allow Mails"),
        flag("donotsendmm", "Send Marketing Materials"),
        flag("followemail", "Follow Email Activity", default=True),
        flag("msdyn_gdproptout", "GDPR Optout", default=None),
    ]


def merging(table: str) -> list[Column]:
    """Whether a row was merged away, and into which."""
    return [
        lookup("masterid", table, "Master ID", read_only=True),
        Column("merged", Kind.BOOLEAN, "Merged", default=False, create=False, update=False),
    ]


def address() -> list[Column]:
    """The first address."""
    return [
        text("address1_line1", 250, "Street 1"),
        text("address1_city", 80, "City"),
        text("address1_stateorprovince", 50, "State/Province"),
        text("address1_postalcode", 20, "ZIP/Postal Code"),
        text("address1_country", 80, "Country/Region"),
    ]
