"""English titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Senior Vice President, Global Supply Chain", "vp", "production"),
    ("Regional Sales Director, Nordics", "director", "sales"),
    ("Chief Information Security Officer (CISO)", "c_level", "it"),
    ("Group Finance Manager", "manager", "finance"),
    ("Plant Manager", "manager", "production"),
    ("Customer Success Manager", "manager", "sales"),
    ("Internal Communications Lead", "manager", "marketing"),
    ("Purchasing Agent", "other", "purchasing"),
    ("Assistant Store Manager", "manager", "sales"),
    ("Global Category Buyer", "other", "purchasing"),
    ("Sr Director Product Marketing", "director", "marketing"),
    ("Executive Chef", "manager", "other"),
    ("Technical Account Manager", "manager", "sales"),
    ("EVP & Chief Marketing Officer", "c_level", "marketing"),
    ("Retired School Principal", "other", "other"),
    ("Investor | Board Member | Ex-Google", "c_level", "general_management"),
    ("Research Scientist II", "other", "engineering"),
    ("Managing Partner, Tax Advisory", "c_level", "general_management"),
    ("Compliance Manager", "manager", "legal"),
    ("Inside Sales Rep", "other", "sales"),
    ("Mechanical Design Engineer", "other", "engineering"),
    ("Logistics Coordinator", "other", "production"),
    ("Assistant to the Managing Director", "other", "operations"),
    ("President & COO", "c_level", "operations"),
    ("Credit Controller", "other", "finance"),
    ("Social Media Intern", "other", "marketing"),
    ("Real Estate Agent", "other", "sales"),
    ("Treasury Analyst", "other", "finance"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_english_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A English title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
