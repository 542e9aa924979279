"""The lead table: the standard columns, those of the marketing apps, and the score columns that a company added."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import Column, Kind, Row, Table, table
from connector.sandbox.dataverse.tables import choices
from connector.sandbox.dataverse.tables.columns import (
    address,
    choice,
    consent,
    customer,
    day,
    flag,
    lookup,
    memo,
    merging,
    moment,
    money,
    owner,
    state,
    text,
    whole,
)

SCORE_RANGE = (-1000, 1000)


def _people() -> list[Column]:
    return [
        text("subject", 300, "Topic"),
        text("salutation", 100, "Salutation"),
        text("firstname", 50, "First Name"),
        text("lastname", 50, "Last Name"),
        text("fullname", 160, "Name", read_only=True),
        text("jobtitle", 100, "Job Title"),
        text("companyname", 100, "Company Name"),
        text("emailaddress1", 100, "Email"),
        text("telephone1", 50, "Business Phone"),
        text("mobilephone", 20, "Mobile Phone"),
        text("websiteurl", 200, "Website"),
        memo("description", 2000, "Description"),
    ]


def _interest() -> list[Column]:
    return [
        choice("industrycode", choices.INDUSTRIES, "Industry"),
        whole("numberofemployees", 0, 1_000_000, "No. of Employees"),
        *money("revenue", "Annual Revenue"),
        text("sic", 20, "SIC Code"),
        choice("leadsourcecode", choices.LEAD_SOURCES, "Lead Source"),
        choice("leadqualitycode", choices.RATINGS, "Rating"),
        *money("budgetamount", "Budget Amount"),
        *money("estimatedamount", "Est. Value"),
        Column("estimatedvalue", Kind.DOUBLE, "Est. Value (deprecated)", minimum=0, maximum=1e9),
        choice("budgetstatus", choices.BUDGETS, "Budget"),
        choice("purchasetimeframe", choices.TIMEFRAMES, "Purchase Timeframe"),
        choice("purchaseprocess", choices.PROCESSES, "Purchase Process"),
        choice("need", choices.NEEDS, "Need"),
        flag("decisionmaker", "Decision Maker?", default=None),
        flag("evaluatefit", "Evaluate Fit", default=None),
        flag("confirminterest", "Confirm Interest", default=None),
        choice("initialcommunication", choices.COMMUNICATION, "Initial Communication"),
        choice("preferredcontactmethodcode", choices.CONTACT_METHODS, "Preferred Method of Contact"),
        choice("salesstage", choices.SALES_STAGES, "Sales Stage"),
        choice("salesstagecode", choices.DEFAULT_VALUE, "Sales Stage Code"),
        choice("prioritycode", choices.DEFAULT_VALUE, "Priority"),
        day("estimatedclosedate", "Est. Close Date"),
        memo("qualificationcomments", 2000, "Qualification Comments"),
        text("timespentbymeonemailandmeetings", 1250, "Time Spent by me", read_only=True),
    ]


def _links() -> list[Column]:
    return [
        lookup("parentaccountid", "account", "Parent Account for lead"),
        lookup("parentcontactid", "contact", "Parent Contact for lead"),
        customer("customerid", "Customer"),
        lookup("accountid", "account", "Account", navigation="", read_only=True),
        lookup("contactid", "contact", "Contact", navigation="", read_only=True),
        lookup("campaignid", "campaign", "Source Campaign"),
        lookup("qualifyingopportunityid", "opportunity", "Qualifying Opportunity"),
        lookup("relatedobjectid", "campaignresponse", "Related Campaign Response"),
        lookup(
            "msdyn_predictivescoreid", "msdyn_predictivescore", "Predictive Score", navigation="msdyn_PredictiveScoreId"
        ),
        *merging("lead"),
    ]


def _moments() -> list[Column]:
    return [
        Column("overriddencreatedon", Kind.DATETIME, "Record Created On", update=False),
        moment("lastusedincampaign", "Last Campaign Date"),
        moment("lastonholdtime", "Last On Hold Time"),
    ]


def _marketing() -> list[Column]:
    """What Customer Insights - Journeys and its predecessor add."""
    return [
        flag("msdyncrm_salesready", "Sales Ready"),
        flag("msdynmkt_issalesreadysetmanually", "Sales Ready set manually", default=None),
        flag("msdyncrm_salesaccepted", "Sales Accepted", default=None),
        whole("msdyncrm_scores", 0, 1_000_000, "Scores"),
        text("msdyncrm_scoringgrade", 100, "Scoring Grade"),
    ]


def _company() -> list[Column]:
    """What the company itself added: where scores are written, and a column of its own."""
    return [
        *(whole(f"lc_{name}", *SCORE_RANGE, f"{name.capitalize()} score") for name in ("fit", "engagement", "intent")),
        *(text(f"lc_{name}grade", 50, f"{name.capitalize()} grade") for name in ("fit", "engagement", "intent")),
        moment("lc_scoredon", "Scored on"),
        text("lc_webinarinterest", 100, "Webinar interest"),
    ]


def full_name(row: Row) -> None:
    """Compute the name that people see."""
    names = [row.get("firstname"), row.get("lastname")]
    row["fullname"] = " ".join(name for name in names if name) or None


def lead() -> Table:
    """The lead table."""
    columns = [
        *_people(), *_interest(), *_links(), *_moments(), *consent(), *address(), *owner(),
        *state(choices.LEAD_STATES, choices.LEAD_STATUSES), *_marketing(), *_company(),
    ]  # fmt: skip
    return table("lead", "leads", columns, primary_name="fullname", type_code=4, label="Lead", derive=full_name)
