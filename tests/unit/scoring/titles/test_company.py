"""A company's own titles: they win over ours, and a wrong table is refused with every fault."""

from typing import Any

import pytest

from connector.errors import DocumentError
from connector.scoring.titles import CompanyTitles, company_titles, read_title

TABLE = company_titles(
    {
        "titles": [
            {"title": "Ledger Wizard", "seniority": "manager", "function": "finance"},
            {"title": "Head of Fun", "function": "hr"},
            {"title": "CEO", "seniority": "manager"},
            {"title": "Xyzzy", "seniority": "vp"},
        ]
    }
)


@pytest.mark.parametrize(
    ("title", "seniority", "function", "confidence"),
    [
        ("ledger  WIZARD", "manager", "finance", 1.0),
        ("Ledger Wizard (EMEA)", "manager", "finance", 1.0),
        ("CEO & Ledger Wizard", "manager", "general_management", 0.89),
        ("EMEA / Ledger Wizard", "manager", "finance", 1.0),
        ("Head of Fun", "director", "hr", 0.72),
        ("CEO", "manager", "general_management", 0.95),
        ("Xyzzy", "vp", None, 1.0),
        ("CFO", "c_level", "finance", 0.95),
        ("Former Ledger Wizard", "other", "other", 0.25),
    ],
)
def test_the_company_s_own_table_wins(title: str, seniority: str, function: str, confidence: float) -> None:
    """A title or a part of it that stands in the company's table is read as it says; the rest stays ours."""
    read = read_title(title, TABLE)
    assert (read.seniority, read.function, read.confidence) == (seniority, function, confidence)


def test_the_reason_names_the_company_s_table() -> None:
    """Whoever asks why is sent to the company's own titles."""
    assert read_title("Ledger Wizard", TABLE).reason == "'Ledger Wizard' stands in the company's own titles."


def test_an_empty_table_changes_nothing() -> None:
    """With no titles of its own a company gets our reading."""
    assert read_title("CFO", company_titles({"titles": []})) == read_title("CFO") == read_title("CFO", CompanyTitles())


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (None, ["titles"]),
        ([], ["titles"]),
        ({"titles": "CEO"}, ["titles"]),
        ({"titles": [], "owner": 1, 2: 3}, ["owner", "2"]),
        ({"titles": ["CEO"]}, ["titles[0]"]),
        ({"titles": [{"title": 7, "seniority": "vp"}]}, ["titles[0].title"]),
        ({"titles": [{"title": "  - ", "seniority": "vp"}]}, ["titles[0].title"]),
        (
            {"titles": [{"title": "A", "seniority": "boss", "function": "art"}]},
            ["titles[0].seniority", "titles[0].function"],
        ),
        ({"titles": [{"title": "A", "seniority": ["vp"]}]}, ["titles[0].seniority"]),
        ({"titles": [{"title": "A"}]}, ["titles[0]"]),
        ({"titles": [{"title": "A", "seniority": "vp", "rank": 1}]}, ["titles[0].rank"]),
        ({"titles": [{"title": "A", "seniority": "vp"}, {"title": "a ", "seniority": "vp"}]}, ["titles[1].title"]),
    ],
)
def test_every_fault_of_a_table_is_named(data: Any, paths: list[str]) -> None:
    """A table that is not usable is refused with the path of each fault, no line, and what to do."""
    with pytest.raises(DocumentError) as caught:
        company_titles(data)
    assert [fault.path for fault in caught.value.faults] == paths
    assert all(fault.line is None and fault.message and fault.remedy for fault in caught.value.faults)
