"""One spelling for many: case, accents, transliterations, gender forms, dashes; compounds and slips of the pen."""

import unicodedata

import pytest

from connector.scoring.titles import read_title
from connector.scoring.titles.compounds import sounds_like_trade
from connector.scoring.titles.slips import mended
from connector.scoring.titles.spelling import fold, pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Sales Manager", ["sales", "manager"]),
        ("VERKÄUFER/IN (m/w/d)", ["verkaufer"]),
        ("Verkaeuferin", ["verkauferin"]),
        ("Chargé(e) d'affaires (H/F)", ["charge", "d", "affaires"]),
        ("Directeur/trice", ["directeur"]),
        ("V.P., R&D", ["vp", ",", "r", "&", "d"]),
        ("Owner\N{RIGHT SINGLE QUOTATION MARK}s office", ["owner", "'s", "office"]),
        ("IT-Leiter \N{EN DASH} Köln", ["it", "leiter", "|", "koln"]),
        ("Direktør + ejer; CTO", ["direktor", "&", "ejer", "|", "cto"]),
        ("CEO\\Founder [Acme]", ["ceo", "/", "founder", "(", "acme", ")"]),
        ("AE", ["ae"]),
        ("ceo@acme.example.com", []),
    ],
)
def test_a_title_falls_into_its_pieces(text: str, parts: list[str]) -> None:
    """Words are folded, separators kept, gender forms, hyphens and addresses left out."""
    assert pieces(text) == parts


@pytest.mark.parametrize("text", ["Geschäftsführer", "GESCHÄFTSFÜHRER", "Geschaeftsfuehrer", "Geschaftsfuhrer"])
def test_ways_to_write_an_umlaut_are_one(text: str) -> None:
    """Umlaut, transliteration and missing accent fold to one form, however they are composed."""
    assert fold(text) == fold("Geschäftsführer") == fold(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Finanzdirektor", "director", "finance"),
        ("Industrievertriebsleiterin", "director", "sales"),
        ("verkoopdirecteur", "director", "sales"),
        ("försäljningschef", "manager", "sales"),
        ("økonomidirektør", "director", "finance"),
        ("Marketingassistent", "other", "marketing"),
        ("Logistikpraktikant", "other", "production"),
        ("Turmuhrenleiter", "director", "general_management"),
        ("Marketingberatung", "other", "marketing"),
        ("Turmuhrenvertrieb", "other", "sales"),
    ],
)
def test_compounds_split_by_known_parts(title: str, seniority: str, function: str) -> None:
    """A compound is its field and its noun; an ending that is known alone still gives the rank or the field."""
    read = read_title(title)
    assert (read.seniority, read.function) == (seniority, function)


def test_a_guessed_compound_is_less_sure_than_a_known_one() -> None:
    """An unknown first part lowers the confidence."""
    assert read_title("Turmuhrenleiter").confidence < read_title("Vertriebsleiter").confidence


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("manaegr", "manager"),
        ("exectuive", "executive"),
        ("geschatsfuhrer", "geschaftsfuhrer"),
        ("direktro", "direktor"),
        ("grinder", "grinder"),
        ("directory", "directory"),
        ("conductors", "conductor"),
        ("delaware", "delaware"),
        ("manager", "manager"),
        ("mngrs", "mngrs"),
        ("vertriebsleiter", "vertriebsleiter"),
        ("xyzzyxyzzy", "xyzzyxyzzy"),
        ("kaufmannx", "kaufmannx"),
    ],
)
def test_slips_of_the_pen_are_mended(slip: str, word: str) -> None:
    """One letter too many or missing, or two swapped, in a long unknown word; known and short words stay."""
    assert mended(slip) == word


@pytest.mark.parametrize(
    ("word", "is_trade"), [("zoologist", True), ("vidraceiro", True), ("xyzzy", False), ("ler", False)]
)
def test_endings_of_trades_are_heard(word: str, is_trade: bool) -> None:
    """A word that ends as trades do is taken for one, a short one never."""
    assert sounds_like_trade(word) is is_trade
