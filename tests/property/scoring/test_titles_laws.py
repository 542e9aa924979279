"""Laws of reading titles: what must not change a reading, and what must never give a rank."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.scoring.titles import FUNCTIONS, SENIORITIES, company_titles, read_title
from connector.scoring.titles.lexicon import senses
from connector.scoring.titles.spelling import pieces
from connector.scoring.titles.tables import TABLES

WORDS = sorted({word.text for table in TABLES for word, _ in senses(table)})
C_LEVELS = sorted({word.text for table in TABLES for word, sense in senses(table) if sense.rank == 4})
RANKS = sorted({word.text for table in TABLES for word, sense in senses(table) if sense.kind == "rank"})
JOINTS = [" ", ", ", " & ", "/", " - ", " | ", " of ", " und ", " de ", " (", " at "]

titles = (
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINTS)), min_size=1, max_size=5)
    .map(lambda parts: "".join(word + joint for word, joint in parts).strip(" ,&/-|("))
    .filter(pieces)
)
texts = titles | st.text(max_size=60)


@given(texts)
def test_a_reading_is_whole(text: str) -> None:
    """Any text is read without an error: both answers are known words with some confidence, or both are missing."""
    read = read_title(text)
    if read.seniority is None:
        assert (read.function, read.confidence) == (None, 0.0)
    else:
        assert read.seniority in SENIORITIES
        assert read.function in FUNCTIONS
        assert 0 < read.confidence <= 1
    assert read.reason.endswith(".")


@given(titles)
def test_case_does_not_matter(title: str) -> None:
    """Upper, lower and mixed case are read alike."""
    assert read_title(title) == read_title(title.upper()) == read_title(title.lower()) == read_title(title.title())


@given(texts, st.text(" \t\n", max_size=4), st.text(" \t\n", max_size=4))
def test_surrounding_blanks_do_not_matter(text: str, before: str, after: str) -> None:
    """Blanks around a title change nothing."""
    assert read_title(before + text + after) == read_title(text)


@given(texts)
def test_composition_does_not_matter(text: str) -> None:
    """Composed and decomposed letters are read alike."""
    assert read_title(unicodedata.normalize("NFC", text)) == read_title(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize("opening", ["Assistant to the", "Executive Assistant to", "Assistentin der", "PA to"])
@given(title=titles)
def test_an_assistant_is_never_c_level(opening: str, title: str) -> None:
    """Whoever assists someone of the top is not the top."""
    assert read_title(f"{opening} {title}").seniority != "c_level"


@pytest.mark.parametrize("opening", ["former ", "ehemaliger ", "ex-", "ancien ", "tidigare ", "voormalig "])
@given(title=st.sampled_from(RANKS))
def test_a_former_rank_is_no_rank(opening: str, title: str) -> None:
    """What somebody was does not count."""
    assert read_title(opening + title).seniority in {"other", None}


@given(titles, st.sampled_from(SENIORITIES), st.sampled_from(FUNCTIONS))
def test_the_company_s_table_wins(title: str, seniority: str, function: str) -> None:
    """Whatever we would read, the company's own line decides, fully sure."""
    table = company_titles({"titles": [{"title": title, "seniority": seniority, "function": function}]})
    read = read_title(title.upper(), table)
    assert (read.seniority, read.function, read.confidence) == (seniority, function, 1.0)
