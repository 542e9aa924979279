"""English titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Senior Vice President, Global Supply Chain", "vp", "production"),
    ("Regional Sales Director, Nordics", "director", "sales"),
    ("Chief Information Security Officer (CISO)", "c_level", "it"),
    ("Group Finance Manager", "manager", "finance"),
    ("Plant Manager", "manager", "production"),
    ("Staff Accountant", "other", "finance"),
    ("Freelance Graphic Designer", "other", "other"),
    ("IT Operations Supervisor", "manager", "it"),
    ("Registered Nurse, ICU", "other", "other"),
    ("VP People & Culture", "vp", "hr"),
    ("Principal Consultant", "other", "other"),
    ("Chief Procurement Officer", "c_level", "purchasing"),
    ("Bookkeeper / Office Administrator", "other", "finance"),
    ("Quality Assurance Engineer", "other", "it"),
    ("EVP & Chief Marketing Officer", "c_level", "marketing"),
    ("Retired School Principal", "other", "other"),
    ("Warehouse Team Leader", "manager", "production"),
    ("Owner/Operator", "c_level", "general_management"),
    ("Payroll Officer", "other", "finance"),
    ("Digital Transformation Lead", "manager", "it"),
    ("HR Generalist", "other", "hr"),
    ("Director of Business Operations", "director", "operations"),
    ("Solutions Architect @ AWS", "other", "it"),
    ("Customer Support Specialist", "other", "operations"),
    ("Facilities Manager", "manager", "operations"),
    ("Head Teacher", "director", "other"),
    ("Vice President of Engineering and Co-Founder", "c_level", "general_management"),
    ("Full-stack dev", "other", "it"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_english_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A English title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
