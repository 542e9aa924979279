"""Words that name a person elsewhere and only a theme here: a partner network, a data owner, whoever is assisted."""

from __future__ import annotations

from connector.scoring.titles.lexicon import FIELD, RANK, Sense
from connector.scoring.titles.position import C_LEVEL, GENERAL

ASSISTANT, ENGLISH = "assistant", "English"
NOT_ALONE = frozenset({"soft", "seat", "partner"})
_OWNERS = frozenset({"owner", "owners"})
_OWNED = frozenset({"it", "operations", "engineering", "marketing", "finance"})
_OF_FIRMS = frozenset({"finance", "legal", "general_management", "other"})


def is_theme(head: Sense) -> bool:
    """Whether a rank may be no more than the theme of the noun after it, as in "Partner Manager"."""
    return head.rank == C_LEVEL and head.flag in NOT_ALONE and head.language == ENGLISH


def is_only_theme(rank: Sense, head: Sense | None, before: Sense | None, after: Sense | None) -> bool:
    """Tell partners of a firm and owners of a shop from a "Talent Partner", "Partner Network", "Data Owner".

    `head` is the head so far; `before` and `after` stand beside the rank.
    """
    if rank.flag == "owner":
        return rank.word in _OWNERS and before is not None and before.kind == FIELD and before.function in _OWNED
    if rank.flag != "partner" or rank.language != ENGLISH:
        return False
    if (head is not None and head.kind == RANK) or (after is not None and after.kind == "unknown"):
        return True
    themes = (near for near in (before, after) if near is not None and near.kind == FIELD)
    return any(theme.function not in _OF_FIRMS for theme in themes)


def function_of(person: Sense, weight: int) -> list[Sense]:
    """The field that a person's own word names, with no more than a weight; none for who leads the whole."""
    if person.also is not None:
        return [person.also]
    if person.flag or person.function in {None, GENERAL} or person.kind == ASSISTANT:
        return []
    return [person._replace(weight=min(person.weight, weight))]
