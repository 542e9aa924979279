"""German titles as people write them, with the seniority and function that a person would give them."""

import pytest

from connector.scoring.titles import read_title

EXAMPLES = [
    ("Leiter Controlling & Rechnungswesen", "director", "finance"),
    ("Geschäftsführerin Marketing und Vertrieb", "c_level", "marketing"),
    ("Teamleiterin Kundenservice", "manager", "operations"),
    ("Sachbearbeiter Auftragsabwicklung", "other", "sales"),
    ("IT-Systemadministrator", "other", "it"),
    ("Senior Controller", "other", "finance"),
    ("Mitglied der Geschäftsleitung, Leiter Produktion", "c_level", "production"),
    ("Assistentin der Geschäftsführung", "other", "other"),
    ("Entwicklungsingenieur Elektronik", "other", "engineering"),
    ("Vorstand Finanzen (CFO)", "c_level", "finance"),
    ("Steuerfachangestellte", "other", "finance"),
    ("Projektleiterin Digitalisierung", "manager", "it"),
    ("Betriebsleiter", "manager", "operations"),
    ("Inhaber & Fotograf", "c_level", "general_management"),
    ("Zerspanungsmechaniker", "other", "production"),
    ("Produktmanager Medizintechnik", "manager", "engineering"),
    ("Prokurist / Leiter Einkauf", "director", "purchasing"),
    ("Gründerin und Geschäftsführerin bei Acme", "c_level", "general_management"),
    ("Qualitätsmanagementbeauftragter", "manager", "engineering"),
    ("Fachkraft für Arbeitssicherheit", "other", "operations"),
    ("Leiter Recht & Compliance", "director", "legal"),
    ("Referent Öffentlichkeitsarbeit", "other", "marketing"),
    ("Oberärztin", "other", "other"),
    ("Filialleiterin", "manager", "sales"),
    ("Buchhalterin", "other", "finance"),
    ("Hauptabteilungsleiter Forschung", "director", "engineering"),
    ("Vertriebsbeauftragter", "other", "sales"),
    ("Chefsekretärin", "other", "other"),
]


@pytest.mark.parametrize(("title", "seniority", "function"), EXAMPLES)
def test_german_titles_are_read(title: str, seniority: str, function: str) -> None:
    """A German title has the seniority and the function that a person would give it."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)
