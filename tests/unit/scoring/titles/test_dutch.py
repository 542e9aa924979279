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
    ("Directiesecretaresse", "other", "operations"),
    ("Vestigingsmanager", "manager", "operations"),
    ("Hoofd Marketing & Communicatie", "director", "marketing"),
    ("Verpleegkundige", "other", "other"),
    ("Eigenaar", "c_level", "general_management"),
    ("Logistiek medewerker", "other", "production"),
    ("Hoofd ICT", "director", "it"),
    ("Commercieel medewerker binnendienst", "other", "sales"),
    ("Stagiaire communicatie", "other", "marketing"),
    ("Gepensioneerd", "other", "other"),
    ("Lid Raad van Bestuur", "c_level", "general_management"),
    ("Softwareontwikkelaar", "other", "it"),
    ("Salarisadministrateur", "other", "hr"),
    ("Beleidsmedewerker Onderwijs", "other", "other"),
    ("Regiomanager Noord", "manager", "sales"),
    ("Marketing Manager Benelux", "manager", "marketing"),
    ("Afdelingshoofd R&D", "director", "engineering"),
    ("ZZP'er", "other", "other"),
    ("Recruiter", "other", "hr"),
    ("Technisch Commercieel Medewerker", "other", "sales"),
    ("Winkelmanager", "manager", "sales"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_dutch_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Dutch title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
