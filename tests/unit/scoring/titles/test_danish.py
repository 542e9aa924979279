"""Danish titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Adm. direktør", "c_level", "general_management"),
    ("Direktør", "director", "general_management"),
    ("Salgschef", "manager", "sales"),
    ("Indkøbschef", "manager", "purchasing"),
    ("IT-chef", "manager", "it"),
    ("Bestyrelsesformand", "c_level", "general_management"),
    ("Indehaver", "c_level", "general_management"),
    ("Softwareudvikler", "other", "it"),
    ("Kommunikationschef", "manager", "marketing"),
    ("Butikschef", "manager", "sales"),
    ("Folkeskolelærer", "other", "other"),
    ("Produktionschef", "manager", "production"),
    ("Maskiningeniør", "other", "engineering"),
    ("Juridisk chef", "manager", "legal"),
    ("Logistikchef", "manager", "production"),
    ("Studerende", "other", "other"),
    ("Pensionist", "other", "other"),
    ("Direktionssekretær", "other", "other"),
    ("Teamleder, kundeservice", "manager", "operations"),
    ("Salgskonsulent", "other", "sales"),
    ("Tømrer", "other", "production"),
    ("Læge", "other", "other"),
    ("Vicedirektør", "director", "general_management"),
    ("Produktchef", "manager", "engineering"),
    ("Kundeservicemedarbejder", "other", "operations"),
    ("Daglig leder", "manager", "other"),
    ("Salgssjef", "manager", "sales"),
    ("Styreleder", "c_level", "general_management"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_danish_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Danish title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
