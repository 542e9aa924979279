"""How well job titles are read, on the labelled set of tests/data/titles; and that the set is sound.

The floors are about two points under what was measured. Raise them when the reader improves.
"""

from __future__ import annotations

from collections import Counter

import pytest

from connector.scoring.titles import FUNCTIONS, SENIORITIES, Title, read_title
from tests.unit.scoring.titles.labelled import (
    LANGUAGES,
    LabelledTitle,
    is_held_out,
    measure,
    read_all,
    read_language,
)

# part -> (seniority, function, seniority as other, function as other, recognised)
FLOORS = {
    "tuned": (0.948, 0.860, 0.952, 0.863, 0.977),
    "held out": (0.950, 0.868, 0.955, 0.870, 0.976),
}
LEAST_TITLES = {
    "en": 900, "de": 500, "fr": 450, "es": 400, "nl": 350, "it": 350, "pt": 300, "sv": 250, "da": 250, "mixed": 200,
    "headlines": 250,
}  # fmt: skip


def a_title(seniority: str | None, function: str | None) -> Title:
    """A reading with the given labels, for counting alone."""
    return Title(seniority=seniority, function=function, confidence=1.0, reason="for counting")


@pytest.mark.parametrize("part", FLOORS)
def test_accuracy_stays_over_its_floors(part: str) -> None:
    """Seniority and function of the labelled titles are read at least as well as when the floors were set."""
    titles = [title for title in read_all() if title.held_out == (part == "held out")]
    found = measure(titles, read_title)
    figures = (
        found.seniority, found.function, found.seniority_as_other, found.function_as_other, found.recognised,
    )  # fmt: skip
    assert all(figure >= floor for figure, floor in zip(figures, FLOORS[part], strict=True)), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_are_known_words(language: str) -> None:
    """Every label is one that the reader can give, and a title has both labels or none."""
    for title in read_language(language):
        assert title.text == title.text.strip() != ""
        if title.seniority is None:
            assert title.function is None, title
        else:
            assert title.seniority in SENIORITIES, title
            assert title.function in FUNCTIONS, title


def test_a_title_stands_in_one_file_only() -> None:
    """No title is counted twice, not even with other capitals."""
    times = Counter(title.text.casefold() for title in read_all())
    assert [text for text, count in times.items() if count > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_enough_titles_and_enough_without_rank(language: str) -> None:
    """Each file is large enough to measure by, and holds as many people without rank as address books do."""
    titles = read_language(language)
    assert len(titles) >= LEAST_TITLES[language]
    unranked = sum(title.seniority == "other" for title in titles)
    assert unranked >= 0.40 * len(titles)


def test_three_titles_in_ten_are_held_out() -> None:
    """About 30 % of the titles are kept aside, in the whole and in every language."""
    everything = read_all()
    assert sum(title.held_out for title in everything) / len(everything) == pytest.approx(0.30, abs=0.02)
    for language in LANGUAGES:
        titles = read_language(language)
        assert sum(title.held_out for title in titles) / len(titles) == pytest.approx(0.30, abs=0.07)


def test_the_part_of_a_title_never_moves() -> None:
    """The part follows from the casefolded title alone, on every machine."""
    assert is_held_out("Chef de rang") == is_held_out(" CHEF DE RANG ")
    parts = {"CEO": False, "Leiter Einkauf": False, "Electricista": False, "Chef de rang": True}
    assert {text: is_held_out(text) for text in parts} == parts


def test_measure_counts_unknown_titles_in_both_ways() -> None:
    """An unrecognised title is wrong in one figure and read as `other` in the other; no title should be unknown."""
    titles = [
        LabelledTitle("known", "manager", "it", "en"),
        LabelledTitle("unknown", "other", "finance", "en"),
        LabelledTitle("-", None, None, "en"),
        LabelledTitle("wrong", "vp", "sales", "en"),
    ]
    readings = {
        "known": a_title("manager", "it"),
        "unknown": a_title(None, None),
        "-": a_title(None, None),
        "wrong": a_title("director", "sales"),
    }
    found = measure(titles, readings.__getitem__)
    assert found.titles == 4
    assert (found.seniority, found.function) == (0.5, 0.75)
    assert (found.seniority_as_other, found.function_as_other) == (0.75, 0.75)
    assert found.recognised == pytest.approx(2 / 3)


def test_measure_refuses_an_empty_set() -> None:
    """No titles give no figures rather than perfect ones."""
    with pytest.raises(ValueError, match="no titles"):
        measure([], read_title)
