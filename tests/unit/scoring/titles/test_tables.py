"""The tables of words: their notation, and what must hold for all of them."""

import pytest

from connector.scoring.titles import FUNCTIONS, SENIORITIES, read_title
from connector.scoring.titles.lexicon import lexicon, senses
from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.tables import TABLES
from connector.scoring.titles.tables.notation import MEDIUM, STRONG, WEAK, Table, Word, spellings, words

MARKS = {
    "assistant", "assistant_modifier", "past", "now", "junior", "pupil", "deputy", "chief", "lead", "prep", "article",
    "and", "cut", "noise", "legal_form", "member", "serving",
}  # fmt: skip


def test_a_word_stands_for_all_its_spellings() -> None:
    """Round brackets are with and without, braces are one of several."""
    assert spellings("chef{|e}(s)") == ["chef", "chefs", "chefe", "chefes"]
    assert spellings("leiter(in)") == ["leiter", "leiterin"]
    assert spellings("manager") == ["manager"]


def test_the_signs_of_a_word_are_read() -> None:
    """A dash, a star, a question mark and a weight say how a word is to be taken."""
    assert list(words("-leiter, bank* medium, fd?\nberater weak, ,")) == [
        Word("leiter", STRONG, ends_compounds=True),
        Word("bank", MEDIUM, any_ending=True),
        Word("fd", doubtful=True),
        Word("berater", WEAK),
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.language)
def test_a_table_uses_known_labels_and_words_with_letters(table: Table) -> None:
    """Every word has letters, a function and a level that exist, and a mark that the grammar knows."""
    for word, sense in senses(table):
        assert pieces(word.text), word
        assert sense.function is None or sense.function in FUNCTIONS, word
        assert sense.rank < len(SENIORITIES), word
    assert set(table.marks) <= MARKS


def test_nine_languages_are_there() -> None:
    """English, German, French, Spanish, Dutch, Italian, Portuguese, Swedish and Danish have each hundreds of words."""
    assert len(TABLES) == 9
    for table in TABLES:
        assert sum(1 for _ in senses(table)) > 1000, table.language


def test_every_rank_and_role_of_the_tables_is_read() -> None:
    """No word of a person in a table is left unread by the grammar."""
    for key, known in lexicon().phrases.items():
        if known[0].kind in {"rank", "role"}:
            assert read_title(key).seniority is not None, key
