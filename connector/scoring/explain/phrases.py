"""Rules and facts in words: what a test asks for, what was seen. What is true is decided elsewhere.

Constants of a document are shown as they are; values of facts go through `wording.value_text`, which hides
addresses and phone numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import assert_never

from connector.scoring.facttypes import FactTypes, Kind
from connector.scoring.rules import (
    All,
    AnyOf,
    AtLeastOf,
    Condition,
    FactTest,
    InteractionTest,
    ModelTest,
    Not,
    Operand,
    Operator,
)
from connector.scoring.wording import (
    count_text,
    duration_text,
    fact_name,
    interaction_noun,
    list_text,
    plural,
    readable,
    value_text,
)

_COUNTED = "number of "  # "number of employees" reads "1,200 employees" with its value

# A condition as a clause, after the fact's name.
_CLAUSES = {
    Operator.EQUALS: "is {}",
    Operator.NOT_EQUALS: "is not {}",
    Operator.IS_ANY_OF: "is {}",
    Operator.IS_NONE_OF: "is neither {}",
    Operator.CONTAINS: "contains {}",
    Operator.BEGINS_WITH: "begins with {}",
    Operator.ENDS_WITH: "ends with {}",
    Operator.MATCHES: "matches {}",
    Operator.IS_EMPTY: "is empty",
    Operator.IS_NOT_EMPTY: "is filled in",
    Operator.GREATER_THAN: "is more than {}",
    Operator.AT_LEAST: "is at least {}",
    Operator.LESS_THAN: "is less than {}",
    Operator.AT_MOST: "is at most {}",
    Operator.BETWEEN: "is between {}",
    Operator.BEFORE: "is before {}",
    Operator.AFTER: "is after {}",
    Operator.IN_LAST: "is in the last {}",
    Operator.NOT_IN_LAST: "is not in the last {}",
}
_JOINTS = {Operator.IS_ANY_OF: "or", Operator.IS_NONE_OF: "nor"}
_COUNTED_CLAUSES = {
    Operator.EQUALS: "exactly {}",
    Operator.GREATER_THAN: "more than {}",
    Operator.AT_LEAST: "at least {}",
    Operator.LESS_THAN: "fewer than {}",
    Operator.AT_MOST: "at most {}",
    Operator.BETWEEN: "between {}",
}
_TITLE_WORDS = {"c_level": "C-level", "vp": "VP", "it": "IT", "hr": "HR"}


def title_word(value: str) -> str:
    """A seniority or function of the title tables as people write it: `C-level`, `general management`."""
    return _TITLE_WORDS.get(value, value.replace("_", " "))


def operand_text(fact: str, operand: Operand, types: FactTypes, now: datetime) -> str:
    """A constant of a document in words; text is quoted as the document has it."""
    if not isinstance(operand, str):
        return value_text(fact, operand, types, now)
    known = types.types.get(fact)
    if known is not None and known.kind in {Kind.CHOICE, Kind.MULTI_CHOICE}:
        return value_text(fact, operand, types, now)
    if fact.startswith("title."):
        return title_word(operand)
    return operand if fact == "account.employee_band" else f"'{operand}'"


def requirement(test: FactTest, types: FactTypes, now: datetime) -> str:
    """What a fact test asks for, as a clause: `industry is Financial`, `at least 500 employees`."""
    name = fact_name(test.fact, types)
    words = [operand_text(test.fact, operand, types, now) for operand in test.operands]
    operands = list_text(words, _JOINTS.get(test.operator, "and"))
    if name.startswith(_COUNTED) and test.operator in _COUNTED_CLAUSES:
        return f"{_COUNTED_CLAUSES[test.operator].format(operands)} {name.removeprefix(_COUNTED)}"
    if test.operator is Operator.EQUALS and isinstance(test.operands[0], bool):
        return f"{name}: {operands}"
    return f"{name} {_CLAUSES[test.operator].format(operands)}"


def interaction_phrase(test: InteractionTest, types: FactTypes, now: datetime) -> str:
    """The noun of the interactions that a test counts: `e-mail click`, `demo or pricing form submission`."""
    noun = interaction_noun(test.type)
    before, after = [], []
    for part in test.where:
        words = [str(operand) for operand in part.operands]
        named = part.operator in {Operator.EQUALS, Operator.IS_ANY_OF} and noun.startswith(readable(part.fact))
        if named and all(isinstance(operand, str) for operand in part.operands):
            before.append(list_text(words, "or"))
        else:
            after.append(requirement(part, types, now))
    described = " ".join([*before, noun])
    return f"{described} ({list_text(after)})" if after else described


def window_phrase(test: InteractionTest) -> str:
    """The window of an interaction test: ` in the last 7 days`, or nothing for all time."""
    return f" in the last {duration_text(test.within)}" if test.within is not None else ""


def interaction_requirement(test: InteractionTest, types: FactTypes, now: datetime) -> str:
    """What an interaction test asks for: `an e-mail click in the last 7 days`, `at least 2 web visits`."""
    noun = interaction_phrase(test, types, now)
    if test.at_least == 1:
        return f"{with_article(noun)}{window_phrase(test)}"
    return f"at least {test.at_least:,} {plural_phrase(noun)}{window_phrase(test)}"


def with_article(noun: str) -> str:
    """The noun with `a` or `an`."""
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def counted(count: int, noun: str) -> str:
    """A number of interactions, their noun maybe followed by a bracket: `2 form submissions (page is '/demo')`."""
    head, bracket, rest = noun.partition(" (")
    return f"{count_text(count, head)}{bracket}{rest}"


def plural_phrase(noun: str) -> str:
    """The plural of a noun that may be followed by a bracket."""
    head, bracket, rest = noun.partition(" (")
    return f"{plural(head)}{bracket}{rest}"


def condition_phrase(condition: Condition, types: FactTypes, now: datetime) -> str:
    """A whole condition as one clause, brackets only where `and` and `or` meet."""
    match condition:
        case FactTest():
            phrase = requirement(condition, types, now)
        case InteractionTest():
            phrase = interaction_requirement(condition, types, now)
        case ModelTest():
            phrase = model_requirement(condition)
        case Not(term=term):
            phrase = f"not ({condition_phrase(term, types, now)})"
        case All(terms=terms):
            phrase = list_text(_inner(terms, types, now), "and")
        case AnyOf(terms=terms):
            phrase = list_text(_inner(terms, types, now), "or")
        case AtLeastOf(n=n, terms=terms):
            phrase = f"at least {n} of: {'; '.join(_inner(terms, types, now))}"
        case _:
            assert_never(condition)
    return phrase


def _inner(terms: Sequence[Condition], types: FactTypes, now: datetime) -> Iterable[str]:
    for term in terms:
        phrase = condition_phrase(term, types, now)
        yield f"({phrase})" if isinstance(term, (All, AnyOf, AtLeastOf)) and len(terms) > 1 else phrase


def model_requirement(test: ModelTest) -> str:
    """What a test of a model's result asks for: `engagement at least 70`, `engagement at grade Hot`."""
    if test.grade is not None:
        return f"{test.model} at grade {test.grade} or higher"
    return f"{test.model} at least {test.at_least:,}"


def seen_text(fact: str, name: str, value: object, types: FactTypes, now: datetime) -> str:
    """A fact of this name as seen: `job title 'Financial Director'`, `1,200 employees`, `no job title`."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return f"no {name}"
    words = value_text(fact, value, types, now)
    if isinstance(value, bool):
        return f"{name}: {words}"
    if name.startswith(_COUNTED) and not isinstance(value, str):
        return f"{words} {name.removeprefix(_COUNTED)}"
    return f"{name} {words}"
