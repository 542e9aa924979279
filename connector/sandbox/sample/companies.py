"""The accounts: invented names, domains under .example, sizes from a workshop to a group, gaps as in real data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from connector.sandbox.dataverse.schema import Row
from connector.sandbox.sample.dice import Dice
from connector.sandbox.sample.surroundings import Surroundings
from connector.sandbox.sample.words import CITIES, COMPANY_STEMS, COMPANY_TRADES, COUNTRIES, LEGAL_FORMS, PHONES

SIZES = ((2, 9), (10, 49), (50, 249), (250, 499), (500, 999), (1000, 4999), (5000, 60_000))
LARGE = 500


def ascii_words(text: str) -> str:
    """A text as it stands in an address: ASCII letters, digits and hyphens."""
    spelled = text.lower().replace("ß", "ss").replace("ø", "oe").replace("æ", "ae").replace("ł", "l")
    plain = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def companies(seed: int, number: int, known: Surroundings, created: str) -> Iterator[Row]:
    """That many accounts, one after the other."""
    dice = Dice(seed, "companies")
    for index in range(number):
        yield _company(dice, index, known, created)


def _company(dice: Dice, index: int, known: Surroundings, created: str) -> Row:
    stem = COMPANY_STEMS[index % len(COMPANY_STEMS)]
    trade, industry = COMPANY_TRADES[index % len(COMPANY_TRADES)]
    country = dice.pick(COUNTRIES)
    batch = index // (len(COMPANY_STEMS) * len(COMPANY_TRADES))
    numbered = f" {batch + 1}" if batch else ""
    domain = f"{ascii_words(stem)}-{ascii_words(trade)}{numbered.strip()}.example"
    # every fourth is large, so that there are prospects at any number of accounts
    size = SIZES[4 + index % 3] if index % 4 == 0 else dice.pick(SIZES)
    employees = dice.number(*size)
    row: Row = {
        "accountid": dice.guid(),
        "name": f"{stem} {trade}{numbered} {LEGAL_FORMS[country]}",
        "accountnumber": f"ACC-{index + 1:06d}",
        "websiteurl": f"https://www.{domain}",
        "emailaddress1": f"info@{domain}",
        "address1_country": country,
        "address1_city": dice.pick(CITIES[country]),
        "customertypecode": 3 if dice.chance(0.3) else 8,
        "_transactioncurrencyid_value": known.currency,
        "_ownerid_value": known.sellers[index % len(known.sellers)],
        "_modifiedby_value": known.sellers[index % len(known.sellers)],
        "createdon": created,
    }
    if country in PHONES:
        row["telephone1"] = PHONES[country].format(dice.number(0, 999))
    if index % 4 == 0 or dice.chance(0.85):
        row["numberofemployees"] = employees
    if dice.chance(0.75):
        row["revenue"] = row["revenue_base"] = float(employees * dice.number(60, 240) * 1000)
    if dice.chance(0.9):
        row["industrycode"] = industry
    if dice.chance(0.1):
        row["accountcategorycode"] = 1
    return row


def domain_of(account: Row) -> str:
    """The domain of an account's addresses."""
    found: str = account["emailaddress1"].partition("@")[2]
    return found
