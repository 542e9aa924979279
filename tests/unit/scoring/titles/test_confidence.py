"""How sure a reading is, and the sentence that says why."""

import pytest

from connector.scoring.titles import read_title


@pytest.mark.parametrize("title", ["FD", "MD", "GM", "PM", "AE", "GF"])
def test_ambiguous_abbreviations_are_below_one_half(title: str) -> None:
    """An abbreviation that often means something else is read, but stays below 0.5."""
    read = read_title(title)
    assert read.seniority is not None
    assert read.confidence < 0.5


@pytest.mark.parametrize("title", ["CEO", "Chief Executive Officer", "Finance Director", "Vertriebsleiter", "Teacher"])
def test_plain_words_are_sure(title: str) -> None:
    """Unambiguous known words reach 0.8 and more."""
    assert read_title(title).confidence >= 0.8


@pytest.mark.parametrize("title", ["Consultant", "Manager", "Director", "Marketing"])
def test_weak_words_and_defaults_are_in_between(title: str) -> None:
    """One weak word, or an answer that no word gives, lies between 0.5 and 0.8."""
    assert 0.5 <= read_title(title).confidence < 0.8


def test_the_three_ways_to_say_finance_director_agree() -> None:
    """Financial Director, Director of Finance and FD are one; FD is the least sure."""
    reads = [read_title(title) for title in ("Financial Director", "Director of Finance", "FD")]
    assert {(read.seniority, read.function) for read in reads} == {("director", "finance")}
    assert reads[2].confidence < min(reads[0].confidence, reads[1].confidence)


def test_unknown_words_deputies_and_guesses_lower_the_confidence() -> None:
    """What is not understood, or only stands in for someone, is less sure; the floor is 0.2."""
    assert read_title("CEO Xyzzy").confidence < read_title("CEO").confidence
    assert read_title("Sales Dircetor").confidence < read_title("Sales Director").confidence
    assert read_title("Deputy Director").confidence < read_title("Head of Sales").confidence
    assert read_title("Service xq zv kj wp").confidence == 0.2


def test_a_doubtful_word_gives_way_to_a_sure_one() -> None:
    """MD behind a physician is a degree, not a managing director."""
    read = read_title("Pediatrician, MD")
    assert (read.seniority, read.function) == ("other", "other")


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Directeur financier", "'directeur financier' is director level in French, finance."),
        ("Leiter Einkauf", "'leiter' is director level in German; 'einkauf' is purchasing."),
        ("Director", "'director' is director level in English; no field is named."),
        ("Former CFO", "'cfo' is a thing of the past here."),
        ("Assistant to the CFO", "'assistant to' assists someone and has no rank; no field is named."),
        ("Marketing Intern", "'intern' is a beginner and has no rank; 'marketing' is marketing."),
        ("Marketing", "'marketing' is marketing; no person and no rank is named."),
        ("Zoologist", "'zoologist' is not known, but ends like the name of a trade."),
        ("Xyzzy", "No word of it is known."),
        ("n/a", "No title stands there."),
    ],
)
def test_the_reason_is_one_plain_sentence(title: str, reason: str) -> None:
    """The reason names the words that decided and what they mean."""
    assert read_title(title).reason == reason
