"""The QualifyLead action: closes a lead as qualified and makes the account, contact and opportunity asked for."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from connector.sandbox.dataverse.errors import (
    BAD_STATUS_PAIR,
    CANNOT_QUALIFY,
    LEAD_CLOSED,
    ODataError,
    bad_payload,
)
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.store import Store

FLAGS = ("CreateAccount", "CreateContact", "CreateOpportunity")
OPTIONAL = frozenset(
    {
        "OpportunityCurrencyId",
        "OpportunityCustomerId",
        "SourceCampaignId",
        "ProcessInstanceId",
        "SuppressDuplicateDetection",
    }
)
OPEN, QUALIFIED, DEFAULT = 0, 1, -1
COPIED_TO_CONTACT = ("firstname", "lastname", "jobtitle", "emailaddress1", "telephone1", "address1_country")
COPIED_TO_ACCOUNT = ("websiteurl", "telephone1", "industrycode", "numberofemployees", "revenue", "address1_country")


class Qualifying:
    """Qualifies leads of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def act(self, lead_id: str, body: Any, user_id: str) -> list[dict[str, str]]:
        """Qualify a lead; the rows that were made. Raises ODataError."""
        flags, status = _read(body)
        with self._store.transaction():
            lead = self._store.require("lead", lead_id)
            self._check(lead, status)
            made: list[dict[str, str]] = []
            links: Row = {}
            if flags["CreateAccount"] and not lead.get("_parentaccountid_value") and lead.get("companyname"):
                links["_parentaccountid_value"] = self._account(lead, user_id, made)
            account = links.get("_parentaccountid_value") or lead.get("_parentaccountid_value")
            if flags["CreateContact"] and not lead.get("_parentcontactid_value"):
                links["_parentcontactid_value"] = self._contact(lead, account, user_id, made)
            if flags["CreateOpportunity"]:
                contact = links.get("_parentcontactid_value") or lead.get("_parentcontactid_value")
                links["_qualifyingopportunityid_value"] = self._opportunity(lead, account, contact, user_id, made)
            links |= {"_accountid_value": account, "_contactid_value": links.get("_parentcontactid_value")}
            closed = {"statecode": QUALIFIED, "statuscode": 3 if status == DEFAULT else status}
            after = self._store.update("lead", lead_id, links | closed | {"_modifiedby_value": user_id})
            self._store.note("QualifyLead", "lead", lead_id, flags | {"Status": status}, lead, after)
        return made

    def _check(self, lead: Row, status: int) -> None:
        if lead.get("statecode", OPEN) != OPEN:
            raise ODataError(HTTPStatus.BAD_REQUEST, LEAD_CLOSED, "The lead is already closed.")
        if not lead.get("lastname") and not lead.get("companyname"):
            message = "The lead cannot be qualified without a last name or a company name."
            raise ODataError(HTTPStatus.BAD_REQUEST, CANNOT_QUALIFY, message)
        reason = self._store.tables["lead"].columns["statuscode"].option(status)
        if status != DEFAULT and (reason is None or reason.state != QUALIFIED):
            message = f"{status} is not a valid status code for state code LeadState.Qualified on lead."
            raise ODataError(HTTPStatus.BAD_REQUEST, BAD_STATUS_PAIR, message)

    # --- what is made ----------------------------------------------------------------------------------------------

    def _make(self, table: str, lead: Row, values: Row, user_id: str, made: list[dict[str, str]]) -> str:
        key, row_id = self._store.tables[table].key, str(uuid.uuid4())
        signed = {"_ownerid_value": lead.get("_ownerid_value"), "_createdby_value": user_id}
        values = {name: value for name, value in values.items() if value is not None}
        row = {key: row_id, "_originatingleadid_value": lead["leadid"], "_modifiedby_value": user_id}
        self._store.insert(table, row | signed | values)
        made.append({"@odata.type": f"#Microsoft.Dynamics.CRM.{table}", key: row_id})
        return row_id

    def _account(self, lead: Row, user_id: str, made: list[dict[str, str]]) -> str:
        copied = {name: lead.get(name) for name in COPIED_TO_ACCOUNT}
        return self._make("account", lead, copied | {"name": lead["companyname"]}, user_id, made)

    def _contact(self, lead: Row, account: str | None, user_id: str, made: list[dict[str, str]]) -> str:
        copied = {name: lead.get(name) for name in COPIED_TO_CONTACT}
        if account is not None:
            copied |= {"_parentcustomerid_value": account, "_parentcustomerid_value@table": "account"}
        return self._make("contact", lead, copied, user_id, made)

    def _opportunity(
        self, lead: Row, account: str | None, contact: str | None, user_id: str, made: list[dict[str, str]]
    ) -> str:
        values: Row = {
            "name": lead.get("subject") or lead.get("fullname"), "estimatedvalue": lead.get("estimatedamount"),
            "estimatedclosedate": lead.get("estimatedclosedate"), "_campaignid_value": lead.get("_campaignid_value"),
            "_parentaccountid_value": account, "_parentcontactid_value": contact,
            "_transactioncurrencyid_value": lead.get("_transactioncurrencyid_value"),
        }  # fmt: skip
        if account or contact:
            values |= {
                "_customerid_value": account or contact,
                "_customerid_value@table": "account" if account else "contact",
            }
        return self._make("opportunity", lead, values, user_id, made)


def _read(body: Any) -> tuple[dict[str, bool], int]:
    if not isinstance(body, dict):
        raise bad_payload("The request body is not an object.")
    unknown = sorted(body.keys() - set(FLAGS) - OPTIONAL - {"Status"})
    if unknown:
        raise bad_payload(f"The parameter '{unknown[0]}' is not one of the operation 'QualifyLead'.")
    flags = {name: body.get(name) for name in FLAGS}
    status = body.get("Status")
    if not all(isinstance(value, bool) for value in flags.values()):
        raise bad_payload(f"QualifyLead needs {', '.join(FLAGS)} as true or false.")
    if isinstance(status, bool) or not isinstance(status, int):
        raise bad_payload("QualifyLead needs Status as a whole number.")
    return {name: bool(value) for name, value in flags.items()}, status
