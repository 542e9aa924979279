"""What qualification makes, the score that sellers see in their own app, and a table that the company added."""

from __future__ import annotations

from connector.sandbox.dataverse.schema import AlternateKey, Column, Kind, Table, table
from connector.sandbox.dataverse.tables import choices
from connector.sandbox.dataverse.tables.choices import options
from connector.sandbox.dataverse.tables.columns import (
    active_state,
    choice,
    customer,
    day,
    lookup,
    memo,
    moment,
    money,
    owner,
    state,
    text,
    whole,
)

OPPORTUNITY_STATES = (
    choices.state(0, 1, "Open", "Offen", "Ouvert"),
    choices.state(1, 3, "Won", "Gewonnen", "Conclue"),
    choices.state(2, 4, "Lost", "Verloren", "Perdue"),
)
OPPORTUNITY_STATUSES = (
    choices.status(1, 0, "In Progress", "In Bearbeitung", "En cours"),
    choices.status(2, 0, "On Hold", "Zurückgestellt", "En attente"),
    choices.status(3, 1, "Won", "Gewonnen", "Conclue"),
    choices.status(4, 2, "Canceled", "Abgebrochen", "Annulée"),
    choices.status(5, 2, "Out-Sold", "Ausverkauft", "Perdue au profit d'un concurrent"),
)


def sales_tables() -> list[Table]:
    """All of them."""
    return [_opportunity(), _predictivescore(), _boothvisit()]


def _opportunity() -> Table:
    columns = [
        text("name", 300, "Topic"),
        memo("description", 2000, "Description"),
        *money("estimatedvalue", "Est. Revenue"),
        day("estimatedclosedate", "Est. Close Date"),
        customer("customerid", "Potential Customer"),
        lookup("parentaccountid", "account", "Account"),
        lookup("parentcontactid", "contact", "Contact"),
        lookup("originatingleadid", "lead", "Originating Lead"),
        lookup("campaignid", "campaign", "Source Campaign"),
        *owner(),
        *state(OPPORTUNITY_STATES, OPPORTUNITY_STATUSES),
    ]
    return table("opportunity", "opportunities", columns, primary_name="name", type_code=3, label="Opportunity")


def _predictivescore() -> Table:
    """The score of predictive lead scoring, one for each row of a table; documented for other scorers too."""
    columns = [
        text("msdyn_name", 100, "Name"),
        text("msdyn_entityid", 100, "Entity ID"),
        text("msdyn_entitytype", 100, "Entity Type"),
        whole("msdyn_score", 0, 100, "Score"),
        choice("msdyn_grade", options("Grade A", "Grade B", "Grade C", "Grade D"), "Grade"),
        choice("msdyn_scoretrend", options("Improving", "Steady", "Declining", "Not enough info"), "Score Trend"),
        Column("msdyn_scorereasons", Kind.MEMO, "Score Reasons", max_length=1_048_576),
        Column("msdyn_contributingpredictionids", Kind.MEMO, "Contributing Prediction IDs", max_length=10_000),
        moment("msdyn_scoredon", "Scored On"),
        *active_state(),
    ]
    made = table(
        "msdyn_predictivescore", "msdyn_predictivescores", columns, primary_name="msdyn_name", type_code=10_300,
        label="Predictive Score",
    )  # fmt: skip
    made.keys["msdyn_predictivescorekey"] = AlternateKey(
        "msdyn_PredictiveScoreKey", ("msdyn_entityid", "msdyn_entitytype")
    )
    return made


def _boothvisit() -> Table:
    """A table of the company's own: who came to its booth."""
    columns = [
        text("evt_name", 100, "Name"),
        lookup("evt_leadid", "lead", "Lead", navigation="evt_LeadId"),
        text("evt_email", 100, "Email"),
        moment("evt_visitedon", "Visited on"),
        whole("evt_minutes", 0, 1440, "Minutes"),
        text("evt_product", 100, "Product shown"),
        *owner(),
        *active_state(),
    ]
    made = table(
        "evt_boothvisit", "evt_boothvisits", columns, primary_name="evt_name", type_code=10_701, label="Booth visit"
    )
    made.schema = "evt_BoothVisit"
    return made
