"""The reading of a job title: the two answers, how sure we are, and why. The words stand in `tables/`."""

from __future__ import annotations

from dataclasses import dataclass

from connector.scoring.derived import SENIORITIES as SENIORITIES_DOWNWARDS

# From the lowest rank to the highest.
SENIORITIES = SENIORITIES_DOWNWARDS[::-1]


@dataclass(frozen=True, slots=True)
class Title:
    """What a job title says; None where it is not recognised.

    Confidence runs from 0 to 1: 1 a company's own table; from 0.8 unambiguous words; 0.5 to 0.8 one word that is weak
    or a default; below 0.5 an abbreviation or word that often means something else; 0 not recognised.
    """

    seniority: str | None
    function: str | None
    confidence: float
    reason: str


def unrecognised(reason: str) -> Title:
    """The reading of a text that no table knows."""
    return Title(None, None, 0.0, reason)
