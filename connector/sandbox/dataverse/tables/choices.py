"""The options of the standard choice columns, with the labels of the languages that the sandbox has installed."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import ENGLISH, FRENCH, GERMAN, Option

MARKETING_QUALIFIED = 823270002  # each organisation has its own value: nobody may rely on one
RECYCLED = 100000001
MARKETING_QUALIFIED_CLOSED = 823270009  # the same words in another state: a label alone does not identify an option


def options(*labels: str, start: int = 0) -> tuple[Option, ...]:
    """Options numbered from `start`, with English labels."""
    return tuple(Option(start + number, {ENGLISH: label}) for number, label in enumerate(labels))


def status(value: int, state: int, english: str, german: str, french: str) -> Option:
    """A status reason of a state, with its labels."""
    return Option(value, {ENGLISH: english, GERMAN: german, FRENCH: french}, state=state)


def state(value: int, default: int, english: str, german: str, french: str) -> Option:
    """A state with the status reason that it brings, and its labels."""
    return Option(value, {ENGLISH: english, GERMAN: german, FRENCH: french}, default_status=default)


LEAD_STATES = (
    state(0, 1, "Open", "Offen", "Ouvert"),
    state(1, 3, "Qualified", "Qualifiziert", "Qualifié"),
    state(2, 4, "Disqualified", "Disqualifiziert", "Disqualifié"),
)
LEAD_STATUSES = (
    status(1, 0, "New", "Neu", "Nouveau"),
    status(2, 0, "Contacted", "Kontaktiert", "Contacté"),
    status(MARKETING_QUALIFIED, 0, "Marketing Qualified", "Marketingqualifiziert", "Qualifié par le marketing"),
    status(RECYCLED, 0, "Recycled", "Wiedervorlage", "Recyclé"),
    status(3, 1, "Qualified", "Qualifiziert", "Qualifié"),
    status(MARKETING_QUALIFIED_CLOSED, 1, "Marketing Qualified", "Marketingqualifiziert", "Qualifié par le marketing"),
    status(4, 2, "Lost", "Verloren", "Perdu"),
    status(5, 2, "Cannot Contact", "Kontakt nicht möglich", "Impossible à contacter"),
    status(6, 2, "No Longer Interested", "Nicht mehr interessiert", "Plus intéressé"),
    status(7, 2, "Canceled", "Abgebrochen", "Annulé"),
)
ACTIVE_STATES = (state(0, 1, "Active", "Aktiv", "Actif"), state(1, 2, "Inactive", "Inaktiv", "Inactif"))
ACTIVE_STATUSES = (status(1, 0, "Active", "Aktiv", "Actif"), status(2, 1, "Inactive", "Inaktiv", "Inactif"))

INDUSTRIES = options(
    "Accounting", "Agriculture and Non-petrol Natural Resource Extraction", "Broadcasting Printing and Publishing",
    "Brokers", "Building Supply Retail", "Business Services", "Consulting", "Consumer Services",
    "Design, Direction and Creative Management", "Distributors, Dispatchers and Processors",
    "Doctor's Offices and Clinics", "Durable Manufacturing", "Eating and Drinking Places", "Entertainment Retail",
    "Equipment Rental and Leasing", "Financial", "Food and Tobacco Processing", "Inbound Capital Intensive Processing",
    "Inbound Repair and Services", "Insurance", "Legal Services", "Non-Durable Merchandise Retail",
    "Outbound Consumer Service", "Petrochemical Extraction and Distribution", "Service Retail", "SIG Affiliations",
    "Social Services", "Special Outbound Trade Contractors", "Specialty Realty", "Transportation",
    "Utility Creation and Distribution", "Vehicle Retail", "Wholesale", start=1,
)  # fmt: skip
LEAD_SOURCES = options(
    "Advertisement", "Employee Referral", "External Referral", "Partner", "Public Relations", "Seminar", "Trade Show",
    "Web", "Word of Mouth", "Other", start=1,
)  # fmt: skip
RATINGS = options("Hot", "Warm", "Cold", start=1)
BUDGETS = options("No Committed Budget", "May Buy", "Can Buy", "Will Buy")
TIMEFRAMES = options("Immediate", "This Quarter", "Next Quarter", "This Year", "Unknown")
PROCESSES = options("Individual", "Committee", "Unknown")
NEEDS = options("Must have", "Should have", "Good to have", "No need")
COMMUNICATION = options("Contacted", "Not Contacted")
CONTACT_METHODS = options("Any", "Email", "Phone", "Fax", "Mail", start=1)
SALES_STAGES = options("Qualify")
DEFAULT_VALUE = options("Default Value", start=1)
CUSTOMER_TYPES = options(
    "Competitor", "Consultant", "Customer", "Investor", "Partner", "Influencer", "Press", "Prospect", "Reseller",
    "Supplier", "Vendor", "Other", start=1,
)  # fmt: skip
ACCOUNT_CATEGORIES = options("Preferred Customer", "Standard", start=1)
OWNERSHIPS = options("Public", "Private", "Subsidiary", "Other", start=1)
