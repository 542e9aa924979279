"""Ranks among many: how many are better, which share is as good, and from which score the best share begins."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.scoring.rank import Rank, rank_of, score_of_top

COUNTS = {90: 1, 80: 4, 10: 95}


def test_the_rank_counts_the_better_and_the_equal() -> None:
    """Equal scores share a rank; nobody is called better than he is."""
    rank = rank_of(80, COUNTS)
    assert rank == Rank(better=1, equal=4, total=100)
    assert rank is not None
    assert (rank.top, rank.sentence) == (
        Decimal("0.05"),
        "Among the top 5 % of 100 scored leads (1 have a higher score).",
    )
    assert "top 34 % of 3" in Rank(0, 1, 3).sentence
    assert rank_of(50, COUNTS) is None


@pytest.mark.parametrize(
    ("share", "score"), [("0.05", 80), ("0.049", 90), ("0.01", 90), ("0.009", None), ("0.5", 80), ("1", 10)]
)
def test_the_best_share_begins_at_a_score(share: str, score: int | None) -> None:
    """Leads with equal scores are in or out together."""
    assert score_of_top(Decimal(share), {**COUNTS, 85: 0}) == score


@pytest.mark.parametrize("share", ["0", "-0.1", "1.01"])
def test_a_share_has_bounds(share: str) -> None:
    """No share is not a share, nor is more than everything."""
    with pytest.raises(ValueError, match="more than 0"):
        score_of_top(Decimal(share), COUNTS)


@given(
    counts=st.dictionaries(st.integers(-5, 20), st.integers(0, 9), min_size=1),
    share=st.decimals("0.01", "1", places=2),
)
def test_a_lead_is_in_the_best_share_exactly_when_its_rank_says_so(counts: dict[int, int], share: Decimal) -> None:
    """The score that a share begins with divides the leads as their ranks do."""
    least = score_of_top(share, counts)
    for score in counts:
        rank = rank_of(score, counts)
        if rank is not None:
            assert (least is not None and score >= least) is (rank.top <= share)
