"""Scores in seller's words: contributions with the facts seen, unknowns, tone, principles, and the JSON answer."""

from connector.scoring.explain.answer import score_answer
from connector.scoring.explain.evidence import Seen
from connector.scoring.explain.explanation import Explainer, Explanation, Line, LineKind, explain
from connector.scoring.explain.principles import data_used, principles
from connector.scoring.explain.tone import Strength, strength_of, summarise

__all__ = [
    "Explainer",
    "Explanation",
    "Line",
    "LineKind",
    "Seen",
    "Strength",
    "data_used",
    "explain",
    "principles",
    "score_answer",
    "strength_of",
    "summarise",
]
