"""French titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Directeur Administratif et Financier", "director", "finance"),
    ("DSI", "director", "it"),
    ("PDG", "c_level", "general_management"),
    ("Directeur commercial France", "director", "sales"),
    ("Chargée de communication", "other", "marketing"),
    ("Ingénieur logiciel embarqué", "other", "it"),
    ("Responsable des ressources humaines", "manager", "hr"),
    ("Comptable unique", "other", "finance"),
    ("Présidente", "c_level", "general_management"),
    ("Responsable qualité et environnement", "manager", "engineering"),
    ("Contrôleur de gestion industriel", "other", "finance"),
    ("Avocat associé", "c_level", "legal"),
    ("Directeur de la Supply Chain", "director", "production"),
    ("Professeur des écoles", "other", "other"),
    ("Chef d'atelier", "manager", "production"),
    ("Responsable grands comptes", "manager", "sales"),
    ("Fondateur & CEO", "c_level", "general_management"),
    ("Ancien directeur commercial", "other", "sales"),
    ("Responsable juridique", "manager", "legal"),
    ("Chef de rayon", "manager", "sales"),
    ("Secrétaire générale", "director", "general_management"),
    ("Retraité", "other", "other"),
    ("Dir. Technique", "director", "engineering"),
    ("Chargé de recrutement", "other", "hr"),
    ("Téléconseiller", "other", "operations"),
    ("Formatrice indépendante", "other", "other"),
    ("Responsable SAV", "manager", "operations"),
    ("Vendeuse en prêt-à-porter", "other", "sales"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_french_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A French title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
