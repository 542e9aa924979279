"""Ranks among many: how many are better, and which share is as good."""

from __future__ import annotations

from decimal import Decimal

from connector.scoring.rank import Rank, rank_of

COUNTS = {90: 1, 80: 4, 10: 95}


def test_the_rank_counts_the_better_and_the_equal() -> None:
    """Equal scores share a rank; nobody is called better than he is."""
    rank = rank_of(80, COUNTS)
    assert rank == Rank(better=1, equal=4, total=100)
    assert rank is not None
    assert (rank.top, rank.sentence) == (
        Decimal("0.05"),
        "Among the top 5 % of 100 scored leads (1 has a higher score).",
    )
    assert "top 34 % of 3" in Rank(0, 1, 3).sentence
    assert rank_of(50, COUNTS) is None


def test_who_is_among_all_is_not_called_among_the_top() -> None:
    """Where the share is the whole, the sentence says how many are better, and whether anybody is worse."""
    assert Rank(95, 185, 280).sentence == "95 of 280 scored leads have a higher score, and none has a lower one."
    assert Rank(498, 1, 500).sentence == "498 of 500 scored leads have a higher score."
    assert Rank(0, 280, 280).sentence == "All 280 scored leads have this score."
    assert Rank(0, 1, 1).sentence == "No other lead is scored."
