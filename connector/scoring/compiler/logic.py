"""Strong Kleene logic as source over variables that hold True, False or None (unknown)."""

from __future__ import annotations

from typing import assert_never

from connector.scoring.rules import All, AnyOf, AtLeastOf, Condition, Not

Combination = All | AnyOf | AtLeastOf | Not


def terms_of(condition: Combination) -> tuple[Condition, ...]:
    """The conditions that a combination joins."""
    return (condition.term,) if isinstance(condition, Not) else condition.terms


def combination(condition: Combination, terms: list[str]) -> str:
    """Strong Kleene logic as an expression over variables that hold True, False or None."""
    match condition:
        case Not():
            return f"None if {terms[0]} is None else not {terms[0]}"
        case All():
            some_false = " or ".join(f"{term} is False" for term in terms) or "False"
            return f"True if {' and '.join(terms) or 'True'} else False if {some_false} else None"
        case AnyOf():
            some_unknown = " or ".join(f"{term} is None" for term in terms) or "False"
            return f"True if {' or '.join(terms) or 'False'} else None if {some_unknown} else False"
        case AtLeastOf():
            every = f"({', '.join(terms)},)" if terms else "()"
            possible = f"{every}.count(True) + {every}.count(None) >= {condition.n}"
            return f"True if {every}.count(True) >= {condition.n} else None if {possible} else False"
    assert_never(condition)
