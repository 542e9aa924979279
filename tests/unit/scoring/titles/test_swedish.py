"""Swedish titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("VD", "c_level", "general_management"),
    ("Försäljningschef", "manager", "sales"),
    ("Inköpare", "other", "purchasing"),
    ("Personalchef", "director", "hr"),
    ("Styrelseordförande", "c_level", "general_management"),
    ("Marknadschef", "manager", "marketing"),
    ("Platschef", "manager", "production"),
    ("Sjuksköterska", "other", "other"),
    ("Redovisningsekonom", "other", "finance"),
    ("Säljare", "other", "sales"),
    ("Delägare och grundare", "c_level", "general_management"),
    ("Avdelningschef", "manager", "other"),
    ("Civilingenjör", "other", "engineering"),
    ("Jurist", "other", "legal"),
    ("Kommunikatör", "other", "marketing"),
    ("Lastbilschaufför", "other", "production"),
    ("Verksamhetschef", "manager", "operations"),
    ("Studerande", "other", "other"),
    ("F.d. VD", "other", "other"),
    ("Controller", "other", "finance"),
    ("Teknisk chef", "manager", "engineering"),
    ("Logistikchef", "manager", "production"),
    ("Butikschef", "manager", "sales"),
    ("Affärsutvecklare", "other", "sales"),
    ("Vice President Sales", "vp", "sales"),
    ("Läkare", "other", "other"),
    ("Teamledare kundservice", "manager", "operations"),
    ("Strategisk inköpare", "other", "purchasing"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_swedish_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Swedish title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
