"""Words for people: names, values, dates, durations, points, and what never gets into a sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from connector.scoring import wording
from connector.scoring.facttypes import UNTYPED, FactType, FactTypes, Kind
from connector.scoring.score import Cause

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TYPES = FactTypes(
    types={
        "lead.industrycode": FactType(Kind.CHOICE, options={1: ("Financial", "Finanzen"), 2: ("Retail",)}),
        "lead.interests": FactType(Kind.MULTI_CHOICE, options={1: ("Cloud",), 2: ("Data",), 3: ("Cost",)}),
        "lead.ownerid": FactType(Kind.ID),
        "lead.subject": FactType(Kind.TEXT, free_text=True),
        "lead.revenue": FactType(Kind.NUMBER, label="Annual Revenue"),
        "lead.vatid": FactType(Kind.TEXT, label="VAT number"),
        "lead.createdon": FactType(Kind.DATETIME),
    }
)


@pytest.mark.parametrize(
    ("points", "text"),
    [(20, "+20"), (-12, "\N{MINUS SIGN}12"), (0, "0"), (1500, "+1,500"), (-2000, "\N{MINUS SIGN}2,000")],
)
def test_points_bear_their_sign(points: int, text: str) -> None:
    """Points carry a plus or a real minus, and thousands are separated."""
    assert wording.points_text(points) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1200, "1,200"),
        (0.1, "0.1"),
        (Decimal("5E+3"), "5,000"),
        (Decimal("10.50"), "10.5"),
        (-3, "\N{MINUS SIGN}3"),
        (-0.5, "\N{MINUS SIGN}0.5"),
        (1e-7, "0.0000001"),
        (float("nan"), "not a number"),
    ],
)
def test_numbers_are_plain(number: Decimal | float, text: str) -> None:
    """Numbers are written without exponents and without binary noise."""
    assert wording.number_text(number) == text


@pytest.mark.parametrize(
    ("noun", "many"),
    [
        ("e-mail click", "e-mail clicks"),
        ("inquiry", "inquiries"),
        ("day", "days"),
        ("search", "searches"),
        ("fax", "faxes"),
    ],
)
def test_nouns_have_plurals(noun: str, many: str) -> None:
    """One thing takes the singular, any other number the plural."""
    assert wording.count_text(1, noun) == f"1 {noun}"
    assert wording.count_text(2, noun) == f"2 {many}"
    assert wording.count_text(0, noun) == f"0 {many}"


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(days=7), "7 days"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=14), "14 days"),
        (timedelta(days=30), "30 days"),
        (timedelta(weeks=26), "26 weeks"),
        (timedelta(hours=36), "36 hours"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(milliseconds=1500), "1.5 seconds"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_durations_take_their_largest_whole_unit(duration: timedelta, text: str) -> None:
    """A duration is told in its largest unit that fits without a rest; days up to a month."""
    assert wording.duration_text(duration) == text


def test_days_leave_out_the_present_year() -> None:
    """A day of this year has no year, another one has, and a time is read in UTC."""
    assert wording.day_text(datetime(2026, 11, 18, 23, tzinfo=UTC), NOW) == "18 Nov"
    assert wording.day_text(date(2025, 1, 3), NOW) == "3 Jan 2025"
    late = datetime.fromisoformat("2026-11-18T23:30:00-05:00")
    assert wording.day_text(late, NOW) == "19 Nov"


def test_lists_join_their_last_two() -> None:
    """Nothing, one, two and three items read as people write them."""
    assert wording.list_text([]) == ""
    assert wording.list_text(["a"]) == "a"
    assert wording.list_text(["a", "b"]) == "a and b"
    assert wording.list_text(iter(["a", "b", "c"]), "or") == "a, b or c"


def test_sentences_begin_with_a_capital() -> None:
    """Only the first letter changes, and an empty sentence stays empty."""
    assert wording.capitalise("no VAT number") == "No VAT number"
    assert wording.capitalise("") == ""


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Financial Director", "Financial Director"),
        ("  Head\n of\tIT ", "Head of IT"),
        ("ask ada@lovelace.example please", "ask (hidden) please"),
        ("<ada@lovelace.example>", "<(hidden)>"),
        ("ada\N{FULLWIDTH COMMERCIAL AT}lovelace.example", "(hidden)"),
        ("a\N{ZERO WIDTH SPACE}da@lovelace.example", "(hidden)"),
        ("call +44 (0)20 7946 0000 now", "call (hidden) now"),
        ("020/7946.0000", "(hidden)"),
        ("+1·202·555·0143", "(hidden)"),
        ("ring 0,2,0|7~9:4'6*0000!", "ring (hidden)!"),
        ("442,079,460,958", "(hidden)"),
        ("12 of 345", "12 of 345"),
        ("john%40acme.example", "(hidden)"),
        ("john%2540acme.example", "(hidden)"),
        ("ask john&#64;acme.example, please", "ask (hidden), please"),
        ("john&#x40;acme.example", "(hidden)"),
        ("write to john (at) acme.example", "write to (hidden)"),
        ("john[AT]acme.example", "(hidden)"),
        ("Head of Sales at a firm (attached)", "Head of Sales at a firm (attached)"),
        ("room 12, floor 3", "room 12, floor 3"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}rotceriD", "rotceriD"),
        ("x" * 61, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
    ],
)
def test_text_from_facts_is_made_safe(text: str, safe: str) -> None:
    """Addresses and phone numbers are hidden, lines and control characters gone, long text cut."""
    assert wording.safe_text(text) == safe


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("numberofemployees", "number of employees"),
        ("jobtitle", "job title"),
        ("emailaddress1", "e-mail address"),
        ("emailaddress2", "e-mail address 2"),
        ("email2", "e-mail 2"),
        ("cr1a2_phase2", "phase2"),
        ("donotbulkemail", "do not bulk e-mail"),
        ("leadsourcecode", "lead source"),
        ("address1_country", "country"),
        ("msdyn_gdproptout", "GDPR opt-out"),
        ("_ownerid_value", "owner"),
        ("new_budget", "budget"),
        ("cr1a2_tyrebrand", "tyrebrand"),
        ("state_code", "state"),
        ("id", "id"),
        ("42", "42"),
        ("_", "_"),
    ],
)
def test_logical_names_are_taken_apart(column: str, words: str) -> None:
    """A logical name reads as words where its parts are known, and stays as it is where they are not."""
    assert wording.readable(column) == words


@pytest.mark.parametrize(
    ("fact", "name"),
    [
        ("lead.revenue", "annual revenue"),
        ("lead.vatid", "VAT number"),
        ("title.seniority", "seniority"),
        ("lead.has_account", "account linked"),
        ("account.open_leads", "number of open leads of the account"),
        ("account.engaged_people_30d", "number of engaged people of the account in 30 days"),
        ("lead.jobtitle", "job title"),
        ("account.industrycode", "account's industry"),
        ("account.numberofemployees", "number of employees"),
    ],
)
def test_facts_have_names(fact: str, name: str) -> None:
    """A label wins over the logical name, an abbreviation in it stays, and account facts say whose they are."""
    assert wording.fact_name(fact, TYPES) == name


@pytest.mark.parametrize(
    ("kind", "noun"),
    [
        ("email_click", "e-mail click"),
        ("event-checkin", "event check-in"),
        ("Form_Submission", "form submission"),
        ("_", "_"),
    ],
)
def test_interactions_have_names(kind: str, noun: str) -> None:
    """An interaction's type reads as words."""
    assert wording.interaction_noun(kind) == noun


@pytest.mark.parametrize(
    ("fact", "value", "text"),
    [
        ("lead.industrycode", 1, "Financial"),
        ("lead.industrycode", Decimal(2), "Retail"),
        ("lead.industrycode", "1", "Financial"),
        ("lead.industrycode", 99, "99"),
        ("lead.industrycode", "Financial", "Financial"),
        ("lead.industrycode", "NaN", "NaN"),
        ("lead.interests", "1,3", "Cloud and Cost"),
        ("lead.interests", 2, "Data"),
        ("lead.interests", "", "nothing"),
        ("lead.ownerid", "c0ffee", "filled in"),
        ("lead.anything", "11111111-2222-3333-4444-555555555555", "filled in"),
        ("lead.emailaddress1", "ada@lovelace.example", "filled in"),
        ("lead.mobilephone", "0123456789", "filled in"),
        ("lead.donotemail", True, "yes"),
        ("lead.donotemail", False, "no"),
        ("lead.revenue", 1200.5, "1,200.5"),
        ("lead.revenue", "12000000", "12,000,000"),
        ("lead.revenue", "plenty", "'plenty'"),
        ("lead.phonenumber", 442079460000, "filled in"),
        ("lead.createdon", "2026-11-18T10:00:00Z", "18 Nov"),
        ("lead.other", "2026-11-18", "18 Nov"),
        ("lead.other", date(2026, 11, 18), "18 Nov"),
        ("lead.other", datetime(2026, 11, 18, tzinfo=UTC), "18 Nov"),
        ("lead.other", "2026-99-99", "'(hidden)'"),
        ("lead.other", timedelta(days=7), "7 days"),
        ("lead.subject", "2026-11-18", "'(hidden)'"),
        ("lead.subject", "Demo wanted", "'Demo wanted'"),
        ("lead.other", ["a"], "'['a']'"),
    ],
)
def test_values_read_as_people_write_them(fact: str, value: object, text: str) -> None:
    """Choices show their label, times their day, text its quotes, contact details only that they are there."""
    assert wording.value_text(fact, value, TYPES, NOW) == text


@pytest.mark.parametrize(
    ("cause", "names", "clause"),
    [
        (Cause.NO_ACCOUNT, ["x"], "no account is linked: account facts are unknown"),
        (Cause.EMPTY_COLUMN, ["job title"], "job title is not filled in"),
        (Cause.EMPTY_COLUMN, ["job title", "country"], "job title and country are not filled in"),
        (Cause.NO_TRACKING, ["x"], "the person refuses tracking: what they did is unknown"),
        (Cause.UNRECOGNISED_TITLE, ["seniority"], "the job title is not recognised"),
        (Cause.LOW_CONFIDENCE, ["seniority"], "the job title can be read in more than one way"),
        (Cause.WRONG_TYPE, ["revenue"], "revenue is not of the type that the model expects"),
    ],
)
def test_every_cause_has_words(cause: Cause, names: list[str], clause: str) -> None:
    """Each cause of an unknown fact is a clause that a seller understands."""
    assert wording.cause_text(cause, names) == clause


def test_wrong_type_agrees_in_number() -> None:
    """Several facts of a wrong type take the plural, and no types are needed to name them."""
    names = [wording.fact_name("lead.revenue", UNTYPED), wording.fact_name("lead.createdon")]
    assert (
        wording.cause_text(Cause.WRONG_TYPE, names)
        == "revenue and created on are not of the type that the model expects"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(442079460958, "(hidden)"), (-1e9, "(hidden)"), (999_999_999, "999,999,999"), (float("nan"), "not a number")],
)
def test_long_numbers_need_a_type_to_be_shown(value: float, text: str) -> None:
    """A number as long as a telephone number is shown only where metadata says that it is a number."""
    assert wording.value_text("lead.other", value, UNTYPED, NOW) == text
    typed = FactTypes({"lead.other": FactType(Kind.NUMBER)})
    assert wording.value_text("lead.other", value, typed, NOW) == wording.number_text(value)
