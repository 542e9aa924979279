"""Dutch titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Algemeen directeur", "c_level", "general_management"),
    ("Hoofd Inkoop", "director", "purchasing"),
    ("Zaakvoerder", "c_level", "general_management"),
    ("Financieel Directeur", "director", "finance"),
    ("Accountmanager Zakelijke Markt", "manager", "sales"),
    ("Teamleider Klantenservice", "manager", "operations"),
    ("Projectleider Infra", "manager", "operations"),
    ("Directiesecretaresse", "other", "other"),
    ("Vestigingsmanager", "manager", "operations"),
    ("Hoofd Marketing & Communicatie", "director", "marketing"),
    ("Verpleegkundige", "other", "other"),
    ("Eigenaar", "c_level", "general_management"),
    ("Logistiek medewerker", "other", "production"),
    ("Hoofd ICT", "director", "it"),
    ("Commercieel medewerker binnendienst", "other", "sales"),
    ("Advocaat-partner", "c_level", "legal"),
    ("Voormalig directeur", "other", "other"),
    ("Directeur-eigenaar", "c_level", "general_management"),
    ("Kwaliteitsmanager", "manager", "engineering"),
    ("Werkvoorbereider", "other", "production"),
    ("Adviseur bedrijfsvoering", "other", "operations"),
    ("Verkoper buitendienst", "other", "sales"),
    ("Plaatsvervangend hoofd Financiën", "director", "finance"),
    ("Magazijnmedewerker", "other", "production"),
    ("Directeur Bedrijfsvoering", "director", "operations"),
    ("Fiscalist", "other", "finance"),
    ("Projectingenieur", "other", "engineering"),
    ("Hoofd P&O", "director", "hr"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_dutch_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Dutch title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
