"""The standard columns."""

from __future__ import annotations

import pytest

from connector.dataverse.columns import FREE_TEXT, STANDARD_TYPES, WRITABLE
from connector.pipeline.values import Table
from connector.sandbox.dataverse.tables.lead import lead
from connector.scoring.facttypes import Kind
from connector.scoring.owncolumns import foreign


def test_the_standard_choices_have_their_labels() -> None:
    """Values and English labels as the table reference lists them."""
    types = STANDARD_TYPES.types
    industry = types["lead.industrycode"].options
    assert (len(industry), industry[1], industry[16], industry[33]) == (
        33, ("Accounting",), ("Financial",), ("Wholesale",)
    )  # fmt: skip
    assert types["account.industrycode"].options == industry
    assert types["lead.statecode"].options == {0: ("Open",), 1: ("Qualified",), 2: ("Disqualified",)}
    assert types["lead.statuscode"].options[7] == ("Canceled",)
    assert types["lead.purchasetimeframe"].options[0] == ("Immediate",)
    assert types["lead.leadsourcecode"].options[10] == ("Other",)


def test_the_standard_table_is_open() -> None:
    """An environment has more columns, so that an unlisted one is untyped, not wrong."""
    assert STANDARD_TYPES.closed == frozenset()


@pytest.mark.parametrize("key", ["score", "grade", "scored_on", "explanation", "sales_ready"])
def test_no_standard_column_is_a_document_s_to_write_but_those_that_are_documented(key: str) -> None:
    """Neither those of the table here nor any that the marketing and sales apps add: they are people's."""
    listed = {fact.removeprefix("lead.") for fact in STANDARD_TYPES.types if fact.startswith("lead.")}
    there = {*listed, *lead().columns, "revenue_base", "address2_city", "msdyn_leadgrade", "entityimage_url"}
    mine = {name for name in there if foreign(name, key, STANDARD_TYPES) is None and not name.startswith("lc_")}
    assert mine == {name for name, keys in WRITABLE.items() if key in keys}


def test_derived_facts_have_their_columns() -> None:
    """Each column that a derived fact reads is in the table."""
    derived = STANDARD_TYPES.derived
    assert {derived.title, derived.email, derived.created, derived.employees} <= STANDARD_TYPES.types.keys()
    assert STANDARD_TYPES.types["lead.createdon"].kind is Kind.DATETIME
    assert STANDARD_TYPES.types["account.numberofemployees"].kind is Kind.NUMBER


def test_free_text_is_marked_on_text_only() -> None:
    """Job titles and company names are typed by people; e-mail addresses and choices are not free text."""
    for table in Table:
        for name in FREE_TEXT.get(table, ()):
            fact = STANDARD_TYPES.types[f"{table}.{name}"]
            assert fact.kind is Kind.TEXT
            assert fact.free_text, name
    assert not STANDARD_TYPES.types["lead.emailaddress1"].free_text
    assert not STANDARD_TYPES.types["lead.industrycode"].free_text


def test_lengths_and_lookups() -> None:
    """Lengths as in the table reference, lookups by the name that rows have them under, labels that people say."""
    assert STANDARD_TYPES.types["lead.subject"].max_length == 300
    assert STANDARD_TYPES.types["lead.subject"].label == "Topic"
    assert STANDARD_TYPES.types["lead._parentaccountid_value"].kind is Kind.ID
    assert STANDARD_TYPES.types["lead.followemail"].kind is Kind.BOOLEAN
    assert STANDARD_TYPES.types["lead.revenue"].kind is Kind.NUMBER
