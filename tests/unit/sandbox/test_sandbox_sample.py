"""The sample data: exact shares, the same everywhere, nothing real."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.sandbox import events_script, sample_interactions
from connector.sandbox.clock import wire
from connector.sandbox.dataverse.schema import Row
from connector.sandbox.dataverse.tables import standard_tables
from connector.sandbox.dataverse.tables.choices import MARKETING_QUALIFIED
from connector.sandbox.dataverse.values import accept
from connector.sandbox.sample.companies import ascii_words, companies
from connector.sandbox.sample.dice import Dice
from connector.sandbox.sample.leads import Campaign
from connector.sandbox.sample.surroundings import Surroundings
from connector.sandbox.sample.words import FREEMAIL, ODD_TITLES

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EXPECTED_THROWS = [39, "e", False, "2d90829c-35d9-4789-84df-b816fc21ba47"]
EXPECTED_SAMPLE = "10664f8ae1777729320edea9f40115b0878f9cac4652d43a2a14a992db25610a"
KNOWN = Surroundings()


def _sample(
    seed: int = 7, leads: int = 300, closed: int = 25, accounts: int = 60
) -> tuple[list[Row], list[Row], list[Row]]:
    made = list(companies(seed, accounts, KNOWN, wire(NOW - timedelta(days=400))))
    campaign = Campaign(seed, NOW, KNOWN, made)
    return list(campaign.leads(leads, closed)), made, campaign.contacts


@pytest.fixture(scope="module")
def sample() -> tuple[list[Row], list[Row], list[Row]]:
    """Leads, accounts and contacts of the default campaign."""
    return _sample()


def _linked(lead: Row, contacts: list[Row]) -> bool:
    companies_of = {contact["contactid"]: contact.get("_parentcustomerid_value") for contact in contacts}
    return bool(
        lead.get("_parentaccountid_value")
        or lead.get("_customerid_value@table") == "account"
        or companies_of.get(lead.get("_parentcontactid_value"))
    )


def test_dice_are_the_same_everywhere() -> None:
    """The first throws of a seed are known: any other Python or machine must give the same."""
    dice = Dice(7, "test")
    thrown = [dice.number(1, 100), dice.pick("abcdef"), dice.chance(0.5), dice.guid()]
    assert thrown == EXPECTED_THROWS
    assert Dice(8, "test").guid() != Dice(7, "test").guid() != Dice(7, "other").guid()


def test_the_sample_is_the_same_everywhere(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """Seed and time fix every row to the last byte."""
    text = json.dumps([*sample, list(sample_interactions(sample[0], seed=7, now=NOW))], sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest() == EXPECTED_SAMPLE


def test_shares_are_exact(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """300 open leads and 25 closed; one in five without an account; a few linked in the other ways; few opted out."""
    leads, accounts, contacts = sample
    still_open = [lead for lead in leads if lead.get("statecode", 0) == 0]
    assert (len(leads), len(still_open), len(accounts)) == (325, 300, 60)
    assert sum(not _linked(lead, contacts) for lead in still_open) == 60
    links = Counter(
        lead.get("_customerid_value@table") or bool(lead.get("_parentcontactid_value")) for lead in still_open
    )
    assert links["account"] == links[True] == 8
    assert links["contact"] == 4
    assert sum(lead.get("msdyn_gdproptout") is True for lead in still_open) == 5
    assert 5 <= sum(lead.get("followemail") is False for lead in still_open) <= 15
    assert sum(lead.get("statuscode") == MARKETING_QUALIFIED for lead in still_open) == 4
    assert sum(lead.get("merged") is True for lead in leads) == 1
    assert {lead["_campaignid_value"] for lead in leads} == {KNOWN.campaign}


def test_people_write_as_people_do(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """Titles of several languages, unrecognisable and missing ones, accents in both forms, countries, gaps."""
    leads, accounts, _ = sample
    titles = [lead.get("jobtitle") for lead in leads]
    known = {title.strip().lower() for title in titles if title}
    assert None in titles
    assert known & {title.lower() for title in ODD_TITLES}
    assert {"financial director", "director of finance", "ceo", "chief executive officer"} <= known
    assert {unicodedata.normalize("NFC", title) for title in known} & {"geschäftsführer", "directrice financière"}
    assert any(not unicodedata.is_normalized("NFC", title) for title in titles if title)
    assert {"GB", "IE", "DE", "FR", "NL", "Deutschland"} <= {lead.get("address1_country") for lead in leads}
    assert any(not lead["lastname"].isascii() for lead in leads)
    assert any("emailaddress1" not in lead for lead in leads)
    assert 20 <= sum("budgetstatus" in lead for lead in leads) <= 60
    assert any("numberofemployees" not in account for account in accounts)
    created = [datetime.fromisoformat(lead["createdon"]) for lead in leads]
    assert min(created) < NOW - timedelta(days=55)
    assert max(created) > NOW - timedelta(days=5)
    assert all(NOW - timedelta(days=60) <= each < NOW for each in created)


def test_nothing_real_can_be_reached(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """Addresses end in .example but for a few free-mail ones, and companies live under .example only."""
    leads, accounts, _ = sample
    domains = Counter(lead["emailaddress1"].partition("@")[2] for lead in leads if "emailaddress1" in lead)
    free = sum(number for domain, number in domains.items() if domain in FREEMAIL)
    assert 10 <= free <= 25
    assert all(domain.endswith(".example") or domain in FREEMAIL for domain in domains)
    assert all(account["emailaddress1"].endswith(".example") for account in accounts)
    assert all(lead["emailaddress1"].isascii() for lead in leads if "emailaddress1" in lead)


def test_every_value_is_one_that_its_column_takes(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """No row holds a value that a client could not have written: types, lengths, options, ranges."""
    tables = standard_tables()
    for name, rows in zip(("lead", "account", "contact"), sample, strict=True):
        table = tables[name]
        for row in rows:
            for field, value in row.items():
                column = table.fields.get(field.removesuffix("@table"))
                assert column is not None, field
                if not column.targets:
                    assert accept(table, column, value) == value


def test_ids_are_unique() -> None:
    """Ten thousand leads have ten thousand ids, and companies of many accounts distinct domains."""
    leads, accounts, contacts = _sample(leads=10_000, closed=0, accounts=1000)
    assert len({lead["leadid"] for lead in leads}) == 10_000
    assert len({account["emailaddress1"] for account in accounts}) == 1000
    assert len({contact["contactid"] for contact in contacts}) == len(contacts)


def test_small_samples_work() -> None:
    """A sample may be empty, or without accounts."""
    assert _sample(leads=0, closed=0, accounts=0) == ([], [], [])
    leads, _, contacts = _sample(leads=50, closed=3, accounts=0)
    assert not any(_linked(lead, contacts) for lead in leads)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Møllegård", "moellegard"),
        ("Großkopf", "grosskopf"),
        ("D'Aubépine", "d-aubepine"),
        ("Łukasz", "lukasz"),
        ("Æ", "ae"),
    ],
)
def test_names_become_ascii(text: str, plain: str) -> None:
    """Addresses have ASCII letters only."""
    assert ascii_words(text) == plain


def _history(leads: list[Row]) -> Iterator[dict[str, Any]]:
    return sample_interactions(leads, seed=7, now=NOW)


def test_history_is_plausible(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """Interactions lie between a lead's creation and now, have unique ids, and respect who is not to be followed."""
    leads = {lead["leadid"]: lead for lead in sample[0]}
    history = list(_history(sample[0]))
    assert len({each["id"] for each in history}) == len(history) > 500
    kinds = Counter(each["type"] for each in history)
    assert set(kinds) == {
        "email_open", "email_click", "form_submission", "event_registration", "event_checkin", "web_visit",
    }  # fmt: skip
    assert {each["properties"]["form"] for each in history if each["type"] == "form_submission"} >= {
        "demo",
        "pricing",
        "newsletter",
    }
    for each in history:
        lead = leads[each["lead_id"]]
        assert lead.get("statecode", 0) == 0
        assert lead["createdon"] <= each["at"] < wire(NOW)
        if each["type"] in {"email_open", "email_click", "web_visit"}:
            assert lead.get("followemail") is not False


def test_the_script_has_a_part_for_everything(sample: tuple[list[Row], list[Row], list[Row]]) -> None:
    """Fifteen leads ask for a price and a demonstration; the disturbed ones are among them, all others apart."""
    script = events_script(sample[0], seed=7, now=NOW)
    forms = Counter(each["lead_id"] for each in script.interactions if each["type"] == "form_submission")
    assert len(forms) == 15
    assert set(forms.values()) == {2}
    disturbed = {script.closed, script.edited, script.anticipated}
    assert len(disturbed) == 3
    assert disturbed <= set(forms)
    apart = {script.opted_out, script.disqualified, *(lead_id for lead_id, _ in script.updates)}
    assert len(apart) == 3
    assert not apart & set(forms)
    assert all(NOW - timedelta(minutes=11) < datetime.fromisoformat(each["at"]) < NOW for each in script.interactions)
    assert script == events_script(list(reversed(sample[0])), seed=7, now=NOW)
    with pytest.raises(ValueError, match="20 open leads"):
        events_script(sample[0][:10], seed=7, now=NOW)
