"""What people did, as rows: activities of leads, events and forms of contacts and addresses, consent, booth visits."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.schema import Row, stable_id
from connector.sandbox.dataverse.tables.marketing import (
    EMAIL_POINT,
    EVENT_CHECK_IN,
    OPTED_IN,
    OPTED_OUT,
    PURPOSE,
    REGISTERED,
)
from connector.sandbox.sample.dice import Dice
from connector.sandbox.sample.surroundings import Surroundings
from connector.sandbox.sample.words import TOPICS

FORMS = ("Newsletter", "Download", "Pricing", "Demonstration")
PRODUCTS = ("Planner", "Meter", "Ledger")
PURPOSES = ("Commercial communication", "Tracking")


@dataclass(slots=True)
class History:
    """Makes the rows of one campaign; `rows` by table. Times lie between a lead's creation and now."""

    seed: int
    now: datetime
    known: Surroundings
    rows: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    _dice: Dice = field(init=False)

    def __post_init__(self) -> None:
        self._dice = Dice(self.seed, "activities")
        self._surroundings()

    def tell(self, leads: Iterable[Row]) -> None:
        """Add what the open ones of these leads did."""
        for number, lead in enumerate(leads):
            if lead.get("statecode", 0) != 0:
                continue
            self._activities(number, lead)
            if number % 5 == 1 and lead["subject"].startswith("Webinar"):
                self._event(number, lead)
            if number % 6 == 2 and "emailaddress1" in lead:  # noqa: PLR2004  # one in six sent a form
                self._form(lead)
            if number % 12 == 4 and "emailaddress1" in lead:  # noqa: PLR2004  # and one in twelve was asked
                self._consent(number, lead)
            if number % 15 == 7:  # noqa: PLR2004  # few came to the booth
                self._booth(number, lead)

    # --- what there is for everybody -------------------------------------------------------------------------------

    def _surroundings(self) -> None:
        for topic in TOPICS:
            start = self.now - timedelta(days=self._dice.number(2, 20))
            self._add(
                "msevtmgt_event", stable_id("event", topic), msevtmgt_name=topic, msevtmgt_eventstartdate=wire(start),
                msevtmgt_eventenddate=wire(start + timedelta(hours=1)), msevtmgt_publiceventurl=_page("events", topic),
            )  # fmt: skip
        for form in FORMS:
            self._add("msdynmkt_marketingform", stable_id("form", form), msdynmkt_name=form)
        for purpose in PURPOSES:
            self._add("msdynmkt_purpose", stable_id("purpose", purpose), msdynmkt_name=purpose)

    def _add(self, table: str, row_id: str = "", key: str = "", at: str = "", **values: object) -> Row:
        row: Row = {
            key or f"{table}id": row_id or self._dice.guid(), "_ownerid_value": self.known.sellers[0], **values,
        }  # fmt: skip
        if at:
            row |= {"createdon": at, "modifiedon": at}
        self.rows[table].append(row)
        return row

    def _at(self, lead: Row) -> str:
        created = datetime.fromisoformat(lead["createdon"])
        span = max(1, int((self.now - created).total_seconds()) - 60)
        return wire(created + timedelta(seconds=self._dice.number(0, span)))

    # --- activities ------------------------------------------------------------------------------------------------

    def _activities(self, number: int, lead: Row) -> None:
        dice, regarding = self._dice, {"_regardingobjectid_value": lead["leadid"]}
        regarding["_regardingobjectid_value@table"] = "lead"
        owned = regarding | {"_ownerid_value": lead["_ownerid_value"]}
        self._messages(number, lead, owned)
        if number % 11 == 3:  # noqa: PLR2004
            at, made = self._at(lead), dice.chance(0.8)
            self._add(
                "phonecall", "", "activityid", at, **owned, subject="Call back", directioncode=dice.chance(0.7),
                phonenumber=lead.get("telephone1"), actualdurationminutes=dice.number(1, 30), scheduledend=at,
                statecode=1 if made else 0, statuscode=2 if made else 1, actualend=at if made else None,
            )  # fmt: skip
        if number % 23 == 5:  # noqa: PLR2004
            at, busy = self._at(lead), dice.chance(0.5)
            self._add(
                "appointment", "", "activityid", at, **owned, subject="Demonstration", location="Online",
                scheduledstart=at, scheduledend=at, actualend=None if busy else at, statecode=3 if busy else 1,
                statuscode=5 if busy else 3,
            )  # fmt: skip
        self._answers(number, lead, regarding)

    def _messages(self, number: int, lead: Row, owned: Row) -> None:
        dice = self._dice
        if number % 7 == 0:
            at = self._at(lead)
            self._add(
                "email", "", "activityid", at, **owned, subject=f"Re: {lead['subject']}"[:400], directioncode=False,
                sender=lead.get("emailaddress1"), torecipients="sales@sandbox.example", actualend=at, statecode=1,
                statuscode=4,
            )  # fmt: skip
        if number % 9 == 1:
            at = self._at(lead)
            self._add(
                "email", "", "activityid", at, **owned, subject=f"About {lead['subject']}"[:400], directioncode=True,
                sender="sales@sandbox.example", torecipients=lead.get("emailaddress1"), actualend=at, senton=at,
                statecode=1, statuscode=3, isemailfollowed=lead.get("followemail", True),
                opencount=dice.number(0, 3), linksclickedcount=dice.number(0, 1),
            )  # fmt: skip

    def _answers(self, number: int, lead: Row, regarding: Row) -> None:
        dice = self._dice
        if number % 8 == 6:  # noqa: PLR2004
            at = self._at(lead)
            self._add(
                "campaignresponse", "", "activityid", at, _regardingobjectid_value=self.known.campaign,
                **{"_regardingobjectid_value@table": "campaign"}, subject=f"Answer of {lead['lastname']}",
                responsecode=dice.number(1, 3), channeltypecode=dice.number(1, 2), receivedon=at,
                promotioncodename="AUTUMN", emailaddress=lead.get("emailaddress1"), firstname=lead["firstname"],
                lastname=lead["lastname"], companyname=lead.get("companyname"),
            )  # fmt: skip
        elif number % 40 == 9:  # noqa: PLR2004  # some are linked to the lead itself
            at = self._at(lead)
            self._add(
                "campaignresponse", "", "activityid", at, **regarding, subject="Answer", responsecode=1, receivedon=at
            )

    # --- marketing -------------------------------------------------------------------------------------------------

    def _event(self, number: int, lead: Row) -> None:
        """Events know contacts: that of the lead, else one with the lead's address."""
        contact = lead.get("_parentcontactid_value")
        if contact is None:
            if "emailaddress1" not in lead:
                return
            contact = self._add(
                "contact", at=lead["createdon"], firstname=lead["firstname"], lastname=lead["lastname"],
                emailaddress1=lead["emailaddress1"],
            )["contactid"]  # fmt: skip
        event = stable_id("event", lead["subject"].partition(": ")[2])
        canceled, at = number % 20 == 1, self._at(lead)
        registration = self._add(
            "msevtmgt_eventregistration", at=at, msevtmgt_name=f"REG-{number:05d}", _msevtmgt_contactid_value=contact,
            _msevtmgt_eventid_value=event, msevtmgt_iscanceled=canceled, msevtmgt_timescheckedin=0,
            msevtmgt_registrationstatus="Canceled" if canceled else REGISTERED,
        )  # fmt: skip
        if not canceled and self._dice.chance(0.5):
            registration["msevtmgt_timescheckedin"] = 1
            self._add(
                "msevtmgt_checkin", at=at, msevtmgt_name=f"CHK-{number:05d}", _msevtmgt_contact_value=contact,
                _msevtmgt_event_value=event, msevtmgt_checkintime=at, msevtmgt_checkintype=EVENT_CHECK_IN,
                _msevtmgt_registrationid_value=registration["msevtmgt_eventregistrationid"],
                msevtmgt_viewingdurationinmins=self._dice.number(5, 60),
            )  # fmt: skip

    def _form(self, lead: Row) -> None:
        form = self._dice.pick(FORMS)
        values = {"firstname": lead["firstname"], "lastname": lead["lastname"], "emailaddress1": lead["emailaddress1"]}
        self._add(
            "msdynmkt_marketingformsubmission", at=self._at(lead), msdynmkt_name=f"{form} {lead['lastname']}"[:100],
            _msdynmkt_marketingformid_value=stable_id("form", form), msdynmkt_pageurl=_page("forms", form),
            msdynmkt_contactableemail=lead["emailaddress1"], msdynmkt_marketingformsubmissiontype=624_650_000,
            msdynmkt_submittedvalues=json.dumps(values, ensure_ascii=False),
        )  # fmt: skip

    def _consent(self, number: int, lead: Row) -> None:
        purpose = PURPOSES[number % 24 == 16]  # noqa: PLR2004  # half of them about being followed
        value = OPTED_OUT if self._dice.chance(0.3) else OPTED_IN
        self._add(
            "msdynmkt_contactpointconsent4", at=self._at(lead), msdynmkt_contactpointvalue=lead["emailaddress1"],
            msdynmkt_contactpointtype=EMAIL_POINT, msdynmkt_contactpointconsenttype=PURPOSE, msdynmkt_value=value,
            _msdynmkt_purposeid_value=stable_id("purpose", purpose),
            msdynmkt_uionly_value_tracking=value if purpose == "Tracking" else None,
        )  # fmt: skip

    def _booth(self, number: int, lead: Row) -> None:
        """Some visits are linked to the lead, some know the address only."""
        at = self._at(lead)
        linked = number % 30 == 7  # noqa: PLR2004
        self._add(
            "evt_boothvisit", at=at, evt_name=f"Visit {number}", evt_visitedon=at,
            _evt_leadid_value=lead["leadid"] if linked else None,
            evt_email=None if linked else lead.get("emailaddress1"), evt_minutes=self._dice.number(2, 40),
            evt_product=self._dice.pick(PRODUCTS),
        )  # fmt: skip


def _page(folder: str, name: str) -> str:
    return f"https://www.sandbox.example/{folder}/{name.lower().replace(' ', '-')}"
