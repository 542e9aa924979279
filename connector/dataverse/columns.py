"""The home of the logical names that our code relies on, and the types of the standard lead and account columns.

Types as Microsoft's table reference and the Common Data Model list them; an environment has more columns and may
rename options, which `metadata` reads. Models may name any column: those names stand in documents, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connector.pipeline.values import Table
from connector.scoring.facttypes import DerivedColumns, FactType, FactTypes, Kind

# --- names that our code relies on ----------------------------------------------------------------------------------

LEAD_KEY = "leadid"
ACCOUNT_KEY = "accountid"
CONTACT_KEY = "contactid"
CONTACT_SET = "contacts"

STATE = "statecode"
STATE_OPEN = 0
STATUS_REASON = "statuscode"
MODIFIED_ON = "modifiedon"
MODIFIED_BY = "_modifiedby_value"
CREATED_ON = "createdon"
OWNER = "_ownerid_value"  # a user or a team
OWNER_BINDING = "ownerid@odata.bind"  # how an owner is written
MASTER = "_masterid_value"  # the row that this one was merged into, which made it inactive

PARENT_ACCOUNT = "_parentaccountid_value"
PARENT_ACCOUNT_NAVIGATION = "parentaccountid"
CUSTOMER = "_customerid_value"
PARENT_CONTACT = "_parentcontactid_value"
CONTACT_COMPANY = "_parentcustomerid_value"
ADDRESSES = ("emailaddress1", "emailaddress2", "emailaddress3")
# The lead columns by which interactions find their lead. A customer that is an account finds nothing.
PERSON: Mapping[str, tuple[str, ...]] = {
    "lead": (LEAD_KEY,),
    "contact": (PARENT_CONTACT, CUSTOMER),
    "email": ADDRESSES,
}

# What cards and lists show of a lead and its account.
FULL_NAME = "fullname"
COMPANY_NAME = "companyname"
JOB_TITLE = "jobtitle"
COUNTRY = "address1_country"
ACCOUNT_NAME = "name"

USERS, USER_KEY, USER_DISABLED, USER_APPLICATION = "systemusers", "systemuserid", "isdisabled", "applicationid"
USER_NAME, USER_EMAIL = "domainname", "internalemailaddress"
USER_ENTRA_ID = "azureactivedirectoryobjectid"
TEAMS, TEAM_KEY, TEAM_NAME, TEAM_KIND = "teams", "teamid", "name", "teamtype"  # kind 0 owns rows

# Tasks, and all activities; their privileges are those of activities, whatever their kind.
TASKS, ACTIVITIES, ACTIVITY_KEY = "tasks", "activitypointers", "activityid"
TASK_DUE, TASK_REGARDING = "scheduledend", "regardingobjectid_lead_task"
REGARDING = "_regardingobjectid_value"
TASK_SUBJECT_LENGTH, TASK_DESCRIPTION_LENGTH = 200, 2000
ACTIVITY_PRIVILEGES = (
    "prvCreateActivity", "prvReadActivity", "prvWriteActivity", "prvAppendActivity", "prvAssignActivity",
    "prvAppendToLead",
)  # fmt: skip
ASSIGN_LEAD = "prvAssignLead"

SALES_READY = "msdyncrm_salesready"  # brought by Customer Insights - Journeys; absent elsewhere
RATING = "leadqualitycode"
# The standard columns that documents may write, and as what; all others are people's, or another app's.
WRITABLE: Mapping[str, frozenset[str]] = {RATING: frozenset({"grade"}), SALES_READY: frozenset({"sales_ready"})}
OPTED_OUT = "msdyn_gdproptout"  # absent in some environments
TRACKING_ALLOWED = "followemail"  # true = tracking allowed

JOURNEYS_TABLES = ("msdynmkt_leadqualificationmodel", "msdyncrm_leadscore_v2")
PREDICTIVE_SCORE_TABLE = "msdyn_predictivescore"
PREDICTIVE_PREFIX = "msdyn"
PREDICTIVE_GRADES: Mapping[str, int] = {"A": 0, "B": 1, "C": 2, "D": 3}
PREDICTIVE_TRENDS: Mapping[str, int] = {"improving": 0, "steady": 1, "declining": 2, "unknown": 3}
CONTRIBUTING_PREDICTIONS = "msdyn_contributingpredictionids"  # which native models gave a score; we name none
# What must be there for a row to make sense; what else an environment lacks is left out.
PREDICTIVE_REQUIRED = frozenset({"msdyn_entityid", "msdyn_entitytype", "msdyn_score"})


def related_column(prefix: str, name: str) -> str:
    """The logical name of a column of a row beside a lead: the table's prefix, and our name without underscores."""
    return f"{prefix}_{name.replace('_', '')}"


DERIVED = DerivedColumns(
    title="lead.jobtitle",
    email="lead.emailaddress1",
    created="lead.createdon",
    employees="account.numberofemployees",
)

# Typed by people, so that comparing them with `equals` is fragile.
FREE_TEXT: Mapping[str, frozenset[str]] = {
    Table.LEAD: frozenset(
        {
            "subject", "firstname", "lastname", "fullname", "jobtitle", "companyname", "websiteurl", "description",
            "qualificationcomments", "sic", "telephone1", "mobilephone", "address1_city", "address1_country",
            "address1_stateorprovince", "address1_postalcode",
        }
    ),
    Table.ACCOUNT: frozenset(
        {
            "name", "websiteurl", "telephone1", "description", "sic", "tickersymbol", "address1_city",
            "address1_country", "address1_stateorprovince", "address1_postalcode",
        }
    ),
}  # fmt: skip

# --- the standard table ---------------------------------------------------------------------------------------------

_INDUSTRIES = (
    "Accounting", "Agriculture and Non-petrol Natural Resource Extraction", "Broadcasting Printing and Publishing",
    "Brokers", "Building Supply Retail", "Business Services", "Consulting", "Consumer Services",
    "Design, Direction and Creative Management", "Distributors, Dispatchers and Processors",
    "Doctor's Offices and Clinics", "Durable Manufacturing", "Eating and Drinking Places", "Entertainment Retail",
    "Equipment Rental and Leasing", "Financial", "Food and Tobacco Processing",
    "Inbound Capital Intensive Processing", "Inbound Repair and Services", "Insurance", "Legal Services",
    "Non-Durable Merchandise Retail", "Outbound Consumer Service", "Petrochemical Extraction and Distribution",
    "Service Retail", "SIG Affiliations", "Social Services", "Special Outbound Trade Contractors",
    "Specialty Realty", "Transportation", "Utility Creation and Distribution", "Vehicle Retail", "Wholesale",
)  # fmt: skip

_BOOLEAN = FactType(Kind.BOOLEAN)
_NUMBER = FactType(Kind.NUMBER)
_DATETIME = FactType(Kind.DATETIME)
_ID = FactType(Kind.ID)


def _choice(*labels: str, start: int = 1) -> FactType:
    """Give a choice whose options count up from `start`, one English label each."""
    return FactType(Kind.CHOICE, options={start + i: (label,) for i, label in enumerate(labels)})


def _address() -> dict[str, FactType]:
    """Give the address columns that both tables have."""
    return {
        "address1_city": FactType(Kind.TEXT, max_length=80),
        "address1_country": FactType(Kind.TEXT, max_length=80),
        "address1_stateorprovince": FactType(Kind.TEXT, max_length=50),
        "address1_postalcode": FactType(Kind.TEXT, max_length=20),
    }


_PRIVACY = (
    "donotbulkemail", "donotemail", "donotphone", "donotfax", "donotpostalmail", "donotsendmm", TRACKING_ALLOWED
)  # fmt: skip
# What people decided about their own data, as facts of both tables: no way for a seller to win points.
CONSENT_FACTS = frozenset({*(f"{table}.{name}" for table in Table for name in _PRIVACY), f"{Table.LEAD}.{OPTED_OUT}"})
_INDUSTRY = _choice(*_INDUSTRIES)

_LEAD: Mapping[str, FactType] = {
    "leadid": _ID,
    "subject": FactType(Kind.TEXT, max_length=300),
    "firstname": FactType(Kind.TEXT, max_length=50),
    "lastname": FactType(Kind.TEXT, max_length=50),
    "fullname": FactType(Kind.TEXT, max_length=160),
    "emailaddress1": FactType(Kind.TEXT, max_length=100),
    "telephone1": FactType(Kind.TEXT, max_length=50),
    "mobilephone": FactType(Kind.TEXT, max_length=20),
    "websiteurl": FactType(Kind.TEXT, max_length=200),
    "jobtitle": FactType(Kind.TEXT, max_length=100),
    "companyname": FactType(Kind.TEXT, max_length=100),
    "sic": FactType(Kind.TEXT, max_length=20),
    "description": FactType(Kind.TEXT, max_length=2000),
    "qualificationcomments": FactType(Kind.TEXT, max_length=2000),
    **_address(),
    "industrycode": _INDUSTRY,
    "leadsourcecode": _choice(
        "Advertisement", "Employee Referral", "External Referral", "Partner", "Public Relations", "Seminar",
        "Trade Show", "Web", "Word of Mouth", "Other",
    ),
    RATING: _choice("Hot", "Warm", "Cold"),
    "statecode": _choice("Open", "Qualified", "Disqualified", start=0),
    "statuscode": _choice(
        "New", "Contacted", "Qualified", "Lost", "Cannot Contact", "No Longer Interested", "Canceled"
    ),
    "budgetstatus": _choice("No Committed Budget", "May Buy", "Can Buy", "Will Buy", start=0),
    "purchasetimeframe": _choice("Immediate", "This Quarter", "Next Quarter", "This Year", "Unknown", start=0),
    "purchaseprocess": _choice("Individual", "Committee", "Unknown", start=0),
    "need": _choice("Must have", "Should have", "Good to have", "No need", start=0),
    "initialcommunication": _choice("Contacted", "Not Contacted", start=0),
    "preferredcontactmethodcode": _choice("Any", "Email", "Phone", "Fax", "Mail"),
    "salesstage": FactType(Kind.CHOICE),
    "salesstagecode": FactType(Kind.CHOICE),
    "prioritycode": FactType(Kind.CHOICE),
    "numberofemployees": FactType(Kind.NUMBER, minimum=0, maximum=1_000_000),
    **dict.fromkeys(("revenue", "budgetamount", "estimatedamount", "estimatedvalue", "versionnumber"), _NUMBER),
    **dict.fromkeys(("decisionmaker", "evaluatefit", "confirminterest", "merged", OPTED_OUT, *_PRIVACY), _BOOLEAN),
    **dict.fromkeys(("createdon", "modifiedon", "overriddencreatedon", "lastonholdtime"), _DATETIME),
    "lastusedincampaign": _DATETIME,
    **dict.fromkeys(
        (
            PARENT_ACCOUNT, PARENT_CONTACT, CUSTOMER, "_accountid_value", "_contactid_value", "_campaignid_value",
            "_qualifyingopportunityid_value", "_relatedobjectid_value", OWNER, "_masterid_value",
            "_transactioncurrencyid_value", "_owningteam_value", "_owninguser_value", "_owningbusinessunit_value",
        ),
        _ID,
    ),
}  # fmt: skip

_ACCOUNT: Mapping[str, FactType] = {
    "accountid": _ID,
    "name": FactType(Kind.TEXT, max_length=160),
    "accountnumber": FactType(Kind.TEXT, max_length=20),
    "websiteurl": FactType(Kind.TEXT, max_length=200),
    "telephone1": FactType(Kind.TEXT, max_length=50),
    "emailaddress1": FactType(Kind.TEXT, max_length=100),
    "sic": FactType(Kind.TEXT, max_length=20),
    "tickersymbol": FactType(Kind.TEXT, max_length=10),
    "description": FactType(Kind.TEXT, max_length=2000),
    **_address(),
    "industrycode": _INDUSTRY,
    "accountcategorycode": _choice("Preferred Customer", "Standard"),
    "customertypecode": _choice(
        "Competitor", "Consultant", "Customer", "Investor", "Partner", "Influencer", "Press", "Prospect", "Reseller",
        "Supplier", "Vendor", "Other",
    ),
    "ownershipcode": _choice("Public", "Private", "Subsidiary", "Other"),
    "accountratingcode": FactType(Kind.CHOICE),
    "customersizecode": FactType(Kind.CHOICE),
    "statecode": _choice("Active", "Inactive", start=0),
    "statuscode": _choice("Active", "Inactive"),
    **dict.fromkeys(("numberofemployees", "revenue", "marketcap", "versionnumber"), _NUMBER),
    **dict.fromkeys(_PRIVACY, _BOOLEAN),
    **dict.fromkeys(("createdon", "modifiedon"), _DATETIME),
    **dict.fromkeys(
        ("_primarycontactid_value", PARENT_ACCOUNT, OWNER, "_transactioncurrencyid_value"), _ID
    ),
}  # fmt: skip


# What people call the columns, where the logical name does not say it.
_LABELS: Mapping[str, str] = {
    "subject": "Topic",
    "jobtitle": "Job title",
    "fullname": "Name",
    "firstname": "First name",
    "lastname": "Last name",
    "companyname": "Company name",
    "name": "Account name",
    "emailaddress1": "E-mail",
    "telephone1": "Business phone",
    "mobilephone": "Mobile phone",
    "websiteurl": "Website",
    "industrycode": "Industry",
    "leadsourcecode": "Lead source",
    RATING: "Rating",
    "statecode": "Status",
    "statuscode": "Status reason",
    "numberofemployees": "Number of employees",
    "revenue": "Annual revenue",
    "budgetamount": "Budget amount",
    "budgetstatus": "Budget",
    "estimatedamount": "Est. value",
    "purchasetimeframe": "Purchase timeframe",
    "purchaseprocess": "Purchase process",
    "need": "Need",
    "decisionmaker": "Decision maker",
    "initialcommunication": "Initial communication",
    "preferredcontactmethodcode": "Preferred contact method",
    "accountcategorycode": "Category",
    "customertypecode": "Relationship type",
    "ownershipcode": "Ownership",
    "address1_city": "City",
    "address1_country": "Country",
    "address1_stateorprovince": "State or province",
    "address1_postalcode": "Postal code",
    "createdon": "Created on",
    "modifiedon": "Modified on",
}


def mark_free_text(table: str, name: str, fact_type: FactType) -> FactType:
    """Set the flag of a text column that people type in."""
    is_free = fact_type.kind is Kind.TEXT and name in FREE_TEXT.get(table, ())
    return replace(fact_type, free_text=True) if is_free else fact_type


STANDARD_TYPES = FactTypes(
    types={
        f"{table}.{name}": mark_free_text(table, name, replace(fact_type, label=_LABELS.get(name, "")))
        for table, columns in ((Table.LEAD, _LEAD), (Table.ACCOUNT, _ACCOUNT))
        for name, fact_type in columns.items()
    },
    derived=DERIVED,
    writable=WRITABLE,
)
"""The standard columns; `closed` is empty, since every environment has columns of its own."""
