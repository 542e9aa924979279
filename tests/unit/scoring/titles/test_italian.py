"""Italian titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Amministratore Delegato", "c_level", "general_management"),
    ("Direttore Commerciale", "director", "sales"),
    ("Direttore Generale", "c_level", "general_management"),
    ("Impiegata amministrativa", "other", "other"),
    ("Direttore di Stabilimento", "director", "production"),
    ("Responsabile Ufficio Tecnico", "manager", "engineering"),
    ("Ingegnere meccanico", "other", "engineering"),
    ("Sistemista", "other", "it"),
    ("Commercialista", "other", "finance"),
    ("Responsabile Qualità", "manager", "engineering"),
    ("Socio", "c_level", "general_management"),
    ("Direttore Marketing e Comunicazione", "director", "marketing"),
    ("Magazziniere", "other", "production"),
    ("Studente", "other", "other"),
    ("Pensionato", "other", "other"),
    ("Insegnante", "other", "other"),
    ("Architetto", "other", "engineering"),
    ("Responsabile IT", "manager", "it"),
    ("Presidente", "c_level", "general_management"),
    ("Responsabile amministrazione e finanza", "manager", "finance"),
    ("Responsabile Commerciale Estero", "manager", "sales"),
    ("Segretaria", "other", "other"),
    ("Direttore tecnico", "director", "engineering"),
    ("Imprenditore", "c_level", "general_management"),
    ("Store Manager", "manager", "sales"),
    ("Grafica pubblicitaria", "other", "marketing"),
    ("Direttore del Personale", "director", "hr"),
    ("Ricercatore", "other", "engineering"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_italian_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A Italian title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
