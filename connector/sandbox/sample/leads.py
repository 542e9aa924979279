"""The leads of a campaign, with the contacts that some hang on. Shares are exact: they follow the lead's number.

Of every five leads one has no account; of those with one, a few are linked by `customerid` or by their contact only.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.sandbox.clock import wire
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED, RECYCLED
from connector.sandbox.sample.companies import LARGE, ascii_words, domain_of
from connector.sandbox.sample.dice import Dice
from connector.sandbox.sample.surroundings import Surroundings
from connector.sandbox.sample.words import (
    CITIES,
    COUNTRIES,
    FIRST_NAMES,
    FREEMAIL,
    LANGUAGE_OF,
    LAST_NAMES,
    ODD_TITLES,
    ORIGINS,
    PHONES,
    SENIOR_TITLES,
    SPELLED_OUT,
    TITLES,
    TOPICS,
)

DAYS = 60
CLOSED_STATES = ((1, 3), (2, 4), (2, 5), (2, 6), (2, 7))


def is_prospect(number: int) -> bool:
    """Tell whether the lead of that number is one of the few who decide, have a budget and a large company."""
    return number % 16 == 2 and number % 5 != 3  # noqa: PLR2004  # 15 of 300; never one without an account


@dataclass(slots=True)
class Campaign:
    """Makes the leads of one campaign; `contacts` fills up with the contacts that leads hang on."""

    seed: int
    now: datetime
    known: Surroundings
    accounts: Sequence[Row]
    contacts: list[Row] = field(default_factory=list)
    _dice: Dice = field(init=False)
    _large: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        self._dice = Dice(self.seed, "leads")
        self._large = [row for row in self.accounts if row.get("numberofemployees", 0) >= LARGE]

    def leads(self, open_leads: int, closed: int) -> Iterator[Row]:
        """First the open ones, then the closed ones."""
        for number in range(open_leads):
            yield self._lead(number)
        merged_into = None
        for number in range(open_leads, open_leads + closed):
            row = self._lead(number)
            row["statecode"], row["statuscode"] = self._dice.pick(CLOSED_STATES)
            if number == open_leads + 1 and merged_into:  # one of the closed ones was merged away
                row |= {"statecode": 2, "statuscode": 7, "merged": True, "_masterid_value": merged_into}
            merged_into = row["leadid"]
            yield row

    def _lead(self, number: int) -> Row:
        dice, prospect = self._dice, is_prospect(number)
        link, account = self._account(number, prospect=prospect)
        country = account["address1_country"] if account else dice.pick(COUNTRIES)
        if prospect and LANGUAGE_OF[country] not in SENIOR_TITLES:
            country = "GB"
        language = LANGUAGE_OF[country]
        origin, source = dice.pick(ORIGINS)
        created = self.now - timedelta(seconds=dice.number(3600, DAYS * 86_400))
        modified = created + timedelta(seconds=dice.number(0, int((self.now - created).total_seconds())))
        row: Row = {
            "leadid": dice.guid(),
            "subject": origin.format(dice.pick(TOPICS)),
            "firstname": dice.pick(FIRST_NAMES[language]),
            "lastname": dice.pick(LAST_NAMES[language]),
            "leadsourcecode": source,
            "address1_country": country,
            "createdon": wire(created),
            "modifiedon": wire(modified),
            "_campaignid_value": self.known.campaign,
            "_ownerid_value": self.known.sellers[number % len(self.known.sellers)],
            "_modifiedby_value": self.known.sellers[number % len(self.known.sellers)],
        }
        title = self._title(number, language, prospect=prospect)
        if title is not None:
            row["jobtitle"] = title
        self._reach(row, number, account)
        self._gaps(row, number, account, prospect=prospect)
        self._interest(row, number, prospect=prospect)
        self._consent(row, number, prospect=prospect)
        if account is not None:
            self._link(row, link, account)
        elif number % 80 == 43:  # noqa: PLR2004  # a customer who is a person without a company
            row |= {"_customerid_value": self._contact(row, None), "_customerid_value@table": "contact"}
        return row

    def _account(self, number: int, *, prospect: bool) -> tuple[str, Row | None]:
        if not self.accounts or number % 5 == 3:  # noqa: PLR2004  # one in five
            return "", None
        account = self._dice.pick(self._large if prospect and self._large else self.accounts)
        # remainders that never meet those of the leads without an account, nor each other
        if prospect:
            return "parentaccountid", account
        return {7: "customerid", 19: "contact"}.get(number % 40, "parentaccountid"), account

    def _title(self, number: int, language: str, *, prospect: bool) -> str | None:
        dice = self._dice
        if prospect:
            return dice.pick(SENIOR_TITLES[language])
        if number % 17 == 5:  # noqa: PLR2004  # left empty in the form
            return None
        if number % 13 == 6:  # noqa: PLR2004  # nobody can tell what this is
            return dice.pick(ODD_TITLES)
        title = dice.pick(TITLES[language])
        if number % 11 == 4:  # noqa: PLR2004  # typed on a system that takes letters and accents apart
            return unicodedata.normalize("NFD", title)
        return f" {title.upper()} " if number % 23 == 9 else title  # noqa: PLR2004  # and some shout

    def _reach(self, row: Row, number: int, account: Row | None) -> None:
        dice, country = self._dice, row["address1_country"]
        local = f"{ascii_words(row['firstname'])}.{ascii_words(row['lastname'])}"
        domain = domain_of(account) if account else f"{ascii_words(row['lastname'])}-partners.example"
        if account is None and number % 15 == 3:  # noqa: PLR2004  # a private address
            local, domain = f"{local}.{dice.number(10_000, 99_999)}", dice.pick(FREEMAIL)
        if number % 50 != 21:  # noqa: PLR2004  # who left no address at all
            row["emailaddress1"] = f"{local}@{domain}"
        if country in PHONES and dice.chance(0.6):
            row["telephone1"] = PHONES[country].format(dice.number(0, 999))
        if account is not None:
            row["companyname"] = account["name"]
        elif number % 10 == 3:  # noqa: PLR2004  # typed by hand, and nothing to find it by
            row["companyname"] = f"{row['lastname']} & Partners"

    def _gaps(self, row: Row, number: int, account: Row | None, *, prospect: bool) -> None:
        """What some fill in and others do not."""
        dice = self._dice
        if number % 19 == 8 and not prospect:  # noqa: PLR2004  # free text: some write the country out, some nothing
            spelled = SPELLED_OUT.get(row["address1_country"])
            if spelled:
                row["address1_country"] = spelled
            else:
                del row["address1_country"]
        elif dice.chance(0.5):
            row["address1_city"] = dice.pick(CITIES[row["address1_country"]])
        if dice.chance(0.35):
            row["industrycode"] = (account or {}).get("industrycode") or dice.number(1, 33)
        if dice.chance(0.3):
            row["numberofemployees"] = (account or {}).get("numberofemployees") or dice.number(1, 400)
        if number % 3 == 0:
            row["lc_webinarinterest"] = dice.pick(TOPICS)

    def _interest(self, row: Row, number: int, *, prospect: bool) -> None:
        """Few have a budget and a plan."""
        dice = self._dice
        if prospect:
            amount = float(dice.number(20, 400) * 1000)
            row |= {
                "budgetstatus": dice.number(2, 3), "purchasetimeframe": dice.number(0, 1), "decisionmaker": True,
                "need": dice.number(0, 1), "estimatedamount": amount, "estimatedamount_base": amount,
                "_transactioncurrencyid_value": self.known.currency,
            }  # fmt: skip
        elif dice.chance(0.12):
            row |= {"budgetstatus": dice.number(0, 2), "purchasetimeframe": dice.number(1, 4)}
            if dice.chance(0.5):
                row["decisionmaker"] = dice.chance(0.4)
        if number % 75 == 30:  # noqa: PLR2004  # somebody has marked these already
            row["statuscode"] = MARKETING_QUALIFIED
        elif number % 33 == 12 and not prospect:  # noqa: PLR2004
            row["statuscode"] = RECYCLED
        elif dice.chance(0.2):
            row["statuscode"] = 2
        if number % 100 == 52 and not prospect:  # noqa: PLR2004  # or have said so in the other way
            row["msdyncrm_salesready"] = True

    def _consent(self, row: Row, number: int, *, prospect: bool) -> None:
        if prospect:
            return
        if number % 60 == 11:  # noqa: PLR2004  # who wants nothing to do with it at all
            row["msdyn_gdproptout"] = True
        if number % 25 == 9:  # noqa: PLR2004  # who does not want opens and clicks to be followed
            row["followemail"] = False
        if self._dice.chance(0.05):
            row["donotbulkemail"] = True

    def _link(self, row: Row, link: str, account: Row) -> None:
        if link == "parentaccountid":
            row["_parentaccountid_value"] = account["accountid"]
        elif link == "customerid":
            row |= {"_customerid_value": account["accountid"], "_customerid_value@table": "account"}
        else:
            row["_parentcontactid_value"] = self._contact(row, account)

    def _contact(self, lead: Row, account: Row | None) -> str:
        contact_id = self._dice.guid()
        copied = ("firstname", "lastname", "jobtitle", "emailaddress1")
        row: Row = {name: lead[name] for name in copied if name in lead}
        row |= {"contactid": contact_id, "createdon": lead["createdon"], "_ownerid_value": lead["_ownerid_value"]}
        if account is not None:
            row |= {"_parentcustomerid_value": account["accountid"], "_parentcustomerid_value@table": "account"}
        self.contacts.append(row)
        return contact_id
